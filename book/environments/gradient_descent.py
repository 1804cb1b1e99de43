"""A line, its squared error over a batch, and one step of gradient descent on it."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

EXAMPLES = 5
RATE = 0.6


def losses(w: np.ndarray, b: np.ndarray, x: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return the squared error of each example, as the library computes it."""
    Y = x[:, None] * w + b
    return np.array([nn.squared_error(Y[s : s + 1], t[s : s + 1, None]) for s in range(len(Y))])


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    w, b, x, t = rng.normal(), rng.normal(), rng.normal(size=EXAMPLES), rng.normal(size=EXAMPLES)
    graph.constant("n", EXAMPLES)
    graph.constant(r"\eta", RATE)
    for name, value in {"w": w, "b": b, "x": x, "t": t}.items():
        graph.leaf(name, value)
    graph.node("losses", losses, ["w", "b", "x", "t"])
    graph.node("E", lambda w, b, x, t: nn.squared_error(x[:, None] * w + b, t[:, None]), ["w", "b", "x", "t"])
    network = nn.Network([nn.Dense([[w]], [b], nn.identity)])
    nn.SGD(learning_rate=RATE).update(network, nn.backprop(network, x[:, None], t[:, None], loss=nn.squared_error))
    graph.after("w", network.layers[0].W[0, 0])
    graph.after("b", network.layers[0].b[0])
    return graph


environment = Environment("gradient_descent", build, elements={"E": "losses"})
