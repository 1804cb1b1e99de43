"""Targets of the Makefile that are no test run themselves: each is tried as a person would, some in a browser.

`help` and `lock` are in test_environment.py; `html` and `lint` are part of `make test`.
"""

import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from tools import bench, lab

long = pytest.mark.long


@contextmanager
def running(root, target, arguments, log, sign):
    """Run a target, wait until it has printed the sign, and end everything that it started when the block ends."""
    command = ["make", target, f"ARGS={arguments}"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=root, stdout=output, stderr=output, start_new_session=True)
    try:
        end = time.monotonic() + 500
        while not re.search(sign, log.read_text()):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@long
@pytest.mark.site
@pytest.mark.timeout(600)
def test_lab_opens_a_copy_of_a_chapter_and_runs_it(root, browser, tmp_path):
    port = free_port()
    options = f"--allow-root --no-browser --port={port} --IdentityProvider.token=t --ServerApp.port_retries=0"
    with running(root, "lab", options, tmp_path / "log", "is running at"), browser.new_page() as page:
        page.goto(f"http://127.0.0.1:{port}/lab/tree/{lab.CONTENTS}?token=t")
        page.get_by_role("link", name="One neuron").click()
        page.wait_for_selector(".jp-Notebook .katex, .jp-Notebook mjx-container", timeout=60_000)
        assert page.locator(".jp-Dialog").count() == 0
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_selector(".jp-OutputArea-output svg", timeout=60_000)
        page.wait_for_selector("text=Python 3 | Idle", timeout=60_000)
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert page.locator(".jp-Dialog").count() == 0


@long
@pytest.mark.site
@pytest.mark.timeout(600)
def test_serve_shows_the_book(root, browser, tmp_path):
    port = free_port()
    with running(root, "serve", f"--port {port}", tmp_path / "log", "Serving on"), browser.new_page() as page:
        page.goto(f"http://127.0.0.1:{port}/neurons.html")
        assert page.locator("article h1").inner_text().startswith("One neuron")


@long
def test_clean_leaves_the_environment_and_the_notebooks_of_the_reader(root, tmp_path):
    shutil.copy(root / "Makefile", tmp_path)
    for name in ("build", ".mypy_cache", "lab", ".venv", "book"):
        (tmp_path / name).mkdir()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"Makefile", "lab", ".venv", "book"}


@long
def test_bench_runs_what_is_named_and_says_how_to_install_a_peer(root):
    command = ["make", "bench", "ARGS=frameworks mnist"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "skipped: mnist\n" in result.stdout
    for package, module in {"torch": "torch", "scikit-learn": "sklearn"}.items():
        if importlib.util.find_spec(module) is None:
            assert re.search(rf"skipped: .* -m pip install (.+ )?{package}( |$)", result.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("statuses", "names", "expected"),
    [
        ({"good": 0, "lacking": 3}, [], (0, "skipped: lacking\n", "")),
        ({"good": 0, "bad": 1}, [], (1, "", "failed: bad\n")),
        ({"good": 0, "bad": 1}, ["good"], (0, "", "")),
        ({"good": 0}, ["goood"], (2, "", "a benchmark must be one of good, got goood\n")),
    ],
)
def test_bench_fails_if_a_benchmark_fails_and_skips_what_cannot_run(statuses, names, expected, tmp_path, capfd):
    (tmp_path / "benchmarks").mkdir()
    for name, status in statuses.items():
        (tmp_path / "benchmarks" / f"{name}.py").write_text(f"raise SystemExit({status})")
    status = bench.main(names, tmp_path)
    printed = capfd.readouterr()
    lines = "".join(line for line in printed.out.splitlines(keepends=True) if not line.startswith("== "))
    assert (status, lines, printed.err) == expected


# The copies in lab/


@pytest.fixture
def checkout(tmp_path):
    """Return a folder with a built notebook of one chapter, and a function that writes a notebook."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text("# Book\n\n```{toctree}\n:caption: Forward\n\nneurons\nother\n```\n")

    def write(folder, *code, **more):
        cells = [{"cell_type": "markdown", "source": ["# One neuron\n", "Words."]}]
        cells += [{"cell_type": "code", "source": line, "outputs": []} | more for line in code]
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / folder / "neurons.ipynb").write_text(json.dumps({"cells": cells}))

    write("build/html/notebooks", "a = 1")
    return tmp_path, write


def source(root):
    return lab.read_cells((root / "lab" / "neurons.ipynb").read_text())[1:]


def test_a_changed_chapter_replaces_a_copy_that_was_only_run(checkout):
    root, write = checkout
    assert lab.copy_notebooks(root) == []
    write("lab", "a = 1", outputs=[{"output_type": "stream"}])
    assert lab.copy_notebooks(root) == []
    assert "stream" in (root / "lab" / "neurons.ipynb").read_text()
    write("build/html/notebooks", "a = 2")
    assert lab.copy_notebooks(root) == []
    assert source(root) == [("code", "a = 2")]


def test_what_the_reader_has_written_is_never_replaced(checkout):
    root, write = checkout
    lab.copy_notebooks(root)
    write("lab", "a = 100")
    write("build/html/notebooks", "a = 2")
    for _ in range(2):
        assert lab.copy_notebooks(root) == ["neurons.ipynb"]
        assert source(root) == [("code", "a = 100")]
    (root / "lab" / "neurons.ipynb").unlink()
    assert lab.copy_notebooks(root) == []
    assert source(root) == [("code", "a = 2")]


def test_contents_link_the_notebooks_by_their_titles(checkout):
    root, _ = checkout
    lab.copy_notebooks(root)
    contents = (root / "lab" / lab.CONTENTS).read_text()
    assert "## Forward\n\n- [One neuron](neurons.ipynb)\n" in contents
    assert "other" not in contents
