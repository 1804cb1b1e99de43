"""The figures hold what they were given, are legible in both modes, and leave nothing behind."""

import gc
import re
import runpy
import subprocess
import sys
import weakref
from contextlib import contextmanager
from functools import cache
from itertools import combinations
from typing import NamedTuple
from unittest import mock
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import nnbook as nn
from nnbook import plotting
from nnbook.plotting import edge_labels, look
from nnbook.plotting.look import INK, PALETTE, WIDTH

RNG = np.random.default_rng(0)
SVG = "{http://www.w3.org/2000/svg}"
WHITE, DARK = "#ffffff", "#121212"  # the grounds of the theme's two modes
SMALL_NETWORK = nn.Network.create([2, 3, 2], hidden=nn.sigmoid, output=nn.sigmoid, rng=1)
SPIRAL = nn.make_spiral(20, rng=2)
HISTORY = nn.History(
    loss=[1.0, 0.5, 0.2], penalty=[0.1, 0.2, 0.2], validation_loss=[1.1, 0.7, 0.6], validation_accuracy=[0.3, 0.8, 0.9]
)
STEPS = np.logspace(-12, 0, 25)
NODES = {"x": "x", "w": "w", "m": "x · w", "b": "b", "z": "+", "y": "σ"}
EDGES = [("x", "m"), ("w", "m"), ("m", "z"), ("b", "z"), ("z", "y")]


def cubic(w):
    return w**3 / 3 - w


def slope(w):
    return w**2 - 1


def bowl(w):
    return 0.5 * (w[0] ** 2 + 4 * w[1] ** 2)


# Every function with ordinary data; each takes ``ax``.
FIGURES = {
    "network_diagram": lambda **k: plotting.network_diagram(
        SMALL_NETWORK, values=[np.ones(2), -np.ones(3), np.zeros(2)], weights=True, biases=True, **k
    ),
    "large network_diagram": lambda **k: plotting.network_diagram([64, 32, 10], **k),
    "deep network_diagram": lambda **k: plotting.network_diagram(
        [3, 4, 4, 3, 2], highlight=[(0, 0, 1), (1, 1, 2)], **k
    ),
    "weights only": lambda **k: plotting.network_diagram(SMALL_NETWORK, weights=True, **k),
    "function_graph": lambda **k: plotting.function_graph(cubic, (-2, 2), derivative=slope, tangents=[-1, 0.5], **k),
    "learning_curves": lambda **k: plotting.learning_curves(HISTORY, **k),
    "accuracy": lambda **k: plotting.learning_curves(HISTORY, quantity="accuracy", **k),
    "error_curve": lambda **k: plotting.error_curve(
        STEPS, {"forward": STEPS + 1e-16 / STEPS, "complex": 0 * STEPS}, **k
    ),
    "descent_path": lambda **k: plotting.descent_path(cubic, [0, 0.5, 0.8], **k),
    "descent_on_contours": lambda **k: plotting.descent_on_contours(bowl, [[1, 1], [0.5, 0]], (-2, 2), (-2, 2), **k),
    "cobweb": lambda **k: plotting.cobweb(lambda w: w - 0.3 * slope(w), 0.0, 8, **k),
    "basin_picture": lambda **k: plotting.basin_picture(
        lambda w, rate: w - rate * slope(w), np.linspace(-1.5, 3, 30), np.linspace(0.1, 2, 30), iterations=50, **k
    ),
    "digit_grid": lambda **k: plotting.digit_grid(nn.load_digits().inputs[:12], [f"{i} → {i}" for i in range(12)], **k),
    "confusion_matrix": lambda **k: plotting.confusion_matrix(
        np.diag(range(100, 110)) + np.eye(10, k=1, dtype=int), **k
    ),
    "decision_regions": lambda **k: plotting.decision_regions(
        lambda X: (X[:, 0] > 0).astype(int) * 2, SPIRAL, class_names=["first", "second", "third"], resolution=40, **k
    ),
    "computational_graph": lambda **k: plotting.computational_graph(
        NODES, EDGES, values=dict.fromkeys(NODES, -1.0), gradients=dict.fromkeys(NODES, 0.25), **k
    ),
    "edge labels": lambda **k: plotting.computational_graph(
        list("xuvy"),
        [("x", "u"), ("x", "v"), ("u", "y"), ("v", "y")],
        edge_labels={("x", "u"): "2x", ("x", "v"): "cos x", ("u", "y"): "v", ("v", "y"): "u"},
        **k,
    ),
    "distributions_by_layer": lambda **k: plotting.distributions_by_layer(
        [RNG.normal(size=(40, 5)) for _ in range(4)], **k
    ),
    "error_signal_map": lambda **k: plotting.error_signal_map(RNG.normal(size=(6, 9)) * 0.01, **k),
}
every_figure = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.xdist_group(f"figure {name}")) for name in FIGURES]
)
ALT = 'Less <, "more" & all.'
ODD_SETTINGS = {"font.size": 3, "text.color": "red", "svg.fonttype": "path", "font.family": "serif"}


@contextmanager
def recorded_texts():
    """Collect each text that really appears when a figure is drawn, with its box in pixels."""
    seen = {}

    def draw(text, renderer, *args, **kwargs):
        if text.get_text().strip() and text.get_visible():
            seen[text] = text.get_window_extent(renderer)
        original(text, renderer, *args, **kwargs)

    original = Text.draw
    with mock.patch.object(Text, "draw", draw):
        yield seen


def drawn_texts(figure):
    with recorded_texts() as seen:
        FigureCanvasAgg(figure).draw()
    return list(seen.items())


def build(name, **arguments):
    """Draw a figure, from the same random numbers each time."""
    with mock.patch.object(sys.modules[__name__], "RNG", np.random.default_rng(5)):
        return FIGURES[name](**arguments)


class Drawing(NamedTuple):
    """A figure that was drawn once, for all questions that do not change it."""

    figure: Figure
    texts: list  # as they appear in pixels, with their boxes
    written: list[str]  # as they were written into the picture, line by line
    svg: str
    untouched: bool  # whether the global settings were the same afterwards


@cache
def drawn(name):
    """Draw a figure under settings that no reader would choose, so that what they change is seen."""
    with mpl.rc_context(ODD_SETTINGS):
        before = dict(mpl.rcParams)
        ax = build(name)
        with recorded_texts() as written:
            picture = plotting.show(ax, alt=ALT)
        untouched = dict(mpl.rcParams) == before
    lines = [line for text in written for line in text.get_text().split("\n")]
    return Drawing(ax.figure, drawn_texts(ax.figure), lines, picture.svg, untouched)


def texts_of(ax):
    return [text.get_text() for text in ax.texts]


def by_gid(artists, start):
    return {artist.get_gid(): artist for artist in artists if (artist.get_gid() or "").startswith(start)}


# Colors: the definitions are those of WCAG 2.2, "relative luminance" and "contrast ratio"


def linear(color):
    channels = np.array(to_rgb(color))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(first, second):
    low, high = sorted(linear(color) @ [0.2126, 0.7152, 0.0722] for color in (first, second))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_definition():
    assert contrast("#000000", "#ffffff") == pytest.approx(21, rel=1e-12)  # the largest there is, by definition
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known gray that just fails


@pytest.mark.parametrize("color", PALETTE)
@pytest.mark.parametrize("ground", [WHITE, DARK, "#000000"])
def test_colors_of_the_palette_are_legible_on_light_and_dark(color, ground):
    assert contrast(color, ground) >= 3


def test_ink_is_the_gray_with_the_best_contrast_on_both_grounds():
    grays = ["#" + f"{level:02x}" * 3 for level in range(256)]
    worst = {gray: min(contrast(gray, WHITE), contrast(gray, DARK)) for gray in grays}
    best = max(worst, key=worst.get)
    assert worst[INK] >= worst[best] - 0.02
    assert worst[INK] > 4.25
    assert worst[best] < 4.5  # so that 4.5 : 1 on both is out of reach, and `show` takes the color of the text instead


# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009),
# table 1, severity 1.0.
DEFICIENCIES = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "none": np.eye(3),
}


def lab(rgb):
    """CIELAB of linear sRGB with the white point D65."""
    matrix = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    x, y, z = (
        np.cbrt(t) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
        for t in np.array(matrix) @ rgb / [0.95047, 1, 1.08883]
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_colors_of_the_palette_differ_for_color_blind_readers(deficiency):
    seen = [lab(np.clip(np.array(DEFICIENCIES[deficiency]) @ linear(color), 0, 1)) for color in PALETTE]
    # A difference of 2.3 is just noticeable; ours are at least seven times that.
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 16


# What holds for every figure


@every_figure
def test_every_text_is_large_enough_on_a_phone_and_in_ink(name):
    drawing = drawn(name)
    assert drawing.texts
    pixels_per_point = 350 / (72 * drawing.figure.get_size_inches()[0])
    for text, _ in drawing.texts:
        assert text.get_fontsize() * pixels_per_point >= 9, text
        assert to_hex(text.get_color()) == INK, text


@every_figure
def test_texts_neither_overlap_nor_leave_the_figure(name):
    drawing = drawn(name)
    whole = drawing.figure.bbox
    for text, box in drawing.texts:
        assert whole.x0 - 1 <= box.x0 < box.x1 <= whole.x1 + 1, text
        assert whole.y0 - 1 <= box.y0 < box.y1 <= whole.y1 + 1, text
    for (first, a), (second, b) in combinations(drawing.texts, 2):
        wide, high = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= 0.5 or high <= 0.5, (first, second)


@every_figure
def test_figures_are_transparent_and_of_the_standard_width(name):
    figure = drawn(name).figure
    assert figure.get_facecolor()[3] == 0
    assert all(ax.get_facecolor()[3] == 0 for ax in figure.axes)
    assert figure.get_size_inches()[0] == WIDTH


@every_figure
def test_figures_draw_on_the_axes_they_are_given(name):
    _, right = plotting.panels(1, 2, height=3)
    assert build(name, ax=right) is right


@every_figure
def test_axes_of_another_kind_are_refused(name):
    with pytest.raises(TypeError, match=r"^ax must be of type Axes, got an object of type Figure$"):
        build(name, ax=Figure())


@every_figure
def test_no_global_setting_is_changed(name):
    assert drawn(name).untouched


@every_figure
def test_pictures_are_the_same_bytes_each_time_under_other_settings_and_are_freed(name):
    ax = build(name)
    assert plotting.show(ax, alt=ALT).svg == drawn(name).svg
    figure = weakref.ref(ax.figure)
    del ax
    gc.collect()
    assert figure() is None


@every_figure
def test_pictures_are_small_well_formed_and_named(name):
    svg = drawn(name).svg
    root = ET.fromstring(svg)
    assert len(svg) < 40_000
    assert root.get("role") == "img"
    assert root.get("aria-label") == ALT
    assert root.get("class") == "nnbook-figure"
    assert root.get("width") == "576"
    assert "max-width: 100%" in root.get("style")
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"style", "metadata", "script", "title"}  # a style would hold for the whole page
    named = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(named) == len(set(named))
    referred = set(re.findall(r"""(?:url\(|href=")#([\w-]+)""", svg))
    assert referred == set(named)


@every_figure
def test_pictures_hold_their_text_as_text_in_the_color_of_the_page(name):
    drawing = drawn(name)
    root = ET.fromstring(drawing.svg)
    shown = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert shown
    assert sorted(shown) == sorted(drawing.written)
    assert INK not in drawing.svg
    assert "currentColor" in drawing.svg


# The picture


def test_names_inside_two_pictures_do_not_clash():
    figures = [plotting.function_graph(np.square, (-1, 1)), plotting.function_graph(np.cos, (-1, 1))]
    first, second = (set(re.findall(r'id="([^"]+)"', plotting.show(figure, alt="a").svg)) for figure in figures)
    assert first
    assert not first & second


def test_picture_displays_itself_as_html_and_as_its_alternative():
    picture = plotting.show(plotting.panel().figure, alt=" Two\n lines. ")
    assert picture._repr_mimebundle_(include=None, exclude=None) == {
        "text/html": picture.svg,
        "text/plain": "Picture: Two lines.",
    }
    assert picture.alt == "Two lines."
    assert 'aria-label="Two lines."' in picture.svg


def test_picture_is_saved_as_a_file_that_stands_alone(tmp_path):
    picture = plotting.show(plotting.digit_grid(np.eye(4)), alt="Ümlaut")
    picture.save(tmp_path / "a.svg")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label") == "Ümlaut"


def test_mathematical_text_stays_text():
    ax = plotting.panel()
    with plotting.style():
        ax.set_title("$W^{(1)} x$ & more")
    root = ET.fromstring(plotting.show(ax, alt="a").svg)
    text = next(element for element in root.iter(f"{SVG}text") if len(element))
    assert text.text is None
    assert sorted(re.sub(r"\s", "", "".join(text.itertext()))) == sorted("W(1)x&more")


@pytest.mark.parametrize(
    ("drawing", "alt", "error", "message"),
    [
        (None, "a", TypeError, "^drawing must be of type Axes or Figure, got None$"),
        (plotting.panel, 3, TypeError, "^alt must be of type str, got 3$"),
        (plotting.panel, "", ValueError, "^alt must say what is to be seen, got ''$"),
        (plotting.panel, " \n", ValueError, r"^alt must say what is to be seen, got ' \\n'$"),
    ],
)
def test_picture_without_an_alternative_is_refused(drawing, alt, error, message):
    with pytest.raises(error, match=message):
        plotting.show(drawing and drawing(), alt=alt)


def test_panel_without_a_figure_is_refused():
    ax = plotting.panel()
    ax.remove()
    with pytest.raises(TypeError, match=r"^the figure of drawing must be of type Figure, got None$"):
        plotting.show(ax, alt="a")


def test_figure_made_with_pyplot_style_by_the_reader_can_be_shown():
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    assert plotting.show(figure, alt="a").svg.startswith("<svg ")


# Importing


MISSING = "nnbook.plotting needs matplotlib, which could not be imported: pip install 'nnbook[plot]'"


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


def test_the_library_does_not_import_matplotlib_and_the_figures_do_not_import_pyplot():
    program = """
import sys, nnbook
print("matplotlib" in sys.modules)
import nnbook.plotting
print("matplotlib.pyplot" in sys.modules)
"""
    assert run(program).stdout == "False\nFalse\n"


def test_missing_matplotlib_says_how_to_install_it():
    done = run("import sys; sys.modules['matplotlib'] = None; import nnbook; import nnbook.plotting")
    assert done.returncode == 1
    assert done.stderr.endswith(f"ImportError: {MISSING}\n")


def test_missing_matplotlib_is_an_import_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=re.escape(MISSING)):
        runpy.run_path(plotting.__file__)


def test_pictures_are_the_same_in_another_process():
    program = """
from nnbook import plotting
print(plotting.show(plotting.network_diagram([2, 3, 2], highlight=[(0, 0, 0), (1, 0, 1)]), alt="a").svg)
"""
    here = plotting.show(plotting.network_diagram([2, 3, 2], highlight=[(1, 0, 1), (0, 0, 0)]), alt="a").svg
    assert run(program).stdout == here + "\n"


# Panels


def test_panels_stand_row_by_row():
    axes = plotting.panels(2, 3, height=4, width=5)
    assert len(axes) == 6
    assert {ax.figure for ax in axes} == {axes[0].figure}
    drawn_texts(axes[0].figure)
    centers = np.array([ax.get_position().get_points().mean(axis=0) for ax in axes]).reshape(2, 3, 2)
    assert (np.diff(centers[..., 0], axis=1) > 0.2).all()
    assert (np.diff(centers[..., 1], axis=0) < -0.2).all()
    np.testing.assert_allclose(axes[0].figure.get_size_inches(), (5, 4), rtol=1e-15)


def test_style_holds_inside_the_context_only():
    before = mpl.rcParams["text.color"]
    with plotting.style():
        assert mpl.rcParams["text.color"] == INK
    assert mpl.rcParams["text.color"] == before


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.25, 2, "−0.25"), (1, 2, "1.00"), (-0.001, 2, "0.00"), (12.3456, 3, "12.346"), (-7, 0, "−7")],
)
def test_numbers_are_written_with_a_true_minus_sign_and_no_negative_zero(value, decimals, text):
    assert look.number(value, decimals) == text


def test_indices_and_powers_are_written_at_full_size():
    assert look.subscript(1203) == "₁₂₀₃"
    assert look.exponent(-16) == "10⁻¹⁶"


def test_tint_is_one_color_with_the_strength_as_opacity():
    image = look.tint(np.array([[0.0, 0.5]]), "#0072b2")
    np.testing.assert_allclose(image[0, 1], [0, 0x72 / 255, 0xB2 / 255, 0.5], rtol=1e-15)
    np.testing.assert_allclose(image[..., 3], [[0, 0.5]], rtol=1e-15)


def test_signed_tint_is_blue_above_and_vermilion_below_zero_and_stops_at_the_limit():
    image = look.signed_tint(np.array([2.0, -1.0, 0.0, -9.0]), 2.0)
    assert [to_hex(pixel[:3]) for pixel in image] == [
        plotting.BLUE,
        plotting.VERMILION,
        plotting.BLUE,
        plotting.VERMILION,
    ]
    np.testing.assert_allclose(image[:, 3], [1, 0.5, 0, 1], rtol=1e-15)


# Labels on edges

points = hnp.arrays(float, (5, 2), elements=st.floats(-3, 3))


@given(points, points, hnp.arrays(float, 2, elements=st.floats(-2, 2)))
@settings(deadline=None)
def test_part_inside_a_box_agrees_with_dense_sampling(starts, ends, center):
    box = edge_labels.boxes_around(center, np.array([1.0372, 0.6143]))
    found = edge_labels.inside(starts, ends, box)
    fractions = np.linspace(0, 1, 2001)
    way = starts[:, None] + fractions[:, None] * (ends - starts)[:, None]
    within = ((way >= box[:2]) & (way <= box[2:])).all(axis=2).mean(axis=1)
    np.testing.assert_allclose(found[:, 1] - found[:, 0], within, rtol=0, atol=2e-3)


def test_gap_is_cut_out_of_the_edge():
    # The box reaches from 0.4 to 0.6 on an edge from 0 to 1.
    box = np.array([[0.4, -1.0, 0.6, 1.0]])
    path = edge_labels.with_gaps(np.array([0.0, 0.0]), np.array([1.0, 0.0]), box)
    np.testing.assert_allclose(path[:, 0], [0, 0.4, np.nan, 0.6, 1], rtol=1e-12)


def test_overlapping_gaps_are_joined_and_boxes_beside_the_edge_ignored():
    boxes = np.array(
        [
            [0.55, -1, 0.7, 1],
            [0.4, -1, 0.6, 1],
            [0.45, -1, 0.5, 1],
            [0.65, -1, 0.68, 1],
            [0.1, 2, 0.3, 3],
            [-1, -1, 0.1, 1],
        ]
    )
    path = edge_labels.with_gaps(np.array([0.0, 0.0]), np.array([1.0, 0.0]), boxes)
    np.testing.assert_allclose(path[:, 0], [0.1, 0.4, np.nan, 0.7, 1], rtol=1e-12)


def test_labels_keep_away_from_the_point_where_edges_cross():
    starts, ends = np.array([[0.0, 0], [0, 2]]), np.array([[2.0, 2], [2, 0]])
    sizes = np.full((2, 2), 0.4)
    spots = edge_labels.place_labels(starts, ends, sizes, np.empty((0, 4)))
    for label, other in ((0, 1), (1, 0)):
        box = edge_labels.boxes_around(spots[label], sizes[label])
        entry, leave = edge_labels.inside(starts[[other]], ends[[other]], box)[0]
        assert entry == leave
    taken = np.array(
        [[0.0, 0.0, 2.0, 0.9], [0.0, 1.4, 2.0, 2.0]]
    )  # leaves only a band between the crossing and the top
    spots = edge_labels.place_labels(starts, ends, sizes, taken)
    assert ((spots[:, 1] > 0.9) & (spots[:, 1] < 1.4)).all()


@pytest.mark.parametrize("sizes", [[2, 3, 2], [3, 2, 1], [3, 3], [2, 4, 2], [1, 3, 1], [4, 3]])
def test_labels_of_edges_overlap_neither_each_other_nor_the_units(sizes):
    network = nn.Network.create(sizes, hidden=nn.tanh, output=nn.identity, rng=1)
    ax = plotting.network_diagram(network, values=network.forward(np.ones((1, sizes[0]))), weights=True, biases=True)
    boxes = [box for text, box in drawn_texts(ax.figure)]
    for a, b in combinations(boxes, 2):
        assert min(a.x1, b.x1) <= max(a.x0, b.x0) or min(a.y1, b.y1) <= max(a.y0, b.y0)
    circles = [circle.get_window_extent() for circle in ax.patches]
    for box in (box for text, box in drawn_texts(ax.figure) if re.fullmatch(r"−?\d\.\d\d", text.get_text())):
        touched = [
            c for c in circles if min(box.x1, c.x1) > max(box.x0, c.x0) and min(box.y1, c.y1) > max(box.y0, c.y0)
        ]
        inside = [c for c in touched if c.x0 <= box.x0 and box.x1 <= c.x1 and c.y0 <= box.y0 and box.y1 <= c.y1]
        assert touched == inside  # the value of a unit stands inside its circle; a weight touches none


def test_labels_are_placed_even_if_the_search_is_cut_short(monkeypatch):
    monkeypatch.setattr(edge_labels, "_SWEEPS", 0)
    starts, ends = np.array([[0.0, 0], [0, 1]]), np.array([[1.0, 0], [1, 1]])
    spots = edge_labels.place_labels(starts, ends, np.full((2, 2), 0.2), np.empty((0, 4)))
    np.testing.assert_allclose(spots, [[0.5, 0], [0.5, 1]], rtol=1e-12)  # nothing in the way: the middle


def test_no_edge_runs_through_a_label():
    ax = plotting.network_diagram(SMALL_NETWORK, weights=True)
    texts = [np.array(text.get_position()) for text in ax.texts if re.fullmatch(r"−?\d\.\d\d", text.get_text())]
    assert len(texts) == 12
    for line in ax.lines:
        x, y = line.get_xydata().T
        for start in range(len(x) - 1):
            part = np.linspace((x[start], y[start]), (x[start + 1], y[start + 1]), 500)
            for at in texts:
                assert not (np.abs(part - at) < [0.15, 0.07]).all(axis=1).any()


# Network diagram


def test_diagram_has_one_circle_a_unit_and_one_line_a_weight():
    ax = plotting.network_diagram([2, 3, 2])
    assert set(by_gid(ax.patches, "unit")) == {
        f"unit-{layer}-{i}" for layer, d in enumerate([2, 3, 2]) for i in range(d)
    }
    assert set(by_gid(ax.lines, "edge")) == {f"edge-0-{i}-{j}" for i in range(2) for j in range(3)} | {
        f"edge-1-{i}-{j}" for i in range(3) for j in range(2)
    }
    assert texts_of(ax)[:7] == ["x₁", "x₂", "a₁", "a₂", "a₃", "y₁", "y₂"]
    assert texts_of(ax)[7:] == ["input\n2 units", "hidden\n3 units", "output\n2 units"]


def test_layers_stand_in_columns_centered_on_one_line_with_the_first_unit_on_top():
    ax = plotting.network_diagram([2, 3, 1])
    units = {name: np.array(circle.center) for name, circle in by_gid(ax.patches, "unit").items()}
    assert units["unit-0-0"][0] == units["unit-0-1"][0] < units["unit-1-0"][0] < units["unit-2-0"][0]
    assert units["unit-0-0"][1] > units["unit-0-1"][1]
    np.testing.assert_allclose((units["unit-0-0"] + units["unit-0-1"])[1] / 2, units["unit-1-1"][1], rtol=1e-12)
    np.testing.assert_allclose(units["unit-2-0"][1], units["unit-1-1"][1], rtol=1e-12)


def test_edges_run_from_circle_to_circle():
    ax = plotting.network_diagram([1, 2])
    circles, lines = by_gid(ax.patches, "unit"), by_gid(ax.lines, "edge")
    for j in range(2):
        ends = lines[f"edge-0-0-{j}"].get_xydata()
        for end, name in zip(ends[[0, -1]], ["unit-0-0", f"unit-1-{j}"]):
            distance = np.linalg.norm(end - circles[name].center)
            np.testing.assert_allclose(distance, circles[name].radius, rtol=1e-9)


def test_diagram_prints_the_numbers_it_is_given():
    weights = [np.array([[0.125, -2.0]])]
    ax = plotting.network_diagram(
        [1, 2], values=[[1.5], [-3.0, 0.0]], weights=weights, biases=[[0.25, -0.75]], decimals=3
    )
    numbers = ["1.500", "−3.000", "0.000", "0.125", "−2.000", "b = 0.250", "b = −0.750"]
    assert sorted(texts_of(ax)) == sorted([*numbers, "x₁", "y₁", "y₂", "input\n1 unit", "output\n2 units"])


@pytest.mark.parametrize("shape", [(2, 3), (2, 2)])  # in a square matrix, rows and columns are easily exchanged
def test_each_weight_stands_on_its_own_edge(shape):
    weights = [np.arange(float(np.prod(shape))).reshape(shape)]
    ax = plotting.network_diagram(shape, weights=weights)
    circles = by_gid(ax.patches, "unit")
    spots = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    for (i, j), weight in np.ndenumerate(weights[0]):
        start, end = np.array(circles[f"unit-0-{i}"].center), np.array(circles[f"unit-1-{j}"].center)
        to_label, along = spots[f"{weight:.2f}"] - start, (end - start) / np.linalg.norm(end - start)
        assert abs(to_label[0] * along[1] - to_label[1] * along[0]) < 1e-9
        assert 0.3 < to_label @ along < np.linalg.norm(end - start) - 0.3


def test_color_and_width_of_an_edge_say_sign_and_size_of_its_weight():
    ax = plotting.network_diagram([1, 3], weights=[[[4.0, -2.0, 0.0]]])
    lines = by_gid(ax.lines, "edge")
    assert [lines[f"edge-0-0-{j}"].get_color() for j in range(3)] == [plotting.BLUE, plotting.VERMILION, plotting.BLUE]
    widths = [lines[f"edge-0-0-{j}"].get_linewidth() for j in range(3)]
    np.testing.assert_allclose(widths, [2.75, 1.875, 1.0], rtol=1e-12)


def test_weights_that_are_all_zero_are_drawn_thin():
    ax = plotting.network_diagram([1, 2], weights=[np.zeros((1, 2))])
    assert {line.get_linewidth() for line in ax.lines} == {1.0}


def test_network_brings_its_own_weights_biases_and_names_of_activations():
    ax = plotting.network_diagram(SMALL_NETWORK, weights=True, biases=True)
    layers = SMALL_NETWORK.layers
    numbers = [f"{w:z.2f}".replace("-", "−") for layer in layers for w in layer.W.ravel()]
    biases = ["b = " + f"{b:z.2f}".replace("-", "−") for layer in layers for b in layer.b]
    names = ["x₁", "x₂", "a₁", "a₂", "a₃", "y₁", "y₂"]
    titles = ["input\n2 units", "hidden\n3 units\nsigmoid", "output\n2 units\nsigmoid"]
    assert sorted(texts_of(ax)) == sorted([*numbers, *biases, *names, *titles])


def test_forward_pass_of_one_example_stands_for_its_activations():
    step = SMALL_NETWORK.forward([[0.5, -1.0]])
    ax = plotting.network_diagram(SMALL_NETWORK, values=step)
    wanted = [0.5, -1.0, *step.layers[0].A[0], *step.layers[1].A[0]]
    shown = [text for text in texts_of(ax) if re.fullmatch(r"−?\d\.\d\d", text)]
    assert shown == [f"{value:.2f}".replace("-", "−") for value in wanted]


def test_wide_layers_show_their_ends_and_an_ellipsis():
    ax = plotting.network_diagram([64, 32, 10])
    names = set(by_gid(ax.patches, "unit"))
    assert {name for name in names if name.startswith("unit-0")} == {f"unit-0-{i}" for i in (0, 1, 2, 62, 63)}
    assert {name for name in names if name.startswith("unit-2")} == {f"unit-2-{i}" for i in (0, 1, 2, 8, 9)}
    assert texts_of(ax).count("⋮") == 3
    assert "x₆₄" in texts_of(ax)
    assert "input\n64 units" in texts_of(ax)
    assert len(ax.lines) == 50


@pytest.mark.parametrize(
    ("size", "most", "shown"),
    [(6, 6, [0, 1, 2, 3, 4, 5]), (7, 6, [0, 1, 2, None, 5, 6]), (9, 3, [0, None, 8]), (9, 4, [0, 1, None, 8])],
)
def test_number_of_rows_never_exceeds_max_units(size, most, shown):
    ax = plotting.network_diagram([size, 1], max_units=most)
    units = [int(name.split("-")[2]) for name in by_gid(ax.patches, "unit-0")]
    assert units == [unit for unit in shown if unit is not None]
    assert texts_of(ax).count("⋮") == shown.count(None)


def test_highlighted_edges_stand_out_and_the_others_step_back():
    ax = plotting.network_diagram([2, 2], highlight=[[0, 1, 0]])
    lines = by_gid(ax.lines, "edge")
    strong = lines.pop("edge-0-1-0")
    assert (strong.get_alpha(), strong.get_color(), strong.get_linewidth()) == (1, plotting.VERMILION, 2.5)
    assert {line.get_alpha() for line in lines.values()} == {0.3}


def test_names_and_titles_can_be_chosen_or_left_out():
    ax = plotting.network_diagram([1, 1], names=[["p"], ["q"]], titles=["left", "right"])
    assert texts_of(ax) == ["p", "q", "left", "right"]
    assert texts_of(plotting.network_diagram([1, 1], names=[["p"], ["q"]], titles=[])) == ["p", "q"]


def test_hidden_layers_are_counted_where_there_are_several():
    assert texts_of(plotting.network_diagram([1, 1, 1, 1]))[-4:] == [
        "input\n1 unit", "hidden 1\n1 unit", "hidden 2\n1 unit", "output\n1 unit",
    ]  # fmt: skip


def test_circles_grow_with_what_stands_in_them():
    narrow, wide = (plotting.network_diagram([1, 1], values=[[v], [v]]).patches[0].radius for v in (0.1, -12345.0))
    assert wide > 1.5 * narrow


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"network": [3]}, ValueError, "^network must be at least two layer sizes"),
        ({"network": [3, 0]}, ValueError, r"^network\[1\] must be at least 1, got 0$"),
        ({"values": [[1, 2]]}, ValueError, "^values must be a list of 2 arrays, got 1$"),
        ({"values": 3.0}, ValueError, "^values must be a list of 2 arrays, got 3.0$"),
        ({"values": "ab"}, ValueError, "^values must be a list of 2 arrays, got 2$"),
        ({"values": [[1, 2], [1, 2]]}, ValueError, r"^values\[1\] must have shape \(3,\), got \(2,\)$"),
        ({"values": [[1, np.nan], [1, 2, 3]]}, ValueError, r"^values\[0\] must be finite"),
        ({"weights": True}, ValueError, "^weights must be given as arrays where network is a list of sizes, got True$"),
        ({"weights": [np.ones((3, 2))]}, ValueError, r"^weights\[0\] must have shape \(2, 3\), got \(3, 2\)$"),
        ({"biases": [[1, 2]]}, ValueError, r"^biases\[0\] must have shape \(3,\), got \(2,\)$"),
        ({"names": [["a", "b"], ["c"]]}, ValueError, r"^names must have lengths \[2, 3\], got \[2, 1\]$"),
        ({"titles": ["a"]}, ValueError, "^titles must have length 2 or 0, got 1$"),
        (
            {"highlight": [(0, 0, 3)]},
            ValueError,
            r"^highlight must hold edges \(layer, i, j\) that are shown, got \(0, 0, 3\)$",
        ),
        ({"max_units": 2}, ValueError, "^max_units must be at least 3, got 2$"),
        ({"decimals": -1}, ValueError, "^decimals must be at least 0, got -1$"),
        (
            {"values": SMALL_NETWORK.forward(np.ones((2, 2)))},
            ValueError,
            "^values must be the forward pass of one example, got 2 examples$",
        ),
    ],
)
def test_network_diagram_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.network_diagram(**{"network": [2, 3], **arguments})


# Curves


def test_graph_passes_through_the_values_of_its_function():
    ax = plotting.function_graph(np.square, (-1, 3), derivative=lambda z: 2 * z, labels=("f", "df"), variable="t")
    graph, derivative = ax.lines
    np.testing.assert_allclose(graph.get_ydata(), graph.get_xdata() ** 2, rtol=1e-15)
    np.testing.assert_allclose(derivative.get_ydata(), 2 * derivative.get_xdata(), rtol=1e-15)
    assert (graph.get_xdata()[0], graph.get_xdata()[-1]) == ax.get_xlim() == (-1, 3)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["f", "df"]
    assert ax.get_xlabel() == "t"


def test_tangent_touches_with_the_slope_of_the_derivative():
    ax = plotting.function_graph(np.square, (-1, 3), derivative=lambda z: 2 * z, tangents=[0.5, 2])
    for line, point in zip(ax.lines[2:], [0.5, 2], strict=True):
        x, y = line.get_xydata().T
        assert x[1] == point
        np.testing.assert_allclose(y[1], point**2, rtol=1e-15)
        np.testing.assert_allclose(np.diff(y) / np.diff(x), 2 * point, rtol=1e-12)


def test_graph_of_a_constant_has_a_tangent():
    ax = plotting.function_graph(np.zeros_like, (0, 1), derivative=np.zeros_like, tangents=[0.5])
    assert np.ptp(ax.lines[2].get_xdata()) > 0.1


def test_graph_without_derivative_has_no_key():
    ax = plotting.function_graph(np.square, (0, 1))
    assert len(ax.lines) == 1
    assert ax.get_legend() is None


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"function": 3}, TypeError, "^function must be a function, got 3$"),
        ({"function": np.sum}, ValueError, r"^function\(x\) must have the shape of x, \(401,\), got \(\)$"),
        ({"function": lambda z: z * np.nan}, ValueError, r"^function\(x\) must be finite"),
        ({"derivative": 3}, TypeError, "^derivative must be a function, got 3$"),
        ({"interval": (1, 1)}, ValueError, r"^interval must be two increasing numbers, got \(1, 1\)$"),
        ({"interval": (1, 2, 3)}, ValueError, r"^interval must be two increasing numbers, got \(1, 2, 3\)$"),
        ({"tangents": [0]}, ValueError, "^tangents must come with derivative, got derivative=None$"),
    ],
)
def test_function_graph_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.function_graph(**{"function": np.square, "interval": (-1, 1), **arguments})


def test_learning_curves_are_the_records_over_the_epochs():
    ax = plotting.learning_curves(HISTORY)
    curves = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_allclose(curves["training"], [[1, 1.0], [2, 0.5], [3, 0.2]], rtol=1e-15)
    np.testing.assert_allclose(curves["validation"], [[1, 1.1], [2, 0.7], [3, 0.6]], rtol=1e-15)
    np.testing.assert_allclose(curves["penalty"], [[1, 0.1], [2, 0.2], [3, 0.2]], rtol=1e-15)
    assert ax.get_yscale() == "log"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    accuracy = plotting.learning_curves(HISTORY, quantity="accuracy")
    assert [line.get_label() for line in accuracy.lines] == ["validation"]
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), [0.3, 0.8, 0.9], rtol=1e-15)
    assert accuracy.get_yscale() == "linear"


def test_loss_that_reaches_zero_gets_a_linear_axis():
    assert plotting.learning_curves(nn.History(loss=[1.0, 0.0])).get_yscale() == "linear"


def test_single_epoch_is_a_dot():
    assert plotting.learning_curves(nn.History(loss=[1.0])).lines[0].get_marker() == "o"


def test_logarithmic_axis_is_labeled_at_ones_twos_and_fives():
    texts = [text.get_text() for text, _ in drawn_texts(plotting.learning_curves(HISTORY).figure)]
    assert {"0.1", "0.2", "0.5", "1"} <= set(texts)
    assert not {"0.3", "0.4", "0.6"} & set(texts)


@pytest.mark.parametrize(
    ("history", "quantity", "error", "message"),
    [
        ({"loss": [1.0]}, "loss", TypeError, "^history must be of type History, got an object of type dict$"),
        (
            nn.History(),
            "loss",
            ValueError,
            r"^history must have records of the loss, got History\(0 epochs, finished\)$",
        ),
        (nn.History(loss=[1.0]), "accuracy", ValueError, "^history must have records of the accuracy, got History"),
        (nn.History(loss=[1.0]), "speed", ValueError, "^quantity must be 'loss' or 'accuracy', got 'speed'$"),
    ],
)
def test_learning_curves_refuse_what_does_not_fit(history, quantity, error, message):
    with pytest.raises(error, match=message):
        plotting.learning_curves(history, quantity=quantity)


def test_error_curve_is_logarithmic_and_marks_the_least_error():
    ax = plotting.error_curve([1e-3, 1e-2, 1e-1], {"a": [3e-6, 2e-8, 1e-4], "b": [0.0, 1e-20, 1e-3]}, floor=1e-12)
    a, b = ax.lines
    np.testing.assert_allclose(a.get_xydata(), [[1e-3, 3e-6], [1e-2, 2e-8], [1e-1, 1e-4]], rtol=1e-15)
    np.testing.assert_allclose(b.get_ydata(), [1e-12, 1e-12, 1e-3], rtol=1e-15)
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    np.testing.assert_allclose(ax.collections[0].get_offsets(), [[1e-2, 2e-8]], rtol=1e-15)
    np.testing.assert_allclose(ax.collections[1].get_offsets(), [[1e-3, 1e-12]], rtol=1e-15)
    assert "10⁻¹⁰" in [text.get_text() for text, _ in drawn_texts(ax.figure)]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"steps": [0.0, 1.0]},
            ValueError,
            r"^steps must be at least two positive numbers, got shape \(2,\) with smallest 0$",
        ),
        (
            {"steps": []},
            ValueError,
            r"^steps must be at least two positive numbers, got shape \(0,\) with smallest inf$",
        ),
        ({"errors": {}}, ValueError, "^errors must map one to 4 names to arrays, got an object of type dict$"),
        ({"errors": [1.0, 2.0]}, ValueError, "^errors must map one to 4 names to arrays, got an object of type list$"),
        (
            {"errors": {"a": [1.0]}},
            ValueError,
            r"^errors\['a'\] must be 2 numbers ≥ 0, got shape \(1,\) with smallest 1$",
        ),
        (
            {"errors": {"a": [1.0, -1]}},
            ValueError,
            r"^errors\['a'\] must be 2 numbers ≥ 0, got shape \(2,\) with smallest -1$",
        ),
        ({"floor": 0.0}, ValueError, "^floor must be finite and greater than 0, got 0.0$"),
    ],
)
def test_error_curve_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.error_curve(**{"steps": [0.1, 1.0], "errors": {"a": [1.0, 2.0]}, **arguments})


# Descent


def test_descent_path_lies_on_the_graph():
    path = nn.gradient_descent(cubic, slope, 0.0, learning_rate=0.3, steps=4)
    ax = plotting.descent_path(cubic, path)
    np.testing.assert_allclose(ax.lines[1].get_xdata(), path.points, rtol=1e-15)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), path.values, rtol=1e-12)
    np.testing.assert_allclose(ax.collections[0].get_offsets(), [[0, 0]], rtol=1e-15)
    assert ax.get_xlim()[0] < path.points.min() < path.points.max() < ax.get_xlim()[1]
    assert plotting.descent_path(cubic, path, interval=(-2, 2)).get_xlim() == (-2, 2)


def test_path_of_one_point_has_room_around_it():
    assert plotting.descent_path(cubic, [0.5]).get_xlim() == (-0.5, 1.5)


@pytest.mark.parametrize("path", [[[1.0]], [], 1.0])
def test_descent_path_refuses_a_path_of_another_shape(path):
    with pytest.raises(ValueError, match=r"^path must have shape \(steps \+ 1,\), got"):
        plotting.descent_path(cubic, path)


def test_contours_are_those_of_the_function_and_the_path_lies_on_them():
    path = nn.gradient_descent(bowl, lambda w: w * [1, 4], [1.5, 1.0], learning_rate=0.1, steps=3)
    ax = plotting.descent_on_contours(bowl, path, (-2, 2), (-1.5, 1.5), levels=6)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), path.points, rtol=1e-15)
    contours = ax.collections[0]
    assert len(contours.levels) == 6
    for level, lines in zip(contours.levels, contours.get_paths(), strict=True):
        heights = [bowl(vertex) for vertex in lines.vertices]
        # Between the points of an 81 × 81 grid, the height is interpolated.
        np.testing.assert_allclose(heights, level, rtol=0.02, atol=0.002)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1.5, 1.5))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"path": [1.0, 2.0]}, ValueError, r"^path must have shape \(steps \+ 1, 2\), got \(2,\)$"),
        ({"path": np.empty((0, 2))}, ValueError, r"^path must have shape \(steps \+ 1, 2\), got \(0, 2\)$"),
        ({"function": 3}, TypeError, "^function must be a function, got 3$"),
        ({"function": lambda w: w}, ValueError, r"^function\(w\) must be one number, got shape \(2,\)$"),
        ({"x_interval": (1, 0)}, ValueError, "^x_interval must be two increasing numbers"),
        ({"y_interval": (1, 0)}, ValueError, "^y_interval must be two increasing numbers"),
        ({"levels": 0}, ValueError, "^levels must be at least 1, got 0$"),
    ],
)
def test_descent_on_contours_refuses_what_does_not_fit(arguments, error, message):
    defaults = {"function": bowl, "path": [[1.0, 1.0]], "x_interval": (-2, 2), "y_interval": (-2, 2)}
    with pytest.raises(error, match=message):
        plotting.descent_on_contours(**{**defaults, **arguments})


def test_cobweb_goes_between_graph_and_diagonal():
    ax = plotting.cobweb(lambda w: 1 - w / 2, 0.0, 3, interval=(-1, 2))
    graph, diagonal, web = ax.lines
    np.testing.assert_allclose(graph.get_ydata(), 1 - graph.get_xdata() / 2, rtol=1e-12)
    np.testing.assert_allclose(diagonal.get_xydata(), [[-1, -1], [2, 2]], rtol=1e-15)
    # By hand: 0 → 1 → 0.5 → 0.75.
    wanted = [[0, 0], [0, 1], [1, 1], [1, 0.5], [0.5, 0.5], [0.5, 0.75], [0.75, 0.75]]
    np.testing.assert_allclose(web.get_xydata(), wanted, rtol=1e-15)
    assert ax.get_xlim() == ax.get_ylim() == (-1, 2)


def test_cobweb_shows_the_whole_iteration_by_default():
    ax = plotting.cobweb(lambda w: 2 * w, 1.0, 3)
    np.testing.assert_allclose(ax.get_xlim(), (1 - 0.15 * 7, 8 + 0.15 * 7), rtol=1e-12)
    np.testing.assert_allclose(plotting.cobweb(lambda w: w, 1.0, 3).get_xlim(), (0, 2), rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"start": "0"}, TypeError, "^start must be a real number, got '0'$"),
        ({"steps": 0}, ValueError, "^steps must be at least 1, got 0$"),
        ({"update": lambda w: w * np.inf}, ValueError, r"^update\(x\) must be finite"),
        ({"interval": (2, 1)}, ValueError, "^interval must be two increasing numbers"),
    ],
)
def test_cobweb_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.cobweb(**{"update": np.cos, "start": 1.0, "steps": 3, **arguments})


def test_fates_of_descent_on_the_cubic_are_those_worked_out():
    # f(w) = w³/3 − w. From 0: 0 < η < 1 settles; at 1.2 there is a 2-cycle; at 1.6 it escapes. −1 stays.
    # Below −1 it runs away, and so it does above 1 + 1/η, where the first step leads below −1.
    found = plotting.fates(lambda w, rate: w - rate * slope(w), [-1.1, -1.0, 0.0, 2.2], [0.5, 0.9, 1.2, 1.6])
    np.testing.assert_array_equal(found, [[2, 2, 2, 2], [0, 0, 0, 0], [0, 0, 1, 2], [0, 2, 2, 2]])


def test_fates_do_not_overflow_and_see_nan_and_a_far_start_as_running_away():
    assert plotting.fates(lambda w, rate: w**9, [0.5, 1e2, 2e3], [1.0]).tolist() == [[0], [2], [2]]
    assert plotting.fates(lambda w, rate: w * np.nan, [0.5], [1.0]).tolist() == [[2]]


def test_fates_keep_to_iterations_escape_and_tolerance():
    halving = lambda w, rate: w / 2  # noqa: E731
    assert plotting.fates(halving, [1.0], [1.0], iterations=3, tolerance=0.124).tolist() == [[1]]
    assert plotting.fates(halving, [1.0], [1.0], iterations=3, tolerance=0.125).tolist() == [[0]]
    assert plotting.fates(halving, [1.0], [1.0], escape=0.9).tolist() == [[2]]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"starts": []}, ValueError, r"^starts must be a row of numbers, got shape \(0,\)$"),
        ({"step_sizes": [[1.0]]}, ValueError, r"^step_sizes must be a row of numbers, got shape \(1, 1\)$"),
        (
            {"update": lambda w, rate: 1.0},
            ValueError,
            r"^update\(w, step_size\) must have the shape of w, \(2, 3\), got \(\)$",
        ),
        ({"iterations": 0}, ValueError, "^iterations must be at least 1, got 0$"),
        ({"escape": 0}, ValueError, "^escape must be finite and greater than 0, got 0.0$"),
        ({"tolerance": -1}, ValueError, "^tolerance must be finite and greater than 0, got -1.0$"),
    ],
)
def test_fates_refuse_what_does_not_fit(arguments, error, message):
    defaults = {"update": lambda w, rate: w, "starts": [0.0, 1.0], "step_sizes": [1.0, 2.0, 3.0]}
    with pytest.raises(error, match=message):
        plotting.fates(**{**defaults, **arguments})


def test_basin_picture_has_a_pixel_for_each_start_and_step_size():
    update = lambda w, rate: w - rate * 2 * w  # noqa: E731 - on the square: settles below 1, flips at 1, escapes above
    ax = plotting.basin_picture(update, [1.0, 2.0, 3.0], [0.5, 1.0, 1.5, 2.0])
    image = ax.images[0]
    pixels = np.asarray(image.get_array())
    assert pixels.shape == (3, 4, 4)
    for row in pixels:
        np.testing.assert_allclose(row[:, 3], [0.75, 0, 0.75, 0.75], rtol=1e-15)
        assert [to_hex(pixel[:3]) for pixel in row[[0, 2]]] == [plotting.BLUE, plotting.VERMILION]
    np.testing.assert_allclose(image.get_extent(), (0.25, 2.25, 0.5, 3.5), rtol=1e-15)
    assert image.origin == "lower"
    keys = ax.get_legend()
    assert [text.get_text() for text in keys.get_texts()] == ["settles", "stays bounded", "runs away"]
    fills = [patch.get_facecolor() for patch in keys.get_patches()]
    np.testing.assert_allclose(fills, pixels[0, :3], rtol=1e-15)


@pytest.mark.parametrize(
    ("starts", "step_sizes", "name"),
    [([1.0], [1.0, 2.0], "starts"), ([1.0, 1.0], [1.0, 2.0], "starts"), ([0.0, 1.0], [2.0, 1.0], "step_sizes")],
)
def test_basin_picture_refuses_axes_that_do_not_increase(starts, step_sizes, name):
    with pytest.raises(ValueError, match=f"^{name} must be at least two increasing numbers, got shape"):
        plotting.basin_picture(lambda w, rate: w, starts, step_sizes)


# Images


def test_digits_stand_in_rows_with_their_titles_above():
    images = np.arange(5 * 4, dtype=float).reshape(5, 4)
    ax = plotting.digit_grid(images, list("abcde"), columns=3)
    assert [text.get_text() for text in ax.texts] == list("abcde")
    extents = np.array([image.get_extent() for image in ax.images])
    centers = np.stack([extents[:, :2].mean(axis=1), extents[:, 2:].mean(axis=1)], axis=1)
    np.testing.assert_allclose(centers[:3, 1], centers[0, 1], rtol=1e-12)
    assert (np.diff(centers[:3, 0]) > 0).all()
    assert centers[3, 1] < centers[0, 1]
    np.testing.assert_allclose(centers[3:, 0], centers[:2, 0], rtol=1e-12)
    for text, extent in zip(ax.texts, extents):
        assert text.get_position()[1] > extent[3]
    for image, pixels in zip(ax.images, images):
        np.testing.assert_allclose(np.asarray(image.get_array())[..., 3], pixels.reshape(2, 2) / 19, rtol=1e-15)


def test_blank_images_and_images_of_any_shape_can_be_drawn():
    assert len(plotting.digit_grid(np.zeros((2, 3, 5))).images) == 2
    extent = plotting.digit_grid(np.ones((1, 2, 4))).images[0].get_extent()
    np.testing.assert_allclose((extent[1] - extent[0]) / (extent[3] - extent[2]), 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"images": np.ones((2, 5))},
            r"^images must have shape \(n, height, width\) or \(n, side · side\), got \(2, 5\)$",
        ),
        ({"images": np.ones(4)}, r"^images must have shape .*, got \(4,\)$"),
        ({"images": np.ones((0, 2, 2))}, r"^images must have shape .*, got \(0, 2, 2\)$"),
        ({"images": -np.ones((1, 4))}, "^images must be at least 0, got -1$"),
        ({"titles": ["a"]}, "^titles must have one entry per image, 2, got 1$"),
        ({"columns": 0}, "^columns must be at least 1, got 0$"),
    ],
)
def test_digit_grid_refuses_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.digit_grid(**{"images": np.ones((2, 4)), **arguments})


def test_confusion_matrix_prints_its_counts_in_their_cells():
    matrix = np.array([[8, 2, 0], [0, 6, 1], [0, 0, 4]])
    ax = plotting.confusion_matrix(matrix, ["a", "b", "c"])
    shown = {text.get_position()[::-1]: text.get_text() for text in ax.texts}
    assert shown == {(row, column): str(matrix[row, column]) for row, column in np.argwhere(matrix)}
    pixels = np.asarray(ax.images[0].get_array())
    # Hits relative to the most frequent hit, mistakes to the most frequent mistake; half opaque at most.
    np.testing.assert_allclose(pixels[..., 3], [[0.5, 0.5, 0], [0, 0.375, 0.25], [0, 0, 0.25]], rtol=1e-15)
    assert to_hex(pixels[0, 0, :3]) == plotting.BLUE
    assert to_hex(pixels[0, 1, :3]) == plotting.VERMILION
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b", "c"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first class is on top


def test_confusion_matrix_of_the_library_can_be_drawn_with_one_class_or_without_hits():
    assert texts_of(plotting.confusion_matrix([[3]])) == ["3"]
    assert texts_of(plotting.confusion_matrix([[0, 2], [0, 0]])) == ["2"]


@pytest.mark.parametrize(
    ("matrix", "names", "message"),
    [
        ([[1, 2]], None, r"^matrix must be counts of shape \(c, c\), got shape \(1, 2\) with 1 … 2$"),
        ([[1, -2], [0, 1]], None, r"^matrix must be counts of shape \(c, c\), got shape \(2, 2\) with -2 … 1$"),
        ([[0.5]], None, r"^matrix must be counts of shape \(c, c\), got shape \(1, 1\) with 0.5 … 0.5$"),
        ([[1]], ["a", "b"], "^class_names must have 1 entries, got 2$"),
    ],
)
def test_confusion_matrix_refuses_what_does_not_fit(matrix, names, message):
    with pytest.raises(ValueError, match=message):
        plotting.confusion_matrix(matrix, names)


def test_regions_show_the_prediction_at_each_point():
    ax = plotting.decision_regions(lambda X: (X[:, 0] > X[:, 1]).astype(int), SPIRAL, resolution=30)
    image = ax.images[0]
    pixels = np.asarray(image.get_array())
    left, right, bottom, top = image.get_extent()
    x, y = np.meshgrid(np.linspace(left, right, 30), np.linspace(bottom, top, 30))
    blue = np.array([[to_hex(pixel[:3]) == plotting.BLUE for pixel in row] for row in pixels])
    np.testing.assert_array_equal(blue, x <= y)
    assert image.origin == "lower"
    assert left < SPIRAL.inputs[:, 0].min() < SPIRAL.inputs[:, 0].max() < right
    assert bottom < SPIRAL.inputs[:, 1].min() < SPIRAL.inputs[:, 1].max() < top


def test_examples_of_each_class_have_a_color_and_a_marker_of_their_own():
    ax = plotting.decision_regions(
        lambda X: np.zeros(len(X), dtype=int), SPIRAL, resolution=2, class_names=["a", "b", "c"]
    )
    for label, points in enumerate(ax.collections):
        np.testing.assert_array_equal(points.get_offsets(), SPIRAL.inputs[SPIRAL.labels == label])
        assert to_hex(points.get_facecolor()[0]) == PALETTE[label]
    assert len({points.get_paths()[0].vertices.tobytes() for points in ax.collections}) == 3
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]


def test_network_is_asked_for_its_classes():
    network = nn.Network.create([2, 3], hidden=nn.tanh, output=nn.softmax, rng=0)
    shown = plotting.decision_regions(network, SPIRAL, resolution=20).images[0].get_array()
    wanted = plotting.decision_regions(network.predict_classes, SPIRAL, resolution=20).images[0].get_array()
    np.testing.assert_array_equal(shown, wanted)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"dataset": [[1.0, 2.0]]}, TypeError, "^dataset must be of type Dataset, got an object of type list$"),
        (
            {"dataset": nn.Dataset([[1.0]], [[1.0]], [0])},
            ValueError,
            r"^dataset.inputs must have shape \(n, 2\), got \(1, 1\)$",
        ),
        ({"dataset": nn.Dataset([[1.0, 2.0]], [[1.0]])}, (TypeError, ValueError), r"^dataset\.labels must"),
        (
            {"dataset": nn.Dataset([[1.0, 2.0]], [[1.0]], [4])},
            ValueError,
            "^dataset.labels must be class indices 0 … 3, got 4",
        ),
        ({"predictor": 3}, TypeError, "^predictor must be a network or a function, got 3$"),
        (
            {"predictor": lambda X: np.ones(3, int)},
            ValueError,
            r"^the prediction must have shape \(100,\), got \(3,\)$",
        ),
        ({"predictor": lambda X: X}, (TypeError, ValueError), r"^the prediction must"),
        ({"predictor": lambda X: np.full(len(X), 4)}, ValueError, "^the prediction must be class indices 0 … 3, got 4"),
        ({"class_names": ["a"]}, ValueError, "^class_names must have 3 entries, got 1$"),
        ({"resolution": 1}, ValueError, "^resolution must be at least 2, got 1$"),
    ],
)
def test_decision_regions_refuse_what_does_not_fit(arguments, error, message):
    defaults = {"predictor": lambda X: np.zeros(len(X), dtype=int), "dataset": SPIRAL, "resolution": 10}
    with pytest.raises(error, match=message):
        plotting.decision_regions(**{**defaults, **arguments})


# Inside a network


def test_each_layer_has_its_histogram_and_its_mean():
    layers = [np.array([[0.0, 0.0], [0.0, 4.0]]), np.array([2.0, 3.0])]
    ax = plotting.distributions_by_layer(layers, names=["first", "second"], label="z", bins=4)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["first", "second"]
    assert ax.get_ylabel() == "z"
    # Bins of width 1 from 0 to 4. First layer: 3, 0, 0, 1 numbers; second: 0, 0, 1, 1. The fullest is 2 · 0.42 wide.
    for place, (shape, counts) in enumerate(zip(ax.collections, ([3, 0, 0, 1], [0, 0, 1, 1]), strict=True), start=1):
        vertices = shape.get_paths()[0].vertices
        for low, count in enumerate(counts):
            inner = vertices[np.isclose(vertices[:, 1], low) | np.isclose(vertices[:, 1], low + 1)]
            assert np.isclose(np.abs(inner[:, 0] - place), 0.42 * count / max(counts)).sum() >= 4
        np.testing.assert_allclose(np.abs(vertices[:, 0] - place).max(), 0.42, rtol=1e-12)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 1.0, rtol=1e-15)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), 2.5, rtol=1e-15)


def test_layers_are_numbered_from_one():
    ax = plotting.distributions_by_layer([np.zeros(3), np.ones(2)])
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1", "2"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"values": []}, "^values must be a list of arrays, got an object of type list$"),
        ({"values": "ab"}, "^values must be a list of arrays, got 'ab'$"),
        ({"values": 3}, "^values must be a list of arrays, got 3$"),
        ({"values": [[1.0], []]}, r"^values\[1\] must hold at least one number, got none$"),
        ({"values": [[np.inf]]}, r"^values\[0\] must be finite"),
        ({"names": ["a", "b"]}, "^names must have 1 entries, got 2$"),
        ({"bins": 0}, "^bins must be at least 1, got 0$"),
    ],
)
def test_distributions_refuse_what_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        plotting.distributions_by_layer(**{"values": [[1.0]], **arguments})


def test_error_signals_are_drawn_by_sign_and_size_with_a_scale():
    ax = plotting.error_signal_map([[0.25, -0.5], [0.0, 0.125]], labels=("column", "row"))
    pixels = np.asarray(ax.images[0].get_array())
    np.testing.assert_allclose(pixels[..., 3], [[0.5, 1], [0, 0.25]], rtol=1e-15)
    assert to_hex(pixels[0, 0, :3]) == plotting.BLUE
    assert to_hex(pixels[0, 1, :3]) == plotting.VERMILION
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("column", "row")
    texts = [text.get_text() for text, _ in drawn_texts(ax.figure)]
    assert {"0.50", "0", "−0.50"} <= set(texts)
    scale = np.asarray(ax.child_axes[0].images[0].get_array())[:, 0]
    assert to_hex(scale[0, :3]) == plotting.BLUE
    np.testing.assert_allclose(scale[[0, 50, 100], 3], [1, 0, 1], rtol=1e-15)


@pytest.mark.parametrize(
    ("limit", "text"), [(1.0, "1.0"), (20.0, "20"), (0.0391, "0.039"), (0.000125, "1.2 · 10⁻⁴"), (3e5, "3.0 · 10⁵")]
)
def test_scale_says_how_large_full_strength_is(limit, text):
    ax = plotting.error_signal_map([[1.0]], limit=limit)
    texts = [text.get_text() for text, _ in drawn_texts(ax.figure)]
    assert {text, "−" + text} <= set(texts)


def test_error_signals_that_are_all_zero_can_be_drawn():
    assert np.asarray(plotting.error_signal_map(np.zeros((2, 2))).images[0].get_array())[..., 3].max() == 0


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"delta": [1.0]}, ValueError, r"^delta must have shape \(n, d\), got \(1,\)$"),
        ({"delta": [[np.nan]]}, ValueError, "^delta must be finite"),
        ({"limit": 0}, ValueError, "^limit must be finite and greater than 0, got 0.0$"),
        ({"limit": "1"}, TypeError, "^limit must be a real number, got '1'$"),
    ],
)
def test_error_signal_map_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.error_signal_map(**{"delta": [[1.0]], **arguments})


# Computational graph


def test_graph_has_a_box_a_node_and_an_arrow_an_edge():
    ax = plotting.computational_graph(NODES, EDGES)
    assert set(by_gid(ax.patches, "node")) == {f"node-{name}" for name in NODES}
    assert set(by_gid(ax.lines, "edge")) == {f"edge-{a}-{b}" for a, b in EDGES}
    assert texts_of(ax) == list(NODES.values())


def test_arrows_go_to_the_right_and_inputs_stand_just_left_of_their_use():
    ax = plotting.computational_graph(NODES, EDGES)
    at = {text.get_text(): np.array(text.get_position()) for text in ax.texts}
    at = {name: at[label] for name, label in NODES.items()}
    for line_name, line in by_gid(ax.lines, "edge").items():
        _, a, b = line_name.split("-")
        assert at[a][0] < at[b][0]
        start, end = line.get_xydata()[[0, -1]]
        assert at[a][0] < start[0] < end[0] < at[b][0]
    np.testing.assert_allclose(at["b"][0], at["m"][0], rtol=1e-12)
    np.testing.assert_allclose(at["x"][0], at["w"][0], rtol=1e-12)


def test_nodes_stand_near_the_rows_of_what_they_need():
    ax = plotting.computational_graph("abpq", [("a", "q"), ("b", "p")])
    row = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert row["a"] == row["q"] > row["b"] == row["p"]  # in the order given, the two arrows would cross


def test_values_stand_above_and_gradients_below():
    ax = plotting.computational_graph(["x", "y"], [("x", "y")], values={"x": 2}, gradients={"x": -0.125}, decimals=3)
    at = {text.get_text(): text.get_position() for text in ax.texts}
    assert set(at) == {"x", "y", "→ 2.000", "← −0.125"}
    assert at["→ 2.000"][0] == at["x"][0] == at["← −0.125"][0]
    assert at["→ 2.000"][1] > at["x"][1] > at["← −0.125"][1]


def test_label_of_an_arrow_stands_on_it():
    ax = plotting.computational_graph("xy", [("x", "y")], edge_labels={("x", "y"): "2x"})
    label = next(text for text in ax.texts if text.get_text() == "2x")
    x, y = by_gid(ax.lines, "edge")["edge-x-y"].get_xydata().T
    assert np.isnan(x).any()  # the arrow makes room for its label
    assert np.nanmin(x) < label.get_position()[0] < np.nanmax(x)
    np.testing.assert_allclose(label.get_position()[1], y[0], rtol=1e-12)


def test_positions_can_be_given():
    positions = {"x": (0, 1), "y": (2, 0), "z": (1, 0)}
    ax = plotting.computational_graph("xyz", [("x", "y")], positions=positions)
    x, y, z = (np.array(text.get_position()) for text in ax.texts)
    np.testing.assert_allclose((x + y)[0] / 2, z[0], rtol=0.05)
    assert y[1] == z[1] > x[1]


def test_single_node_stands_in_the_middle():
    np.testing.assert_allclose(plotting.computational_graph("x", []).texts[0].get_position()[0], WIDTH / 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"nodes": []}, ValueError, r"^nodes must be different names, got \[\]$"),
        ({"nodes": ["x", "x"]}, ValueError, r"^nodes must be different names, got \['x', 'x'\]$"),
        ({"nodes": {"x": 1}}, ValueError, r"^nodes must be different names, got {'x': 1}$"),
        ({"edges": [("x", "q")]}, ValueError, r"^edges must join two of the nodes \['x', 'y'\], got \('x', 'q'\)$"),
        ({"edges": [("x",)]}, ValueError, r"^edges must join two of the nodes \['x', 'y'\], got \('x',\)$"),
        ({"edges": [("x", "y"), ("y", "x")]}, ValueError, "^edges must not form a cycle, got"),
        ({"edges": [("x", "x")]}, ValueError, "^edges must not form a cycle, got"),
        ({"values": {"q": 1.0}}, ValueError, r"^values must belong to the nodes \['x', 'y'\], got 'q'$"),
        ({"values": [1.0, 2.0]}, TypeError, "^values must map nodes to numbers, got an object of type list$"),
        ({"gradients": {"x": "1"}}, TypeError, r"^gradients\['x'\] must be a real number, got '1'$"),
        ({"edge_labels": {("y", "x"): "a"}}, ValueError, r"^edge_labels must belong to edges, got \('y', 'x'\)$"),
        (
            {"positions": {"x": (0, 0)}},
            ValueError,
            r"^positions must be given for the nodes \['x', 'y'\], got \['x'\]$",
        ),
        (
            {"positions": {"x": [0], "y": [1]}},
            ValueError,
            r"^positions must be \(column, row\) for each node, got shape \(2, 1\)$",
        ),
        ({"decimals": -1}, ValueError, "^decimals must be at least 0, got -1$"),
    ],
)
def test_computational_graph_refuses_what_does_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        plotting.computational_graph(**{"nodes": ["x", "y"], "edges": [("x", "y")], **arguments})
