"""Parses a display into the nodes of `syntax`.

The nodes are built while the parser shifts and reduces, so no recursion of Python depends on the input.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import lark
from lark.lexer import Lexer

from .errors import ParseError
from .lexer import tokenize
from .syntax import (
    Array,
    Atom,
    Big,
    Chain,
    Choice,
    Fraction,
    Group,
    Product,
    Raised,
    Root,
    Scripted,
    Statement,
    Sum,
    Written,
)

Children = list[Any]

READABLE = {
    "SEP": "a new statement",
    "NL": r"\\",
    "AMP": "&",
    "COMMA": "a comma",
    "BLANK": r"a control space '\ '",
    "OTHERWISE": "'otherwise'",
    "TEXT": "text",
    "DOTS": "dots (they stand for themselves in a stated range only)",
}


class _Tokens(Lexer):
    """Hands the tokens of `lexer` to lark; the terminals of the grammar are declared, not defined."""

    def __init__(self, _configuration: object) -> None:
        pass

    def lex(self, latex: str) -> Iterator[lark.Token]:  # type: ignore[override]
        for kind, text, start, end in tokenize(latex):
            yield lark.Token(kind, text, start_pos=start, end_pos=end)


def _atom(token: lark.Token) -> Atom:
    return Atom(token.type, str(token), token.start_pos or 0, token.end_pos or 0)


def _node(child: Any) -> Any:
    return _atom(child) if isinstance(child, lark.Token) else child


def _bare(node: Written) -> Written:
    """Return what stands in the braces of an argument."""
    return node.items[0].items[0] if isinstance(node, Group) else node


class _Builder(lark.Transformer[lark.Token, Any]):
    """One method for each rule of the grammar."""

    def display(self, children: Children) -> tuple[Statement, ...]:
        found = [child for child in children if not isinstance(child, lark.Token)]
        return tuple(
            child if isinstance(child, Statement) else Statement(child, None, child.start, child.end) for child in found
        )

    def range_to(self, children: Children) -> Statement:
        return Statement(children[0], children[4], children[0].start, children[4].end)

    def chain(self, children: Children) -> Chain:
        return Chain(tuple(children[::2]), tuple(_atom(c) for c in children[1::2]), children[0].start, children[-1].end)

    def sum(self, children: Children) -> Written:
        *before, term = children
        sign = str(before.pop()) if before else "+"
        if not before and sign == "+":
            return term  # type: ignore[no-any-return]
        if not before:
            start = children[0].start_pos
            return Sum((sign,), (term,), start, term.end)
        head = before[0]
        signs, terms = (head.signs, head.terms) if isinstance(head, Sum) else (("+",), (head,))
        return Sum((*signs, sign), (*terms, term), head.start, term.end)

    def product(self, children: Children) -> Written:
        if len(children) == 1:
            return _node(children[0])  # type: ignore[no-any-return]
        head, factor = children[0], _node(children[-1])
        operator = str(children[1]) if len(children) == 3 else ""
        factors, operators = (head.factors, head.operators) if isinstance(head, Product) else ((head,), ())
        return Product((*factors, factor), (*operators, operator), head.start, factor.end)

    term = product

    def big(self, children: Children) -> Big:
        word, *scripts, body = children
        _, subscript, superscript, primes = scripts[0] if scripts else (0, (), None, 0)
        if primes:
            raise ParseError(f"\\{word} takes no prime", word.start_pos)
        return Big(str(word), subscript, superscript, body, word.start_pos, body.end)

    def script(self, children: Children) -> tuple[str, Any, int]:
        mark, *content = children
        return mark.type, content[0] if content else len(mark), mark.end_pos

    def scripts(self, children: Children) -> tuple[int, tuple[Chain, ...], Raised | None, int]:
        subscript: tuple[Chain, ...] = ()
        superscript: Raised | None = None
        primes = end = 0
        for kind, content, mark_end in children:
            if kind == "PRIMES":
                if superscript is not None:
                    raise ParseError("write the prime before or inside the superscript", mark_end - 1)
                primes, end = primes + content, mark_end
                continue
            node = _node(content)
            if kind == "SUB":
                if subscript:
                    raise ParseError("two subscripts", mark_end)
                if isinstance(content, lark.Token):
                    subscript, end = (Chain((node,), (), node.start, node.end),), node.end
                else:
                    subscript, end = content
            else:
                if superscript is not None:
                    raise ParseError("two superscripts", mark_end)
                superscript = node if isinstance(node, Raised) else self.raised([content])
                end = superscript.end
        return end, subscript, superscript, primes

    def scripted(self, children: Children) -> Scripted:
        base = _node(children[0])
        end, subscript, superscript, primes = children[1]
        return Scripted(base, subscript, superscript, primes, base.start, end)

    def subscripts(self, children: Children) -> tuple[tuple[Chain, ...], int]:
        return tuple(child for child in children if isinstance(child, Chain)), children[-1].end_pos

    def superscripts(self, children: Children) -> Raised:
        raised: Raised = children[1]
        return replace(raised, start=children[0].start_pos, end=children[2].end_pos)

    def raised(self, children: Children) -> Raised:
        nodes = [_node(child) for child in children]
        marks = tuple(node for node in nodes if isinstance(node, Atom) and node.kind in {"TOP", "STAR", "PRIME"})
        operator = next((node for node in nodes if isinstance(node, Atom) and node.kind == "OP"), None)
        body = next((node for node in nodes if node not in marks and node is not operator), None)
        return Raised(body, marks, operator, nodes[0].start, nodes[-1].end)

    def items(self, children: Children) -> tuple[Chain, ...]:
        return tuple(child for child in children if isinstance(child, Chain))

    def group(self, children: Children) -> Group:
        opened, content, closed = children
        items = content if isinstance(content, tuple) else (Chain((content,), (), content.start, content.end),)
        return Group(opened.type, closed.type, items, opened.start_pos, closed.end_pos)

    def blocks(self, children: Children) -> Array:
        entries = tuple(child for child in children if not isinstance(child, lark.Token))
        return Array((entries,), children[0].start_pos, children[-1].end_pos)

    def fraction(self, children: Children) -> Fraction:
        above, below = _node(children[1]), _node(children[2])
        return Fraction(_bare(above), _bare(below), children[0].start_pos, below.end)

    def root(self, children: Children) -> Root:
        return Root(children[2], children[0].start_pos, children[3].end_pos)

    def row(self, children: Children) -> tuple[Written, ...]:
        return tuple(child for child in children if not isinstance(child, lark.Token))

    def matrix(self, children: Children) -> Array:
        rows = tuple(child for child in children if isinstance(child, tuple))
        for row in rows:
            if len(row) != len(rows[0]):
                raise ParseError(f"rows of {len(rows[0])} and of {len(row)} entries in one matrix", row[0].start)
        return Array(rows, children[0].start_pos, children[-1].end_pos)

    def case(self, children: Children) -> tuple[Written, Chain | None]:
        value, _, condition = children
        return value, condition if isinstance(condition, Chain) else None

    def cases(self, children: Children) -> Choice:
        rows = tuple(child for child in children if isinstance(child, tuple))
        return Choice(rows, children[0].start_pos, children[-1].end_pos)


@cache
def _parser() -> lark.Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(
        grammar,
        parser="lalr",
        lexer=_Tokens,
        strict=True,
        start="display",
        transformer=_Builder(),
        keep_all_tokens=True,
    )


@cache
def parse(latex: str) -> tuple[Statement, ...]:
    r"""Parse one display.

    Parameters
    ----------
    latex : str
        The LaTeX of the display.

    Returns
    -------
    tuple of Statement
        The statements of the display, stated ranges and conditions among them.

    Raises
    ------
    ParseError
        Where the LaTeX is outside the language.

    Examples
    --------
    >>> (statement,) = parse(r"z = \sum_i x_i w_i + b")
    >>> [relation.text for relation in statement.chain.relations]
    ['=']
    """
    try:
        return _parser().parse(latex)  # type: ignore[return-value]
    except lark.exceptions.UnexpectedToken as error:
        token = error.token
        if token.type == "$END":
            raise ParseError("the display ends too early", len(latex)) from None
        what = READABLE.get(token.type, repr(str(token)))
        raise ParseError(f"{what} cannot stand here", token.start_pos) from None
