"""Reads expressions: every symbol, factor and bracket gets its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .calls import applied, nabla
from .environment import Environment, plain_name
from .errors import AmbiguousError, IndexingError, NamingError, ParseError
from .names import Names
from .partials import derivative, derivative_order, differentiated
from .syntax import Array, Atom, Big, Chain, Choice, Fraction, Group, Product, Root, Scripted, Sum, Written
from .tree import (
    Binder,
    Blocks,
    Builtin,
    Cases,
    Condition,
    Differential,
    Elementwise,
    Iverson,
    Letter,
    Meaning,
    Number,
    Over,
    Pick,
    Power,
    Read,
    Reduce,
    Times,
    Total,
    Transpose,
)


class Reader:
    """Gives expressions of one display their meaning.

    Parameters
    ----------
    environment : Environment
        What names are bound to.
    latex : str
        The text of the display.
    """

    def __init__(self, environment: Environment, latex: str) -> None:
        self.environment = environment
        self.latex = latex
        self.names = Names(environment, latex)
        self.bound: list[str] = []

    def condition(self, chain: Chain) -> Condition:
        """Return a chain of comparisons."""
        allowed = {"=", "<", ">", r"\le", r"\ge", r"\ne"}
        if not chain.relations or any(relation.text not in allowed for relation in chain.relations):
            raise ParseError("expected a comparison", chain.start)
        items = tuple(self.expression(item) for item in chain.items)
        return Condition(items, tuple(relation.text for relation in chain.relations), chain.start)

    def read(self, base: Atom, node: Scripted | None) -> Meaning:
        """Return what a symbol with its subscript and layer means; powers and transposes come later."""
        environment = self.environment
        raised = node.superscript if node is not None else None
        written_layer = self.names.layer_of(raised)
        layer = self.expression(written_layer) if written_layer is not None else None
        position = base.start
        if node is not None and node.primes:
            raise NamingError(f"{base.text} is no function, so it has no derivative f'", position)
        star = "^*" if raised is not None and any(mark.kind == "STAR" for mark in raised.marks) else ""
        name = plain_name(base.text) + star
        full = self.names.full_name(base, node)
        target = environment.elements.get(name, environment.values.get(name))
        if full != name and full in environment.values:
            if name in environment.elements:
                raise AmbiguousError(f"{full} is a name and an element of {target}", position)
            return Read(environment.values[full], layer, (), "whole", position)
        if node is not None and node.subscript:
            indices = self.indices(node.subscript)
            for kind, table in (("row", environment.rows), ("column", environment.columns)):
                if name in table:
                    if len(indices) != 1:
                        raise IndexingError(f"a {kind} of {table[name]} takes one index", position)
                    return Read(table[name], layer, indices, kind, position)
            if target is not None:
                return Read(target, layer, indices, "element", position)
            if name in {r"\mathbf{1}", "I"} and len(indices) == 1:
                return Builtin("ones" if name != "I" else "identity", 0, indices, position)
        elif name in environment.values:
            return Read(environment.values[name], layer, (), "whole", position)
        elif layer is None and name in self.names.letters:
            return Letter(name, position)
        elif name in environment.elements:
            raise NamingError(f"{name} needs indices: it stands for elements of {environment.elements[name]}", position)
        elif name in {"e", r"\pi"}:
            return Builtin(name, 0, (), position)
        raise NamingError(f"nothing is bound to {full}", position)

    def indices(self, chains: Sequence[Chain]) -> tuple[Meaning, ...]:
        """Split subscripts: `ij` into i and j, `11` into 1 and 1 (where one index is wanted, that is put right)."""
        found: list[Meaning] = []
        for chain in chains:
            if chain.relations:
                raise ParseError("a subscript holds no relation", chain.start)
            item = chain.items[0]
            if isinstance(item, Product) and not any(item.operators):
                for factor in item.factors:
                    found.extend(self.indices([Chain((factor,), (), factor.start, factor.end)]))
            elif isinstance(item, Atom) and item.kind == "NUMBER" and item.text.isdigit() and len(chains) == 1:
                found.extend(Number(float(digit), 0, item.start) for digit in item.text)
            elif isinstance(item, Atom) and item.kind == "TEXT":
                raise NamingError(f"nothing is bound to a name with the subscript {item.text}", item.start)
            else:
                found.append(self.expression(item))
        return tuple(found)

    def expression(self, node: Written) -> Meaning:
        """Return the meaning of anything written."""
        if isinstance(node, Product):
            return self.product(node)
        if isinstance(node, Sum):
            signs = tuple(1 if sign == "+" else -1 for sign in node.signs)
            return Total(signs, tuple(map(self.expression, node.terms)), node.start)
        return self.product(Product((node,), (), node.start, node.end))

    def product(self, node: Product) -> Meaning:
        """Return the meaning of factors side by side."""
        factors, operators = node.factors, ("", *node.operators)
        strict = bool({r"\odot", r"\oslash"} & set(operators))
        groups: list[tuple[str, Meaning]] = []
        position = 0
        while position < len(factors):
            operator = operators[position]
            meaning, after = self.unit(factors, operators, position)
            self.refuse_loose_sum(factors[position], len(factors))
            position = after
            if not groups or operator in {r"\odot", r"\oslash"}:
                groups.append((operator, meaning))
            elif operator == "/":
                groups[-1] = (groups[-1][0], Over(groups[-1][1], meaning, node.start))
            else:
                groups[-1] = (groups[-1][0], Times(groups[-1][1], meaning, strict, node.start))
        result = groups[0][1]
        for operator, meaning in groups[1:]:
            result = Elementwise(result, meaning, operator == r"\oslash", node.start)
        return result

    def refuse_loose_sum(self, factor: Written, count: int) -> None:
        """Refuse a sum in invisible braces beside other factors."""
        loose = isinstance(factor, Group) and factor.opened == "LBRACE" and isinstance(factor.items[0].items[0], Sum)
        if count > 1 and loose:
            raise AmbiguousError("a sum in a product needs visible parentheses", factor.start)

    def unit(self, factors: Sequence[Written], operators: Sequence[str], position: int) -> tuple[Meaning, int]:
        """Return the meaning of a factor, with its argument if it is a function, and where the next one starts."""
        factor = factors[position]
        base, scripts = (factor.base, factor) if isinstance(factor, Scripted) else (factor, None)
        beside = position + 1 < len(factors) and operators[position + 1] == ""
        following = factors[position + 1] if beside else None

        def argument() -> tuple[Meaning, int]:
            if following is None:
                raise ParseError("an operator needs something to act on", factor.end)
            return self.unit(factors, operators, position + 1)

        if isinstance(base, Atom):
            if base.kind == "PARTIAL":
                raise ParseError(r"\partial may only stand in a fraction", base.start)
            if base.kind == "D":
                meaning, after = argument()
                return Differential(meaning, base.start), after
            if base.kind == "NABLA":
                return nabla(self, base, scripts, argument)
            if base.kind in {"FUNC", "EXPECT"} or self.names.names_function(base, scripts):
                return applied(self, base, scripts, factors, operators, position)
        if isinstance(factor, Fraction) and (order := derivative_order(factor)):
            rest = factor.numerator.factors[1:] if isinstance(factor.numerator, Product) else ()
            if rest:
                inner = factor.numerator
                assert isinstance(inner, Product)  # noqa: S101 - for the type checker
                body = differentiated(self, Product(rest, inner.operators[1:], rest[0].start, inner.end), factor)
                return derivative(self, body, factor, order), position + 1
            body, after = argument()
            return derivative(self, body, factor, order), after
        return self.single(base, scripts), position + 1

    def single(self, base: Written, scripts: Scripted | None) -> Meaning:
        """Return the meaning of a factor that needs no other."""
        if isinstance(base, Atom) and base.kind == "SYM":
            return self.raise_(self.read(base, scripts), scripts, symbol=True)
        meaning = self.bare(base, scripts)
        if scripts is None:
            return meaning
        if isinstance(base, Group) and base.opened == "LNORM":
            return self.raise_(meaning, scripts, symbol=False)
        return self.scripts_of(meaning, scripts)

    def scripts_of(self, meaning: Meaning, scripts: Scripted) -> Meaning:
        """Apply the subscript and the superscript of something that is no name."""
        if scripts.primes:
            raise ParseError("a prime may only follow a function", scripts.start)
        if scripts.subscript:
            meaning = Pick(meaning, self.indices(scripts.subscript), scripts.start)
        return self.raise_(meaning, scripts, symbol=False)

    def raise_(self, meaning: Meaning, scripts: Scripted | None, *, symbol: bool) -> Meaning:
        """Apply a superscript: transposes and powers."""
        raised = scripts.superscript if scripts is not None else None
        if raised is None or scripts is None:
            return meaning
        marks = [mark.kind for mark in raised.marks]
        if "PRIME" in marks or marks.count("TOP") > 1 or ("STAR" in marks and not symbol):
            raise ParseError("this mark cannot stand here", raised.start)
        layer = self.names.layer_of(raised)
        if layer is not None and not symbol:
            raise ParseError("only a name can have a layer (a superscript in parentheses)", raised.start)
        if raised.body is not None and layer is None:
            if marks:
                raise ParseError("a power and a mark in one superscript", raised.start)
            if isinstance(raised.body, Atom) and raised.body.text == "T":
                raise ParseError(r"write \top for a transpose", raised.start)
            elementwise = raised.operator is not None and raised.operator.text == r"\odot"
            if raised.operator is not None and not elementwise:
                raise ParseError("this operator cannot stand in a superscript", raised.start)
            return Power(meaning, self.expression(raised.body), elementwise, scripts.start)
        return Transpose(meaning, scripts.start) if "TOP" in marks else meaning

    def bare(self, base: Written, scripts: Scripted | None) -> Meaning:
        """Return the meaning of a factor without its scripts."""
        if isinstance(base, Atom):
            if base.kind == "NUMBER":
                return Number(float(base.text), len(base.text.partition(".")[2]), base.start)
            raise ParseError(f"{base.text} cannot stand here", base.start)
        if isinstance(base, Group):
            return self.group(base, scripts)
        if isinstance(base, Fraction):
            return Over(self.expression(base.numerator), self.expression(base.denominator), base.start)
        if isinstance(base, Root):
            return Builtin("sqrt", 0, (self.expression(base.body),), base.start)
        if isinstance(base, Array):
            return Blocks(tuple(tuple(map(self.expression, row)) for row in base.rows), base.start)
        if isinstance(base, Big):
            return self.big(base)
        assert isinstance(base, Choice)  # noqa: S101 - sums and products are no factors
        rows = tuple((self.expression(value), self.condition(c) if c else None) for value, c in base.rows)
        return Cases(rows, base.start)

    def big(self, base: Big) -> Meaning:
        """Return a sum or product."""
        upper = base.superscript.body if base.superscript is not None else None
        return self.reduce(base.word, base.subscript, upper, lambda: self.expression(base.body), base.start)

    def group(self, base: Group, scripts: Scripted | None) -> Meaning:
        """Return the meaning of brackets."""
        first = base.items[0]
        if base.opened == "LSQ" and base.closed == "RSQ" and len(base.items) == 1 and first.relations:
            return Iverson(self.condition(first), base.start)
        mixed = {base.opened[1:], base.closed[1:]}
        if len(base.items) > 1 or first.relations or len(mixed) > 1 or base.opened == "LSET":
            raise ParseError("these brackets mean nothing here", base.start)
        inner = self.expression(first.items[0])
        if base.opened == "LABS":
            return Builtin("abs", 0, (inner,), base.start)
        if base.opened == "LNORM":
            subscript = scripts.subscript if scripts is not None else ()
            kind = re.sub(r"[{}\s]", "", self.latex[subscript[0].start : subscript[0].end]) if subscript else "2"
            if kind not in {"1", "2", "F"}:
                raise ParseError("a norm must have the subscript 1, 2 or F", base.start)
            return Builtin("norm1" if kind == "1" else "norm2", 0, (inner,), base.start)
        return inner

    def reduce(
        self,
        operation: str,
        subscript: Sequence[Chain],
        upper: Written | None,
        body: Callable[[], Meaning],
        position: int,
    ) -> Meaning:
        """Return a sum, product or extremum; its letters are bound while `body` is read."""
        if not subscript:
            raise ParseError(f"{operation} needs a letter to run over", position)
        binders: list[Binder] = []
        conditional: list[Chain] = []
        last = self.expression(upper) if upper is not None else None
        for chain in subscript:
            letters = self.letters_of(chain.items[0])
            if chain.relations and chain.relations[0].text == "=":
                if last is None or len(chain.items) != 2 or len(letters) != 1:
                    raise ParseError(f"the limits of {operation} must read letter = first, and last above", chain.start)
                binders.append(Binder(letters[0].text, self.expression(chain.items[1]), last, chain.start))
            else:
                binders += [Binder(letter.text, None, None, letter.start) for letter in letters]
                if chain.relations:
                    conditional.append(chain)
        if last is not None and not any(binder.upper for binder in binders):
            raise ParseError(f"{operation} has a last index but no first", position)
        names = [binder.letter for binder in binders]
        for binder in binders:
            if binder.letter in self.bound or names.count(binder.letter) > 1:
                raise AmbiguousError(f"{binder.letter} already runs in a sum around this one", binder.position)
        self.bound += names
        conditions = tuple(map(self.condition, conditional))
        result = Reduce(operation, tuple(binders), conditions, body(), position)
        del self.bound[len(self.bound) - len(names) :]
        return result

    def letters_of(self, node: Written) -> list[Atom]:
        """Return the letters of a subscript, which must be free."""
        factors = node.factors if isinstance(node, Product) and not any(node.operators) else (node,)
        for factor in factors:
            if not isinstance(factor, Atom) or factor.kind != "SYM":
                raise ParseError("expected index letters", factor.start)
            if not self.names.is_free(factor.text):
                raise AmbiguousError(f"{factor.text} is bound to a value and cannot run as an index", factor.start)
        return [factor for factor in factors if isinstance(factor, Atom)]
