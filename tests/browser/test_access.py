"""Who may, in a real browser: signing in and out, and the link of a message, which needs no login."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from tests.acceptance.processes import eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watching
from tests.browser.conftest import Open
from tests.browser.page_site import PASSWORD, PageSite

RULES = """\
rules:
  - id: mem-high
    while: memory_pct > 90
    do: [{notify: ops, text: "memory of ${name}"}]
"""


def test_one_signs_in_is_led_where_one_wanted_to_go_and_signs_out(
    page_site: PageSite, open_page: Open
) -> None:
    page = open_page(f"{page_site.url}/incidents?past=1", user="")
    first = page.url
    page.fill("input[name=name]", "anna")
    page.fill("input[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(f"{page_site.url}/incidents?past=1")
    page.goto(f"{page_site.url}/logout")
    page.get_by_role("button", name="Sign out everywhere").click()
    page.wait_for_url(f"{page_site.url}/login")
    page.goto(f"{page_site.url}/")

    assert first == f"{page_site.url}/login?next=%2Fincidents%3Fpast%3D1"
    assert page.url == f"{page_site.url}/login?next=%2F"


def test_signing_out_in_one_tab_is_signing_out_in_all(page_site: PageSite, open_page: Open) -> None:
    first = open_page(f"{page_site.url}/")
    second = first.context.new_page()
    second.goto(f"{page_site.url}/logout")
    second.get_by_role("button", name="Sign out here").click()
    second.wait_for_url(f"{page_site.url}/login")
    first.wait_for_url(f"{page_site.url}/login?next=%2F")


def test_whoever_has_the_link_of_a_message_acknowledges_by_its_button(
    tmp_path: Path, open_page: Open
) -> None:
    """Its page sends no referrer, so the browser sends `Origin: null` with its form."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with receiving() as receiver, simulated(tmp_path, servers=1) as simulation:
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        listen = f'listen: {{http: "127.0.0.1:{port}"}}\n'
        site.file.write_text(
            f'{site.file.read_text()}{listen}web: {{public_url: "http://127.0.0.1:{port}"}}\n'
        )
        site.rules(RULES, "page.yml")
        with watching(site) as daemon:
            daemon.tells("link.up")
            daemon.tells("page.feed ")
            (server,) = simulation.servers
            simulation.runs(server)
            simulation.fault("memory", server=server, percent=95)
            eventually(lambda: receiver.got("memory of", "/ack/"), daemon.output)
            link = re.search(r"http://[\d.:]+/ack/[\w.~-]+", "\n".join(receiver.texts))
            assert link is not None
            page = open_page(link[0], user="")
            asked = page.get_by_role("heading").inner_text()
            page.get_by_role("button", name="Acknowledge 1 incident").click()
            page.get_by_role("heading", name="1 incident acknowledged").wait_for()
            daemon.tells("operator.ack", "rule=mem-high")

    assert asked == "Acknowledge 1 incident?"
