"""A matrix product inside a scalar: Y = X W, and a curved loss E of Y whose gradient G the library knows."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

ROWS, INNER, COLUMNS = 5, 3, 4


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    X, W = rng.normal(size=(ROWS, INNER)), rng.normal(size=(INNER, COLUMNS))
    T = rng.uniform(0.1, 0.9, (ROWS, COLUMNS))
    for name, size in {"n": ROWS, "d": INNER, "m": COLUMNS}.items():
        graph.constant(name, size)
    graph.leaf("X", X)
    graph.leaf("W", W)
    graph.node("Y", lambda X, W: nn.Dense(W, np.zeros(COLUMNS), nn.identity).pre_activation(X), ["X", "W"])
    graph.node("E", lambda Y: nn.binary_cross_entropy.value_from_logits(Y, T), ["Y"])
    graph.node("G", lambda Y: nn.binary_cross_entropy.gradient_from_logits(Y, T), ["Y"])
    graph.function("f", nn.softplus)
    graph.leaf("Z", rng.normal(size=(ROWS, COLUMNS)))
    graph.node("A", nn.softplus, ["Z"])
    graph.node("F", lambda A: nn.squared_error(A, T), ["A"])
    return graph


environment = Environment(
    "chain_rule_product", build, elements={"x": "X", "w": "W", "y": "Y", "a": "A", "z": "Z", "g": "G"}
)
