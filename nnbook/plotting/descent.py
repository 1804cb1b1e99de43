"""Paths of gradient descent, on a curve, over contour lines and as a cobweb."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnbook._checks import Array, as_count, as_number, as_real, describe
from nnbook.optimizers import DescentPath
from nnbook.plotting.curves import as_interval, values_of
from nnbook.plotting.look import BLUE, INK, THIN, VERMILION, panel_or, style

_POINTS = 401
_GRID = 81


def descent_path(
    function: Callable[[Any], Any],
    path: DescentPath | Array,
    *,
    interval: Sequence[float] | None = None,
    variable: str = "w",
    ax: Axes | None = None,
) -> Axes:
    """Draw the points that a descent visits on the graph of its function.

    Parameters
    ----------
    function : callable
        Maps an array of numbers to an array of the same shape.
    path : DescentPath or array of shape (steps + 1,)
        Where the descent was, from its start on.
    interval : two floats, optional
        From where to where the graph goes; by default a little beyond the path.
    variable : str
        Label of the horizontal axis.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        The first line is the graph, the second the path with its points; the start is a ring.

    Raises
    ------
    TypeError, ValueError
        If the path is not a row of finite numbers, or the function does not give one number for each point.

    Examples
    --------
    >>> from nnbook.plotting import descent_path
    >>> ax = descent_path(lambda w: w**2, [1.0, 0.5, 0.25])
    >>> ax.lines[1].get_xydata().tolist()
    [[1.0, 1.0], [0.5, 0.25], [0.25, 0.0625]]
    """
    visited = as_real(path.points if isinstance(path, DescentPath) else path, "path")
    if visited.ndim != 1 or visited.size == 0:
        raise ValueError(f"path must have shape (steps + 1,), got {visited.shape}")
    margin = 0.25 * float(np.ptp(visited)) or 1.0
    low, high = as_interval(
        (visited.min() - margin, visited.max() + margin) if interval is None else interval, "interval"
    )
    points = np.linspace(low, high, _POINTS)
    values, heights = values_of(function, points, "function"), values_of(function, visited, "function")
    ax = panel_or(ax, height=3.4)
    with style():
        ax.plot(points, values, color=INK, linewidth=1.5)
        _draw_path(ax, visited, heights)
        ax.set(xlabel=variable, ylabel=f"f({variable})", xlim=(low, high))
    return ax


def descent_on_contours(
    function: Callable[[Array], Any],
    path: DescentPath | Array,
    x_interval: Sequence[float],
    y_interval: Sequence[float],
    *,
    levels: int = 10,
    variables: tuple[str, str] = ("w₁", "w₂"),
    ax: Axes | None = None,
) -> Axes:
    """Draw the path of a descent over the contour lines of a function of two variables.

    Parameters
    ----------
    function : callable
        Maps a vector of shape (2,) to a number.
    path : DescentPath or array of shape (steps + 1, 2)
        Where the descent was, from its start on.
    x_interval, y_interval : two floats each
        The part of the plane that is shown.
    levels : int
        How many contour lines; they are close together near the minimum.
    variables : two strings
        Labels of the axes.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Its only line is the path; the start is a ring.

    Raises
    ------
    TypeError, ValueError
        If the path has another shape, or the function does not give one finite number.

    Examples
    --------
    >>> from nnbook.plotting import descent_on_contours
    >>> ax = descent_on_contours(lambda w: w @ w, [[1.0, 1.0], [0.5, 0.5]], (-2, 2), (-2, 2))
    >>> ax.lines[0].get_xydata().tolist()
    [[1.0, 1.0], [0.5, 0.5]]
    """
    visited = as_real(path.points if isinstance(path, DescentPath) else path, "path")
    if visited.ndim != 2 or visited.shape[1] != 2 or visited.size == 0:
        raise ValueError(f"path must have shape (steps + 1, 2), got {visited.shape}")
    if not callable(function):
        raise TypeError(f"function must be a function, got {describe(function)}")
    levels = as_count(levels, "levels")
    x = np.linspace(*as_interval(x_interval, "x_interval"), _GRID)
    y = np.linspace(*as_interval(y_interval, "y_interval"), _GRID)
    # The function of a descent takes one vector, so it is called point by point.
    height = as_real([[function(np.array([a, b])) for a in x] for b in y], "function(w)")
    if height.shape != (_GRID, _GRID):
        raise ValueError(f"function(w) must be one number, got shape {height.shape[2:]}")
    ax = panel_or(ax, height=4.2)
    with style():
        spacing = height.min() + np.ptp(height) * np.linspace(0, 1, levels + 2)[1:-1] ** 2
        ax.contour(x, y, height, levels=np.unique(spacing), colors=INK, linewidths=THIN, alpha=0.6)
        _draw_path(ax, visited[:, 0], visited[:, 1])
        ax.set(xlabel=variables[0], ylabel=variables[1], xlim=x[[0, -1]], ylim=y[[0, -1]])
    return ax


def _draw_path(ax: Axes, x: Array, y: Array) -> None:
    ax.plot(x, y, color=VERMILION, linewidth=1.25, marker="o", markersize=5, markevery=range(1, len(x)), zorder=3)
    ax.scatter(x[:1], y[:1], s=64, facecolors="none", edgecolors=VERMILION, linewidths=2, zorder=3)


def cobweb(
    update: Callable[[Any], Any],
    start: float,
    steps: int,
    *,
    interval: Sequence[float] | None = None,
    variable: str = "w",
    ax: Axes | None = None,
) -> Axes:
    """Draw an iteration as steps between the graph of its update and the diagonal.

    Parameters
    ----------
    update : callable
        Maps an array of numbers to their successors, in an array of the same shape.
    start : float
        Where the iteration begins.
    steps : int
        How often the update is applied.
    interval : two floats, optional
        The part of both axes that is shown; by default a little more than the iteration needs.
    variable : str
        Name of the variable.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        The lines are the graph, the diagonal and the steps.

    Raises
    ------
    TypeError, ValueError
        If the iteration leaves the finite numbers.

    Examples
    --------
    >>> from nnbook.plotting import cobweb
    >>> ax = cobweb(lambda w: w / 2, 1.0, 2)
    >>> ax.lines[2].get_xydata().tolist()
    [[1.0, 1.0], [1.0, 0.5], [0.5, 0.5], [0.5, 0.25], [0.25, 0.25]]
    """
    steps = as_count(steps, "steps")
    visited = [np.array([as_number(start, "start")])]
    for _ in range(steps):
        visited.append(values_of(update, visited[-1], "update"))
    orbit = np.concatenate(visited)
    margin = 0.15 * float(np.ptp(orbit)) or 1.0
    low, high = as_interval((orbit.min() - margin, orbit.max() + margin) if interval is None else interval, "interval")
    points = np.linspace(low, high, _POINTS)
    successors = values_of(update, points, "update")
    # From the diagonal the way goes up or down to the graph, then across to the diagonal again.
    x, y = np.repeat(orbit, 2)[:-1], np.repeat(orbit, 2)[1:]
    ax = panel_or(ax, height=4.2)
    with style():
        ax.plot(points, successors, color=BLUE)
        ax.plot([low, high], [low, high], color=INK, linewidth=THIN)
        ax.plot(x, y, color=VERMILION, linewidth=1.25, zorder=3)
        ax.scatter(orbit[:1], orbit[:1], s=64, facecolors="none", edgecolors=VERMILION, linewidths=2, zorder=3)
        ax.set(xlabel=f"{variable} before the step", ylabel=f"{variable} after the step")
        ax.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    return ax
