"""A batch of examples in a network of three layers, in row form, with a different activation in each layer."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

ELEMENTS = {"x": "X", "w": "W", "z": "Z", "a": "A", "y": "Y", "t": "T", r"\delta": r"\Delta", "E": "losses"}


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    activations = (nn.tanh, nn.softplus, nn.sigmoid)
    return _networks.batch(rng, (4, 3, 6, 2), activations, nn.squared_error, examples=5)


environment = Environment("mlp_batch", build, elements=ELEMENTS, biases=["b"], first={"d": 0})
