"""Show the sources of all environments on one page: the directive `environment-list`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

FOLDER = "environments"


def anchor(name: str) -> str:
    """Return the anchor of an environment on the page."""
    return nodes.make_id(f"environment-{name}")


class EnvironmentList(SphinxDirective):
    """Every module of the environments with its source; those that others share come last."""

    def run(self) -> list[nodes.Node]:
        """Return a heading and a listing for each module."""
        found: list[nodes.Node] = []
        paths = Path(self.env.srcdir, FOLDER).glob("*.py")
        for path in sorted(paths, key=lambda path: (path.name.startswith("_"), path.name)):
            if path.stem != "__init__":
                self.env.note_dependency(str(path))
                text = path.read_text(encoding="utf-8")
                found += [
                    nodes.rubric("", "", nodes.literal("", path.stem), ids=[anchor(path.stem)]),
                    nodes.literal_block(text, text, language="python"),
                ]
        return found


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("environment-list", EnvironmentList)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
