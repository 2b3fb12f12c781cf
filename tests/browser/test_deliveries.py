"""Deliveries in a browser: a test arrives, a failure has words, and where a message would go is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.acceptance.processes import eventually
from tests.browser.conftest import Open
from tests.browser.incident_site import IncidentSite, troubled


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IncidentSite]:
    with troubled(tmp_path_factory.mktemp("deliveries")) as found:
        yield found


def test_a_test_of_a_channel_arrives_and_no_page_shows_its_address(
    site: IncidentSite, open_page: Open
) -> None:
    page = open_page(f"{site.url}/deliveries")

    page.get_by_role("button", name="Send a test").click()

    expect(page.locator(".note.done")).to_contain_text("ops/1, info: sent: the service took it")
    eventually(lambda: site.receiver.got("Test of ops", "Nothing happened."), lambda: site.receiver.texts)
    assert site.receiver.url.removeprefix("json://").strip("/") not in page.content()
    site.until("history", shows="channel `ops` was tested: ops/1 sent")


def test_where_a_message_would_go_is_said_in_words(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/deliveries")

    page.locator("select[name=rule]").select_option("oom")
    page.locator("select[name=key]").select_option(label=site.servers[0])
    page.get_by_role("button", name="Show").click()

    expect(page.locator("#where")).to_contain_text("critical by do, to ops/1, at once")


def test_what_was_said_is_listed_by_itself(site: IncidentSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/deliveries")
    expect(page.locator("#late")).not_to_contain_text("oom")

    site.prints(site.servers[1], "OutOfMemory heap")

    expect(page.locator("#late li", has_text="oom")).to_contain_text("sent")
