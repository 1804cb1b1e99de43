"""One example in a network of three layers, in rows, with its error signals and with what all paths cost."""

from itertools import product

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

SIZES = (5, 3, 6, 2)


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    network = _networks.random_network(rng, SIZES, (nn.tanh, nn.softplus, nn.sigmoid))
    X, T = rng.normal(size=(1, SIZES[0])), rng.normal(size=(1, SIZES[-1]))
    _networks.add_sizes(graph, SIZES, 1)
    graph.leaf("x", X[0])
    graph.leaf("t", T[0])
    graph.node("a", lambda x: x, ["x"], layer=0)
    for number, layer in enumerate(network.layers, start=1):
        f = layer.activation
        graph.leaf("W", layer.W, layer=number)
        graph.leaf("b", layer.b, layer=number)
        graph.node("z", lambda a, W, b: a @ W + b, [("a", number - 1), ("W", number), ("b", number)], layer=number)
        graph.node("a", f, [("z", number)], layer=number)
        graph.function("f", f, layer=number)
    graph.node("y", lambda a: a, [("a", len(network.layers))])
    graph.node("E", lambda y, t: nn.squared_error(y[None], t[None]), ["y", "t"])
    for number, found in enumerate(nn.backprop(network, X, T, loss=nn.squared_error).layers, start=1):
        graph.leaf(r"\delta", found.delta[0], layer=number)
    add_costs(graph)
    return graph


def add_costs(graph: Graph) -> None:
    """Bind the paths P from one unit, counted one by one, and the multiplications by paths (Q) and by recursion (R)."""
    by_paths = by_recursion = 0
    for layer in range(1, len(SIZES) - 1):
        paths = list(product(*(range(size) for size in SIZES[layer + 1 :])))
        graph.constant("P", len(paths), layer=layer)
        for _ in range(SIZES[layer]):
            by_recursion += 1 + SIZES[layer + 1]
            by_paths += sum(2 * len(path) for path in paths)
    graph.constant("Q", by_paths)
    graph.constant("R", by_recursion)


environment = Environment("error_signals", build, elements={"w": "W"}, first={"d": 0})
