"""A loss of several parameters, its gradient, another direction, and the loss along that direction."""

import numpy as np

from nnbook.eqcheck import Environment, Graph

RATE = 0.3


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    matrix, theta, v = rng.normal(size=(4, 6)), rng.normal(size=6), rng.normal(size=6)

    def loss(theta: np.ndarray) -> np.ndarray:
        return np.exp(RATE * (matrix @ theta)).sum()

    gradient = RATE * (matrix.T @ np.exp(RATE * (matrix @ theta)))
    graph = Graph()
    graph.leaf(r"\theta", theta)
    graph.node("E", loss, [r"\theta"])
    graph.leaf("g", gradient)
    graph.leaf("v", v)
    graph.leaf("c", np.dot(gradient, v) / np.sqrt(np.dot(gradient, gradient) * np.dot(v, v)))
    graph.function(r"\phi", np.vectorize(lambda rate: loss(theta - rate * v), otypes=[complex]))
    return graph


environment = Environment("wrong_gradients", build)
