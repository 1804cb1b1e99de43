"""A smooth function of one number with its difference quotients, a relu near its kink, and two gradients to compare."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def curved(x: np.ndarray) -> np.ndarray:
    """Return a value whose first four derivatives are all different from zero and from each other."""
    return np.exp(0.8 * x) * np.sin(x + 0.3)


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.uniform(0.2, 0.7))
    graph.leaf("h", 0.45)
    graph.node(r"\mathrm{i}", lambda: np.asarray(1j), [])
    graph.function("f", curved)
    graph.function("Im", np.imag)
    gradient = rng.normal(size=6)
    other = gradient * (1 + 0.1 * rng.normal(size=6))
    graph.leaf("g", gradient)
    graph.leaf(r"\hat{g}", other)
    graph.leaf("r", [abs(a - b) / max(abs(a), abs(b)) for a, b in zip(gradient, other)])
    graph.function("q", nn.relu)
    graph.leaf("z", np.array([-1.1, -0.6, -0.3, -0.1, 0.2, 0.4, 0.7, 2.0]) + 0.01 * rng.normal(size=8))
    return graph


environment = Environment("gradient_check", build, steps={"h": (0.1, 0.03, 0.01)})
