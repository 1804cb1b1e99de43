"""A batch of examples in a network with softmax and cross entropy."""

import numpy as np

import nnbook as nn
from environments import _networks
from environments.mlp_batch import ELEMENTS
from nnbook.eqcheck import Environment, Graph

SIZES = (5, 3, 4)
ACTIVATIONS = (nn.tanh, nn.softmax)
EXAMPLES = 6


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    classes = SIZES[-1]
    labels = rng.permutation(np.arange(EXAMPLES) % classes)
    T = np.eye(classes)[labels]
    graph = _networks.batch(rng, SIZES, ACTIVATIONS, nn.cross_entropy, examples=EXAMPLES, T=T)
    graph.constant("K", classes)
    graph.constant("c", labels + 1)
    network, X = _networks.network_of(graph, ACTIVATIONS)
    graph.constant(r"\text{accuracy}", nn.accuracy(network, nn.Dataset(X, T, labels)))
    return graph


environment = Environment("classifier", build, states=5, elements=ELEMENTS, biases=["b"], first={"d": 0})
