"""A batch of pre-activations and what an activation function of the library makes of it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("Z", rng.normal(size=(5, 3)))
    graph.node("A", nn.tanh, ["Z"])
    graph.function("f", nn.tanh)
    return graph


environment = Environment("activations_batch", build, elements={"a": "A", "z": "Z"})
