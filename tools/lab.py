"""Open JupyterLab with the chapters as notebooks; `make lab` runs this in `.venv-lab`.

JupyterLab has an environment of its own, so that nothing of it can change how the book is built. Its kernel is the
Python of `.venv`, with the same settings as in the build. Jupytext shows the pages, which stay Markdown, as notebooks,
and jupyterlab-myst sets their formulas and boxes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from tools.book import ROOT, prepare_environment

PREFERENCES = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook"}},
}


def write_settings(environment: Path, root: Path) -> None:
    """Name the kernel, let a double click open a page as a notebook, ask nobody for news."""
    python = root / ".venv" / "bin" / "python"
    kernel = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    for place, content in (
        ("jupyter/kernels/python3/kernel.json", kernel),
        ("jupyter/lab/settings/overrides.json", PREFERENCES),
    ):
        path = environment / "share" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Become JupyterLab, at the first page."""
    write_settings(Path(sys.prefix), ROOT)
    prepare_environment(ROOT)
    del os.environ["JUPYTER_NO_CONFIG"]  # it would switch Jupytext off, too
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(ROOT / "book")]
    os.execv(sys.executable, [*command, "--LabApp.default_url=/lab/tree/index.md", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
