"""What is meant: the nodes of a formula once the environment has said what its names are."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number; `digits` counts those after the point."""

    value: float
    digits: int
    position: int


@dataclass(frozen=True, slots=True)
class Letter:
    """An index letter, whose value is the index."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Read:
    """A value of the environment: the whole of it, or with indices an element, a row or a column."""

    name: str
    layer: Meaning | None
    indices: tuple[Meaning, ...]
    kind: str  # "whole", "element", "row" or "column"
    position: int


@dataclass(frozen=True, slots=True)
class Pick:
    """An element of a matrix that is not a plain name, such as (AB)_ij."""

    body: Meaning
    indices: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the environment, or its derivative, at arguments."""

    name: str
    layer: Meaning | None
    primes: int
    arguments: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function that every environment knows, or its derivative, at arguments."""

    name: str
    primes: int
    arguments: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Total:
    """Terms with their signs, 1 or -1."""

    signs: tuple[int, ...]
    terms: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Times:
    r"""Two factors side by side; `strict` where a product sign ⊙ stands in the same product."""

    left: Meaning
    right: Meaning
    strict: bool
    position: int


@dataclass(frozen=True, slots=True)
class Elementwise:
    """Two matrices multiplied, or divided, entry by entry."""

    left: Meaning
    right: Meaning
    divide: bool
    position: int


@dataclass(frozen=True, slots=True)
class Over:
    """A quotient; the denominator is a scalar."""

    numerator: Meaning
    denominator: Meaning
    position: int


@dataclass(frozen=True, slots=True)
class Power:
    """A power of a scalar, the inverse of a matrix, or, entry by entry, powers of a matrix."""

    base: Meaning
    exponent: Meaning
    elementwise: bool
    position: int


@dataclass(frozen=True, slots=True)
class Transpose:
    """A transposed matrix."""

    body: Meaning
    position: int


@dataclass(frozen=True, slots=True)
class Binder:
    """A letter that runs; without limits over the axis in which it is used."""

    letter: str
    lower: Meaning | None
    upper: Meaning | None
    position: int


@dataclass(frozen=True, slots=True)
class Condition:
    """A chain of comparisons of indices or scalars."""

    items: tuple[Meaning, ...]
    relations: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Reduce:
    """A sum, product, max, min, argmax or argmin over letters."""

    operation: str
    binders: tuple[Binder, ...]
    conditions: tuple[Condition, ...]
    body: Meaning
    position: int


@dataclass(frozen=True, slots=True)
class Derivative:
    """The derivative of `body` by one value of the environment; everything downstream moves."""

    body: Meaning
    variable: Read
    position: int


@dataclass(frozen=True, slots=True)
class GradientOf:
    """∇f(w): the derivatives of a scalar function at a scalar, vector or matrix."""

    call: Call
    position: int


@dataclass(frozen=True, slots=True)
class Differential:
    """The derivative along a random direction of all leaves."""

    body: Meaning
    position: int


@dataclass(frozen=True, slots=True)
class Iverson:
    """1 where the condition holds, else 0."""

    condition: Condition
    position: int


@dataclass(frozen=True, slots=True)
class Cases:
    """The value of the first row whose condition holds; `None` always holds."""

    rows: tuple[tuple[Meaning, Condition | None], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix by its entries or blocks."""

    rows: tuple[tuple[Meaning, ...], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Moment:
    """Expectation, variance or covariance over the samples."""

    name: str
    arguments: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Order:
    """O(·): a remainder that falls as fast as its argument."""

    body: Meaning
    position: int


@dataclass(frozen=True, slots=True)
class Space:
    """The scalars, or the matrices of the given sizes."""

    sizes: tuple[Meaning, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers between two ends."""

    lower: Meaning
    upper: Meaning
    closed: tuple[bool, bool]
    position: int


@dataclass(frozen=True, slots=True)
class FiniteSet:
    """A few numbers."""

    items: tuple[Meaning, ...]
    position: int


Meaning: TypeAlias = (
    Number
    | Letter
    | Read
    | Pick
    | Call
    | Builtin
    | Total
    | Times
    | Elementwise
    | Over
    | Power
    | Transpose
    | Reduce
    | Derivative
    | GradientOf
    | Differential
    | Iverson
    | Cases
    | Blocks
    | Moment
    | Order
    | Space
    | Interval
    | FiniteSet
)
AnyNode: TypeAlias = Meaning | Binder | Condition


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a display: items with a relation between each two neighbors."""

    items: tuple[Meaning, ...]
    relations: tuple[str, ...]
    positions: tuple[int, ...]  # of the relations


@dataclass(frozen=True, slots=True)
class Display:
    """All claims of a display, the ranges and conditions stated with them, and its index letters."""

    claims: tuple[Claim, ...]
    ranges: tuple[Binder, ...]
    conditions: tuple[Condition, ...]
    layers: frozenset[str]  # letters that count layers


def children(node: AnyNode) -> tuple[AnyNode, ...]:
    """Return the nodes directly below a node, in the order of the text."""
    found: list[AnyNode] = []
    for name in _fields(type(node)):  # type: ignore[arg-type]  # mypy denies that classes are hashable
        _collect(getattr(node, name), found)
    return tuple(found)


def _collect(value: object, found: list[AnyNode]) -> None:
    if isinstance(value, tuple):
        for item in value:
            _collect(item, found)
    elif value is not None:
        found.append(value)  # type: ignore[arg-type]


@cache
def _fields(kind: type[AnyNode]) -> tuple[str, ...]:
    """Return the names of the fields that hold nodes, by their annotations, which are texts here."""
    plain = re.compile(r"\b(str|int|float|bool)\b")
    return tuple(field.name for field in fields(kind) if not plain.search(str(field.type)))


def walk(node: AnyNode) -> list[AnyNode]:
    """Return a node and all nodes below it."""
    found: list[AnyNode] = [node]
    for item in found:  # the list grows while it is read
        found.extend(children(item))
    return found


@cache
def needs_real_steps(node: Meaning) -> bool:
    """Return whether a node contains a derivative, which no second complex step may run through."""
    kinds = (Derivative, GradientOf, Differential)
    return any(isinstance(n, kinds) or (isinstance(n, Call | Builtin) and n.primes > 0) for n in walk(node))
