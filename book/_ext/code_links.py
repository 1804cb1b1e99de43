"""Names of the library in the cells lead to its reference, and each entry there names the pages that use it most.

What can be linked is found anew in every build; pages for which it has changed are written again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
from _ext.code_names import Link, Page
from _ext.code_values import Reference
from _ext.downloads import executed_notebook
from _ext.order import pages_in_order
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

BLOCK = '<div class="{} notranslate"><div class="highlight"><pre>(?P<code>.*?)</pre>'
CELL = re.compile(BLOCK.format("highlight-ipython3"), re.DOTALL)
# Examples of one docstring share their names; the next signature begins anew.
EXAMPLE = re.compile(f'(?P<signature><dt class="sig )|{BLOCK.format("doctest highlight-default")}', re.DOTALL)
PIECE = re.compile(r"<[^>]*>|[^<]+")
SHOWN = 3
"""How many pages an entry names at most, so that they fit on a line."""

Linked = tuple[str, tuple[Link, ...]]
"""The source of a cell and the links in it."""


def mark(html: str, links: Sequence[Link], address: str) -> str:
    """Return highlighted code with links.

    Parameters
    ----------
    html : str
        What the `pre` holds.
    links : sequence of Link
        What to link.
    address : str
        How the addresses begin; the entry is added.

    Returns
    -------
    str
        The same text. A link encloses whole tokens that are names; what is no such token stays as it is.
    """
    pieces = PIECE.findall(html)
    starts, ends, position = {}, {}, 0
    for number, piece in enumerate(pieces):
        if not piece.startswith("<"):
            starts[position] = number
            position += len(unescape(piece))
            ends[position] = number
    lines = [0, *(found.end() for found in re.finditer("\n", text_of(html)))]
    for link in links:
        line = lines[link.line - 1]
        first, last = starts.get(line + link.start), ends.get(line + link.end)
        if first and last and pieces[first - 1].startswith('<span class="n') and pieces[last + 1] == "</span>":
            href = f"{address}{link.entry}"
            pieces[first - 1] = f'<a class="code-link reference internal" href="{href}">{pieces[first - 1]}'
            pieces[last + 1] += "</a>"
    return "".join(pieces)


def text_of(html: str) -> str:
    """Return the text of highlighted code."""
    return unescape(re.sub("<[^>]*>", "", html))


def statements(example: str) -> str:
    """Return the code of an example with prompts: every line keeps its number, and answers become empty lines."""
    return "\n".join(line[4:] if line.startswith((">>>", "...")) else "" for line in example.split("\n"))


def linked_cells(notebook: Path, reference: Reference) -> tuple[Linked, ...]:
    """Return the links of the cells that are to be seen; the others tell what names mean, too."""
    cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
    page = Page([cell.source for cell in cells], reference)
    return tuple(
        (cell.source.strip("\n"), tuple(sorted(link for link in page.links if link.cell == number)))
        for number, cell in enumerate(cells)
        if not {"remove-cell", "remove-input"} & set(cell.metadata.get("tags", ()))
    )


class CodeLinks:
    """The links of all pages, from the reading of the pages to the writing of the last."""

    def __init__(self) -> None:
        self.reference = Reference(())
        self.pages: dict[str, tuple[Linked, ...]] = {}

    def resolve(self, app: Sphinx, env: Any) -> list[str]:
        """Find all links, and return the pages that must be written again."""
        self.entries = env.domains["py"].data["objects"]
        self.reference = Reference(self.entries)
        files = {name: executed_notebook(app, name) for name in env.found_docs}
        self.pages = {name: linked_cells(file, self.reference) for name, file in sorted(files.items()) if file.exists()}
        known = getattr(env, "code_links", {})
        env.code_links = self.pages
        changed = [name for name in self.pages if self.pages[name] != known.get(name)]
        if self.pages.keys() == known.keys() and not changed:
            return []
        return [*changed, *{entry.docname for entry in self.entries.values()}]

    def insert(
        self, app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Add the links to the cells of a page, and to the examples of docstrings."""
        if doctree is None:
            return
        waiting = list(self.pages.get(pagename, ()))

        def add_to_cell(match: re.Match[str]) -> str:
            code = text_of(match["code"]).strip("\n")
            links = next((links for source, links in waiting if source == code), ())
            if links:
                waiting.remove((code, links))
            return self._replaced(app, pagename, match, links)

        earlier: list[str] = []

        def add_to_example(match: re.Match[str]) -> str:
            if match["signature"]:
                earlier.clear()
                return match[0]
            earlier.append(statements(text_of(match["code"])))
            links = [link for link in Page(earlier, self.reference).links if link.cell == len(earlier) - 1]
            moved = [link._replace(start=link.start + 4, end=link.end + 4) for link in links]
            return self._replaced(app, pagename, match, moved)

        context["body"] = CELL.sub(add_to_cell, context["body"])
        if doctree.next_node(addnodes.desc):
            context["body"] = EXAMPLE.sub(add_to_example, context["body"])

    def _replaced(self, app: Sphinx, pagename: str, match: re.Match[str], links: Sequence[Link]) -> str:
        html = match[0]
        start = match.start("code") - match.start()
        end = match.end("code") - match.start()
        code = html[start:end]
        for docname in {self.entries[link.entry].docname for link in links}:
            page = "" if docname == pagename else app.builder.get_relative_uri(pagename, docname)
            there = [link for link in links if self.entries[link.entry].docname == docname]
            targets = [link._replace(entry=self.entries[link.entry].node_id) for link in there]
            code = mark(code, targets, f"{page}#")
        return html[:start] + code + html[end:]

    def name_users(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        """Add to each entry of the reference a line with the pages whose cells use it."""
        entries = list(doctree.findall(addnodes.desc))
        if not entries:
            return
        uses = {page: Counter(link.entry for _, links in cells for link in links) for page, cells in self.pages.items()}
        order = [page for page in pages_in_order(app) if page in uses]
        for entry in entries:
            signature, content = entry.children[0], entry.children[-1]
            assert isinstance(signature, nodes.Element)
            assert isinstance(content, nodes.Element)
            name = next(iter(signature["ids"]), "")
            users = [page for page in order if uses[page][name]]
            if not users:
                continue
            most = sorted(users, key=lambda page: -uses[page][name])[:SHOWN]
            line = nodes.paragraph("", "Used in ", classes=["used-in", "no-search"])
            for number, page in enumerate(sorted(most, key=order.index)):
                address = app.builder.get_relative_uri(docname, page)
                title = app.env.titles[page].astext()
                line += [nodes.Text(", " if number else ""), nodes.reference("", title, internal=True, refuri=address)]
            more = len(users) - len(most)
            line += nodes.Text(f" and {more} more {'page' if more == 1 else 'pages'}." if more else ".")
            members = (i for i, part in enumerate(content.children) if isinstance(part, addnodes.index | addnodes.desc))
            content.insert(next(members, len(content.children)), line)


def setup(app: Sphinx) -> dict[str, Any]:
    """Find the links when all pages are read, and add them while pages are written."""
    links = CodeLinks()
    app.connect("env-updated", links.resolve)
    app.connect("doctree-resolved", links.name_users)
    app.connect("html-page-context", links.insert, priority=700)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
