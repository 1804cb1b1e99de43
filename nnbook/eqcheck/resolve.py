r"""From what is written to what is meant: the environment decides what each name is.

``f(x)`` is a call if ``f`` is bound to a function and a product if it is bound to a value; a letter that is
bound to nothing and stands where an index stands is an index.
"""

from __future__ import annotations

from collections.abc import Sequence

from .environment import Environment
from .errors import ParseError
from .reader import Reader
from .syntax import Atom, Chain, Group, Product, Scripted, Statement, Written
from .tree import Binder, Claim, Condition, Display, FiniteSet, Interval, Letter, Meaning, Number, Space, Total, walk


def resolve(statements: Sequence[Statement], environment: Environment, latex: str) -> Display:
    r"""Give every name of a display its meaning.

    Parameters
    ----------
    statements : sequence of Statement
        The parsed display.
    environment : Environment
        What the names are bound to.
    latex : str
        The text of the display.

    Returns
    -------
    Display
        Claims, stated ranges and conditions.

    Raises
    ------
    NamingError, IndexingError, AmbiguousError, ParseError
        Where a name has no meaning, or two.

    Examples
    --------
    >>> from nnbook.eqcheck.graph import Graph
    >>> from nnbook.eqcheck.parser import parse
    >>> def build(rng):
    ...     graph = Graph()
    ...     graph.leaf("x", [1.0, 2.0])
    ...     return graph
    >>> display = resolve(parse("x_i = x_i"), Environment("x", build), "x_i = x_i")
    >>> display.claims[0].relations
    ('=',)
    """
    return _Statements(Reader(environment, latex)).display(statements)


class _Statements:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def display(self, statements: Sequence[Statement]) -> Display:
        for statement in statements:
            self.reader.names.find_letters(statement.chain, "")
        claims: list[Claim] = []
        ranges: list[Binder] = []
        conditions: list[Condition] = []
        for statement in statements:
            chain = statement.chain
            if statement.last is not None:
                ranges.append(self.stated_range(chain, statement.last))
            elif claims and self.compares_letters(chain):
                self.stated_comparison(chain, ranges, conditions)
            else:
                claims.append(self.claim(chain))
        if not claims:
            raise ParseError("the display claims nothing: a relation such as = is missing", 0)
        return Display(tuple(claims), tuple(ranges), tuple(conditions), frozenset(self.reader.names.layers))

    def claim(self, chain: Chain) -> Claim:
        if not chain.relations:
            raise ParseError("a statement needs a relation such as =", chain.start)
        items = [self.reader.expression(chain.items[0])]
        for relation, item in zip(chain.relations, chain.items[1:]):
            items.append(self.set_of(item) if relation.text == r"\in" else self.reader.expression(item))
        relations = tuple(relation.text for relation in chain.relations)
        return Claim(tuple(items), relations, tuple(relation.start for relation in chain.relations))

    def stated_range(self, chain: Chain, last: Written) -> Binder:
        letter = chain.items[0]
        is_letter = isinstance(letter, Atom) and letter.text in self.reader.names.letters
        if not is_letter or len(chain.items) != 2 or chain.relations[0].text != "=":
            raise ParseError("a stated range must read: letter = first, \\dots, last", chain.start)
        assert isinstance(letter, Atom)  # noqa: S101 - for the type checker; checked above
        return Binder(letter.text, self.reader.expression(chain.items[1]), self.reader.expression(last), chain.start)

    def compares_letters(self, chain: Chain) -> bool:
        comparisons = {"<", ">", r"\le", r"\ge", r"\ne"}
        if not chain.relations or any(relation.text not in comparisons for relation in chain.relations):
            return False
        return any(isinstance(item, Atom) and item.text in self.reader.names.letters for item in chain.items)

    def stated_comparison(self, chain: Chain, ranges: list[Binder], conditions: list[Condition]) -> None:
        r"""Read `1 \\le l < L` as a range, anything else as a condition."""
        steps = [relation.text for relation in chain.relations]
        condition = self.reader.condition(chain)
        letter = condition.items[1]
        ends = condition.items[::2]
        single = not any(isinstance(node, Letter) for end in ends for node in walk(end))
        if len(steps) == 2 and set(steps) <= {"<", r"\le"} and isinstance(letter, Letter) and single:
            lower, _, upper = condition.items
            one = Number(1.0, 0, chain.start)
            if steps[0] == "<":
                lower = Total((1, 1), (lower, one), chain.start)
            if steps[1] == "<":
                upper = Total((1, -1), (upper, one), chain.start)
            ranges.append(Binder(letter.name, lower, upper, chain.start))
        else:
            conditions.append(condition)

    def set_of(self, node: Written) -> Meaning:
        r"""Return the meaning of what stands behind \\in."""
        base, scripts = (node.base, node) if isinstance(node, Scripted) else (node, None)
        if isinstance(base, Atom) and base.kind == "REALS":
            raised = scripts.superscript if scripts is not None else None
            if raised is None or raised.body is None:
                return Space((), base.start)
            body = raised.body
            parts = body.factors if isinstance(body, Product) and set(body.operators) == {r"\times"} else (body,)
            return Space(tuple(map(self.reader.expression, parts)), base.start)
        if isinstance(base, Group) and scripts is None and not any(chain.relations for chain in base.items):
            items = tuple(self.reader.expression(chain.items[0]) for chain in base.items)
            if base.opened == "LSET":
                return FiniteSet(items, base.start)
            if len(items) == 2 and base.opened in {"LPAR", "LSQ"}:
                return Interval(items[0], items[1], (base.opened == "LSQ", base.closed == "RSQ"), base.start)
        raise ParseError(r"behind \in expected \mathbb{R}, a set in braces or an interval", node.start)
