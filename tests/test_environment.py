"""How the environment is made, trusted and refused: tools/environment.py and tools/installation.py, and the locks."""

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment, installation

WANTED = {"base": "/usr/bin/python3", "lock": "a", "project": "b", "root": "/somewhere", "version": "3.12"}


@pytest.fixture
def project(root, tmp_path):
    """Copy what `make` needs to set up an environment."""
    shutil.copytree(root / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.lock", "requirements-lab.lock", "Makefile"):
        shutil.copy(root / name, tmp_path)
    return tmp_path


@pytest.fixture
def steps(monkeypatch):
    """Replace the steps of an installation by ones that are quick and recorded."""
    done = []

    def run(command, name, lock_file, count=0):
        done.append("project" if "--editable" in command else "lock" if "--requirement" in command else "venv")
        if "venv" in command:
            (Path(command[-1]) / "bin").mkdir(parents=True)
            (Path(command[-1]) / "bin" / "python").symlink_to(sys.executable)

    monkeypatch.setattr(installation, "run", run)
    return done


def prepare(root, *, chosen=False):
    with (root / ".venv.lock").open("w") as lock_file:
        installation.prepare(root, ".venv", lock_file, chosen=chosen)


# The interpreter


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 0), (3, 14, 2)])
def test_supported_pythons_are_let_in(version):
    assert environment.explain_misfit(version, "/usr/bin/python3") is None


@pytest.mark.parametrize(("version", "word"), [((2, 7, 18), "old"), ((3, 10, 13), "old"), ((3, 15, 0), "new")])
def test_other_pythons_are_turned_away_in_one_sentence(version, word, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert environment.main([], version) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert (
        f"Python {version[0]}.{version[1]} ({sys.executable}) is too {word}: this project needs Python 3.11 to" in error
    )


def test_an_old_default_python_is_replaced_by_the_newest_that_fits(tmp_path, monkeypatch):
    for name in ("python3.10", "python3.11", "python3.13", "python3.14"):
        (tmp_path / name).touch(mode=0o644 if name == "python3.14" else 0o755)
    monkeypatch.setenv("PATH", f"/nowhere{os.pathsep}{tmp_path}")
    called = []
    monkeypatch.setattr(os, "execv", lambda *arguments: called.append(arguments))
    environment.main(["--", "x.py"], (3, 9, 6))
    program = str(tmp_path / "python3.13")
    assert called == [(program, [program, environment.__file__, "--chosen", "--", "x.py"])]


def test_a_python_that_the_user_named_is_not_replaced(tmp_path, monkeypatch, capsys):
    (tmp_path / "python3.13").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.main(["--chosen"], (3, 9, 6)) == 1
    assert "too old" in capsys.readouterr().err


def test_the_gate_has_no_syntax_that_python_2_cannot_read(root):
    source = (root / "tools" / "environment.py").read_text("ascii")
    tree = ast.parse(source)
    modern = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Nonlocal)
    assert not [node for node in ast.walk(tree) if isinstance(node, modern)]
    sequences = [node for node in ast.walk(tree) if isinstance(node, (ast.List, ast.Tuple, ast.Set))]
    assert not [node for node in sequences if any(isinstance(element, ast.Starred) for element in node.elts)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert functions
    for function in functions:
        arguments = [*function.args.args, *function.args.kwonlyargs]
        assert function.returns is None
        assert not function.args.kwonlyargs
        assert not [argument for argument in arguments if argument.annotation]
    assert source.index("from __future__ import print_function") < source.index("import os")


@pytest.mark.parametrize("module", ["ensurepip", "venv"])
def test_a_python_without_venv_is_named_with_the_remedy(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(
        installation.InstallationError, match=rf"lacks the module `{module}`.*apt install python3\.\d+-venv"
    ):
        installation.check_modules()


# Failures


def test_too_small_a_disk_is_told_before_anything_is_downloaded(project, steps, monkeypatch):
    usage = shutil.disk_usage(project)._replace(free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(installation.InstallationError, match=r"^The disk is full: \.venv needs 1\.2 GB"):
        prepare(project)
    assert steps == []
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
            "The disk is full",
        ),
        (
            "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /simple/anyio/\n"
            "ERROR: No matching distribution found for anyio==4.16.0\n",
            "No package index could be reached",
        ),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n",
            "A package arrived with",
        ),
        (
            "ERROR: No matching distribution found for anyio==4.16.0\n",
            "The package index has no file of anyio==4.16.0",
        ),
        ("one\nsomething else\n", ".venv could not be made; the last lines were:\none\nsomething else"),
    ],
)
def test_what_pip_prints_becomes_one_sentence(output, sentence):
    assert installation.explain_failure(".venv", output).startswith(sentence)


@pytest.mark.parametrize("error", [KeyboardInterrupt, installation.InstallationError, OSError])
def test_a_failed_installation_leaves_nothing_that_would_be_trusted(project, monkeypatch, error):
    def run(command, name, lock_file, count=0):
        (project / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        if "--requirement" in command:
            raise error

    monkeypatch.setattr(installation, "run", run)
    with pytest.raises(error):
        prepare(project)
    assert not (project / ".venv").exists()


def test_a_step_that_fails_raises_and_one_that_succeeds_does_not(tmp_path):
    with (tmp_path / "lock").open("w") as lock_file:
        installation.run([sys.executable, "-c", "print('Collecting x')"], ".venv", lock_file)
        with pytest.raises(installation.InstallationError, match=r"the last lines were:\nwhy$"):
            installation.run([sys.executable, "-c", "raise SystemExit('why')"], ".venv", lock_file)


@pytest.mark.long
def test_an_index_out_of_reach_is_told_in_one_sentence(project):
    environ = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
    # Nothing listens on port 9 of this machine; no configuration file is read, and no cache.
    environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_NO_CACHE_DIR": "1"}
    command = [sys.executable, project / "tools" / "environment.py"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert re.fullmatch(r"No package index could be reached: .*\n", result.stderr)
    assert not (project / ".venv").exists()


# When an environment is made, and when it is kept


def test_an_environment_is_made_once_and_then_kept(project, steps):
    prepare(project)
    prepare(project)
    prepare(project, chosen=True)
    assert steps == ["venv", "lock", "project"]


def test_an_environment_without_a_stamp_is_made_anew(project, steps):
    prepare(project)
    (project / ".venv" / "stamp.json").unlink()
    (project / ".venv" / "left-over").touch()
    prepare(project)
    assert steps == ["venv", "lock", "project"] * 2
    assert not (project / ".venv" / "left-over").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(project, steps):
    prepare(project)
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(project / "gone")
    prepare(project)
    assert steps == ["venv", "lock", "project"] * 2


def test_a_changed_lock_makes_the_environment_anew(project, steps):
    prepare(project)
    with (project / "requirements.lock").open("a") as file:
        file.write("# changed\n")
    prepare(project)
    assert steps == ["venv", "lock", "project"] * 2


def test_changed_metadata_only_installs_the_project_again(project, steps):
    prepare(project)
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace('name = "nnbook"', 'name = "another"'))
    prepare(project)
    assert steps == ["venv", "lock", "project", "project"]


def test_a_changed_setting_of_another_tool_installs_nothing(project, steps):
    prepare(project)
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace("line-length = 120", "line-length = 121"))
    prepare(project)
    assert steps == ["venv", "lock", "project"]


@pytest.mark.parametrize(("chosen", "expected"), [(False, set()), (True, {"base", "version"})])
def test_another_interpreter_counts_only_if_the_user_named_it(chosen, expected):
    other = WANTED | {"base": "/usr/bin/python3.13", "version": "3.13"}
    assert installation.list_differences(other, WANTED, chosen=chosen) == expected


def test_an_environment_that_was_moved_is_not_trusted():
    assert installation.list_differences(WANTED | {"root": "/elsewhere"}, WANTED, chosen=False) == {"root"}


def test_two_makes_at_once_make_one_environment(project):
    program = """
import sys, time
from pathlib import Path
from tools import installation
def run(command, name, lock_file, count=0):
    with open("steps", "a") as file:
        file.write("step\\n")
    time.sleep(0.2)
    if "venv" in command:
        (Path(command[-1]) / "bin").mkdir(parents=True)
        (Path(command[-1]) / "bin" / "python").symlink_to(sys.executable)
installation.run = run
sys.exit(installation.main([]))
"""
    both = [subprocess.Popen([sys.executable, "-c", program], cwd=project) for _ in range(2)]
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert (project / "steps").read_text() == "step\n" * 3


def test_an_environment_in_use_is_not_replaced(project, steps):
    prepare(project)
    with (project / ".venv.lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_SH)  # as a running `make lab` does
        (project / ".venv" / "stamp.json").write_text("{}")
        command = [sys.executable, "-c", "from tools import installation; installation.BYTES_NEEDED['.venv'] = 10**15;"]
        command[-1] += "import sys; sys.exit(installation.main([]))"
        other = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert other.stdout.readline() == "Another make is using .venv; waiting for it.\n"
        assert (project / ".venv" / "bin").exists()
    # It goes on as soon as the first has ended, up to the disk that is too small.
    assert "The disk is full" in other.communicate(timeout=60)[1]
    assert other.returncode == 1


def test_a_command_runs_in_the_environment_and_gives_its_exit_status(project, steps):
    prepare(project)
    command = [
        sys.executable,
        "tools/environment.py",
        "--",
        "-c",
        "import os; print(os.environ['PATH'], os.environ.get('PYTHONPATH')); raise SystemExit(7)",
    ]
    environ = os.environ | {"PYTHONPATH": "/nowhere"}
    result = subprocess.run(command, cwd=project, env=environ, capture_output=True, text=True, check=False)
    assert result.stdout.startswith(str(project / ".venv" / "bin") + os.pathsep)
    assert result.stdout.endswith(" None\n")
    assert result.returncode == 7


# Makefile and locks


def test_make_alone_prints_every_target(root):
    shown = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), flags=re.MULTILINE)
    assert set(re.findall(r"^make ([a-z-]+)", shown, flags=re.MULTILINE)) == set(targets) - {"help"}


def test_make_without_any_python_says_what_to_install(root):
    command = ["make", "PYTHON=python-that-is-not-there", "html"]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "There is no 'python-that-is-not-there' on the search path: install Python 3.11 to 3.14" in result.stderr


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-lab.lock"])
def test_a_lock_names_no_index_and_gives_hashes_for_every_package(root, lock):
    text = (root / lock).read_text()
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    packages = re.findall(r"^[\w.-]+==.*?(?=^[\w.-]+==|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert len(packages) > 50
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_both_locks_agree_on_what_they_share(root):
    versions = [
        dict(re.findall(r"^([\w.-]+)==(\S+)", (root / name).read_text(), flags=re.MULTILINE))
        for name in ("requirements.lock", "requirements-lab.lock")
    ]
    shared = set(versions[0]) & set(versions[1])
    assert {"ipykernel", "jupytext"} <= shared
    assert {name: versions[0][name] for name in shared} == {name: versions[1][name] for name in shared}


@pytest.mark.long
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-lab.lock"])
@pytest.mark.parametrize("platform", ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28", "aarch64-apple-darwin"])
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_resolves_with_wheels_alone(root, tmp_path, version, platform, lock):
    """Only the resolution is shown: that each locked version offers a wheel with a locked hash, not that it works."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--only-binary", ":all:", "--require-hashes"]
    command += ["--python-version", version, "--python-platform", platform, "--target", str(tmp_path)]
    result = subprocess.run([*command, "-r", str(root / lock)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert re.search(r"Would install \d{2,} packages", result.stderr)


@pytest.mark.long
def test_the_lock_is_what_pyproject_asks_for(root, tmp_path):
    """Locking again, starting from the lock, changes nothing."""
    again = shutil.copy(root / "requirements.lock", tmp_path / "again.lock")
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--fork-strategy", "fewest"]
    command += ["--generate-hashes", "--python-version", "3.11", "--no-header", "--all-extras"]
    command += ["--no-emit-package", "nnbook", "pyproject.toml", "--output-file", str(again)]
    subprocess.run(command, cwd=root, check=True)
    assert Path(again).read_text() == (root / "requirements.lock").read_text()
