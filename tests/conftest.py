"""What several test modules share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# They run the same lines over and over, on which other tests insist one by one; measuring them doubles their time.
UNMEASURED = {
    "test_bad_input",
    "test_equation_results",
    "test_equations",
    "test_equations_extension",
    "test_reproductions",
    "test_site",
    "test_worked_example",
    "test_wrong_gradients",
}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave some modules out of the measurement of coverage."""
    for item in items:
        if item.path.stem in UNMEASURED:
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return Path(__file__).resolve().parent.parent


def find_browser() -> str:
    """Return where Chromium is; without one the test is skipped, but it fails where CI is set."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        missing = "no Chromium found; install it, for example with 'apt-get install chromium'"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return program


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    program = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
