"""The expression of micrograd's README, computed step by step as it is written there, at values of both signs."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def last_but_two(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return e, by the statements of the README in their order."""
    c = a + b
    d = a * b + b**3
    c = c + c + 1
    c = c + 1 + c + (-a)
    d = d + d * 2 + nn.relu(b + a)
    d = d + 3 * d + nn.relu(b - a)
    return c - d


def build(rng: np.random.Generator) -> Graph:
    """Return one random state; a + b and b − a change their signs from state to state."""
    graph = Graph()
    sizes = rng.permutation([rng.uniform(1.2, 1.8), rng.uniform(0.4, 0.9)])
    a, b = sizes * rng.choice((-1, 1), 2)
    graph.leaf("a", a)
    graph.leaf("b", b)
    graph.node("e", last_but_two, ["a", "b"])
    graph.node("g", lambda e: e**2 / 2.0 + 10.0 / e**2, ["e"])
    graph.function("r", nn.relu)
    return graph


environment = Environment("reproductions", build, states=12)
