"""One link of a chain: two values and the relation that is claimed to hold between them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .conditions import COMPARE
from .errors import FalseEquation, VacuousError
from .graph import Numbers
from .scope import Scope
from .tree import (
    Builtin,
    Call,
    Claim,
    Derivative,
    FiniteSet,
    Interval,
    Meaning,
    Number,
    Space,
    Total,
    needs_real_steps,
    walk,
)
from .values import Value, same_shape, scalar

EXACT = 1e-9
BY_DIFFERENCES = 1e-6
ZERO = 1e-12
NEAR = 0.05


@dataclass
class Link:
    """What is claimed, and what has been found out about it at all states so far."""

    left: Meaning
    right: Meaning
    relation: str
    position: int
    tolerance: float
    combinations: int = 0
    largest_error: float = 0.0
    largest_value: float = 0.0
    gaps: list[tuple[float, float]] = field(default_factory=list)
    changed: bool = False
    reached: set[int] = field(default_factory=set)


def tolerance_of(items: tuple[Meaning, ...]) -> float:
    """Return the relative error that the derivatives in a claim may leave."""
    for node in (inner for item in items for inner in walk(item)):
        if isinstance(node, Derivative) and needs_real_steps(node.body):
            return BY_DIFFERENCES
        if isinstance(node, Call | Builtin) and node.primes > 1:
            return BY_DIFFERENCES
    return EXACT


def links_of(claim: Claim) -> list[Link]:
    """Return the links of a chain, from left to right."""
    tolerance = tolerance_of(claim.items)
    pairs = zip(claim.items, claim.items[1:], claim.relations, claim.positions)
    return [Link(left, right, relation, position, tolerance) for left, right, relation, position in pairs]


def compare(link: Link, left: Value, right: Value, scope: Scope, mask: Numbers, where: str) -> None:
    """Refuse the link if it does not hold wherever the mask is true; note how it holds.

    Raises
    ------
    FalseEquation
        With both values, at the combination of indices where they differ most.
    """
    left, right = same_shape(left, right, f"the sides of {link.relation}", link.position)
    if left.matrix:
        mask = mask[..., None, None]
    a, b, mask = np.broadcast_arrays(left.array.real, right.array.real, mask)
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    at = _Place(a, b, mask, left.matrix, scope, where)
    if not bool(np.all(np.isfinite(a[mask]) & np.isfinite(b[mask]))):
        raise FalseEquation(at.describe(np.isfinite(a) & np.isfinite(b)), link.position)
    scale = float(max(np.abs(a[mask]).max(initial=0.0), np.abs(b[mask]).max(initial=0.0)))
    link.combinations += int(mask.sum())
    link.largest_value = max(link.largest_value, scale)
    if link.relation in {"<", ">", r"\le", r"\ge"}:
        _order(link, a, b, mask, at, scale)
        return
    error = np.where(mask, np.abs(a - b), 0.0)
    largest = float(error.max(initial=0.0))
    if link.relation == r"\ne":
        if largest <= 1e-6 * scale:
            raise FalseEquation(f"{where}both sides are equal", link.position)
        return
    allowed = link.tolerance * scale
    if link.relation == r"\approx":
        allowed = _approximation(link, scope, scale)
    if scale < ZERO:
        return
    if largest > allowed:
        raise FalseEquation(at.describe(error <= allowed), link.position)
    link.largest_error = max(link.largest_error, largest / scale)


def _order(link: Link, a: Numbers, b: Numbers, mask: Numbers, at: _Place, scale: float) -> None:
    upper, lower = (b, a) if link.relation in {"<", r"\le"} else (a, b)
    slack = 1e-12 * scale if link.relation in {r"\le", r"\ge"} else 0.0
    holds = COMPARE[r"\le" if slack else "<"](lower, upper + slack)
    if not bool(np.all(holds[mask])):
        raise FalseEquation(at.describe(holds), link.position)
    gap = (upper - lower)[mask]
    link.gaps.append((float(gap.min()), float(gap.max())))


def _approximation(link: Link, scope: Scope, scale: float) -> float:
    """Return how far apart the sides may lie: half a unit of the last digit shown, or what the environment allows."""
    for side in (link.right, link.left):
        inner = side.terms[0] if isinstance(side, Total) and len(side.terms) == 1 else side
        if isinstance(inner, Number):
            return 0.5000001 * 10.0**-inner.digits
    if scope.environment.tolerance is None:
        raise VacuousError(r"\approx needs decimal digits, or an environment with a tolerance", link.position)
    return scope.environment.tolerance * scale


def belongs(link: Link, left: Value, scope: Scope, mask: Numbers, where: str) -> None:
    r"""Refuse the link unless the left side lies in the set on the right.

    Raises
    ------
    FalseEquation
        If the shape or a value is another one.
    """
    target = link.right
    if isinstance(target, Space):
        sizes = [scalar(scope.evaluate(size), "a size", link.position) for size in target.sizes]
        numbers = tuple(int(size.real.flat[0]) for size in sizes)
        shape = left.shape
        if len(numbers) == 1 and 1 in shape:
            shape = (shape[0] * shape[1],)
        if shape != numbers:
            raise FalseEquation(f"{where}left has shape {left.shape}, right says {numbers}", link.position)
        link.combinations += 1
        link.largest_value = max(link.largest_value, float(np.abs(left.array).max(initial=0.0)))
        return
    array = left.array.real
    if isinstance(target, Interval):
        closed_lower, closed_upper = target.closed
        lower, upper = scope.evaluate(target.lower), scope.evaluate(target.upper)
        pairs = ((lower, left, closed_lower), (left, upper, closed_upper))
        for smaller, larger, closed in pairs:
            one = Link(link.left, link.right, r"\le" if closed else "<", link.position, link.tolerance)
            compare(one, *_spread(smaller, larger), scope, mask, where)
            link.gaps += one.gaps
            link.combinations = one.combinations
        link.largest_value = max(link.largest_value, 1.0)
        return
    assert isinstance(target, FiniteSet)  # noqa: S101 - the third and last kind of set
    members = [float(scalar(scope.evaluate(item), "a member", link.position).real.flat[0]) for item in target.items]
    near = np.stack([np.abs(array - member) <= 1e-12 * (1 + abs(member)) for member in members])
    if not bool(np.all(near.any(axis=0))):
        worst = array[~near.any(axis=0)].flat[0]
        raise FalseEquation(f"{where}left {worst:.6g} is not in the set", link.position)
    link.reached |= {number for number in range(len(members)) if bool(near[number].any())}
    link.combinations += array.size
    link.largest_value = 1.0


def _spread(smaller: Value, larger: Value) -> tuple[Value, Value]:
    """Let an end of an interval stand for every entry of a matrix."""
    if smaller.matrix and not larger.matrix:
        larger = Value(np.broadcast_to(larger.array[..., None, None], smaller.array.shape), matrix=True)
    elif larger.matrix and not smaller.matrix:
        smaller = Value(np.broadcast_to(smaller.array[..., None, None], larger.array.shape), matrix=True)
    return smaller, larger


@dataclass
class _Place:
    """Describes the combination of indices at which two sides differ most."""

    a: Numbers
    b: Numbers
    mask: Numbers
    matrix: bool
    scope: Scope
    where: str

    def describe(self, fine: Numbers) -> str:
        error = np.where(self.mask & ~fine, np.nan_to_num(np.abs(self.a - self.b), nan=np.inf), -1.0)
        index = np.unravel_index(int(np.argmax(error)), error.shape)
        lead = len(index) - 2 if self.matrix else len(index)
        parts = []
        for letter, axis in sorted(self.scope.axes.items()):
            position = lead - self.scope.dimensions + axis
            values = self.scope.bound.get(letter)
            if position >= 0 and values is not None and error.shape[position] > 1 and values.size > 1:
                parts.append(f"{letter}={int(values.flat[index[position]])}")
        if self.matrix:
            parts.append(f"row {index[-2] + 1}, column {index[-1] + 1}")
        place = self.where + ", ".join(parts)
        place = f"{place.removesuffix(', ')}: " if place else ""
        return f"{place}left {self.a[index]:.6g}, right {self.b[index]:.6g}"
