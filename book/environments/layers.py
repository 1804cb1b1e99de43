"""A product Y = XW of matrices as a box, with a curved function E of its output behind it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    n, inputs, outputs = 5, 4, 3
    graph = Graph()
    graph.constant("n", n)
    graph.leaf("X", rng.normal(size=(n, inputs)))
    graph.leaf("W", rng.normal(size=(inputs, outputs)))
    graph.leaf("T", rng.normal(size=(n, outputs)))
    graph.node("Y", lambda X, W: X @ W, ["X", "W"])
    graph.node("E", lambda Y, T: nn.squared_error(nn.tanh(Y), T), ["Y", "T"])
    return graph


environment = Environment("layers", build, elements={"x": "X", "w": "W", "y": "Y", "t": "T"})
