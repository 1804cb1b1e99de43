"""The parts of the site that are made by our own code: previews, links to code, excerpts, the map, the sitemap."""

import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from _ext import social_card
from _ext.implementations import NUMBER, entry_of
from _ext.landing import Chapter, draw
from _ext.previews import fragments, references
from _ext.search_excerpts import spoken
from _ext.site import describe, pack, sitemap
from _ext.trim import lighten
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

BOOK = Path(__file__).resolve().parent.parent / "book"
PAGE = """
<section id="first-part"><span id="part"></span><h2>First <em>part</em><a class="headerlink" href="#x">#</a></h2>
<p>Words with <a class="reference internal" href="other.html#there">a link</a>.</p><p>More.</p>
<div class="math notranslate" id="equation-eq-a"><span>a = b</span><span class="eqno">(1)<a class="headerlink"
 href="#equation-eq-a">#</a><span class="equation-links"><a href="api.html#f">code</a></span></span></div>
<div class="proof theorem admonition" id="thm-a"><div class="inner">Inside</div> rest</div><div>after</div>
<dl><dt id="term-bias">bias<a class="headerlink" href="#term-bias">#</a></dt><dd><p>A number.</p></dd></dl>
<div class="admonition note" id="note-a">no preview</div>
</section>
"""


@pytest.mark.parametrize(
    ("anchor", "expected"),
    [
        ("first-part", "<p><strong>First <em>part</em></strong></p><p>Words with a link.</p>"),
        ("part", "<p><strong>First <em>part</em></strong></p><p>Words with a link.</p>"),
        ("equation-eq-a", '<div class="math"><span>a = b</span><span class="eqno">(1)</span></div>'),
        ("thm-a", '<div class="proof theorem admonition"><div class="inner">Inside</div> rest</div>'),
        ("term-bias", "<p><strong>bias</strong></p><p>A number.</p>"),
    ],
)
def test_preview_has_the_content_without_links_and_anchors(anchor, expected):
    assert dict(fragments(PAGE))[anchor] == expected


def test_ordinary_boxes_have_no_preview():
    assert "note-a" not in dict(fragments(PAGE))


@pytest.mark.parametrize(
    ("page", "href", "expected"),
    [
        ("forward", "appendix/glossary.html#term-a", ("appendix/glossary", "term-a")),
        ("appendix/glossary", "../forward.html#%C3%A4", ("forward", "ä")),
    ],
)
def test_references_are_found_from_any_folder(page, href, expected):
    assert list(references(page, f'<a class="reference internal" href="{href}">')) == [expected]


def test_what_a_page_refers_to_on_itself_needs_no_file():
    assert list(references("forward", '<a class="reference internal" href="#equation-eq-a">')) == []


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("nnbook.backprop.hidden_error", {"nnbook.hidden_error"}, "nnbook.hidden_error"),
        ("nnbook.network.propagate", {"nnbook.network.propagate"}, "nnbook.network.propagate"),
        ("nnbook.network.Network.forward", {"nnbook.Network.forward"}, "nnbook.Network.forward"),
        ("nnbook.activations.Sigmoid", {"nnbook.sigmoid", "nnbook.tanh"}, "nnbook.sigmoid"),
        ("nnbook.backprop.hidden_error", {"nnbook.fit"}, None),
    ],
)
def test_function_is_found_in_the_reference_under_the_name_it_has_there(name, known, expected):
    assert entry_of(name, known) == expected


def test_number_of_an_equation_is_recognized():
    html = '<span class="eqno">(1.7)<a class="headerlink" href="#equation-eq-a" title="Link">#</a></span>'
    found = NUMBER.search(html)
    assert found is not None
    assert (found["number"], found["label"]) == ("1.7", "eq-a")


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("W", "W"),
        ("W^\\top", "Wᵀ"),
        ("\\frac1n", "1/n"),
        ("d_{l-1}", "dl-1"),
        ("\\sum_k \\exp(z_k)", "…"),
        ("a + b + c + d + e + f + g", "…"),
    ],
)
def test_excerpts_have_letters_in_the_place_of_latex(latex, expected):
    paragraph = nodes.paragraph("", "", nodes.Text("Take "), nodes.math("", latex), nodes.Text("\nthen"))
    assert spoken(paragraph) == f"Take {expected} then"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"refdomain": "math", "reftype": "eq", "reftarget": "eq-a"}, "See … there"),
        ({"refdomain": "std", "reftype": "ref", "reftarget": "chain"}, "See The chain rule there"),
        ({"refdomain": "std", "reftype": "ref", "reftarget": "chain", "refexplicit": True}, "See words there"),
        ({"refdomain": "std", "reftype": "term", "reftarget": "words"}, "See words there"),
        ({"refdomain": "cite", "reftype": "p", "reftarget": "someone2000"}, "See there"),
    ],
)
def test_excerpts_show_of_a_reference_what_the_page_shows(reference, expected):
    xref = addnodes.pending_xref("", nodes.inline("", "", nodes.Text("words")), **reference)
    paragraph = nodes.paragraph("", "", nodes.Text("See "), xref, nodes.Text(" there"))
    assert spoken(paragraph, {"chain": "The chain rule"}) == expected


def test_description_is_the_first_paragraph_cut_at_a_word():
    document = nodes.Element("", nodes.paragraph("", ""), nodes.paragraph("", "word " * 60), nodes.paragraph("", "no"))
    assert describe(document) == "word " * 39 + "…"  # 39 words of 5 letters and the ellipsis are 196, at most 200
    assert describe(nodes.Element()) == ""


def test_map_links_every_chapter_and_leaves_no_text_outside_its_box():
    parts = {
        "A": [Chapter("One", "one.html"), Chapter("Two & <three>", "two.html")],
        "B": [Chapter("Four", "four.html")],
    }
    root = ElementTree.fromstring(draw(parts))
    assert [link.get("href") for link in root.iter("a")] == ["one.html", "two.html", "four.html"]
    assert [" ".join("".join(link.itertext()).split()) for link in root.iter("a")] == ["One", "Two & <three>", "Four"]
    left, _, width, height = map(float, root.get("viewBox").split())
    for box in root.iter("rect"):
        assert left <= float(box.get("x"))
        assert float(box.get("x")) + float(box.get("width")) <= left + width
        assert float(box.get("y")) + float(box.get("height")) <= height
    # Two steps down, one of them to the second column.
    assert len([path for path in root.iter("path") if path.get("class") == "way"]) == 2


def test_card_has_the_size_that_is_asked_for_and_the_same_bytes_each_time(tmp_path):
    for name in ("first.png", "second.png"):
        social_card.draw(BOOK / "_static" / "logo.svg", "A title", tmp_path / name)
    first = (tmp_path / "first.png").read_bytes()
    # The header of a PNG holds width and height at this place.
    assert struct.unpack(">II", first[16:24]) == (1200, 630)
    assert (tmp_path / "second.png").read_bytes() == first


def test_page_is_lightened_without_a_change_of_its_text():
    script = '\n  <script defer src="_static/scripts/fontawesome.js?digest=1"></script>'
    code = '<pre><span class="n">x</span> <span class="o">@</span> <span class="p">(</span></pre>'
    assert lighten(script + code) == '<pre>x <span class="o">@</span> (</pre>'


def test_sitemap_is_xml_with_the_addresses():
    root = ElementTree.fromstring(sitemap(["https://example.org/a.html?x=1&y=2"]).encode())
    assert [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")] == [
        "https://example.org/a.html?x=1&y=2"
    ]


def test_site_that_knows_its_address_names_it(tmp_path):
    source = tmp_path / "book"
    (source / "_static").mkdir(parents=True)
    (source / "_static" / "logo.svg").write_bytes((BOOK / "_static" / "logo.svg").read_bytes())
    (source / "index.md").write_text("# Title\n\nFirst words.\n", "utf-8")
    settings = {
        "extensions": ["myst_parser", "_ext.site", "_ext.social_card"],
        "html_baseurl": "https://example.org/book",
        "html_theme": "basic",
        "project": "Title",
    }
    out = tmp_path / "out"
    with patch_docutils(source), docutils_namespace():
        Sphinx(source, None, out, tmp_path / "doctrees", "html", settings, status=None).build()
    page = (out / "index.html").read_text("utf-8")
    assert '<meta property="og:url" content="https://example.org/book/index.html">' in page
    assert '<meta property="og:image" content="https://example.org/book/_static/social_card.png">' in page
    assert (out / "_static" / "social_card.png").exists()
    assert "<loc>https://example.org/book/index.html</loc>" in (out / "sitemap.xml").read_text("utf-8")
    assert 'href="https://example.org/book/index.html"' in (out / "404.html").read_text("utf-8")


def test_archive_has_the_same_bytes_for_the_same_content(tmp_path):
    (tmp_path / "a.ipynb").write_text("one")
    (tmp_path / "a.py").write_text("script")
    (tmp_path / "b.whl").write_text("two")
    pack(tmp_path)
    first = (tmp_path / "all.zip").read_bytes()
    (tmp_path / "a.ipynb").touch()
    pack(tmp_path)
    assert (tmp_path / "all.zip").read_bytes() == first
    assert zipfile.ZipFile(tmp_path / "all.zip").namelist() == ["a.ipynb", "b.whl"]
