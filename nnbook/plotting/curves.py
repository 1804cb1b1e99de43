"""Graphs of functions, learning curves and curves of errors."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from nnbook._checks import Array, as_number, as_real, describe, instance_of
from nnbook.history import History
from nnbook.plotting.look import BLUE, GREEN, INK, PALETTE, VERMILION, exponent, panel_or, style

_POINTS = 401
_DASHED = (0, (4, 2))
_DOTTED = (0, (1, 1.5))


def as_interval(interval: object, name: str) -> tuple[float, float]:
    """Return ``interval`` as two increasing floats."""
    ends = as_real(interval, name)
    if ends.shape != (2,) or ends[0] >= ends[1]:
        raise ValueError(f"{name} must be two increasing numbers, got {interval!r}")
    return float(ends[0]), float(ends[1])


def values_of(function: Callable[[Any], Any], points: Array, name: str) -> Array:
    """Return the finite values of a function of an array, one for each point."""
    if not callable(function):
        raise TypeError(f"{name} must be a function, got {describe(function)}")
    values = as_real(function(points), f"{name}(x)")
    if values.shape != points.shape:
        raise ValueError(f"{name}(x) must have the shape of x, {points.shape}, got {values.shape}")
    return values


def function_graph(
    function: Callable[[Any], Any],
    interval: Sequence[float],
    *,
    derivative: Callable[[Any], Any] | None = None,
    tangents: Sequence[float] = (),
    labels: tuple[str, str] = ("f", "f′"),
    variable: str = "z",
    ax: Axes | None = None,
) -> Axes:
    """Draw the graph of a function, if wanted with its derivative and with tangents.

    Parameters
    ----------
    function, derivative : callable
        Each maps an array of numbers to an array of the same shape. The derivative is drawn dashed.
    interval : two floats
        From where to where.
    tangents : sequence of float
        Points at which a piece of the tangent is drawn; needs ``derivative``.
    labels : two strings
        Names of the function and of its derivative.
    variable : str
        Label of the horizontal axis.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        The first line is the graph, the next the derivative, the others the tangents.

    Raises
    ------
    TypeError, ValueError
        If a function does not give one finite number for each point, or tangents lack a derivative.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import function_graph
    >>> ax = function_graph(np.square, (-1, 1), derivative=lambda z: 2 * z, tangents=[0.5])
    >>> len(ax.lines)
    3
    """
    low, high = as_interval(interval, "interval")
    points = np.linspace(low, high, _POINTS)
    values = values_of(function, points, "function")
    slopes = None if derivative is None else values_of(derivative, points, "derivative")
    touched = as_real(tangents, "tangents").reshape(-1)
    if touched.size and derivative is None:
        raise ValueError("tangents must come with derivative, got derivative=None")
    ax = panel_or(ax, height=3.2)
    with style():
        ax.plot(points, values, color=BLUE, label=labels[0])
        if slopes is not None:
            ax.plot(points, slopes, color=VERMILION, linestyle=_DASHED, label=labels[1])
            ax.legend()
        for point in touched:
            value = values_of(function, np.array([point]), "function")[0]
            slope = values_of(derivative, np.array([point]), "derivative")[0]  # type: ignore[arg-type]
            reach = 0.16 * (high - low) / np.hypot(1, slope * (high - low) / (np.ptp(values) or 1))
            line = point + reach * np.array([-1, 0, 1])
            ax.plot(
                line, value + slope * (line - point), color=GREEN, marker="o", markersize=6, markevery=[1], zorder=3
            )
        ax.set(xlabel=variable, xlim=(low, high))
        ax.grid(color=INK, alpha=0.2, linewidth=0.75)
    return ax


def learning_curves(
    history: History,
    *,
    quantity: Literal["loss", "accuracy"] = "loss",
    ax: Axes | None = None,
) -> Axes:
    """Draw how the loss or the accuracy went from epoch to epoch.

    Parameters
    ----------
    history : History
        What :func:`nnbook.fit` returned.
    quantity : {"loss", "accuracy"}
        The losses and the penalty, where there are any, on a logarithmic axis; or the accuracy on the validation set.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Training is a solid line, validation a dashed one and the penalty a dotted one.

    Raises
    ------
    TypeError
        If ``history`` is not a History.
    ValueError
        If it has no such record.

    Examples
    --------
    >>> from nnbook import History
    >>> from nnbook.plotting import learning_curves
    >>> history = History(loss=[0.5, 0.2], penalty=[0.0, 0.0], validation_loss=[0.6, 0.4])
    >>> [line.get_label() for line in learning_curves(history).lines]
    ['training', 'validation']
    """
    instance_of(history, History, "history")
    looks: dict[str, dict[str, Any]] = {
        "training": {"color": BLUE},
        "validation": {"color": VERMILION, "linestyle": _DASHED},
        "penalty": {"color": GREEN, "linestyle": _DOTTED},
    }
    if quantity == "loss":
        penalty = history.penalty if any(history.penalty) else []
        records = {"training": history.loss, "validation": history.validation_loss, "penalty": penalty}
    elif quantity == "accuracy":
        records = {"validation": history.validation_accuracy}
    else:
        raise ValueError(f"quantity must be 'loss' or 'accuracy', got {quantity!r}")
    curves = {name: as_real(record, f"{quantity} ({name})") for name, record in records.items() if record}
    if not curves:
        raise ValueError(f"history must have records of the {quantity}, got {history!r}")
    ax = panel_or(ax, height=3.2)
    with style():
        for name, values in curves.items():
            marker = "o" if values.size == 1 else ""
            ax.plot(np.arange(1, values.size + 1), values, marker=marker, label=name, **looks[name])
        if quantity == "loss" and min(values.min() for values in curves.values()) > 0:
            ax.set_yscale("log")
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            ax.yaxis.set_minor_formatter(FuncFormatter(_minor))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set(xlabel="epoch", ylabel=quantity)
        ax.legend()
    return ax


def _minor(value: float, _: int | None = None) -> str:
    """Label the twos and fives between the powers of ten, and nothing else."""
    return f"{value:g}" if f"{value:e}"[0] in "25" else ""


def error_curve(steps: Array, errors: Mapping[str, Array], *, floor: float = 2.0**-53, ax: Axes | None = None) -> Axes:
    """Draw the error of numerical derivatives over the step size, both on logarithmic axes.

    Parameters
    ----------
    steps : array of shape (m,)
        Positive step sizes h.
    errors : mapping from str to array of shape (m,)
        For each method, its errors; each has a line, and a dot where it is least.
    floor : float
        Where smaller errors, and those of exactly zero, are drawn.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        One line for each method, in the order given.

    Raises
    ------
    TypeError, ValueError
        If a step is not positive, an error is negative, or the shapes differ.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import error_curve
    >>> h = np.logspace(-8, 0, 9)
    >>> len(error_curve(h, {"central differences": h**2 + 1e-16 / h}).lines)
    1
    """
    h = as_real(steps, "steps")
    if h.ndim != 1 or h.size < 2 or (h <= 0).any():
        raise ValueError(
            f"steps must be at least two positive numbers, got shape {h.shape} with smallest {h.min(initial=np.inf):g}"
        )
    if not isinstance(errors, Mapping) or not 1 <= len(errors) <= len(PALETTE):
        raise ValueError(f"errors must map one to {len(PALETTE)} names to arrays, got {describe(errors)}")
    floor = as_number(floor, "floor", above=0)
    curves = {name: as_real(error, f"errors[{name!r}]") for name, error in errors.items()}
    for name, error in curves.items():
        if error.shape != h.shape or (error < 0).any():
            raise ValueError(
                f"errors[{name!r}] must be {h.size} numbers ≥ 0, got shape {error.shape} with smallest {error.min():g}"
            )
    ax = panel_or(ax, height=3.6)
    with style():
        for (name, error), color, dashes in zip(curves.items(), PALETTE, ("-", _DASHED, _DOTTED, "-.")):
            shown, least = np.maximum(error, floor), int(error.argmin())
            ax.plot(h, shown, color=color, linestyle=dashes, label=name)
            ax.scatter(h[least], shown[least], s=36, color=color, zorder=3)
        ax.set(xscale="log", yscale="log", xlabel="step h", ylabel="error")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: exponent(round(float(np.log10(value))))))
        ax.grid(color=INK, alpha=0.2, linewidth=0.75)
        ax.legend()
    return ax
