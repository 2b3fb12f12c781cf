"""What every page has, and where a form leads back to."""

from __future__ import annotations

import re

import pytest

from automaton.web.pages.page import NAVIGATION, back, local
from tests.web.pages.visiting import HTML, visited

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/servers/1?a=b", "/servers/1?a=b"),
        ("//evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test/", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_form_leads_back_to_a_page_of_ours_and_nowhere_else(path: str, leads_to: str) -> None:
    assert local(path) == leads_to
    assert back(path).headers["location"] == leads_to


async def test_a_page_names_all_others_and_where_one_is() -> None:
    async with visited() as page:
        await page.sign_in()
        html = (await page.client.get("/", headers=HTML)).text

    for address, name in NAVIGATION:
        assert re.search(rf'<a href="{address}"[^>]*>{name}</a>', html)
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) == ["/"]


async def test_a_page_says_that_it_is_old_while_the_daemon_is_not_heard() -> None:
    async with visited() as page:
        await page.sign_in()
        html = (await page.client.get("/", headers=HTML)).text

    assert "What you see is not of now: the daemon was not heard yet" in html


async def test_a_stranger_is_told_nothing_of_the_daemon() -> None:
    async with visited() as page:
        html = (await page.client.get("/login", headers=HTML)).text

    assert "What you see is not of now" not in html
    assert "aria-current" not in html
