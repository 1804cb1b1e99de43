"""Weights that the library draws uniformly between two limits."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph

SAMPLES = 4_000
FAN_IN, FAN_OUT = 3, 4


def build(rng: np.random.Generator) -> Graph:
    """Return one batch of samples."""
    graph = Graph()
    weights = [nn.initializers.glorot_uniform(FAN_IN, FAN_OUT, rng)[0, 0] for _ in range(SAMPLES)]
    graph.leaf("w", np.array(weights))
    graph.constant("r", np.sqrt(6 / (FAN_IN + FAN_OUT)))
    graph.constant(r"d_{\text{in}}", FAN_IN)
    graph.constant(r"d_{\text{out}}", FAN_OUT)
    return graph


environment = Environment("initialization_uniform", build, states=12, samples=True)
