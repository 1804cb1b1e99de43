"""Checks the equations of all pages and their mutants in worker processes, and remembers the results.

The outcome of a check depends on the LaTeX, on the checker, and on the modules that its environment imports, directly
or not. A result is kept under a digest of just these, so nothing is evaluated twice and nothing is outdated.

    python -m tools.equations FOLDER

does it beside the notebooks; whoever asks for the results meanwhile waits for it.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import environments
import numpy as np
from environments import load

import nnbook
from nnbook.eqcheck import EquationError, NamingError, ParseError, gate
from nnbook.eqcheck.pages import Display, check_display, companion_problems, environment_of, scan
from tools.book import ROOT, count_workers, hold

BOOK = ROOT / "book"
SURVIVORS = "environments/survivors.txt"
KEPT_RUNS = 3
"""How many runs a result survives in which nothing asks for it, so that going back and forth costs nothing."""
BATCH = 4
"""Displays that a worker takes at once; those of one environment go together."""


@dataclass(frozen=True)
class Result:
    """What was measured for one equation that holds."""

    equalities: int
    combinations: int
    largest_error: float
    refused: int
    equivalent: int
    survivors: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """Why the build must fail: where, and the message."""

    page: str
    line: int
    message: str


@dataclass
class Results:
    """Everything that is known about the equations of the book."""

    displays: list[Display]
    checked: dict[str, Result]
    problems: list[Problem]


# What a result depends on


def find_sources(module: str, roots: Iterable[Path]) -> list[Path]:
    """Return the files that are read when a module is imported, itself among them, as far as they lie below the roots.

    Parameters
    ----------
    module : str
        Its full name.
    roots : iterable of Path
        The folders in which packages and modules are looked for.
    """
    places = tuple(roots)
    found: dict[str, Path | None] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = place = _find_file(places, name)
            if place is not None:
                waiting += _imports(place, name if place.stem == "__init__" else name.rpartition(".")[0])
                waiting += [name.rpartition(".")[0]] if "." in name else []
    return sorted({place for place in found.values() if place is not None})


@cache
def _find_file(roots: tuple[Path, ...], name: str) -> Path | None:
    stems = [root.joinpath(*name.split(".")) for root in roots]
    candidates = [file for stem in stems for file in (stem.with_suffix(".py"), stem / "__init__.py")]
    return next((file for file in candidates if file.is_file()), None)


@cache
def _imports(file: Path, package: str) -> list[str]:
    """Return the names that a file imports; of `from a import b` both `a` and `a.b`, which may be a module, too."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            base = ".".join([*parts, *([node.module] if node.module else [])])
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


@cache
def describe_environment(name: str) -> str:
    """Return a digest of all code on which the outcome of a check in an environment depends."""
    library = Path(nnbook.__path__[0])
    roots = [library.parent, Path(environments.__path__[0]).parent]
    files = [*find_sources(f"environments.{name}", roots), *find_sources("nnbook.eqcheck.pages", roots)]
    files += [path for path in library.rglob("*") if path.suffix in {".gz", ".lark"}]
    total = hashlib.sha256(f"{platform.python_version_tuple()[:2]} {np.__version__}".encode())
    for path in sorted(set(files)):
        total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def describe_display(display: Display) -> str:
    """Return the key under which the result of a display is kept."""
    return hashlib.sha256(f"{describe_environment(display.environment)}\0{display.latex}".encode()).hexdigest()[:32]


class Store:
    """Results in a file; each is found by the digest of what it depends on."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.entries: dict[str, tuple[int, Result]] = {}
        if file.exists():
            for key, (age, entry) in json.loads(file.read_text(encoding="utf-8")).items():
                self.entries[key] = (age + 1, Result(**{**entry, "survivors": tuple(entry["survivors"])}))

    def get(self, key: str) -> Result | None:
        """Return the result that is kept under a key."""
        if key in self.entries:
            self.entries[key] = (0, self.entries[key][1])
            return self.entries[key][1]
        return None

    def save(self) -> None:
        """Write everything that has been asked for lately."""
        kept = {key: (age, asdict(result)) for key, (age, result) in self.entries.items() if age <= KEPT_RUNS}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(kept), encoding="utf-8")
        fresh.replace(self.file)


# The checks


def page_files(book: Path = BOOK) -> list[Path]:
    """Return the pages of the book: chapters, then appendices."""
    return [*sorted(book.glob("*.md")), *sorted((book / "appendix").glob("*.md"))]


def measure(display: Display) -> Result | Problem:
    """Check a display and all its mutants."""
    try:
        report = check_display(display, load)
        assert report is not None
        outcome = gate(display.latex, environment_of(display, load))
    except EquationError as error:
        return _problem(display, error)
    return Result(
        report.equalities,
        report.combinations,
        report.largest_error,
        outcome.refused,
        len(outcome.equivalent),
        tuple(mutant.latex for mutant in outcome.survivors),
    )


def _measure_all(displays: list[Display]) -> list[Result | Problem]:
    return [measure(display) for display in displays]


def _problem(display: Display, error: EquationError) -> Problem:
    line, _ = error.line_and_column(display.latex)
    return Problem(display.page, display.line + line - 1, display.describe(error))


def measure_in_parallel(displays: list[Display], workers: int) -> list[Result | Problem]:
    """Check displays and their mutants in worker processes; the results come in the order of the displays."""
    if workers < 2 or len(displays) <= BATCH:
        return _measure_all(displays)
    order = sorted(range(len(displays)), key=lambda number: displays[number].environment)
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    found: dict[int, Result | Problem] = {}
    with ProcessPoolExecutor(workers) as pool:
        for batch, results in zip(batches, pool.map(_measure_all, [[displays[n] for n in batch] for batch in batches])):
            found.update(zip(batch, results))
    return [found[number] for number in range(len(displays))]


def check_book(folder: Path, *, book: Path = BOOK, workers: int = 1) -> Results:
    """Check all equations of a book and their mutants.

    Parameters
    ----------
    folder : Path
        Where results are kept; only one process at a time works in it, others wait for what it finds.
    book : Path
        Where the pages are.
    workers : int
        How many processes check what is not known yet.
    """
    with hold(folder / "lock", "The equations are being checked; waiting for the results."):
        store = Store(folder / "results.json")
        results = Results([], {}, [])
        for path in page_files(book):
            page = path.relative_to(book).as_posix()
            try:
                results.displays += scan(path.read_text(encoding="utf-8"), page)
            except ParseError as error:
                line = re.match(rf"{re.escape(page)}:(\d+)", error.detail)
                results.problems.append(Problem(page, int(line[1]) if line else 1, str(error)))
        outcomes: dict[str, Result | Problem | None] = {}  # by label
        unknown = {}
        for display in results.displays:
            if display.skip:
                continue
            try:
                if display.label in outcomes:
                    raise NamingError("another display has this label")
                environment_of(display, load)
            except EquationError as error:
                results.problems.append(_problem(display, error))
            else:
                outcomes[display.label] = store.get(describe_display(display))
                if outcomes[display.label] is None:
                    unknown[display.label] = display
        outcomes |= zip(unknown, measure_in_parallel(list(unknown.values()), workers))
        for label, outcome in outcomes.items():
            if isinstance(outcome, Problem):
                results.problems.append(outcome)
            elif outcome is not None:
                results.checked[label] = outcome
        if unknown:
            for label in unknown.keys() & results.checked.keys():
                store.entries[describe_display(unknown[label])] = (0, results.checked[label])
            store.save()
        if not results.problems:
            for display, fault in companion_problems(results.displays, load):
                results.problems.append(Problem(display.page, display.line, display.describe(fault)))
            results.problems += gate_problems(results, listed_survivors(book))
        return results


def squeeze(latex: str) -> str:
    """Return LaTeX without white space, to compare it."""
    return re.sub(r"\s+", "", latex)


def listed_survivors(book: Path = BOOK) -> dict[tuple[str, str], str]:
    """Return the mutants that may survive, by label and LaTeX without white space, with the reasons."""
    path = book / SURVIVORS
    found: dict[tuple[str, str], str] = {}
    if not path.exists():
        return found
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            parts = [part.strip() for part in line.split(" | ")]
            if len(parts) != 3 or not all(parts):
                raise ValueError(f"{path.name}:{number} must read: label | mutant | reason, got {line!r}")
            found[parts[0], squeeze(parts[1])] = parts[2]
    return found


def gate_problems(results: Results, listed: dict[tuple[str, str], str]) -> list[Problem]:
    """Return the mutants that survived unlisted, and the lines of the list that nothing needs."""
    problems = []
    places = {display.label: display for display in results.displays}
    unused = dict(listed)
    for label, result in results.checked.items():
        for latex in result.survivors:
            if unused.pop((label, squeeze(latex)), None) is None:
                display = places[label]
                shown = " ".join(latex.split())
                message = f"{display.page}:{display.line} {label}: this mistake would pass: {shown}"
                problems.append(Problem(display.page, display.line, message))
    for label, latex in unused:
        problems.append(Problem(SURVIVORS, 1, f"{label}: the mutant {latex} does not survive: drop the line"))
    return problems


def main(arguments: list[str]) -> int:
    """Check the book and keep the results in a folder; what is wrong is told by whoever reads them."""
    os.nice(10)  # notebooks and Sphinx go first
    check_book(Path(arguments[0]), workers=count_workers())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
