"""A small graph with several paths: one number, two layers of intermediate numbers, one result."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.uniform(0.3, 1.2))
    first, second, last = rng.uniform(0.5, 1.5, 2), rng.uniform(0.4, 1.1, (2, 3)), rng.uniform(0.4, 1.1, 3)
    # Each u depends on x alone, each v on both u, and y on all v.
    graph.node("u", lambda x: np.sin(first * x + np.array([0.1, 0.4])), ["x"])
    graph.node("v", lambda u: np.exp(0.5 * (u @ second)) + u[0] * u[1] * np.array([0.3, -0.5, 0.8]), ["u"])
    graph.node("y", lambda v: np.tanh(v @ last - 2) * v[0] + v[1] * v[2], ["v"])
    graph.constant("M", 2)
    graph.constant("N", 3)
    return graph


environment = Environment("chain_rule", build)
