"""The gradient of a mean over examples, and its estimates from mini-batches by the library."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

BATCHES, BATCH_SIZE, PARAMETERS = 3, 4, 2


def build(rng: np.random.Generator) -> Graph:
    """Return one random state of a single curved neuron."""
    graph = Graph()
    n = BATCHES * BATCH_SIZE
    X, T, w = rng.normal(size=(n, PARAMETERS)), rng.normal(size=(n, 1)), rng.normal(size=PARAMETERS)
    graph.constant("n", n)
    graph.constant("M", BATCHES)
    graph.constant("B", BATCH_SIZE)
    graph.leaf("w", w)

    def loss(w: np.ndarray, rows: slice = slice(None)) -> np.ndarray:
        return nn.squared_error(nn.tanh(X[rows] @ w[:, None] + 0.3), T[rows])

    graph.node("E", loss, ["w"])
    graph.node("losses", lambda w: np.stack([np.asarray(loss(w, slice(s, s + 1))) for s in range(n)]), ["w"])
    network = nn.Network([nn.Dense(w[:, None], [0.3], nn.tanh)])
    estimates = []
    for first in range(0, n, BATCH_SIZE):
        rows = slice(first, first + BATCH_SIZE)
        estimates.append(nn.backprop(network, X[rows], T[rows], loss=nn.squared_error).layers[0].dW[:, 0])
    graph.leaf("g", np.stack(estimates))
    return graph


environment = Environment("gradient_descent_batches", build, elements={"E": "losses"})
