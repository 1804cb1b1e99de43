"""A box that multiplies every column of X by a gain of its own, with a curved function E of its output behind it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    n, units = 5, 3
    graph = Graph()
    graph.constant("n", n)
    graph.leaf("X", rng.normal(size=(n, units)))
    graph.leaf("g", rng.normal(size=units))
    graph.leaf("T", rng.normal(size=(n, units)))
    graph.node("Y", lambda X, g: X * g, ["X", "g"])
    graph.node("E", lambda Y, T: nn.squared_error(nn.tanh(Y), T), ["Y", "T"])
    return graph


environment = Environment("layers_scaling", build, elements={"x": "X", "y": "Y", "t": "T"})
