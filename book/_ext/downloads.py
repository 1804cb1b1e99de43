"""Every chapter to take away: as a notebook and as a script that need nothing but the library.

Cells are those that were executed; cells that only check the page (`remove-cell`) are left out, and so are outputs. The
files go to `notebooks/` and into the download menu of their page.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from _ext.plain_markdown import Resolver, UnknownMarkupError, convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.directives.code import LiteralIncludeReader
from sphinx.util import logging

import nnbook

logger = logging.getLogger(__name__)

FOLDER = "notebooks"
WHEEL = f"nnbook-{nnbook.__version__}-py3-none-any.whl"
FILE = re.compile(r"(?:\.\./)?[\w-]+\.\w+")
# A file of the book, by its path from an appendix; in the reader's folder it lies beside the notebook.
FROM_ABOVE = re.compile(r'"\.\./([\w-]+\.\w+)"')
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


class Page:
    """Answers the questions of the conversion for one page."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.app, self.docname = app, docname
        self.env = app.env
        self.cited: list[str] = []
        glue = executed_notebook(app, docname).with_suffix(".glue.json")
        self.glue: dict[str, Any] = json.loads(glue.read_text("utf-8")) if glue.exists() else {}

    def number(self, label: str) -> str:
        """Return the number of an equation, as the page shows it."""
        equations = self.env.domains["math"].data["objects"]
        if label not in equations:
            raise UnknownMarkupError(f"there is no equation {label}")
        docname, number = equations[label]
        figures = self.env.toc_fignumbers.get(docname, {}).get("displaymath", {})
        return ".".join(map(str, figures.get(f"equation-{label}", (number,))))

    def name(self, label: str) -> str:
        """Return kind and number of an exercise or a theorem."""
        exercise = getattr(self.env, "sphinx_exercise_registry", {}).get(label)
        known = exercise or getattr(self.env, "proof_list", {}).get(label)
        if known is None:
            raise UnknownMarkupError(f"there is no exercise or theorem {label}")
        kind = "exercise" if exercise else known["countertype"]
        number = self.env.toc_fignumbers.get(known["docname"], {}).get(kind, {}).get(label, ())
        shown = "exercise" if exercise else known["realtype"]
        return f"{shown.capitalize()} {'.'.join(map(str, number))}".strip()

    def role(self, name: str, target: str, title: str | None) -> str:
        """Return the text of a role; other chapters are linked, under the name that their notebook has."""
        if name in ("term", "sub-ref", "abbr"):
            return title or target
        if name in ("ref", "numref", "doc", "prf:ref"):
            return self._reference(name, target, title)
        if name.startswith("cite"):
            return self._citation(name, target)
        if name == "glue:text":
            key, _, form = target.partition(":")
            value = ast.literal_eval(self.glue[key]["data"]["text/plain"])
            return format(value, form)
        if name == "download":
            return f"`{title or Path(target).name}`"
        if name.startswith("py:") or name in ("func", "class", "meth", "mod", "attr", "data", "code"):
            return f"`{title or target.lstrip('~')}`"
        raise UnknownMarkupError(f"the role {name} has no plain form")

    def _reference(self, name: str, target: str, title: str | None) -> str:
        if name == "prf:ref" or target in getattr(self.env, "sphinx_exercise_registry", {}):
            return title or self.name(target)
        if name == "doc":
            folder = Path(self.docname).parent
            docname = target.lstrip("/") if target.startswith("/") else (folder / target).as_posix()
            text = self.env.titles[docname].astext()
        else:
            std = self.env.domains["std"].data
            docname, _, text = std["labels"].get(target) or (*std["anonlabels"][target], target)
        if docname == self.docname or not executed_notebook(self.app, docname).exists():
            return title or text
        return f"[{title or text}]({Path(docname).name}.ipynb)"

    def _citation(self, name: str, target: str) -> str:
        texts = []
        for key in (part.strip() for part in target.split(",")):
            if key not in self.cited:
                self.cited.append(key)
            entry = _citations(self.env)[key].entry
            people = [
                " ".join(person.last_names) for person in entry.persons.get("author", entry.persons.get("editor", []))
            ]
            if not people:
                people = [entry.fields.get("title", key)]
            who = people[0] if len(people) == 1 else " and ".join(people) if len(people) == 2 else f"{people[0]} et al."
            year = entry.fields.get("year", "n.d.")
            texts.append(f"{who} ({year})" if name.endswith(":t") else f"{who}, {year}")
        return "; ".join(texts) if name.endswith(":t") else f"[{'; '.join(texts)}]"

    def listing(self, path: str, options: dict[str, str]) -> str:
        """Return the lines that a `literalinclude` shows."""
        source = Path(self.env.doc2path(self.docname)).parent / path
        given: dict[str, Any] = {key: value for key, value in options.items() if key != "language"}
        if given.get("dedent") == "":
            given["dedent"] = None
        text, _ = LiteralIncludeReader(str(source), given, self.app.config).read()
        return text

    def sources(self) -> Iterator[str]:
        """Return the works that the page cites, one a line."""
        for key in self.cited:
            text = _citations(self.env)[key].formatted_entry.text.render_as("text")
            yield f"- {text}"


def _citations(env: Any) -> dict[str, Any]:
    return {citation.key: citation for citation in env.domains["cite"].citations}


def executed_notebook(app: Sphinx, docname: str) -> Path:
    """Return where the notebook of a page is, with its outputs, if the page has cells."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{docname}.ipynb"


def make_notebook(app: Sphinx, docname: str) -> nbformat.NotebookNode:
    """Return a page as a notebook of plain Markdown and code, without outputs."""
    page = Page(app, docname)
    resolver = Resolver(page.number, page.role, page.name, page.listing)
    executed = nbformat.read(executed_notebook(app, docname), as_version=4).cells
    code = "\n".join(cell.source for cell in executed if cell.cell_type == "code")
    cells = [_opening(app, "plot,eqcheck" if "nnbook.eqcheck" in code else "plot")]
    if files := companions(code, Path(app.env.doc2path(docname)).parent):
        cells.append(nbformat.v4.new_code_cell(unpacking(files)))
    for cell in executed:
        if cell.cell_type == "code":
            if "remove-cell" not in cell.metadata.get("tags", ()):
                cells.append(nbformat.v4.new_code_cell(FROM_ABOVE.sub(r'"\1"', cell.source)))
        elif text := convert(cell.source, resolver):
            cells.append(nbformat.v4.new_markdown_cell(text))
    if sources := list(page.sources()):
        cells.append(nbformat.v4.new_markdown_cell("\n".join(["## Sources", "", *sources])))
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"  # random ones would make every build differ
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    return notebook


def companions(code: str, folder: Path) -> list[Path]:
    """Return the files beside a page, or in the folder above, that its code reads or imports.

    Parameters
    ----------
    code : str
        All cells of the page.
    folder : Path
        Where the page stands.
    """
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and FILE.fullmatch(node.value):
            names.add(node.value)
        elif isinstance(node, ast.Import):
            names |= {f"{alias.name}.py" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(f"{node.module}.py")
    return [folder / name for name in sorted(names) if (folder / name).is_file()]


def unpacking(files: list[Path]) -> str:
    """Return a cell that writes the files where they are missing, so that one download is enough."""
    lines = ["# Files that lie beside this chapter in the book.", "from pathlib import Path", ""]
    for file in files:
        text = file.read_text(encoding="utf-8").replace("\\", "\\\\").replace('"""', r"\"\"\"")
        write = f'    Path("{file.name}").write_text(\n        """\\\n{text}""",\n        encoding="utf-8",\n    )'
        lines += [f'if not Path("{file.name}").exists():', write]
    if any(file.suffix == ".py" for file in files):
        lines[1:1] = ["import sys"]
        lines += ['sys.path.insert(0, ".")']
    return "\n".join(lines)


def _opening(app: Sphinx, extras: str) -> nbformat.NotebookNode:
    text = (
        f"*A chapter of “{app.config.project}”. The cells need Python and the library: download its wheel from the "
        f'front page of the book, and `python -m pip install "./{WHEEL}[{extras}]"`.*'
    )
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(text)
    return cell


def offer(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write notebook and script of a page, and put both into its download menu."""
    if doctree is None or not executed_notebook(app, pagename).exists():
        return
    try:
        notebook = make_notebook(app, pagename)
    except UnknownMarkupError as error:
        logger.warning("no notebook can be made of this page: %s", error, location=pagename, type="downloads")
        return
    target = Path(app.outdir) / FOLDER / Path(pagename).name
    target.parent.mkdir(exist_ok=True)
    texts = {".ipynb": nbformat.writes(notebook) + "\n", ".py": jupytext.writes(notebook, fmt="py:percent")}
    buttons = []
    for suffix, text in texts.items():
        target.with_suffix(suffix).write_text(text, encoding="utf-8")
        buttons.append(
            {
                "type": "link",
                "url": f"{context['content_root']}{FOLDER}/{target.name}{suffix}",
                "text": suffix,
                "tooltip": "Download as a notebook" if suffix == ".ipynb" else "Download as a script",
                "icon": "fas fa-book" if suffix == ".ipynb" else "fas fa-code",
                "label": f"download-{suffix[1:]}-button",
            }
        )
    for group in context.get("header_buttons", ()):
        if group.get("label") == "download-buttons":
            group["buttons"][:0] = buttons


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the files with each page, after the theme has made its menu."""
    app.connect("html-page-context", offer, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
