"""Build the book: execute what is not cached, check the equations meanwhile, then run Sphinx once, strictly.

Notebook outputs depend on more than the cells. They are cached in a folder whose name is a digest of everything else
that can change them, so outputs of an older library are never published. The stamp of a good build is written last and
removed first; a build that finds no stamp starts clean.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CELL_TIMEOUT = 120
"""Seconds that one cell may take."""
KEPT_CACHES = 2
"""The current state and the one before it, so that going back and forth costs nothing."""

SETTINGS = ("conf.py", "tools/book.py", "tools/equations.py")
"""What says how the site is made."""
SHOWN = ("pyproject.toml", "README.md", "tests/test_equations.py")
"""What the site is made from, besides the book and the library: these go into the wheel or are shown on a page."""

# Kernels read this profile and no other. Text and axes are a gray that is legible on white and on the dark theme.
PROFILE = """\
c = get_config()
c.IPKernelApp.log_level = 40
c.HistoryManager.enabled = False
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
_gray = "#7a7a7a"
c.InlineBackend.rc = {
    "axes.edgecolor": _gray,
    "axes.facecolor": "none",
    "axes.labelcolor": _gray,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": _gray,
    "figure.facecolor": "none",
    "font.size": 11,
    "legend.framealpha": 0,
    "savefig.transparent": True,
    "svg.hashsalt": "nnbook",
    "text.color": _gray,
    "xtick.color": _gray,
    "ytick.color": _gray,
}
"""


class PageError(Exception):
    """A page that could not be executed; the message names page, line, cell and shows the traceback."""


def digest(root: Path) -> str:
    """Return what the outputs of a notebook depend on, besides its own cells, as a short hexadecimal digest.

    These are the library, the lock, Python's minor version, and the modules and data that lie beside the pages.
    """
    files = [root / "requirements.lock", *_files(root / "nnbook")]
    for folder in {page.parent for page in find_pages(root)}:
        files += [path for path in folder.iterdir() if path.suffix in {".py", ".json", ".csv"}]
    return _hash_files(root, files, "{}.{}".format(*sys.version_info) + PROFILE)


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def _hash_files(root: Path, files: list[Path], start: str) -> str:
    total = hashlib.sha256(start.encode())
    for path in sorted(set(files)):
        content = path.read_bytes() if path.exists() else b""
        total.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:16]


def cache_folder(root: Path) -> Path:
    """Return the folder of the notebook outputs that belong to the present state of library, data and lock."""
    return root / "build" / "cache" / digest(root)


def find_pages(root: Path) -> list[Path]:
    """Return the pages of the book: every Markdown file that is not below a folder whose name begins with `_`."""
    book = root / "book"
    return [
        path
        for path in sorted(book.rglob("*.md"))
        if not any(part.startswith(("_", ".")) for part in path.relative_to(book).parts)
    ]


def prepare_environment(root: Path) -> None:
    """Shut the user's own settings out of the kernels, and let none of them use more than one BLAS thread."""
    home = root / "build" / "kernel"
    profile = home / "ipython" / "profile_default" / "ipython_kernel_config.py"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text(PROFILE)
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "MATPLOTLIBRC", "PYTHONSTARTUP"):
        os.environ.pop(name, None)
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    os.environ.update(dict.fromkeys(threads, "1"))
    os.environ.update(
        IPYTHONDIR=str(home / "ipython"),
        JUPYTER_CONFIG_DIR=str(home / "jupyter"),
        JUPYTER_NO_CONFIG="1",
        JUPYTER_PREFER_ENV_PATH="1",
        JUPYTER_RUNTIME_DIR=str(home / "runtime"),
        MPLCONFIGDIR=str(home / "matplotlib"),
        PYTHONHASHSEED="0",
    )


def execute_pages(root: Path) -> tuple[list[str], list[str]]:
    """Execute every notebook that has no outputs in the cache.

    Parameters
    ----------
    root : Path
        The folder that holds `book/` and `nnbook/`.

    Returns
    -------
    executed, failures : list of str, list of str
        The pages that were executed, and one message for each page that raised.
    """
    # Slow to import; the functions above are used by conf.py, which need not wait for them.
    from jupyter_cache import get_cache
    from myst_nb.core.read import is_myst_markdown_notebook, myst_nb_reader_plugin

    folder = cache_folder(root)
    folder.mkdir(parents=True, exist_ok=True)
    cache = get_cache(str(folder))
    prune_caches(folder)
    stale = []
    for page in find_pages(root):
        if is_myst_markdown_notebook(page.read_text(encoding="utf-8")):
            notebook = myst_nb_reader_plugin(str(page))
            try:
                cache.match_cache_notebook(notebook)
            except KeyError:
                stale.append((page, notebook))
    # conf.py names the same folder to Sphinx, also if the library is edited in the meantime.
    os.environ["NNBOOK_CACHE"] = str(folder)
    if not stale:
        return [], []
    executed, failures = asyncio.run(_execute(root, cache, stale))
    if cache_folder(root) != folder:
        shutil.rmtree(folder)
        failures.append("The library, its data or the lock changed while the pages ran: build again.")
    return executed, failures


def prune_caches(current: Path) -> None:
    """Remove the outputs of states older than the last ones used."""
    current.touch()
    states = sorted(current.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in states[KEPT_CACHES:]:
        shutil.rmtree(old)


async def _execute(root: Path, cache: Any, stale: list[tuple[Path, Any]]) -> tuple[list[str], list[str]]:
    from jupyter_cache.base import CacheBundleIn

    free = asyncio.Semaphore(count_workers())
    failures: list[str] = []

    async def execute_one(page: Path, notebook: Any) -> None:
        async with free:
            start = time.perf_counter()
            name = page.relative_to(root).as_posix()
            try:
                await _run_cells(name, page.parent, notebook)
            except PageError as error:
                failures.append(str(error))
                print(f"  {name}: failed", flush=True)
                return
            seconds = time.perf_counter() - start
            bundle = CacheBundleIn(notebook, str(page), data={"execution_seconds": seconds})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            print(f"  {name}: {seconds:.1f} s", flush=True)

    await asyncio.gather(*(execute_one(page, notebook) for page, notebook in stale))
    return [page.relative_to(root).as_posix() for page, _ in stale], failures


def count_workers() -> int:
    """Return how many notebooks to execute at once: one a usable core, at most eight for the sake of memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 8)


async def _run_cells(name: str, folder: Path, notebook: Any) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    position = "before the first cell"

    def remember(cell: Any, cell_index: int) -> None:  # noqa: ARG001  (nbclient passes both by name)
        nonlocal position
        number = sum(other.cell_type == "code" for other in notebook.cells[: cell_index + 1])
        position = f"line {notebook.metadata.source_map[cell_index] + 1}, code cell {number}"

    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        record_timing=False,  # times would become part of the key of the cache, and nothing would ever be found in it
        kernel_name="python3",  # that of this environment, whatever the front matter of the page names
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=remember,
    )
    try:
        await client.async_execute()
    except (CellControlSignal, DeadKernelError) as error:
        raise PageError(_describe_failure(name, position, str(error))) from error
    # An object that raises while it is displayed ends no cell, and would go to the site as a traceback.
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", ()):
                remember(cell, index)
                raise PageError(_describe_failure(name, position, "\n".join(output.traceback)))


def _describe_failure(name: str, position: str, traceback: str) -> str:
    if not sys.stderr.isatty():
        traceback = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    return f"{name}: {position}: the cell failed\n{traceback.rstrip()}"


@contextlib.contextmanager
def hold(lock: Path, message: str = "Another build is running in this folder; waiting for it.") -> Iterator[None]:
    """Let one process at a time into the folder; the next one says so and waits."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(message, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def checking_equations(root: Path) -> Iterator[None]:
    """Check the equations meanwhile, in processes of their own; Sphinx asks for the results when all pages are read."""
    command = [sys.executable, "-m", "tools.equations", str(root / "build" / "equations")]
    environ = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root / "book")])}
    with subprocess.Popen(command, cwd=root, env=environ, start_new_session=True) as checker:
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(checker.pid, signal.SIGTERM)


def describe_inputs(root: Path) -> dict[str, Any]:
    """Return what a build begins with.

    `frame` stands for what Sphinx does not watch itself: its configuration as a whole, our extensions, the style, and
    what the equations are checked in; `pages` are all pages; `inputs` stands for everything, so that a build with the
    same inputs as the last one has nothing to do.
    """
    everything = _files(root / "book")
    folders = {page.parent for page in find_pages(root)}
    frame = [path for path in everything if path.parent not in folders]
    frame += [root / name for name in SETTINGS]
    return {
        "frame": _hash_files(root, frame, os.environ.get("NNBOOK_URL", "")),
        "pages": [page.relative_to(root).as_posix() for page in find_pages(root)],
        "inputs": _hash_files(root, [*everything, *(root / name for name in (*SETTINGS, *SHOWN))], digest(root)),
    }


def describe_site(root: Path) -> str:
    """Return a digest of names, sizes and times in the built site, to see whether it is still what was built."""
    site = root / "build" / "html"
    files = sorted((path.relative_to(site).as_posix(), path.stat()) for path in site.rglob("*") if path.is_file())
    text = "\n".join(f"{name} {status.st_size} {status.st_mtime_ns}" for name, status in files)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def execute(root: Path, start: float) -> bool:
    """Execute what is not cached, and say whether everything ran."""
    executed, failures = execute_pages(root)
    print(f"Executed {len(executed)} pages in {time.perf_counter() - start:.1f} s.", flush=True)
    for failure in failures:
        print(f"\n{failure}", file=sys.stderr, flush=True)
    if failures:
        print("\nThe book was not built.", file=sys.stderr)
    return not failures


def make_site(root: Path) -> bool:
    """Run Sphinx, and say whether it did not even warn."""
    from sphinx.cmd.build import build_main

    out = root / "build"
    options = ["-b", "html", "-n", "-W", "--keep-going", "-q", "-c", str(root), "-d", str(out / "doctrees")]
    if build_main([*options, str(root / "book"), str(out / "html")]) != 0:
        print("\nThe book was not built: see the warnings above.", file=sys.stderr)
        return False
    return True


def build(root: Path) -> int:
    """Build the site into `build/html` and return the exit status: 0 only if nothing raised and nothing warned."""
    out = root / "build"
    stamp = out / "stamp.json"
    with hold(out / "lock"):
        start = time.perf_counter()
        inputs = describe_inputs(root)
        known = json.loads(stamp.read_text()) if stamp.exists() else {}
        address = (out / "html" / "index.html").as_uri()
        untouched = known.pop("site", None) == describe_site(root)
        if untouched and known == inputs:
            print(f"Nothing has changed since the last build. Open {address}")
            return 0
        stamp.unlink(missing_ok=True)
        if not untouched or known["frame"] != inputs["frame"] or not set(known["pages"]) <= set(inputs["pages"]):
            shutil.rmtree(out / "doctrees", ignore_errors=True)
            shutil.rmtree(out / "html", ignore_errors=True)

        prepare_environment(root)
        with checking_equations(root):
            if not (execute(root, start) and make_site(root)):
                return 1
        stamp.write_text(json.dumps(inputs | {"site": describe_site(root)}))
        print(f"Built in {time.perf_counter() - start:.1f} s. Open {address}")
        return 0


def main(arguments: list[str] | None = None) -> int:
    """Build the book, or only execute its notebooks."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="folder that holds conf.py, book/ and nnbook/")
    parser.add_argument("--execute", action="store_true", help="fill the cache of notebook outputs and stop")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        if not options.execute:
            return build(root)
        with hold(root / "build" / "lock"):
            prepare_environment(root)
            _, failures = execute_pages(root)
        print("\n\n".join(failures), file=sys.stderr)
        return 1 if failures else 0
    except KeyboardInterrupt:
        print("\nInterrupted; the next build starts clean.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
