"""Softmax of one row, its Jacobian as the library computes it, and a curved function of its output."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    classes = 4
    weights = rng.normal(size=classes)
    z = rng.normal(size=classes)
    graph.constant("K", classes)
    graph.leaf("z", z)
    graph.node("y", lambda z: nn.softmax(z[None])[0], ["z"])
    graph.node("E", lambda y: (weights * y).sum() + (y**3).sum(), ["y"])
    graph.node("S", lambda z: np.exp(z).sum(), ["z"])
    graph.leaf("J", nn.softmax.jacobian(z))
    return graph


environment = Environment("chain_rule_softmax", build)
