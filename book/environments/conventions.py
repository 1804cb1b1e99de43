"""One batch in both layouts: plain letters for rows as in this book, hats for the columns of other texts."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (5, 3, 6, 2)
EXAMPLES = 4
RATE = 0.7


def turned(matrix: np.ndarray) -> np.ndarray:
    """Return the transpose."""
    return matrix.T


def build(rng: np.random.Generator) -> Graph:
    """Return one random state, in which every value passes through both of its forms on the way to the loss."""
    graph = Graph()
    network = _networks.random_network(rng, SIZES, (nn.tanh, nn.softplus, nn.sigmoid))
    for parameter in network.parameters[-2:]:
        parameter *= 0.3  # an output near 0 or 1 would make the loss too steep for a central difference
    X, T = rng.normal(size=(EXAMPLES, SIZES[0])), rng.uniform(0.1, 0.9, (EXAMPLES, SIZES[-1]))
    _networks.add_sizes(graph, SIZES, EXAMPLES)
    graph.constant(r"\eta", RATE)
    graph.constant(r"\mathbf{1}", np.ones((EXAMPLES, 1)))
    graph.leaf(r"\hat{X}", X.T)
    graph.node("X", turned, [r"\hat{X}"])
    graph.leaf(r"\hat{T}", T.T)
    graph.node("T", turned, [r"\hat{T}"])
    graph.node("A", lambda X: X, ["X"], layer=0)
    graph.node(r"\hat{A}", turned, [("A", 0)], layer=0)
    for number, layer in enumerate(network.layers, start=1):
        f = layer.activation
        graph.leaf(r"\hat{W}", layer.W.T, layer=number)
        graph.leaf(r"\hat{b}", layer.b[:, None], layer=number)
        graph.node("W", turned, [(r"\hat{W}", number)], layer=number)
        graph.node("b", lambda b: b[:, 0], [(r"\hat{b}", number)], layer=number)
        inputs = [(r"\hat{A}", number - 1), ("W", number), ("b", number)]
        graph.node(r"\hat{Z}", lambda A, W, b: (A.T @ W + b).T, inputs, layer=number)
        graph.node("Z", turned, [(r"\hat{Z}", number)], layer=number)
        graph.node("A", f, [("Z", number)], layer=number)
        graph.node(r"\hat{A}", turned, [("A", number)], layer=number)
        graph.function("f", f, layer=number)
    graph.node("Y", turned, [(r"\hat{A}", len(network.layers))])
    graph.node(r"\hat{Y}", turned, ["Y"])
    graph.node("E", lambda Y, T: nn.binary_cross_entropy(Y.T, T), [r"\hat{Y}", "T"])
    add_backward(graph, network, X, T)
    return graph


def add_backward(graph: Graph, network: nn.Network, X: np.ndarray, T: np.ndarray) -> None:
    """Bind the library's error signals and the parameters that its step leaves, in both forms."""
    gradients = nn.backprop(network, X, T, loss=nn.binary_cross_entropy)
    stepped = network.copy()
    nn.SGD(learning_rate=RATE).update(stepped, gradients)
    for number, (layer, found) in enumerate(zip(stepped.layers, gradients.layers), start=1):
        graph.leaf(r"\Delta", found.delta, layer=number)
        graph.node(r"\hat{\Delta}", turned, [(r"\Delta", number)], layer=number)
        graph.after("W", layer.W, layer=number)
        graph.after("b", layer.b, layer=number)
        graph.after(r"\hat{W}", layer.W.T, layer=number)
        graph.after(r"\hat{b}", layer.b[:, None], layer=number)


LETTERS = {"x": "X", "w": "W", "z": "Z", "a": "A", "y": "Y", "t": "T", r"\delta": r"\Delta"}
environment = Environment(
    "conventions",
    build,
    elements=LETTERS | {rf"\hat{{{small}}}": rf"\hat{{{large}}}" for small, large in LETTERS.items()},
    first={"d": 0},
)
