"""Sequences of parameter, derivative and memory which an optimizer of the library leaves behind."""

from collections.abc import Callable, Mapping

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph
from nnbook.optimizer_base import Optimizer

STEPS = 5


def optimizer_environment(
    name: str,
    make: Callable[[np.random.Generator], tuple[Optimizer, Mapping[str, float]]],
    memory: Mapping[str, str],
) -> Environment:
    r"""Return an environment with the sequences w_τ, g_τ and those of the memory, for τ from 0.

    Parameters
    ----------
    name : str
        What pages call it.
    make : callable
        Draws the settings; returns the optimizer, and its settings by the names of the page.
    memory : mapping of str to str
        The names on the page of what the optimizer remembers.
    """

    def build(rng: np.random.Generator) -> Graph:
        graph = Graph()
        optimizer, settings = make(rng)
        x, t = rng.normal(size=(4, 1)), rng.normal(size=(4, 1))
        network = nn.Network([nn.Dense(rng.uniform(0.5, 2, (1, 1)), rng.normal(size=1), nn.tanh)])
        points, slopes = [network.layers[0].W[0, 0]], []
        remembered: dict[str, list[float]] = {symbol: [0.0] for symbol in memory}
        for _ in range(STEPS):
            gradients = nn.backprop(network, x, t, loss=nn.squared_error)
            optimizer.update(network, gradients)
            slopes.append(gradients.layers[0].dW[0, 0])
            points.append(network.layers[0].W[0, 0])
            for symbol, key in memory.items():
                remembered[symbol].append(optimizer.state.memory[key][0][0, 0])
        for symbol, values in {"w": points, "g": slopes, **remembered}.items():
            graph.leaf(symbol, values)
        for symbol, value in settings.items():
            graph.leaf(symbol, value)
        graph.constant("N", STEPS)
        return graph

    return Environment(name, build, first=dict.fromkeys(["w", "g", *memory], 0))
