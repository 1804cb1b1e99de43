"""A curved function of three parameters, given as a row, and small moves of it."""

import numpy as np

from nnbook.eqcheck import Environment, Graph


def surface(w: np.ndarray) -> np.ndarray:
    """Return a value whose first, second and mixed derivatives are all different; `w` has shape (1, 3) or (3,)."""
    a, b, c = w[..., 0], w[..., 1], w[..., 2]
    return (np.exp(0.5 * a) * np.sin(b) + b * c**2 + 0.7 * a * c + 0.3 * a**3).reshape(())


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("P", 3)
    graph.leaf("h", 0.01)
    graph.leaf(r"\eta", 0.01)
    graph.leaf("w", rng.uniform(0.4, 1.1, 3))
    direction = rng.uniform(0.4, 1.1, 3) * [1, -1, 1]
    graph.leaf("v", direction)
    graph.leaf("e", direction)
    graph.function("f", surface, elementwise=False)
    return graph


STEPS = (1e-2, 3e-3, 1e-3)
environment = Environment("gradient_descent_surface", build, steps={"h": STEPS, r"\eta": STEPS})
