"""Where a formula is evaluated: at which state, with which indices, and within which bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from .environment import Environment
from .errors import IndexingError
from .graph import Numbers, State
from .tree import Meaning
from .values import Value, scalar

MAX_WORK = 30_000_000
MAX_SIZE = 2_000_000
MAX_COMBINATIONS = 300_000
MAX_STEPS = 60_000


@dataclass
class Seen:
    """What has occurred so far: the guards against checks that cannot fail ask for it."""

    outcomes: dict[tuple[int, str], set[object]] = field(default_factory=dict)
    longest: dict[tuple[int, str], int] = field(default_factory=dict)

    def outcome(self, position: int, what: str, value: object) -> None:
        """Note that something came out in a certain way."""
        self.outcomes.setdefault((position, what), set()).add(value)

    def length(self, position: int, letter: str, count: int) -> None:
        """Note over how many values a letter ran."""
        key = position, letter
        self.longest[key] = max(count, self.longest.get(key, 0))


class Scope:
    """The state, the indices and the budget of one evaluation.

    Parameters
    ----------
    environment : Environment
        What names mean.
    state : State
        One of its states.
    letters : mapping of str to int
        The axis of each index letter that runs along an axis; axis 0 belongs to random samples.
    layers : frozenset of str
        Letters that count layers; they take one value at a time.
    seen : Seen
        Where occurrences are noted.
    evaluator : callable
        Takes an expression and a scope and returns its value.
    jitter : bool
        Whether to disturb all numbers and values, to see if a zero is a coincidence.
    """

    def __init__(
        self,
        environment: Environment,
        state: State,
        letters: Mapping[str, int],
        layers: frozenset[str],
        seen: Seen,
        evaluator: Callable[[Meaning, Scope], Value],
        *,
        jitter: bool = False,
    ) -> None:
        self.environment = environment
        self.state = state
        self.axes = letters
        self.dimensions = len(letters) + 1
        self.layers = layers
        self.seen = seen
        self.jitter = jitter
        self._evaluator = evaluator
        self.bound: dict[str, Numbers] = {}
        self.samples = 1
        if environment.samples:
            nodes = state.graph.nodes
            self.samples = max(len(state.value(key)) for key in nodes if not nodes[key].constant)
        self._work = 0
        self._steps = 0

    def evaluate(self, node: Meaning) -> Value:
        """Return the value of an expression in this scope."""
        return self._evaluator(node, self)

    def whole(self, node: Meaning, what: str, position: int) -> Numbers:
        """Return the values of an index, a layer or a limit, which are whole numbers and never disturbed."""
        jitter, self.jitter = self.jitter, False
        try:
            real = np.asarray(scalar(self.evaluate(node), what, position).real, dtype=float)
        finally:
            self.jitter = jitter
        if real.size == 0 or not bool(np.all(np.isfinite(real) & (real == np.round(real)) & (np.abs(real) < 1e6))):
            raise IndexingError(f"{what} must be a whole number", position)
        return real.astype(np.int64)

    def spend(self, size: int, position: int) -> None:
        """Count the work, and refuse a formula that is too large."""
        self._work += size
        self._steps += 1
        if size > MAX_SIZE or self._work > MAX_WORK or self._steps > MAX_STEPS:
            raise IndexingError("too many combinations of indices", position)

    def run(self, letter: str, low: int, high: int, position: int) -> None:
        """Let a letter take the values from `low` to `high`, laid out along its axis."""
        size = self.samples
        for values in self.bound.values():
            size *= values.size
        # Checked before anything is allocated: any product may use all letters at once.
        if not 0 < high - low + 1 <= MAX_COMBINATIONS // size:
            raise IndexingError(f"{letter} runs from {low} to {high}: none, or too many combinations", position)
        shape = [1] * self.dimensions
        shape[self.axes[letter]] = high - low + 1
        self.bound[letter] = np.arange(low, high + 1).reshape(shape)

    @contextmanager
    def binding(self, values: Mapping[str, Numbers]) -> Iterator[None]:
        """Bind letters for the time being."""
        before = dict(self.bound)
        self.bound.update(values)
        try:
            yield
        finally:
            self.bound = before

    @contextmanager
    def at(self, state: State) -> Iterator[None]:
        """Evaluate at another state for the time being."""
        before, self.state = self.state, state
        try:
            yield
        finally:
            self.state = before
