"""What every test shares: how hard hypothesis looks, and whether pictures can be rendered."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture
def renderer():
    """Skips a test where no picture can be rendered."""
    pytest.importorskip("graphviz")
    if not shutil.which("dot"):
        pytest.importorskip("pygraphviz")


CHROMIUM_OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")  # its driver runs an event loop, which other tests would find running
def chromium() -> Iterator[Any]:
    """A headless browser. Where there is none, tests that need it are skipped, unless BROWSER=required."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if os.environ.get("BROWSER") == "required":
        assert program, "there is no chromium"
    elif not program:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    else:
        pytest.importorskip("playwright.sync_api", reason="no playwright: pip install '.[dev]'")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()
