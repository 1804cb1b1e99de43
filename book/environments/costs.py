"""What a forward pass costs: multiplications counted by running it with numbers that count."""

from itertools import pairwise

import numpy as np

from nnbook.eqcheck import Environment, Graph


def count_multiplications(sizes: list[int], n: int) -> int:
    """Count the multiplications of a forward pass of n examples, product by product."""
    count = 0
    for fan_in, fan_out in pairwise(sizes):
        for _example in range(n):
            for _unit in range(fan_out):
                count += len(range(fan_in))
    return count


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    sizes = rng.permutation(np.arange(2, 9))[:4].tolist()
    n = int(rng.integers(10, 20))
    graph.constant("n", n)
    graph.constant("L", len(sizes) - 1)
    graph.constant("d", sizes)
    graph.constant("M", count_multiplications(sizes, n))
    return graph


environment = Environment("costs", build, first={"d": 0})
