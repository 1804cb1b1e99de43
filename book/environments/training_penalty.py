"""A classifier with a penalty on its weights, and what one step of the library's training leaves."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

PENALTY, RATE = 0.3, 0.7


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    activations, sizes = (nn.tanh, nn.sigmoid), (3, 4, 2)
    network = _networks.random_network(rng, sizes, activations)
    X, T = rng.normal(size=(5, 3)), rng.uniform(0.1, 0.9, (5, 2))
    loss = nn.binary_cross_entropy
    _networks.add_sizes(graph, sizes, len(X))
    _networks.add_forward(graph, network, X)
    _networks.add_loss(graph, T, loss)
    graph.constant(r"\lambda", PENALTY)
    graph.constant(r"\eta", RATE)
    weights = [("W", layer) for layer in (1, 2)]
    graph.node("R", lambda *W: sum(0.5 * PENALTY * (w * w).sum() for w in W), weights)
    graph.node("J", lambda E, R: E + R, ["E", "R"])
    stepped = network.copy()
    nn.SGD(learning_rate=RATE).update(stepped, nn.backprop(network, X, T, loss=loss, l2=PENALTY))
    for number, layer in enumerate(stepped.layers, start=1):
        graph.after("W", layer.W, layer=number)
    return graph


environment = Environment("training_penalty", build, elements={"w": "W"}, biases=["b"], first={"d": 0})
