"""Pictures of data and of predictions: digits, the confusion matrix, decision regions."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnbook._checks import Array, as_count, as_labels, as_matrix, as_real, describe, instance_of
from nnbook.datasets import Dataset
from nnbook.network import Network
from nnbook.plotting.look import (
    BLUE,
    INK,
    MARKERS,
    PALETTE,
    SMALL,
    VERMILION,
    WIDTH,
    panel_or,
    sheet,
    style,
    tint,
)  # fmt: skip

_GAP = 0.12  # inches between two images
_STRONGEST = 0.5  # opacity that leaves the number in a cell legible


def digit_grid(
    images: Array,
    titles: Sequence[str] | None = None,
    *,
    columns: int = 8,
    ax: Axes | None = None,
) -> Axes:
    """Draw gray-scale images side by side, the ink where the pixels are large.

    Parameters
    ----------
    images : array of shape (n, h, w), or (n, d) where d is a square number
        Pixels ≥ 0; the largest of all is drawn in full strength.
    titles : sequence of str, optional
        A line above each image.
    columns : int
        How many images stand in a row.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        It holds one image for each of the n; data coordinates are inches.

    Raises
    ------
    TypeError, ValueError
        If the images have another shape or negative pixels, or the titles another number.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import digit_grid
    >>> len(digit_grid(np.eye(4), titles=["a", "b", "c", "d"]).images)
    4
    """
    pixels = as_real(images, "images")
    side = round(pixels.shape[1] ** 0.5) if pixels.ndim == 2 else 0
    if pixels.ndim == 2 and side * side == pixels.shape[1]:
        pixels = pixels.reshape(-1, side, side)
    if pixels.ndim != 3 or pixels.size == 0:
        raise ValueError(f"images must have shape (n, height, width) or (n, side · side), got {pixels.shape}")
    if pixels.min() < 0:
        raise ValueError(f"images must be at least 0, got {pixels.min():g}")
    columns = min(as_count(columns, "columns"), len(pixels))
    if titles is not None and len(titles) != len(pixels):
        raise ValueError(f"titles must have one entry per image, {len(pixels)}, got {len(titles)}")
    strength = pixels / (pixels.max() or 1)
    width = min(1.0, (WIDTH - _GAP) / columns - _GAP)
    tall, head = width * pixels.shape[1] / pixels.shape[2], 0.0 if titles is None else 0.24
    rows = -(-len(pixels) // columns)
    left = (WIDTH - columns * (width + _GAP) + _GAP) / 2
    height = rows * (tall + head + _GAP) + _GAP
    ax = sheet(ax, WIDTH, height)
    with style():
        for place, image in enumerate(strength):
            x = left + (place % columns) * (width + _GAP)
            top = height - _GAP - head - (place // columns) * (tall + head + _GAP)
            ax.imshow(tint(image, INK), extent=(x, x + width, top - tall, top), interpolation="none")
            if titles is not None:
                ax.text(x + width / 2, top + 0.05, titles[place], ha="center", va="bottom", fontsize=SMALL)
        ax.set(xlim=(0, WIDTH), ylim=(0, height))  # each image has narrowed them to itself
    return ax


def confusion_matrix(matrix: Array, class_names: Sequence[str] | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw how often each class was taken for each other.

    Parameters
    ----------
    matrix : array of int, shape (c, c)
        Row: the true class; column: the predicted one.
    class_names : sequence of str, optional
        Default: the numbers from 0 on.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Hits are blue and mistakes vermilion, the stronger the larger the count is. A cell with 0 is empty.

    Raises
    ------
    TypeError, ValueError
        If the matrix is not a square of counts, or a name is missing.

    Examples
    --------
    >>> from nnbook.plotting import confusion_matrix
    >>> [text.get_text() for text in confusion_matrix([[5, 1], [0, 4]]).texts]
    ['5', '1', '4']
    """
    counts = as_matrix(matrix, "matrix")
    size = len(counts)
    if counts.shape != (size, size) or (counts < 0).any() or (counts % 1 != 0).any():
        raise ValueError(
            f"matrix must be counts of shape (c, c), got shape {counts.shape} with {counts.min():g} … {counts.max():g}"
        )
    names = [str(label) for label in range(size)] if class_names is None else list(class_names)
    if len(names) != size:
        raise ValueError(f"class_names must have {size} entries, got {len(names)}")
    hit = np.eye(size, dtype=bool)
    most = np.where(hit, counts[hit].max(), counts[~hit].max(initial=0))
    strength = _STRONGEST * counts / np.maximum(most, 1)
    image = np.where(hit[..., None], tint(strength, BLUE), tint(strength, VERMILION))
    ax = panel_or(ax, height=min(1.2 + 0.48 * size, WIDTH))
    with style():
        ax.imshow(image, interpolation="none")
        for row, column in np.argwhere(counts):
            ax.text(column, row, f"{counts[row, column]:.0f}", ha="center", va="center_baseline", fontsize=SMALL)
        ax.set(xlabel="predicted class", ylabel="true class")
        ax.set_xticks(range(size), names)
        ax.set_yticks(range(size), names)
        ax.tick_params(length=0)
        ax.set_xticks(np.arange(size + 1) - 0.5, minor=True)
        ax.set_yticks(np.arange(size + 1) - 0.5, minor=True)
        ax.tick_params(which="minor", length=0)
        ax.grid(which="minor", color=INK, alpha=0.25, linewidth=0.75)
        ax.spines[:].set_visible(False)
    return ax


def decision_regions(
    predictor: Network | Callable[[Array], Any],
    dataset: Dataset,
    *,
    resolution: int = 200,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which class is predicted where in the plane, with the examples on top.

    Parameters
    ----------
    predictor : Network or callable
        A network with two inputs, or a function that maps inputs of shape (m, 2) to class indices of shape (m,).
    dataset : Dataset
        ``inputs`` of shape (n, 2) and ``labels`` of shape (n,).
    resolution : int
        Points in each direction at which the prediction is made.
    class_names : sequence of str, optional
        Names for the key; without them there is none.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Each class has a color and a marker; the image has one pixel for each prediction.

    Raises
    ------
    TypeError, ValueError
        If the data are not points in the plane of at most four classes, or the prediction has another shape.

    Examples
    --------
    >>> from nnbook import make_xor
    >>> from nnbook.plotting import decision_regions
    >>> ax = decision_regions(lambda X: (X.prod(axis=1) < 0.25).astype(int), make_xor(), resolution=50)
    >>> len(ax.collections), ax.images[0].get_array().shape
    (2, (50, 50, 4))
    """
    instance_of(dataset, Dataset, "dataset")
    points = as_matrix(dataset.inputs, "dataset.inputs", columns=2)
    labels = as_labels(dataset.labels, "dataset.labels", classes=len(PALETTE))
    resolution = as_count(resolution, "resolution", least=2)
    predict = predictor.predict_classes if isinstance(predictor, Network) else predictor
    if not callable(predict):
        raise TypeError(f"predictor must be a network or a function, got {describe(predictor)}")
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.12 * np.maximum(high - low, 1e-9)
    x, y = np.linspace(low - margin, high + margin, resolution).T
    plane = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    predicted = as_labels(predict(plane), "the prediction", classes=len(PALETTE))
    if predicted.shape != (len(plane),):
        raise ValueError(f"the prediction must have shape ({len(plane)},), got {predicted.shape}")
    classes = max(int(labels.max()), int(predicted.max())) + 1
    if class_names is not None and len(class_names) < classes:
        raise ValueError(f"class_names must have {classes} entries, got {len(class_names)}")
    regions = np.stack([tint(np.array(0.3), color) for color in PALETTE])[predicted.reshape(resolution, resolution)]
    ax = panel_or(ax, height=4.2)
    with style():
        ax.imshow(regions, origin="lower", extent=(x[0], x[-1], y[0], y[-1]), interpolation="none", aspect="auto")
        for label in range(classes):
            ax.scatter(
                points[labels == label, 0],
                points[labels == label, 1],
                s=30,
                marker=MARKERS[label],
                facecolors=PALETTE[label],
                edgecolors=INK,
                linewidths=0.75,
                label="" if class_names is None else class_names[label],
            )
        ax.set(xlabel="x₁", ylabel="x₂")
        if class_names is not None:
            ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=classes)
    return ax
