"""A headless Chromium for tests that look at the report as a reader does; skipped, loudly, where one is missing."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "report"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def launch(tmp_path_factory):
    """``launch(width=390, color_scheme="dark")``: a page of a fresh profile that records what it asks for and says."""
    playwright_api = pytest.importorskip("playwright.sync_api", reason="BROWSER TESTS SKIPPED: playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("BROWSER TESTS SKIPPED: no chromium on PATH")
    with playwright_api.sync_playwright() as playwright:
        contexts = []

        def opened(width=1280, height=900, **options):
            context = playwright.chromium.launch_persistent_context(
                tmp_path_factory.mktemp("profile"),
                executable_path=CHROMIUM,
                headless=True,
                args=FLAGS,
                viewport={"width": width, "height": height},
                accept_downloads=True,
                **{"reduced_motion": "reduce", **options},  # A page that still glides takes a click at another place.
            )
            contexts.append(context)
            tab = context.new_page()
            tab.asked, tab.said = [], []
            tab.on("request", lambda request: tab.asked.append(request.url))
            tab.on("console", lambda message: tab.said.append(message.text))
            tab.on("pageerror", lambda error: tab.said.append(str(error)))
            return tab

        yield opened
        for context in contexts:
            context.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """A written report of the synthetic result."""
    from gigacampus.report import page
    from tests.report.synthetic import SyntheticResult

    if page.built_viewer() is None:
        pytest.skip("BROWSER TESTS SKIPPED: the viewer has not been built (make viewer)")
    return page.write(SyntheticResult(), tmp_path_factory.mktemp("report") / "report.html", against=SyntheticResult(seed=9))
