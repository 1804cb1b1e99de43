r"""From what is written to what is meant: the environment decides what each name is.

``f(x)`` is a call if ``f`` is bound to a function and a product if it is bound to a value; a letter that is
bound to nothing and stands where an index stands is an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .environment import Environment, plain_name
from .errors import AmbiguousError, IndexingError, NamingError, ParseError
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
from .tree import (
    Binder,
    Blocks,
    Builtin,
    Call,
    Cases,
    Claim,
    Condition,
    Derivative,
    Differential,
    Display,
    Elementwise,
    FiniteSet,
    GradientOf,
    Interval,
    Iverson,
    Letter,
    Meaning,
    Moment,
    Number,
    Order,
    Over,
    Pick,
    Power,
    Read,
    Reduce,
    Space,
    Times,
    Total,
    Transpose,
    walk,
)

REDUCTIONS = {"max", "min", "argmax", "argmin"}
MOMENTS = {"Var", "Cov"}
BUILTINS = {"exp", "log", "tanh", "sin", "cos", "sinh", "cosh"}
MATRIX_BUILTINS = {"softmax", "tr", "diag", "det", "vec", "sign"}
MAX_PRIMES = 3


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
    return _Resolver(environment, latex).display(statements)


class _Resolver:
    def __init__(self, environment: Environment, latex: str) -> None:
        self.environment = environment
        self.latex = latex
        self.letters: set[str] = set()
        self.layers: set[str] = set()
        self.bound: list[str] = []

    # Statements

    def display(self, statements: Sequence[Statement]) -> Display:
        for statement in statements:
            self.find_letters(statement.chain, "")
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
        return Display(tuple(claims), tuple(ranges), tuple(conditions), frozenset(self.layers))

    def claim(self, chain: Chain) -> Claim:
        if not chain.relations:
            raise ParseError("a statement needs a relation such as =", chain.start)
        items = [self.expression(chain.items[0])]
        for relation, item in zip(chain.relations, chain.items[1:]):
            items.append(self.set_of(item) if relation.text == r"\in" else self.expression(item))
        relations = tuple(relation.text for relation in chain.relations)
        return Claim(tuple(items), relations, tuple(relation.start for relation in chain.relations))

    def stated_range(self, chain: Chain, last: Written) -> Binder:
        letter = chain.items[0]
        is_letter = isinstance(letter, Atom) and letter.text in self.letters
        if not is_letter or len(chain.items) != 2 or chain.relations[0].text != "=":
            raise ParseError("a stated range must read: letter = first, \\dots, last", chain.start)
        assert isinstance(letter, Atom)  # noqa: S101 - for the type checker; checked above
        return Binder(letter.text, self.expression(chain.items[1]), self.expression(last), chain.start)

    def compares_letters(self, chain: Chain) -> bool:
        comparisons = {"<", ">", r"\le", r"\ge", r"\ne"}
        if not chain.relations or any(relation.text not in comparisons for relation in chain.relations):
            return False
        return any(isinstance(item, Atom) and item.text in self.letters for item in chain.items)

    def stated_comparison(self, chain: Chain, ranges: list[Binder], conditions: list[Condition]) -> None:
        r"""Read `1 \\le l < L` as a range, anything else as a condition."""
        steps = [relation.text for relation in chain.relations]
        condition = self.condition(chain)
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

    def condition(self, chain: Chain) -> Condition:
        allowed = {"=", "<", ">", r"\le", r"\ge", r"\ne"}
        if not chain.relations or any(relation.text not in allowed for relation in chain.relations):
            raise ParseError("expected a comparison", chain.start)
        items = tuple(self.expression(item) for item in chain.items)
        return Condition(items, tuple(relation.text for relation in chain.relations), chain.start)

    # Which letters are indices

    def is_free(self, name: str) -> bool:
        return name not in self.environment.names

    def find_letters(self, node: object, place: str) -> None:
        """Collect the unbound symbols that stand in subscripts and layers."""
        if isinstance(node, Atom):
            if node.kind == "SYM" and place and self.is_free(node.text):
                self.letters.add(node.text)
                if place == "layer":
                    self.layers.add(node.text)
        elif isinstance(node, Scripted):
            self.find_scripted_letters(node, place)
        elif isinstance(node, Big):
            for chain in node.subscript:
                self.find_letters(chain, "index")
            self.find_letters(node.superscript, "")
            self.find_letters(node.body, place)
        elif isinstance(node, tuple):
            for item in node:
                self.find_letters(item, place)
        elif node is not None and not isinstance(node, str | int):
            for name in node.__slots__:  # type: ignore[attr-defined]
                self.find_letters(getattr(node, name), place)

    def find_scripted_letters(self, node: Scripted, place: str) -> None:
        base = node.base
        self.find_letters(base, place)
        named = isinstance(base, Atom) and self.full_name(base, node) in self.environment.names
        variable = isinstance(base, Atom) and base.kind == "NABLA"
        if not named:
            sized = isinstance(base, Atom) and self.counts_layers(base.text)
            for chain in node.subscript:
                self.find_letters(chain, "" if variable else "layer" if sized else "index")
        if node.superscript is not None:
            self.find_letters(node.superscript.body, "layer" if self.layer_of(node.superscript) else place)

    def counts_layers(self, name: str) -> bool:
        """Return whether the index of a name, such as a size d_l, counts from 0 as layers do."""
        return self.environment.first.get(name) == 0 and len(self.environment.states[0].value((name, None)).shape) == 1

    # Names

    def full_name(self, base: Atom, node: Scripted | None) -> str:
        name = base.text
        if node is not None:
            if node.superscript is not None and any(mark.kind == "STAR" for mark in node.superscript.marks):
                name += "^*"
            if node.subscript:
                start, end = node.subscript[0].start, node.subscript[-1].end
                name += "_" + self.latex[start:end]
        return plain_name(name)

    def layer_of(self, raised: Raised | None) -> Written | None:
        body = raised.body if raised is not None else None
        if isinstance(body, Group) and body.opened == "LPAR" and len(body.items) == 1 and not body.items[0].relations:
            return body.items[0].items[0]
        return None

    def read(self, base: Atom, node: Scripted | None) -> Meaning:
        """Return what a symbol with its subscript and layer means; powers and transposes come later."""
        environment = self.environment
        raised = node.superscript if node is not None else None
        written_layer = self.layer_of(raised)
        layer = self.expression(written_layer) if written_layer is not None else None
        position = base.start
        if node is not None and node.primes:
            raise NamingError(f"{base.text} is no function, so it has no derivative f'", position)
        star = "^*" if raised is not None and any(mark.kind == "STAR" for mark in raised.marks) else ""
        name = plain_name(base.text) + star
        full = self.full_name(base, node)
        if full in environment.functions:
            raise AmbiguousError(f"the function {full} needs its argument in parentheses", position)
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
        elif layer is None and name in self.letters:
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

    # Expressions

    def expression(self, node: Written) -> Meaning:
        """Return the meaning of anything written."""
        if isinstance(node, Product):
            return self.product(node)
        if isinstance(node, Sum):
            signs = tuple(1 if sign == "+" else -1 for sign in node.signs)
            return Total(signs, tuple(map(self.expression, node.terms)), node.start)
        return self.product(Product((node,), (), node.start, node.end))

    def product(self, node: Product) -> Meaning:
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
                return self.nabla(base, scripts, argument)
            if base.kind in {"FUNC", "EXPECT"} or self.names_function(base, scripts):
                return self.applied(base, scripts, factors, operators, position)
        if isinstance(factor, Fraction) and (order := self.derivative_order(factor)):
            rest = factor.numerator.factors[1:] if isinstance(factor.numerator, Product) else ()
            if rest:
                inner = factor.numerator
                assert isinstance(inner, Product)  # noqa: S101 - for the type checker
                body = self.differentiated(Product(rest, inner.operators[1:], rest[0].start, inner.end), factor)
                return self.derivative(body, factor, order), position + 1
            body, after = argument()
            return self.derivative(body, factor, order), after
        return self.single(base, scripts), position + 1

    def names_function(self, base: Atom, scripts: Scripted | None) -> bool:
        if base.kind != "SYM":
            return False
        if base.text == "O" and scripts is None and "O" not in self.environment.names:
            return True
        return self.full_name(base, scripts) in self.environment.functions

    # Functions

    def applied(
        self,
        base: Atom,
        scripts: Scripted | None,
        factors: Sequence[Written],
        operators: Sequence[str],
        position: int,
    ) -> tuple[Meaning, int]:
        name = base.text
        beside = position + 1 < len(factors) and operators[position + 1] == ""
        if not beside:
            raise AmbiguousError(f"the function {name} needs an argument in parentheses", base.end)
        written = factors[position + 1]
        inner, outer = (written.base, written) if isinstance(written, Scripted) else (written, None)
        if isinstance(inner, Group) and inner.opened in {"LPAR", "LSQ"}:
            bracketed = self.brackets(inner)
            meaning = self.call(base, scripts, bracketed)
            if outer is not None:
                if outer.primes or (outer.superscript is not None and self.raises_to_power(outer.superscript)):
                    raise AmbiguousError(f"write ({name}(x))^2: a power of the parentheses can be misread", inner.end)
                meaning = self.scripts_of(meaning, outer)
            return meaning, position + 2
        if base.kind != "FUNC":
            raise AmbiguousError(f"the argument of {name} needs parentheses", written.start)
        if not isinstance(inner, Atom | Fraction | Big | Root) or (isinstance(inner, Atom) and inner.kind == "FUNC"):
            raise AmbiguousError(f"the argument of {name} needs parentheses", written.start)
        if position + 2 < len(factors):
            raise AmbiguousError(f"where does the argument of {name} end? Use parentheses", factors[position + 2].start)
        # The sum of a \max_k stands inside its scope.
        return self.call(base, scripts, lambda: (self.expression(written),)), position + 2

    def raises_to_power(self, raised: Raised) -> bool:
        return raised.body is not None

    def brackets(self, group: Group) -> Callable[[], tuple[Meaning, ...]]:
        for chain in group.items:
            if chain.relations:
                raise ParseError("an argument holds no relation", chain.start)
        return lambda: tuple(self.expression(chain.items[0]) for chain in group.items)

    def call(self, base: Atom, scripts: Scripted | None, arguments: Callable[[], tuple[Meaning, ...]]) -> Meaning:
        name, position = base.text, base.start
        raised = scripts.superscript if scripts is not None else None
        primes = scripts.primes if scripts is not None else 0
        if raised is not None:
            primes += sum(mark.kind == "PRIME" for mark in raised.marks)
            if self.layer_of(raised) is None and raised.body is not None:
                raise AmbiguousError(f"write ({name}(x))^2: a power of a function can be misread", base.end)
        if primes > MAX_PRIMES:
            raise ParseError(f"at most {MAX_PRIMES} primes", base.end)
        full = self.full_name(base, scripts)
        if full in self.environment.functions:
            written = self.layer_of(raised)
            layer = self.expression(written) if written is not None else None
            return Call(self.environment.functions[full], layer, primes, arguments(), position)
        if raised is not None and raised.body is not None:
            raise NamingError(f"{name} has no layers", position)
        if name in REDUCTIONS and scripts is not None and scripts.subscript:
            return self.reduce(name, scripts.subscript, None, lambda: self.one(arguments(), name, position), position)
        if base.kind == "EXPECT" or name in MOMENTS:
            return Moment("E" if base.kind == "EXPECT" else name, arguments(), position)
        if base.kind == "SYM":
            return Order(self.one(arguments(), name, position), position)
        if name in BUILTINS | MATRIX_BUILTINS | {"max", "min"}:
            if scripts is not None and scripts.subscript:
                raise NamingError(f"{name} takes no index", position)
            return Builtin(name, primes, arguments(), position)
        raise NamingError(f"nothing is bound to the function {name}", position)

    def one(self, arguments: tuple[Meaning, ...], name: str, position: int) -> Meaning:
        if len(arguments) != 1:
            raise ParseError(f"{name} takes one argument, got {len(arguments)}", position)
        return arguments[0]

    def nabla(
        self, base: Atom, scripts: Scripted | None, argument: Callable[[], tuple[Meaning, int]]
    ) -> tuple[Meaning, int]:
        if scripts is not None and (scripts.superscript is not None or scripts.primes):
            raise ParseError(r"\nabla takes a subscript only", base.start)
        meaning, after = argument()
        if scripts is not None and scripts.subscript:
            variable = self.expression(scripts.subscript[0].items[0])
            if not isinstance(variable, Read):
                raise ParseError(r"the subscript of \nabla must be a value", base.start)
            return Derivative(meaning, variable, base.start), after
        if not isinstance(meaning, Call):
            raise AmbiguousError(
                r"\nabla needs a variable: write \nabla_w E, or \nabla f(w) for a function", base.start
            )
        return GradientOf(meaning, base.start), after

    # Derivatives

    def derivative_order(self, fraction: Fraction) -> int:
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

    def differentiated(self, rest: Product, fraction: Fraction) -> Meaning:
        r"""Return what stands behind \\partial; a bare function is taken at the variable."""
        head = rest.factors[0]
        base, scripts = (head.base, head) if isinstance(head, Scripted) else (head, None)
        if len(rest.factors) == 1 and isinstance(base, Atom) and self.names_function(base, scripts):
            variable = self.variables(fraction)[0]
            return self.call(base, scripts, lambda: (variable,))
        return self.expression(rest)

    def variables(self, fraction: Fraction) -> list[Read]:
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
            variable = self.expression(symbol)
            if not isinstance(variable, Read):
                raise NamingError("a derivative must be by a value of the environment", symbol.start)
            found += [variable] * count
        if not found:
            raise ParseError("a derivative needs a denominator such as \\partial x", fraction.start)
        return found

    def derivative(self, body: Meaning, fraction: Fraction, order: int) -> Meaning:
        variables = self.variables(fraction)
        if len(variables) != order:
            raise ParseError(f"order {order} above, order {len(variables)} below", fraction.start)
        for variable in variables:
            body = Derivative(body, variable, fraction.start)
        return body

    # Everything else

    def single(self, base: Written, scripts: Scripted | None) -> Meaning:
        if isinstance(base, Atom) and base.kind == "SYM":
            return self.raise_(self.read(base, scripts), scripts, symbol=True)
        meaning = self.bare(base, scripts)
        if scripts is None:
            return meaning
        if isinstance(base, Group) and base.opened == "LNORM":
            return self.raise_(meaning, scripts, symbol=False)
        return self.scripts_of(meaning, scripts)

    def scripts_of(self, meaning: Meaning, scripts: Scripted) -> Meaning:
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
        layer = self.layer_of(raised)
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
        upper = base.superscript.body if base.superscript is not None else None
        return self.reduce(base.word, base.subscript, upper, lambda: self.expression(base.body), base.start)

    def group(self, base: Group, scripts: Scripted | None) -> Meaning:
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

    def set_of(self, node: Written) -> Meaning:
        r"""Return the meaning of what stands behind \\in."""
        base, scripts = (node.base, node) if isinstance(node, Scripted) else (node, None)
        if isinstance(base, Atom) and base.kind == "REALS":
            raised = scripts.superscript if scripts is not None else None
            if raised is None or raised.body is None:
                return Space((), base.start)
            body = raised.body
            parts = body.factors if isinstance(body, Product) and set(body.operators) == {r"\times"} else (body,)
            return Space(tuple(map(self.expression, parts)), base.start)
        if isinstance(base, Group) and scripts is None and not any(chain.relations for chain in base.items):
            items = tuple(self.expression(chain.items[0]) for chain in base.items)
            if base.opened == "LSET":
                return FiniteSet(items, base.start)
            if len(items) == 2 and base.opened in {"LPAR", "LSQ"}:
                return Interval(items[0], items[1], (base.opened == "LSQ", base.closed == "RSQ"), base.start)
        raise ParseError(r"behind \in expected \mathbb{R}, a set in braces or an interval", node.start)

    def reduce(
        self,
        operation: str,
        subscript: Sequence[Chain],
        upper: Written | None,
        body: Callable[[], Meaning],
        position: int,
    ) -> Meaning:
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
        factors = node.factors if isinstance(node, Product) and not any(node.operators) else (node,)
        for factor in factors:
            if not isinstance(factor, Atom) or factor.kind != "SYM":
                raise ParseError("expected index letters", factor.start)
            if not self.is_free(factor.text):
                raise AmbiguousError(f"{factor.text} is bound to a value and cannot run as an index", factor.start)
        return [factor for factor in factors if isinstance(factor, Atom)]
