"""Scores of one example, their log-sum-exp, and cross entropy with and without a number added to the probability."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

CLASSES = 5


def log_sum_exp(z: np.ndarray) -> np.ndarray:
    """Return log Σ exp(z), by the library's log-softmax."""
    return z[0] - nn.log_softmax(z)[0]


def build(rng: np.random.Generator) -> Graph:
    """Return one random state, with nearly equal scores or with a clear winner."""
    graph = Graph()
    graph.constant("K", CLASSES)
    scores = rng.choice((0.002, 1.0, 16.0)) * rng.permutation(np.linspace(-1, 1, CLASSES) + 0.1 * rng.random(CLASSES))
    graph.leaf("z", scores + rng.normal())
    graph.node("M", lambda z: z[np.argmax(z.real)], ["z"])
    graph.node("y", nn.softmax, ["z"])
    graph.node("S", log_sum_exp, ["z"])
    true = int(rng.integers(CLASSES))
    graph.constant("t", np.eye(CLASSES)[true])
    graph.constant("c", true + 1)
    graph.node("E", lambda z: -nn.log_softmax(z)[true], ["z"])
    graph.constant(r"\varepsilon", rng.choice((0.01, 0.2)))
    graph.node(r"\tilde{E}", lambda y, eps: -np.log(y[true] + eps), ["y", r"\varepsilon"])
    graph.node("q", lambda y, eps: y[true] / (y[true] + eps), ["y", r"\varepsilon"])
    return graph


environment = Environment("numerics", build, states=24)
