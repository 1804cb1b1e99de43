"""Two scores and the library's softmax of them."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("z", rng.normal(size=2))
    graph.node("y", nn.softmax, ["z"])
    graph.function(r"\sigma", nn.sigmoid)
    return graph


environment = Environment("activations_two_scores", build)
