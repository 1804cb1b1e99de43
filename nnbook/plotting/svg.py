"""A figure as SVG with a text alternative, fit to stand inside a page."""

import hashlib
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnbook._checks import instance_of
from nnbook.plotting.look import INK, style

_DECIMALS = re.compile(r"\d+\.\d{3,}")
_REFERENCE = re.compile(r"(?<=#)[\w-]+")
_NO_ROTATION = re.compile(r"rotate\(-?0 [^)]*\)")
_NAMESPACE = re.compile(r"^{[^}]*}")


@dataclass(frozen=True)
class Picture:
    """A figure as SVG together with its text alternative; notebooks display it.

    Attributes
    ----------
    svg : str
        One ``<svg>`` element.
    alt : str
        What is to be seen, for a reader who cannot see it.
    """

    svg: str
    alt: str

    def __repr__(self) -> str:
        return f"Picture: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.svg, "text/plain": repr(self)}

    def save(self, path: str | Path) -> None:
        """Write the SVG to a file.

        Parameters
        ----------
        path : str or Path
            Where to; an existing file is replaced.
        """
        Path(path).write_text(self.svg + "\n", encoding="utf-8")


def show(drawing: Axes | Figure, *, alt: str) -> Picture:
    """Turn a drawing into a picture with a text alternative, as the last line of a notebook cell.

    The SVG stands inside the page: its text takes the color and the font of the text around it, and so is legible in
    light and in dark mode. The same drawing always gives the same bytes.

    Parameters
    ----------
    drawing : Axes or Figure
        What a function of this module returned. Of a panel, the whole figure is shown.
    alt : str
        The text alternative: what is to be seen, in one to three sentences.

    Returns
    -------
    Picture
        It displays itself in a notebook.

    Raises
    ------
    TypeError
        If ``drawing`` is not a drawing or ``alt`` not a string.
    ValueError
        If ``alt`` is empty.

    References
    ----------
    W3C, *Web Content Accessibility Guidelines 2.2*, success criterion 1.1.1.

    Examples
    --------
    >>> from nnbook.plotting import function_graph, show
    >>> show(function_graph(abs, (-1, 1)), alt="The graph of the absolute value: a V with its tip at 0.")
    Picture: The graph of the absolute value: a V with its tip at 0.
    """
    instance_of(drawing, (Axes, Figure), "drawing")
    instance_of(alt, str, "alt")
    if not alt.strip():
        raise ValueError(f"alt must say what is to be seen, got {alt!r}")
    figure = drawing if isinstance(drawing, Figure) else drawing.get_figure(root=True)
    instance_of(figure, Figure, "the figure of drawing")
    buffer = io.StringIO()
    with style():
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})  # type: ignore[union-attr]
    alt = " ".join(alt.split())
    return Picture(_compact(buffer.getvalue(), alt), alt)


def _compact(source: str, alt: str) -> str:
    """Strip Matplotlib's file to what a page needs, with names that do not clash with those of other figures."""
    root = ET.fromstring(source)  # noqa: S314 - Matplotlib has just written it
    named = {element.attrib.get("id") for element in root.iter()}
    referred = (_REFERENCE.findall(value) for element in root.iter() for value in element.attrib.values())
    used = {name for names in referred for name in names if name in named}
    prefix = "f" + hashlib.sha256((source + alt).encode()).hexdigest()[:8] + "-"
    viewbox = root.attrib["viewBox"]
    width, height = (float(size) * 4 / 3 for size in viewbox.split()[2:])  # from points to CSS pixels
    body = "".join(_markup(child, used, prefix) for child in root)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="nnbook-figure" role="img" aria-label="{html.escape(alt)}" '
        f'viewBox="{viewbox}" width="{width:g}" height="{height:g}" style="max-width: 100%; height: auto" '
        f'font-family="system-ui, sans-serif" stroke-linejoin="round">{body}</svg>'
    )


def _markup(element: ET.Element, used: set[str], prefix: str) -> str:
    tag = _NAMESPACE.sub("", element.tag)
    attributes = dict(_attributes(element, used, prefix))
    if tag in {"metadata", "style"} or (tag == "path" and attributes.get("style") == "fill: none"):
        return ""
    inside = "".join(_markup(child, used, prefix) for child in element)
    if tag in {"text", "tspan"} and not inside:
        inside = html.escape(element.text or "", quote=False)
    if tag in {"g", "defs"} and (not inside or not attributes):
        return inside if tag == "g" or not inside else f"<defs>{inside}</defs>"
    opening = " ".join([tag, *(f'{name}="{html.escape(value)}"' for name, value in attributes.items())])
    return f"<{opening}>{inside}</{tag}>" if inside else f"<{opening}/>"


def _attributes(element: ET.Element, used: set[str], prefix: str) -> Iterator[tuple[str, Any]]:
    for full_name, given in element.attrib.items():
        name, value = _NAMESPACE.sub("", full_name), given
        if name == "id":
            if value in used:
                yield name, prefix + value
            continue
        if name == "d":
            value = _DECIMALS.sub(lambda found: f"{float(found[0]):.2f}", " ".join(value.split()))
        elif name == "style":
            properties = [part for part in value.split("; ") if not part.startswith("font-family")]
            value = "; ".join(properties).replace(INK, "currentColor")
        elif value.startswith("data:"):
            value = "".join(value.split())
        elif name == "transform":
            value = _NO_ROTATION.sub("", value).strip()
        if value and "#" in value and not value.startswith("data:"):
            value = _REFERENCE.sub(lambda found: prefix + found[0] if found[0] in used else found[0], value)
        if value:
            yield name, value
