"""The function f(x) = x³/3 − x, with the descent step w that the library makes."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def cubic(x: np.ndarray) -> np.ndarray:
    """Return x³/3 − x."""
    return x**3 / 3 - x


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    start, rate = float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.1, 0.6))
    path = nn.gradient_descent(cubic, lambda w: w**2 - 1, start, learning_rate=rate, steps=4)
    graph.leaf("x", 1 + 10 ** rng.uniform(-1.5, 0.3))
    graph.leaf("w", start)
    graph.constant(r"\varepsilon", rate)
    graph.constant(r"\eta", rate)
    graph.constant("x^*", 1.0)
    graph.function("f", cubic)
    graph.constant("T", 4)
    graph.constant(r"\theta", np.asarray(path.points, dtype=float).ravel())
    graph.after("w", np.asarray(path.points, dtype=float).ravel()[1])
    return graph


environment = Environment("cubic", build, states=8, first={r"\theta": 0})
