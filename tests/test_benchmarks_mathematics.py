"""The variants of a page that benchmarks/mathematics.py compares."""

import importlib.util
import sys

import pytest
from _ext.mathematics import typeset


@pytest.fixture
def script(root, monkeypatch):
    """Return benchmarks/mathematics.py as a module."""
    spec = importlib.util.spec_from_file_location("mathematics_benchmark", root / "benchmarks" / "mathematics.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page():
    """Return a page with a formula in a line, a displayed one and a number."""
    inline, displayed = typeset("a < b_j", display=False), typeset(r"\frac{c}{d}", display=True)
    return (
        '<head><link rel="stylesheet" href="_static/katex/katex.min.css?v=1" /></head><body><p>'
        f'<span class="math">{inline}</span> and <span>words</span></p>'
        f'<div class="math" id="e">{displayed}<span class="eqno">(1)</span></div></body>'
    )


def test_without_formulas_everything_else_stays(script, page):
    assert script.replace(page, lambda _: "") == (
        '<head></head><body><p><span class="math"></span> and <span>words</span></p>'
        '<div class="math" id="e"><span class="eqno">(1)</span></div></body>'
    )


def test_mathml_is_what_katex_wrote_for_screen_readers(script, page):
    html = script.replace(page, script.mathml, "<style></style>")
    assert html.startswith("<head><style></style></head>")
    assert html.count("<math") == html.count("</math>") == 2
    assert "<mfrac><mi>c</mi><mi>d</mi></mfrac>" in html
    assert "katex" not in html


def test_source_comes_back_in_the_delimiters_of_mathjax(script, page):
    html = script.replace(page, script.latex)
    assert r'<span class="math">\(a &lt; b_j\)</span>' in html
    assert r'<div class="math" id="e">\[\frac{c}{d}\]<span class="eqno">' in html


def test_heaviest_chapter_is_none_of_the_appendix(script, tmp_path):
    link = '<li class="toctree-l1"><a class="reference internal" href="{}">'
    names = ["neurons.html", "losses.html", "appendix/equations.html"]
    (tmp_path / "index.html").write_text("".join(map(link.format, names)), encoding="utf-8")
    (tmp_path / "appendix").mkdir()
    for name, size in zip(names, [10, 20, 30], strict=True):
        (tmp_path / name).write_text("x" * size, encoding="utf-8")
    assert script.heaviest(tmp_path) == "losses.html"


def test_without_a_site_it_says_what_to_do(script, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mathematics.py", "--site", str(tmp_path)])
    assert script.main() == 3
    assert "run 'make html' first" in capsys.readouterr().err
