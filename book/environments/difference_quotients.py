"""A smooth function f at a point x, with a step h that falls."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.uniform(0.6, 1.2))
    graph.leaf("h", 0.05)
    graph.function("f", lambda x: np.exp(0.7 * x) * np.sin(x) + x**4)
    return graph


environment = Environment("difference_quotients", build, steps={"h": (0.04, 0.02, 0.01)})
