"""The cubic w³/3 − w, and one step of descent on it as a function of where it starts."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def cubic(w: np.ndarray) -> np.ndarray:
    """Return w³/3 − w, entry by entry."""
    return w * w * w / 3 - w


def build(rng: np.random.Generator) -> Graph:
    """Return one random state; the learning rate is one with a real 2-cycle."""
    graph = Graph()
    eta = rng.uniform(1.05, 1.45)
    root = np.sqrt(eta**2 - 1)
    graph.leaf(r"\eta", eta)
    graph.leaf("w", rng.uniform(-1.9, 1.9))
    graph.leaf("h", 0.01)
    graph.leaf("c", 1 / (2 * eta))
    graph.function("f", cubic)
    graph.function("u", lambda w: w - eta * (w * w - 1))
    # The two points of the cycle come from the iteration itself, which is pulled onto it from the right side.
    p, q = cycle(eta, 1 + root / eta)
    graph.leaf("p", p)
    graph.leaf("q", q)
    return graph


def cycle(eta: float, start: float) -> tuple[float, float]:
    """Return the larger and the smaller point of the 2-cycle, from Newton's method on two steps of the library."""

    def two_steps(w: float) -> float:
        path = nn.gradient_descent(cubic, lambda v: v * v - 1, w, learning_rate=eta, steps=2)
        return float(path.points[-1])

    w = start
    for _ in range(30):
        slope = (two_steps(w + 1e-6) - two_steps(w - 1e-6)) / 2e-6 - 1
        w -= (two_steps(w) - w) / slope
    return max(w, once(w, eta)), min(w, once(w, eta))


def once(w: float, eta: float) -> float:
    """Return one step of the library's descent from w."""
    return float(nn.gradient_descent(cubic, lambda v: v * v - 1, w, learning_rate=eta, steps=1).points[-1])


environment = Environment("gradient_descent_cubic", build, steps={"h": (1e-2, 3e-3, 1e-3)})
