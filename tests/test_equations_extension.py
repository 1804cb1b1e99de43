"""The build checks the equations: a mistake fails it with page, line, label and reason; the index shows the rest."""

import re
from io import StringIO

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils
from test_eqcheck_kinds import DISPLAYS, REMADE

RIGHT = r"\delta_j^{(l)} = f^{(l)\prime}(z_j^{(l)}) \sum_k w_{jk}^{(l+1)} \delta_k^{(l+1)}"
PAGE = rf"""% eqcheck: environment=mlp_single

# A chapter

```{{math}}
:label: eq-chapter-recursion
{RIGHT}
```

Words.

% eqcheck: skip: a picture in symbols
```{{math}}
\text{{error}} \leftarrow \text{{loss}}
```

## More

```{{math}}
:label: eq-chapter-definition
\delta_j^{{(l)}} := \frac{{\partial E}}{{\partial z_j^{{(l)}}}}, \quad y_j = a_j^{{(L)}}
```
"""
INDEX = "# Book\n\n```{toctree}\nchapter\nappendix/equations\n```\n"
EQUATIONS = "# All equations\n\n```{equation-index}\n```\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


def build(folder, page, cache, *, equations=EQUATIONS):
    source = folder / "book"
    (source / "appendix").mkdir(parents=True, exist_ok=True)
    (source / "index.md").write_text(INDEX, "utf-8")
    (source / "chapter.md").write_text(page, "utf-8")
    (source / "appendix" / "equations.md").write_text(equations, "utf-8")
    warnings = StringIO()
    settings = {
        "extensions": ["myst_parser", "sphinx.ext.mathjax", "_ext.equations"],
        "equations_cache": str(cache),
        "html_theme": "basic",
        "myst_enable_extensions": ["amsmath", "attrs_inline", "deflist", "dollarmath"],
        "myst_dmath_double_inline": True,
    }
    out = folder / "out"
    with patch_docutils(source), docutils_namespace():
        app = Sphinx(source, None, out, folder / "doctrees", "html", settings, status=None, warning=warnings)
        app.build()
    return re.sub(r"\x1b\[[0-9;]*m", "", warnings.getvalue()), out


def test_a_right_page_builds_without_a_word(tmp_path, cache):
    warnings, out = build(tmp_path, PAGE, cache)
    assert warnings == ""
    chapter = (out / "chapter.html").read_text("utf-8")
    # Three equalities hold, and one is shown but skipped.
    assert "3 of the 4 equalities of this page were checked" in chapter
    assert 'href="appendix/equations.html"' in chapter
    index = (out / "appendix" / "equations.html").read_text("utf-8")
    assert 'href="../chapter.html#equation-eq-chapter-recursion"' in index
    assert 'id="equation-eq-chapter-recursion"' in chapter
    assert 'id="entry-eq-chapter-recursion"' in index
    assert "test_equation_holds[eq-chapter-recursion]" in index
    assert 'href="environments.html#environment-mlp-' in index
    assert "mutants refused" in index
    assert "not checked: a picture in symbols" in index
    assert r"\delta_j^{(l)} := " in index
    assert "2 equations with 3 equalities" in index


def test_the_index_follows_a_change_of_another_page(tmp_path, cache):
    build(tmp_path, PAGE, cache)
    _, out = build(tmp_path, PAGE.replace("eq-chapter-definition", "eq-chapter-renamed"), cache)
    assert "eq-chapter-renamed" in (out / "appendix" / "equations.html").read_text("utf-8")


def test_a_book_without_equations_builds(tmp_path, cache):
    warnings, out = build(tmp_path, "# A chapter\n\nWords.\n", cache)
    assert warnings == ""
    assert "0 equations" in (out / "appendix" / "equations.html").read_text("utf-8")


MISTAKES = {
    "a false equation": (
        (r"\sum_k w_{jk}^{(l+1)} \delta_k^{(l+1)}", r"\sum_k w_{jk}^{(l+1)} \delta_k^{(l+1)} z_j^{(l)}"),
        r"chapter\.md:7: WARNING: chapter\.md:7 eq-chapter-recursion: false: l=\d, j=\d: left \S+, right \S+ \(column",
    ),
    "a wrong index": (
        (r"w_{jk}^{(l+1)}", r"w_{kj}^{(l+1)}"),
        r"chapter\.md:7 eq-chapter-recursion: index: [jk] runs over different ranges",
    ),
    "no label": (
        (":label: eq-chapter-definition\n", ""),
        r"chapter\.md:20 display without label: name: the display needs a label",
    ),
    "a label twice": (
        ("eq-chapter-definition", "eq-chapter-recursion"),
        r"chapter\.md:21 eq-chapter-recursion: name: another display has this label",
    ),
    "a label of another form": (
        ("eq-chapter-definition", "chapter_definition"),
        r"chapter\.md:21 chapter_definition: name: a label must read eq-page-name",
    ),
    "an unknown environment": (
        ("environment=mlp_single", "environment=moon"),
        r"chapter\.md:7 eq-chapter-recursion: name: the environment moon cannot be loaded: environment must be one of",
    ),
    "no environment": (
        ("% eqcheck: environment=mlp_single\n", ""),
        r"eq-chapter-recursion: name: no environment: the page needs a comment",
    ),
    "a skip without reason": (
        ("skip: a picture in symbols", "skip:"),
        r"chapter\.md:12: WARNING: parse: chapter\.md:12: skip needs a reason",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_warning_with_its_place(tmp_path, cache, mistake):
    (right, wrong), expected = MISTAKES[mistake]
    assert right in PAGE
    warnings, _ = build(tmp_path, PAGE.replace(right, wrong), cache)
    assert re.search(expected, warnings)


def test_a_mistake_that_the_check_would_not_notice_is_a_warning(tmp_path, cache):
    # The derivative by a bias is 1: without it the formula still holds, and no list of survivors says so.
    weak = r"\delta_j^{(l)} = \delta_j^{(l)} \frac{\partial z_j^{(l)}}{\partial b_j^{(l)}}"
    warnings, _ = build(tmp_path, PAGE.replace(RIGHT, weak), cache)
    assert "eq-chapter-recursion: this mistake would pass: " in warnings


def test_a_page_that_was_wrong_is_reported_again_in_the_next_build(tmp_path, cache):
    wrong = PAGE.replace(":= ", ":= -")
    first, _ = build(tmp_path, wrong, cache)
    second, _ = build(tmp_path, wrong, cache)
    assert "false" in first
    assert "false" in second


PLACES = {
    "in a sentence": "thus $$ 1 = 2 $$ follows",
    "in a quotation": "> $$ 3 = 4 $$",
    "in a list": "- $$ 5 = 6 $$",
    "in a definition": "A word\n: $$ 7 = 8 $$",
    "in reStructuredText": "```{eval-rst}\n.. math::\n\n   9 = 10\n```",
    "in a table": "| a |\n|---|\n| $$ 11 = 12 $$ |",
    "as a block in a quotation": "> ```{math}\n> 13 = 14\n> ```",
    "as a block in a list": "- ```{math}\n  15 = 16\n  ```",
    "as a block in a box": "````{note}\n> $$ 17 = 18 $$\n````",
    "in a footnote": "Word.[^1]\n\n[^1]: $$ 19 = 20 $$",
    "once more where it cannot be seen": f"- $$ {RIGHT} $$",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_display_fails_the_build_wherever_it_stands(tmp_path, cache, place):
    warnings, _ = build(tmp_path, f"{PAGE}\n{PLACES[place]}\n", cache)
    assert re.search(r"chapter\.md(:\d+)?: WARNING: .*(is not checked|needs a label)", warnings)


@pytest.mark.parametrize("mistake", REMADE)
def test_a_mistake_of_published_texts_fails_the_build_alone(tmp_path, cache, mistake):
    label, right, wrong, reason = REMADE[mistake]
    [display] = [display for display in DISPLAYS if display.label == label]
    page = f"% eqcheck: environment={display.environment}\n\n# A chapter\n\n```{{math}}\n:label: {label}\n{{}}\n```\n"
    warnings, _ = build(tmp_path, page.replace("{}", display.latex), cache)
    assert warnings == "" or all("this mistake would pass" in line for line in warnings.splitlines())
    warnings, _ = build(tmp_path, page.replace("{}", display.latex.replace(right, wrong)), cache)
    assert re.search(rf"chapter\.md:\d+: WARNING: chapter\.md:\d+ {label}: {reason}", warnings)
