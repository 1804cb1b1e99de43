"""A computation as a graph, with the values on the way forward and the gradients on the way back."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Polygon

from nnbook._checks import as_count, as_number, as_real, describe
from nnbook.plotting.edge_labels import Floats, boxes_around, place_labels, with_gaps
from nnbook.plotting.look import INK, TEXT, WIDTH, extent, number, sheet, style, write

_ROW = 1.15  # inches from one node to the next below it
_HIGH = 0.4  # inches from top to bottom of a node
_ROUND = 0.06
_BORDER = 0.06


def computational_graph(
    nodes: Mapping[str, str] | Sequence[str],
    edges: Sequence[tuple[str, str]],
    *,
    values: Mapping[str, float] | None = None,
    gradients: Mapping[str, float] | None = None,
    edge_labels: Mapping[tuple[str, str], str] | None = None,
    positions: Mapping[str, tuple[float, float]] | None = None,
    decimals: int = 2,
    ax: Axes | None = None,
) -> Axes:
    """Draw a computation as boxes and arrows from left to right.

    Parameters
    ----------
    nodes : sequence of str, or mapping from str to str
        Names of the nodes; in a mapping, with the text that each shows.
    edges : sequence of (from, to)
        The arrows. They must not form a cycle.
    values : mapping from node to float, optional
        Value of each node: above it, with an arrow to the right.
    gradients : mapping from node to float, optional
        Derivative of the result with respect to each node: below it, with an arrow to the left.
    edge_labels : mapping from (from, to) to str, optional
        Text on the arrows, such as a local derivative.
    positions : mapping from node to (column, row), optional
        Where each node stands; rows count downwards. By default each stands one column right of what it needs.
    decimals : int
        Digits after the decimal point.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Data coordinates are inches. Boxes and lines carry ids such as ``node-x`` and ``edge-x-y``.

    Raises
    ------
    TypeError, ValueError
        If a name is unknown, occurs twice, or the edges form a cycle.

    Examples
    --------
    >>> from nnbook.plotting import computational_graph
    >>> ax = computational_graph(["x", "w", "xw"], [("x", "xw"), ("w", "xw")], values={"x": 2, "w": 3, "xw": 6})
    >>> [text.get_text() for text in ax.texts]
    ['x', '→ 2.00', 'w', '→ 3.00', 'xw', '→ 6.00']
    """
    texts = dict(nodes) if isinstance(nodes, Mapping) else {name: name for name in nodes}
    if not texts or len(texts) != len(nodes) or not all(isinstance(text, str) for text in [*texts, *texts.values()]):
        raise ValueError(f"nodes must be different names, got {nodes!r}")
    for edge in edges:
        if len(edge) != 2 or not set(edge) <= set(texts):
            raise ValueError(f"edges must join two of the nodes {list(texts)}, got {edge!r}")
    arrows = [(a, b) for a, b in edges]
    decimals = as_count(decimals, "decimals", least=0)
    above = _captions(values, "values", "→", texts, decimals)
    below = _captions(gradients, "gradients", "←", texts, decimals)
    words = dict(edge_labels or {})
    for edge in words:
        if edge not in arrows:
            raise ValueError(f"edge_labels must belong to edges, got {edge!r}")
    columns = _columns(list(texts), arrows)
    grid = _rows(columns, arrows) if positions is None else _given(positions, texts)

    boxes = {name: np.array([max(0.5, extent(text, TEXT)[0] + 0.2), _HIGH]) for name, text in texts.items()}
    captions = {name: [extent(part.get(name, ""))[0] for part in (above, below)] for name in texts}
    half = {name: max(boxes[name][0], *captions[name]) / 2 + _BORDER for name in texts}
    across, down = np.array([grid[name] for name in texts]).T
    left = max(half[name] for name in texts if grid[name][0] == across.min())
    right = WIDTH - max(half[name] for name in texts if grid[name][0] == across.max())
    roof = 0.3 if above else 0.08
    height = _ROW * float(np.ptp(down)) + _HIGH + roof + (0.3 if below else 0.08)
    reach = float(np.ptp(across))
    if reach == 0:
        left = right = WIDTH / 2
    x = left + (right - left) * (across - across.min()) / (reach or 1)
    y = height - roof - _HIGH / 2 - _ROW * (down - down.min())
    where = {name: np.array(point) for name, point in zip(texts, np.stack([x, y], axis=1))}
    ax = sheet(ax, WIDTH, height)
    with style():
        taken = []
        for name, text in texts.items():
            corner = where[name] - boxes[name] / 2 + _ROUND
            wide, high = boxes[name] - 2 * _ROUND
            frame = f"round,pad={_ROUND}"
            box = FancyBboxPatch(
                tuple(corner), wide, high, boxstyle=frame, edgecolor=INK, facecolor="none", linewidth=1.25
            )
            box.set_gid(f"node-{name}")
            ax.add_patch(box)
            write(ax, where[name], text, TEXT)
            taken.append(boxes_around(where[name], boxes[name]))
            for part, side in ((above, 1), (below, -1)):
                if name in part:
                    center = where[name] + np.array([0, side * (_HIGH / 2 + 0.15)])
                    write(ax, center, part[name])
                    taken.append(boxes_around(center, extent(part[name])))
        sides = {name: np.array([boxes[name][0] / 2, 0]) for name in texts}
        starts = np.array([where[a] + sides[a] for a, _ in arrows]).reshape(-1, 2)
        ends = np.array([where[b] - sides[b] for _, b in arrows]).reshape(-1, 2)
        _arrows(ax, arrows, starts, ends, words, np.array(taken))
    return ax


def _arrows(
    ax: Axes,
    arrows: Sequence[tuple[str, str]],
    starts: Floats,
    ends: Floats,
    words: Mapping[tuple[str, str], str],
    taken: Floats,
) -> None:
    boxes = np.empty((0, 4))
    labeled = [place for place, edge in enumerate(arrows) if edge in words]
    if labeled:
        texts = [words[arrows[place]] for place in labeled]
        sizes = np.array([extent(text) for text in texts]) + np.array([0.1, 0.04])
        spots = place_labels(starts[labeled], ends[labeled], sizes, taken)
        boxes = boxes_around(spots, sizes)
        for spot, text in zip(spots, texts):
            write(ax, spot, text)
    for edge, start, end in zip(arrows, starts, ends):
        along = (end - start) / np.linalg.norm(end - start)
        across = np.array([-along[1], along[0]])
        neck = end - 0.11 * along
        ax.add_line(Line2D(*with_gaps(start, neck, boxes).T, color=INK, linewidth=1.25, gid="edge-{}-{}".format(*edge)))
        ax.add_patch(Polygon([end, neck + 0.05 * across, neck - 0.05 * across], facecolor=INK, edgecolor="none"))


def _captions(
    given: Mapping[str, float] | None, name: str, arrow: str, known: Mapping[str, str], decimals: int
) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TypeError(f"{name} must map nodes to numbers, got {describe(given)}")
    for node in given:
        if node not in known:
            raise ValueError(f"{name} must belong to the nodes {list(known)}, got {node!r}")
    return {node: f"{arrow} {number(as_number(value, f'{name}[{node!r}]'), decimals)}" for node, value in given.items()}


def _given(positions: Mapping[str, tuple[float, float]], texts: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    if set(positions) != set(texts):
        raise ValueError(f"positions must be given for the nodes {list(texts)}, got {list(positions)}")
    places = as_real([positions[name] for name in texts], "positions")
    if places.shape != (len(texts), 2):
        raise ValueError(f"positions must be (column, row) for each node, got shape {places.shape}")
    return {name: (float(column), float(row)) for name, (column, row) in zip(texts, places)}


def _columns(names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Put each node right of all that it needs, and each input just left of where it is first needed."""
    column = dict.fromkeys(names, 0)
    late: list[tuple[str, str]] = []
    for _ in names:  # without a cycle, a path has fewer edges than there are nodes
        late = [(a, b) for a, b in arrows if column[b] <= column[a]]
        for a, b in late:
            column[b] = max(column[b], column[a] + 1)
    if late:
        raise ValueError(f"edges must not form a cycle, got {list(arrows)}")
    needed = {a: min(column[b] for start, b in arrows if start == a) for a, _ in arrows}
    inputs = set(needed) - {b for _, b in arrows}
    return {name: needed[name] - 1 if name in inputs else column[name] for name in names}


def _rows(columns: Mapping[str, int], arrows: Sequence[tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Put each node near the rows of what it needs; the others stand below, in the order given."""
    place: dict[str, tuple[float, float]] = {}
    for column in sorted(set(columns.values())):
        wishes = {
            name: np.mean([place[a][1] for a, b in arrows if b == name] or [np.inf])
            for name, mine in columns.items()
            if mine == column
        }
        members = sorted(wishes, key=lambda name: float(wishes[name]))
        place |= {name: (column, row - (len(members) - 1) / 2) for row, name in enumerate(members)}
    return place
