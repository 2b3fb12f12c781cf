"""The fleet's page in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.page_site import PageSite


def test_a_server_that_crashes_is_shown_starting_again_without_a_reload(
    page_site: PageSite, open_page: Open
) -> None:
    name = page_site.simulation.servers[0]
    page = open_page(page_site.url)
    row = page.locator("tr", has_text=name)
    expect(row).to_contain_text("running")

    page_site.simulation.fault("crash", server=name)

    expect(row).to_contain_text("starting")
