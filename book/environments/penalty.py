"""The loss of a network with the penalty of its weights, as the library computes both."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    network = _networks.random_network(rng, (3, 4, 2), (nn.tanh, nn.sigmoid))
    X, T, rate = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), 0.3
    _networks.add_sizes(graph, (3, 4, 2), 5)
    _networks.add_forward(graph, network, X)
    _networks.add_loss(graph, T, nn.squared_error)
    weights = [("W", layer) for layer in (1, 2)]
    graph.constant(r"\lambda", rate)
    graph.node("R", lambda *W: sum(0.5 * rate * (w * w).sum() for w in W), weights)
    graph.node("J", lambda E, R: E + R, ["E", "R"])
    return graph


environment = Environment("penalty", build, elements={"w": "W"}, biases=["b"], first={"d": 0})
