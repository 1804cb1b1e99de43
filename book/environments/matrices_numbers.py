"""The product of two small matrices with numbers to follow by hand; `matrices` has the general case."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:  # noqa: ARG001 - nothing here is random
    """Return the one state."""
    graph = Graph()
    graph.leaf("A", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    graph.leaf("W", [[1.0, 0.0], [2.0, -1.0], [0.0, 3.0]])
    return graph


environment = Environment("matrices_numbers", build, states=1, worked_example=True)
