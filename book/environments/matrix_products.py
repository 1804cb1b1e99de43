"""Matrices A, B and C of sizes that differ, and square ones S and R."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    for name, shape in (("A", (2, 3)), ("B", (3, 4)), ("C", (4, 5)), ("S", (3, 3)), ("R", (3, 3))):
        graph.leaf(name, rng.uniform(0.5, 2, shape) * rng.choice((-1, 1), shape))
    graph.constant("I", np.eye(3))
    graph.constant("m", 3)
    return graph


environment = Environment("matrix_products", build, elements={"a": "A", "b": "B", "s": "S"})
