"""Environments, random samples, tolerances, mutants and pages: what the tables of formulas do not reach."""

import subprocess
import sys

import numpy as np
import pytest
from environments import load, names

from nnbook.eqcheck import (
    AmbiguousError,
    Environment,
    EquationError,
    FalseEquation,
    Graph,
    IndexingError,
    NamingError,
    ParseError,
    ShapeError,
    VacuousError,
    check,
    gate,
    mutants,
)
from nnbook.eqcheck.equivalence import equivalent
from nnbook.eqcheck.pages import Display, check_display, companion_problems, scan


def environment(bind, **settings):
    def build(rng):
        graph = Graph()
        bind(graph, rng)
        return graph

    return Environment("small", build, **settings)


def test_the_library_does_not_import_the_parser():
    code = "import sys, nnbook; assert 'lark' not in sys.modules; import nnbook.eqcheck; assert 'lark' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_eqcheck_imports_nothing_else_of_the_library():
    code = "import sys, nnbook.eqcheck as e, re; from pathlib import Path\n"
    code += "texts = [p.read_text('utf-8') for p in Path(e.__file__).parent.glob('*.py')]\n"
    code += "assert not any(re.search(r'^\\s*(from|import) nnbook(?!\\.eqcheck)', t, re.M) for t in texts)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_environment_needs_a_state():
    with pytest.raises(ValueError, match="states must be at least 1, got 0"):
        Environment("empty", lambda rng: Graph(), states=0)


def test_a_node_needs_its_inputs_and_an_update_its_leaf():
    graph = Graph()
    with pytest.raises(NamingError, match="not bound yet"):
        graph.node("y", lambda x: x, ["x"])
    with pytest.raises(NamingError, match="is updated, but it is not bound"):
        graph.after("w", 1.0)


def test_an_unknown_environment_is_named_with_the_known_ones():
    with pytest.raises(LookupError, match=r"environment must be one of .*mlp_batch.*, got 'moon'"):
        load("moon")


@pytest.mark.parametrize("name", names())
def test_environment_of_the_book_can_be_built(name):
    found = load(name)
    assert len(found.states) >= 1
    for state in found.states:
        assert all(np.isfinite(state.value(key)).all() for key in state.graph.nodes)


def test_approximation_within_the_tolerance_of_the_environment():
    rough = environment(lambda g, rng: (g.leaf("x", 1.0), g.leaf("y", 1.009)), tolerance=0.01)
    check(r"x \approx y", rough)
    with pytest.raises(FalseEquation):
        check(r"x \approx y + 0.01", rough)


def random_values(graph, rng):
    graph.leaf("x", rng.normal(2.0, 1.0, 2000))
    graph.leaf("y", rng.normal(size=(2000, 3)))
    graph.constant("c", 3.0)
    graph.constant("v", [1.0, 2.0, 3.0])


def test_moments_are_compared_within_their_standard_error():
    samples = environment(random_values, states=10, samples=True)
    check(r"\mathbb{E}[x] = 2, \quad \operatorname{Var}[c x] = c^2 \operatorname{Var}[x]", samples)
    check(
        r"\operatorname{Cov}(x, 2 x + y_1) = 2, \quad \mathbb{E}[y \odot y] = \begin{pmatrix} 1 & 1 & 1 \end{pmatrix}",
        samples,
    )
    check(r"x + x = 2 x, \quad \operatorname{Var}[y_i v_i] = v_i^2", samples)
    for wrong, error in [
        (r"\mathbb{E}[x] = 2.1", FalseEquation),
        (r"\mathbb{E}[x] \le 2", VacuousError),
        (r"\mathbb{E}[x y_1] = y_1", VacuousError),
        (r"\operatorname{Cov}(x) = 1", ShapeError),
        (r"\frac{\partial x}{\partial x} = 1", NamingError),
        (r"\mathrm d x = 2 \mathrm d x", NamingError),
    ]:
        with pytest.raises(error):
            check(wrong, samples)
    with pytest.raises(VacuousError, match="at least 8 states"):
        check(r"\mathbb{E}[x] = 2", environment(random_values, states=3, samples=True))


def test_a_large_value_has_no_derivatives():
    large = environment(lambda g, rng: (g.leaf("X", rng.normal(size=(80, 80))), g.node("s", np.sum, ["X"])))
    with pytest.raises(NamingError, match="more than 4096 elements"):
        check(r"\frac{\partial s}{\partial X} = X", large)


def test_long_work_is_cut_off():
    wide = environment(lambda g, rng: g.leaf("x", rng.normal(size=60)), elements={"w": "x"})
    with pytest.raises(IndexingError, match="too many combinations"):
        check("1 = " + " + ".join([r"\sum_i \sum_j \sum_k x_i x_j x_k" + " x_i" * 25] * 8), wide)


def test_a_function_of_the_environment_may_raise_anything():
    def raising(graph, rng):
        graph.leaf("x", 1.0)
        graph.node("y", lambda x: [][0], ["x"])
        graph.function("f", lambda x: {}["no"])

    for latex in ("x = y", "x = f(x)", "x = f'(x)", r"x = \nabla f(x)"):
        with pytest.raises(ShapeError, match="refused its arguments"):
            check(latex, environment(raising))


def test_a_stated_range_has_single_numbers_as_ends():
    small = environment(lambda g, rng: (g.leaf("x", rng.normal(size=3)), g.leaf("y", rng.normal(size=3))))
    with pytest.raises(EquationError):
        check(r"x_i y_j = x_i y_j, \quad i = 1, \dots, 3, \quad j = 1, \dots, i", small)


def test_a_worked_example_may_have_single_values():
    def bind(graph, rng):
        graph.leaf("x", rng.normal(size=(1, 1)))
        graph.node("y", lambda x: 2 * x, ["x"])

    with pytest.raises(VacuousError, match="only one value"):
        check("y_{ij} = 2 x_{ij}", environment(bind))
    check("y_{ij} = 2 x_{ij}, \\quad y_1 = 2 x_1", environment(bind, worked_example=True))


def test_equivalent_formulas_are_recognized_and_others_are_not():
    def bind(graph, rng):
        graph.constant("n", 3)
        graph.leaf("S", rng.normal(size=(3, 3)))
        graph.leaf("T", rng.normal(size=(3, 3)))
        graph.leaf("x", rng.normal(size=3))
        graph.node("E", np.sum, ["S"])

    small = environment(bind)
    for first, second, same in [
        ("x_i x_j = x_j x_i", "x_j x_i = x_i x_j", True),
        (r"\sum_i x_i^2 n = n", r"\sum_j n x_j^2 = n", True),
        (r"\frac{x_i}{n} 2 = 1", r"2 \frac{x_i}{n} = 1", True),
        (r"\frac{\partial E}{\partial S_{ij}} n = 2", r"n \frac{\partial E}{\partial S_{ij}} = 2", True),
        (r"x_i + n = 2", r"n + x_i = 2", True),
        (r"n \sum_i x_i = 2", r"(\sum_i x_i) n = 2", True),
        (r"n i x_i = 2", r"i n x_i = 2", True),
        ("S T = S", "T S = S", False),
        (r"x_i - n = 2", r"n - x_i = 2", False),
        ("x_i = x_i", "x_i = (", False),
    ]:
        assert equivalent(first, second, small) is same, (first, second)


def test_mutants_of_names_with_text_and_stars_and_of_bare_limits():
    found = [mutant.latex for mutant in mutants(r"W_{\text{column}} + w^* = \sum_{i=1}^n x_i < y")]
    assert r"W_{\text{column}} + w^* = \sum_{i=1}^{n-1} x_i < y" in found
    assert r"W_{\text{column}} + w^* = \sum_{i=1}^n x_i > y" in found
    assert all(latex.startswith("W_{\\text{column}}") or "W_" not in latex for latex in found)


def test_a_gate_counts_what_is_refused_equivalent_and_surviving():
    def bind(graph, rng):
        graph.leaf("x", rng.normal(size=3))
        graph.leaf("y", rng.normal(size=3))
        graph.node("s", lambda x, y: x @ y, ["x", "y"])
        graph.leaf("o", 1.0)

    outcome = gate(r"s = \sum_i x_i y_i o", environment(bind))
    # o is 1, so that the formula without it is true, and nothing shows that it is a mistake.
    assert [mutant.what for mutant in outcome.survivors] == ["factor dropped"]
    assert outcome.refused > 5


PAGE = r"""% eqcheck: environment=neurons

# Title

$$
z = x w + b
$$ (eq-neurons-dollars)

$$a = f(z)$$

\begin{align}
a = b
\end{align}

```python
$$ not a display $$
```

````{prf:theorem}
:::{math}
:label: eq-neurons-colons
:nowrap:

z = x w + b
:::
````

% eqcheck: environment=mlp_single companion=eq-neurons-colons
```{math}
z = 1
```
"""


def test_displays_of_all_spellings_are_found_with_their_lines():
    found = scan(PAGE, "page.md")
    assert [(d.line, d.label, d.environment, d.companion) for d in found] == [
        (6, "eq-neurons-dollars", "neurons", ""),
        (9, "", "neurons", ""),
        (11, "", "neurons", ""),
        (24, "eq-neurons-colons", "neurons", ""),
        (30, "", "mlp_single", "eq-neurons-colons"),
    ]
    assert PAGE.split("\n")[23] == found[3].latex == "z = x w + b"


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("```{math}\nx", "page.md:1: the display is never closed"),
        ("$$\nx", "page.md:1: the display is never closed"),
        ("% eqcheck: colour=red\n", "page.md:1: expected environment="),
        ("% eqcheck: skip: reason\n\nWords", "page.md:1: no display follows"),
        ("% eqcheck: environment=a\nWords\n% eqcheck: environment=b\nWords", "page.md:3: the comment for the page"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_with_its_line(page, message):
    with pytest.raises(ParseError, match=message):
        scan(page, "page.md")


def test_code_without_an_end_is_skipped_to_the_end_of_the_page():
    assert scan("```python\n$$ x $$", "page.md") == []


def test_an_error_is_described_with_page_line_label_and_column():
    display = Display("page.md", 10, "q = r\n+ s", "eq-page-sum")
    assert display.describe(NamingError("no", 8)) == "page.md:11 eq-page-sum: name: no (column 3)"
    assert display.describe(NamingError("no")) == "page.md:10 eq-page-sum: name: no"


@pytest.mark.parametrize(
    ("display", "message"),
    [
        (Display("page.md", 1, "a = b"), "the display needs a label"),
        (Display("page.md", 1, "a = b", "eq_page_a"), "a label must read eq-page-name"),
        (Display("page.md", 1, "a = b", "eq-page-a"), "no environment: the page needs a comment"),
        (Display("page.md", 1, "a = b", "eq-page-a", "moon"), "the environment moon cannot be loaded"),
    ],
)
def test_a_display_needs_a_label_and_an_environment(display, message):
    with pytest.raises(NamingError, match=message):
        check_display(display, load)


def test_a_skipped_display_is_not_checked():
    [display] = scan("% eqcheck: skip: a picture in symbols\n```{math}\n\\to\n```\n", "page.md")
    assert check_display(display, load) is None
    with pytest.raises(ParseError, match="skip needs a reason"):
        scan("% eqcheck: skip:\n```{math}\n\\to\n```\n", "page.md")


def test_an_environment_that_cannot_be_built_is_an_error_of_the_display():
    broken = Environment("broken", lambda rng: 1 / 0)
    with pytest.raises(NamingError, match="the environment broken cannot be built: division by zero"):
        check_display(Display("page.md", 1, "a = b", "eq-page-a", "broken"), lambda name: broken)


def test_a_worked_example_needs_a_general_companion():
    small = environment(lambda g, rng: g.leaf("x", 1.0), worked_example=True)
    full = environment(lambda g, rng: g.leaf("x", 1.0))
    table = {"small": small, "full": full}
    lonely = Display("page.md", 1, "x = 1", "eq-page-a", "small")
    with pytest.raises(VacuousError, match="name the general form"):
        check_display(lonely, table.__getitem__)
    example = Display("page.md", 1, "x = 1", "eq-page-a", "small", companion="eq-page-b")
    general = Display("page.md", 2, "x = 1", "eq-page-b", "full")
    assert check_display(example, table.__getitem__).equalities == 1
    assert companion_problems([example, general], table.__getitem__) == []
    for other in (
        Display("page.md", 2, "x = 1", "eq-page-b", "small", companion="eq-page-b"),
        Display("page.md", 2, "x = 1", "eq-page-b", skip="reason"),
    ):
        problems = companion_problems([example, other], table.__getitem__)
        assert "is no general form" in problems[0][1].detail


def test_a_name_and_an_element_of_one_spelling_are_ambiguous_only_if_both_exist():
    both = environment(lambda g, rng: (g.leaf("b", [1.0, 2.0]), g.leaf("b_1", 3.0)), elements={"b": "b"})
    with pytest.raises(AmbiguousError):
        check("b_1 = 3", both)
    check("b_1 = 3", environment(lambda g, rng: g.leaf("b_1", 3.0)))


def test_two_steps_of_one_descent_need_a_curved_function_to_be_told_apart():
    # A derivative that only a second complex step could reach is taken by real steps, and still checked.
    bent = environment(lambda g, rng: (g.leaf("x", rng.uniform(1, 2)), g.function("f", lambda x: x**4)))
    check(r"\frac{\partial}{\partial x} f'(x) = f''(x) = 12 x^2", bent)
    check(r"f'''(x) = 24 x", bent)
    with pytest.raises(FalseEquation):
        check(r"f'''(x) = 24.001 x", bent)
