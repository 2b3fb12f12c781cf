"""Incidents in a browser: they appear by themselves, and what people do there the daemon does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.incident_site import IncidentSite, troubled

HOSTILE = "<img src=x onerror=alert(1)> \u202e{{7*7}}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IncidentSite]:
    with troubled(tmp_path_factory.mktemp("incidents")) as found:
        yield found


def opened(page: Page, rule: str, server: str) -> None:
    expect(page.locator("#open tr", has_text=rule).filter(has_text=server)).to_be_visible()


def test_what_opens_appears_by_itself_and_its_story_says_what_was_seen_done_and_said(
    site: IncidentSite, open_page: Open
) -> None:
    name = site.servers[0]
    page = open_page(f"{site.url}/incidents")
    expect(page.locator("#open")).to_contain_text("Nothing is open")

    site.prints(name, f"OutOfMemory {HOSTILE}")
    opened(page, "oom", name)
    page.locator("#open").get_by_role("link", name="oom").click()

    story = page.locator("#story")
    expect(story).to_contain_text("The incident opened")
    expect(story).to_contain_text("<img src=x onerror=alert(1)>")
    expect(story).to_contain_text("say we are sorry")
    expect(story).to_contain_text("The message arrived at ops/1")
    expect(page.locator("#summary")).to_contain_text("not yet")


def test_who_acknowledges_on_the_page_stands_in_the_daemon(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/incidents/show?rule=oom&key={site.uuid(site.servers[0])}")

    page.get_by_role("button", name="Acknowledge").click()

    expect(page.locator("#summary")).to_contain_text("by anna")
    (incident,) = site.asked("incidents")["incidents"]
    assert (incident["rule"], incident["acked"]) == ("oom", True)


def test_a_note_stands_in_the_story_and_in_the_history(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/incidents/show?rule=oom&key={site.uuid(site.servers[0])}")

    page.get_by_label("For whoever looks at this next").fill("<b>the new map</b>, as planned")
    page.get_by_role("button", name="Add the note").click()

    expect(page.locator("#story")).to_contain_text("<b>the new map</b>, as planned")
    (row,) = [one for one in site.asked("history")["rows"] if one["detail"] == "a note"]
    assert (row["rule"], row["body"]["by"]) == ("oom", "anna")


def test_what_ends_moves_to_what_is_over_without_a_reload(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/incidents")
    opened(page, "oom", site.servers[0])

    site.prints(site.servers[0], "all is well")

    expect(page.locator("#open")).to_contain_text("Nothing is open")
    expect(page.locator("#past tr", has_text="oom")).to_contain_text("cleared")


def test_a_viewer_looks_and_has_nothing_to_press(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/incidents", user="vic")

    expect(page.locator("#past tr", has_text="oom")).to_be_visible()
    expect(page.locator("main").get_by_role("button", name="Filter")).to_be_visible()
    assert page.locator("main form[method=post]").count() == 0


def test_a_hold_stands_on_every_page_until_it_is_released(site: IncidentSite, open_page: Open) -> None:
    fleet = open_page(site.url, user="vic")
    page = open_page(f"{site.url}/incidents")

    page.get_by_placeholder("Why, for whoever looks next").fill(HOSTILE)
    page.get_by_role("button", name="Hold all actions").click()
    expect(fleet.locator("#hold")).to_contain_text("Every action is on hold by anna")
    expect(fleet.locator("#hold")).to_contain_text("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Release all actions").click()

    expect(fleet.locator("#hold")).to_be_empty()
