"""A bowl of two parameters whose axes are those of the coordinates."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    curvatures = rng.uniform([0.5, 2.0], [1.5, 4.0])
    graph.leaf(r"\lambda", curvatures)
    graph.leaf("w", rng.normal(size=2))
    graph.function("f", lambda w: (0.5 * (curvatures * w**2)).sum(), elementwise=False)
    return graph


environment = Environment("gradient_descent_bowl", build)
