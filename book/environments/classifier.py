"""A batch of examples in a network with softmax and cross entropy."""

import numpy as np

import nnbook as nn
from environments import _networks
from environments.mlp_batch import ELEMENTS
from nnbook.eqcheck import Environment, Graph

CLASSES = 4
EXAMPLES = 6


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    targets = np.eye(CLASSES)[rng.permutation(np.arange(EXAMPLES) % CLASSES)]
    sizes = (5, 3, CLASSES)
    graph = _networks.batch(rng, sizes, (nn.tanh, nn.softmax), nn.cross_entropy, examples=EXAMPLES, T=targets)
    graph.constant("K", CLASSES)
    graph.constant("c", targets.argmax(axis=1) + 1)
    return graph


environment = Environment("classifier", build, elements=ELEMENTS, biases=["b"], first={"d": 0})
