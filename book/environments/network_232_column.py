"""The worked example with two inputs, three hidden units and two outputs, in column form."""

import numpy as np

import nnbook as nn
from environments.mlp_column import column
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    return column(rng, (2, 3, 2), (nn.tanh, nn.sigmoid))


environment = Environment("network_232_column", build, elements={"w": "W"}, first={"d": 0})
