"""Fractions that are derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .calls import call
from .errors import NamingError, ParseError
from .syntax import Atom, Fraction, Product, Scripted
from .tree import Derivative, Meaning, Read

if TYPE_CHECKING:
    from .reader import Reader


def derivative_order(fraction: Fraction) -> int:
    """Return the order if the fraction is a derivative, else 0."""
    head = fraction.numerator.factors[0] if isinstance(fraction.numerator, Product) else fraction.numerator
    base = head.base if isinstance(head, Scripted) else head
    if not isinstance(base, Atom) or base.kind not in {"PARTIAL", "D"}:
        return 0
    if not isinstance(head, Scripted):
        return 1
    body = head.superscript.body if head.superscript is not None else None
    if not isinstance(body, Atom) or body.text not in {"2", "3"}:
        raise ParseError("the order of a derivative must be 2 or 3", head.start)
    return int(body.text)


def differentiated(reader: Reader, rest: Product, fraction: Fraction) -> Meaning:
    r"""Return what stands behind \\partial; a bare function is taken at the variable."""
    head = rest.factors[0]
    base, scripts = (head.base, head) if isinstance(head, Scripted) else (head, None)
    if len(rest.factors) == 1 and isinstance(base, Atom) and reader.names.names_function(base, scripts):
        variable = variables(reader, fraction)[0]
        return call(reader, base, scripts, lambda: (variable,))
    return reader.expression(rest)


def variables(reader: Reader, fraction: Fraction) -> list[Read]:
    """Return the values by which a fraction differentiates, each as often as it does."""
    written = fraction.denominator
    factors = written.factors if isinstance(written, Product) else (written,)
    found: list[Read] = []
    for sign, symbol in zip(factors[::2], factors[1::2]):
        if not isinstance(sign, Atom) or sign.kind not in {"PARTIAL", "D"} or len(factors) % 2:
            break
        count = 1
        if isinstance(symbol, Scripted) and symbol.superscript is not None:
            body = symbol.superscript.body
            if isinstance(body, Atom) and body.text in {"2", "3"}:
                count = int(body.text)
                symbol = Scripted(symbol.base, symbol.subscript, None, symbol.primes, symbol.start, symbol.end)
        variable = reader.expression(symbol)
        if not isinstance(variable, Read):
            raise NamingError("a derivative must be by a value of the environment", symbol.start)
        found += [variable] * count
    if not found:
        raise ParseError("a derivative needs a denominator such as \\partial x", fraction.start)
    return found


def derivative(reader: Reader, body: Meaning, fraction: Fraction, order: int) -> Meaning:
    """Return the derivative of a formula by all variables of a fraction."""
    found = variables(reader, fraction)
    if len(found) != order:
        raise ParseError(f"order {order} above, order {len(found)} below", fraction.start)
    for variable in found:
        body = Derivative(body, variable, fraction.start)
    return body
