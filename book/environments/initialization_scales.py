"""The scales of initial weights, by the widths on both sides of a layer, and bounds of the activations."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state, with pre-activations from tiny to large."""
    graph = Graph()
    sizes = rng.permutation(np.arange(3, 9))[:4]
    graph.constant("d", sizes)
    graph.constant("L", len(sizes) - 1)
    q = rng.uniform(0.5, 2.0)
    graph.leaf("q", q, layer=1)
    for number in range(1, len(sizes)):
        v = rng.uniform(0.2, 0.9)
        graph.leaf("v", v, layer=number)
        fan_in, fan_out = (int(size) for size in sizes[number - 1 : number + 1])
        graph.constant(r"\hat{v}", 2 / fan_in, layer=number)
        graph.constant(r"\bar{v}", 2 / (fan_in + fan_out), layer=number)
        graph.constant("r", np.sqrt(6 / (fan_in + fan_out)), layer=number)
        if number > 1:
            graph.node("q", lambda q, v, d=fan_in: d * v * q / 2, [("q", number - 1), ("v", number)], layer=number)
    graph.leaf("z", rng.choice((0.02, 5.0)) * rng.uniform(0.3, 1.0) * rng.choice((-1, 1)))
    graph.function("relu", nn.relu)
    graph.function(r"\sigma", nn.sigmoid)
    return graph


environment = Environment("initialization_scales", build, states=24, first={"d": 0})
