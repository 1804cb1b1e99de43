"""Targets and outputs that are rows of probabilities, in some states nearly the same ones."""

import numpy as np

import nnbook as nn
from environments.losses import ELEMENTS, EXAMPLES
from nnbook.eqcheck import Environment, Graph

CLASSES = 4


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", EXAMPLES)
    graph.constant("K", CLASSES)
    scores = rng.normal(size=(EXAMPLES, CLASSES))
    graph.leaf("T", nn.softmax(scores))
    graph.leaf("Y", nn.softmax(scores + rng.choice((0.1, 1.0)) * rng.normal(size=scores.shape)))
    return graph


environment = Environment("losses_soft", build, states=6, elements=ELEMENTS)
