"""How the book is built: tools/book.py, conf.py and the extensions, shown on a small book."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from sphinxcontrib import katex

from tools import book

FRONT = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  name: python3
  display_name: Python 3
---
"""

# Every page tells the log, from within its kernel, that it was executed.
PAGE = (
    FRONT
    + """
# {title}

Inline $W^{{(l)}}$, and {{eq}}`eq-{name}-layer`.

% eqcheck: environment=mlp_single
```{{math}}
:label: eq-{name}-layer
\\begin{{aligned}}
z^{{(l)}} &= a^{{(l-1)}} W^{{(l)}} + b^{{(l)}}, \\\\
a^{{(l)}} &= f^{{(l)}}(z^{{(l)}}),
\\quad l = 1, \\dots, L
\\end{{aligned}}
```

```{{code-cell}} ipython3
import os
with open(os.environ["EXECUTED"], "a") as file:
    file.write("{name} ")
```

```{{code-cell}} ipython3
import nnbook
print("value", nnbook.SMALL_BOOK)
```
"""
)

RAISING = '\n```{code-cell} ipython3\nx = 1\n```\n\n```{code-cell} ipython3\nraise ValueError("the reason")\n```\n'


class Book:
    """A book of two pages with a library of its own, which the kernels import."""

    def __init__(self, root, source):
        self.root = root
        self.log = root / "executed.txt"
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source / "tools", root / "tools", ignore=ignore)
        shutil.copytree(source / "nnbook", root / "nnbook", ignore=ignore)
        for folder in ("_ext", "_static", "environments"):
            shutil.copytree(source / "book" / folder, root / "book" / folder, ignore=ignore)
        for name in ("conf.py", "requirements.lock"):
            shutil.copy(source / name, root / name)
        (root / "book" / "references.bib").write_text("")
        (root / "book" / "environments" / "survivors.txt").write_text("")
        with (root / "nnbook" / "__init__.py").open("a") as file:
            file.write("\nSMALL_BOOK = 1\n")
        toctree = "\n```{toctree}\n:numbered:\nfirst\nsecond\n```\n"
        (root / "book" / "index.md").write_text(f"# Small\n{toctree}")
        for name in ("first", "second"):
            self.page(name).write_text(PAGE.format(name=name, title=name.title()))

    def page(self, name):
        return self.root / "book" / f"{name}.md"

    def html(self, name):
        return (self.root / "build" / "html" / f"{name}.html").read_text()

    def append(self, name, text):
        with self.page(name).open("a") as file:
            file.write(text)

    def build(self, **environ):
        """Build; return the result and the sorted names of the pages whose kernels ran."""
        self.log.write_text("")
        environ = os.environ | {"PYTHONPATH": str(self.root), "EXECUTED": str(self.log), "COLUMNS": "120"} | environ
        command = [sys.executable, "-m", "tools.book"]
        result = subprocess.run(command, cwd=self.root, env=environ, capture_output=True, text=True, check=False)
        return result, sorted(self.log.read_text().split())


@pytest.fixture(scope="module")
def shared_book(tmp_path_factory, root):
    return Book(tmp_path_factory.mktemp("book"), root)


@pytest.fixture
def small(shared_book):
    """Return the small book, built from its present pages; whatever a test does to a page is undone afterwards."""
    folders = (shared_book.root / "book", shared_book.root / "nnbook")
    files = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in {".md", ".py"}]
    saved = {path: path.read_bytes() for path in files}
    result, _ = shared_book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    yield shared_book
    for path, content in saved.items():
        if path.read_bytes() != content:
            path.write_bytes(content)


long = pytest.mark.long
one_worker = pytest.mark.xdist_group("small book")


# What is executed when


@long
@one_worker
def test_a_second_build_executes_nothing(small):
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == []
    assert result.stdout.startswith("Nothing has changed since the last build.")
    assert re.search(r"Open file:///\S+/build/html/index\.html\n$", result.stdout)


@long
@one_worker
def test_a_damaged_site_is_built_again(small):
    (small.root / "build" / "html" / "second.html").write_text("damaged")
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == []
    assert "value 1" in small.html("second")


@long
@one_worker
def test_an_edited_cell_executes_its_page_alone(small):
    small.append("second", '\n```{code-cell} ipython3\nprint("added", 6 * 7)\n```\n')
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == ["second"]
    assert "added 42" in small.html("second")


@long
@one_worker
def test_edited_prose_executes_nothing_and_is_on_the_page(small):
    small.append("first", "\nA new sentence.\n")
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == []
    assert "A new sentence." in small.html("first")


@long
@one_worker
def test_an_edited_library_executes_every_page_and_its_values_are_on_them(small):
    library = small.root / "nnbook" / "__init__.py"
    library.write_text(library.read_text().replace("SMALL_BOOK = 1", "SMALL_BOOK = 2"))
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == ["first", "second"]
    assert "value 2" in small.html("first")
    assert "value 2" in small.html("second")


@long
@one_worker
def test_an_edited_extension_executes_nothing_and_is_seen_on_every_page(small):
    extension = small.root / "book" / "_ext" / "trim.py"
    with extension.open("a") as file:
        file.write("\n\nold = setup\n\n\ndef setup(app):\n    app.add_js_file('seen.js')\n    return old(app)\n")
    result, executed = small.build()
    assert result.returncode == 0
    assert executed == []
    assert "seen.js" in small.html("first")
    assert "seen.js" in small.html("second")


@long
@one_worker
def test_a_removed_page_leaves_the_site(small):
    (small.root / "book" / "third.md").write_text("# Third\n")
    index = small.page("index")
    before = index.read_text()
    index.write_text(before.replace("second\n", "second\nthird\n"))
    assert small.build()[0].returncode == 0
    assert small.html("third")
    (small.root / "book" / "third.md").unlink()
    index.write_text(before)
    assert small.build()[0].returncode == 0
    assert not (small.root / "build" / "html" / "third.html").exists()


@long
@one_worker
def test_settings_of_the_user_do_not_reach_the_kernels(small, tmp_path):
    startup = tmp_path / ".ipython" / "profile_default" / "startup" / "00.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("raise SystemExit('profile of the user')\n")
    kernel = tmp_path / ".local" / "share" / "jupyter" / "kernels" / "python3" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    kernel.write_text('{"argv": ["/bin/false"], "display_name": "Python 3", "language": "python"}')
    (tmp_path / "matplotlibrc").write_text("font.size: 99\n")
    cell = 'import matplotlib.pyplot as plt\nplt.figure()\nprint("size", plt.rcParams["font.size"])'
    small.append("first", f"\n```{{code-cell}} ipython3\n{cell}\n```\n")
    result, executed = small.build(HOME=str(tmp_path), MATPLOTLIBRC=str(tmp_path), JUPYTER_PATH=str(kernel.parents[2]))
    assert result.returncode == 0, result.stderr
    assert executed == ["first"]
    assert "size 11.0" in small.html("first")


# A build that fails


@long
@one_worker
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RAISING, r"book/second\.md: line \d+, code cell 4: the cell failed\n(.*\n)+ValueError: the reason"),
        (
            "\n```{code-cell} ipython3\nclass Broken:\n    def _repr_html_(self):\n"
            '        raise ValueError("while displayed")\nBroken()\n```\n',
            r"book/second\.md: line \d+, code cell 3: the cell failed\n(.*\n)+ValueError: while displayed",
        ),
        (
            '\n```{code-cell} ipython3\nimport sys\nprint("oops", file=sys.stderr)\n```\n',
            r"second\.md:\d+: WARNING: stderr",
        ),
        (
            "\n% eqcheck: environment=mlp_single\n```{math}\n:label: eq-second-wrong\n"
            "z^{(l)} = a^{(l-1)} W^{(l)} - b^{(l)}, \\quad l = 1, \\dots, L\n```\n",
            r"eq-second-wrong: false",
        ),
        ("\nSee {eq}`eq-nowhere`.\n", r"second\.md:\d+: WARNING: .*eq-nowhere"),
        (
            "\n% eqcheck: skip: broken\n$$ \\frac{1 $$\n",
            r"second\.md:\d+: WARNING: KaTeX cannot set this formula: .*\[mathematics",
        ),
        ("\nInline $\\nosuchmacro$.\n", r"second\.md:\d+: WARNING: KaTeX cannot set this formula: .*nosuchmacro"),
    ],
    ids=["raises", "raises-in-display", "stderr", "equation", "reference", "formula", "macro"],
)
def test_a_failure_is_told_and_stays_until_it_is_mended(small, text, message):
    good = small.page("second").read_text()
    small.append("second", text)
    for _ in range(2):
        result, _ = small.build()
        assert result.returncode == 1
        assert re.search(message, result.stdout + result.stderr), result.stdout + result.stderr
        assert not (small.root / "build" / "stamp.json").exists()
    small.page("second").write_text(good)
    assert small.build()[0].returncode == 0


@long
@one_worker
def test_pages_that_ran_are_not_executed_again_after_another_failed(small):
    small.append("first", "\n```{code-cell} ipython3\nlen([1])\n```\n")
    small.append("second", RAISING)
    assert small.build()[1] == ["first", "second"]
    assert small.build()[1] == ["second"]


@long
@one_worker
def test_a_library_edited_while_pages_run_fails_the_build(small):
    cell = "\n```{code-cell} ipython3\nwith open(nnbook.__file__, 'a') as file:\n    file.write('# edited\\n')\n```\n"
    small.append("second", cell)
    result, _ = small.build()
    assert result.returncode == 1
    assert "changed while the pages ran" in result.stderr


# What stands on the pages


@long
@one_worker
def test_formulas_are_set_and_numbered_without_a_script(small):
    html = small.html("second")
    assert html.count('class="katex-mathml"') == 2
    assert re.search(r'<span class="eqno">\(2\.1\)', html)
    assert re.search(r'<a class="reference internal" href="#equation-eq-second-layer">\(2\.1\)</a>', html)
    assert re.findall(r"<script[^>]*(?:mathjax|katex)", html, flags=re.IGNORECASE) == []


@long
@one_worker
def test_pages_load_nothing_from_elsewhere(small):
    loading = re.compile(r"<(?:script|img|iframe|source|link)\b[^>]*?(?:src|href)=\"((?:https?:)?//[^\"]*)\"")
    for page in (small.root / "build" / "html").rglob("*.html"):
        assert loading.findall(page.read_text()) == [], page
    for style in (small.root / "build" / "html" / "_static").rglob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", style.read_text()) == [], style


@long
@one_worker
def test_solutions_are_folded(small):
    exercise = "\n```{exercise-start} Try\n:label: ex-try\n```\nDo it.\n```{exercise-end}\n```\n"
    solution = "\n```{solution-start} ex-try\n:class: dropdown\n```\nDone.\n```{solution-end}\n```\n"
    small.append("first", exercise + solution)
    assert small.build()[0].returncode == 0
    details = re.search(
        r'<details class="[^"]*solution[^"]*"[^>]*>\s*<summary class="admonition-title">', small.html("first")
    )
    assert details is not None
    assert "open" not in details[0]


@long
@one_worker
def test_figures_are_drawings_without_a_ground(small):
    small.append("first", "\n```{code-cell} ipython3\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n")
    assert small.build()[0].returncode == 0
    name = re.search(r'<img [^>]*src="(_images/[^"]+\.svg)"', small.html("first"))
    assert name is not None
    drawing = (small.root / "build" / "html" / name[1]).read_text()
    assert "fill: #ffffff" not in drawing
    assert "<dc:date>" not in drawing


# The parts


BEHIND_OUTPUTS = [
    "nnbook/a.py",
    "nnbook/data/b.gz",
    "book/c.py",
    "book/appendix/d.json",
    "book/e.csv",
    "requirements.lock",
]
NOT_BEHIND_OUTPUTS = [
    "book/_ext/f.py",
    "book/_static/g.css",
    "book/environments/h.py",
    "book/i.bib",
    "tools/j.py",
    "conf.py",
]


@pytest.fixture
def tree(tmp_path):
    """Return a folder with a file of each kind that the outputs depend on, and of some that they do not."""
    for name in (*BEHIND_OUTPUTS, *NOT_BEHIND_OUTPUTS, "book/page.md", "book/appendix/page.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize("name", [*BEHIND_OUTPUTS, "nnbook/new.py", "book/new.py"])
def test_the_cache_belongs_to_one_state_of_what_outputs_depend_on(tree, name):
    before = book.digest(tree)
    assert book.digest(tree) == before
    (tree / name).write_text("changed")
    assert book.digest(tree) != before


@pytest.mark.parametrize(
    "name", [*NOT_BEHIND_OUTPUTS, "book/page.md", "book/other.md", "nnbook/__pycache__/a.pyc", "README.md"]
)
def test_the_cache_survives_other_changes(tree, name):
    before = book.digest(tree)
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text("changed")
    assert book.digest(tree) == before


@pytest.mark.parametrize(
    "name", [name for name in NOT_BEHIND_OUTPUTS if name.startswith("book/") and name != "book/i.bib"]
)
def test_what_sphinx_does_not_watch_belongs_to_the_frame(tree, name):
    before = book.describe_inputs(tree)
    (tree / name).write_text("changed")
    assert book.describe_inputs(tree)["frame"] != before["frame"]


def test_moving_text_between_files_changes_the_state(tree):
    before = book.digest(tree)
    (tree / "book" / "c.py").write_text("book/c.py" + "x")
    (tree / "book" / "e.csv").write_text("book/e.cs")
    assert book.digest(tree) != before


def test_the_digest_knows_the_minor_version_of_python(tree, monkeypatch):
    before = book.digest(tree)
    monkeypatch.setattr(sys, "version_info", (3, 99, 0))
    assert book.digest(tree) != before


def test_folders_of_machinery_hold_no_pages(tree):
    for name in ("book/_static/readme.md", "book/.hidden/x.md", "book/appendix/y.md"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("")
    names = [path.relative_to(tree).as_posix() for path in book.find_pages(tree)]
    assert names == ["book/appendix/page.md", "book/appendix/y.md", "book/page.md"]


def test_old_states_are_pruned_and_the_present_and_last_one_kept(tmp_path):
    for age, name in enumerate(["present", "last", "older", "oldest"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (10**9 - age, 10**9 - age))
    book.prune_caches(tmp_path / "present")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last", "present"]


def test_two_builds_take_turns(tmp_path):
    program = "from pathlib import Path; from tools.book import hold\nwith hold(Path('lock')): print('in')"
    environ = os.environ | {"PYTHONPATH": str(book.ROOT)}
    with book.hold(tmp_path / "lock"):
        command = [sys.executable, "-c", program]
        other = subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline().startswith("Another build is running in this folder")
        assert other.poll() is None
    assert other.communicate(timeout=60)[0] == "in\n"


def test_style_and_fonts_of_the_formulas_belong_to_the_katex_that_sets_them(root):
    folder = root / "book" / "_static" / "katex"
    style = (folder / "katex.min.css").read_text()
    assert f'content:"{katex.katex_version}"' in style
    named = set(re.findall(r"url\(([^)]*)\)", style))
    assert named == {f"fonts/{path.name}" for path in (folder / "fonts").iterdir()}


def test_the_equation_check_is_part_of_every_build(root):
    assert '    "_ext.equations",\n' in (root / "conf.py").read_text()
