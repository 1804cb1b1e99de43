"""The front page: a map of the chapters as a picture with links, and the line that installs the library.

The map is drawn from the tables of contents of the front page, a column for each part.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from html import escape
from typing import Any

from _ext.downloads import FOLDER, WHEEL
from _ext.order import parts_in_order
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

# In units of the picture, which is drawn so narrow that its text stays legible on a phone.
WIDTH, BOX, HEIGHT, STEP, TOP, LINE = 360, 112, 34, 46, 24, 12
LETTERS = 18
WITHOUT_MAP = ("Appendix",)


@dataclass(frozen=True)
class Chapter:
    """A box of the map."""

    title: str
    address: str


class chapter_map(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes in lower case
    """Where the map goes."""


class ChapterMap(SphinxDirective):
    """Draw the map of the chapters."""

    def run(self) -> list[nodes.Node]:
        """Leave a mark: the titles are known when all pages have been read."""
        self.env.note_reread()
        return [chapter_map()]


class InstallLine(SphinxDirective):
    """Offer the wheel, and the command that installs it."""

    def run(self) -> list[nodes.Node]:
        """Return a link and a line of code."""
        link = nodes.reference("", WHEEL, refuri=f"{FOLDER}/{WHEEL}", internal=True, classes=["download"])
        command = f'python -m pip install "./{WHEEL}[plot]"'
        return [
            nodes.paragraph("", "", nodes.Text("Download "), link, nodes.Text(" and, in the same folder:")),
            nodes.literal_block(command, command, language="console"),
        ]


def draw(parts: dict[str, list[Chapter]]) -> str:
    """Return the map as SVG.

    Parameters
    ----------
    parts : dict of str to list of Chapter
        The chapters of each part, in the order of reading.

    Returns
    -------
    str
        An SVG element whose boxes are links, in the colors of the page around it.
    """
    gap = (WIDTH - len(parts) * BOX) / max(1, len(parts) - 1)
    rows = max(len(chapters) for chapters in parts.values())
    height = TOP + rows * STEP
    found = [
        f'<svg class="chapter-map" viewBox="-2 0 {WIDTH + 4} {height}" role="group" aria-label="Map of the chapters">',
        '<defs><marker id="chapter-map-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" '
        'orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>',
    ]
    for column, (part, chapters) in enumerate(parts.items()):
        left = column * (BOX + gap)
        middle = left + BOX / 2
        found.append(f'<text class="part" x="{middle:g}" y="12" text-anchor="middle">{escape(part)}</text>')
        for row, chapter in enumerate(chapters):
            top = TOP + row * STEP
            found.append(_box(chapter, left, top))
            if row + 1 < len(chapters):
                found.append(_arrow(f"M{middle:g} {top + HEIGHT}V{top + STEP - 1:g}"))
        if column + 1 < len(parts):
            bottom = TOP + (len(chapters) - 1) * STEP + HEIGHT / 2
            turn = left + BOX + gap / 2
            found.append(_arrow(f"M{left + BOX:g} {bottom:g}H{turn:g}V{TOP + HEIGHT / 2:g}H{left + BOX + gap - 1:g}"))
    return "\n".join([*found, "</svg>"])


def _box(chapter: Chapter, left: float, top: float) -> str:
    lines = textwrap.wrap(chapter.title, LETTERS)
    first = top + HEIGHT / 2 - (len(lines) - 1) * LINE / 2 + 4
    spans = "".join(
        f'<tspan x="{left + BOX / 2:g}" y="{first + number * LINE:g}">{escape(line)} </tspan>'
        for number, line in enumerate(lines)
    )
    return (
        f'<a href="{escape(chapter.address)}"><rect x="{left:g}" y="{top:g}" width="{BOX}" height="{HEIGHT}" rx="5"/>'
        f'<text text-anchor="middle">{spans}</text></a>'
    )


def _arrow(path: str) -> str:
    return f'<path class="way" d="{path}" marker-end="url(#chapter-map-tip)"/>'


def resolve(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Draw the map where its mark stands."""
    marks = list(doctree.findall(chapter_map))
    if not marks:
        return
    parts = {
        caption: [Chapter(app.env.titles[page].astext(), app.builder.get_relative_uri(docname, page)) for page in pages]
        for caption, pages in parts_in_order(app).items()
        if caption not in WITHOUT_MAP
    }
    for mark in marks:
        mark.replace_self(nodes.raw("", draw(parts), format="html"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directives `chapter-map` and `install-line`."""
    app.add_node(chapter_map)
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("install-line", InstallLine)
    app.connect("doctree-resolved", resolve)
    return {"version": "1", "parallel_read_safe": True}
