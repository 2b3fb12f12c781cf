"""Chromium that looks at the fleet: how long until it is there, and how long until a change of it is."""

from __future__ import annotations

from multiprocessing.connection import Connection

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIETLY

PASSWORD = "correct horse"
RENDERED = """() => {
  const [times] = performance.getEntriesByType("navigation");
  return [times.responseStart, times.domContentLoadedEventEnd];
}"""
WATCH = """() => {
  window.changed = [];
  new MutationObserver((records) => {
    const now = Date.now();
    for (const { addedNodes } of records) for (const row of addedNodes)
      if (row.id) window.changed.push([row.id.slice(2), row.cells[1].textContent.trim(), now]);
  }).observe(document.getElementById("rows"), { childList: true });
}"""


def look(pipe: Connection) -> None:
    """Obeys, one word at a time, until it is told to end: `open`, `watch`, `changed`, `close`, `end`."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIETLY))
        opened: list[Page] = []
        while True:
            word, given = pipe.recv()
            if word == "end":
                launched.close()
                return
            pipe.send(_obey(launched, opened, word, given))


def _obey(browser: Browser, opened: list[Page], word: str, given: str) -> object:
    match word:
        case "open":
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            page.goto(f"{given}/login")
            page.fill("input[name=name]", "anna")
            page.fill("input[name=password]", PASSWORD)
            page.click("button.primary")
            page.wait_for_selector("#rows tr")
            page.goto(given)
            opened.append(page)
            return page.evaluate(RENDERED)
        case "watch":
            opened[0].evaluate(WATCH)
            return None
        case "changed":
            return opened[0].evaluate("() => window.changed")
        case _:
            for page in opened:
                page.context.close()
            opened.clear()
            return None
