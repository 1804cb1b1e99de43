"""Excerpts for the search: the prose of every page with formulas as plain letters, in one script.

Sphinx fetches the pages themselves for that, which browsers refuse where a site is opened from a folder, and shows the
raw LaTeX of their formulas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

FILE = "search_excerpts.js"
# The few commands that stand in headings and short formulas.
LETTERS = [
    (re.compile(r"\\[td]?frac\s*\{?(\w)\}?\s*\{?(\w)\}?"), r"\1/\2"),
    (re.compile(r"\^?\{?\\top\}?"), "ᵀ"),
    (re.compile(r"[\^_{}]"), ""),
]
NO_TITLES: Mapping[str, str] = MappingProxyType({})
BLOCKS = (nodes.paragraph, nodes.title, nodes.rubric, nodes.term)


def spoken(block: nodes.Element, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the text of a paragraph; simple formulas as letters, others as an ellipsis.

    Parameters
    ----------
    block : Element
        The paragraph, whose references need not be resolved.
    titles : mapping of str to str
        What a reference without a title of its own shows, by its label; others become an ellipsis or, to literature,
        nothing.
    """
    parts = []
    for node in block.findall(lambda node: isinstance(node, nodes.Text)):
        inside = node.parent
        text = node.astext()
        reference = inside if isinstance(inside, addnodes.pending_xref) else inside.parent
        if isinstance(reference, addnodes.pending_xref) and not reference.get("refexplicit"):
            text = _shown(reference, text, titles)
        elif isinstance(inside, nodes.math | nodes.math_block):
            for pattern, letters in LETTERS:
                text = pattern.sub(letters, text)
            text = "…" if "\\" in text or len(text) > 20 else text
        parts.append(text)
    return " ".join("".join(parts).split())


def _shown(reference: addnodes.pending_xref, text: str, titles: Mapping[str, str]) -> str:
    if reference.get("refdomain") == "cite":
        return ""
    if reference["reftype"] in ("eq", "ref", "doc"):
        return titles.get(reference["reftarget"], "…")
    return text


def titles_of(env: BuildEnvironment) -> dict[str, str]:
    """Return the titles of everything that has a label."""
    return {label: title for label, (_, _, title) in env.domains.standard_domain.labels.items()}


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the script when all pages stand."""
    if exception is not None or app.builder.format != "html":
        return
    pages: dict[str, str] = {}
    titles: dict[str, str] = {}
    labels = titles_of(app.env)
    for name in sorted(app.env.found_docs):
        blocks = [node for node in app.env.get_doctree(name).findall(nodes.Element) if isinstance(node, BLOCKS)]
        pages[name] = " ".join(text for text in (spoken(block, labels) for block in blocks) if text)
        titles |= {block.astext(): spoken(block, labels) for block in blocks if isinstance(block, nodes.title)}
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
