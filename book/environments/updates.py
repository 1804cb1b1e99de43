"""A batch in a network of three layers, with single rows of it, augmented matrices, and a step of gradient descent."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (5, 3, 6, 2)
EXAMPLES = 4


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    network = _networks.random_network(rng, SIZES, (nn.tanh, nn.softplus, nn.sigmoid))
    X, T = rng.normal(size=(EXAMPLES, SIZES[0])), rng.normal(size=(EXAMPLES, SIZES[-1]))
    _networks.add_sizes(graph, SIZES, EXAMPLES)
    _networks.add_forward(graph, network, X)
    _networks.add_loss(graph, T, nn.squared_error)
    _networks.add_error_signals(graph, network, nn.squared_error)
    _networks.add_step(graph, network, X, T, nn.squared_error, rate=0.7)
    graph.constant(r"\mathbf{1}", np.ones((EXAMPLES, 1)))
    for number in range(1, len(SIZES)):
        graph.node(r"\tilde{A}", lambda A: np.hstack([A, np.ones((len(A), 1))]), [("A", number - 1)], layer=number - 1)
        graph.node(r"\tilde{W}", lambda W, b: np.vstack([W, b]), [("W", number), ("b", number)], layer=number)
    add_descent(graph, network, X, T)
    return graph


def add_descent(graph: Graph, network: nn.Network, X: np.ndarray, T: np.ndarray) -> None:
    """Bind the loss after a step of size η against the library's gradients, as a function of η."""
    gradients = nn.backprop(network, X, T, loss=nn.squared_error).layers

    def after(rate: complex) -> complex:
        layers = [
            nn.Dense(layer.W - rate * found.dW, layer.b - rate * found.db, layer.activation)
            for layer, found in zip(network.layers, gradients)
        ]
        return nn.squared_error(nn.network.propagate(layers, X).output, T)

    graph.function(r"\phi", np.vectorize(after, otypes=[complex]))


environment = Environment(
    "updates",
    build,
    elements={"w": "W", "z": "Z", "a": "A", "y": "Y", "t": "T", r"\delta": r"\Delta", "E": "losses"},
    rows={r"\mathbf{a}": "A", r"\boldsymbol{\delta}": r"\Delta"},
    biases=["b"],
    first={"d": 0},
)
