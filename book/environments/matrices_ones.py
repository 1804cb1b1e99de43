"""The names of `matrices`, with columns of ones of a stated length instead of one column of fixed length."""

import numpy as np

from environments.matrices import NAMES, add_matrices
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    add_matrices(graph, rng)
    return graph


environment = Environment("matrices_ones", build, **NAMES)
