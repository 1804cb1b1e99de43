"""One pre-activation on its way through the activation functions of the library, near zero and far from it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

SLOPE = 0.15


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    # Both scales, because bounds must come close to equality somewhere; no state comes near the kinks at 0.
    scale = rng.choice((0.08, 6.0))
    graph.leaf("z", scale * rng.uniform(0.2, 1.0) * rng.choice((-1, 1)))
    graph.node("y", nn.sigmoid, ["z"])
    graph.node("u", lambda z: np.exp(np.where(z.real < 0, z, -z)), ["z"])
    graph.constant(r"\alpha", SLOPE)
    graph.function("id", nn.identity)
    graph.function(r"\sigma", nn.sigmoid)
    graph.function("relu", nn.relu)
    graph.function("leaky", nn.LeakyReLU(SLOPE))
    graph.function("softplus", nn.softplus)
    graph.function("g", lambda y: np.sin(3 * y) + y * y)
    return graph


environment = Environment("activations", build, states=40)
