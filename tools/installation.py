"""Make the environments of this project from their locks, and run commands in them.

`.venv` holds what requirements.lock names, and this project in place; `.venv-lab` holds JupyterLab, whose kernel is the
Python of `.venv`. The locks are complete, so pip resolves nothing: what somebody releases tomorrow changes nothing, and
`pip check` has the last word. A stamp in each is written last: an environment without it, or with another one, is
made anew. Every command runs under a shared lock, so that nobody replaces the environment that it runs in.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import FrameType
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
"""The interpreter beneath any environment that this one runs in."""

LOCKS = {".venv": "requirements.lock", ".venv-lab": "requirements-lab.lock"}
BYTES_NEEDED = {".venv": 1_200_000_000, ".venv-lab": 600_000_000}

# Settings of the user's shell that would put packages elsewhere, or bring others in.
UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PIP_USER")

DISK_FULL = ("no space left on device", "disk quota exceeded")
UNREACHABLE = (
    "connection refused",
    "connecttimeout",
    "failed to establish a new connection",
    "max retries exceeded",
    "name or service not known",
    "network is unreachable",
    "newconnectionerror",
    "nodename nor servname",
    "proxyerror",
    "read timed out",
    "temporary failure in name resolution",
)
INCOMPLETE = re.compile(r" (requires .+, which is not installed|has requirement .+, but you have .+)\.$")
"""What `pip check` says of a package whose needs are not met."""


class InstallationError(Exception):
    """Something that the user can mend; the message is one sentence that says how."""


def explain_full_disk(name: str) -> str:
    """Return the sentence about a full disk."""
    return f"The disk is full: {name} needs {BYTES_NEEDED[name] / 1e9:.1f} GB; free some space and run make again."


def explain_failure(name: str, output: str) -> str:
    """Return one sentence for what a failed `venv` or `pip` printed."""
    text = output.lower()
    if any(sign in text for sign in DISK_FULL):
        return explain_full_disk(name)
    if any(sign in text for sign in UNREACHABLE):
        return (
            "No package index could be reached: the first run needs a network; run make again when there is one, "
            "or set PIP_INDEX_URL to an index that answers."
        )
    if "do not match the hashes" in text:
        return (
            f"A package arrived with another hash than {LOCKS[name]} names: try again, or mistrust the package index."
        )
    if "no matching distribution found for " in text:
        package = output.rsplit("No matching distribution found for ", 1)[-1].split()[0]
        return f"The package index has no file of {package} for Python {VERSION} on this platform."
    unmet = [line for line in output.splitlines() if INCOMPLETE.search(line)]
    if unmet:
        return f"{LOCKS[name]} is incomplete ({unmet[0].strip()}): run `make lock` where there is a network."
    lines = "\n".join(output.strip().splitlines()[-15:])
    return f"{name} could not be made; the last lines were:\n{lines}"


def check_modules() -> None:
    """Raise InstallationError if Python came without what makes environments, as Debian's may."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise InstallationError(
            f"This Python ({PYTHON}) lacks the module `{error.name}`, which makes environments: install it "
            f"(on Debian and Ubuntu: `apt install python{VERSION}-venv`)."
        ) from error


def check_space(folder: Path) -> None:
    """Raise InstallationError if the environment cannot fit on the disk."""
    if shutil.disk_usage(folder.parent).free < BYTES_NEEDED[folder.name]:
        raise InstallationError(explain_full_disk(folder.name))


def describe_target(root: Path, name: str) -> dict[str, str]:
    """Return what an environment depends on; the stamp of one that is up to date holds the same."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    # Of [tool] only what the build reads: a new rule for the linter is no reason to install anything.
    metadata = [settings["build-system"], settings["project"], settings.get("tool", {}).get("hatch")]
    return {
        "base": PYTHON,
        "lock": hashlib.sha256((root / LOCKS[name]).read_bytes()).hexdigest(),
        "project": hashlib.sha256(repr(metadata).encode()).hexdigest() if name == ".venv" else "",
        "root": str(root),
        "version": VERSION,
    }


def read_stamp(folder: Path) -> dict[str, str]:
    """Return what the stamp of an environment holds; nothing if it has none or its Python no longer runs."""
    command = [str(folder / "bin" / "python"), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        stamp: dict[str, str] = json.loads((folder / "stamp.json").read_text(encoding="utf-8"))
        version = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, ValueError, subprocess.CalledProcessError):
        return {}
    return stamp if stamp.get("version") == version else {}


def write_stamp(folder: Path, target: dict[str, str]) -> None:
    """Say, as the last step, that the environment may be trusted."""
    new = folder / "stamp.json.new"
    new.write_text(json.dumps(target, indent=1, sort_keys=True), encoding="utf-8")
    new.replace(folder / "stamp.json")


def list_differences(stamp: dict[str, str], target: dict[str, str], *, chosen: bool) -> set[str]:
    """Return what differs; in which interpreter an environment was made counts only if the user named one."""
    differences = {name for name in target if stamp.get(name) != target[name]}
    return differences if chosen or not stamp else differences - {"base", "version"}


def run(command: list[str], name: str, lock_file: IO[str], count: int = 0) -> None:
    """Run one step of an installation, show how many packages it has come to, raise InstallationError if it fails."""
    output = []
    seen = 0
    environ = {key: value for key, value in os.environ.items() if key not in UNWANTED}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environ,
        # The child inherits the lock: should this process be killed, others wait until the child has ended, too.
        pass_fds=[lock_file.fileno()],
        text=True,
        errors="replace",
    ) as child:
        try:
            for line in child.stdout or ():
                output.append(line)
                if line.startswith("Collecting ") and sys.stdout.isatty():
                    seen += 1
                    print(f"\r  {seen} of at most {count} packages", end="", flush=True)
            if child.wait() != 0:
                raise InstallationError(explain_failure(name, "".join(output)))
        finally:
            if seen:
                print()
            if child.poll() is None:
                child.terminate()


def pip(folder: Path, *arguments: str) -> list[str]:
    """Return the command that runs the pip of an environment."""
    return [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]


def finish(root: Path, name: str, lock_file: IO[str]) -> None:
    """Install the project itself in place, where it belongs, and let pip say whether anything is missing."""
    folder = root / name
    if name == ".venv":
        options = ["--no-index", "--no-deps", "--no-build-isolation", "--editable", str(root)]
        run(pip(folder, "install", *options), name, lock_file)
    run(pip(folder, "check"), name, lock_file)


def make(root: Path, name: str, lock_file: IO[str]) -> None:
    """Make an environment from nothing, and leave nothing behind if that fails."""
    folder, lock = root / name, root / LOCKS[name]
    check_modules()
    if folder.exists():
        shutil.rmtree(folder)
    check_space(folder)
    count = lock.read_text(encoding="utf-8").count("==")
    print(f"Making {name} with Python {VERSION}: up to {count} packages, a minute or two.", flush=True)
    try:
        run([PYTHON, "-m", "venv", str(folder)], name, lock_file)
        # Without --no-deps, pip before 23.3 resolves a requirement with an extra apart from its pin.
        options = ["--retries", "2", "--no-deps", "--require-hashes", "--requirement", str(lock)]
        run(pip(folder, "install", *options), name, lock_file, count)
        finish(root, name, lock_file)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def prepare(root: Path, name: str, lock_file: IO[str], *, chosen: bool) -> None:
    """Bring an environment up to date and keep a shared lock, under which nobody replaces it.

    Parameters
    ----------
    root : Path
        The folder of the project.
    name : str
        `.venv` or `.venv-lab`.
    lock_file : file
        An open file; the lock lives as long as it is open here or in a program that this process becomes.
    chosen : bool
        Whether the user named this interpreter; if so, an environment of another one is made anew.

    Raises
    ------
    InstallationError
        If the environment could not be made; then there is none.
    """
    folder = root / name
    target = describe_target(root, name)
    fcntl.flock(lock_file, fcntl.LOCK_SH)
    while list_differences(read_stamp(folder), target, chosen=chosen):
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Another make is using {name}; waiting for it.", flush=True)
            fcntl.flock(lock_file, fcntl.LOCK_EX)
        # Somebody else may have done the work between the two locks.
        stamp = read_stamp(folder)
        differences = list_differences(stamp, target, chosen=chosen)
        if differences == {"project"}:
            (folder / "stamp.json").unlink()
            finish(root, name, lock_file)
            write_stamp(folder, stamp | {"project": target["project"]})
        elif differences:
            make(root, name, lock_file)
            write_stamp(folder, target)
        fcntl.flock(lock_file, fcntl.LOCK_SH)


def become(folder: Path, arguments: list[str], lock_files: list[IO[str]]) -> None:
    """Replace this process by the Python of an environment, which keeps the shared locks until it ends."""
    for name in UNWANTED:
        os.environ.pop(name, None)
    os.environ["PATH"] = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    for lock_file in lock_files:
        os.set_inheritable(lock_file.fileno(), True)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    python = str(folder / "bin" / "python")
    os.execv(python, [python, *arguments])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Do what the command line says and return the exit status; with a command to run it does not return."""
    split = arguments.index("--") if "--" in arguments else len(arguments)
    options, command = arguments[:split], arguments[split + 1 :]
    chosen = "--chosen" in options
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with contextlib.ExitStack() as stack:
            lock_files: list[IO[str]] = []
            # A lock for each, so that .venv-lab can be made while something runs in .venv.
            for name in [".venv", ".venv-lab"] if "--lab" in options else [".venv"]:
                lock_files.append(stack.enter_context((root / f"{name}.lock").open("w")))
                prepare(root, name, lock_files[-1], chosen=chosen)
            if command:
                become(root / name, command, lock_files)
    except (InstallationError, OSError) as error:
        text = str(error) if isinstance(error, InstallationError) else explain_failure(".venv", str(error))
        print(text, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted; the next run starts from the beginning.", file=sys.stderr)
        return 130
    return 0
