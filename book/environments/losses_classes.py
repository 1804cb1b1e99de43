"""Classification: scores, softmax outputs, class numbers from 1, and the cross entropy of the library."""

import numpy as np

import nnbook as nn
from environments.losses import ELEMENTS, EXAMPLES, add_losses
from nnbook.eqcheck import Environment, Graph

CLASSES = 4


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", EXAMPLES)
    graph.constant("K", CLASSES)
    graph.leaf("Z", rng.normal(size=(EXAMPLES, CLASSES)))
    graph.node("Y", nn.softmax, ["Z"])
    classes = rng.integers(0, CLASSES, EXAMPLES)
    graph.constant("c", classes + 1)
    graph.constant("T", np.eye(CLASSES)[classes])
    add_losses(graph, nn.cross_entropy)
    graph.node("p", lambda Y: Y[np.arange(EXAMPLES), classes], ["Y"])
    return graph


environment = Environment("losses_classes", build, elements=ELEMENTS)
