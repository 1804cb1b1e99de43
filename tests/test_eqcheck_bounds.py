"""Whatever the input: a report or an error of its own with a position, in bounded time and memory, at any nesting."""

import random
import re
import time
from pathlib import Path

import pytest
from environments import load
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnbook.eqcheck import EquationError, ParseError, check, mutants
from nnbook.eqcheck.lexer import MAX_LENGTH, MAX_NESTING, MAX_TOKENS, tokenize
from nnbook.eqcheck.pages import scan

PAGE = Path(__file__).with_name("eqcheck_kinds.md")
# Random samples are slow and no harder to read than the rest.
DISPLAYS = [d for d in scan(PAGE.read_text("utf-8"), PAGE.name) if d.environment != "random_layer"]
PIECES = [token for d in DISPLAYS for token in re.findall(r"\\[A-Za-z]+|\S", d.latex)]
SECONDS = 5.0


def outcome(latex, environment):
    """Check, and return the stage of the refusal, or nothing."""
    start = time.process_time()
    found = None
    try:
        check(latex, environment)
    except EquationError as error:
        found = error
    assert time.process_time() - start < SECONDS, latex
    if found is None:
        return ""
    assert found.stage in {"parse", "name", "index", "shape", "ambiguous", "vacuous", "false"}
    assert found.position is None or 0 <= found.position <= len(latex)
    return found.stage


def edited(latex, rng):
    """Insert, delete, replace, swap or repeat pieces at one to four places."""
    parts = re.findall(r"\\[A-Za-z]+|\s+|.", latex, re.DOTALL)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(parts))
        match rng.randrange(5):
            case 0:
                parts.insert(place, rng.choice(PIECES))
            case 1:
                del parts[place]
            case 2:
                parts[place] = rng.choice(PIECES)
            case 3:
                other = rng.randrange(len(parts))
                parts[place], parts[other] = parts[other], parts[place]
            case 4:
                end = rng.randint(place, min(place + 12, len(parts)))
                parts[place:place] = parts[place:end]
        if not parts:
            break
    return "".join(parts)


def edit_all(count, seed):
    rng = random.Random(seed)
    stages = set()
    for number in range(count):
        display = DISPLAYS[number % len(DISPLAYS)]
        stages.add(outcome(edited(display.latex, rng), load(display.environment)))
    return stages


def test_two_thousand_random_edits_end_in_a_report_or_an_error():
    assert {"", "parse", "name", "index", "shape", "ambiguous", "vacuous", "false"} == edit_all(2_000, seed=1)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_random_edits_end_in_a_report_or_an_error():
    assert "false" in edit_all(100_000, seed=2)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))
def test_any_text_ends_in_a_report_or_an_error(latex):
    outcome(latex, load("mlp_batch"))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(alphabet="\\{}^_()[]&$%'*+-=,.<>|/ 019abxl\n", max_size=40))
def test_any_punctuation_ends_in_a_report_or_an_error(latex):
    outcome(f"x = {latex}", load("mlp_single"))


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("(", ")"),
        ("{", "}"),
        (r"\sqrt{", "}"),
        (r"\frac{1}{", "}"),
        ("2^{", "}"),
        (r"\exp(", ")"),
        (r"\lVert ", r"\rVert "),
    ],
)
def test_deep_nesting_is_refused_and_nesting_within_the_limit_is_not(opened, closed):
    environment = load("functions_of_one_variable")
    deep = f"z_i = {opened * 3000}z_i{closed * 3000}"[:MAX_LENGTH]
    with pytest.raises(ParseError, match="nesting must be at most"):
        check(deep, environment)
    fine = f"z_i = {opened * MAX_NESTING}z_i{closed * MAX_NESTING}"
    assert outcome(fine, environment) in {"", "false", "name", "index"}


def test_many_sums_inside_each_other_are_refused():
    with pytest.raises(ParseError, match="at most 24 sums"):
        check("E = " + r"\sum_i " * 400 + "x_i", load("mlp_single"))


def test_a_long_display_is_refused():
    with pytest.raises(ParseError, match=f"at most {MAX_LENGTH} characters"):
        tokenize("x" * (MAX_LENGTH + 1))
    with pytest.raises(ParseError, match=f"at most {MAX_TOKENS} tokens"):
        tokenize("x" * (MAX_TOKENS + 1))


@pytest.mark.parametrize(
    "latex",
    [
        r"E = \sum_{i=1}^{999999999} i",
        r"E = \sum_{i=1}^{9999} \sum_{j=1}^{9999} i j",
        r"E = 9^{9^{9^{9^{9}}}}",
        r"E = \sum_{i=1}^{9000} \sum_{j=1}^{200} \sum_{k=1}^{200} i j k",
        r"E = \sum_{ijkm} \sum_p \sum_q \sum_r \sum_u w_{ij}^{(1)} w_{km}^{(2)} w_{pq}^{(1)} w_{ru}^{(2)}",
        r"E = \sum_i \sum_j \sum_k \sum_m \sum_p \sum_q \sum_r \sum_u \sum_v w_{ij}^{(1)} w_{km}^{(2)}",
        r"E = \frac{\partial^3 (E E E)}{\partial W^{(1)} \partial W^{(2)} \partial W^{(1)}}",
        r"x_{99999999999999999999} = 1",
        r"\mathbf{1}_{999999} = 1",
    ],
)
def test_a_formula_that_is_too_large_is_refused_soon(latex):
    assert outcome(latex, load("mlp_single"))


def test_nothing_on_a_page_is_run():
    marker = Path("run-by-eqcheck")
    code = rf"\text{{accuracy}} = __import__('os').system('touch {marker}')"
    assert outcome(code, load("classifier"))
    assert not marker.exists()


@pytest.mark.parametrize("latex", ["", " ", "%", "x", "=", "x =", "= x", "x = y = ", r"\\", "&", "x_ = 1", "x^{} = 1"])
def test_fragments_are_refused_by_the_parser(latex):
    assert outcome(latex, load("mlp_single")) == "parse"


def test_mutants_of_all_formulas_have_positions_inside_them():
    for display in DISPLAYS:
        found = mutants(display.latex)
        assert len({mutant.latex for mutant in found}) == len(found)
        assert all(0 <= mutant.position <= len(display.latex) for mutant in found)
