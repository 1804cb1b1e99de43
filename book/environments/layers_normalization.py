"""A box that gives every row of X the mean 0 and nearly the variance 1, with a curved function E behind it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    n, units, epsilon = 5, 4, 0.3
    graph = Graph()
    graph.constant("n", n)
    graph.constant("d", units)
    graph.constant(r"\varepsilon", epsilon)
    graph.leaf("X", rng.normal(size=(n, units)) + rng.normal(size=(n, 1)))
    graph.leaf("T", rng.normal(size=(n, units)))
    graph.node("m", lambda X: X.mean(axis=1), ["X"])
    graph.node("r", lambda X: np.sqrt(((X - X.mean(axis=1)[:, None]) ** 2).mean(axis=1) + epsilon), ["X"])
    graph.node("Y", lambda X, m, r: (X - m[:, None]) / r[:, None], ["X", "m", "r"])
    graph.node("E", lambda Y, T: nn.squared_error(nn.tanh(Y), T), ["Y", "T"])
    return graph


environment = Environment("layers_normalization", build, elements={"x": "X", "y": "Y", "t": "T"})
