"""Silences in a browser: what one would hold is shown before, and held after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.incident_site import IncidentSite, troubled


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IncidentSite]:
    with troubled(tmp_path_factory.mktemp("silences")) as found:
        yield found


def test_the_preview_follows_what_is_typed_and_the_silence_holds_what_it_said(
    site: IncidentSite, open_page: Open
) -> None:
    quiet, other = site.servers
    page = open_page(f"{site.url}/silences/new")
    page.locator("[name=rules]").fill("ask*")
    page.locator("[name=servers]").fill(quiet)
    expect(page.locator("#preview")).to_contain_text("1 rule on 1 server")
    page.locator("[name=note]").fill("<script>alert(1)</script>")
    page.get_by_role("button", name="Begin the silence").click()
    expect(page.locator("#silences tbody tr")).to_contain_text("<script>alert(1)</script>")

    site.prints(quiet, "please answer")
    site.until("history", shows='"silenced"')
    site.prints(other, "please answer")
    site.pages.simulation.until("command", other, "list")

    assert "list" not in site.pages.simulation.seen("command", quiet)


def test_one_that_is_ended_on_the_page_holds_nothing_any_more(site: IncidentSite, open_page: Open) -> None:
    quiet = site.servers[0]
    page = open_page(f"{site.url}/silences")

    page.get_by_role("button", name="End now").click()
    expect(page.locator("#silences")).to_contain_text("Nothing is silenced")
    site.prints(quiet, "please answer")

    site.pages.simulation.until("command", quiet, "list")


def test_a_maintenance_of_a_node_holds_all_rules_of_its_servers(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/silences/new?kind=maintenance")

    page.locator("[name=servers]").fill("node:*")
    expect(page.locator("#preview")).to_contain_text("on 2 servers")
    page.get_by_role("button", name="Begin the maintenance").click()

    expect(page.locator("#silences tbody tr")).to_contain_text("maintenance")
    (silence,) = site.asked("silence")["silences"]
    assert (silence["rules"], silence["servers"]) == ([], ["node:*"])


def test_without_javascript_the_preview_is_a_page(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/silences/new?rules=asks&servers={site.servers[0]}")

    page.get_by_role("button", name="Preview").click()

    expect(page.locator("#preview")).to_contain_text("1 rule on 1 server")
    expect(page.locator("textarea[name=rules]")).to_have_value("asks")
    assert page.url == f"{site.url}/silences/new"
