"""The documentation from its folder, as a reader may open it: nothing comes from elsewhere, all is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.docs.site import build, is_installed, navigation

pytestmark = pytest.mark.long
PAGES = [Path(name).with_suffix(".html").name for name, _ in navigation()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not is_installed():
        pytest.skip("zensical is not installed: `make docs` installs it")
    folder = tmp_path_factory.mktemp("build")
    done = build(folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


class Visit:
    """One reader, with what the pages asked of anybody else and what went wrong in their scripts."""

    def __init__(self, page: Page, site: Path) -> None:
        self.page = page
        self.faults: list[str] = []
        self._site = site
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda asked: self._note(asked.url))

    def _note(self, url: str) -> None:
        if not url.startswith((f"{self._site.as_uri()}/", "data:", "blob:")):
            self.faults.append(url)

    def opens(self, name: str) -> None:
        """Opens a page of the site."""
        self.page.goto(f"{self._site.as_uri()}/{name}")


@pytest.fixture
def telephone(browser: Browser, site: Path) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 360, "height": 780}, color_scheme="dark")
    yield Visit(context.new_page(), site)
    context.close()


def test_no_page_asks_anybody_else_or_is_wider_than_a_telephone(telephone: Visit) -> None:
    too_wide = []
    for name in PAGES:
        telephone.opens(name)
        root = "document.documentElement"
        if telephone.page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
            too_wide.append(name)

    assert (telephone.faults, too_wide) == ([], [])


def test_the_search_finds_a_code_without_a_web_server(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    visit = Visit(context.new_page(), site)
    visit.opens("index.html")
    visit.page.keyboard.press("Control+k")
    visit.page.keyboard.type("no-brake")
    visit.page.get_by_text("Messages of check").last.wait_for()

    assert visit.faults == []
    context.close()
