"""The order of the pages, which index.md alone holds."""

from __future__ import annotations

from sphinx import addnodes
from sphinx.application import Sphinx


def parts_in_order(app: Sphinx) -> dict[str, list[str]]:
    """Return the names of the pages of each part, by its caption on the front page."""
    parts: dict[str, list[str]] = {}
    for toctree in app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree):
        parts.setdefault(toctree.get("caption") or "", []).extend(toctree["includefiles"])
    return parts


def pages_in_order(app: Sphinx) -> list[str]:
    """Return the names of all pages, each followed by the pages of its own tables of contents."""

    def below(page: str) -> list[str]:
        return [page, *(name for child in app.env.toctree_includes.get(page, []) for name in below(child))]

    return below(app.config.root_doc)
