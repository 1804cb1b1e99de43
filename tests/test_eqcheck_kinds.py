"""Formulas of all kinds hold, and all their mutants are refused, on a page that no chapter depends on."""

from pathlib import Path

import pytest
from environments import load

from nnbook.eqcheck import EquationError, gate
from nnbook.eqcheck.pages import check_display, scan
from tools.equations import squeeze

PAGE = Path(__file__).with_name("eqcheck_kinds.md")
DISPLAYS = scan(PAGE.read_text("utf-8"), PAGE.name)
# Mutants that are true: the derivative by a bias is 1; t is one-hot, so Σ t_k is 1; Var[u − v] is Var[u + v] for
# independent u and v; a bracket [i = j] lets i and j change places.
TRUE = {
    "eq-kinds-fourteen": [
        r"\frac{\partial E}{\partial b_j^{(l)}} = \frac{\partial E}{\partial z_j^{(l)}} = \delta_j^{(l)}"
    ],
    "eq-kinds-log-sum-exp": [
        r"E = -\sum_k t_k \log y_c = -\log y_c = -z_c + \log \sum_k e^{z_k} = m - z_c + \log \sum_k \exp(z_k - m)"
    ],
    "eq-kinds-variance": [
        r"\operatorname{Var}[u - v] = \operatorname{Var}[u] + \operatorname{Var}[v],"
        r"\quad \operatorname{Var}(u) = \mathbb{E}[u^2] - (\mathbb{E}[u])^2"
    ],
    "eq-kinds-hessian": [
        r"\frac{\partial^2 E}{\partial z_i \partial z_j} = \underbrace{y_j [i = j]}_{\text{on the diagonal}} - y_i y_j,"
        r"\quad \sum_k y_k = 1"
    ],
}


def test_there_are_at_least_fifty_formulas():
    assert len(DISPLAYS) >= 50


@pytest.mark.parametrize("display", DISPLAYS, ids=lambda display: display.label)
def test_formula_holds_and_its_mutants_are_refused(display):
    report = check_display(display, load)
    assert report.equalities >= 1
    rough = load(display.environment).samples or r"\approx" in display.latex
    assert report.largest_error < (0.02 if rough else 1e-9)
    outcome = gate(display.latex, load(display.environment))
    survivors = [squeeze(mutant.latex) for mutant in outcome.survivors]
    assert survivors == [squeeze(latex) for latex in TRUE.get(display.label, [])]
    assert outcome.refused >= 4


# The six errors that executed, published material carries today: each is re-made alone on a copy of the page.
REMADE = {
    "the sign of the derivative by the inputs of a layer": (
        "eq-kinds-affine-matrices",
        r"\frac{\partial E}{\partial X} = \frac{\partial E}{\partial Y} W^\top",
        r"\frac{\partial E}{\partial X} = -\frac{\partial E}{\partial Y} W^\top",
        "false: row",
    ),
    "b where db belongs": (
        "eq-kinds-affine-matrices",
        r"\frac{\partial E}{\partial b} = \mathbf{1}^\top",
        r"b = \mathbf{1}^\top",
        "false: row",
    ),
    "an error signal replaced by error signal times input": (
        "eq-kinds-fourteen",
        r"\frac{\partial z_j^{(l)}}{\partial b_j^{(l)}} = \delta_j^{(l)}",
        r"\frac{\partial z_j^{(l)}}{\partial b_j^{(l)}} = \delta_j^{(l)} a_i^{(l-1)}",
        "false: l=",
    ),
    "a recursion with the error signal left out": (
        "eq-kinds-eight",
        r"w_{jk}^{(l+1)}\delta_k^{(l+1)}",
        r"w_{jk}^{(l+1)}",
        "false: l=",
    ),
    "layer l where layer l-1 belongs": (
        "eq-kinds-ten",
        r"a_i^{(l-1)}\delta_j^{(l)}",
        r"a_i^{(l)}\delta_j^{(l)}",
        "index: i runs over different ranges",
    ),
    "a wrong letter in a subscript": (
        "eq-kinds-eight",
        r"w_{jk}^{(l+1)}\delta_k",
        r"w_{jk}^{(l+1)}\delta_j",
        "index: j runs over different ranges",
    ),
}


@pytest.mark.parametrize("mistake", REMADE)
def test_a_mistake_made_again_is_refused_with_its_place_and_reason(mistake):
    label, right, wrong, reason = REMADE[mistake]
    page = PAGE.read_text("utf-8")
    start = page.index(f":label: {label}\n")
    end = page.index("```", start)
    assert right in page[start:end]
    copy = page[:start] + page[start:end].replace(right, wrong) + page[end:]
    problems = []
    for display in scan(copy, "copy.md"):
        try:
            check_display(display, load)
        except EquationError as error:
            problems.append((display, display.describe(error)))
    [(display, message)] = problems
    assert display.label == label
    assert f" {label}: {reason}" in message
    line = int(message.removeprefix("copy.md:").split()[0])
    assert page[:start].count("\n") < line <= page[:end].count("\n") + 1
