"""One neuron with three inputs, for the formula that is written out; `neurons` has the general case."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.leaf("x", rng.normal(size=3))
    graph.leaf("w", rng.normal(size=(3, 1)))
    graph.leaf("b", rng.normal())
    graph.node("z", lambda x, w, b: nn.Dense(w, b[None], nn.softplus).pre_activation(x)[0], ["x", "w", "b"])
    return graph


environment = Environment("neurons_three", build, worked_example=True)
