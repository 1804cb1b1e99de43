"""What is written: the nodes of the parsed LaTeX, before anyone asks what a name means.

Each node knows where it stands, so that errors can point at it and the mutator can cut it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Written: TypeAlias = "Atom | Group | Scripted | Fraction | Root | Array | Choice | Product | Big | Sum"


@dataclass(frozen=True, slots=True)
class Atom:
    """One token that stands for itself."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chain:
    """`items` with one of `relations` between each two neighbors; a lone expression has no relation."""

    items: tuple[Written, ...]
    relations: tuple[Atom, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A chain, or with `last` the range `letter = first, …, last`."""

    chain: Chain
    last: Written | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """Something in brackets; `opened` and `closed` are the kinds of the brackets."""

    opened: str
    closed: str
    items: tuple[Chain, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Raised:
    r"""A superscript: an expression, marks such as ``\top`` in order, or an operator with an expression."""

    body: Written | None
    marks: tuple[Atom, ...]
    operator: Atom | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scripted:
    """A base with at most one subscript, at most one superscript and any number of primes."""

    base: Written
    subscript: tuple[Chain, ...]
    superscript: Raised | None
    primes: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fraction:
    """Numerator over denominator, which may turn out to be a derivative."""

    numerator: Written
    denominator: Written
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Written
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Array:
    """A matrix given by its entries, which may be blocks."""

    rows: tuple[tuple[Written, ...], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows of `cases`: a value and its condition, `None` for "otherwise"."""

    rows: tuple[tuple[Written, Chain | None], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Product:
    """Factors; `operators[i]` stands before factor i + 1 and is empty for juxtaposition."""

    factors: tuple[Written, ...]
    operators: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Big:
    r"""A ``\sum`` or ``\prod`` with its limits and its body."""

    word: str
    subscript: tuple[Chain, ...]
    superscript: Raised | None
    body: Written
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms and their signs, "+" or "-"."""

    signs: tuple[str, ...]
    terms: tuple[Written, ...]
    start: int
    end: int
