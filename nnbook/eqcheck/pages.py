"""Finds the displays of a page, with their labels, environments and line numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .check import Report, check
from .environment import Environment
from .errors import EquationError, NamingError, ParseError, VacuousError

_FENCE = re.compile(r"^(?P<indent>\s*)(?P<fence>`{3,}|:{3,}|~{3,})(?P<info>.*)$")
_COMMENT = re.compile(r"^\s*%\s*eqcheck:\s*(?P<body>.*?)\s*$")
_OPTION = re.compile(r"^\s*:(?P<name>[\w-]+):\s*(?P<value>.*?)\s*$")
_DOLLARS = re.compile(r"^\s*\$\$(?P<rest>.*)$")
_AMS = re.compile(r"^\s*\\begin\{(align|equation|gather|mult\w+|eqnarray)\*?\}")
_CODE = re.compile(r"^(\{(code|code-cell|code-block|literalinclude|glue:?\w*|bibliography|eval-rst)\}|[^{]|$)")
LABEL = re.compile(r"eq-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Display:
    """A displayed formula of a page.

    Attributes
    ----------
    page : str
        The name of the page.
    line : int
        The line of the page, from 1, on which the LaTeX begins.
    latex : str
        The LaTeX.
    label : str
        The label, or nothing.
    environment : str
        The name of the environment it is checked in, or nothing.
    skip : str
        The reason why it is not checked, or nothing.
    companion : str
        The label of the general form of a worked example, or nothing.
    """

    page: str
    line: int
    latex: str
    label: str = ""
    environment: str = ""
    skip: str = ""
    companion: str = ""

    def describe(self, error: EquationError) -> str:
        """Return page, line, label, stage and detail of an error in one line."""
        line, column = error.line_and_column(self.latex)
        place = "" if error.position is None else f" (column {column})"
        label = self.label or "display without label"
        return f"{self.page}:{self.line + line - 1} {label}: {error.stage}: {error.detail}{place}"


@dataclass
class _Settings:
    """What the comments of a page say."""

    environment: str = ""
    skip: str = ""
    companion: str = ""

    def read(self, comment: str, page: str, number: int) -> None:
        if comment.startswith("skip:"):
            self.skip = comment.removeprefix("skip:").strip()
            if not self.skip:
                raise ParseError(f"{page}:{number}: skip needs a reason")
            return
        for part in comment.split():
            name, _, value = part.partition("=")
            if name not in {"environment", "companion"} or not value:
                raise ParseError(f"{page}:{number}: expected environment=…, companion=… or skip: …, got {part!r}")
            setattr(self, name, value)


def scan(text: str, page: str) -> list[Display]:
    r"""Return the displays of a page in MyST Markdown.

    A comment ``% eqcheck: environment=NAME`` holds for the page, or for the display that follows it at once; so do
    ``companion=LABEL`` and ``skip: reason``.

    Parameters
    ----------
    text : str
        The page.
    page : str
        Its name, for messages.

    Returns
    -------
    list of Display
        In the order of the page.

    Raises
    ------
    ParseError
        Where a comment cannot be read, or a display is never closed.

    Examples
    --------
    >>> page = '''% eqcheck: environment=neuron
    ...
    ... # One neuron
    ...
    ... ```{math}
    ... :label: eq-neurons-sum
    ... z = xw + b
    ... ```
    ... '''
    >>> [display] = scan(page, "neurons.md")
    >>> display.line, display.latex, display.label, display.environment
    (7, 'z = xw + b', 'eq-neurons-sum', 'neuron')
    """
    return _Scanner(text, page).displays


@dataclass
class _Scanner:
    text: str
    page: str
    displays: list[Display] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.text.split("\n")
        self.defaults = _Settings()
        self.pending: list[tuple[int, str]] = []
        self.number = 0
        while self.number < len(self.lines):
            self.step()
        self.settle()

    def settle(self) -> None:
        """Comments that no display follows hold for the whole page."""
        for number, comment in self.pending:
            if comment.startswith("skip:"):
                raise ParseError(f"{self.page}:{number}: no display follows this skip")
            if self.displays or self.defaults.environment:
                raise ParseError(f"{self.page}:{number}: the comment for the page must come first, and once")
            self.defaults.read(comment, self.page, number)
        self.pending = []

    def step(self) -> None:
        line = self.lines[self.number]
        self.number += 1
        if comment := _COMMENT.match(line):
            self.pending.append((self.number, comment["body"]))
        elif (fence := _FENCE.match(line)) and fence["info"].strip().startswith("{math}"):
            self.directive(fence)
        elif dollars := _DOLLARS.match(line):
            self.dollars(dollars["rest"])
        elif _AMS.match(line):
            self.add(self.number, [line], "")
        elif line.strip():
            self.settle()
            if fence and _CODE.match(fence["info"].strip()) and fence["info"].strip():
                self.skip_code(fence["fence"])

    def skip_code(self, fence: str) -> None:
        while self.number < len(self.lines):
            line = self.lines[self.number].strip()
            self.number += 1
            if line.startswith(fence) and not line.strip(fence[0]):
                return

    def directive(self, fence: re.Match[str]) -> None:
        opened, label = self.number, ""
        body: list[str] = []
        first = 0
        while self.number < len(self.lines):
            line = self.lines[self.number]
            self.number += 1
            if line.strip().startswith(fence["fence"]) and not line.strip().strip(fence["fence"][0]):
                self.add(first or opened + 1, body, label)
                return
            option = _OPTION.match(line)
            if option and not first:
                label = option["value"] if option["name"] == "label" else label
            else:
                first = first or self.number
                body.append(line)
        raise ParseError(f"{self.page}:{opened}: the display is never closed")

    def dollars(self, rest: str) -> None:
        opened = self.number
        body = [rest]
        while "$$" not in body[-1]:
            if self.number == len(self.lines):
                raise ParseError(f"{self.page}:{opened}: the display is never closed")
            body.append(self.lines[self.number])
            self.number += 1
        body[-1], _, after = body[-1].partition("$$")
        label = re.match(r"\s*\((?P<label>[^)]+)\)", after)
        self.add(opened, body, label["label"] if label else "")

    def add(self, line: int, body: list[str], label: str) -> None:
        settings = _Settings(self.defaults.environment, "", "")
        for number, comment in self.pending:
            settings.read(comment, self.page, number)
        self.pending = []
        latex = "\n".join(body)
        leading = len(latex) - len(latex.lstrip("\n"))
        self.displays.append(
            Display(
                self.page,
                line + leading,
                latex.strip("\n"),
                label,
                settings.environment,
                settings.skip,
                settings.companion,
            )
        )


def check_display(display: Display, load: Callable[[str], Environment]) -> Report | None:
    """Check a display of a page.

    Parameters
    ----------
    display : Display
        The display.
    load : callable
        Takes the name of an environment and returns it; raises `LookupError` if there is none.

    Returns
    -------
    Report or None
        What was checked; `None` where the page gives a reason not to.

    Raises
    ------
    EquationError
        If it does not hold, has no label, or names no environment.

    Examples
    --------
    >>> check_display(Display("matrices.md", 12, "AB", skip="a picture in symbols"), lambda name: None) is None
    True
    """
    if display.skip:
        return None
    environment = environment_of(display, load)
    try:
        environment.states  # noqa: B018 - they are built here, where an error still has a page and a line
    except Exception as error:
        raise NamingError(f"the environment {environment.name} cannot be built: {error}") from error
    return check(display.latex, environment)


def environment_of(display: Display, load: Callable[[str], Environment]) -> Environment:
    """Return the environment in which a display is to be checked.

    Parameters
    ----------
    display : Display
        The display.
    load : callable
        As for `check_display`.

    Returns
    -------
    Environment

    Raises
    ------
    NamingError
        If the display has no label or names no environment, or there is no such environment.
    VacuousError
        If a small worked example names no general form.

    Examples
    --------
    >>> environment_of(Display("neurons.md", 3, "a = b", "eq-neurons-sum", "moon"), {}.__getitem__)
    Traceback (most recent call last):
    ...
    nnbook.eqcheck.errors.NamingError: name: the environment moon cannot be loaded: 'moon'
    """
    if not display.label:
        raise NamingError("the display needs a label, or a comment '% eqcheck: skip: reason'")
    if not LABEL.fullmatch(display.label):
        raise NamingError("a label must read eq-page-name, with hyphens only")
    if not display.environment:
        raise NamingError("no environment: the page needs a comment '% eqcheck: environment=…'")
    try:
        environment = load(display.environment)
    except Exception as error:
        raise NamingError(f"the environment {display.environment} cannot be loaded: {error}") from error
    if environment.worked_example and not display.companion:
        raise VacuousError(
            f"the environment {environment.name} is a small worked example: name the general form, companion=eq-…"
        )
    return environment


def companion_problems(
    displays: list[Display], load: Callable[[str], Environment]
) -> list[tuple[Display, EquationError]]:
    """Return the worked examples whose companion does not exist or is no general form.

    Parameters
    ----------
    displays : list of Display
        All displays of the book.
    load : callable
        As for `check_display`.

    Returns
    -------
    list of (Display, EquationError)

    Examples
    --------
    >>> lonely = Display("forward.md", 3, "a = b", "eq-forward-small", companion="eq-forward-general")
    >>> [error.detail for _, error in companion_problems([lonely], lambda name: None)]
    ['the companion eq-forward-general does not exist']
    """
    known = {display.label: display for display in displays if display.label}
    found: list[tuple[Display, EquationError]] = []
    for display in displays:
        if not display.companion:
            continue
        other = known.get(display.companion)
        if other is None:
            found.append((display, NamingError(f"the companion {display.companion} does not exist")))
        elif other.skip or load(other.environment).worked_example:
            found.append((display, VacuousError(f"the companion {display.companion} is no general form")))
    return found
