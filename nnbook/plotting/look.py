"""The look that all figures share: colors, sizes and empty panels to draw on.

Figures are transparent and stand on a white or a near-black page. So the colors are mid-tones, each with a contrast of
at least 3 to 1 on both. No gray reaches 4.5 to 1 on both; ``INK`` comes as near as can be, and
:func:`nnbook.plotting.show` replaces it by the color of the surrounding text.
"""

from contextlib import AbstractContextManager
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from nnbook._checks import Array, as_count, as_number, instance_of

INK = "#7a7a7a"
# Okabe and Ito's colors for color-blind readers, less those too light for a white page; the purple is darkened for it.
BLUE = "#0072b2"
VERMILION = "#d55e00"
GREEN = "#009e73"
PURPLE = "#c06a9c"
PALETTE = (BLUE, VERMILION, GREEN, PURPLE)
MARKERS = ("o", "s", "^", "D")

WIDTH = 6.0  # inches, which is 576 CSS pixels
TEXT = 12.0  # points: 16 pixels on a wide page, 9.7 on a phone that shows the figure 350 pixels wide
SMALL = 11.25  # the smallest that a figure may hold: 9.1 pixels on that phone
LINE = 2.0
THIN = 1.0

_FONT = "DejaVu Sans"  # ships with Matplotlib, so that the layout is the same on every machine
_SETTINGS: dict[str, Any] = {
    "font.family": _FONT,
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": cycler(color=PALETTE),
    "lines.linewidth": LINE,
    "svg.fonttype": "none",
    "svg.hashsalt": "nnbook",
}


def style() -> AbstractContextManager[None]:
    """Return a context in which what Matplotlib draws looks like the figures of this module.

    Returns
    -------
    context manager
        It sets Matplotlib's parameters and restores them at the end.

    Examples
    --------
    >>> from nnbook.plotting import panel, style
    >>> ax = panel()
    >>> with style():
    ...     label = ax.text(0.5, 0.5, "in the color and size of the other labels")
    """
    return mpl.rc_context(_SETTINGS)  # type: ignore[arg-type]


def panels(rows: int, columns: int, *, height: float, width: float = WIDTH) -> list[Axes]:
    """Return ``rows * columns`` empty panels on a new figure, row by row.

    Parameters
    ----------
    rows, columns : int
        How many panels stand below and beside each other.
    height, width : float
        Size of the whole figure in inches. Labels stay legible on a phone at the default width.

    Returns
    -------
    list of Axes
        The figure is not registered with pyplot, so nothing has to be closed.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive.

    Examples
    --------
    >>> from nnbook.plotting import panels
    >>> left, right = panels(1, 2, height=2.5)
    """
    rows, columns = as_count(rows, "rows"), as_count(columns, "columns")
    height, width = as_number(height, "height", above=0), as_number(width, "width", above=0)
    with style():
        figure = Figure(figsize=(width, height), layout="constrained")
        return [figure.add_subplot(rows, columns, place + 1) for place in range(rows * columns)]


def panel(*, height: float = 3.5, width: float = WIDTH) -> Axes:
    """Return one empty panel on a new figure, as every drawing function does that is not given ``ax``.

    Parameters
    ----------
    height, width : float
        Size of the figure in inches.

    Returns
    -------
    Axes
        Its figure is ``ax.figure``.

    Raises
    ------
    TypeError, ValueError
        If a number is not positive.

    Examples
    --------
    >>> from nnbook.plotting import panel
    >>> panel(height=2.0).figure.get_size_inches().tolist()
    [6.0, 2.0]
    """
    return panels(1, 1, height=height, width=width)[0]


def panel_or(ax: Axes | None, *, height: float, width: float = WIDTH) -> Axes:
    """Return ``ax`` or, if it is None, a new panel."""
    if ax is None:
        return panel(height=height, width=width)
    instance_of(ax, Axes, "ax")
    return ax


def sheet(ax: Axes | None, width: float, height: float) -> Axes:
    """Return a panel without axes whose data coordinates are inches from the lower left corner."""
    if ax is None:
        ax = panel(height=height, width=width)
        ax.set_position((0, 0, 1, 1))
    else:
        instance_of(ax, Axes, "ax")
    ax.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    ax.set_axis_off()
    return ax


def write(ax: Axes, at: Array, text: str, size: float = SMALL) -> None:
    """Write a text around a point."""
    ax.text(at[0], at[1], text, ha="center", va="center_baseline", fontsize=size)


def extent(text: str, size: float = SMALL) -> Array:
    """Return width and height of a text in inches."""
    if not text.strip():
        return np.zeros(2)
    box = TextPath((0, 0), text, size=size, prop=FontProperties(family=_FONT)).get_extents()
    return np.array([box.width, size]) / 72


def tint(strength: Array, color: str) -> Array:
    """Return an image of shape (…, 4) in one color whose opacity is ``strength``, so that it suits any background."""
    image = np.empty((*strength.shape, 4))
    image[..., :3] = to_rgb(color)
    image[..., 3] = strength
    return image


def signed_tint(values: Array, limit: float) -> Array:
    """Return an image of shape (…, 4): blue for positive, vermilion for negative values, opaque from ``limit`` on."""
    strength = np.clip(np.abs(values) / limit, 0, 1)
    image: Array = np.where(values[..., None] >= 0, tint(strength, BLUE), tint(strength, VERMILION))
    return image


def number(value: float, decimals: int) -> str:
    """Write ``value`` with a true minus sign, and zero without a sign."""
    return f"{value:z.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def exponent(power: int) -> str:
    """Write a power of ten with raised digits at full text size, which Matplotlib's own labels shrink."""
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def subscript(index: int) -> str:
    """Write an index with lowered digits."""
    return str(index).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
