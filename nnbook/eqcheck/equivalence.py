"""Whether two formulas say the same: other letters, another order of scalar factors or of terms."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from .environment import Environment
from .errors import EquationError
from .parser import parse
from .resolve import resolve
from .tree import Binder, Derivative, Display, Letter, Meaning, Number, Over, Power, Read, Reduce, Times, Total


def equivalent(first: str, second: str, environment: Environment) -> bool:
    r"""Return whether two displays mean the same up to letters and the order of scalar factors and terms.

    Parameters
    ----------
    first, second : str
        The LaTeX of two displays.
    environment : Environment
        What their names are bound to.

    Returns
    -------
    bool
        False also where one of them has no meaning.

    Examples
    --------
    >>> from nnbook.eqcheck import Graph
    >>> def build(rng):
    ...     graph = Graph()
    ...     graph.leaf("x", [1.0, 2.0])
    ...     return graph
    >>> environment = Environment("x", build)
    >>> equivalent("x_i x_j = x_j x_i", "x_j x_i = x_j x_i", environment)
    True
    >>> equivalent("x_i x_i = x_i x_i", "x_j x_i = x_j x_i", environment)
    False
    """
    try:
        forms = [_Form(environment).display(resolve(parse(text), environment, text)) for text in (first, second)]
    except EquationError:
        return False
    return bool(forms[0] == forms[1])


class _Form:
    """Writes a display as nested tuples, with letters numbered in the order in which they occur."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.letters: dict[str, int] = {}

    def number(self, letter: str) -> int:
        return self.letters.setdefault(letter, len(self.letters))

    def display(self, display: Display) -> Any:
        claims = []
        for claim in display.claims:
            if not display.ranges and not display.conditions:
                self.letters = {}  # nothing ties the letters of one claim to those of another
            claims.append((tuple(map(self.form, claim.items)), claim.relations))
        return claims, tuple(map(self.form, display.ranges)), tuple(map(self.form, display.conditions))

    def form(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return tuple(map(self.form, node))
        if not hasattr(node, "position"):
            return node
        if isinstance(node, Letter):
            return "letter", self.number(node.name)
        if isinstance(node, Binder):
            return "binder", self.number(node.letter), self.form(node.lower), self.form(node.upper)
        if isinstance(node, Times) and self.scalar(node):
            return "times", tuple(sorted(map(repr, map(self.form, self.factors(node)))))
        if isinstance(node, Total):
            return "total", tuple(sorted((sign, repr(self.form(term))) for sign, term in zip(node.signs, node.terms)))
        if isinstance(node, Reduce):
            # A number first for the letters in the order of their use, not of their binding.
            body = self.form(node.body)
            return (
                "reduce",
                node.operation,
                body,
                tuple(sorted(map(repr, map(self.form, node.binders)))),
                self.form(node.conditions),
            )
        parts = tuple(self.form(getattr(node, f.name)) for f in fields(node) if f.name != "position")
        return type(node).__name__, parts

    def factors(self, node: Meaning) -> list[Meaning]:
        if isinstance(node, Times):
            return self.factors(node.left) + self.factors(node.right)
        return [node]

    def scalar(self, node: Meaning) -> bool:
        """Return whether a node is certainly a scalar."""
        if isinstance(node, Number | Letter):
            return True
        if isinstance(node, Read):
            if node.kind == "whole":
                state = self.environment.states[0]
                keys = [key for key in state.graph.nodes if key[0] == node.name]
                return not self.environment.samples and all(state.value(key).ndim == 0 for key in keys)
            return node.kind == "element"
        if isinstance(node, Times):
            return self.scalar(node.left) and self.scalar(node.right)
        if isinstance(node, Over):
            return self.scalar(node.numerator)
        if isinstance(node, Power):
            return self.scalar(node.base)
        if isinstance(node, Reduce):
            return self.scalar(node.body)
        if isinstance(node, Derivative):
            return self.scalar(node.body) and self.scalar(node.variable)
        return False
