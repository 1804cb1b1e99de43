"""Targets, their mean, and one constant that is meant to predict them all."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", 5)
    graph.leaf("t", rng.normal(size=5))
    graph.leaf("c", rng.normal())
    graph.node(r"\bar{t}", lambda t: t.mean(), ["t"])
    return graph


environment = Environment("losses_constant", build)
