"""Beside each labelled equation, a link to the function that implements it and one to its test.

A function says so itself: its docstring, or that of its class, names the equation as ``:eq:`eq-…` ``.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

import nnbook

LIBRARY = Path(nnbook.__file__).parent
INDEX = "appendix/equations"
"""The page that lists all equations, with their tests."""
NUMBER = re.compile(
    r'(<span class="eqno">\((?P<number>[\d.]+)\)<a [^>]*href="#equation-(?P<label>[^"]+)"[^>]*>.*?</a>)'
)


@cache
def implementing_functions(library: Path = LIBRARY) -> dict[str, list[str]]:
    """Return, for each label that a docstring names as :eq:, the functions and classes that do so."""
    found: dict[str, list[str]] = {}
    for path in sorted(library.rglob("*.py")):
        parts = ("nnbook", *path.relative_to(library).with_suffix("").parts)
        module = ".".join(part for part in parts if part != "__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope, name in _definitions(tree, module):
            for label in re.findall(r":eq:`([^`]+)`", ast.get_docstring(scope) or ""):
                found.setdefault(label, []).append(name)
    return found


def _definitions(tree: ast.AST, prefix: str) -> list[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    found: list[tuple[ast.FunctionDef | ast.ClassDef, str]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append((node, f"{prefix}.{node.name}"))
            found += _definitions(node, f"{prefix}.{node.name}")
    return found


def entry_anchor(label: str) -> str:
    """Return the anchor of an equation in the index."""
    return f"entry-{nodes.make_id(label)}"


def entry_of(name: str, known: set[str]) -> str | None:
    """Return the name under which the reference knows a function or a class.

    Parameters
    ----------
    name : str
        Where it is defined, as `nnbook.activations.Sigmoid`.
    known : set of str
        The names in the reference.

    Returns
    -------
    str or None
        The same name, the short one, that of an object of the class, or none of them.
    """
    short = f"nnbook.{name.rpartition('.')[2]}"
    owner = f"nnbook.{'.'.join(name.split('.')[2:])}"
    objects = [f"nnbook.{key}" for key, value in vars(nnbook).items() if f"nnbook.{type(value).__name__}" == short]
    return next((candidate for candidate in (name, owner, short, *objects) if candidate in known), None)


def link(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Add the links to the numbers of the equations of a page."""
    if doctree is None or 'class="eqno"' not in context.get("body", ""):
        return
    functions = implementing_functions()
    entries = app.env.domains["py"].data["objects"]
    known = set(entries)

    def add(match: re.Match[str]) -> str:
        number, label = match["number"], match["label"]
        links = []
        if entry := next(filter(None, (entry_of(name, known) for name in functions.get(label, ()))), None):
            page = app.builder.get_relative_uri(pagename, entries[entry].docname)
            links.append(_link(f"{page}#{entries[entry].node_id}", "code", f"Code of equation {number}: {entry}"))
        if INDEX in app.env.found_docs:
            page = app.builder.get_relative_uri(pagename, INDEX)
            links.append(_link(f"{page}#{entry_anchor(label)}", "test", f"Test of equation {number}"))
        return f'{match[0]}<span class="equation-links">{" ".join(links)}</span>' if links else match[0]

    context["body"] = NUMBER.sub(add, context["body"])


def _link(address: str, text: str, label: str) -> str:
    return f'<a href="{address}" title="{label}" aria-label="{label}">{text}</a>'


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the links to the writing of pages."""
    app.connect("html-page-context", link, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
