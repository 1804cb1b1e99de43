"""Time how long the heaviest chapter takes to be complete, with its formulas set in four ways and without them.

The page comes from the built site (`make html`), and its variants differ in nothing but the formulas:

- none: the formulas are left out, and with them KaTeX's style;
- KaTeX at build: the page as it is published;
- MathML: only the `<math>` element that KaTeX writes for screen readers, shown by the browser itself;
- MathJax: the LaTeX source, set in the browser by a local copy of MathJax 3, if its package can be had.

Chromium visits them in turn, each time with an empty cache and a slowed-down processor. A page is complete when it has
loaded, MathJax is done, all fonts are there and two more frames have been drawn; what is below the window may wait for
`book.js` to lay it out after that, in every variant. The script exits with 1 if KaTeX at build takes more than 1.5
times as long as no formulas, and with 3 if there is no site or no Chromium.

What decided, in 11 rounds on 2 cores, Chromium 156, processor throttled 4 times, on *Error signals* with 331 formulas:
KaTeX at build took 1.28 times as long as no formulas (1.01 to 1.87), MathML 1.09 (0.97 to 1.43), MathJax 2.85 (2.31 to
3.15). MathML alone looks as the fonts of the reader's system allow: sums in displays stay small, superscripts become
tiny. MathJax leaves bare LaTeX to readers without scripts.
"""

import argparse
import functools
import gzip
import http.server
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Response, sync_playwright

SITE = Path(__file__).resolve().parent.parent / "build" / "html"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
TARGET = 1.5
NONE, KATEX, MATHML, MATHJAX = "none", "KaTeX at build", "MathML", "MathJax"
PACKAGE = "sphinx-mathjax-offline"

FORMULA = re.compile(r'<span class="katex(-display)?">')
STYLE = re.compile(r"<link [^>]*katex\.min\.css[^>]*>")
CHAPTER = re.compile(r'<li class="toctree-l1"><a class="reference internal" href="([a-z_]+\.html)"')
SHOW_MATHML = "<style>div.math > math { flex: 1 }</style>"
RUN_MATHJAX = """<script>MathJax = {options: {ignoreHtmlClass: ".*", processHtmlClass: "math"}};</script>
<script defer src="_static/mathjax/tex-chtml.js"></script>"""

# Reading offsetHeight lays the page out, so that the fonts it needs are asked for.
COMPLETE = """
window.complete = new Promise((resolve) => window.addEventListener("load", async () => {
  if (window.MathJax) await MathJax.startup.promise;
  document.body.offsetHeight;
  await document.fonts.ready;
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())));
}));
"""
READABLE = r"""() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  const formulas = [...document.querySelectorAll(".math")];
  return formulas.every((formula) => {
    const seen = formula.querySelector(".katex-html, mjx-container") ?? formula.querySelector("math") ?? formula;
    const box = seen.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && !/\\[a-z(\[]/.test(formula.innerText);
  });
}"""


@dataclass
class Way:
    """One way to set the formulas, and what was measured of it."""

    html: str
    has_formulas: bool = True
    readable: bool = False
    times: list[float] = field(default_factory=list)
    bodies: dict[str, list[bytes]] = field(default_factory=dict)  # by the kind of resource

    @property
    def requests(self) -> int:
        return sum(map(len, self.bodies.values()))

    def size(self, kind: str) -> str:
        """Return the kilobytes of a kind of resource as they are, and compressed one by one."""
        bodies = self.bodies.get(kind, [])
        return f"{sum(map(len, bodies)) / 1000:.0f} / {sum(len(gzip.compress(b)) for b in bodies) / 1000:.0f}"


def formulas(html: str) -> Iterator[tuple[int, int]]:
    """Return where each formula of KaTeX starts and ends."""
    end = 0
    for found in FORMULA.finditer(html):
        if found.start() < end:
            continue  # a displayed formula holds another one
        depth = 0
        for tag in re.compile(r"<(/?)span\b[^>]*>").finditer(html, found.start()):
            depth += -1 if tag[1] else 1
            if depth == 0:
                end = tag.end()
                yield found.start(), end
                break


def replace(html: str, change: Callable[[str], str], head: str = "") -> str:
    """Return the page with every formula changed, without KaTeX's style, and with something else in its head."""
    parts, last = [], 0
    for start, end in formulas(html):
        parts += [html[last:start], change(html[start:end])]
        last = end
    return STYLE.sub("", "".join([*parts, html[last:]])).replace("</head>", f"{head}</head>", 1)


def mathml(formula: str) -> str:
    """Return the MathML in a formula of KaTeX."""
    return formula[formula.index("<math") : formula.index("</math>") + len("</math>")]


def latex(formula: str) -> str:
    """Return the source of a formula of KaTeX, in the delimiters of MathJax."""
    found = re.search(r'<annotation encoding="application/x-tex">(.*?)</annotation>', formula, re.DOTALL)
    assert found is not None
    left, right = (r"\[", r"\]") if formula.startswith('<span class="katex-display">') else (r"\(", r"\)")
    return escape(left + unescape(found[1]) + right)


def heaviest(site: Path) -> str:
    """Return the name of the chapter with the largest page."""
    chapters: list[str] = CHAPTER.findall((site / "index.html").read_text(encoding="utf-8"))
    return max(chapters, key=lambda name: (site / name).stat().st_size)


def add_mathjax(site: Path) -> bool:
    """Put MathJax into a copy of the site, and say whether that worked."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--target", folder, PACKAGE]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            return False
        shutil.copytree(Path(folder, PACKAGE, "static", "mathjax"), site / "_static" / "mathjax")
    return True


def visit(browser: Browser, address: str, way: Way, slowdown: float) -> None:
    """Open a page with nothing in the cache, and write down how long it took and what it asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(COMPLETE)
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(address)
    way.times.append(page.evaluate("window.complete"))
    if not way.bodies:
        for response in responses:
            way.bodies.setdefault(response.request.resource_type, []).append(response.body())
        set_wrongly = page.locator("mjx-merror, .katex-error").count()
        if way.has_formulas and (set_wrongly or not page.evaluate(READABLE)):
            raise RuntimeError(f"formulas must all be set and seen, got others in {address}")
    context.close()


def readable_without_scripts(browser: Browser, address: str) -> bool:
    """Return whether every formula is to be seen, and not its source, in a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    answer: bool = page.evaluate(READABLE)
    context.close()
    return answer


def measure(site: Path, place: str, ways: dict[str, Way], rounds: int, slowdown: float) -> None:
    """Visit every variant in every round, in an order that changes, after a round that does not count."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = {}
    for number, (name, way) in enumerate(ways.items()):
        page = (Path(place).parent / f"variant{number}.html").as_posix()
        (site / page).write_text(way.html, encoding="utf-8")
        addresses[name] = f"http://127.0.0.1:{server.server_port}/{page}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, way in ways.items():
            way.readable = readable_without_scripts(browser, addresses[name])
        for turn in range(-1, rounds):
            for name in sorted(ways, reverse=turn % 2 == 1):
                visit(browser, addresses[name], ways[name], slowdown)
        for way in ways.values():
            del way.times[0]
        browser.close()
    server.shutdown()
    server.server_close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often every variant is visited, at least 7")
    parser.add_argument("--slowdown", type=float, default=4, help="how much slower the processor is made")
    parser.add_argument("--site", type=Path, default=SITE, help="where the built site stands")
    parser.add_argument("--page", help="another page than the heaviest chapter")
    arguments = parser.parse_args()
    if arguments.rounds < 7:
        parser.error(f"--rounds must be at least 7, got {arguments.rounds}")
    if not (arguments.site / "index.html").exists():
        print(f"there is no built site in {arguments.site}; run 'make html' first", file=sys.stderr)
        return 3
    if CHROMIUM is None:
        print("no Chromium found; install it, for example with 'apt-get install chromium'", file=sys.stderr)
        return 3

    name = arguments.page or heaviest(arguments.site)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder, "html")
        shutil.copytree(arguments.site, site)
        html = (site / name).read_text(encoding="utf-8")
        ways = {
            NONE: Way(replace(html, lambda _: ""), has_formulas=False),
            KATEX: Way(html),
            MATHML: Way(replace(html, mathml, SHOW_MATHML)),
        }
        if add_mathjax(site):
            root = "../" * name.count("/")
            ways[MATHJAX] = Way(replace(html, latex, RUN_MATHJAX.replace('"_static', f'"{root}_static')))
        else:
            print(f"MathJax is left out: the package {PACKAGE} cannot be installed")
        measure(site, name, ways, arguments.rounds, arguments.slowdown)

    count = len(list(formulas(html)))
    print(f"{name} with {count} formulas, processor {arguments.slowdown:g} times slower, {arguments.rounds} rounds")
    print(f"{'formulas':15}{'complete':>10}{'times none (range)':>22}{'requests':>10}", end="")
    print(f"{'HTML kB / gz':>14}{'scripts kB / gz':>17}{'fonts kB':>10}  without scripts")
    ratios = {}
    for kind, way in ways.items():
        each = [time / none for time, none in zip(way.times, ways[NONE].times, strict=True)]
        ratios[kind] = statistics.median(each)
        spread = f"{ratios[kind]:.2f} ({min(each):.2f}–{max(each):.2f})"
        seen = "—" if kind == NONE else "readable" if way.readable else "not readable"
        print(f"{kind:15}{statistics.median(way.times):>7.0f} ms{spread:>22}{way.requests:>10}", end="")
        print(f"{way.size('document'):>14}{way.size('script'):>17}{way.size('font').split()[0]:>10}  {seen}")
    print(f"KaTeX at build: {ratios[KATEX]:.2f} times as long as no formulas, at most {TARGET} wanted")
    return 0 if ratios[KATEX] <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
