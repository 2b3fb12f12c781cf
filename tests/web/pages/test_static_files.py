"""The files that ship with the page, and no other."""

from __future__ import annotations

import pytest

from automaton.web.pages.rendering import static
from tests.web.pages.visiting import visited

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_file_is_there_for_all_and_may_be_kept_for_ever() -> None:
    async with visited() as page:
        answers = [await page.client.get(static(name)) for name in ("style.css", "live.js", "icons.svg")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.headers["content-type"].partition(";")[0] for answer in answers] == [
        "text/css", "text/javascript", "image/svg+xml",
    ]  # fmt: skip
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    assert all(answer.headers["x-content-type-options"] == "nosniff" for answer in answers)


@pytest.mark.parametrize(
    "path", ["nothing.css", "../rendering.py", "%2e%2e/rendering.py", "vendor", "vendor/htmx.LICENSE", ""]
)
async def test_what_is_no_file_of_the_page_is_not_there(path: str) -> None:
    async with visited() as page:
        answer = await page.client.get(f"/static/{path}")

    assert answer.status_code in (404, 401)
    assert b"import" not in answer.content
