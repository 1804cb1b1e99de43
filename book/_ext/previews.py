"""What a reference to another page shows when one points at it, cut out of the finished pages for `previews.js`.

Beside each page `forward.html` there is `previews/forward.js`. A script can be loaded from a stick too, where browsers
refuse to fetch pages.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sphinx.application import Sphinx

FOLDER = "previews"
EQUATION = re.compile(r'<div class="math[^"]*" id="(?P<id>equation-[^"]+)">(?P<html>.*?)</div>', re.DOTALL)
SECTION = re.compile(
    r'<section [^>]*?id="(?P<id>[^"]+)">\s*(?P<spans>(?:<span id="[^"]+"></span>\s*)*)<h\d>(?P<title>.*?)</h\d>'
    r"(?P<after>\s*<p>.*?</p>)?",
    re.DOTALL,
)
ENTRY = re.compile(r'<dt [^>]*?id="(?P<id>[^"]+)">(?P<title>.*?)</dt>\s*<dd>\s*(?P<text><p>.*?</p>)?', re.DOTALL)
BOX = re.compile(r'<(?P<tag>div|figure|details) class="(?P<class>[^"]*)" id="(?P<id>[^"]+)"[^>]*>')
REFERENCE = re.compile(r'<a class="[^"]*reference internal[^"]*" href="([^"#]*)#([^"]+)"')
REMOVED = re.compile(
    r'<a class="headerlink"[^>]*>.*?</a>|<span class="equation-links">.*?</span>|<a [^>]*>|</a>| id="[^"]*"', re.DOTALL
)


def fragments(body: str) -> Iterator[tuple[str, str]]:
    """Return what can be previewed of a page: anchors with HTML that has neither links nor anchors.

    Parameters
    ----------
    body : str
        The finished HTML of the page.

    Returns
    -------
    iterator of (str, str)
        Equations, theorems, figures, exercises and references to literature as they stand; sections, terms and names
        of the library with their first paragraph.
    """
    for found in EQUATION.finditer(body):
        yield found["id"], f'<div class="math">{_clean(found["html"])}</div>'
    for found in SECTION.finditer(body):
        html = f"<p><strong>{_clean(found['title'])}</strong></p>{_clean(found['after'] or '')}"
        for anchor in (found["id"], *re.findall(r'id="([^"]+)"', found["spans"])):
            yield anchor, html
    for found in ENTRY.finditer(body):
        yield found["id"], f"<p><strong>{_clean(found['title'])}</strong></p>{_clean(found['text'] or '')}"
    for found in BOX.finditer(body):
        classes = found["class"].split()
        if {"proof", "exercise", "citation"} & set(classes) or found["tag"] == "figure":
            yield found["id"], _clean(_element(body, found.start(), found["tag"]))


def _clean(html: str) -> str:
    return REMOVED.sub("", html).strip()


def _element(body: str, start: int, tag: str) -> str:
    """Return the element that starts there, up to the end tag that closes it."""
    depth = 0
    for mark in re.compile(rf"<(/?){tag}\b").finditer(body, start):
        depth += -1 if mark[1] else 1
        if depth == 0:
            return body[start : body.index(">", mark.end()) + 1]
    raise ValueError(f"the element at {start} is not closed")


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the previews of every anchor that another page refers to, when all pages stand."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    texts = {name: (out / f"{name}.html").read_text(encoding="utf-8") for name in sorted(app.env.found_docs)}
    # The index of equations shows each of them in full, so it asks for none.
    wanted = {
        reference
        for name, text in texts.items()
        if name != "appendix/equations"
        for reference in references(name, text)
    }
    for name, text in texts.items():
        contents = {anchor: html for anchor, html in fragments(text) if (name, anchor) in wanted}
        target = out / FOLDER / f"{name}.js"
        target.parent.mkdir(parents=True, exist_ok=True)
        script = f"bookPreviews({json.dumps(name)}, {json.dumps(contents, ensure_ascii=False)});\n"
        target.write_text(script, encoding="utf-8")


def references(page: str, html: str) -> Iterator[tuple[str, str]]:
    """Return the other pages, and the anchors there, to which the references of a page lead."""
    for address, anchor in REFERENCE.findall(html):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), address)).removesuffix(".html")
        if address and target != page:
            yield target, unquote(anchor)


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the previews when everything else has changed the pages."""
    app.add_js_file("previews.js", defer="defer")
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
