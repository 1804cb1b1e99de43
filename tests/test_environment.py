"""How the environment is made, trusted and refused: tools/environment.py and tools/installation.py, and the locks."""

import ast
import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import environment, installation

ALL_STEPS = ["venv", "lock", "project", "check"]
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
        names = {"--editable": "project", "--requirement": "lock", "check": "check", "venv": "venv"}
        done.append(next(name for word, name in names.items() if word in command))
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
        (
            "myst-nb 1.4.0 requires myst-parser, which is not installed.\n",
            "requirements.lock is incomplete (myst-nb 1.4.0 requires myst-parser, which is not installed.): run",
        ),
        (
            "beta 1.0 has requirement alpha>=2, but you have alpha 1.0.\n",
            "requirements.lock is incomplete (beta 1.0 has requirement alpha>=2, but you have alpha 1.0.): run",
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


# What others release after the lock was made

OLD_PIPS = ["22.3", "23.2.1", "24.2"]
"""Those that some Python 3.11 to 3.13 bundles. Before 23.3 pip resolves `alpha[extra]` apart from the pin of alpha."""


def pack(folder, name, version, *needs):
    """Write a wheel that holds nothing but its metadata, and return its name and hash as a line of a lock."""
    info = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {need}\n" for need in needs)
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{place},,\n" for place in [*files, f"{info}/RECORD"])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for place, text in [*files.items(), (f"{info}/RECORD", record)]:
            wheel.writestr(place, text)
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def pips(tmp_path_factory):
    """Fetch the wheels of old pips, which needs a package index."""
    folder = tmp_path_factory.mktemp("pips")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
    for version in OLD_PIPS:
        subprocess.run([*command, f"pip=={version}"], check=True)
    return folder


@pytest.fixture
def later(project, tmp_path_factory, pips, monkeypatch):
    """Lock alpha 1.0 and beta 1.0 and let the index, a folder, offer releases that came later; return what makes it.

    The Python that makes the environment brings the pip that is asked for.
    """
    index = tmp_path_factory.mktemp("index")
    lock = pack(index, "alpha", "1.0") + pack(index, "beta", "1.0", "alpha[more]", "alpha>=1")
    pack(index, "alpha", "2.0", "gamma")
    pack(index, "beta", "1.1")
    (project / "requirements-lab.lock").write_text(lock)
    (project / "pip.conf").write_text(f"[global]\nno-index = true\nfind-links = {index}\n")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(project / "pip.conf"))
    real = installation.run

    def make(pip, without=()):
        def run(command, name, lock_file, count=0):
            real([word for word in command if word not in without], name, lock_file, count)
            if "venv" in command:
                python = str(project / name / "bin" / "python")
                wheel = str(pips / f"pip-{pip}-py3-none-any.whl")
                real([python, "-m", "pip", "install", "--force-reinstall", wheel], name, lock_file)

        monkeypatch.setattr(installation, "run", run)
        with (project / ".venv.lock").open("w") as lock_file:
            installation.prepare(project, ".venv-lab", lock_file, chosen=False)
        command = [str(project / ".venv-lab" / "bin" / "python"), "-m", "pip", "list", "--format=freeze"]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert f"pip=={pip}" in listed
        return [line for line in listed if not line.startswith(("pip==", "setuptools==", "wheel=="))]

    return make


@pytest.mark.long
@pytest.mark.parametrize("pip", OLD_PIPS)
def test_later_releases_change_nothing(later, pip):
    assert later(pip) == ["alpha==1.0", "beta==1.0"]


@pytest.mark.long
@pytest.mark.parametrize("pip", [pip for pip in OLD_PIPS if pip < "23.3"])
def test_a_pip_that_resolves_is_led_astray_by_them(later, pip):
    """So the test above cannot pass by luck."""
    with pytest.raises(installation.InstallationError):
        later(pip, without=["--no-deps"])


@pytest.mark.long
def test_a_lock_that_lacks_a_package_is_refused(later, project):
    lock = project / "requirements-lab.lock"
    lock.write_text(
        "".join(line for line in lock.read_text().splitlines(keepends=True) if not line.startswith("alpha"))
    )
    with pytest.raises(installation.InstallationError, match=r"-lab\.lock is incomplete \(beta 1\.0 requires"):
        later(OLD_PIPS[-1])
    assert not (project / ".venv-lab").exists()


# When an environment is made, and when it is kept


def test_an_environment_is_made_once_and_then_kept(project, steps):
    prepare(project)
    prepare(project)
    prepare(project, chosen=True)
    assert steps == ALL_STEPS


def test_an_environment_without_a_stamp_is_made_anew(project, steps):
    prepare(project)
    (project / ".venv" / "stamp.json").unlink()
    (project / ".venv" / "left-over").touch()
    prepare(project)
    assert steps == ALL_STEPS * 2
    assert not (project / ".venv" / "left-over").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(project, steps):
    prepare(project)
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(project / "gone")
    prepare(project)
    assert steps == ALL_STEPS * 2


def test_a_changed_lock_makes_the_environment_anew(project, steps):
    prepare(project)
    with (project / "requirements.lock").open("a") as file:
        file.write("# changed\n")
    prepare(project)
    assert steps == ALL_STEPS * 2


def test_changed_metadata_only_installs_the_project_again(project, steps):
    prepare(project)
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace('name = "nnbook"', 'name = "another"'))
    prepare(project)
    assert steps == [*ALL_STEPS, "project", "check"]


def test_a_changed_setting_of_another_tool_installs_nothing(project, steps):
    prepare(project)
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace("line-length = 120", "line-length = 121"))
    prepare(project)
    assert steps == ALL_STEPS


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
    assert (project / "steps").read_text() == "step\n" * len(ALL_STEPS)


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


def test_the_lab_is_made_while_something_runs_in_the_environment(project, steps):
    prepare(project)
    before = signal.getsignal(signal.SIGTERM)
    with (project / ".venv.lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_SH)  # as a running `make test-all` does
        assert installation.main(["--lab"], project) == 0
    signal.signal(signal.SIGTERM, before)
    assert steps == [*ALL_STEPS, "venv", "lock", "check"]


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
    assert {"ipykernel", "tornado"} <= shared
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
def test_locking_again_changes_nothing(root, tmp_path):
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-lab.lock"):
        shutil.copy(root / name, tmp_path)
    subprocess.run(["make", "lock", f"RUN=@{sys.executable}"], cwd=tmp_path, check=True)
    for name in ("requirements.lock", "requirements-lab.lock"):
        assert (tmp_path / name).read_text() == (root / name).read_text()


@pytest.mark.long
def test_an_upgrade_takes_the_newest(root, tmp_path):
    """An old pin that pyproject.toml does not ask for stays without UPGRADE=1 and goes with it."""
    shutil.copy(root / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "nnbook"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["iniconfig"]\n'
        '[dependency-groups]\ndev = []\nlab = ["iniconfig"]\n'
    )
    lock = tmp_path / "requirements.lock"
    for name in ("requirements.lock", "requirements-lab.lock"):
        (tmp_path / name).write_text("iniconfig==2.0.0\n")
    command = ["make", "lock", f"RUN=@{sys.executable}"]
    subprocess.run(command, cwd=tmp_path, check=True)
    assert lock.read_text().startswith("iniconfig==2.0.0 ")
    subprocess.run([*command, "UPGRADE=1"], cwd=tmp_path, check=True)
    version = re.match(r"iniconfig==(\d+)\.(\d+)", lock.read_text())
    assert version is not None
    assert (int(version[1]), int(version[2])) > (2, 0)
    assert (tmp_path / "requirements-lab.lock").read_text().startswith(version[0])
