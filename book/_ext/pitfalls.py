"""Collect the pitfalls of all chapters in one list: the directive `pitfall-list`.

A pitfall is an admonition whose title begins with "Pitfall: ". Since the list is made from the chapters, it lacks none.
"""

from __future__ import annotations

from typing import Any, ClassVar

from _ext.order import pages_in_order
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

PREFIX = "Pitfall: "


class pitfall_list(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """Where the list goes."""


class PitfallList(SphinxDirective):
    """List every pitfall of the book, chapter by chapter."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Leave a mark, to be replaced when all pages have been read."""
        self.env.note_reread()  # the list depends on every other page
        return [pitfall_list()]


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Give every pitfall of a page an anchor and remember it."""
    found = []
    for admonition in doctree.findall(nodes.admonition):
        title = admonition.next_node(nodes.title)
        if title is None or not title.astext().startswith(PREFIX):
            continue
        text = title.astext().removeprefix(PREFIX)
        anchor = nodes.make_id(f"pitfall-{text}")
        admonition["ids"].append(anchor)
        found.append((text[0].upper() + text[1:], anchor))
    _store(app.env)[app.env.docname] = found


def purge(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the pitfalls of a page that is read again."""
    _store(env).pop(docname, None)


def merge(_app: Sphinx, env: BuildEnvironment, _docnames: list[str], other: BuildEnvironment) -> None:
    """Take over what another process collected."""
    _store(env).update(_store(other))


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Write the list, in the order of the chapters."""
    marks = list(doctree.findall(pitfall_list))
    if not marks:
        return
    sections: list[nodes.Node] = []
    for page in pages_in_order(app):
        found = _store(app.env).get(page)
        if not found:
            continue
        items = nodes.bullet_list()
        for text, anchor in found:
            target = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
            link = nodes.reference("", text, internal=True, refuri=target)
            items += nodes.list_item("", nodes.paragraph("", "", link))
        heading = nodes.reference("", "", internal=True, refuri=app.builder.get_relative_uri(docname, page))
        heading += nodes.strong(text=app.env.titles[page].astext())
        sections += [nodes.paragraph("", "", heading), items]
    for mark in marks:
        mark.replace_self(sections)


def _store(env: BuildEnvironment) -> dict[str, list[tuple[str, str]]]:
    if not hasattr(env, "book_pitfalls"):
        env.book_pitfalls = {}  # type: ignore[attr-defined]
    return env.book_pitfalls  # type: ignore[attr-defined,no-any-return]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive and its events."""
    app.add_node(pitfall_list)
    app.add_directive("pitfall-list", PitfallList)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True}
