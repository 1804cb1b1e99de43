"""What a site needs besides its pages: the wheel, descriptions, a page for wrong addresses, `llms.txt`, a sitemap.

Only what must be absolute needs to know where the site will stand: the sitemap, the canonical addresses and the picture
for links from elsewhere. They are written if `html_baseurl` is set; `NNBOOK_URL=https://… make html` does that.
"""

from __future__ import annotations

import textwrap
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from _ext import social_card
from _ext.downloads import FOLDER
from _ext.order import parts_in_order
from _ext.search_excerpts import NO_TITLES, spoken, titles_of
from docutils import nodes
from hatchling.builders.wheel import WheelBuilder
from sphinx.application import Sphinx

NOT_FOUND = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>Page not found — {title}</title>
<style>
:root {{ background: #fff; color: #222; color-scheme: light dark; --link: #0b5bc4; }}
@media (prefers-color-scheme: dark) {{ :root {{ background: #14181e; color: #ced6dd; --link: #79b8ff; }} }}
a {{ color: var(--link); }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; margin: 20vh auto 0; max-width: 34rem; padding: 0 1rem; }}
</style>
</head>
<body>
<main>
<h1>There is no page at this address</h1>
<p>It may have moved. Everything can be reached from the <a id="front" href="{front}">front page</a> of
“{title}”.</p>
</main>
<script>
// A server shows this page at the wrong address itself, which may lie in a folder of the site.
const front = document.getElementById("front");
const folder = location.pathname.match(/^(.*?\\/)(?:appendix|notebooks|previews|_modules|_sources|_static)\\//);
if (folder && !/^https?:/.test(front.getAttribute("href"))) front.href = `${{folder[1]}}index.html`;
</script>
</body>
</html>
"""


def describe(doctree: nodes.document, titles: Mapping[str, str] = NO_TITLES) -> str:
    """Return the first paragraph of a page in at most 200 letters, without formulas; titles are as for `spoken`."""
    paragraph = next((node for node in doctree.findall(nodes.paragraph) if spoken(node)), None)
    return textwrap.shorten(spoken(paragraph, titles), 200, placeholder=" …") if paragraph is not None else ""


def add_meta(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say in the head of a page what it is about, for searching machines and for those who share it."""
    if doctree is None:
        return
    title = app.env.titles[pagename].astext() if pagename in app.env.titles else context["title"]
    description = describe(doctree)
    properties = {
        "og:title": title,
        "og:description": description,
        "og:type": "website" if pagename == app.config.root_doc else "article",
        "og:site_name": app.config.project,
    }
    if app.config.html_baseurl:
        properties["og:url"] = _absolute(app, app.builder.get_target_uri(pagename))
        properties["og:image"] = _absolute(app, social_card.FILE)
        properties["og:image:alt"] = f"{app.config.project}. {social_card.SUBTITLE}"
    lines = [f'<meta name="description" content="{escape(description)}">']
    lines += [f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items()]
    context["metatags"] = "\n".join(
        [context.get("metatags", ""), *lines, '<meta name="twitter:card" content="summary_large_image">']
    )


def _absolute(app: Sphinx, address: str) -> str:
    return f"{app.config.html_baseurl.rstrip('/')}/{address}"


def list_for_machines(app: Sphinx) -> str:
    """Return `llms.txt`: what the book is, and where the plain text of each page stands."""
    root = app.env.get_doctree(app.config.root_doc)
    titles = titles_of(app.env)
    lines = [f"# {app.config.project}", "", f"> {describe(root, titles)}", ""]
    for part, pages in parts_in_order(app).items():
        lines += [f"## {part}", ""]
        for page in pages:
            summary = describe(app.env.get_doctree(page), titles)
            lines.append(f"- [{app.env.titles[page].astext()}](_sources/{page}.md): {summary}")
        lines.append("")
    return "\n".join(lines)


def sitemap(addresses: list[str]) -> str:
    """Return the sitemap of these absolute addresses."""
    urls = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    )


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write what belongs to the site as a whole."""
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    front = _absolute(app, "index.html") if app.config.html_baseurl else "index.html"
    text = NOT_FOUND.format(title=escape(app.config.project), front=escape(front))
    (out / "404.html").write_text(text, encoding="utf-8")
    (out / "llms.txt").write_text(list_for_machines(app), encoding="utf-8")
    if app.config.html_baseurl:
        addresses = [_absolute(app, app.builder.get_target_uri(page)) for page in sorted(app.env.found_docs)]
        (out / "sitemap.xml").write_text(sitemap(addresses), encoding="utf-8")
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    if (Path(app.confdir) / "pyproject.toml").exists():
        list(WheelBuilder(str(app.confdir)).build(directory=str(folder), versions=["standard"]))
    pack(folder)


def pack(folder: Path) -> None:
    """Put all notebooks and the wheel into one archive, the same bytes for the same content."""
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted([*folder.glob("*.ipynb"), *folder.glob("*.whl")]):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the head of each page and the end of the build."""
    app.connect("html-page-context", add_meta)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
