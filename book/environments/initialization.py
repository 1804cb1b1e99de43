"""The units of a small relu network over many draws of its weights, with inputs that are not centered."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

SAMPLES = 4_000
SIZES = (3, 6, 5, 2)
VARIANCES = (0.2, 0.45, 0.3)


def build(rng: np.random.Generator) -> Graph:
    """Return one batch of samples."""
    graph = Graph()
    graph.constant("L", len(SIZES) - 1)
    graph.constant("d", SIZES)
    # The entries of an input depend on each other: the statements do not need them independent.
    common = rng.normal(0.5, 0.2, (SAMPLES, 1))
    graph.leaf("a", common + rng.uniform(0.0, 1.0, (SAMPLES, SIZES[0])), layer=0)
    # Mean of the square of an input: (0.5 + 0.5)² + 0.2² + 1/12.
    mean_square = 1 + 0.04 + 1 / 12
    for number, (fan_in, fan_out, variance) in enumerate(zip(SIZES, SIZES[1:], VARIANCES), start=1):
        graph.constant("v", variance, layer=number)
        draw = nn.initializers.normal(np.sqrt(variance))
        W = draw(SAMPLES * fan_in, fan_out, rng).reshape(SAMPLES, fan_in, fan_out)
        graph.leaf("W", W, layer=number)
        graph.node("z", lambda a, W: np.einsum("si,sij->sj", a, W), [("a", number - 1), ("W", number)], layer=number)
        graph.node("a", nn.relu, [("z", number)], layer=number)
        graph.constant("q", fan_in * variance * mean_square, layer=number)
        mean_square = fan_in * variance * mean_square / 2
    graph.function("relu", nn.relu)
    graph.leaf("u", rng.normal(0.5, 1.3, SAMPLES))
    graph.leaf("h", rng.normal(1.5, 0.7, SAMPLES))
    return graph


environment = Environment("initialization", build, states=16, samples=True, elements={"w": "W"}, first={"d": 0})
