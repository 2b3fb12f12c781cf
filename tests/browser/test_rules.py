"""Rules in a browser: read, asked why not, set by hand, and tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.processes import eventually
from tests.browser.conftest import Open
from tests.browser.page_site import PageSite, paged

HOSTILE = "<img src=x onerror=alert(1)>\u202e&quot;'"
RULES = f"""
rules:
  - id: greeter
    note: "{HOSTILE}"
    when: {{console: "says knock"}}
    do: [{{say: "who is there"}}]
  - id: memory-high
    while: memory_pct > 97
    for: 1h
    do: [{{notify: ops, text: "${{name}} is full"}}]
tests:
  - name: it answers
    rules: [greeter]
    server: {{egg: Paper}}
    feed: [{{at: 1s, line: "somebody says knock"}}]
    expect: [{{say: "*who is there*"}}]
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    """Servers with a rule that answers, and one that watches memory."""
    with paged(tmp_path_factory.mktemp("rules"), servers=2, rules=RULES) as made:
        yield made


def set_arm(page: Page, site: PageSite, word: str, note: str = "") -> None:
    page.goto(f"{site.url}/rules/greeter")
    page.check(f"input[name=arm][value={word}]")
    page.fill("input[name=note]", note)
    page.get_by_role("button", name="Set", exact=True).click()


def answers(site: PageSite) -> int:
    """How often the rule has answered, by what the simulator was typed."""
    return len(site.simulation.seen("command", site.simulation.servers[0], "say who is there"))


def knock(site: PageSite) -> None:
    """Somebody knocks at the first server."""
    site.simulation.fault("print", server=site.simulation.servers[0], lines=["somebody says knock"])


def test_a_rule_that_is_turned_off_here_does_nothing_until_it_is_set_back(
    site: PageSite, open_page: Open
) -> None:
    page = open_page(f"{site.url}/rules")
    set_arm(page, site, "off", "the map is rebuilt")
    expect(page.locator("#banner")).to_contain_text("greeter is off by anna")
    expect(page.locator("#figures")).to_contain_text("set to off by anna until the next reload")
    before = answers(site)

    knock(site)
    site.simulation.fault("print", server=site.simulation.servers[0], lines=["hello automaton"])
    site.simulation.until("command", site.simulation.servers[0], "list")  # of what was printed after it
    assert answers(site) == before

    set_arm(page, site, "file")
    expect(page.locator("#banner")).to_be_empty()
    knock(site)
    eventually(lambda: answers(site) > before, lambda: site.simulation.log("command"))


def test_the_banner_stands_on_every_page_while_a_rule_is_set_by_hand(site: PageSite, open_page: Open) -> None:
    watching = open_page(site.url, user="vic")
    acting = open_page(f"{site.url}/rules")
    set_arm(acting, site, "shadow")

    expect(watching.locator("#banner")).to_contain_text("greeter is shadow by anna")
    set_arm(acting, site, "file")
    expect(watching.locator("#banner")).to_be_empty()


def test_a_viewer_reads_and_tries_and_sets_nothing(site: PageSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/rules/greeter", user="vic")
    expect(page.locator("pre.source")).to_contain_text("says knock")
    expect(page.locator("input[name=arm]")).to_have_count(0)

    page.get_by_role("button", name="Run the tests").click()
    expect(page.locator("#tests")).to_contain_text("1 passed")

    page.goto(f"{site.url}/try?rule=greeter")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#came")).to_contain_text("Both do the same")


def test_why_not_changes_as_the_conditions_do(site: PageSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/rules/memory-high/why-not")
    page.get_by_role("button", name="Show").click()
    why = page.locator("#why")
    expect(why).to_contain_text("the expression is false")

    name = page.locator("#server option:checked").inner_text().partition(" (")[0]
    site.simulation.fault("memory", server=name, percent=99)

    expect(why).to_contain_text("not yet:", timeout=15_000)
    expect(why.locator("progress")).to_be_visible()


def test_a_try_shows_what_matches_and_what_differs_from_what_runs(site: PageSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/try?rule=greeter")
    text = page.input_value("#text")
    page.fill("#text", text.replace("who is there", "nobody is here"))
    page.fill(
        "#input",
        "[12:00:00] [Server thread/INFO]: Eve says knock\n[12:00:05 INFO]: <script>alert(1)</script>",
    )
    page.fill("input[name=facts]", "pack: minecraft")
    page.get_by_role("button", name="Try it").click()

    came = page.locator("#came")
    expect(came.locator(".l.matched")).to_contain_text("greeter")
    expect(came.locator(".d-more").first).to_contain_text("nobody is here")
    expect(came).to_contain_text("<script>alert(1)</script>")


@pytest.mark.parametrize(
    "text",
    [
        "rules: [[[[",
        "a: &a [*a, *a]\n" * 50,
        "rules:\n  - {id: x, when: {console: '(((((a{1,999}){1,999}){1,999}'}}",
        "x",
    ],
)
def test_a_hostile_rule_is_answered_in_words(site: PageSite, open_page: Open, text: str) -> None:
    page = open_page(f"{site.url}/try", user="vic")
    page.fill("#text", text)
    page.fill("#input", "x\n" * 500)
    page.get_by_role("button", name="Try it").click()

    expect(page.get_by_role("heading", name="Try a rule")).to_be_visible()
    expect(page.locator("#came, .note.refused").first).not_to_be_empty()


def test_a_note_that_would_be_markup_is_text(site: PageSite, open_page: Open) -> None:
    page = open_page(f"{site.url}/rules")

    expect(page.locator("#rules")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("path", ["/rules", "/rules/greeter", "/rules/greeter/why-not", "/try?rule=greeter"])
def test_a_telephone_needs_no_scrolling_sideways(site: PageSite, open_page: Open, path: str) -> None:
    page = open_page(f"{site.url}{path}", width=360)

    assert page.evaluate("document.documentElement.scrollWidth") == 360
