"""The pre-activation of one neuron as a function of its two inputs."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    w, b = rng.normal(size=2), rng.normal()
    graph.leaf("w", w)
    graph.leaf("b", b)
    neuron = nn.Dense(w[:, None], [b], nn.identity)
    graph.function("z", lambda x, y: neuron.pre_activation(np.array([[x, y]]))[0, 0], elementwise=False)
    return graph


environment = Environment("neurons_corners", build)
