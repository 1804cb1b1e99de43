"""The worked example with three inputs, two hidden units and one output, one example at a time."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    return _networks.single(rng, (3, 2, 1), (nn.tanh, nn.sigmoid))


environment = Environment("network_321", build, elements={"w": "W"}, first={"d": 0})
