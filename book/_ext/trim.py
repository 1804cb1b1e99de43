"""Leave out of the site what no reader needs: source maps, translations, a script for icons, tags without effect.

The theme draws its icons with a font. Its script of 1.5 MB would draw them once more, for the sake of icons that a site
brings itself; this one brings none, and a slow laptop would read the script on every page. Code is mostly names,
punctuation and spaces, which have the color of the block; their tags would be a fifteenth of the site.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ICONS = "fontawesome.js"
REMOVED = re.compile(rf'\s*<script [^>]*src="[^"]*/{re.escape(ICONS)}[^"]*"></script>')
UNWRAPPED = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')


def lighten(html: str) -> str:
    """Return a page without the script of the icons and without the tags that change nothing."""
    return UNWRAPPED.sub(r"\1", REMOVED.sub("", html))


def trim(app: Sphinx, failure: Exception | None) -> None:
    """Remove the files from the finished site, and what weighs on its pages."""
    if failure is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    for source_map in static.rglob("*.map"):
        source_map.unlink()
    shutil.rmtree(static / "locales", ignore_errors=True)
    (static / "scripts" / ICONS).unlink(missing_ok=True)
    for page in out.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if (light := lighten(text)) != text:
            page.write_text(light, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Trim when everything has been written."""
    app.connect("build-finished", trim)
    return {"version": "1", "parallel_read_safe": True}
