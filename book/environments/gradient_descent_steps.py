"""The points which the library's descent visits on the cubic w³/3 − w."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

STEPS = 6


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    eta = rng.uniform(0.1, 0.4)
    path = nn.gradient_descent(
        lambda w: w**3 / 3 - w, lambda w: w**2 - 1, rng.uniform(-0.8, 0.5), learning_rate=eta, steps=STEPS
    )
    graph.leaf("w", path.points)
    graph.leaf(r"\eta", eta)
    graph.constant("N", STEPS)
    return graph


environment = Environment("gradient_descent_steps", build, first={"w": 0})
