"""Where the labels of crossing edges go, so that they neither touch each other nor hide behind an edge."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PLACES = np.linspace(0.14, 0.86, 37)
_SWEEPS = 20
_AROUND = np.array([-0.05, -0.05, 0.05, 0.05])  # how far from its neighbors a label would like to be


def inside(starts: Floats, ends: Floats, box: Floats) -> Floats:
    """Return the part of each segment that lies in a box, as fractions of the way.

    ``starts`` and ``ends`` have shape (m, 2), ``box`` is (left, bottom, right, top); the result has shape (m, 2). Where
    entry and exit are equal, the segment misses the box.
    """
    way = ends - starts
    # Of a segment parallel to a side, the fractions become huge, and keep the right signs.
    safe = np.where(np.abs(way) < 1e-12, 1e-12, way)
    first, second = (box[:2] - starts) / safe, (box[2:] - starts) / safe
    entry = np.clip(np.minimum(first, second).max(axis=1), 0, 1)
    leave = np.clip(np.maximum(first, second).min(axis=1), 0, 1)
    return np.stack([entry, np.maximum(entry, leave)], axis=1)


def boxes_around(centers: Floats, sizes: Floats) -> Floats:
    """Return (…, 4) boxes (left, bottom, right, top) from centers and sizes of shape (…, 2)."""
    return np.concatenate([centers - sizes / 2, centers + sizes / 2], axis=-1)


def place_labels(starts: Floats, ends: Floats, sizes: Floats, taken: Floats) -> Floats:
    """Choose for each edge the point at which its label stands.

    Each label stands on its own edge. Label after label moves to the place where it overlaps other labels and ``taken``
    boxes least, is crossed by other edges least, and is near the middle, until none moves.

    Parameters
    ----------
    starts, ends : array of shape (m, 2)
        Ends of the edges.
    sizes : array of shape (m, 2)
        Width and height of each label with its margin, in the same unit.
    taken : array of shape (k, 4)
        Boxes (left, bottom, right, top) that are occupied.

    Returns
    -------
    array of shape (m, 2)
        Centers of the labels.
    """
    count = len(starts)
    candidates = starts[:, None] + _PLACES[:, None] * (ends - starts)[:, None]
    cost = np.tile(0.5 * np.abs(_PLACES - 0.5), (count, 1))
    lengths = np.linalg.norm(ends - starts, axis=1)
    for edge in range(count):
        others = np.arange(count) != edge
        for place, box in enumerate(boxes_around(candidates[edge], sizes[edge])):
            for near, weight in ((box, 4), (box + _AROUND, 2)):
                span = inside(starts[others], ends[others], near)
                cost[edge, place] += weight * ((span[:, 1] - span[:, 0]) * lengths[others]).sum()
            cost[edge, place] += 100 * _overlap(box, taken).sum()
    chosen = cost.argmin(axis=1)
    for _ in range(_SWEEPS):
        before = chosen.copy()
        for edge in range(count):
            others = np.arange(count) != edge
            standing = boxes_around(candidates[others, chosen[others]], sizes[others])
            mine = boxes_around(candidates[edge], sizes[edge])
            crowding = [
                100 * _overlap(box, standing).sum() + _overlap(box + 2 * _AROUND, standing).sum() for box in mine
            ]
            chosen[edge] = (cost[edge] + np.array(crowding)).argmin()
        if np.array_equal(before, chosen):
            break
    spots: Floats = candidates[np.arange(count), chosen]
    return spots


def _overlap(box: Floats, others: Floats) -> Floats:
    """Return the area that a box shares with each of the others, in units of its own area."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    share: Floats = np.clip(sides, 0, None).prod(axis=1) / (box[2:] - box[:2]).prod()
    return share


def with_gaps(start: Floats, end: Floats, boxes: Floats) -> Floats:
    """Return the points of the edge from ``start`` to ``end`` that leaves out the boxes; rows of NaN lift the pen."""
    pieces, position = [], 0.0
    gaps = [inside(start[None], end[None], box)[0] for box in boxes]
    for entry, leave in sorted((gap for gap in gaps if gap[1] > gap[0]), key=lambda gap: float(gap[0])):
        if entry > position:
            pieces += [start + position * (end - start), start + entry * (end - start), np.full(2, np.nan)]
        position = max(position, leave)
    return np.array([*pieces, start + position * (end - start), end])
