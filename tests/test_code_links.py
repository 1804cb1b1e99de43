"""Names of the library in code lead to its reference, and only those that are certain. `make html` comes first."""

import html
import re
from pathlib import Path

import pytest
from _ext.code_links import CELL, mark, statements, text_of
from _ext.code_names import Link, Page
from _ext.code_values import Known, Reference

import nnbook

BUILT = Path(__file__).resolve().parent.parent / "build" / "html"
ENTRIES = [
    "nnbook.Dataset",
    "nnbook.Dataset.split",
    "nnbook.DivergenceError",
    "nnbook.ElementwiseActivation",
    "nnbook.ElementwiseActivation.derivative",
    "nnbook.ForwardPass",
    "nnbook.ForwardPass.output",
    "nnbook.GradientReport",
    "nnbook.Gradients",
    "nnbook.LayerGradients",
    "nnbook.Network",
    "nnbook.Network.create",
    "nnbook.Network.copy",
    "nnbook.Network.forward",
    "nnbook.Optimizer",
    "nnbook.Optimizer.update",
    "nnbook.SGD",
    "nnbook.Adam",
    "nnbook.backprop",
    "nnbook.eqcheck.check",
    "nnbook.exercises.Exercise",
    "nnbook.exercises.Exercise.check",
    "nnbook.load_digits",
    "nnbook.plotting",
    "nnbook.plotting.show",
    "nnbook.relu",
    "nnbook.sigmoid",
    "numpy.array",
]
START = "import nnbook as nn\nfrom nnbook.exercises import Exercise\nnet = nn.Network.create([1, 1])\n"


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(ENTRIES)


def found(reference: Reference, *cells: str) -> list[tuple[str, str]]:
    """Return the linked text and the entry of each link of the last cell."""
    page = Page(cells, reference)
    last = len(cells) - 1
    lines = cells[last].split("\n")
    return [
        (lines[link.line - 1][link.start : link.end], link.entry.removeprefix("nnbook."))
        for link in sorted(page.links)
        if link.cell == last
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("nn.backprop(net)", [("nn.backprop", "backprop")]),
        ("nn.Network.create", [("nn.Network.create", "Network.create")]),
        ("é = 'ä'; net.forward(é)", [("forward", "Network.forward")]),
        ("net.forward(1).output", [("forward", "Network.forward"), ("output", "ForwardPass.output")]),
        ("f = net.copy().copy()\nf.forward", [("copy", "Network.copy")] * 2 + [("forward", "Network.forward")]),
        ("nn.sigmoid.derivative(0)", [("nn.sigmoid", "sigmoid"), ("derivative", "ElementwiseActivation.derivative")]),
        ("nn.SGD(1).update", [("nn.SGD", "SGD"), ("update", "Optimizer.update")]),
        ("nn.plotting.show(1)", [("nn.plotting.show", "plotting.show")]),
        ("(\n    nn\n    .backprop\n)", [("backprop", "backprop")]),
        ("Exercise(1).check(1)", [("Exercise", "exercises.Exercise"), ("check", "exercises.Exercise.check")]),
        (
            "a, *b = nn.load_digits().split((1, 1), rng=0)\na.split\nb.split",
            [("nn.load_digits", "load_digits"), ("split", "Dataset.split")],
        ),
        (
            "a, b = nn.load_digits().split((1, 1), rng=0)\na.split",
            [("nn.load_digits", "load_digits"), ("split", "Dataset.split"), ("split", "Dataset.split")],
        ),
        ("for a, n in enumerate([net, net]):\n    n.copy", [("copy", "Network.copy")]),
        ("for n, a in zip((net, net), [1, 2]):\n    n.copy; a.copy", [("copy", "Network.copy")]),
        ("[n.copy() for n in [net]][0].forward", [("copy", "Network.copy"), ("forward", "Network.forward")]),
        ("pair = net, 1\npair[0].copy, pair[1].copy, pair[:1].copy", [("copy", "Network.copy")]),
        ("def make():\n    return nn.SGD(1)\nmake().update", [("nn.SGD", "SGD"), ("update", "Optimizer.update")]),
        ("def f(x):\n    y = net\n    return y.copy(), x.copy()", [("copy", "Network.copy")]),
        ("lambda net: net.copy()", []),
        ("try:\n    pass\nexcept nn.DivergenceError as e:\n    e", [("nn.DivergenceError", "DivergenceError")]),
        ("import nnbook.plotting as p", [("nnbook.plotting", "plotting")]),
        ("import nnbook.plotting\nnnbook.relu", [("nnbook.plotting", "plotting"), ("nnbook.relu", "relu")]),
        (
            "from nnbook.plotting import show, style\nshow(1)",
            [("nnbook.plotting", "plotting"), ("show", "plotting.show"), ("show", "plotting.show")],
        ),
        ("from nnbook import eqcheck\neqcheck.check", [("eqcheck.check", "eqcheck.check")]),
        ("from nnbook.backprop import backprop", [("backprop", "backprop")]),
        ("f = nn.relu\nf(1)", [("nn.relu", "relu")]),
        ("print(f'{net.copy()}')", [("copy", "Network.copy")]),
        ("print(f'copy {1} copy')", []),
    ],
)
def test_name_is_linked_where_it_is_certain(reference, code, expected):
    assert found(reference, START, code) == expected


@pytest.mark.parametrize(
    "change",
    [
        "net = 1",
        "net = nn.SGD(1)",
        "if 1:\n    net = 1",
        "for net in [1, 2]:\n    pass",
        "[net for net in range(3)]",
        "(net := 1)",
        "del net",
        "net += 1",
        "net: int = 1",
        "import numpy as net",
        "from numpy import array as net",
        "from .nnbook import Network as net",
        "from numpy import *",
        "def net():\n    pass",
        "@nn.relu\ndef net():\n    pass",
        "async def net():\n    pass",
        "class net:\n    pass",
        "def f():\n    global net\n    net = 1",
        "with open(1) as net:\n    pass",
        "with open(1) as (net, x):\n    pass",
        "try:\n    pass\nexcept ValueError as net:\n    pass",
        "match 1:\n    case [net, *_]:\n        pass",
        "match 1:\n    case [*net]:\n        pass",
        "match 1:\n    case {1: _, **net}:\n        pass",
        "x, *net = 1, 2",
        "net, x = nn.load_digits()",
    ],
)
def test_variable_that_is_bound_otherwise_anywhere_on_the_page_is_unknown(reference, change):
    links = found(reference, START, change, "net.copy()")
    assert links == []
    assert found(reference, START, "net.copy()") == [("copy", "Network.copy")]


@pytest.mark.parametrize(
    "code",
    [
        "net.unknown.forward",
        "net.layers[0].forward",
        "[net][0:1].copy",
        "x = [net]\nx[0].copy",
        "unknown.forward()",
        "import numpy as np\nnp.array(1)",
        "import nnbook.unknown",
        "def f():\n    yield net\nf().copy",
        "def f():\n    if 1:\n        return net\n    return 1\nf().copy",
        "def f():\n    def net():\n        return 1\n    net.copy",
        "x = (1,)\nx = (x, 1)\nx.copy",
        "(1, *[net]).copy, [1, *[net]][1].copy",
        "for x in zip(*[[net]]):\n    x[0].copy",
        "(net, 1)[5].copy",
        "net[0].copy",
        "1 .copy",
    ],
)
def test_what_is_not_certain_is_not_linked(reference, code):
    assert found(reference, START, code) == []


def test_name_of_a_module_and_of_a_function_that_shadows_it_are_told_apart(reference):
    assert reference.load("nnbook.backprop") is nnbook.backprop
    assert reference.entry(Known(nnbook.backprop)) == "nnbook.backprop"
    assert reference.load("nnbook.unknown.name") is None


HTML = (
    '<span></span><span class="n">a</span> <span class="o">&lt;</span> <span class="n">nn</span>'
    '<span class="o">.</span><span class="n">fit</span>\n<span class="s2">"fit"</span>\n'
)


def test_link_encloses_whole_names_and_leaves_the_text_as_it_is():
    marked = mark(HTML, [Link(0, 1, 4, 10, "nnbook.fit")], "api.html#")
    opening = '<a class="code-link reference internal" href="api.html#nnbook.fit"><span class="n">nn</span>'
    assert f'{opening}<span class="o">.</span><span class="n">fit</span></a>' in marked
    assert text_of(marked) == text_of(HTML)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [(1, 5, 10), (1, 4, 9), (1, 2, 3), (2, 0, 5), (2, 1, 4)],
    ids=["within a name", "up to the middle", "an operator", "a string", "within a string"],
)
def test_nothing_but_names_becomes_a_link(line, start, end):
    assert mark(HTML, [Link(0, line, start, end, "nnbook.fit")], "#") == HTML


def test_examples_lose_their_answers_but_no_lines():
    assert statements(">>> a = 1\n>>> for b in a:\n...     b\n1\n2") == "a = 1\nfor b in a:\n    b\n\n"


def anchors(page: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', (BUILT / page).read_text(encoding="utf-8")))


def links_of(page: str) -> list[tuple[str, str]]:
    """Return address and text of the links in the code of a page of the built site."""
    text = (BUILT / page).read_text(encoding="utf-8")
    links = re.findall(r'<a class="code-link reference internal" href="([^"]+)">(.*?)</a>', text)
    return [(address, text_of(code)) for address, code in links]


@pytest.mark.site
def test_cells_of_the_site_lead_to_entries_that_exist():
    links = {page: links_of(page) for page in ("forward.html", "training.html", "appendix/conventions.html")}
    assert ("appendix/api.html#nnbook.Network.create", "nn.Network.create") in links["forward.html"]
    assert ("appendix/api.html#nnbook.Network.forward", "forward") in links["forward.html"]
    assert ("appendix/api.html#nnbook.fit", "nn.fit") in links["training.html"]
    assert ("appendix/api.html#nnbook.plotting.digit_grid", "plotting.digit_grid") in links["training.html"]
    known = anchors("appendix/api.html")
    for page, found_here in links.items():
        start = "api.html#" if "/" in page else "appendix/api.html#"
        assert len(found_here) > 20
        assert [link for link in found_here if not link[0].startswith(start)] == []
        assert {address.removeprefix(start) for address, _ in found_here} <= known


@pytest.mark.site
def test_links_change_no_code_of_the_site():
    page = (BUILT / "training.html").read_text(encoding="utf-8")
    source = (BUILT.parent.parent / "book" / "training.md").read_text(encoding="utf-8")
    cells = [text_of(found["code"]).strip("\n") for found in CELL.finditer(page)]
    assert len(cells) > 20
    assert [cell for cell in cells if cell not in source] == []


@pytest.mark.site
def test_reference_of_the_site_names_the_pages_that_use_an_entry_and_links_its_examples():
    page = (BUILT / "appendix" / "api.html").read_text(encoding="utf-8")
    entry = page[page.index('id="nnbook.fit"') : page.index('id="nnbook.History"')]
    line = re.search(r'<p class="[^"]*used-in[^"]*">(.*?)</p>', entry, re.DOTALL)
    assert line is not None
    assert '<a class="reference internal" href="../training.html">Training on handwritten digits</a>' in line[1]
    assert ("#nnbook.fit", "nn.fit") in links_of("appendix/api.html")
    lines = [
        html.unescape(re.sub("<[^>]*>", "", text)) for text in re.findall(r'used-in[^"]*">(.*?)</p>', page, re.DOTALL)
    ]
    assert len(lines) > 60
    assert max(map(len, lines)) < 130
