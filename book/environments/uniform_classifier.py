"""A classifier that gives every one of K classes the same probability."""

import numpy as np

import nnbook as nn
from nnbook.eqcheck import Environment, Graph


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    classes, examples = int(rng.integers(3, 6)), 7
    graph = Graph()
    graph.constant("n", examples)
    graph.constant("K", classes)
    graph.leaf("Z", np.repeat(rng.normal(size=(examples, 1)), classes, axis=1))
    graph.leaf("T", np.eye(classes)[rng.integers(classes, size=examples)])
    graph.node("Y", nn.softmax, ["Z"])
    graph.node("E", nn.cross_entropy, ["Y", "T"])
    return graph


environment = Environment("uniform_classifier", build, elements={"z": "Z", "t": "T", "y": "Y"})
