"""Three neurons that see the same four inputs."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

INPUTS, NEURONS = 4, 3


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("d", INPUTS)
    graph.constant("m", NEURONS)
    graph.leaf("x", rng.normal(size=INPUTS))
    graph.leaf("W", rng.normal(size=(INPUTS, NEURONS)))
    graph.leaf("b", rng.normal(size=NEURONS))
    graph.node(
        "a", lambda x, W, b: nn.softplus(nn.Dense(W, b, nn.softplus).pre_activation(x[None]))[0], ["x", "W", "b"]
    )
    graph.function("f", nn.softplus)
    return graph


environment = Environment("neurons_layer", build, elements={"w": "W"})
