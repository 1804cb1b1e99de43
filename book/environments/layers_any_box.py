"""A box in which every output depends on every input, also of other rows, with a curved function E behind it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    n, inputs, outputs = 5, 4, 3
    graph = Graph()
    mixing, weights = rng.normal(size=(n, n)) / n, rng.normal(size=(inputs, outputs))
    graph.leaf("X", rng.normal(size=(n, inputs)))
    graph.leaf("T", rng.normal(size=(n, outputs)))
    graph.node("Y", lambda X: nn.tanh(mixing @ X @ weights), ["X"])
    graph.node("E", lambda Y, T: nn.squared_error(nn.tanh(Y), T), ["Y", "T"])
    return graph


environment = Environment("layers_any_box", build, elements={"x": "X", "y": "Y", "t": "T"})
