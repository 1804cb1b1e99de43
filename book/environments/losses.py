"""A batch of outputs with targets, the squared error from the library, and the density of the targets."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

EXAMPLES, OUTPUTS = 5, 3
ELEMENTS = {"y": "Y", "t": "T", "z": "Z", "E": "losses"}


def add_losses(graph: Graph, loss: nn.Loss) -> None:
    """Bind the loss E of the batch and the losses E_s of the examples, computed from Y by the library."""
    graph.node("E", loss, ["Y", "T"])
    graph.node("losses", lambda Y, T: np.stack([loss(y[None], t[None]) for y, t in zip(Y, T)]), ["Y", "T"])


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", EXAMPLES)
    graph.constant("d", OUTPUTS)
    graph.leaf("Y", rng.normal(size=(EXAMPLES, OUTPUTS)))
    graph.leaf("T", rng.normal(size=(EXAMPLES, OUTPUTS)))
    graph.leaf(r"\tau", rng.uniform(0.5, 0.8))
    add_losses(graph, nn.squared_error)
    # The density of all targets of a row at once: a normal distribution in d dimensions.
    graph.node(
        "p",
        lambda Y, T, tau: np.exp(-((T - Y) ** 2).sum(axis=1) / (2 * tau**2)) / (2 * np.pi * tau**2) ** (OUTPUTS / 2),
        ["Y", "T", r"\tau"],
    )
    return graph


environment = Environment("losses", build, elements=ELEMENTS)
