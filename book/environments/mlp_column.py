"""One example in a network in column form: columns x, z, a, y, and weights w_ji from unit i to unit j."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    return column(rng, (4, 3, 5, 2), (nn.tanh, nn.softplus, nn.sigmoid))


def column(rng: np.random.Generator, sizes: tuple[int, ...], activations: tuple[nn.Activation, ...]) -> Graph:
    """Return a network whose weights are the transposes of the library's, and whose values are columns."""
    graph = Graph()
    network = _networks.random_network(rng, sizes, activations)
    x, t = rng.normal(size=(sizes[0], 1)), rng.normal(size=(sizes[-1], 1))
    _networks.add_sizes(graph, sizes, 1)
    graph.leaf("x", x)
    graph.leaf("t", t)
    graph.node("a", lambda x: x, ["x"], layer=0)
    last = len(activations)
    found = nn.backprop(network, x.T, t.T, loss=nn.squared_error)
    for number, layer in enumerate(network.layers, start=1):
        f = layer.activation
        graph.leaf("W", layer.W.T, layer=number)
        graph.leaf("b", layer.b[:, None], layer=number)
        inputs = [("a", number - 1), ("W", number), ("b", number)]
        graph.node("z", lambda a, W, b, f=f: nn.Dense(W.T, b[:, 0], f).pre_activation(a.T).T, inputs, layer=number)
        graph.node("a", f, [("z", number)], layer=number)
        graph.function("f", f, layer=number)
        graph.leaf(r"\delta", found.layers[number - 1].delta.T, layer=number)
    graph.node("y", lambda a: a, [("a", last)])
    graph.node("E", lambda y, t: nn.squared_error(y.T, t.T), ["y", "t"])
    _networks.add_step(graph, network, x.T, t.T, nn.squared_error, rate=0.7)
    for number in range(1, last + 1):
        graph.after("W", graph.updates["W", number].T, layer=number)
        graph.after("b", graph.updates["b", number][:, None], layer=number)
    return graph


environment = Environment("mlp_column", build, elements={"w": "W"}, first={"d": 0})
