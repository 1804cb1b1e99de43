"""The built site in a real browser: `make html` comes first."""

import functools
import gzip
import http.server
import json
import re
import threading
from collections.abc import Iterator
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.site

BUILT = Path(__file__).resolve().parent.parent / "build" / "html"
PAGES = sorted(path.relative_to(BUILT).as_posix() for path in BUILT.rglob("*.html") if "_static" not in path.parts)
REFERENCE = "appendix/api.html"
REPRESENTATIVE = ["index.html", "forward.html", "training.html", REFERENCE]
WIDTHS = (1280, 390)
# KaTeX's boxes, half of all elements, are hidden from assistive technology, which gets MathML instead.
OUTSIDE_FORMULAS = {"exclude": [[".katex-html"]]}
LAID_OUT = "document.querySelector('html.laid-out') || !document.querySelector('.bd-article')"
WAITING = "[...document.querySelectorAll('*')].filter(e => getComputedStyle(e).contentVisibility === 'auto')"
VIOLATIONS = {"resultTypes": ["violations"], "preload": False}

# What reads files works from a stick if it works at all; a server is the easier place.
both_ways = pytest.mark.parametrize("way", ["file", pytest.param("http", marks=pytest.mark.long)])


def on_every_page(*quick: str) -> pytest.MarkDecorator:
    """Try every page; all but those that are named take too long for `make test`."""
    pages = [pytest.param(page, marks=() if page in quick else pytest.mark.long) for page in PAGES]
    return pytest.mark.parametrize("page", pages)


def every_mode() -> Iterator[Any]:
    """Yield every page in light and dark, wide and narrow; most of it takes long, so do the contrasts of the API."""
    for page, scheme, width in product(PAGES, ("light", "dark"), WIDTHS):
        modes = {("light", 1280), ("dark", 390)} if page in {"index.html", "training.html"} else {("light", 1280)}
        quick = page in REPRESENTATIVE and page != REFERENCE and (scheme, width) in modes
        yield pytest.param(page, scheme, width, True, marks=() if quick else pytest.mark.long)
    yield pytest.param(REFERENCE, "light", 1280, False)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Serve the site on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(BUILT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Visit:
    """A browser context that refuses every other host and writes down what goes wrong."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self.context: BrowserContext = browser.new_context(**settings)
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.context.route("**/*", self._route)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _route(self, route: Route) -> None:
        url = route.request.url
        if url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(url)
            route.abort()

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def test_the_site_is_built_and_has_the_pages_of_the_book() -> None:
    assert set(REPRESENTATIVE) <= set(PAGES), "run 'make html' first"


@on_every_page(*REPRESENTATIVE)
@both_ways
def test_page_asks_no_other_host_and_the_console_stays_silent(
    browser: Browser, address: str, page: str, way: str
) -> None:
    with Visit(browser) as visit:
        visit.page.goto(f"{address}/{page}" if way == "http" else (BUILT / page).as_uri(), wait_until="networkidle")
        assert visit.outside == []
        assert visit.complaints == []


@pytest.mark.parametrize(("page", "scheme", "width", "contrast"), list(every_mode()))
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    browser: Browser, address: str, page: str, scheme: Any, width: int, contrast: bool
) -> None:
    with Visit(browser, color_scheme=scheme, viewport={"width": width, "height": 900}) as visit:
        visit.page.goto(f"{address}/{page}")
        visit.page.wait_for_function(LAID_OUT)
        context = None if page in REPRESENTATIVE else OUTSIDE_FORMULAS
        options = VIOLATIONS | {"rules": {"color-contrast": {"enabled": contrast}}}
        found = Axe().run(visit.page, context=context, options=options)
        violations = found.response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in violations] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@on_every_page("training.html")
def test_every_picture_says_what_is_to_be_seen(browser: Browser, page: str) -> None:
    with Visit(browser) as visit:
        visit.page.goto((BUILT / page).as_uri())
        silent = visit.page.evaluate(
            """[...document.querySelectorAll(".bd-article img, .bd-article .cell_output svg")].filter(e =>
            !(e.getAttribute("alt") || e.getAttribute("aria-label") || e.querySelector(":scope > title")?.textContent)
            ).map(e => e.outerHTML.slice(0, 200))"""
        )
        assert silent == []


@on_every_page("training.html")
def test_text_in_figures_is_legible_on_a_phone(browser: Browser, page: str) -> None:
    with Visit(browser, viewport={"width": 390, "height": 900}) as visit:
        visit.page.goto((BUILT / page).as_uri())
        visit.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        sizes = visit.page.evaluate(
            """[...document.querySelectorAll(".bd-article svg text")].map(text => {
                const scale = text.getScreenCTM();
                return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(scale.a, scale.b);
            }).filter(size => size > 0)"""
        )
        assert all(size >= 9 for size in sizes), f"smallest text: {min(sizes):.1f} pixels"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("way", ["address", pytest.param("click", marks=pytest.mark.long)])
def test_a_place_far_down_is_reached_at_once_although_formulas_wait(browser: Browser, way: str, width: int) -> None:
    with Visit(browser, viewport={"width": width, "height": 900}) as visit:
        anchor = "equation-eq-error-signals-recursion-batch"
        address = (BUILT / "error_signals.html").as_uri()
        if way == "click":
            visit.page.goto(address)
            visit.page.evaluate(f"document.body.insertAdjacentHTML('afterbegin', '<a id=go href=#{anchor}>go</a>')")
            left = visit.page.evaluate(f"document.getElementById('go').click(), {WAITING}.length")
        else:
            visit.page.add_init_script(f"addEventListener('load', () => left = {WAITING}.length)")
            visit.page.goto(f"{address}#{anchor}")
            left = visit.page.evaluate("left")
        assert left == 0
        visit.page.wait_for_function(LAID_OUT)
        top = visit.page.evaluate(f"document.getElementById('{anchor}').getBoundingClientRect().top")
        assert abs(top - 64) < 5  # the height of the bar at the top of the window


def test_nothing_waits_when_the_page_is_laid_out(browser: Browser) -> None:
    with Visit(browser) as visit:
        visit.page.goto((BUILT / "error_signals.html").as_uri())
        visit.page.wait_for_function(LAID_OUT)
        assert visit.page.evaluate(f"{WAITING}.length") == 0


def test_formulas_are_complete_without_javascript(browser: Browser) -> None:
    with Visit(browser, java_script_enabled=False) as visit:
        visit.page.goto((BUILT / "forward.html").as_uri())
        formula = visit.page.locator("#equation-eq-forward-batch")
        assert formula.locator("math").count() == 1  # MathML for screen readers
        assert formula.locator(".katex-html .mord").count() > 10  # what is seen
        assert formula.locator(".eqno").inner_text().strip().startswith("(")
        reference = visit.page.locator('a[href="#equation-eq-forward-unit-sum"]').first
        number = visit.page.locator("#equation-eq-forward-unit-sum .eqno").inner_text()
        assert reference.inner_text().strip("()") in number


def test_reader_lands_searches_previews_follows_a_formula_to_its_code_unfolds_a_solution_and_takes_the_page_away(
    browser: Browser, address: str
) -> None:
    with Visit(browser, viewport={"width": 1280, "height": 900}, accept_downloads=True) as visit:
        page = visit.page
        page.goto(f"{address}/index.html")
        assert page.locator(".bd-article h1").inner_text().startswith("Neural Networks in Matrix Form")
        assert page.locator(".chapter-map a").count() > 10

        page.goto(f"{address}/search.html?q=broadcasting")
        result = page.locator("#search-results li", has_text="Forward propagation").first
        result.locator(".context strong", has_text="broadcasting").wait_for()
        result.locator("a").click()
        assert page.url.split("?")[0].endswith("forward.html")

        reference = page.locator('.bd-article a.reference[href="#equation-eq-forward-unit-sum"]').first
        preview = page.locator("#preview")
        assert preview.is_hidden()
        reference.hover()
        preview.wait_for()
        assert "∑" in preview.inner_text()
        reference.click()
        assert page.url.endswith("#equation-eq-forward-unit-sum")
        page.go_back()

        page.locator("#equation-eq-forward-batch .equation-links a", has_text="code").click()
        assert page.url.endswith("appendix/api.html#nnbook.Network.forward")
        function = page.locator('dt[id="nnbook.Network.forward"] + dd')
        function.locator('a[href$="forward.html#equation-eq-forward-batch"]').wait_for()
        page.go_back()

        page.locator("#equation-eq-forward-batch .equation-links a", has_text="test").click()
        assert page.url.endswith("appendix/equations.html#entry-eq-forward-batch")
        page.locator("#entry-eq-forward-batch a", has_text="test_equation_holds[eq-forward-batch]").click()
        assert page.url.endswith("appendix/environments.html#environments")
        page.go_back()
        page.go_back()

        solution = page.locator("details.solution").first
        assert not solution.locator("pre").first.is_visible()
        solution.locator("summary").first.click()
        assert solution.locator("pre").first.is_visible()

        page.locator(".dropdown-download-buttons button").first.click()
        with page.expect_download() as download:
            page.locator(".dropdown-download-buttons a", has_text=".ipynb").click()
        assert download.value.suggested_filename == "forward.ipynb"
        assert len(json.loads(Path(download.value.path()).read_text("utf-8"))["cells"]) > 20
        assert visit.outside == []
        assert visit.complaints == []


@pytest.mark.long  # the journey above opens one
@pytest.mark.parametrize("way", ["file", "http"])
@pytest.mark.parametrize(
    ("start", "selector", "shown"),
    [
        ("forward.html", 'a.reference[href="#equation-eq-forward-unit-sum"]', "∑"),
        ("forward.html", 'a[href$="neurons.html#neurons"]', "One neuron"),
        ("forward.html", 'a[href="#thm-forward-collapse"]', "Two layers without activation are one layer"),
        ("neurons.html", 'a[href*="glossary.html#term-"]', "—"),
        ("appendix/api.html", 'a[href$="#equation-eq-error-signals-recursion-batch"]', "⊙"),
    ],
)
def test_preview_opens_by_keyboard_and_closes_with_escape(
    browser: Browser, address: str, way: str, start: str, selector: str, shown: str
) -> None:
    with Visit(browser) as visit:
        visit.page.goto(f"{address}/{start}" if way == "http" else (BUILT / start).as_uri())
        link = visit.page.locator(f".bd-article {selector}").first
        visit.page.keyboard.press("Tab")  # from now on focus comes from the keyboard
        link.focus()
        preview = visit.page.locator("#preview")
        preview.wait_for()
        assert shown in preview.inner_text()
        assert link.get_attribute("aria-describedby") == "preview"
        visit.page.keyboard.press("Escape")
        assert preview.is_hidden()
        assert link.get_attribute("aria-describedby") is None
        assert visit.complaints == []


@both_ways
@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("broadcasting", "Matrices"),
        ("error signal", "Error signals"),
        ("check_gradients", "nnbook.check_gradients"),
    ],
)
def test_search_finds_terms_and_names_with_excerpts_that_hold_no_latex(
    browser: Browser, address: str, way: str, query: str, title: str
) -> None:
    with Visit(browser) as visit:
        visit.page.goto(
            f"{address}/search.html?q={query}" if way == "http" else f"{(BUILT / 'search.html').as_uri()}?q={query}"
        )
        visit.page.locator("#search-results .search-summary", has_text="found").wait_for()
        assert visit.page.locator("#search-results a", has_text=title).count() > 0
        excerpts = visit.page.locator("#search-results li .context").all_inner_texts()
        assert excerpts
        assert all(len(excerpt) > 40 for excerpt in excerpts)
        assert "\\" not in visit.page.locator("#search-results").inner_text()
        assert visit.outside == []
        assert visit.complaints == []


@on_every_page("training.html")
def test_everything_is_reached_by_keyboard_with_visible_focus(browser: Browser, address: str, page: str) -> None:
    with Visit(browser, viewport={"width": 1280, "height": 900}) as visit:
        visit.page.goto(f"{address}/{page}")
        unreachable = visit.page.evaluate(
            """[...document.querySelectorAll("a[href], button, input, summary")].filter(e =>
            e.tabIndex < 0 && e.checkVisibility() && !e.disabled).map(e => e.outerHTML.slice(0, 200))"""
        )
        assert unreachable == []
        seen = set()
        for _ in range(40):
            visit.page.keyboard.press("Tab")
            position, html, visible = visit.page.evaluate(
                """(() => { const e = document.activeElement, s = getComputedStyle(e);
                const visible = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none";
                return [[...document.querySelectorAll("*")].indexOf(e), e.outerHTML.slice(0, 200), visible]; })()"""
            )
            if position in seen or html.startswith("<body"):
                break  # round the page
            seen.add(position)
            assert visible, html
        assert seen


@on_every_page("training.html")
def test_page_prints_without_its_frame_and_with_solutions_unfolded(browser: Browser, page: str) -> None:
    with Visit(browser, viewport={"width": 720, "height": 1000}) as visit:  # as wide as A4 between its margins
        visit.page.goto((BUILT / page).as_uri())
        visit.page.emulate_media(media="print")
        hidden = visit.page.evaluate(
            """[...document.querySelectorAll("details.solution > section")].filter(e => e.clientHeight === 0).length"""
        )
        assert hidden == 0
        frame = ".bd-sidebar-primary, .bd-header-article, .bd-sidebar-secondary, #preview"
        assert [element for element in visit.page.locator(frame).all() if element.is_visible()] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 720


def test_wrong_address_leads_to_the_front_page_from_any_depth(browser: Browser, address: str) -> None:
    with Visit(browser) as visit:
        visit.context.route(
            "**/missing.html", lambda route: route.fulfill(body=(BUILT / "404.html").read_text("utf-8"))
        )
        for folder in ("", "appendix/"):
            visit.page.goto(f"{address}/{folder}missing.html")
            visit.page.locator("main a").click()
            assert visit.page.url == f"{address}/index.html"


@pytest.mark.parametrize("page", [page for page in PAGES if (BUILT / "_sources" / page).with_suffix(".md").exists()])
def test_page_says_what_it_is_about(page: str) -> None:
    text = (BUILT / page).read_text("utf-8")
    description = re.search(r'<meta name="description" content="([^"]+)">', text)
    assert description is not None
    assert 40 < len(description[1]) <= 250
    assert "\\" not in description[1]
    assert '<meta property="og:title" content="' in text


def test_machines_find_a_list_of_all_chapters() -> None:
    text = (BUILT / "llms.txt").read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert "_sources/forward.md" in links
    assert [link for link in links if not (BUILT / link).exists()] == []


def test_no_link_of_the_site_is_broken() -> None:
    anchors: dict[Path, set[str]] = {}
    broken = []
    for page in PAGES:
        html = (BUILT / page).read_text("utf-8")
        for link in set(re.findall(r'<a [^>]*?href="([^"]+)"', html)):
            if re.match(r"[a-z]+:", link):
                continue
            place, _, anchor = unescape(link).partition("#")
            target = (BUILT / page).parent / unquote(place) if place else BUILT / page
            if not target.exists():
                broken.append(f"{page}: {link}")
            elif (
                anchor and target.suffix == ".html" and "_modules" not in page
            ):  # viewcode takes other names for anchors
                if target.resolve() not in anchors:
                    found = re.findall(r'\bid="([^"]+)"', target.read_text("utf-8"))
                    anchors[target.resolve()] = {unescape(each) for each in found}
                if unquote(anchor) not in anchors[target.resolve()]:
                    broken.append(f"{page}: {link}")
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_page_weighs_less_than_200_kilobytes_compressed(page: str) -> None:
    assert len(gzip.compress((BUILT / page).read_bytes())) < 200_000


def test_site_weighs_less_than_20_megabytes() -> None:
    assert sum(path.stat().st_size for path in BUILT.rglob("*") if path.is_file()) < 20_000_000


def test_no_page_names_a_path_of_the_machine_that_built_it() -> None:
    root = str(BUILT.parent.parent)
    assert [page for page in PAGES if root in (BUILT / page).read_text(encoding="utf-8")] == []


def test_search_index_knows_terms_and_names_of_the_library() -> None:
    text = (BUILT / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert "check_gradients" in json.dumps(index["objects"])
    assert "broadcast" in index["terms"]
