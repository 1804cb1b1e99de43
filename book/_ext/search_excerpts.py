"""Excerpts for the search: the prose of every page with formulas as plain letters, in one script.

Sphinx fetches the pages themselves for that, which browsers refuse where a site is opened from a folder, and shows the
raw LaTeX of their formulas.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

FILE = "search_excerpts.js"
# The few commands that stand in headings and short formulas.
LETTERS = [
    (re.compile(r"\\[td]?frac\s*\{?(\w)\}?\s*\{?(\w)\}?"), r"\1/\2"),
    (re.compile(r"\^?\{?\\top\}?"), "ᵀ"),
    (re.compile(r"[\^_{}]"), ""),
]
BLOCKS = (nodes.paragraph, nodes.title, nodes.rubric, nodes.term)


def spoken(block: nodes.Element) -> str:
    """Return the text of a paragraph; simple formulas as letters, others as an ellipsis."""
    parts = []
    for node in block.findall(lambda node: isinstance(node, nodes.Text)):
        inside = node.parent
        text = node.astext()
        if isinstance(inside, nodes.math | nodes.math_block):
            for pattern, letters in LETTERS:
                text = pattern.sub(letters, text)
            text = "…" if "\\" in text or len(text) > 20 else text
        parts.append(text)
    return " ".join("".join(parts).split())


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the script when all pages stand."""
    if exception is not None or app.builder.format != "html":
        return
    pages, titles = {}, {}
    for name in sorted(app.env.found_docs):
        blocks = list(app.env.get_doctree(name).findall(lambda node: isinstance(node, BLOCKS)))
        pages[name] = " ".join(text for text in map(spoken, blocks) if text)
        titles |= {block.astext(): spoken(block) for block in blocks if isinstance(block, nodes.title)}
    titles = {raw: text for raw, text in titles.items() if "\\" in raw}
    text = f"const searchExcerpts = {json.dumps({'pages': pages, 'titles': titles}, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / FILE).write_text(text, encoding="utf-8")


def add_scripts(app: Sphinx, pagename: str, *_: Any) -> None:
    """Load the excerpts on the page of the search, and nowhere else."""
    if pagename == "search":
        app.add_js_file(FILE, defer="defer")
        app.add_js_file("search.js", defer="defer")


def quiet(_app: Sphinx, config: Config) -> None:
    """Switch off the excerpts of Sphinx."""
    config["html_show_search_summary"] = False


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the script to the end of the build."""
    app.connect("config-inited", quiet)
    app.connect("html-page-context", add_scripts)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
