"""What surrounds the code: workflows, hooks, licenses, and systems on which only the library is promised to run."""

import ast
import re
import tomllib

import conftest
import pytest
import yaml
from test_book import BOOK, EXECUTED, cells_of, text_of
from test_imports import RANKS

ROOT = BOOK.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
UNIX_MODULES = {"crypt", "fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
UNIX_NAMES = {
    "fork",
    "forkpty",
    "getuid",
    "geteuid",
    "killpg",
    "mkfifo",
    "nice",
    "pthread_sigmask",
    "sched_getaffinity",
}
UNIX_NAMES |= {"setitimer", "setsid", "SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1"}


def commands(workflow):
    """Return what the steps of a workflow run."""
    jobs = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]
    return [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_call_what_exists(workflow):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    lines = commands(workflow)
    assert lines
    for line in lines:
        if line.startswith("make "):
            assert line.split()[1] in targets
        for name in re.findall(r"tests/\S+|\.ci/\S+", line):
            assert (ROOT / name).is_file()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_may_only_read_unless_a_job_says_so_and_end_by_themselves(workflow):
    settings = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert settings["permissions"] == {"contents": "read"}
    for job in settings["jobs"].values():
        assert job["timeout-minutes"] <= 90


def test_the_tests_run_on_every_python_that_the_environment_accepts():
    settings = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text())
    gate = (ROOT / "tools" / "environment.py").read_text()
    oldest, newest = (int(re.search(rf"^{name} = \(3, (\d+)\)", gate, re.M)[1]) for name in ("OLDEST", "NEWEST"))
    versions = [f"3.{minor}" for minor in range(oldest, newest + 1)]
    assert settings["jobs"]["short"]["strategy"]["matrix"]["python"] == versions


def test_hooks_use_the_locked_versions():
    lock = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    found = {repository["repo"].rsplit("/", 1)[-1]: repository["rev"] for repository in repositories}
    assert found == {"ruff-pre-commit": f"v{lock['ruff']}", "codespell": f"v{lock['codespell']}"}


def rows_of(heading):
    """Return the cells of each row of the table under a heading of the map."""
    section = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split(f"\n## {heading}")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| ")
    ]


def test_the_map_shows_the_ranks_of_the_library():
    shown = [re.findall(r"`(\w+)`", row[1]) for row in rows_of("The library, by rank")[1:]]
    assert shown == RANKS


def test_the_map_shows_every_extension_at_its_events():
    shown = {
        (event, name)
        for events, names in rows_of("The extensions in")
        for event in re.findall(r"`([\w-]+)`", events)
        for name in re.findall(r"`(\w+)`", names)
    }
    extensions = {path.stem: path.read_text() for path in (BOOK / "_ext").glob("*.py")}
    found = {
        (event, name) for name, text in extensions.items() for event in re.findall(r'app\.connect\("([\w-]+)"', text)
    }
    assert shown == found


def test_every_license_that_is_named_is_there_in_full():
    settings = tomllib.loads((ROOT / "REUSE.toml").read_text())
    named = {annotation["SPDX-License-Identifier"] for annotation in settings["annotations"]}
    assert {path.stem for path in (ROOT / "LICENSES").iterdir()} == named
    assert "Section 8 – Interpretation" in (ROOT / "LICENSES" / "CC-BY-4.0.txt").read_text()
    assert (ROOT / "LICENSE").read_text().startswith("MIT License\n")


def unix_only(tree):
    """Return what a piece of code uses that Windows lacks."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names} & UNIX_MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0]} & UNIX_MODULES
            found |= {alias.name for alias in node.names} & UNIX_NAMES
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & UNIX_NAMES
    return found


def test_the_search_for_what_windows_lacks_finds_it():
    assert unix_only(ast.parse("import os, fcntl\nos.fork()\nfrom signal import SIGKILL")) == {
        "fcntl",
        "fork",
        "SIGKILL",
    }


@pytest.mark.parametrize("file", sorted((ROOT / "nnbook").rglob("*.py")), ids=lambda path: path.stem)
def test_the_library_uses_nothing_that_windows_lacks(file):
    assert unix_only(ast.parse(file.read_text(encoding="utf-8"))) == set()


@pytest.mark.parametrize("page", EXECUTED)
def test_the_notebooks_use_nothing_that_windows_lacks(page):
    for _, code in cells_of(text_of(page)):
        assert unix_only(ast.parse(code)) == set()


def test_without_chromium_a_test_is_skipped_with_the_remedy_but_fails_in_ci(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(conftest, "CHROMIUM", ("chromium",))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        conftest.find_browser()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium found"):
        conftest.find_browser()
