"""The pages as texts: the template holds, and the reference is complete."""

import ast
import re
from pathlib import Path

import pytest

import nnbook
from nnbook import eqcheck, exercises, initializers, plotting, schedules

BOOK = Path(__file__).resolve().parent.parent / "book"
INDEX = (BOOK / "index.md").read_text(encoding="utf-8")
ORDER = re.findall(r"^(?!#|:|```)([a-z_]+(?:/[a-z_]+)?)$", INDEX, re.M)
CHAPTERS = [name for name in ORDER if "/" not in name]
EXECUTED = [
    path.relative_to(BOOK).as_posix()
    for path in sorted(BOOK.rglob("*.md"))
    if "{code-cell}" in path.read_text(encoding="utf-8")
]

every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
every_executed_page = pytest.mark.parametrize("page", EXECUTED)


def text_of(name: str) -> str:
    return (BOOK / name).with_suffix(".md").read_text(encoding="utf-8")


def cells_of(text: str) -> list[tuple[str, str]]:
    """Return the options and the code of every cell."""
    cells = re.findall(r"^```\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)^```", text, re.S | re.M)
    return [(options, code) for options, code in cells]


@pytest.mark.parametrize("page", EXECUTED)
def test_cells_import_nothing_that_the_cache_of_outputs_does_not_know(page: str) -> None:
    """It knows the library, the lock, and what lies beside the pages."""
    unknown = {path.name for folder in (BOOK, BOOK.parent) for path in folder.iterdir() if path.is_dir()} - {"nnbook"}
    for _, code in cells_of(text_of(page)):
        for node in ast.walk(ast.parse(code)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & unknown


def test_index_names_every_page_once() -> None:
    pages = {path.relative_to(BOOK).with_suffix("").as_posix() for path in BOOK.rglob("*.md")} - {"index"}
    assert len(ORDER) == len(set(ORDER))
    assert set(ORDER) == pages


@every_chapter
def test_chapter_has_its_target_its_exercises_its_summary_and_its_sources(chapter: str) -> None:
    text = text_of(chapter)
    assert f"\n({chapter})=\n# " in text
    assert len(re.findall(r"^```\{exercise-start\}", text, re.M)) >= 5
    assert "\n## Summary\n" in text
    assert "{cite" in text.split("\n## Summary\n")[1]


@every_executed_page
def test_every_exercise_has_a_solution(page: str) -> None:
    text = text_of(page)
    exercises_of_page = re.findall(r"^```\{exercise-start\}[^\n]*\n:label: (\S+)", text, re.M)
    solutions = re.findall(r"^```\{solution-start\} (\S+)\n:class: dropdown$", text, re.M)
    assert solutions == exercises_of_page
    assert len(set(exercises_of_page)) == len(exercises_of_page)


@every_executed_page
def test_an_exercise_that_checks_itself_knows_three_wrong_answers(page: str) -> None:
    found = 0
    for _, code in cells_of(text_of(page)):
        if re.search(r"= Exercise\($", code, re.M):
            found += 1
            mistakes = len(re.findall(r"\bWrongAnswer\(|\b(?:" + "|".join(MISTAKE_BUILDERS) + r")\(", code))
            assert mistakes >= 3, code
    if page[:-3] in CHAPTERS:
        assert found >= 2


MISTAKE_BUILDERS = [name for name in exercises.__all__ if name.islower()]


@every_executed_page
def test_every_picture_of_a_cell_has_a_text_alternative(page: str) -> None:
    for _, code in cells_of(text_of(page)):
        assert code.count("show(") - code.count("def show(") <= code.count("alt=") or "plt.show" in code, code


@every_executed_page
def test_code_is_not_wider_than_the_page(page: str) -> None:
    wide = [
        line for options, code in cells_of(text_of(page)) if "remove-cell" not in options for line in code.split("\n")
    ]
    assert [line for line in wide if len(line) > 88] == []


@every_executed_page
def test_pitfall_is_shown_by_a_cell_before_the_next_heading(page: str) -> None:
    text = text_of(page)
    for match in re.finditer(r"^:::\{admonition\} Pitfall: (.*)\n(?:.*\n)*?:::\n", text, re.M):
        following = re.split(r"^(?:## |:::\{admonition\} Pitfall)", text[match.end() :], flags=re.M)[0]
        assert "```{code-cell}" in following, match[1]


@pytest.mark.parametrize("module", [nnbook, plotting, exercises, eqcheck])
def test_reference_has_every_public_name(module: object) -> None:
    reference = text_of("appendix/api")
    listed = set(re.findall(r"^\.\. auto\w+:: (?:nnbook\.\w+\.)?(\w+)", reference, re.M))
    modules = {"initializers", "schedules"}
    constants = {name for name in module.__all__ if name.isupper() and name != "SGD"}  # type: ignore[attr-defined]
    assert set(module.__all__) - listed - modules - constants == set()  # type: ignore[attr-defined]


@pytest.mark.parametrize("module", [initializers, schedules])
def test_reference_has_every_function_of(module: object) -> None:
    reference = text_of("appendix/api")
    names = [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")  # type: ignore[attr-defined]
    ]
    assert [name for name in names if f".. autofunction:: {name}\n" not in reference] == []


def test_every_source_is_cited() -> None:
    keys = set(re.findall(r"^@\w+\{(\S+),$", (BOOK / "references.bib").read_text(encoding="utf-8"), re.M))
    cited = {
        key.strip()
        for path in BOOK.rglob("*.md")
        for group in re.findall(r"\{cite[^}]*\}`([^`]*)`", path.read_text(encoding="utf-8"))
        for key in group.split(",")
    }
    assert keys == cited


def test_glossary_is_sorted_and_every_entry_has_its_japanese_name() -> None:
    entries = re.findall(r"^(\S[^\n]*)\n  ([^\n]*) — [^\n]+$", text_of("appendix/glossary"), re.M)
    assert len(entries) > 60
    assert [term.lower() for term, _ in entries] == sorted(term.lower() for term, _ in entries)
    assert all(re.search(r"[ぁ-ヿ一-鿿]|ReLU", japanese) for _, japanese in entries)


def test_every_term_of_the_glossary_is_linked_from_a_page() -> None:
    terms = re.findall(r"^(\S[^\n]*)\n  [^\n]* — ", text_of("appendix/glossary"), re.M)
    roles = " ".join(re.sub(r"\s+", " ", role) for page in ORDER for role in ROLE.findall(text_of(page))).lower()
    assert [term for term in terms if f"`{term.lower()}`" not in roles and f"<{term.lower()}>`" not in roles] == []


ROLE = re.compile(r"\{term\}`[^`]*`")
