"""An output layer with a curved activation f, an antiderivative F of it, and the loss that matches them."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

EXAMPLES, OUTPUTS = 5, 3


def primitive(z: np.ndarray) -> np.ndarray:
    """Return log cosh z, whose derivative is tanh z."""
    return np.log(np.cosh(z))


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("n", EXAMPLES)
    graph.leaf("T", rng.uniform(-0.9, 0.9, (EXAMPLES, OUTPUTS)))
    graph.leaf("Z", rng.uniform(0.3, 1.5, (EXAMPLES, OUTPUTS)) * rng.choice((-1, 1), (EXAMPLES, OUTPUTS)))
    graph.node("Y", nn.tanh, ["Z"])
    graph.node("E", lambda Z, T: (primitive(Z) - T * Z).sum() / EXAMPLES, ["Z", "T"])
    graph.node("losses", lambda Z, T: (primitive(Z) - T * Z).sum(axis=1), ["Z", "T"])
    graph.function("f", nn.tanh)
    graph.function("F", primitive)
    return graph


environment = Environment("output_matched", build, elements={"z": "Z", "y": "Y", "t": "T", "E": "losses"})
