"""Sphinx: every build checks every equation of the book; a false one fails it. Also writes the index of equations.

Adds the directive ``equation-index``, and at the end of each chapter a line that says how many of its equalities were
checked. The value `equations_cache` of conf.py is the folder in which results are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from _ext.environment_list import anchor as environment_anchor
from _ext.implementations import INDEX, entry_anchor, entry_of, implementing_functions
from _ext.order import pages_in_order
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from nnbook.eqcheck.pages import Display
from tools.book import count_workers
from tools.equations import Result, Results, check_book, squeeze

logger = logging.getLogger(__name__)

TESTS = "appendix/environments"
"""The page that shows the test of the equations and what it needs."""
EXACT = 1e-10
"""What differs by more was not meant to be equal, but close."""


class equation_index(nodes.General, nodes.Element):  # noqa: N801 - docutils names its nodes like this
    """Stands for the index until all pages have been read."""


class EquationIndex(SphinxDirective):
    """The index of all equations."""

    def run(self) -> list[nodes.Node]:
        """Return the node that is replaced later."""
        return [equation_index("")]


def check_equations(app: Sphinx, env: Any) -> None:
    """Check all pages, when all have been read; each problem is a warning, which the strict build makes its failure."""
    book = Path(app.srcdir)
    folder = Path(app.config.equations_cache or Path(app.outdir).parent / "equations")
    results = check_book(folder, book=book, workers=count_workers())
    for problem in results.problems:
        logger.warning("%s", problem.message, location=f"{book / problem.page}:{problem.line}", type="equations")
    for docname in sorted(env.found_docs):
        refuse_unseen_displays(docname, env.get_doctree(docname), results)
    app.equation_results = results  # type: ignore[attr-defined]


def refuse_unseen_displays(docname: str, doctree: nodes.document, results: Results) -> None:
    """Warn of each display that readers will see and that the search for displays has not delivered."""
    seen = Counter(squeeze(display.latex) for display in results.displays if display.page == f"{docname}.md")
    for node in doctree.findall(nodes.math_block):
        latex = squeeze(node.astext())
        if seen[latex] == 0:
            message = "this display is not checked, write it as a {math} block that is not indented: %s"
            logger.warning(message, " ".join(node.astext().split()), location=node, type="equations")
        seen[latex] -= 1


def outdated(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:  # noqa: ARG001
    """Read the index again in every build: it speaks of all pages."""
    return [name for name in env.found_docs if name == INDEX]


def finish(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fill the index, and add the line at the end of a chapter."""
    results: Results = app.equation_results  # type: ignore[attr-defined]
    for placeholder in list(doctree.findall(equation_index)):
        placeholder.replace_self(_index(app, docname, results))
    displays = [display for display in results.displays if display.page == f"{docname}.md"]
    if displays and "/" not in docname:
        section: nodes.Element = next(iter(doctree.findall(nodes.section)), doctree)
        section += _closing_line(app, docname, displays, results)


def _closing_line(app: Sphinx, docname: str, displays: list[Display], results: Results) -> nodes.paragraph:
    checked = [results.checked[d.label] for d in displays if not d.skip and d.label in results.checked]
    count = sum(result.equalities for result in checked)
    total = count + sum(relations_shown(d.latex) for d in displays if d.skip or d.label not in results.checked)
    refused = sum(result.refused for result in checked)
    text = (
        f"{count} of the {total} equalities of this page were checked when it was built, at several random states; "
        f"{refused} single mistakes in them were tried, and all of them were noticed"
    )
    listed = sum(len(result.survivors) + result.equivalent for result in checked)
    if listed:
        text += f" but {listed} that are no mistakes"
    paragraph = nodes.paragraph("", text + ". ", classes=["equations-checked"])
    if INDEX in app.env.found_docs:
        link = nodes.reference("", "", internal=True, refuri=app.builder.get_relative_uri(docname, INDEX))
        link += nodes.Text("All equations and how they were checked")
        paragraph += [link, nodes.Text(".")]
    return paragraph


def _index(app: Sphinx, docname: str, results: Results) -> list[nodes.Node]:
    functions = implementing_functions()
    found: list[nodes.Node] = [_summary(results)]
    for page in pages_in_order(app):
        displays = [display for display in results.displays if display.page == f"{page}.md"]
        if displays:
            title = app.env.titles[page].astext()
            found.append(nodes.rubric("", title, ids=[f"equations-of-{nodes.make_id(page)}"]))
        for display in displays:
            found += _entry(app, docname, display, results.checked.get(display.label), functions)
    return found


def _summary(results: Results) -> nodes.paragraph:
    checked = list(results.checked.values())
    errors = [result.largest_error for result in checked]
    exact = [error for error in errors if error < EXACT]
    text = (
        f"{len(checked)} equations with {sum(r.equalities for r in checked)} equalities and "
        f"{sum(r.combinations for r in checked):,} combinations of indices were checked. {len(exact)} of them agree up "
        f"to a relative error of {max(exact, default=0.0):.1e}"
    )
    if len(exact) < len(errors):
        text += (
            f"; the other {len(errors) - len(exact)} are approximations, expected values and remainders, which are "
            "held against the digits that they show, five standard errors, or the slope of the remainder"
        )
    text += (
        f". Of their mutants {sum(r.refused for r in checked):,} were refused, "
        f"{sum(r.equivalent for r in checked)} say the same in other letters, and "
        f"{sum(len(r.survivors) for r in checked)} are listed with a reason."
    )
    return nodes.paragraph("", text)


def _entry(
    app: Sphinx, docname: str, display: Display, result: Result | None, functions: dict[str, list[str]]
) -> list[nodes.Node]:
    target = display.page.removesuffix(".md")
    line = nodes.paragraph(
        "", "", classes=["equation-entry"], ids=[entry_anchor(display.label)] if display.label else []
    )
    if display.label:
        uri = f"{app.builder.get_relative_uri(docname, target)}#equation-{nodes.make_id(display.label)}"
        line += nodes.reference("", display.label, internal=True, refuri=uri)
    else:
        line += nodes.Text(f"line {display.line}")
    if result is None:
        line += nodes.Text(f": not checked: {display.skip or 'see the messages of the build'}")
        return [line, _formula(display, docname)]
    for number, name in enumerate(functions.get(display.label, [])):
        line += nodes.Text(", " if number else ", implemented by ")
        line += _function(app, docname, name)
    tests = app.builder.get_relative_uri(docname, TESTS)
    test = nodes.literal("", f"test_equation_holds[{display.label}]")
    line += [nodes.Text(", tested by "), nodes.reference("", "", test, internal=True, refuri=f"{tests}#environments")]
    environment = nodes.literal("", display.environment)
    place = f"{tests}#{environment_anchor(display.environment)}"
    line += [nodes.Text(" in "), nodes.reference("", "", environment, internal=True, refuri=place)]
    line += nodes.Text(
        f": {_count(result.equalities, 'equality', 'equalities')}, "
        f"{_count(result.combinations, 'combination', 'combinations')}, "
        f"largest error {result.largest_error:.1e}, {_count(result.refused, 'mutant', 'mutants')} refused"
    )
    accepted = result.equivalent + len(result.survivors)
    if accepted:
        line += nodes.Text(f", {accepted} accepted because they are true")
    return [line, _formula(display, docname)]


def relations_shown(latex: str) -> int:
    """Return how many relations a display shows, at least one; for displays that are not parsed."""
    return max(1, len(re.findall(r"(?<![:<>])=|:=|<|>|\\(?:approx|leq?|geq?|neq?|in|leftarrow)(?![A-Za-z])", latex)))


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _formula(display: Display, docname: str) -> nodes.math_block:
    formula = nodes.math_block("", display.latex)
    formula.update_basic_atts({"docname": docname})
    formula["number"] = formula["label"] = None
    formula["nowrap"] = formula["no-wrap"] = False
    return formula


def _function(app: Sphinx, docname: str, name: str) -> nodes.Node:
    """Link a function to the library's reference if it stands there."""
    objects = app.env.get_domain("py").objects  # type: ignore[attr-defined]
    known = entry_of(name, set(objects))
    if known is None:
        return nodes.literal("", name)
    entry = objects[known]
    return make_refnode(app.builder, docname, entry.docname, entry.node_id, nodes.literal("", known), known)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the check, the index and the line at the end of each chapter."""
    app.add_config_value("equations_cache", None, "")
    app.add_node(equation_index)
    app.add_directive("equation-index", EquationIndex)
    app.connect("env-updated", check_equations)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
