"""Mend the markup of other writers where assistive technology trips over it."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

# Docutils gives the entries of a list a role that ARIA has withdrawn, so that the list seems to have no entries.
WITHDRAWN = {'role="doc-biblioentry"': 'role="listitem"'}


def mend(
    _app: Sphinx, _pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document | None
) -> None:
    """Replace withdrawn roles in the body of a page."""
    for old, new in WITHDRAWN.items():
        context["body"] = context.get("body", "").replace(old, new)


def setup(app: Sphinx) -> dict[str, Any]:
    """Mend each page before it is written."""
    app.connect("html-page-context", mend)
    return {"version": "1", "parallel_read_safe": True}
