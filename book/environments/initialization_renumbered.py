"""A network, and the same network with the units of its hidden layers in another order."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (4, 3, 5, 2)
ACTIVATIONS = (nn.tanh, nn.softplus, nn.sigmoid)


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = _networks.batch(rng, SIZES, ACTIVATIONS, nn.squared_error, examples=6)
    # A cyclic shift of three or more is not its own inverse, so that a lost transpose shows.
    orders = [np.eye(SIZES[0]), *(np.roll(np.eye(size), 1, axis=1) for size in SIZES[1:-1]), np.eye(SIZES[-1])]
    for number, P in enumerate(orders):
        graph.constant("P", P, layer=number)
    graph.node(r"\tilde{A}", lambda X: X, ["X"], layer=0)
    for number, f in enumerate(ACTIVATIONS, start=1):
        before, P = orders[number - 1], orders[number]
        W, b = (_value(graph, name, number) for name in "Wb")
        graph.leaf(r"\tilde{W}", before.T @ W @ P, layer=number)
        graph.leaf(r"\tilde{b}", b @ P, layer=number)
        inputs = [(r"\tilde{A}", number - 1), (r"\tilde{W}", number), (r"\tilde{b}", number)]
        graph.node(r"\tilde{Z}", lambda A, W, b: A @ W + b, inputs, layer=number)
        graph.node(r"\tilde{A}", f, [(r"\tilde{Z}", number)], layer=number)
    graph.node(r"\tilde{E}", nn.squared_error, [(r"\tilde{A}", len(ACTIVATIONS)), "T"])
    layers = [
        nn.Dense(_value(graph, r"\tilde{W}", number), _value(graph, r"\tilde{b}", number), f)
        for number, f in enumerate(ACTIVATIONS, start=1)
    ]
    X, T = graph.nodes["X", None].compute(), graph.nodes["T", None].compute()
    for number, found in enumerate(nn.backprop(nn.Network(layers), X, T, loss=nn.squared_error).layers, start=1):
        graph.leaf(r"\tilde{\Delta}", found.delta, layer=number)
    return graph


def _value(graph: Graph, name: str, layer: int) -> np.ndarray:
    return np.asarray(graph.nodes[name, layer].compute())


environment = Environment("initialization_renumbered", build, biases=["b", r"\tilde{b}"], first={"d": 0})
