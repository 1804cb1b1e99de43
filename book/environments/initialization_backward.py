"""Error signals on their way back through layers whose weights are drawn anew, over many draws."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

SAMPLES = 4_000
SIZES = (7, 4, 6, 2, 3)
VARIANCES = (0.2, 0.45, 0.8, 0.5)
OUTPUT = 0.6


def build(rng: np.random.Generator) -> Graph:
    """Return one batch of samples."""
    graph = Graph()
    last = len(SIZES) - 1
    graph.constant("L", last)
    graph.constant("d", SIZES)
    graph.leaf(r"\delta", rng.normal(0.4, np.sqrt(OUTPUT - 0.16), (SAMPLES, SIZES[last])), layer=last)
    graph.constant("p", OUTPUT, layer=last)
    mean_square = OUTPUT
    for number in range(last - 1, 0, -1):
        width, behind, variance = SIZES[number], SIZES[number + 1], VARIANCES[number]
        graph.constant("v", variance, layer=number + 1)
        draw = nn.initializers.normal(np.sqrt(variance))
        graph.leaf("W", draw(SAMPLES * width, behind, rng).reshape(SAMPLES, width, behind), layer=number + 1)
        graph.leaf("z", rng.normal(0, 0.9, (SAMPLES, width)), layer=number)
        graph.node(
            r"\delta",
            lambda delta, W, z: nn.relu.derivative(z) * np.einsum("sjk,sk->sj", W, delta),
            [(r"\delta", number + 1), ("W", number + 1), ("z", number)],
            layer=number,
        )
        mean_square = behind * variance * mean_square / 2
        graph.constant("p", mean_square, layer=number)
    graph.function("relu", nn.relu)
    graph.function("f", nn.relu)
    return graph


environment = Environment(
    "initialization_backward", build, states=16, samples=True, elements={"w": "W"}, first={"d": 0}
)
