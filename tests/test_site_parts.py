"""The parts of the site that are made by our own code: previews, links to code, excerpts, the map, the sitemap."""

import zipfile
from xml.etree import ElementTree

import pytest
from _ext.implementations import NUMBER, entry_of
from _ext.landing import Chapter, draw
from _ext.previews import fragments, references
from _ext.search_excerpts import spoken
from _ext.site import describe, pack, sitemap
from docutils import nodes

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


def test_sitemap_is_xml_with_the_addresses():
    root = ElementTree.fromstring(sitemap(["https://example.org/a.html?x=1&y=2"]).encode())
    assert [element.text for element in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")] == [
        "https://example.org/a.html?x=1&y=2"
    ]


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
