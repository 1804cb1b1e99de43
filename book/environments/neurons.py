"""One neuron with four inputs, and a point of the plane on which its pre-activation is zero."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

INPUTS = 4


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    graph.constant("d", INPUTS)
    graph.leaf("x", rng.normal(size=INPUTS))
    graph.leaf("w", rng.uniform(0.3, 1.2, (INPUTS, 1)) * rng.choice((-1, 1), (INPUTS, 1)))
    graph.leaf("b", rng.uniform(0.3, 1.2) * rng.choice((-1, 1)))
    graph.node("z", lambda x, w, b: nn.Dense(w, b[None], nn.softplus).pre_activation(x)[0], ["x", "w", "b"])
    graph.node("a", nn.softplus, ["z"])
    graph.function("f", nn.softplus)
    graph.function(r"\sigma", nn.sigmoid)
    graph.node(r"\tilde{x}", lambda x: np.concatenate([[1.0], x]), ["x"])
    graph.node(r"\tilde{w}", lambda w, b: np.concatenate([b.reshape(1, 1), w]), ["w", "b"])
    graph.leaf("t", rng.normal())
    graph.leaf("q", rng.normal(size=INPUTS))
    # Any point q, moved along w onto the plane on which x w + b is zero.
    graph.node("p", lambda q, w, b: q - (q @ w + b) * w[:, 0] / (w * w).sum(), ["q", "w", "b"])
    return graph


environment = Environment("neurons", build, states=40, first={r"\tilde{x}": 0, r"\tilde{w}": 0})
