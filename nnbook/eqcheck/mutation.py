"""Single mistakes in a formula, made on purpose: each must be refused, or the check proves nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .lexer import tokenize
from .parser import parse
from .syntax import Atom, Big, Chain, Fraction, Group, Product, Raised, Scripted, Statement, Sum


@dataclass(frozen=True, slots=True)
class Mutant:
    """A formula with one mistake, and what was done to it."""

    latex: str
    what: str
    position: int


def mutants(latex: str) -> list[Mutant]:
    r"""Return all formulas that differ from a display by one typical mistake.

    Signs are flipped; subscripts swapped; transposes, factors, terms and primes dropped; ``\odot`` and the product
    exchanged; layers and indices shifted; ranges changed; fractions turned over; index letters and numbers replaced.

    Parameters
    ----------
    latex : str
        A display that parses.

    Returns
    -------
    list of Mutant
        Without duplicates, in the order of the kinds above. Some may not parse.

    Raises
    ------
    ParseError
        If the display itself does not parse.

    Examples
    --------
    >>> for mutant in mutants("z = w_{ij} - 2"):
    ...     print(mutant.latex, "|", mutant.what)
    z = w_{ij} + 2 | sign
    z = w_{ji} - 2 | subscripts swapped
    z =  - 2 | term dropped
    z = w_{ij} | term dropped
    z = w_{i+1,j} - 2 | index shifted
    z = w_{i-1,j} - 2 | index shifted
    z = w_{i,j+1} - 2 | index shifted
    z = w_{i,j-1} - 2 | index shifted
    z = w_{jj} - 2 | another letter
    z = w_{ii} - 2 | another letter
    z = w_{ij} - 3 | another number
    """
    nodes = [node for statement in parse(latex) for node in _walk(statement)]
    found: dict[str, Mutant] = {}
    for start, end, text, what in _edits(latex, nodes):
        changed = latex[:start] + text + latex[end:]
        if changed != latex:
            found.setdefault(changed, Mutant(changed, what, start))
    return list(found.values())


Edit = tuple[int, int, str, str]


def _edits(latex: str, nodes: list[Any]) -> Iterator[Edit]:
    yield from _signs(latex)
    scripted = [node for node in nodes if isinstance(node, Scripted)]
    for node in scripted:
        yield from _swapped_subscripts(latex, node)
    # ij is two indices, not a product.
    subscripts = {id(c.items[0]) for n in nodes if isinstance(n, Scripted | Big) for c in n.subscript}
    for node in nodes:
        if isinstance(node, Raised):
            yield from _dropped_marks(latex, node)
        elif isinstance(node, Product) and id(node) not in subscripts:
            yield from _changed_product(node)
        elif isinstance(node, Sum):
            yield from _dropped_terms(node)
    for node in scripted:
        yield from _shifted_indices(latex, node)
    for node in nodes:
        if isinstance(node, Big | Statement):
            yield from _changed_ranges(node)
        elif isinstance(node, Fraction):
            above, below = (latex[side.start : side.end] for side in (node.numerator, node.denominator))
            yield node.start, node.end, rf"\frac{{{below}}}{{{above}}}", "fraction turned over"
            yield node.start, node.end, f"{{{above}}}", "denominator dropped"
    yield from _other_letters(scripted, nodes)
    for node in nodes:
        if isinstance(node, Atom) and node.kind == "NUMBER":
            digits = len(node.text.partition(".")[2])
            yield node.start, node.end, f"{float(node.text) + 10.0**-digits:.{digits}f}", "another number"


def _walk(node: Any) -> Iterator[Any]:
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif hasattr(item, "__slots__"):
            yield item
            stack.extend(getattr(item, name) for name in reversed(item.__slots__))


def _signs(latex: str) -> Iterator[Edit]:
    for token in tokenize(latex):
        if token.kind in {"PLUS", "MINUS"}:
            yield token.start, token.end, "-" if token.kind == "PLUS" else "+", "sign"
        elif token.text in {"<", ">", r"\le", r"\ge"}:
            opposite = {"<": ">", ">": "<", r"\le": r"\ge ", r"\ge": r"\le "}
            yield token.start, token.end, opposite[token.text], "inequality turned"


def _index_items(node: Scripted) -> list[tuple[int, int]]:
    """Return where the single indices of a subscript stand."""
    if isinstance(node.base, Atom) and node.base.kind in {"NABLA", "FUNC"}:
        return []
    spans: list[tuple[int, int]] = []
    for chain in node.subscript:
        item = chain.items[0]
        if isinstance(item, Product) and not any(item.operators):
            spans += [(factor.start, factor.end) for factor in item.factors]
        elif isinstance(item, Atom) and item.kind == "NUMBER":
            spans += [(place, place + 1) for place in range(item.start, item.end)]
        elif not isinstance(item, Atom) or item.kind == "SYM":
            spans.append((item.start, item.end))
    return spans


def _swapped_subscripts(latex: str, node: Scripted) -> Iterator[Edit]:
    spans = _index_items(node)
    for (start, middle), (after, end) in itertools.pairwise(spans):
        text = latex[after:end] + latex[middle:after] + latex[start:middle]
        yield start, end, text, "subscripts swapped"


def _shifted_indices(latex: str, node: Scripted) -> Iterator[Edit]:
    raised = node.superscript
    if raised is not None and isinstance(raised.body, Group) and raised.body.opened == "LPAR":
        for shift in ("+1", "-1"):
            yield raised.body.end - 1, raised.body.end - 1, shift, "layer shifted"
    spans = _index_items(node)
    for number in range(len(spans)):
        for shift in ("+1", "-1"):
            parts = [latex[start:end] + (shift if place == number else "") for place, (start, end) in enumerate(spans)]
            start, end = spans[0][0], spans[-1][1]
            text = ",".join(parts)
            yield start, end, text if latex[start - 1] != "_" else f"{{{text}}}", "index shifted"


def _dropped_marks(latex: str, node: Raised) -> Iterator[Edit]:
    what = {"TOP": "transpose", "PRIME": "prime"}
    for mark in node.marks:
        if mark.kind in what:
            alone = node.body is None and len(node.marks) == 1
            start = latex.rindex("^", 0, mark.start) if alone else mark.start
            yield start, node.end if alone else mark.end, "", f"{what[mark.kind]} dropped"


def _changed_product(node: Product) -> Iterator[Edit]:
    factors = node.factors
    for number, factor in enumerate(factors):
        start = factors[number - 1].end if number else factor.start
        end = factor.end if number else factors[1].start
        yield start, end, " ", "factor dropped"
    for number, operator in enumerate(node.operators):
        start, end = factors[number].end, factors[number + 1].start
        if operator == r"\odot":
            yield start, end, " ", "⊙ replaced"
        elif operator == "/":
            yield start, end, " ", "/ replaced"
        elif not (isinstance(before := factors[number], Atom) and before.kind in {"PARTIAL", "D"}):
            yield start, end, r" \odot ", "product replaced"


def _dropped_terms(node: Sum) -> Iterator[Edit]:
    for number, term in enumerate(node.terms):
        if len(node.terms) > 1:
            yield node.terms[number - 1].end if number else term.start, term.end, "", "term dropped"


def _changed_ranges(node: Big | Statement) -> Iterator[Edit]:
    if isinstance(node, Statement):
        if node.last is not None:
            for end in (node.chain.end, node.last.end):
                for shift in ("+1", "-1"):
                    yield end, end, shift, "range changed"
        return
    raised = node.superscript
    if raised is not None and raised.body is not None:
        lower = node.subscript[0].end
        yield lower, lower, "+1", "range changed"
        body = raised.body
        if raised.end > body.end:  # in braces
            yield body.end, body.end, "-1", "range changed"
        else:
            assert isinstance(body, Atom)  # noqa: S101 - without braces there is one token
            yield body.start, body.end, f"{{{body.text}-1}}", "range changed"


def _other_letters(scripted: list[Scripted], nodes: list[Any]) -> Iterator[Edit]:
    places: list[Atom] = []
    for node in scripted:
        if _index_items(node):
            places += [item for chain in node.subscript for item in _walk(chain) if isinstance(item, Atom)]
    letters: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, Big):
            letters.update(dict.fromkeys(a.text for c in node.subscript for a in _heads(c) if a.kind == "SYM"))
    places = [place for place in places if place.kind == "SYM"]
    letters.update(dict.fromkeys(place.text for place in places))
    for place in places:
        for letter in letters:
            if letter != place.text:
                yield place.start, place.end, letter, "another letter"


def _heads(chain: Chain) -> list[Atom]:
    item = chain.items[0]
    factors = item.factors if isinstance(item, Product) else (item,)
    return [factor for factor in factors if isinstance(factor, Atom)]
