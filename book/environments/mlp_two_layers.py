"""Two layers, for formulas that write both of them out: a batch X, and one example x with its output y."""

import numpy as np

import nnbook as nn
from environments import _networks
from environments.mlp_batch import ELEMENTS
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = _networks.batch(rng, (4, 3, 2), (nn.tanh, nn.softplus), nn.squared_error, examples=5)
    graph.node("x", lambda X: X[0], ["X"])
    graph.node("y", lambda Y: Y[0], ["Y"])
    graph.node("V", lambda W_1, W_2: W_1 @ W_2, [("W", 1), ("W", 2)])
    graph.node("c", lambda b_1, W_2, b_2: b_1 @ W_2 + b_2, [("b", 1), ("W", 2), ("b", 2)])
    return graph


elements = {name: array for name, array in ELEMENTS.items() if name not in "xy"}
environment = Environment("mlp_two_layers", build, elements=elements, biases=["b", "c"], first={"d": 0})
