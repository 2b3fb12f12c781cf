"""What every page has, and where a form leads back to: a path of this page, and nowhere else."""

from __future__ import annotations

import re

import pytest

from automaton.web.pages.page import NAVIGATION, back, local
from tests.web.pages.visiting import HTML, visited

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize("path", ["/", "/servers/1?text=a%2Fb#x", "/incidents?past=1"])
def test_a_path_of_ours_stays(path: str) -> None:
    assert (local(path), back(path).headers["location"], back(path).status_code) == (path, path, 303)


@pytest.mark.parametrize(
    "path",
    ["", "x", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
     "javascript:alert(1)", "/a\r\nSet-Cookie: a=b", "/a\tb", "/\u202e", "/\x00"],
)  # fmt: skip
def test_what_may_lead_elsewhere_leads_to_the_first_page(path: str) -> None:
    assert local(path) == "/"


async def test_a_page_names_all_others_and_where_one_is() -> None:
    async with visited() as page:
        await page.sign_in()
        html = (await page.client.get("/", headers=HTML)).text

    for address, name in NAVIGATION:
        assert re.search(rf'<a href="{address}"[^>]*>{name}(</a>|<span)', html)
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', html) == ["/"]


async def test_a_page_says_that_it_is_old_while_the_daemon_is_not_heard() -> None:
    async with visited() as page:
        await page.sign_in()
        html = (await page.client.get("/", headers=HTML)).text

    assert "Not up to date: the daemon was not heard yet" in html


async def test_a_stranger_is_told_nothing_of_the_daemon() -> None:
    async with visited() as page:
        html = (await page.client.get("/login", headers=HTML)).text

    assert "Not up to date" not in html
    assert "aria-current" not in html
