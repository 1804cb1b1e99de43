"""Leave out of the site what no reader loads: the theme's source maps and its translations."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx


def trim(app: Sphinx, failure: Exception | None) -> None:
    """Remove the files from the finished site."""
    if failure is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        for source_map in static.rglob("*.map"):
            source_map.unlink()
        shutil.rmtree(static / "locales", ignore_errors=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Trim when everything has been written."""
    app.connect("build-finished", trim)
    return {"version": "1", "parallel_read_safe": True}
