"""Checks the equations of all pages and their mutants, and remembers the results.

The check of an equation depends on its LaTeX and on everything its environment calls. The results are therefore kept in
a file whose name is a digest of the library and the environments; nothing is evaluated twice, and nothing is outdated.
"""

from __future__ import annotations

import ast
import hashlib
import json
import platform
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import numpy as np
from environments import load

from nnbook.eqcheck import EquationError, NamingError, ParseError, gate
from nnbook.eqcheck.pages import Display, check_display, companion_problems, environment_of, scan

BOOK = Path(__file__).resolve().parents[1]
LIBRARY = BOOK.parent / "nnbook"
SURVIVORS = "environments/survivors.txt"
KEPT = 3


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


def digest() -> str:
    """Return a digest of all code on which the outcome of a check depends."""
    found = hashlib.sha256(f"{platform.python_version_tuple()[:2]} {np.__version__}".encode())
    paths = [*LIBRARY.rglob("*.py"), *LIBRARY.rglob("*.lark"), *(BOOK / "environments").rglob("*.py")]
    for path in sorted(paths):
        found.update(str(path.relative_to(BOOK.parent)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


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


class Cache:
    """Results in a file of the folder; a result is found by LaTeX and environment."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / f"{digest()}.json"
        self.entries: dict[str, Result] = {}
        if self.file.exists():
            for key, entry in json.loads(self.file.read_text(encoding="utf-8")).items():
                self.entries[key] = Result(**{**entry, "survivors": tuple(entry["survivors"])})
        self.changed = False

    def result(self, display: Display) -> Result | None:
        """Return the result for a display, measured now if it is not known; `None` for a skipped one."""
        if display.skip:
            return None
        environment = environment_of(display, load)
        key = hashlib.sha256(f"{display.environment}\0{display.latex}".encode()).hexdigest()
        if key not in self.entries:
            report = check_display(display, load)
            assert report is not None
            outcome = gate(display.latex, environment)
            self.entries[key] = Result(
                report.equalities,
                report.combinations,
                report.largest_error,
                outcome.refused,
                len(outcome.equivalent),
                tuple(mutant.latex for mutant in outcome.survivors),
            )
            self.changed = True
        return self.entries[key]

    def save(self) -> None:
        """Write what is new, and forget the files of older states."""
        if not self.changed:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({key: asdict(entry) for key, entry in self.entries.items()}), encoding="utf-8")
        fresh.replace(self.file)
        files = sorted(self.file.parent.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
        for file in files[KEPT:]:
            file.unlink(missing_ok=True)


def page_files(book: Path = BOOK) -> list[Path]:
    """Return the pages of the book: chapters, then appendices."""
    return [*sorted(book.glob("*.md")), *sorted((book / "appendix").glob("*.md"))]


def check_book(folder: Path, *, book: Path = BOOK) -> Results:
    """Check all equations of a book and their mutants; results are kept in `folder`."""
    cache = Cache(folder)
    results = Results([], {}, [])
    for path in page_files(book):
        page = path.relative_to(book).as_posix()
        try:
            results.displays += scan(path.read_text(encoding="utf-8"), page)
        except ParseError as error:
            line = re.match(rf"{re.escape(page)}:(\d+)", error.detail)
            results.problems.append(Problem(page, int(line[1]) if line else 1, str(error)))
    for display in results.displays:
        try:
            if display.label in results.checked:
                raise NamingError("another display has this label")
            result = cache.result(display)
        except EquationError as error:
            line, _ = error.line_and_column(display.latex)
            results.problems.append(Problem(display.page, display.line + line - 1, display.describe(error)))
        else:
            if result is not None:
                results.checked[display.label] = result
    cache.save()
    if not results.problems:
        for display, error in companion_problems(results.displays, load):
            results.problems.append(Problem(display.page, display.line, display.describe(error)))
        results.problems += gate_problems(results, listed_survivors(book))
    return results


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


@cache
def implementing_functions(library: Path = LIBRARY) -> dict[str, list[str]]:
    """Return, for each label that a docstring names as :eq:, the functions and classes that do so."""
    found: dict[str, list[str]] = {}
    for path in sorted(library.rglob("*.py")):
        parts = ("nnbook", *path.relative_to(library).with_suffix("").parts)
        module = ".".join(part for part in parts if part != "__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope, name in _definitions(tree, module):
            for label in re.findall(r":eq:`([^`]+)`", ast.get_docstring(scope) or ""):
                found.setdefault(label, []).append(name)
    return found


def _definitions(tree: ast.AST, prefix: str) -> list[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    found: list[tuple[ast.FunctionDef | ast.ClassDef, str]] = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append((node, f"{prefix}.{node.name}"))
            found += _definitions(node, f"{prefix}.{node.name}")
    return found


def relations_shown(latex: str) -> int:
    """Return how many relations a display shows, at least one; for displays that are not parsed."""
    return max(1, len(re.findall(r"(?<![:<>])=|:=|<|>|\\(?:approx|leq?|geq?|neq?|in|leftarrow)(?![A-Za-z])", latex)))
