"""One example in a network of three layers: rows, their elements, and a different activation in each layer."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (4, 3, 5, 2)


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    return _networks.single(rng, SIZES, (nn.tanh, nn.softplus, nn.sigmoid))


environment = Environment("mlp_single", build, elements={"w": "W"}, first={"d": 0})
