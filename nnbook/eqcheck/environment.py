"""What the names of a formula are bound to."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, cached_property

import numpy as np

from .graph import Graph, State

Reading = tuple[str, str]


@cache
def plain_name(name: str) -> str:
    r"""Return the normalized spelling of a name: no spaces, no braces around a subscript, no ``\text``.

    Examples
    --------
    >>> plain_name(r"W_{\text{column}}"), plain_name(r"\hat y_1")
    ('W_column', '\\hat{y}_1')
    """
    name = re.sub(r"\\(hat|bar|tilde|mathbf|boldsymbol|mathrm|mathcal)\s+(\\?[A-Za-z0-9]+)", r"\\\1{\2}", name)
    base, _, subscript = name.partition("_")
    subscript = re.sub(r"\\(text|mathrm)|\\,|[{}\s,]", "", subscript)
    return re.sub(r"\s", "", base) + (f"_{subscript}" if subscript else "")


class Environment:
    r"""Values and functions for the names of formulas, at several random states.

    Parameters
    ----------
    name : str
        What pages call it.
    build : callable
        Takes a `numpy.random.Generator` and returns a `Graph`; it is called once for each state.
    states : int
        How many random states a formula must hold at.
    seed : int
        Seed of the first state; the others count on.
    elements : mapping of str to str
        Which array a letter with indices reads: ``{"w": "W"}`` makes ``w_{ij}`` an element of ``W``. A name that
        is bound to an array reads its own elements.
    rows, columns : mapping of str to str
        Which array a name with one index reads a whole row or column of: ``{r"\mathbf{x}": "X"}``.
    first : mapping of str to int
        The index of the first element, where it is not 1.
    biases : collection of str
        Names whose rows (or columns) are added to every row (or column) of a matrix.
    samples : bool
        Whether leaves carry a first axis of random samples, for expectation and variance.
    steps : mapping of str to sequence of float
        For orders such as ``O(h^2)``: the values which the step runs through, falling.
    tolerance : float, optional
        How far, relatively, the sides of an ``\approx`` without decimal digits may lie apart.
    worked_example : bool
        Small sizes, one output, no bias: exempt from some guards, and in need of a companion on the page.

    Examples
    --------
    >>> def build(rng):
    ...     graph = Graph()
    ...     graph.leaf("x", rng.normal(size=3))
    ...     graph.leaf("w", rng.normal(size=3))
    ...     graph.node("z", lambda x, w: x @ w, ["x", "w"])
    ...     return graph
    >>> Environment("weighted sum", build)
    Environment('weighted sum', names: w x z)
    """

    def __init__(
        self,
        name: str,
        build: Callable[[np.random.Generator], Graph],
        *,
        states: int = 3,
        seed: int = 0,
        elements: Mapping[str, str] | None = None,
        rows: Mapping[str, str] | None = None,
        columns: Mapping[str, str] | None = None,
        first: Mapping[str, int] | None = None,
        biases: Collection[str] = (),
        samples: bool = False,
        steps: Mapping[str, Sequence[float]] | None = None,
        tolerance: float | None = None,
        worked_example: bool = False,
    ) -> None:
        if states < 1:
            raise ValueError(f"states must be at least 1, got {states}")
        self.name = name
        self._build = build
        self._count = states
        self._seed = seed
        self.elements = {plain_name(key): value for key, value in (elements or {}).items()}
        self.rows = {plain_name(key): value for key, value in (rows or {}).items()}
        self.columns = {plain_name(key): value for key, value in (columns or {}).items()}
        self.first = dict(first or {})
        self.biases = frozenset(biases)
        self.samples = samples
        self.steps = {key: tuple(values) for key, values in (steps or {}).items()}
        self.tolerance = tolerance
        self.worked_example = worked_example

    @cached_property
    def states(self) -> tuple[State, ...]:
        """The random states; they are built when they are first needed, and kept."""
        seeds = range(self._seed, self._seed + self._count)
        return tuple(State(self._build(np.random.default_rng(seed))) for seed in seeds)

    @property
    def graph(self) -> Graph:
        """The graph of the first state, whose names are those of all states."""
        return self.states[0].graph

    @cached_property
    def values(self) -> dict[str, str]:
        """Normalized names of the values, and the names they have in the graph."""
        return {plain_name(name): name for name, _ in self.graph.nodes}

    @cached_property
    def functions(self) -> dict[str, str]:
        """Normalized names of the functions, and the names they have in the graph."""
        return {plain_name(name): name for name, _ in self.graph.functions}

    @cached_property
    def names(self) -> frozenset[str]:
        """All names that are bound as they stand."""
        return frozenset(self.values) | frozenset(self.functions)

    def __repr__(self) -> str:
        """Return the name and what it binds."""
        return f"Environment({self.name!r}, names: {' '.join(sorted(self.names | set(self.elements)))})"
