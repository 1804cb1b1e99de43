"""How results of the check of equations are kept: under what they depend on, found again, forgotten at last."""

import json
import subprocess
import sys
from dataclasses import replace

from nnbook.eqcheck.pages import Display, scan
from tools import equations
from tools.book import ROOT, hold
from tools.equations import Problem, Result, Store, check_book, find_sources, measure, measure_in_parallel

RESULT = Result(1, 2, 1e-16, 3, 0, ("a = a",))
ROOTS = [ROOT, ROOT / "book"]


def names(module):
    return {path.relative_to(ROOT).as_posix() for path in find_sources(module, ROOTS)}


def test_sources_are_found_through_every_way_to_import(tmp_path):
    files = {
        "start.py": "import a.b\nfrom c import d\ndef f():\n    from e import value\n",
        "a/__init__.py": "",
        "a/b.py": "from . import other\nfrom .deep import leaf\nfrom ..start import f\n",
        "a/other.py": "",
        "a/deep/__init__.py": "from ..side import x\n",
        "a/deep/leaf.py": "",
        "a/side.py": "import numpy\n",
        "c/__init__.py": "",
        "c/d.py": "",
        "c/unused.py": "",
        "e.py": "value = 1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {path.relative_to(tmp_path).as_posix() for path in find_sources("start", [tmp_path])}
    assert found == set(files) - {"c/unused.py"}


def test_equations_depend_on_the_checker_and_the_library_but_not_on_figures_exercises_or_extensions():
    found = names("environments.mlp_batch") | names("nnbook.eqcheck.pages")
    assert {"book/environments/mlp_batch.py", "book/environments/_networks.py", "nnbook/activations.py"} <= found
    checker = {path.relative_to(ROOT).as_posix() for path in (ROOT / "nnbook" / "eqcheck").glob("*.py")}
    assert checker - found <= {"nnbook/eqcheck/__main__.py"}
    assert not [
        name for name in found if name.startswith(("nnbook/plotting", "nnbook/exercises", "book/_ext", "tools"))
    ]


def test_all_that_importing_an_environment_reads_of_ours_is_among_its_sources():
    """The interpreter itself is the witness."""
    program = (
        "import sys, environments.optimizer_steps\n"
        "print('\\n'.join(m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)))"
    )
    command = [sys.executable, "-c", program]
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'book'}"}
    printed = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout.split()
    ours = {name for name in printed if name.startswith(str(ROOT)) and "site-packages" not in name}
    assert len(ours) > 20
    assert ours <= {str(path) for path in find_sources("environments.optimizer_steps", ROOTS)}


def test_another_environment_or_another_formula_is_another_result():
    display = Display("a.md", 1, "a = b", "eq-a-b", "mlp_batch")
    keys = {equations.describe_display(d) for d in (display, replace(display, latex="a = c"))}
    keys.add(equations.describe_display(replace(display, environment="mlp_single")))
    assert len(keys) == 3
    assert equations.describe_display(replace(display, page="b.md", line=7, label="eq-b-c")) in keys


def test_results_are_found_again_and_forgotten_when_nobody_asks(tmp_path):
    file = tmp_path / "results.json"
    store = Store(file)
    store.entries |= {"asked": (0, RESULT), "not asked": (0, RESULT)}
    store.save()
    for _ in range(equations.KEPT_RUNS + 1):
        store = Store(file)
        assert "not asked" in store.entries
        assert store.get("asked") == RESULT
        store.save()
    assert set(json.loads(file.read_text())) == {"asked"}


def test_workers_find_what_one_process_finds():
    pages = ("neurons.md", "losses.md")
    displays = [d for page in pages for d in scan((ROOT / "book" / page).read_text(), page) if not d.skip][::4]
    displays.insert(1, replace(displays[0], latex=r"\sum_i x_i = 1"))
    found = measure_in_parallel(displays, workers=2)
    assert found == [measure(display) for display in displays]
    assert isinstance(found[1], Problem)
    assert len(displays) > equations.BATCH


def test_whoever_asks_meanwhile_waits_for_the_results(tmp_path):
    book = tmp_path / "book"
    (book / "appendix").mkdir(parents=True)
    (book / "page.md").write_text("# A page without formulas\n")
    program = "import sys; from pathlib import Path; from tools.equations import check_book\n"
    program += "check_book(Path(sys.argv[1]), book=Path(sys.argv[2])); print('done')"
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'book'}"}
    with hold(tmp_path / "results" / "lock"):
        command = [sys.executable, "-c", program, tmp_path / "results", book]
        other = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "The equations are being checked; waiting for the results.\n"
    assert other.communicate(timeout=60)[0] == "done\n"


def test_a_second_run_evaluates_nothing(tmp_path, monkeypatch):
    book = tmp_path / "book"
    book.mkdir()
    text = "% eqcheck: environment=mlp_batch\n\n```{math}\n:label: eq-page-layer\nY = A^{(L)}\n```\n"
    (book / "page.md").write_text(text)
    first = check_book(tmp_path / "results", book=book)
    monkeypatch.setattr(equations, "measure", None)
    assert check_book(tmp_path / "results", book=book).checked == first.checked
    assert first.checked["eq-page-layer"].equalities == 1
