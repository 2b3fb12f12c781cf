"""What keeps a page as it is now, in a browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.page_site import PageSite

REGION = "document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=\"region\">old</p>')"
DEAF = """
    window.Heard = EventSource;
    window.EventSource = class {
      constructor() { setTimeout(() => this.onerror()); }
      addEventListener() {}
      close() {}
    };
    live.reopen();
"""  # a browser that reaches nobody, without its own line in the console


def test_a_page_that_hears_nothing_any_more_says_so_until_it_does(
    page_site: PageSite, open_page: Open
) -> None:
    """Before, it stood still and showed all servers running, for as long as somebody looked."""
    page = open_page(page_site.url)
    trouble = page.locator("#trouble")
    expect(trouble).to_be_empty()

    page.evaluate(DEAF)
    expect(trouble).to_contain_text("Not up to date since")
    page.evaluate("() => { window.EventSource = Heard; }")

    expect(trouble).to_be_empty()


def test_what_somebody_has_selected_changes_once_he_lets_go_of_it(
    page_site: PageSite, open_page: Open
) -> None:
    page = open_page(f"{page_site.url}/about")
    page.evaluate(REGION)
    page.evaluate("getSelection().selectAllChildren(document.getElementById('region'))")

    page.evaluate("live.patch('region', 'newer'); live.patch('region', 'newest')")
    held = page.locator("#region").inner_text()
    page.evaluate("getSelection().removeAllRanges()")

    assert held == "old"
    expect(page.locator("#region")).to_have_text("newest")


def test_a_region_in_which_somebody_types_changes_once_he_leaves_it(
    page_site: PageSite, open_page: Open
) -> None:
    page = open_page(f"{page_site.url}/about")
    page.evaluate(REGION)
    page.evaluate("live.patch('region', '<input aria-label=\"typed\">')")
    page.get_by_label("typed").fill("half a wo")

    page.evaluate("live.patch('region', 'new')")
    typed = page.get_by_label("typed").input_value()
    page.get_by_label("typed").blur()

    assert typed == "half a wo"
    expect(page.locator("#region")).to_have_text("new")
