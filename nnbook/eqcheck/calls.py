"""Functions and their arguments: of the environment, built in, moments, orders and gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .errors import AmbiguousError, NamingError, ParseError
from .syntax import Atom, Big, Fraction, Group, Root, Scripted, Written
from .tree import Builtin, Call, Derivative, GradientOf, Meaning, Moment, Order, Read

if TYPE_CHECKING:
    from .reader import Reader

REDUCTIONS = {"max", "min", "argmax", "argmin"}
MOMENTS = {"Var", "Cov"}
BUILTINS = {"exp", "log", "tanh", "sin", "cos", "sinh", "cosh"}
MATRIX_BUILTINS = {"softmax", "tr", "diag", "det", "vec", "sign"}
MAX_PRIMES = 3


def applied(
    reader: Reader,
    base: Atom,
    scripts: Scripted | None,
    factors: Sequence[Written],
    operators: Sequence[str],
    position: int,
) -> tuple[Meaning, int]:
    """Return a function at its argument, and where the next factor starts."""
    name = base.text
    beside = position + 1 < len(factors) and operators[position + 1] == ""
    if not beside:
        raise AmbiguousError(f"the function {name} needs an argument in parentheses", base.end)
    written = factors[position + 1]
    inner, outer = (written.base, written) if isinstance(written, Scripted) else (written, None)
    if isinstance(inner, Group) and inner.opened in {"LPAR", "LSQ"}:
        bracketed = brackets(reader, inner)
        meaning = call(reader, base, scripts, bracketed)
        if outer is not None:
            if outer.primes or (outer.superscript is not None and outer.superscript.body is not None):
                raise AmbiguousError(f"write ({name}(x))^2: a power of the parentheses can be misread", inner.end)
            meaning = reader.scripts_of(meaning, outer)
        return meaning, position + 2
    if base.kind != "FUNC":
        raise AmbiguousError(f"the argument of {name} needs parentheses", written.start)
    if not isinstance(inner, Atom | Fraction | Big | Root) or (isinstance(inner, Atom) and inner.kind == "FUNC"):
        raise AmbiguousError(f"the argument of {name} needs parentheses", written.start)
    if position + 2 < len(factors):
        raise AmbiguousError(f"where does the argument of {name} end? Use parentheses", factors[position + 2].start)
    # The sum of a \max_k stands inside its scope.
    return call(reader, base, scripts, lambda: (reader.expression(written),)), position + 2


def brackets(reader: Reader, group: Group) -> Callable[[], tuple[Meaning, ...]]:
    """Return what reads the arguments in brackets; they are read only when the scope of the function is known."""
    for chain in group.items:
        if chain.relations:
            raise ParseError("an argument holds no relation", chain.start)
    return lambda: tuple(reader.expression(chain.items[0]) for chain in group.items)


def call(reader: Reader, base: Atom, scripts: Scripted | None, arguments: Callable[[], tuple[Meaning, ...]]) -> Meaning:
    """Return the meaning of a function, or of its derivative, at its arguments."""
    name, position = base.text, base.start
    raised = scripts.superscript if scripts is not None else None
    primes = scripts.primes if scripts is not None else 0
    if raised is not None:
        primes += sum(mark.kind == "PRIME" for mark in raised.marks)
        if reader.names.layer_of(raised) is None and raised.body is not None:
            raise AmbiguousError(f"write ({name}(x))^2: a power of a function can be misread", base.end)
    if primes > MAX_PRIMES:
        raise ParseError(f"at most {MAX_PRIMES} primes", base.end)
    full = reader.names.full_name(base, scripts)
    if full in reader.environment.functions:
        written = reader.names.layer_of(raised)
        layer = reader.expression(written) if written is not None else None
        return Call(reader.environment.functions[full], layer, primes, arguments(), position)
    if raised is not None and raised.body is not None:
        raise NamingError(f"{name} has no layers", position)
    if name in REDUCTIONS and scripts is not None and scripts.subscript:
        return reader.reduce(name, scripts.subscript, None, lambda: one(arguments(), name, position), position)
    if base.kind == "EXPECT" or name in MOMENTS:
        return Moment("E" if base.kind == "EXPECT" else name, arguments(), position)
    if base.kind == "SYM":
        return Order(one(arguments(), name, position), position)
    if name in BUILTINS | MATRIX_BUILTINS | {"max", "min"}:
        if scripts is not None and scripts.subscript:
            raise NamingError(f"{name} takes no index", position)
        return Builtin(name, primes, arguments(), position)
    raise NamingError(f"nothing is bound to the function {name}", position)


def one(arguments: tuple[Meaning, ...], name: str, position: int) -> Meaning:
    """Return the only argument, or refuse."""
    if len(arguments) != 1:
        raise ParseError(f"{name} takes one argument, got {len(arguments)}", position)
    return arguments[0]


def nabla(
    reader: Reader, base: Atom, scripts: Scripted | None, argument: Callable[[], tuple[Meaning, int]]
) -> tuple[Meaning, int]:
    """Return the gradient of what follows, and where the next factor starts."""
    if scripts is not None and (scripts.superscript is not None or scripts.primes):
        raise ParseError(r"\nabla takes a subscript only", base.start)
    meaning, after = argument()
    if scripts is not None and scripts.subscript:
        variable = reader.expression(scripts.subscript[0].items[0])
        if not isinstance(variable, Read):
            raise ParseError(r"the subscript of \nabla must be a value", base.start)
        return Derivative(meaning, variable, base.start), after
    if not isinstance(meaning, Call):
        raise AmbiguousError(r"\nabla needs a variable: write \nabla_w E, or \nabla f(w) for a function", base.start)
    return GradientOf(meaning, base.start), after
