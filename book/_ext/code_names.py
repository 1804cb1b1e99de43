"""Which names in code stand for an entry of the library's reference, as far as it is certain without running the code.

A variable is known if all that is ever bound to it, on the page or in its function, is the same. So neither the order
of the statements matters nor which of them run.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from _ext.code_values import Known, Reference, Returning, Value, import_or_none, is_module, item, member, result, same

BUILTINS: dict[str, Value] = {"enumerate": Known(enumerate), "zip": Known(zip)}
ROUNDS = 10
"""A page is read at most so often; every round tells only what is certain, so to stop early may only lose links."""


class Link(NamedTuple):
    """Where a name stands in a cell: its line from 1, its columns in characters, and its entry in the reference."""

    cell: int
    line: int
    start: int
    end: int
    entry: str


class Scope:
    """The names of a page or of a function.

    Parameters
    ----------
    around : Scope, optional
        Where names are looked up that are not bound here.
    """

    def __init__(self, around: Scope | None = None) -> None:
        self.around = around
        self.bound: defaultdict[str, list[Value]] = defaultdict(list)
        self.known: dict[str, Value] = {}
        self.returned: list[Value] = []

    def get(self, name: str) -> Value:
        """Return what is known of a name."""
        if name in self.known or self.around is None:
            return self.known.get(name)
        return self.around.get(name)

    def settle(self) -> bool:
        """Compare what was bound to each name; return whether something was learned."""
        before, self.known = self.known, {name: same(values) for name, values in self.bound.items()}
        self.bound.clear()
        return before != self.known


class Page(ast.NodeVisitor):
    """Cells that share one namespace; `links` are those that were found.

    Parameters
    ----------
    cells : sequence of str
        Their code.
    reference : Reference
        What can be linked.
    """

    def __init__(self, cells: Sequence[str], reference: Reference) -> None:
        self.reference = reference
        self.lines = [cell.split("\n") for cell in cells]
        builtins = Scope()
        builtins.known = BUILTINS
        self.page = self.scope = Scope(builtins)
        self.scopes: dict[ast.AST, Scope] = {}
        self.links: list[Link] = []
        trees = [ast.parse(cell) for cell in cells]
        if any(isinstance(node, ast.alias) and node.name == "*" for tree in trees for node in ast.walk(tree)):
            return  # any name may mean anything
        for _ in range(ROUNDS):  # what is known after one tells more in the next
            self.links.clear()
            for self.cell, tree in enumerate(trees):
                self.visit(tree)
            if not [scope for scope in (self.page, *self.scopes.values()) if scope.settle()]:
                break

    def _add(self, entry: str | None, name: str, line: int, *, start: int = -1, end: int = -1) -> None:
        """Link a name that starts or ends there, in bytes as the parser counts them."""
        text = self.lines[self.cell][line - 1].encode()
        start = start if start >= 0 else end - len(name.encode())
        end = end if end >= 0 else start + len(name.encode())
        # Before Python 3.12 the parser is wrong about places within f-strings.
        if entry is not None and text[start:end].endswith(name.encode()):
            first, last = (len(text[:place].decode(errors="replace")) for place in (start, end))
            self.links.append(Link(self.cell, line, first, last, entry))

    def _bind(self, target: ast.AST | str, value: Value) -> None:
        """Give a value to a name, or the items to the names of a pattern."""
        if isinstance(target, ast.Name):
            target = target.id
        if isinstance(target, str):
            # A list may be changed later, so nothing is kept of it.
            self.scope.bound[target].append(None if isinstance(value, list) else value)
        elif isinstance(target, ast.Tuple | ast.List) and not any(isinstance(x, ast.Starred) for x in target.elts):
            for number, part in enumerate(target.elts):
                self._bind(part, item(value, number))
        else:
            self.visit(target)

    def _imported(self, module: str, name: str | None = None) -> Value:
        """Return a module of the library, or what is imported from it."""
        value: Any = import_or_none(module) if module.split(".")[0] == self.reference.package else None
        if value is not None and name is not None:
            value = getattr(value, name) if hasattr(value, name) else import_or_none(f"{module}.{name}")
        return None if value is None else Known(value)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.split(".")[0]
            self._bind(alias.asname or name, self._imported(name))
            entry = self.reference.entry(self._imported(alias.name))
            self._add(entry, alias.name, alias.lineno, start=alias.col_offset)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module if node.module and not node.level else ""
        entry = self.reference.entry(self._imported(module))
        self._add(entry, module, node.lineno, start=node.col_offset + len("from "))
        for alias in node.names:
            value = self._imported(module, alias.name)
            self._bind(alias.asname or alias.name, value)
            self._add(self.reference.entry(value), alias.name, alias.lineno, start=alias.col_offset)

    def visit_Name(self, node: ast.Name) -> Value:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node, None)
            return None
        value = self.scope.get(node.id)
        entry = self.reference.entry(value)
        # A variable has a name of its own, even if it holds something of the library; a module is linked at its import.
        if entry is not None and entry.endswith(f".{node.id}") and not is_module(value):
            self._add(entry, node.id, node.lineno, start=node.col_offset)
        return value

    def visit_Attribute(self, node: ast.Attribute) -> Value:
        before = len(self.links)
        owner = self.visit(node.value)
        entry = self.reference.entry_of_member(owner, node.attr)
        value = member(owner, node.attr)
        line, end = node.end_lineno or 0, node.end_col_offset or 0
        if entry is None or is_module(value):
            return value
        named = is_module(owner) or (isinstance(owner, Known) and isinstance(owner.value, type))
        if named and isinstance(node.value, ast.Name | ast.Attribute) and node.lineno == line:
            del self.links[before:]  # one link for all of nn.Network.create
            self._add(entry, node.attr, line, start=node.col_offset, end=end)
        else:
            self._add(entry, node.attr, line, end=end)
        return value

    def visit_Call(self, node: ast.Call) -> Value:
        function = self.visit(node.func)
        given = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            self.visit(keyword.value)
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if function == BUILTINS["enumerate"] and given and not starred:
            return [(None, item(given[0]))]
        if function == BUILTINS["zip"] and not starred:
            return [tuple(item(value) for value in given)]
        return result(function)

    def visit_Tuple(self, node: ast.Tuple | ast.List) -> Value:
        values = [self.visit(part) for part in node.elts]
        if any(isinstance(part, ast.Starred) for part in node.elts):
            return None
        return tuple(values) if isinstance(node, ast.Tuple) else values

    visit_List = visit_Tuple

    def visit_Subscript(self, node: ast.Subscript) -> Value:
        value = self.visit(node.value)
        self.visit(node.slice)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
            return item(value, node.slice.value)
        return None if isinstance(node.slice, ast.Slice) else item(value)

    def visit_Assign(self, node: ast.Assign) -> None:
        value = self.visit(node.value)
        for target in node.targets:
            self._bind(target, value)

    def visit_For(self, node: ast.For | ast.comprehension) -> None:
        self._bind(node.target, item(self.visit(node.iter)))
        for key, parts in ast.iter_fields(node):
            for part in parts if key in ("body", "orelse", "ifs") else ():
                self.visit(part)

    visit_comprehension = visit_For

    def visit_ListComp(self, node: ast.ListComp) -> Value:
        for generator in node.generators:
            self.visit(generator)
        return [self.visit(node.elt)]

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        kind = self.visit(node.type) if node.type else None
        if node.name:
            self._bind(node.name, result(kind))
        for statement in node.body:
            self.visit(statement)

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar | ast.MatchMapping) -> None:
        self._bind((node.rest if isinstance(node, ast.MatchMapping) else node.name) or "_", None)
        self.generic_visit(node)

    visit_MatchStar = visit_MatchMapping = visit_MatchAs

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        for scope in (self.page, *self.scopes.values()):
            for name in node.names:
                scope.bound[name].append(None)

    visit_Nonlocal = visit_Global

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, None)
        self.generic_visit(node)  # names of the class count as names around it: that may lose a link, and makes none

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in [*node.decorator_list, *([node.returns] if node.returns else [])]:
            self.visit(part)
        scope = self._inside(node, node.body)
        plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
        plain = plain and not any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node))
        self._bind(node.name, Returning(same(scope.returned)) if plain else None)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._inside(node, [node.body])

    def _inside(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, body: Sequence[ast.AST]) -> Scope:
        """Read a function, whose arguments are unknown."""
        self.visit(node.args)
        around = self.scope
        self.scope = self.scopes.setdefault(node, Scope(around))
        self.scope.returned.clear()
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                self._bind(argument.arg, None)
        for part in body:
            self.visit(part)
        inside, self.scope = self.scope, around
        return inside

    def visit_Return(self, node: ast.Return) -> None:
        self.scope.returned.append(self.visit(node.value) if node.value else None)
