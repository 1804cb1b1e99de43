"""The scores of one example and the library's softmax of them, from nearly equal scores to a clear winner."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

CLASSES = 5


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("K", CLASSES)
    scores = rng.normal(size=CLASSES)
    if rng.random() < 0.3:
        scores = scores - 6.0
        scores[rng.integers(CLASSES)] += 12.0
    graph.leaf("z", scores)
    graph.node("y", nn.softmax, ["z"])
    graph.node(r"\hat{z}", lambda z: z[np.argmax(z.real)], ["z"])
    graph.leaf("c", rng.normal())
    graph.function(r"\sigma", nn.sigmoid)
    return graph


environment = Environment("activations_scores", build, states=12)
