"""Open JupyterLab with copies of the chapters; `make lab` runs this in `.venv-lab`.

JupyterLab has an environment of its own, so that nothing of it can change how the book is built. Its kernel is the
Python of `.venv`, with the same settings as in the build. The notebooks are those that the site offers for download;
their copies lie in `lab/`, so that changing a number never changes the book, and what a reader has changed is kept.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from tools.book import ROOT, prepare_environment

CONTENTS = "Contents.md"
PREFERENCES = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
}


def write_settings(environment: Path, root: Path) -> None:
    """Name the kernel, show Markdown as it is meant to be read, ask nobody for news."""
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


def list_contents(book: Path, titles: dict[str, str]) -> str:
    """Return a page that links every notebook, in the order and under the parts of the book."""
    lines = ["# Contents", "", "Copies of the chapters: change what you like, the book stays as it is.", ""]
    index = (book / "index.md").read_text(encoding="utf-8")
    for part in re.findall(r"^```\{toctree\}\n(.*?)^```", index, re.MULTILINE | re.DOTALL):
        if caption := re.search(r"^:caption: (.+)$", part, re.MULTILINE):
            lines += [f"## {caption[1]}", ""]
        names = [Path(line).name for line in part.splitlines()]
        lines += [*(f"- [{titles[name]}]({name}.ipynb)" for name in names if name in titles), ""]
    return "\n".join(lines)


def read_cells(text: str) -> list[tuple[str, str]]:
    """Return kind and source of each cell of a notebook."""
    return [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]


def copy_notebooks(root: Path) -> list[str]:
    """Bring the copies up to date, and return the names of those that stay because the reader has changed them."""
    copies = root / "lab"
    originals = copies / ".originals"
    originals.mkdir(parents=True, exist_ok=True)
    titles, kept = {}, []
    for notebook in sorted((root / "build" / "html" / "notebooks").glob("*.ipynb")):
        text = notebook.read_text(encoding="utf-8")
        prose = "\n".join(source for kind, source in read_cells(text) if kind == "markdown")
        title = re.search(r"^# (.+)$", prose, re.MULTILINE)
        titles[notebook.stem] = title[1] if title else notebook.stem
        copy, original = copies / notebook.name, originals / notebook.name
        before = original.read_text(encoding="utf-8") if original.exists() else None
        if copy.exists() and before == text:
            continue  # with the outputs of the last time
        if copy.exists() and (before is None or read_cells(copy.read_text(encoding="utf-8")) != read_cells(before)):
            kept.append(copy.name)
        else:
            copy.write_text(text, encoding="utf-8")
            original.write_text(text, encoding="utf-8")
    (copies / CONTENTS).write_text(list_contents(root / "book", titles), encoding="utf-8")
    return kept


def main(arguments: list[str]) -> None:
    """Become JupyterLab, at the list of the chapters; further arguments go to it."""
    write_settings(Path(sys.prefix), ROOT)
    if kept := copy_notebooks(ROOT):
        print(
            f"The book has changed, your own versions in lab/ are kept: {', '.join(kept)}. Remove one to get the new."
        )
    prepare_environment(ROOT)
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(ROOT / "lab")]
    os.execv(sys.executable, [*command, f"--LabApp.default_url=/lab/tree/{CONTENTS}", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
