"""The 2-2-2 network whose numbers stand in worked_example.json, one example; `network_232` has the general case."""

import json
from pathlib import Path

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph

DATA = json.loads(Path(__file__).parents[1].joinpath("worked_example.json").read_text(encoding="utf-8"))


def build(rng: np.random.Generator) -> Graph:  # noqa: ARG001 - nothing here is random
    """Return the one state; all that is computed is computed by the library."""
    given = DATA["given"]
    network = nn.Network([nn.Dense(W, b, nn.sigmoid) for W, b in zip(given["W"], given["b"])])
    x, t = np.array([given["x"]]), np.array([given["t"]])
    loss, (hidden, output) = nn.squared_error, network.layers
    graph = Graph()
    graph.leaf("x", x[0])
    graph.leaf("t", t[0])
    graph.node("a", lambda x: x, ["x"], layer=0)
    for number, layer in enumerate((hidden, output), start=1):
        graph.leaf("W", layer.W, layer=number)
        graph.leaf("b", layer.b, layer=number)
        inputs = [("a", number - 1), ("W", number), ("b", number)]
        graph.node("z", lambda a, W, b: nn.Dense(W, b, nn.sigmoid).pre_activation(a[None])[0], inputs, layer=number)
        graph.node("a", nn.sigmoid, [("z", number)], layer=number)
    graph.node("y", lambda a: a, [("a", 2)])
    graph.node("E", lambda y, t: loss(y[None], t[None]), ["y", "t"])
    signals = nn.backprop(network, x, t, loss=loss).layers
    for number, found in enumerate(signals, start=1):
        graph.leaf(r"\delta", found.delta[0], layer=number)
    _networks.add_step(graph, network, x, t, loss, given["learning_rate"])
    return graph


environment = Environment("worked_example", build, states=1, elements={"w": "W"}, tolerance=1e-5, worked_example=True)
