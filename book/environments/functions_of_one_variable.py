"""The activation functions of one variable z, at values on both sides of zero, near it and far from it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    # Bounds such as 0 < σ(z) < 1 and σ'(z) ≤ 1/4 are only tested by values that come near them.
    z = np.concatenate([rng.normal(size=4), rng.uniform(5, 9, 2), rng.uniform(-9, -5, 2), rng.uniform(0.01, 0.02, 1)])
    graph.leaf("x", z)
    graph.leaf("z", z)
    graph.function(r"\sigma", nn.sigmoid)
    graph.function(r"\operatorname{relu}", nn.relu)
    graph.function("relu", nn.relu)
    graph.function("softplus", nn.softplus)
    return graph


environment = Environment("functions_of_one_variable", build)
