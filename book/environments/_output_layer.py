"""An output layer alone: pre-activations, outputs, targets and a loss, for each pair of loss and activation."""

from collections.abc import Callable

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

EXAMPLES, OUTPUTS = 5, 3
ELEMENTS = {"z": "Z", "y": "Y", "t": "T", r"\delta": r"\Delta", "E": "losses"}


def output_layer(
    name: str,
    loss: Callable[[np.ndarray, np.ndarray], float],
    activation: nn.Activation,
    signal: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *,
    distributions: bool = False,
) -> Environment:
    """Return an environment with the loss of a batch and the error signal `signal(Z, T)` of the library."""

    def build(rng: np.random.Generator) -> Graph:
        graph = Graph()
        T = rng.uniform(0.1, 0.9, (EXAMPLES, OUTPUTS))
        if distributions:
            T /= T.sum(axis=1, keepdims=True)
        Z = rng.uniform(0.3, 1.5, T.shape) * rng.choice((-1, 1), T.shape)
        graph.constant("n", EXAMPLES)
        graph.leaf("T", T)
        graph.leaf("Z", Z)
        graph.node("Y", activation, ["Z"])
        graph.node("E", loss, ["Y", "T"])
        graph.node(
            "losses",
            lambda Y, T: np.stack([np.asarray(loss(Y[s : s + 1], T[s : s + 1])) for s in range(EXAMPLES)]),
            ["Y", "T"],
        )
        graph.leaf(r"\Delta", signal(Z, T))
        graph.function("f", activation, elementwise=isinstance(activation, nn.ElementwiseActivation))
        graph.function(r"\sigma", nn.sigmoid)
        return graph

    return Environment(name, build, elements=ELEMENTS)


def of_library(name: str, loss: nn.Loss, activation: nn.Activation) -> Environment:
    """Return the environment of a loss and an activation of the library."""
    return output_layer(
        name,
        loss,
        activation,
        lambda Z, T: nn.output_error(loss, activation, Z, T),
        distributions=loss is nn.cross_entropy,
    )
