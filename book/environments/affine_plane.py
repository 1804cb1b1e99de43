"""An affine function of two numbers, g(x_1, x_2) = x_1 v_1 + x_2 v_2 + c, as layers without activation compute it."""

import numpy as np

import nnbook as nn
from environments import _networks
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    network = _networks.random_network(rng, (2, 3, 1), (nn.identity, nn.identity))
    graph = Graph()
    (first, second) = network.layers
    graph.leaf("v", (first.W @ second.W)[:, 0])
    graph.leaf("c", (first.b @ second.W + second.b)[0])

    def g(first_input: np.ndarray, second_input: np.ndarray) -> np.ndarray:
        return network.predict(np.array([[float(first_input), float(second_input)]]))[0, 0]

    graph.function("g", g, elementwise=False)
    return graph


environment = Environment("affine_plane", build)
