"""Functions of one variable, one inside the other, and one number that reaches another by two ways."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.uniform(0.3, 1.5))
    graph.leaf("w", rng.uniform(0.3, 1.5))
    graph.leaf("h", 0.01)
    graph.function("g", lambda x: x * x + np.exp(-x))
    graph.function("f", nn.tanh)
    graph.node("u", lambda x, w: x * w, ["x", "w"])
    graph.node("v", lambda x, w: x * x + w, ["x", "w"])
    graph.node("y", lambda u, v: u * v, ["u", "v"])
    graph.node("p", lambda x: x * x + np.exp(-x), ["x"])
    graph.node("q", nn.tanh, ["p"])
    return graph


environment = Environment("chain_rule_numbers", build, steps={"h": (1e-2, 3e-3, 1e-3)})
