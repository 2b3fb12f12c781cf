"""The page that says what runs, in a browser."""

from __future__ import annotations

import signal

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.page_site import PageSite


def test_a_refused_reload_is_told_without_a_reload_of_the_page(page_site: PageSite, open_page: Open) -> None:
    page = open_page(f"{page_site.url}/about", user="vic")
    expect(page.locator("#figures")).to_contain_text("3 of 3")
    expect(page.locator("#files")).to_contain_text(str(page_site.site.file))

    page_site.site.rules("rules: [{id: a}]", "wrong.yml")
    page.request.post(f"{page_site.url}/api/v1/reload")  # a viewer may not
    expect(page.locator("#files")).not_to_contain_text("refused")
    page_site.daemon.signal(signal.SIGHUP)

    expect(page.locator("#files")).to_contain_text("the last reload was refused")


def test_it_leads_to_what_programs_read(page_site: PageSite, open_page: Open) -> None:
    page = open_page(f"{page_site.url}/about")

    for name, found in (("/healthz", "the engine turns"), ("/metrics", "automaton_up 1.0")):
        answer = page.request.get(f"{page_site.url}{name}")
        assert found in answer.text()
    expect(page.get_by_role("link", name="/api/v1", exact=True)).to_have_attribute(
        "href", "/api/v1/openapi.json"
    )
