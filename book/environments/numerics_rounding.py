"""Numbers rounded to float32, and sums that are rounded after every addition."""

import numpy as np

from nnbook.eqcheck import Environment, Graph

TERMS = 7
UNIT = 2.0**-24


def build(rng: np.random.Generator) -> Graph:
    """Return one random state; the sum, and some of the numbers, are the worst case of rounding."""
    graph = Graph()
    graph.constant("u", UNIT)
    graph.constant("n", TERMS)
    worst = rng.random() < 0.5
    # Halfway between two neighbors rounding is at its worst; 1 + u and each further u are such points.
    size = 2.0 ** rng.integers(-3, 4) * rng.choice((-1, 1))
    graph.leaf("x", size * (1 + UNIT if worst else rng.uniform(1, 2)))
    graph.leaf("a", np.array([size] + [size * UNIT] * (TERMS - 1)))
    graph.node("s", np.sum, ["a"])
    graph.node(r"\hat{s}", _rounded_sum, ["a"])
    graph.function("fl", lambda x: np.float32(x.real).astype(float))
    return graph


def _rounded_sum(terms: np.ndarray) -> np.ndarray:
    total = np.float32(0)
    for term in terms.real:
        total = np.float32(total + np.float32(term))
    return np.asarray(float(total))


environment = Environment("numerics_rounding", build, states=24)
