"""Every equation of the book holds, and every mistake in it is noticed. One label alone: pytest -k eq-forward-cost."""

from pathlib import Path

import pytest
from environments import load

from nnbook.eqcheck import gate
from nnbook.eqcheck.pages import check_display, companion_problems, scan
from tools.equations import check_book, gate_problems, listed_survivors, page_files, squeeze

BOOK = Path(__file__).parents[1] / "book"
DISPLAYS = [d for path in page_files(BOOK) for d in scan(path.read_text("utf-8"), path.relative_to(BOOK).as_posix())]
CHECKED = [pytest.param(d, id=d.label or f"{d.page}:{d.line}") for d in DISPLAYS if not d.skip]


@pytest.mark.parametrize("display", CHECKED)
def test_equation_holds(display):
    report = check_display(display, load)
    assert report is not None
    assert report.combinations >= report.equalities >= 1


@pytest.mark.parametrize("display", CHECKED)
@pytest.mark.long
def test_mutants_are_refused(display):
    listed = listed_survivors()
    outcome = gate(display.latex, load(display.environment))
    survivors = [mutant.latex for mutant in outcome.survivors if (display.label, squeeze(mutant.latex)) not in listed]
    assert survivors == []
    assert outcome.refused > 0


def test_every_worked_example_has_its_general_form():
    assert [d.describe(error) for d, error in companion_problems(DISPLAYS, load)] == []


def test_labels_are_unique():
    labels = [display.label for display in DISPLAYS if display.label]
    assert len(labels) == len(set(labels))


@pytest.mark.long
def test_every_line_of_the_list_of_survivors_is_needed(tmp_path):
    results = check_book(tmp_path)
    assert gate_problems(results, listed_survivors()) == []
