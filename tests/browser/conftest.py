"""Debian's Chromium, driven by Playwright; without it these tests are left out, and that is told.

A page that asks any other address, or whose script fails, or that its own policy had to stop, fails its test.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

from playwright.sync_api import (  # noqa: E402 - may be missing
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    expect,
    sync_playwright,
)

from tests.browser.page_site import PASSWORD, PageSite, paged  # noqa: E402 - imports it too

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
REQUIRED = "AUTOMATON_REQUIRE_CHROMIUM"
QUIETLY = (  # as root in a container, and without asking for anything outside
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip

PATIENCE = 60_000.0  # milliseconds; several daemons and browsers on two cores take their time

Open = Callable[..., Page]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process."""
    if not Path(CHROMIUM).exists() and os.environ.get(REQUIRED) != "1":
        pytest.skip(f"{CHROMIUM} is not there: apt-get install chromium ({REQUIRED}=1 has this fail)")
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIETLY))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def page_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """Three servers, a daemon and its page, for the tests of one module together."""
    with paged(tmp_path_factory.mktemp("page")) as site:
        yield site


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a page as somebody: `open_page(url, user="anna", width=1440, dark=False)`."""
    faults: list[str] = []
    contexts = []

    def opened(
        url: str, *, user: str = "anna", width: int = 1440, height: int = 900, dark: bool = False
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            timezone_id="Europe/Berlin", locale="en-GB",
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: _note(faults, message))
        page.on("dialog", lambda dialog: _refuse(faults, dialog))
        page.on("pageerror", lambda error: faults.append(f"script failed: {error}"))
        page.on(
            "request", lambda asked: None if asked.url.startswith(_origin(url)) else faults.append(asked.url)
        )
        if user:
            page.goto(f"{_origin(url)}/login")
            page.fill("input[name=name]", user)
            page.fill("input[name=password]", PASSWORD)
            page.click("button.primary")
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


def _refuse(faults: list[str], dialog: Dialog) -> None:
    faults.append(f"a dialog opened: {dialog.message}")
    dialog.dismiss()


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _note(faults: list[str], message: ConsoleMessage) -> None:
    if message.type == "error" or "Content Security Policy" in message.text:
        faults.append(message.text)
