"""A batch of examples in a network of three layers that all have the same activation, written f without a layer."""

import numpy as np

import nnbook as nn
from environments import _networks
from environments.mlp_batch import ELEMENTS
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = _networks.batch(rng, (4, 3, 6, 2), (nn.sigmoid,) * 3, nn.squared_error, examples=5)
    graph.function("f", nn.sigmoid)
    return graph


environment = Environment("mlp_batch_shared", build, elements=ELEMENTS, biases=["b"], first={"d": 0})
