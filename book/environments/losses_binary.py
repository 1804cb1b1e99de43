"""Yes-or-no answers: scores, sigmoid outputs, targets 0 and 1, and the binary cross entropy of the library."""

import numpy as np

import nnbook as nn
from environments.losses import ELEMENTS, EXAMPLES, OUTPUTS, add_losses
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", EXAMPLES)
    graph.constant("d", OUTPUTS)
    graph.leaf("Z", rng.normal(size=(EXAMPLES, OUTPUTS)))
    graph.node("Y", nn.sigmoid, ["Z"])
    graph.constant("T", rng.integers(0, 2, (EXAMPLES, OUTPUTS)))
    add_losses(graph, nn.binary_cross_entropy)
    graph.node("p", lambda Y, T: np.where(T == 1, Y, 1 - Y).prod(axis=1), ["Y", "T"])
    graph.function("softplus", nn.softplus)
    return graph


environment = Environment("losses_binary", build, elements=ELEMENTS)
