"""Matrices of pairwise different sizes, with their rows and columns, and the multiplications of products counted."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from nnbook.eqcheck import Environment, Graph

SIZES = {"n": 5, "p": 3, "q": 4, "r": 2}
NAMES = {
    "elements": {"a": "A", "b": "B", "w": "W", "v": "V", "z": "Z", r"\delta": r"\Delta"},
    "rows": {r"\mathbf{a}": "A", r"\mathbf{r}": "W", r"\mathbf{z}": "Z"},
    "columns": {r"\mathbf{c}": "A", r"\mathbf{w}": "W", r"\mathbf{u}": "Z"},
}


def count(*shapes: Sequence[int]) -> int:
    """Return the multiplications of products of matrices, counted one by one."""
    return sum(1 for shape in shapes for _ in product(*map(range, shape)))


def add_matrices(graph: Graph, rng: np.random.Generator) -> None:
    """Bind all names but that of the column of ones."""
    n, p, q, r = SIZES.values()
    for name, size in SIZES.items():
        graph.constant(name, size)
    for name, shape in {"A": (n, p), "B": (n, p), "W": (p, q), "V": (q, r), r"\Delta": (n, q)}.items():
        graph.leaf(name, rng.normal(size=shape))
    graph.node("Z", lambda A, W: A @ W, ["A", "W"])
    graph.leaf("c", rng.normal(size=p))
    graph.leaf("h", rng.normal(size=(n, 1)))
    graph.constant(r"M_{\text{left}}", count((n, p, q), (n, q, r)))
    graph.constant(r"M_{\text{right}}", count((p, q, r), (n, p, r)))


def build(rng: np.random.Generator) -> Graph:
    """Return one random state."""
    graph = Graph()
    add_matrices(graph, rng)
    graph.constant(r"\mathbf{1}", np.ones((SIZES["n"], 1)))
    return graph


environment = Environment("matrices", build, **NAMES)
