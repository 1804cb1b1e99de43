"""An affine layer Y = XW + b in row form, with a curved function E of its output behind it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    n, inputs, outputs = 5, 4, 3
    graph = Graph()
    graph.constant("n", n)
    graph.constant("m", inputs)
    graph.constant(r"\mathbf{1}", np.ones((n, 1)))
    graph.leaf("X", rng.normal(size=(n, inputs)))
    graph.leaf("W", rng.normal(size=(inputs, outputs)))
    graph.leaf("b", rng.normal(size=outputs))
    graph.leaf("T", rng.normal(size=(n, outputs)))
    graph.node("Y", lambda X, W, b: nn.Dense(W, b, nn.identity).pre_activation(X), ["X", "W", "b"])
    graph.node("P", lambda X, W: X @ W, ["X", "W"])
    graph.node(r"\tilde{X}", lambda X: np.hstack([X, np.ones((n, 1))]), ["X"])
    graph.node(r"\tilde{W}", lambda W, b: np.vstack([W, b]), ["W", "b"])
    graph.node("E", lambda Y, T: nn.squared_error(nn.tanh(Y), T), ["Y", "T"])
    return graph


ELEMENTS = {"x": "X", "w": "W", "y": "Y", "t": "T", "p": "P"}
environment = Environment("affine_layer", build, elements=ELEMENTS, biases=["b"], rows={r"\mathbf{x}": "X"})
