"""The built site in a real browser: `make html` comes first."""

import functools
import gzip
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

pytestmark = [pytest.mark.site, pytest.mark.xdist_group("site")]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUILT = Path(__file__).resolve().parent.parent / "build" / "html"
PAGES = sorted(path.relative_to(BUILT).as_posix() for path in BUILT.rglob("*.html") if "_static" not in path.parts)
REPRESENTATIVE = ["index.html", "forward.html", "training.html", "appendix/api.html"]
MODES = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]

every_page = pytest.mark.parametrize(
    "page", [pytest.param(page, marks=() if page in REPRESENTATIVE else pytest.mark.long) for page in PAGES]
)
every_mode = pytest.mark.parametrize(
    ("scheme", "width"),
    [pytest.param(*mode, marks=() if mode in (MODES[0], MODES[-1]) else pytest.mark.long) for mode in MODES],
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium found; install it, for example with 'apt-get install chromium'")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


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


@every_page
@pytest.mark.parametrize("way", ["http", "file"])
def test_page_asks_no_other_host_and_the_console_stays_silent(
    browser: Browser, address: str, page: str, way: str
) -> None:
    with Visit(browser) as visit:
        visit.page.goto(f"{address}/{page}" if way == "http" else (BUILT / page).as_uri(), wait_until="networkidle")
        assert visit.outside == []
        assert visit.complaints == []


@every_page
@every_mode
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(
    browser: Browser, address: str, page: str, scheme: Any, width: int
) -> None:
    with Visit(browser, color_scheme=scheme, viewport={"width": width, "height": 900}) as visit:
        visit.page.goto(f"{address}/{page}", wait_until="networkidle")
        found = Axe().run(visit.page).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


@every_page
def test_every_picture_says_what_is_to_be_seen(browser: Browser, page: str) -> None:
    with Visit(browser) as visit:
        visit.page.goto((BUILT / page).as_uri())
        silent = visit.page.evaluate(
            """[...document.querySelectorAll(".bd-article img, .bd-article .cell_output svg")].filter(e =>
            !(e.getAttribute("alt") || e.getAttribute("aria-label") || e.querySelector(":scope > title")?.textContent)
            ).map(e => e.outerHTML.slice(0, 200))"""
        )
        assert silent == []


@every_page
def test_text_in_figures_is_legible_on_a_phone(browser: Browser, page: str) -> None:
    with Visit(browser, viewport={"width": 390, "height": 900}) as visit:
        visit.page.goto((BUILT / page).as_uri())
        sizes = visit.page.evaluate(
            """[...document.querySelectorAll(".bd-article .cell_output svg text")].map(text => {
                const scale = text.getScreenCTM();
                return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(scale.a, scale.b);
            }).filter(size => size > 0)"""
        )
        assert all(size >= 9 for size in sizes), f"smallest text: {min(sizes):.1f} pixels"


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


def test_reader_lands_searches_reads_follows_a_formula_unfolds_a_solution_and_takes_the_page_away(
    browser: Browser, address: str
) -> None:
    with Visit(browser, viewport={"width": 1280, "height": 900}, accept_downloads=True) as visit:
        page = visit.page
        page.goto(f"{address}/index.html")
        assert page.locator(".bd-article h1").inner_text().startswith("Neural Networks in Matrix Form")

        page.goto(f"{address}/search.html?q=broadcasting")
        page.locator("#search-results a").first.wait_for()
        assert page.locator("#search-results a", has_text="Forward propagation").count() > 0
        page.locator("#search-results a", has_text="Forward propagation").first.click()
        assert page.url.split("?")[0].endswith("forward.html")

        page.locator('a[href="#equation-eq-forward-unit-sum"]').first.click()
        assert page.url.endswith("#equation-eq-forward-unit-sum")
        page.go_back()

        solution = page.locator("details.solution").first
        assert not solution.locator("pre").first.is_visible()
        solution.locator("summary").first.click()
        assert solution.locator("pre").first.is_visible()

        with page.expect_download() as download:
            page.locator(".dropdown-download-buttons button").click()
            page.locator(".dropdown-download-buttons a[download]").first.click()
        assert Path(download.value.path()).stat().st_size > 1000
        assert visit.outside == []
        assert visit.complaints == []


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
