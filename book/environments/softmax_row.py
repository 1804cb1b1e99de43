"""Softmax and cross entropy of one example: scores z, probabilities y, a one-hot target t of class c."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    classes = 4
    graph = Graph()
    label = int(rng.integers(classes))
    graph.constant("K", classes)
    graph.constant("c", label + 1)
    graph.leaf("z", rng.normal(size=classes))
    graph.constant("t", np.eye(classes)[label])
    graph.constant("I", np.eye(classes))
    graph.node("m", lambda z: z[np.argmax(z.real)], ["z"])
    graph.node("y", lambda z: nn.softmax(z[None])[0], ["z"])
    graph.node("E", lambda y, t: nn.cross_entropy(y[None], t[None]), ["y", "t"])
    return graph


environment = Environment("softmax_row", build, states=5)
