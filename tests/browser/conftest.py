"""A real browser, and the site as a server would send it."""

import functools
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "site"
LEFT = "net::ERR_ABORTED"  # a request that was under way when the page was left, as the redirecting one is at once


@pytest.fixture(scope="session")
def browser():
    """Chromium or Chrome as installed, else the one that `playwright install chromium` has fetched."""
    installed = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed, args=["--no-sandbox"])
        yield browser
        browser.close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def address():
    """Where `site/` is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=SITE)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def new_page(browser):
    """An empty page for one server; what goes wrong in it is in its `faults`."""

    def new_page(address, **options):
        page = browser.new_context(**{"viewport": {"width": 1280, "height": 1000}} | options).new_page()
        page.faults = []
        page.on("console", lambda message: page.faults.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.faults.append(request.url) if not request.url.startswith(address) else None)
        page.on("requestfailed", lambda request: page.faults.append(request.url) if request.failure != LEFT else None)
        return page

    return new_page


@pytest.fixture(scope="module")
def visit(new_page, address):
    """Open a page of the site."""

    def visit(path, **options):
        page = new_page(address, **options)
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        page.evaluate("window.MathJax?.startup?.promise")
        return page

    return visit
