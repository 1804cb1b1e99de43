"""Chapters to take away: plain Markdown, and cells that run with the library alone. `make html` comes first."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from _ext.downloads import companions, unpacking
from _ext.plain_markdown import Resolver, UnknownMarkupError, convert
from nbformat import read, validate

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "html" / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
# What would show that MyST was left over. Code is taken out before.
LEFTOVER = re.compile(
    r"\{[a-zA-Z][\w:.-]*\}`|^\s*(?:> )*(?::{3,}|`{3,}\{)|^\s*(?:> )*%|^\s*\([\w-]+\)=\s*$", re.MULTILINE
)
EXECUTE = """
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
print(len(notebook.cells))
"""

RESOLVER = Resolver(
    number=lambda label: {"eq-one": "7"}[label],
    role=lambda name, target, title: f"<{name} {target} {title}>",
    name=lambda label: {"ex-one": "Exercise 3", "thm-one": "Theorem 2"}[label],
    listing=lambda path, options: f"{path} {options}\n",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{math}\n:label: eq-one\na = b\n```", "$$\na = b\n\\tag{7}\n$$"),
        ("```{math}\na = b\n```", "$$\na = b\n$$"),
        ("% a comment\n(target)=\n# Title\n{.class}", "# Title"),
        ("See {eq}`eq-one`.", "See (7)."),
        ("A {ref}`long\ntitle <chain>` here", "A <ref chain long title> here"),
        ("A {term}`bias`", "A <term bias None>"),
        ("Write ``{eq}`x` `` or `{12}`, `a`", "Write ``{eq}`x` `` or `{12}`, `a`"),
        ("```python\n{eq}`eq-one`\n```", "```python\n{eq}`eq-one`\n```"),
        (":::{admonition} Pitfall: $x$\n:class: warning\nDo {eq}`eq-one`.\n:::", "> **Pitfall: $x$**\n>\n> Do (7)."),
        (":::{note}\nText.\n:::", "> **Note**\n>\n> Text."),
        ("````{prf:theorem} Title\n:label: thm-one\nText.\n````", "> **Theorem 2 (Title)**\n>\n> Text."),
        ("````{prf:proof}\n$a\nb$ ends.\n````", "> *Proof.* $a b$ ends. ∎"),
        (
            "````{prf:theorem}\n:label: thm-one\n```{math}\n:label: eq-one\na\n= b\n```\n````",
            "> **Theorem 2**\n>\n> $$a = b \\tag{7}$$",
        ),
        (
            "```{exercise-start} By hand\n:label: ex-one\n```\nDo.\n```{exercise-end}\n```",
            "### Exercise 3 (By hand)\n\nDo.",
        ),
        ("```{solution-start} ex-one\n:class: dropdown\n```\nDone.", "#### Solution of exercise 3\n\nDone."),
        (
            '```{literalinclude} a.py\n:start-at: "x: int"\n:dedent:\n```',
            "```python\na.py {'start-at': 'x: int', 'dedent': ''}\n```",
        ),
    ],
)
def test_markup_has_a_plain_form(text, expected):
    assert convert(text, RESOLVER) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("```{mermaid}\na\n```", "the directive mermaid has no plain form"),
        (":::{note}\nText", "a fence is not closed: :::"),
    ],
)
def test_markup_without_a_plain_form_is_refused(text, message):
    with pytest.raises(UnknownMarkupError, match=re.escape(message)):
        convert(text, RESOLVER)


def test_files_that_a_chapter_reads_or_imports_come_along(tmp_path):
    folder = tmp_path / "chapter"
    folder.mkdir()
    (tmp_path / "above.json").write_text("[]")
    (folder / "data.json").write_text('{"a": "b\\n"}\n')
    (folder / "helper.py").write_text('"""Text with \\"quotes\\"."""\nx = 1\n')
    (folder / "other.py").write_text("")
    code = 'import helper\nfrom os import path\nopen("data.json")\nopen("../above.json")\nprint("no.json", "other")'
    files = companions(code, folder)
    assert [file.name for file in files] == ["above.json", "data.json", "helper.py"]
    target = tmp_path / "elsewhere"
    target.mkdir()
    cell = unpacking(files)
    subprocess.run([sys.executable, "-c", cell], cwd=target, check=True)
    assert {file.name: file.read_text() for file in target.iterdir()} == {file.name: file.read_text() for file in files}
    (target / "data.json").write_text("changed")
    subprocess.run([sys.executable, "-c", cell], cwd=target, check=True)
    assert (target / "data.json").read_text() == "changed"


@pytest.mark.site
def test_every_executed_page_has_a_notebook_and_a_script():
    executed = {path.name for path in (ROOT / "build" / "jupyter_execute").rglob("*.ipynb")}
    assert {"forward.ipynb", "training.ipynb"} <= executed, "run 'make html' first"
    assert executed == set(NOTEBOOKS)
    assert {path.stem for path in FOLDER.glob("*.py")} == {Path(name).stem for name in NOTEBOOKS}


@pytest.mark.site
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_is_plain_markdown_and_its_script_parses(name):
    notebook = read(FOLDER / name, as_version=4)
    validate(notebook)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = re.sub(r"^(`{3,})(?!\{).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "`", prose, flags=re.DOTALL)
    assert LEFTOVER.findall(prose) == []
    assert all(not cell.get("outputs") for cell in notebook.cells)
    ast.parse((FOLDER / name).with_suffix(".py").read_text("utf-8"))


@pytest.mark.site
def test_notebook_takes_numbers_and_values_from_the_book():
    text = json.dumps(read(FOLDER / "activations.ipynb", as_version=4), ensure_ascii=False)
    assert (
        "Beyond $\\\\lvert z \\\\rvert =$ 6.0 the slope" in text
    )  # glued by the page: the largest z with a hundredth of the slope
    assert "remove-cell" not in text
    assert "[one neuron](neurons.ipynb)" in json.dumps(read(FOLDER / "forward.ipynb", as_version=4))


def run(command, folder, **environ):
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",
        **environ,
    }
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=280)


@pytest.mark.site
def test_notebook_runs_outside_the_repository(tmp_path):
    result = run([sys.executable, "-c", EXECUTE, FOLDER / "forward.ipynb"], tmp_path)
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.fixture(scope="module")
def wheel_alone(tmp_path_factory):
    """Return the Python of an environment that has the wheel of the site, and what runs notebooks."""
    folder = tmp_path_factory.mktemp("environment")
    (wheel,) = FOLDER.glob("*.whl")
    uv = [sys.executable, "-m", "uv"]
    python = folder / "bin" / "python"
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    packages = [f"{wheel}[plot,eqcheck]", "ipykernel", "nbclient"]
    command = [
        *uv,
        "pip",
        "install",
        "--quiet",
        "--python",
        python,
        "--constraints",
        ROOT / "requirements.lock",
        *packages,
    ]
    subprocess.run(command, check=True)
    return python


@pytest.mark.site
@pytest.mark.long
@pytest.mark.xdist_group("wheel alone")
@pytest.mark.parametrize("name", NOTEBOOKS)
@pytest.mark.parametrize("kind", ["notebook", "script"])
def test_download_runs_with_the_wheel_alone(wheel_alone, tmp_path, name, kind):
    where = run([wheel_alone, "-c", "import nnbook; print(nnbook.__file__)"], tmp_path).stdout
    assert where.startswith(str(wheel_alone.parent.parent))
    path = FOLDER / name
    command = ["-c", EXECUTE, path] if kind == "notebook" else [path.with_suffix(".py")]
    result = run([wheel_alone, *command], tmp_path)
    assert result.returncode == 0, result.stderr[-3000:]
