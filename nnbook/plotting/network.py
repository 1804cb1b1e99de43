"""A network as circles and lines, with values on the units and on the edges."""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle

from nnbook._checks import Array, as_count, as_real, as_sizes, describe
from nnbook.network import ForwardPass, Network
from nnbook.plotting.edge_labels import Floats, boxes_around, place_labels, with_gaps
from nnbook.plotting.look import (
    BLUE,
    INK,
    SMALL,
    TEXT,
    THIN,
    VERMILION,
    WIDTH,
    extent,
    number,
    sheet,
    style,
    subscript,
    write,
)

Edge: TypeAlias = tuple[int, int, int]
_LABEL_MARGIN = np.array([0.08, 0.04])  # inches
_MARGIN = 0.62  # inches from the middle of an outer unit to the border


def network_diagram(
    network: Network | Sequence[int],
    *,
    values: ForwardPass | Sequence[Array] | None = None,
    weights: bool | Sequence[Array] = False,
    biases: bool | Sequence[Array] = False,
    names: Sequence[Sequence[str]] | None = None,
    titles: Sequence[str] | None = None,
    highlight: Collection[Edge] = (),
    max_units: int = 6,
    decimals: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """Draw the units of a network as circles and its weights as lines from left to right.

    Parameters
    ----------
    network : Network or sequence of int
        A network, or the widths of its layers from the input to the output.
    values : sequence of arrays of shape (d_l,), or ForwardPass of one example, optional
        One number for each unit, the inputs first: they stand in the circles, and the names above them. A forward pass
        stands for its activations.
    weights : bool or sequence of arrays of shape (d_{l-1}, d_l)
        Numbers that stand on the edges; True takes the weights of ``network``. An edge with a positive number is blue,
        with a negative one vermilion, and the wider the larger the number is.
    biases : bool or sequence of arrays of shape (d_l,)
        Numbers that stand under the units; True takes the biases of ``network``.
    names : sequence of sequences of str, optional
        A name for each unit, the inputs first. Default: x, a and y with the number of the unit.
    titles : sequence of str, optional
        What stands under each layer; an empty sequence leaves that out.
    highlight : collection of (layer, i, j)
        Edges to be drawn strongly while the others step back; ``network.layers[layer].W[i, j]`` is the weight.
    max_units : int
        A layer with more units shows the first and the last ones and an ellipsis.
    decimals : int
        Digits after the decimal point.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Data coordinates are inches. Circles and lines carry ids such as ``unit-1-0`` and ``edge-0-1-2``.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit the sizes of the network.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import network_diagram
    >>> ax = network_diagram([2, 3, 2], values=[np.ones(2), np.zeros(3), np.ones(2)])
    >>> len(ax.patches), len(ax.lines)
    (7, 12)
    """
    layers = network.layers if isinstance(network, Network) else ()
    sizes = [layers[0].W.shape[0], *(layer.W.shape[1] for layer in layers)] if layers else as_sizes(network, "network")
    pairs = list(pairwise(sizes))
    node_values = _fitting(_activations(values), "values", [(size,) for size in sizes])
    edge_values = _fitting(_own(weights, "weights", [layer.W for layer in layers]), "weights", pairs)
    bias_values = _fitting(
        _own(biases, "biases", [layer.b for layer in layers]), "biases", [(size,) for size in sizes[1:]]
    )
    labels = _names(names, sizes)
    headings = _headings(titles, sizes, [str(layer.activation.name) for layer in layers])
    max_units, decimals = as_count(max_units, "max_units", least=3), as_count(decimals, "decimals", least=0)

    rows = [_shown(size, max_units) for size in sizes]
    inside = labels if node_values is None else [[number(value, decimals) for value in row] for row in node_values]
    widest = max(
        extent(inside[layer][unit], TEXT)[0] for layer, row in enumerate(rows) for unit in row if unit is not None
    )
    radius = max(0.27, widest / 2 + 0.06)
    gaps = (0.22, True), (0.2, node_values), (0.2, bias_values), (0.26, edge_values)
    pitch = 2 * radius + sum(gap for gap, wanted in gaps if wanted)
    foot = 0.3 + 0.21 * max((heading.count("\n") + 1 for heading in headings if heading), default=0)
    foot += 0.2 if bias_values else 0
    height = (max(map(len, rows)) - 1) * pitch + 2 * radius + foot + (0.3 if node_values else 0.1)
    middle = foot + radius + (max(map(len, rows)) - 1) * pitch / 2
    columns = np.linspace(_MARGIN, WIDTH - _MARGIN, len(sizes))
    where = {
        (layer, unit): np.array([columns[layer], middle + pitch * ((len(row) - 1) / 2 - place)])
        for layer, row in enumerate(rows)
        for place, unit in enumerate(row)
    }
    ax = sheet(ax, WIDTH, height)
    with style():
        circles, captions = [], []
        for (layer, unit), center in where.items():
            if unit is None:
                write(ax, center, "⋮", 1.5 * TEXT)
                continue
            circle = Circle(
                tuple(center), radius, edgecolor=INK, facecolor="none", linewidth=1.25, gid=f"unit-{layer}-{unit}"
            )
            ax.add_patch(circle)
            write(ax, center, inside[layer][unit], TEXT)
            circles.append(boxes_around(center, np.full(2, 2.2 * radius)))
            if node_values is not None:
                captions.append(_caption(ax, center + np.array([0, radius + 0.14]), labels[layer][unit]))
            if bias_values is not None and layer > 0:
                bias = "b = " + number(bias_values[layer - 1][unit], decimals)
                captions.append(_caption(ax, center - np.array([0, radius + 0.15]), bias))
        for layer, heading in enumerate(headings):
            ax.text(
                columns[layer], foot - (0.36 if bias_values else 0.16), heading, ha="center", va="top", fontsize=SMALL
            )
        _edges(
            ax,
            where,
            edge_values,
            {(layer, i, j) for layer, i, j in highlight},
            radius,
            decimals,
            np.array(circles),
            captions,
        )
    return ax


def _edges(
    ax: Axes,
    where: dict[tuple[int, int | None], Floats],
    numbers: list[Array] | None,
    highlight: set[Edge],
    radius: float,
    decimals: int,
    circles: Floats,
    captions: list[Floats],
) -> None:
    units = [key for key in where if key[1] is not None]
    edges = [(layer, i, j) for layer, i in units for right, j in units if right == layer + 1]
    unknown = highlight - set(edges)
    if unknown:
        raise ValueError(f"highlight must hold edges (layer, i, j) that are shown, got {sorted(unknown)[0]}")
    starts = np.array([where[layer, i] for layer, i, _ in edges])
    ends = np.array([where[layer + 1, j] for layer, _, j in edges])
    step = radius * (ends - starts) / np.linalg.norm(ends - starts, axis=1, keepdims=True)
    starts, ends = starts + step, ends - step
    texts: list[str] = []
    strengths = np.zeros(len(edges))
    boxes = np.array(captions).reshape(-1, 4)
    if numbers is not None:
        weights = np.array([numbers[layer][i, j] for layer, i, j in edges])
        strengths = weights / (np.abs(weights).max() or 1)
        texts = [number(weight, decimals) for weight in weights]
        sizes = np.array([extent(text) for text in texts]) + _LABEL_MARGIN
        spots = np.empty_like(starts)
        for layer in range(len(numbers)):  # labels of different layers cannot meet
            here = np.array([edge[0] == layer for edge in edges])
            spots[here] = place_labels(starts[here], ends[here], sizes[here], np.concatenate([circles, boxes]))
        boxes = np.concatenate([boxes, boxes_around(spots, sizes)])
        for text, spot in zip(texts, spots):
            write(ax, spot, text)
    for edge, start, end, strength in zip(edges, starts, ends, strengths):
        strong = edge in highlight
        line = Line2D(
            *with_gaps(start, end, boxes).T,
            color=(BLUE if strength >= 0 else VERMILION) if numbers is not None else VERMILION if strong else INK,
            linewidth=2.5 if strong else THIN + 1.75 * abs(strength),
            alpha=0.3 if highlight and not strong else 1 if strong or numbers is not None else 0.7,
            zorder=2 if strong else 1,
            gid="edge-{}-{}-{}".format(*edge),
        )
        ax.add_line(line)


def _caption(ax: Axes, center: Floats, text: str) -> Floats:
    """Write a small label and return its box."""
    write(ax, center, text)
    return boxes_around(center, extent(text) + _LABEL_MARGIN)


def _shown(size: int, most: int) -> list[int | None]:
    """Return the units that are shown from top to bottom, with None for the ellipsis."""
    if size <= most:
        return list(range(size))
    head = most // 2
    return [*range(head), None, *range(size - (most - 1 - head), size)]


def _activations(values: ForwardPass | Sequence[Array] | None) -> Sequence[Array] | None:
    if not isinstance(values, ForwardPass):
        return values
    examples = len(values.output)
    if examples != 1:
        raise ValueError(f"values must be the forward pass of one example, got {examples} examples")
    return [values.layers[0].A_prev[0], *(layer.A[0] for layer in values.layers)]


def _own(given: bool | Sequence[Array], name: str, own: Sequence[Array]) -> Sequence[Array] | None:
    if given is True:
        if not own:
            raise ValueError(f"{name} must be given as arrays where network is a list of sizes, got True")
        return own
    return None if given is False else given


def _fitting(arrays: Sequence[Array] | None, name: str, shapes: Sequence[tuple[int, ...]]) -> list[Array] | None:
    if arrays is None:
        return None
    if not isinstance(arrays, Sequence) or isinstance(arrays, str) or len(arrays) != len(shapes):
        got = f"{len(arrays)}" if isinstance(arrays, Sequence) else describe(arrays)
        raise ValueError(f"{name} must be a list of {len(shapes)} arrays, got {got}")
    fitting = []
    for place, (array, shape) in enumerate(zip(arrays, shapes)):
        real = as_real(array, f"{name}[{place}]")
        if real.shape != shape:
            raise ValueError(f"{name}[{place}] must have shape {shape}, got {real.shape}")
        fitting.append(real)
    return fitting


def _names(names: Sequence[Sequence[str]] | None, sizes: Sequence[int]) -> Sequence[Sequence[str]]:
    if names is None:
        letters = ["x", *["a"] * (len(sizes) - 2), "y"]
        return [[letter + subscript(unit + 1) for unit in range(size)] for letter, size in zip(letters, sizes)]
    if [len(layer) for layer in names] != list(sizes):
        raise ValueError(f"names must have lengths {list(sizes)}, got {[len(layer) for layer in names]}")
    return names


def _headings(titles: Sequence[str] | None, sizes: Sequence[int], activations: Sequence[str]) -> Sequence[str]:
    if titles is None:
        hidden = ["hidden"] if len(sizes) == 3 else [f"hidden {layer}" for layer in range(1, len(sizes) - 1)]
        lines = [f"{title}\n{size} unit{'s' * (size > 1)}" for title, size in zip(["input", *hidden, "output"], sizes)]
        return (
            [*lines[:1], *(f"{line}\n{name}" for line, name in zip(lines[1:], activations))] if activations else lines
        )
    if len(titles) not in (0, len(sizes)):
        raise ValueError(f"titles must have length {len(sizes)} or 0, got {len(titles)}")
    return titles
