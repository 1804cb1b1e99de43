"""One example in a network of three layers that all have the same activation, written f without a layer."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (4, 3, 5, 2)


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = _networks.single(rng, SIZES, (nn.tanh, nn.tanh, nn.tanh))
    graph.function("f", nn.tanh)
    return graph


environment = Environment("mlp_single_shared", build, elements={"w": "W"}, first={"d": 0})
