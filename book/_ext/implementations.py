"""Beside each labelled equation, a link to the function that implements it.

A function says so itself: its docstring, or that of its class, names the equation as ``:eq:`eq-…` ``.
"""

from __future__ import annotations

import re
from typing import Any

from _ext.equation_results import implementing_functions
from docutils import nodes
from sphinx.application import Sphinx

import nnbook

NUMBER = re.compile(
    r'(<span class="eqno">\((?P<number>[\d.]+)\)<a [^>]*href="#equation-(?P<label>[^"]+)"[^>]*>.*?</a>)'
)


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

    def add(match: re.Match[str]) -> str:
        for name in functions.get(match["label"], ()):
            entry = entry_of(name, set(entries))
            if entry is not None:
                page = app.builder.get_relative_uri(pagename, entries[entry].docname)
                label = f"Code of equation {match['number']}: {entry}"
                address = f"{page}#{entries[entry].node_id}"
                return (
                    f'{match[0]}<a class="equation-code" href="{address}" title="{label}" aria-label="{label}">code</a>'
                )
        return match[0]

    context["body"] = NUMBER.sub(add, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the links to the writing of pages."""
    app.connect("html-page-context", link, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
