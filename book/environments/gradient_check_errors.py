"""The error of a central difference as a function of its step, and the step at which it is least."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state; the best step is found by search, without the formula for it."""
    graph = Graph()
    u, size, third = rng.uniform(0.01, 0.05), rng.uniform(0.5, 2), rng.uniform(0.5, 2)
    graph.leaf("u", u)
    graph.leaf("M", size)
    graph.leaf("D", third)
    graph.leaf("h", rng.uniform(0.2, 0.9))

    def error(h: np.ndarray) -> np.ndarray:
        return third * h * h / 6 + u * size / h

    graph.function("e", error)
    low, high = 1e-3, 10.0
    for _ in range(200):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        # Compared by their slopes: near the least value, the values themselves differ by less than rounding.
        if (error(np.asarray((left + right) / 2 + 1e-30j)).imag) < 0:
            low = (left + right) / 2
        else:
            high = (left + right) / 2
    graph.leaf("h^*", (low + high) / 2)
    return graph


environment = Environment("gradient_check_errors", build)
