"""Figures for the page: transparent SVG, legible on white and on near-black, with a text alternative.

Every function draws data on an ``Axes`` and returns it; :func:`show` turns it into a picture for the page. This package
needs the extra ``plot``, which brings Matplotlib.
"""

try:
    import matplotlib  # noqa: F401 - a clear word before the modules below need it
except ImportError as error:
    raise ImportError(
        "nnbook.plotting needs matplotlib, which could not be imported: pip install 'nnbook[plot]'"
    ) from error

from nnbook.plotting.basin import basin_picture, fates
from nnbook.plotting.curves import error_curve, function_graph, learning_curves
from nnbook.plotting.descent import cobweb, descent_on_contours, descent_path
from nnbook.plotting.graph import computational_graph
from nnbook.plotting.images import confusion_matrix, decision_regions, digit_grid
from nnbook.plotting.layers import distributions_by_layer, error_signal_map
from nnbook.plotting.look import BLUE, GREEN, INK, PALETTE, PURPLE, VERMILION, panel, panels, style
from nnbook.plotting.network import network_diagram
from nnbook.plotting.svg import Picture, show

__all__ = [
    "BLUE",
    "GREEN",
    "INK",
    "PALETTE",
    "PURPLE",
    "VERMILION",
    "Picture",
    "basin_picture",
    "cobweb",
    "computational_graph",
    "confusion_matrix",
    "decision_regions",
    "descent_on_contours",
    "descent_path",
    "digit_grid",
    "distributions_by_layer",
    "error_curve",
    "error_signal_map",
    "fates",
    "function_graph",
    "learning_curves",
    "network_diagram",
    "panel",
    "panels",
    "show",
    "style",
]
