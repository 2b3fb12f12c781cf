"""The page of a server in a browser: what is seen is of now, and what is done is seen at the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.looks import too_wide
from tests.browser.page_site import PageSite, paged

EVIL = "<img src=x onerror=alert(1)>"
PAINTED = """() => [...document.querySelectorAll("figure.chart canvas")].map((canvas) =>
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((one) => one > 0))"""
RULES = """\
rules:
  - id: memory-high
    while: memory_pct > 80
    for: 1s
    until: memory_pct < 40
    do: [{notify: ops, text: x}, {wait: 1h}, {send: list}]
  - id: greets
    by: [it.player]
    when: {event: player.join}
    do: [{notify: ops, text: hi}]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    with paged(tmp_path_factory.mktemp("server"), servers=3, rules=RULES) as running:
        yield running


def opened(site: PageSite, open_page: Open, number: int = 0, **how: object) -> tuple[Page, str]:
    """The page of a server, and its name."""
    name = site.simulation.servers[number]
    return open_page(f"{site.url}/servers/{site.simulation.server(name)['uuid']}", **how), name


def test_a_command_is_typed_at_the_server_and_said_to_be(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page)
    page.fill("#command", "say from the page")
    page.press("#command", "Enter")

    expect(page.locator("form.command output")).to_have_text(f"`say from the page` was typed at {name}")
    site.simulation.until("command", name, "say from the page")
    assert site.daemon.tells("operator.command", "by=anna")
    page.press("#command", "ArrowUp")
    expect(page.locator("#command")).to_have_value("say from the page")


def test_power_is_asked_for_in_two_steps_and_done(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page, 1)
    page.click("text=Restart")
    expect(page.locator("h1")).to_have_text(f"Restart {name}?")
    assert site.simulation.seen("power", name, "restart") == []
    page.click(f"button:has-text('Restart {name}')")

    expect(page.locator("p.note")).to_contain_text(f"{name} was asked to restart")
    site.simulation.until("power", name, "restart")
    expect(page.locator("#server-runs")).to_contain_text("asked for restart")
    expect(page.locator("#server-runs")).to_contain_text("anna")


def test_a_probe_asks_the_game(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page)
    page.click("button:has-text('Probe')")

    expect(page.locator("form[action$='/probe'] output")).to_contain_text(f"{name} answers")
    site.simulation.until("command", name, "list")


def test_without_javascript_all_is_there_and_done(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page)
    context = page.context.browser.new_context(  # type: ignore[union-attr] # of a context that a browser made
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    try:
        bare = context.new_page()
        bare.goto(page.url)
        expect(bare.locator("h1")).to_have_text(name)
        expect(bare.locator("svg.spark")).to_have_count(5)
        bare.fill("#command", "say without a script")
        bare.click("form.command button")

        expect(bare.locator("p.note")).to_contain_text("say without a script was typed")
    finally:
        context.close()
    site.simulation.until("command", name, "say without a script")


def test_a_viewer_sees_all_and_acts_on_nothing(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page, user="vic")
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator("main form")).to_have_count(0)
    before = site.simulation.seen("command", name)
    answer = page.request.post(
        f"{page.url}/command", form={"command": "op vic"}, headers={"origin": site.url}
    )

    assert answer.status == 403
    assert site.simulation.seen("command", name) == before


def test_lines_come_as_they_are_printed_marked_by_the_rules_that_listen(
    site: PageSite, open_page: Open
) -> None:
    page, name = opened(site, open_page)
    expect(page.locator("#console-state")).to_have_text("live")
    site.simulation.fault("print", server=name, lines=[EVIL])
    site.simulation.fault("join", server=name, player="Steve")

    lines = page.locator("#console-lines .l")
    expect(lines.filter(has_text=EVIL)).to_have_count(1)
    joined = lines.filter(has_text="logged in")
    expect(joined.locator("a.by")).to_have_attribute("href", "/rules/greets")
    expect(joined.locator(".src")).to_have_text("game")
    assert page.locator("main img[src=x]").count() == 0
    page.fill("#console-find", "logged in")
    expect(lines.filter(has_text=EVIL)).to_be_hidden()
    expect(joined).to_be_visible()
    expect(page.locator("#server-players")).to_contain_text("Steve")


def test_who_reads_further_up_is_not_moved(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page, 2)
    expect(page.locator("#console-state")).to_have_text("live")
    site.simulation.fault("print", server=name, lines=[f"line {number}" for number in range(80)])
    expect(page.locator("#console-lines")).to_contain_text("line 79")
    page.evaluate("document.getElementById('console-lines').scrollTop = 0")
    site.simulation.fault("print", server=name, lines=["one more"])

    expect(page.locator("#console-down")).to_have_text("1 new line below")
    assert page.evaluate("document.getElementById('console-lines').scrollTop") == 0
    page.click("#console-down")
    expect(page.locator("#console-down")).to_be_hidden()


def test_an_incident_that_opens_is_shown_with_its_run_and_its_threshold(
    site: PageSite, open_page: Open
) -> None:
    page, name = opened(site, open_page, 2)
    expect(page.locator("#server-incidents")).to_contain_text("None")
    site.simulation.fault("memory", server=name, percent=95)

    expect(page.locator("#server-incidents")).to_contain_text("memory-high", timeout=15_000)
    expect(page.locator("#server-runs")).to_contain_text("2 of 3")
    expect(page.locator("#server-rules tr", has_text="memory-high")).to_contain_text("open")
    expect(page.locator("#chart-memory .legend")).to_contain_text("memory-high: memory_pct > 80 %")


def test_charts_are_drawn_and_read_by_keys(site: PageSite, open_page: Open) -> None:
    page, _ = opened(site, open_page)
    expect(page.locator("figure.chart canvas")).to_have_count(5)
    expect(page.locator("#chart-memory .now")).to_contain_text("iB", timeout=25_000)
    painted = page.evaluate(PAINTED)
    assert painted == [True] * 5
    page.focus("#chart-memory .plot")
    page.keyboard.press("End")
    expect(page.locator("#chart-said")).to_contain_text("Memory")


def test_on_a_telephone_nothing_sticks_out(site: PageSite, open_page: Open) -> None:
    page, name = opened(site, open_page, width=360)
    expect(page.locator("figure.chart canvas")).to_have_count(5)
    site.simulation.fault("print", server=name, lines=["W" * 500])
    expect(page.locator("#console-lines")).to_contain_text("WWW")

    assert too_wide(page) == []
