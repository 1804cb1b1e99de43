"""A batch in one layer, whose pre-activation comes from the library."""

import numpy as np

import nnbook as nn
from environments.matrices import SIZES
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    n, p, q, _ = SIZES.values()
    for name, size in SIZES.items():
        graph.constant(name, size)
    graph.leaf("A", rng.normal(size=(n, p)))
    graph.leaf("W", rng.normal(size=(p, q)))
    graph.leaf("b", rng.normal(size=q))
    graph.node("Z", lambda A, W, b: nn.Dense(W, b, nn.tanh).pre_activation(A), ["A", "W", "b"])
    return graph


environment = Environment("matrices_layer", build, elements={"a": "A", "w": "W", "z": "Z"}, biases=["b"])
