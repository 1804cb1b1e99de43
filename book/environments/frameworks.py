"""A network under the squared error, and the mean of all squared differences that other libraries take."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

ELEMENTS = {"w": "W", "y": "Y", "t": "T"}


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = _networks.batch(rng, (4, 5, 3), (nn.tanh, nn.sigmoid), nn.squared_error, examples=6)
    graph.node("F", lambda Y, T: ((Y - T) ** 2).mean(), ["Y", "T"])
    return graph


environment = Environment("frameworks", build, elements=ELEMENTS, biases=["b"], first={"d": 0})
