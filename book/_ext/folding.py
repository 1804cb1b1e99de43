"""Fold admonitions of class `dropdown`, above all solutions, as `<details>`: it needs no script, and prints open."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import solution_node


def fold(_app: Sphinx, doctree: nodes.document, _docname: str) -> None:
    """Mark the admonitions to fold in the way that Sphinx marks its own `:collapsible:` ones."""
    for node in doctree.findall(nodes.Element):
        if isinstance(node, nodes.Admonition) and "dropdown" in node["classes"]:
            node["collapsible"] = "closed"


def visit_solution(translator: Any, node: solution_node) -> None:
    """Write a solution as any other admonition; its own writer knows `<div>` only."""
    translator.visit_admonition(node)


def depart_solution(translator: Any, node: solution_node) -> None:
    """Close what `visit_solution` opened."""
    translator.depart_admonition(node)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the marking and replace the writer."""
    app.setup_extension("sphinx_exercise")
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.connect("doctree-resolved", fold)
    return {"version": "1", "parallel_read_safe": True}
