"""Every page, wide and narrow, light and dark: usable without eyes or mouse, nothing beside the screen, and
whatever strangers call themselves, nothing of it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.hostile_names import hostile
from tests.browser.looks import LOOKS, PAGES, SETTLED, addresses, looked_at, too_wide, unusable
from tests.browser.page_site import PageSite
from tests.browser.past_readings import with_an_hour

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    with looked_at(tmp_path_factory.mktemp("looks")) as site:
        yield site


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    with hostile(tmp_path_factory.mktemp("hostile")) as site:
        yield site


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_usable_and_fits_wherever_it_is_looked_at(
    name: str, fleet: PageSite, open_page: Open
) -> None:
    page = open_page(addresses(fleet)[name], user="" if name == "login" else "anna")
    if name == "server":
        with_an_hour(page)
    for width, dark in LOOKS:
        look(page, width, dark)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}{'-dark' if dark else ''}.png", full_page=True)
        if (width, dark) == LOOKS[0]:
            page.screenshot(path=SCREENSHOTS / f"{name}-first.png")  # the first screen, for the docs

        assert (width, dark, unusable(page)) == (width, dark, "")
        assert (width, too_wide(page)) == (width, [])


@pytest.mark.parametrize("name", PAGES)
def test_what_strangers_call_themselves_stands_on_a_page_as_text(
    name: str, strangers: PageSite, open_page: Open
) -> None:
    page = open_page(addresses(strangers)[name])
    for width, dark in LOOKS:
        look(page, width, dark)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=SCREENSHOTS / f"hostile-{name}-{width}{'-dark' if dark else ''}.png", full_page=True
        )

        assert page.locator("main script, main b, img[src=x], [onerror], [onload], [onclick]").count() == 0
        assert (width, too_wide(page)) == (width, [])


def look(page: Page, width: int, dark: bool) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.reload()
    page.wait_for_timeout(SETTLED)
