"""The picture that a link to the book is shown with elsewhere: title, subtitle and the network of the logo.

Other sites load it by its absolute address, so it is drawn only if `html_baseurl` is set.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from matplotlib.figure import Figure
from matplotlib.patches import Circle
from sphinx.application import Sphinx

FILE = "_static/social_card.png"
INCHES, DPI = (12.0, 6.3), 100
"""1200 by 630 pixels, the size that is asked for."""
SUBTITLE = "Derived, computed, tested: every equals sign is an assertion"
INK = "#1f2933"


def draw(logo: Path, title: str, target: Path) -> None:
    """Draw the card; positions and colors of the units come from the logo."""
    figure = Figure(INCHES, DPI, facecolor="white")
    axes = figure.add_axes((0.3, 0.52, 0.4, 0.42))
    axes.axis("off")
    axes.set(aspect="equal", xlim=(0, 120), ylim=(72, 0))
    columns: dict[float, list[tuple[float, float, str]]] = {}
    for group in ElementTree.parse(logo).getroot():
        for unit in group.iter("{http://www.w3.org/2000/svg}circle"):
            x, y = float(unit.attrib["cx"]), float(unit.attrib["cy"])
            columns.setdefault(x, []).append((x, y, group.attrib["fill"]))
    for left, right in itertools.pairwise(columns[x] for x in sorted(columns)):
        for (x0, y0, _), (x1, y1, _) in itertools.product(left, right):
            axes.plot([x0, x1], [y0, y1], color="#7a7a7a", linewidth=2.5, zorder=1)
    for x, y, color in itertools.chain.from_iterable(columns.values()):
        axes.add_patch(Circle((x, y), 6, color=color, zorder=2))
    for x, inwards in ((6, 12), (114, -12)):
        axes.plot([x + inwards, x, x, x + inwards], [4, 4, 68, 68], color="#7a7a7a", linewidth=6)
    figure.text(0.5, 0.33, title, ha="center", va="center", fontsize=44, weight="bold", color=INK)
    figure.text(0.5, 0.18, SUBTITLE, ha="center", va="center", fontsize=24, color=INK)
    figure.savefig(target, metadata={"Software": None})


def write(app: Sphinx, failure: Exception | None) -> None:
    """Write the card beside the other static files."""
    if failure is None and app.builder.format == "html" and app.config.html_baseurl:
        draw(Path(app.srcdir, "_static", "logo.svg"), app.config.project, Path(app.outdir, FILE))


def setup(app: Sphinx) -> dict[str, Any]:
    """Draw when everything has been written."""
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
