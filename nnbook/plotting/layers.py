"""What happens inside a network: distributions layer by layer, and error signals."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from nnbook._checks import Array, as_count, as_matrix, as_number, as_real, describe
from nnbook.plotting.look import BLUE, INK, SMALL, THIN, exponent, panel_or, signed_tint, style


def distributions_by_layer(
    values: Sequence[Array],
    *,
    names: Sequence[str] | None = None,
    label: str = "activation",
    bins: int = 50,
    ax: Axes | None = None,
) -> Axes:
    """Draw how the numbers of each layer are distributed, one histogram beside the other.

    Parameters
    ----------
    values : sequence of arrays
        The numbers of each layer, of any shape.
    names : sequence of str, optional
        Names of the layers. Default: 1, 2, …
    label : str
        What the numbers are.
    bins : int
        Number of bars, over the range of all layers.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Layer k stands at x = k, and is as wide where it has most numbers as every other; a short line marks its mean.

    Raises
    ------
    TypeError, ValueError
        If a layer has no finite numbers, or a name is missing.

    Examples
    --------
    >>> import numpy as np
    >>> from nnbook.plotting import distributions_by_layer
    >>> rng = np.random.default_rng(0)
    >>> ax = distributions_by_layer([rng.normal(size=(50, 4)), rng.normal(size=(50, 8))])
    >>> len(ax.collections)
    2
    """
    if not isinstance(values, Sequence) or isinstance(values, str) or not values:
        raise ValueError(f"values must be a list of arrays, got {describe(values)}")
    layers = [as_real(layer, f"values[{place}]").reshape(-1) for place, layer in enumerate(values)]
    for place, layer in enumerate(layers):
        if layer.size == 0:
            raise ValueError(f"values[{place}] must hold at least one number, got none")
    titles = [str(place + 1) for place in range(len(layers))] if names is None else list(names)
    if len(titles) != len(layers):
        raise ValueError(f"names must have {len(layers)} entries, got {len(titles)}")
    everything = np.concatenate(layers)
    edges = np.histogram_bin_edges(everything, as_count(bins, "bins"))
    ax = panel_or(ax, height=3.4)
    with style():
        for place, layer in enumerate(layers, start=1):
            counts, _ = np.histogram(layer, edges)
            width = np.repeat(0.42 * counts / counts.max(), 2)
            heights = np.repeat(edges, 2)[1:-1]
            ax.fill_betweenx(heights, place - width, place + width, facecolor=BLUE, alpha=0.75, linewidth=0)
            ax.plot([place - 0.45, place + 0.45], [layer.mean()] * 2, color=INK, linewidth=1.5 * THIN)
        ax.set_xticks(range(1, len(layers) + 1), titles)
        ax.set(xlabel="layer", ylabel=label, xlim=(0.4, len(layers) + 0.6))
        ax.tick_params(axis="x", length=0)
    return ax


def error_signal_map(
    delta: Array,
    *,
    limit: float | None = None,
    labels: tuple[str, str] = ("unit", "example"),
    ax: Axes | None = None,
) -> Axes:
    """Draw the error signals of one layer as a map, examples downwards and units to the right.

    Parameters
    ----------
    delta : array of shape (n, d)
        The error signals, or any other matrix of signed numbers.
    limit : float, optional
        The size of number that is drawn in full strength; by default the largest that occurs.
    labels : two strings
        What the columns and what the rows are.
    ax : Axes, optional
        Where to draw; a new panel by default.

    Returns
    -------
    Axes
        Blue is positive, vermilion negative, blank zero; the scale beside the map says how much.

    Raises
    ------
    TypeError, ValueError
        If ``delta`` is not a finite matrix or ``limit`` not positive.

    Examples
    --------
    >>> from nnbook.plotting import error_signal_map
    >>> error_signal_map([[0.5, -0.25]]).images[0].get_array()[0, :, 3].tolist()  # the opacity of both pixels
    [1.0, 0.5]
    """
    signals = as_matrix(delta, "delta")
    limit = float(np.abs(signals).max()) or 1.0 if limit is None else as_number(limit, "limit", above=0)
    ax = panel_or(ax, height=3.6)
    with style():
        ax.imshow(signed_tint(signals, limit), interpolation="none", aspect="auto")
        ax.set(xlabel=labels[0], ylabel=labels[1])
        ax.spines[:].set_visible(True)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(integer=True))
        scale = ax.inset_axes((1.04, 0, 0.04, 1))
        scale.imshow(
            signed_tint(np.linspace(1, -1, 101)[:, None], 1), extent=(0, 1, -1, 1), aspect="auto", interpolation="none"
        )
        full = _two_digits(limit)
        scale.set(xticks=[])
        scale.set_yticks([1, 0, -1], [full, "0", "−" + full], fontsize=SMALL)
        scale.yaxis.tick_right()
        scale.spines[:].set_visible(True)
    return ax


def _two_digits(limit: float) -> str:
    """Write a positive number with two significant digits, or more where they stand before the point."""
    power = int(np.floor(np.log10(limit)))
    if -4 < power < 5:
        return f"{limit:.{max(0, 1 - power)}f}"
    return f"{limit / 10.0**power:.1f} · {exponent(power)}"
