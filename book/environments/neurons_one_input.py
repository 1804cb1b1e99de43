"""One neuron with one input, whose bias shifts the graph along the axis of the input."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.normal())
    graph.leaf("w", rng.uniform(0.3, 1.2) * rng.choice((-1, 1)))
    graph.leaf("b", rng.uniform(0.3, 1.2) * rng.choice((-1, 1)))
    # Where the pre-activation is zero, found by its two values at 0 and 1 instead of the formula.
    graph.node("c", lambda w, b: b / (b - (w + b)), ["w", "b"])
    graph.function("f", nn.softplus)
    return graph


environment = Environment("neurons_one_input", build)
