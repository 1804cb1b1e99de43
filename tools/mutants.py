"""Change the library in small ways, one at a time, and count the changes that the tests of the changed module notice.

    python -m tools.mutants [MODULE …]

A survivor is a change that no test notices. Either a test is missing, or the change makes no difference; those stand
with their reason in tests/mutants.txt. Each module is held against its own test file: what only a test of another
module would notice is a survivor here. One module is changed at a time, since a function that could be changed is many
times slower to call.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import mangled_name_from_mutant_name, orig_function_and_class_names_from_key

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "tests" / "mutants.txt"
LEAST = 0.95
NOTICED = {"killed", "timeout", "segfault"}
# Longer than any test file takes; mutmut derives from it when a change that never ends is stopped.
SECONDS = 10.0
# Of these, some tests or all stand in the file of another module.
TEST_FILES = {"network": ["network", "storage"], "optimizer_base": ["optimizers"]}


def find_modules() -> dict[str, Path]:
    """Return the modules that are changed, by their stem, with their files; pyproject.toml names them."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return {Path(name).stem: Path(name) for name in tomllib.load(file)["tool"]["mutmut"]["only_mutate"]}


def read_results(path: Path) -> dict[str, int | None]:
    """Return the exit code of the tests under each change of a module, None for one that has not been tried."""
    data = SourceFileMutationData(path=path)
    data.load()
    return data.exit_code_by_key


def find_tests(stem: str) -> list[str]:
    """Return the test files of a module."""
    return [f"tests/test_{name}.py" for name in TEST_FILES.get(stem, [stem])]


def assign_tests(*_: Any, **__: Any) -> None:
    """Tell mutmut to try each change on the test files of its module.

    Left alone, it finds the tests that reach a function and passes each by its id: thousands of them, some of which
    pytest cannot read back.
    """
    for name in config().only_mutate:
        path = Path(name)
        # A list, since the own tests come first: most changes do not outlive them.
        files: Any = find_tests(path.stem)
        state().duration_by_test.update(dict.fromkeys(files, SECONDS))
        for change in read_results(path):
            state().tests_by_mangled_function_name[mangled_name_from_mutant_name(change)] = files


def describe(name: str, path: Path) -> str:
    """Return a change as `module.function: line before → line after`, which outlives changes elsewhere."""
    function, owner = orig_function_and_class_names_from_key(name)
    lines = get_diff_for_mutant(name, path=path).splitlines()[2:]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    where = ".".join(part for part in (path.stem, owner, function.rpartition(".")[2]) if part)
    return f"{where}: {before} → {after}"


def read_accepted(text: str) -> dict[str, str]:
    """Return the reason for each accepted survivor: a line for the change, then an indented one for the reason."""
    reasons: dict[str, str] = {}
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    for line in lines:
        reason = next(lines, "")
        if line.startswith(" ") or not reason.startswith(" "):
            raise ValueError(
                f"{ACCEPTED.name} must give an indented reason after each change, got {line!r}, {reason!r}"
            )
        reasons[line] = reason.strip()
    return reasons


def report(path: Path, accepted: dict[str, str]) -> Iterator[str]:
    """Print the share of a module; yield what is wrong."""
    results = read_results(path)
    survivors = {name: status_by_exit_code[code] for name, code in results.items()}
    survivors = {name: status for name, status in survivors.items() if status not in NOTICED}
    killed = len(results) - len(survivors)
    print(f"{path.stem:16} {killed:4} / {len(results):4}  {killed / len(results):7.2%}", flush=True)
    if killed < LEAST * len(results):
        yield f"{path.stem}: at least {LEAST:.0%} must be killed"
    used = set()
    for name, status in survivors.items():
        label = describe(name, path)
        used.add(label)
        if status != "survived" or label not in accepted:
            yield f"{status}: {label}\n    see `mutmut show {name}`"
    for label in accepted:
        if label not in used and label.partition(".")[0] == path.stem:
            yield f"{ACCEPTED.name} names a change that does not survive: {label}"


def main(names: list[str]) -> int:
    """Return 0 if the tests notice enough, and every survivor has a reason."""
    modules = find_modules()
    unknown = set(names) - set(modules)
    if unknown:
        print(f"the modules are {', '.join(modules)}, got {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    if len(names) != 1:
        commands = [[sys.executable, "-m", "tools.mutants", name] for name in names or modules]
        return max([subprocess.run(command, check=False).returncode for command in commands])
    accepted = read_accepted(ACCEPTED.read_text(encoding="utf-8"))
    shutil.rmtree("mutants", ignore_errors=True)  # results outlive a change of the tests
    path = modules[names[0]]
    config().only_mutate = [str(path)]
    with mock.patch.object(mutmut, "collect_or_load_stats", assign_tests):
        mutmut._run([], None)
    wrong = list(report(path, accepted))
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
