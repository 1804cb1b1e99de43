"""Every equation of the book holds, and every mistake in it is noticed. One label alone: pytest -k eq-forward-cost.

What the build has evaluated is not evaluated again: the results are kept under a digest of all that they depend on.
"""

import pytest

from nnbook.eqcheck.pages import scan
from tools.equations import BOOK, check_book, gate_problems, listed_survivors, page_files, squeeze

DISPLAYS = [d for path in page_files(BOOK) for d in scan(path.read_text("utf-8"), path.relative_to(BOOK).as_posix())]
CHECKED = [pytest.param(d, id=d.label or f"{d.page}:{d.line}") for d in DISPLAYS if not d.skip]


@pytest.fixture(scope="module")
def results(root):
    return check_book(root / "build" / "equations")


@pytest.mark.parametrize("display", CHECKED)
def test_equation_holds(results, display):
    assert [problem.message for problem in results.problems if f" {display.label}: " in problem.message] == []
    result = results.checked[display.label]
    assert result.combinations >= result.equalities >= 1


@pytest.mark.parametrize("display", CHECKED)
def test_mutants_are_refused(results, display):
    listed = listed_survivors()
    result = results.checked[display.label]
    assert [latex for latex in result.survivors if (display.label, squeeze(latex)) not in listed] == []
    assert result.refused > 0


def test_nothing_else_is_wrong_with_the_equations(results):
    """Labels are unique, every worked example has its general form, every line of the list of survivors is needed."""
    assert results.problems == []
    assert gate_problems(results, listed_survivors()) == []
