"""What every test shares: how hard hypothesis looks, and whether pictures can be rendered."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.browser import CHROMIUM_OPTIONS

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture
def renderer():
    """Skips a test where no picture can be rendered."""
    pytest.importorskip("graphviz")
    if not shutil.which("dot"):
        pytest.importorskip("pygraphviz")


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


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens the file of a page, and sees to it that nothing is fetched and nothing goes wrong."""
    troubles: list[str] = []
    contexts = []

    def open_file(path: Path, width: int = 1280, height: int = 800, **options: Any) -> Any:
        contexts.append(chromium.new_context(viewport={"width": width, "height": height}, **options))
        tab = contexts[-1].new_page()
        tab.on("request", lambda request: request.url.startswith("file://") or troubles.append(request.url))
        tab.on("console", lambda message: troubles.append(message.text))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.goto(path.as_uri())
        tab.wait_for_selector("body[data-ready]")
        return tab

    yield open_file
    for context in contexts:
        context.close()
    assert troubles == []
