"""Turn the MyST Markdown of a page into the Markdown that every notebook program shows.

Boxes become quotes, labelled formulas carry their number as a tag, exercises become headings, and roles become text.
What is not known here is an error: a page never goes out with a raw directive in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^(?P<mark>`{3,}|:{3,}|~{3,})(?P<rest>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:.-]+)\}\s*(?P<argument>.*)$")
OPTION = re.compile(r"^:(?P<name>[\w-]+):\s*(?P<value>.*)$")
# A span of code, or a role: the same thing with a name in braces in front.
SPAN = re.compile(
    r"(?:\{(?P<role>[a-zA-Z][\w:.-]*)\})?(?<!`)(?P<ticks>`+)(?!`)(?P<text>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL
)
TITLED = re.compile(r"^(?P<title>.+?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
DROPPED = re.compile(r"^(?:%.*|\([\w-]+\)=|\{[.#][^{}`]*\})$")
BOXES = ("note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error", "seealso")


class UnknownMarkupError(ValueError):
    """A directive or a role that has no plain form."""


@dataclass(frozen=True)
class Resolver:
    """What the text needs to know of the rest of the book.

    Attributes
    ----------
    number : callable
        Returns the number of an equation, by its label.
    role : callable
        Returns the text of a role, by its name, its target and its own title, if it has one.
    name : callable
        Returns kind and number of an exercise or a theorem, by its label.
    listing : callable
        Returns the lines of a file that are to be shown, by its path and the options of the directive.
    """

    number: Callable[[str], str]
    role: Callable[[str, str, str | None], str]
    name: Callable[[str], str]
    listing: Callable[[str, dict[str, str]], str]


def convert(text: str, resolver: Resolver) -> str:
    """Return the text as plain Markdown.

    Parameters
    ----------
    text : str
        MyST Markdown, without code cells.
    resolver : Resolver
        Where numbers, titles and listings come from.

    Raises
    ------
    UnknownMarkupError
        If a directive or a role has no plain form.
    """
    blocks: list[str] = []
    prose: list[str] = []

    def finish_prose() -> None:
        found = _roles("\n".join(prose), resolver)
        if found.strip():
            blocks.append(found.strip("\n"))
        prose.clear()

    lines = iter(text.splitlines())
    for line in lines:
        fence = FENCE.match(line)
        if fence is None:
            if not DROPPED.match(line):
                prose.append(line)
            continue
        inside = _inside(lines, fence["mark"])
        directive = DIRECTIVE.match(fence["rest"])
        finish_prose()
        if directive is None:
            blocks.append("\n".join([line, *inside, fence["mark"]]))
        else:
            blocks.append(_directive(directive["name"], directive["argument"].strip(), inside, resolver))
    finish_prose()
    return "\n\n".join(block for block in blocks if block)


def _inside(lines: Iterator[str], mark: str) -> list[str]:
    found: list[str] = []
    for line in lines:
        if re.fullmatch(rf"{mark[0]}{{{len(mark)},}}\s*", line):
            return found
        found.append(line)
    raise UnknownMarkupError(f"a fence is not closed: {mark} {' '.join(found)[:60]}")


def _directive(name: str, argument: str, inside: list[str], resolver: Resolver) -> str:
    options, body = _options(inside)
    argument = _roles(argument, resolver)
    if name == "math":
        tag = [rf"\tag{{{resolver.number(options['label'])}}}"] if "label" in options else []
        return "\n".join(["$$", *body, *tag, "$$"])
    if name == "literalinclude":
        return f"```python\n{resolver.listing(argument, options).rstrip()}\n```"
    if name == "exercise-start":
        return f"### {resolver.name(options['label'])}{_brackets(argument)}"
    if name == "solution-start":
        return f"#### Solution of {resolver.name(argument).lower()}"
    if name in ("exercise-end", "solution-end"):
        return ""
    content = convert("\n".join(body), resolver)
    if name == "admonition":
        return _quote(f"**{argument}**\n\n{content}")
    if name in BOXES:
        return _quote(f"**{name.capitalize()}**\n\n{argument}\n\n{content}")
    if name == "prf:proof":
        return _quote(f"*Proof.* {content} ∎")
    if name.startswith("prf:"):
        return _quote(f"**{resolver.name(options['label'])}{_brackets(argument)}**\n\n{content}")
    raise UnknownMarkupError(f"the directive {name} has no plain form")


def _brackets(title: str) -> str:
    return f" ({title})" if title else ""


def _options(inside: list[str]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    for position, line in enumerate(inside):
        option = OPTION.match(line)
        if option is None:
            return options, inside[position:]
        options[option["name"]] = _unquoted(option["value"].strip())
    return options, []


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _quote(text: str) -> str:
    # Jupyter takes formulas out before it reads quotes, so the marks of a quote must not stand inside one.
    text = re.sub(r"\$\$\n(.+?)\n\$\$", lambda m: "$$" + " ".join(m[1].split("\n")) + "$$", text, flags=re.DOTALL)
    text = re.sub(r"(?<![\\$])\$(?!\$)([^$]+)\$(?!\$)", lambda m: f"${m[1].replace(chr(10), ' ')}$", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _roles(text: str, resolver: Resolver) -> str:
    def replace(match: re.Match[str]) -> str:
        role = match["role"]
        if role is None:
            return match[0]
        target, title = " ".join(match["text"].split()), None
        if titled := TITLED.match(target):
            target, title = titled["target"], titled["title"]
        return f"({resolver.number(target)})" if role == "eq" else resolver.role(role, target, title)

    return SPAN.sub(replace, text)
