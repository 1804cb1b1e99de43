"""One unit of a layer with random inputs and weights, for statements about expectation and variance."""

import numpy as np

from nnbook.eqcheck import Environment, Graph

SAMPLES = 5_000
INPUTS = 5


def build(rng: np.random.Generator) -> Graph:
    """Return one batch of samples."""
    graph = Graph()
    shape = (SAMPLES, INPUTS)
    graph.constant("m", INPUTS)
    graph.leaf("w", rng.normal(0, 0.6, shape))
    graph.leaf("x", rng.normal(1.0, 0.8, shape))
    graph.leaf("u", rng.normal(0.5, 1.3, SAMPLES))
    graph.leaf("v", rng.normal(2.0, 0.7, SAMPLES))
    graph.node("z", lambda x, w: np.sum(x * w, axis=-1), ["x", "w"])
    graph.constant(r"\sigma_w", 0.6)
    return graph


environment = Environment("random_layer", build, states=12, samples=True)
