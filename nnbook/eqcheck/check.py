"""Checks a display: every link of every chain, at every state, for all values of its indices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from . import guards, orders, samples
from .conditions import holds
from .environment import Environment
from .errors import AmbiguousError, EquationError, IndexingError, NamingError, VacuousError
from .evaluate import evaluate
from .graph import Numbers, State
from .links import Link, belongs, compare, links_of
from .parser import parse
from .ranges import axis_range, bound_letters, free_letters, layer_range
from .resolve import resolve
from .scope import Scope, Seen
from .tree import AnyNode, Binder, Claim, Condition, Display, Number, Read
from .values import Value


@dataclass(frozen=True, slots=True)
class Report:
    """What has been checked.

    Attributes
    ----------
    equalities : int
        Links of chains: relations that were checked.
    combinations : int
        Pairs of numbers that were compared, over all links and indices, at one state.
    states : int
        Random states at which all of them held.
    largest_error : float
        The largest relative error among them.
    """

    equalities: int
    combinations: int
    states: int
    largest_error: float


def check(latex: str, environment: Environment) -> Report:
    r"""Check a displayed formula against an environment.

    Parameters
    ----------
    latex : str
        The display: one or more chains of relations, with stated ranges.
    environment : Environment
        What its names are bound to.

    Returns
    -------
    Report
        What was checked, if all of it holds.

    Raises
    ------
    EquationError
        A subclass for each stage, with the position in the LaTeX where there is one.

    References
    ----------
    The language and the guards are described in the book's appendix "Check formulas of your own".

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.eqcheck import Environment, Graph, check
    >>> def build(rng):
    ...     graph = Graph()
    ...     graph.leaf("x", rng.normal(size=3))
    ...     graph.leaf("w", rng.normal(size=3))
    ...     graph.node("z", lambda x, w: x @ w, ["x", "w"])
    ...     return graph
    >>> environment = Environment("a weighted sum", build)
    >>> check(r"z = \sum_i x_i w_i", environment).equalities
    1
    >>> check(r"\frac{\partial z}{\partial w_i} = w_i", environment)
    Traceback (most recent call last):
    ...
    nnbook.eqcheck.errors.FalseEquation: false: i=2: left -0.132105, right -0.535669
    """
    with np.errstate(all="ignore"):
        display = resolve(parse(latex), environment, latex)
        return _Check(display, environment).run()


class _Check:
    def __init__(self, display: Display, environment: Environment) -> None:
        self.display = display
        self.environment = environment
        self.seen = Seen()
        self.stated = {binder.letter: binder for binder in display.ranges}
        everything: list[AnyNode] = [item for claim in display.claims for item in claim.items]
        everything += [*display.ranges, *display.conditions]
        letters: dict[str, None] = {}
        for node in everything:
            letters.update(dict.fromkeys(free_letters(node)), **dict.fromkeys(bound_letters(node)))
        axes = [letter for letter in letters if letter not in display.layers]
        if len(axes) > 8:
            raise IndexingError(f"a display may have at most 8 index letters, got {len(axes)}", 0)
        self.axes = {letter: axis for axis, letter in enumerate(axes, start=1)}

    def run(self) -> Report:
        self.refuse_idle_statements()
        links: list[Link] = []
        for claim in self.display.claims:
            links += self.claim(claim)
        self.refuse_short_ranges()
        if not self.environment.worked_example:
            guards.refuse_single_values(self.seen)
        guards.refuse_missing_outcomes([item for claim in self.display.claims for item in claim.items], self.seen)
        states = len(self.environment.states)
        return Report(
            len(links),
            sum(link.combinations for link in links) // states,
            states,
            max(link.largest_error for link in links),
        )

    def refuse_idle_statements(self) -> None:
        used = {letter for claim in self.display.claims for item in claim.items for letter in free_letters(item)}
        for letter, binder in self.stated.items():
            if letter not in used:
                raise IndexingError(f"the range of {letter} is stated, but {letter} is no free index", binder.position)

    def scope(self, state: State, *, jitter: bool = False) -> Scope:
        return Scope(self.environment, state, self.axes, self.display.layers, self.seen, evaluate, jitter=jitter)

    def claim(self, claim: Claim) -> list[Link]:
        """Check one chain at all states."""
        self.refuse_double_roles(claim)
        links = links_of(claim)
        random = self.environment.samples and samples.is_random(claim)
        pairs: list[list[tuple[Value, Value]]] = []
        for state in self.environment.states:
            scope = self.scope(state)
            pairs.append([])
            for where, mask in self.combinations(claim, scope):
                if random:
                    pairs[-1] += samples.evaluate_links(links, scope)
                else:
                    self.links(links, scope, mask, where)
        if random:
            samples.compare(links, pairs)
        for link in links:
            guards.refuse_idle_link(link, lambda link=link: self.disturbed(claim, link))  # type: ignore[misc]
        return links

    def refuse_double_roles(self, claim: Claim) -> None:
        free = {letter: place for item in claim.items for letter, place in free_letters(item).items()}
        for item in claim.items:
            for letter, position in bound_letters(item).items():
                if letter in free:
                    raise AmbiguousError(
                        f"{letter} runs in a sum and is used outside it (a sum ends at the next + or -)",
                        max(position, free[letter]),
                    )

    def combinations(self, claim: Claim, scope: Scope) -> Iterator[tuple[str, Numbers]]:
        """Bind the free letters in turn; yield the layers in words, and where the stated conditions hold."""
        free = {letter: place for item in claim.items for letter, place in free_letters(item).items()}
        counting = sorted(letter for letter in free if letter in self.display.layers)
        ranges = [self.layers(letter, claim, scope) for letter in counting]
        for letter, layers in zip(counting, ranges):
            self.seen.length(free[letter], letter, len(layers))
        for combination in product(*ranges):
            values = {letter: np.asarray(layer) for letter, layer in zip(counting, combination)}
            where = "".join(f"{letter}={layer}, " for letter, layer in zip(counting, combination))
            with scope.binding(values):
                for letter in (letter for letter in free if letter not in counting):
                    low, high = self.range(letter, claim, scope, free[letter])
                    scope.run(letter, low, high, free[letter])
                    self.seen.length(free[letter], letter, high - low + 1)
                yield where, self.mask(free, scope)

    def layers(self, letter: str, claim: Claim, scope: Scope) -> list[int]:
        if letter in self.stated:
            low, high = self.ends(self.stated[letter], scope)
            return list(range(low, high + 1))
        return layer_range(letter, claim.items, scope)

    def range(self, letter: str, claim: Claim, scope: Scope, position: int) -> tuple[int, int]:
        if letter in self.stated:
            return self.ends(self.stated[letter], scope)
        return axis_range(letter, claim.items, scope, position)

    def ends(self, binder: Binder, scope: Scope) -> tuple[int, int]:
        found = []
        for end in (binder.lower, binder.upper):
            assert end is not None  # noqa: S101 - a stated range has both ends
            array = scope.whole(end, "an end", binder.position)
            if array.size != 1:
                raise IndexingError("an end of a stated range must be a single number", binder.position)
            found.append(int(array.flat[0]))
        if not 0 <= found[1] - found[0] < 1000:
            raise IndexingError(f"{binder.letter} runs from {found[0]} to {found[1]}", binder.position)
        return found[0], found[1]

    def mask(self, free: dict[str, int], scope: Scope) -> Numbers:
        mask: Numbers = np.asarray(True)
        for condition in self.display.conditions:
            if set(free_letters(condition)) <= set(free):
                mask = mask & holds(condition, scope)
        if not bool(mask.any()):
            raise VacuousError("the stated conditions never hold", self.display.conditions[0].position)
        return mask

    def links(self, links: list[Link], scope: Scope, mask: Numbers, where: str) -> None:
        """Compare each two neighbors of a chain."""
        left = self.first(links[0], scope)
        for link in links:
            if orders.has_order(link.left) or orders.has_order(link.right):
                orders.compare(link, scope)
                left = evaluate(link.right, scope) if not orders.has_order(link.right) else Value(np.asarray(0.0))
            elif link.relation == r"\in":
                belongs(link, left, scope, mask, where)
            else:
                right = evaluate(link.right, scope)
                compare(link, left, right, scope, mask, where)
                left = right

    def first(self, link: Link, scope: Scope) -> Value:
        """Return the value of the first item: for an update, the one which the library's step has left."""
        if orders.has_order(link.left):
            return Value(np.asarray(0.0))
        before = evaluate(link.left, scope)
        if link.relation != r"\leftarrow":
            return before
        if not isinstance(link.left, Read) or not any(key[0] == link.left.name for key in scope.state.graph.updates):
            raise NamingError("the environment knows no update of the left side", link.left.position)
        with scope.at(scope.state.updated()):
            after = evaluate(link.left, scope)
        link.changed = link.changed or bool(np.any(after.array != before.array))
        return after

    def disturbed(self, claim: Claim, link: Link) -> float:
        """Return the largest value of either side after all numbers in it were disturbed."""
        state = self.environment.states[0]
        plain, scope = self.scope(state), self.scope(state, jitter=True)
        largest = 0.0
        for _ in self.combinations(claim, plain):
            with scope.binding(plain.bound):
                sides = [evaluate(side, scope).array for side in (link.left, link.right)]
            largest = max(largest, *(float(np.abs(side).max(initial=0.0)) for side in sides))
        return largest

    # Ranges and conditions that could be wider

    def refuse_short_ranges(self) -> None:
        """Refuse a range or a condition without which every claim that it concerns would hold as well."""
        scope = self.scope(self.environment.states[0])
        free = [{letter for item in claim.items for letter in free_letters(item)} for claim in self.display.claims]
        for letter, binder in self.stated.items():
            concerned = [claim for claim, letters in zip(self.display.claims, free) if letter in letters]
            low, high = self.ends(binder, scope)
            for beyond in (low - 1, high + 1):
                if all(self.extends(claim, letter, beyond) for claim in concerned):
                    message = f"the range of {letter} is too short: {letter}={beyond} holds as well"
                    raise VacuousError(message, binder.position)
        for condition in self.display.conditions:
            letters = set(free_letters(condition))
            concerned = [claim for claim, others in zip(self.display.claims, free) if letters <= others]
            if not concerned:
                raise IndexingError("the condition concerns no claim", condition.position)
            if all(self.needless(claim, condition) for claim in concerned):
                raise VacuousError("the statement holds where the condition does not", condition.position)

    def extends(self, claim: Claim, letter: str, value: int) -> bool:
        """Return whether the claim holds for one more value of a letter."""
        other = _Check(self.display, self.environment)
        number = Number(float(value), 0, 0)
        other.stated = {**self.stated, letter: Binder(letter, number, number, 0)}
        return other.survives(claim)

    def needless(self, claim: Claim, condition: Condition) -> bool:
        """Return whether the claim holds just where a condition does not."""
        other = _Check(self.display, self.environment)
        opposite = {"<": r"\ge", ">": r"\le", r"\le": ">", r"\ge": "<", r"\ne": "="}
        if len(condition.relations) != 1:
            return False
        negated = Condition(condition.items, (opposite[condition.relations[0]],), condition.position)
        other.display = Display(self.display.claims, self.display.ranges, (negated,), self.display.layers)
        return other.survives(claim)

    def survives(self, claim: Claim) -> bool:
        links = links_of(claim)
        scope = self.scope(self.environment.states[0])
        try:
            for where, mask in self.combinations(claim, scope):
                self.links(links, scope, mask, where)
        except EquationError:
            return False
        return True
