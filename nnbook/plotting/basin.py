"""What becomes of an iteration, for all starts and step sizes at once."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from nnbook._checks import Array, as_count, as_number, as_real
from nnbook.plotting.look import BLUE, INK, VERMILION, panel_or, signed_tint, style, tint


def fates(
    update: Callable[[Array, Array], Array],
    starts: Array,
    step_sizes: Array,
    *,
    iterations: int = 2000,
    escape: float = 1e3,
    tolerance: float = 1e-6,
) -> npt.NDArray[np.int64]:
    """Say for each start and each step size what becomes of an iteration in one variable.

    Parameters
    ----------
    update : callable
        ``update(w, step_size)`` gives the next ``w``; all are arrays of one shape.
    starts : array of shape (m,)
        Where the iterations begin.
    step_sizes : array of shape (n,)
        The second argument of ``update``.
    iterations : int
        How many updates.
    escape : float
        An iteration that goes beyond ±escape runs away.
    tolerance : float
        An iteration has settled when its last update moved it by no more than this.

    Returns
    -------
    array of shape (m, n)
        0 where it settles, 1 where it stays bounded without settling, 2 where it runs away.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not rows of finite numbers.

    Examples
    --------
    >>> from nnbook.plotting import fates
    >>> fates(lambda w, rate: w - rate * 2 * w, [1.0], [0.5, 1.0, 1.5]).tolist()  # descent on the square
    [[0, 1, 2]]
    """
    rows, columns = as_real(starts, "starts"), as_real(step_sizes, "step_sizes")
    for array, name in ((rows, "starts"), (columns, "step_sizes")):
        if array.ndim != 1 or array.size == 0:
            raise ValueError(f"{name} must be a row of numbers, got shape {array.shape}")
    iterations = as_count(iterations, "iterations")
    escape, tolerance = as_number(escape, "escape", above=0), as_number(tolerance, "tolerance", above=0)
    w, rate = (np.array(grid) for grid in np.meshgrid(rows, columns, indexing="ij"))
    gone = np.abs(w) > escape
    moved = np.full(w.shape, np.inf)
    for _ in range(iterations):
        after = np.asarray(update(w, rate))
        if after.shape != w.shape:
            raise ValueError(f"update(w, step_size) must have the shape of w, {w.shape}, got {after.shape}")
        gone |= ~(np.abs(after) <= escape)
        after = np.where(gone, 0, after)  # what ran away must not overflow
        moved, w = np.abs(after - w), after
    return np.where(gone, 2, np.where(moved <= tolerance, 0, 1))


def basin_picture(
    update: Callable[[Array, Array], Array],
    starts: Array,
    step_sizes: Array,
    *,
    iterations: int = 2000,
    escape: float = 1e3,
    tolerance: float = 1e-6,
    labels: tuple[str, str] = ("step size", "start"),
    ax: Axes | None = None,
) -> Axes:
    """Draw what becomes of an iteration, over all starts and step sizes.

    Parameters
    ----------
    update, starts, step_sizes, iterations, escape, tolerance
        As for :func:`nnbook.plotting.fates`; starts and step sizes are equally spaced and increase.
    labels : two strings
        Labels of the horizontal axis (step sizes) and of the vertical one (starts).
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Its only image has one pixel for each start and step size. Blue settles, blank stays bounded, vermilion runs
        away.

    Raises
    ------
    TypeError, ValueError
        If the arguments are not rows of finite, increasing numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import basin_picture
    >>> ax = basin_picture(lambda w, rate: w - rate * w, np.linspace(-1, 1, 5), np.linspace(0.5, 3, 6))
    >>> ax.images[0].get_array().shape
    (5, 6, 4)
    """
    rows, columns = as_real(starts, "starts"), as_real(step_sizes, "step_sizes")
    for array, name in ((rows, "starts"), (columns, "step_sizes")):
        if array.ndim != 1 or array.size < 2 or (np.diff(array) <= 0).any():
            raise ValueError(f"{name} must be at least two increasing numbers, got shape {array.shape}")
    fate = fates(update, rows, columns, iterations=iterations, escape=escape, tolerance=tolerance)
    half = [np.diff(array[:2])[0] / 2 for array in (columns, rows)]
    extent = (columns[0] - half[0], columns[-1] + half[0], rows[0] - half[1], rows[-1] + half[1])
    ax = panel_or(ax, height=3.8)
    with style():
        image = signed_tint(np.array([0.75, 0, -0.75])[fate], 1)
        ax.imshow(image, origin="lower", extent=extent, aspect="auto", interpolation="nearest")
        meanings = (("settles", BLUE, 0.75), ("stays bounded", BLUE, 0), ("runs away", VERMILION, 0.75))
        keys = [Patch(facecolor=tuple(tint(np.array(a), c)), edgecolor=INK, label=text) for text, c, a in meanings]
        ax.legend(handles=keys, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
        ax.set(xlabel=labels[0], ylabel=labels[1])
    return ax
