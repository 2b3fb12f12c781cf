"""The fleet's page in a browser: live, filtered at once, and the same without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

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


def test_figures_are_written_while_one_looks(page_site: PageSite, open_page: Open) -> None:
    page = open_page(page_site.url)
    row = page.locator("tr", has_text=page_site.simulation.servers[1])
    cell = row.locator(".memory span")
    before = cell.inner_text()
    page_site.simulation.fault("memory", server=page_site.simulation.servers[1], percent=93)

    expect(cell).not_to_have_text(before)


def test_a_search_narrows_the_fleet_as_one_types_and_stands_in_the_address(
    page_site: PageSite, open_page: Open
) -> None:
    page = open_page(page_site.url)
    first, second, *_ = page_site.simulation.servers
    page.fill("#q", first)
    expect(page.locator("#rows tr")).to_have_count(1)
    page.wait_for_url(f"**/?q={first}**")
    expect(page.locator("#q")).to_be_focused()

    page_site.simulation.fault("stop", server=second)  # another one: it does not come back by that
    page_site.simulation.fault("stop", server=first)
    expect(page.locator("#rows tr")).to_contain_text("offline")
    expect(page.locator("#rows tr")).to_have_count(1)
    for name in (first, second):
        page_site.simulation.fault("start", server=name)
        page_site.simulation.runs(name)


def test_a_tile_filters_and_shows_all_again(page_site: PageSite, open_page: Open) -> None:
    page = open_page(page_site.url)
    expect(page.locator("#rows tr")).to_have_count(3)
    name = page_site.simulation.servers[2]
    page_site.simulation.fault("stop", server=name)
    expect(page.locator("tr", has_text=name)).to_contain_text("offline")
    page.locator(".tile a", has_text="offline").click()
    expect(page.locator("#rows tr")).to_have_count(1)
    page.locator(".tile a", has_text="offline").click()
    expect(page.locator("#rows tr")).to_have_count(3)
    page_site.simulation.fault("start", server=name)

    expect(page.locator("tr", has_text=name)).to_contain_text("running")


@pytest.mark.parametrize("address", ["/?sort=name", "/?q=&state=&node=&sort=-memory"])
def test_without_javascript_the_page_is_the_same(
    page_site: PageSite, browser: Browser, open_page: Open, address: str
) -> None:
    cookies = open_page(page_site.url).context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type] # what one gives the other takes
    page = context.new_page()
    page.goto(page_site.url + address)
    count = page.locator("#rows tr").count()
    page.locator("th a", has_text="State").click()
    sorted_by = page.url
    context.close()

    assert count == 3
    assert sorted_by.endswith("sort=state")
