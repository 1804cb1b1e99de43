"""Sphinx: sources are book/, the site goes to build/html. `make html` is the way to run it."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "book")]

from tools.book import CELL_TIMEOUT, cache_folder  # noqa: E402

project = "Neural Networks in Matrix Form"
author = "The nnbook authors"
copyright = "The nnbook authors. Text and figures CC BY 4.0, code MIT"
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "numpydoc",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_exercise",
    "sphinx_proof",
    "sphinxcontrib.bibtex",
    "_ext.accessibility",
    "_ext.code_links",
    "_ext.downloads",
    "_ext.environment_list",
    "_ext.equations",
    "_ext.folding",
    "_ext.implementations",
    "_ext.landing",
    "_ext.mathematics",
    "_ext.pitfalls",
    "_ext.previews",
    "_ext.search_excerpts",
    "_ext.site",
    "_ext.social_card",
    "_ext.trim",
]
templates_path = ["book/_templates"]
exclude_patterns = ["_*", "environments"]
nitpicky = True
nitpick_ignore_regex = [
    # No inventory is fetched from other projects, so names of Python and NumPy in signatures have no target.
    ("py:.*", r"(builtins|collections|pathlib|typing|numpy|np)(\..*)?"),
]
numfig = True
today_fmt = "%Y-%m-%d"

# Pages: MyST Markdown, executed by tools/book.py before Sphinx starts. Sphinx finds every output in the cache.
myst_enable_extensions = [
    "amsmath",
    "attrs_block",
    "attrs_inline",
    "colon_fence",
    "deflist",
    "dollarmath",
    "substitution",
]
myst_dmath_double_inline = True
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_cache_path = os.environ.get("NNBOOK_CACHE") or str(cache_folder(ROOT))
nb_execution_timeout = CELL_TIMEOUT
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_output_stderr = "warn"
nb_merge_streams = True

# Mathematics is set at build time.
html_math_renderer = "katex-strict"
math_eqref_format = "({number})"

# The library's reference.
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_typehints = "none"  # shapes and types stand in the docstrings
numpydoc_show_class_members = False
viewcode_line_numbers = True

bibtex_bibfiles = ["book/references.bib"]
bibtex_default_style = "unsrtalpha"
bibtex_reference_style = "author_year"
copybutton_exclude = ".linenos, .gp, .go"

exercise_style = "solution_follow_exercise"

# Results of the equation check, so that an unchanged equation is not evaluated again.
equations_cache = str(ROOT / "build" / "equations")

html_theme = "sphinx_book_theme"
html_title = project
html_baseurl = os.environ.get("NNBOOK_URL", "")  # where the site will stand; only a sitemap needs to know
html_static_path = ["book/_static"]
html_css_files = ["katex/katex.min.css", "book.css"]
html_js_files = [("book.js", {"defer": "defer"})]
html_favicon = "book/_static/favicon.svg"
html_context = {"default_mode": "auto"}
html_show_sphinx = False
html_domain_indices = ["py-modindex"]  # theorems have no names that anybody would look up
html_theme_options = {
    "logo": {"text": project, "image_light": "_static/logo.svg", "image_dark": "_static/logo.svg", "alt_text": ""},
    "navbar_persistent": [],  # the sidebar has the search already
    "home_page_in_toc": True,
    "show_navbar_depth": 2,
    "show_toc_level": 2,
    "use_fullscreen_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
