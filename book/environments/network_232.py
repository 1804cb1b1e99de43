"""The worked example with two inputs, three hidden units and two outputs, one example at a time."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    return _networks.single(rng, (2, 3, 2), (nn.tanh, nn.sigmoid))


environment = Environment("network_232", build, elements={"w": "W"}, first={"d": 0})
