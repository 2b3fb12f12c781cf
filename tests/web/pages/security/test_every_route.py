"""Every route of the page, also those of tomorrow: who is unknown reaches nothing, who may not act does not.

The routes are read from the application itself; what differs from the rule stands here by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from starlette.routing import BaseRoute, Mount, Route

from automaton.web.pages.security.gate import CSRF, READING, is_public
from tests.web.pages.visiting import ACTING_TOKEN, HTML, ORIGIN, TOKEN, Page, settings, visited

pytestmark = pytest.mark.anyio

OPEN_TO_ALL = {
    ("GET", "/static/{name:path}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/status"),
    ("GET", "/status.json"),
    ("GET", "/ack/{token}"),
    ("POST", "/ack/{token}"),
}
VIEWERS_MAY = {
    ("POST", "/logout"),
    ("POST", "/rules/{rule}/tests"),
    ("POST", "/try"),
    ("POST", "/api/v1/silences/preview"),
}
"""What is sent by POST and is no act: it ends the visitor's own session, or judges, and keeps nothing."""

FOR_OPERATORS = {("GET", "/api/v1/recording")}
"""What is read by operators alone: a recording has all that everybody typed."""

FORM = {"content-type": "application/x-www-form-urlencoded", "origin": ORIGIN}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def all_routes(routes: Iterable[BaseRoute], before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of each. A mounted application whose routes cannot be read would hide them."""
    for one in routes:
        if isinstance(one, Mount):
            assert one.routes, one.path
            yield from all_routes(one.routes, before + one.path)
        else:
            assert isinstance(one, Route), one
            for method in sorted(one.methods or ()):
                if method != "HEAD":
                    yield method, before + one.path


def filled(path: str) -> str:
    """The path with something in its places."""
    return re.sub(r"\{(\w+)(:\w+)?\}", "1", path)


async def asked(page: Page, method: str, path: str, headers: dict[str, str], body: str = "") -> int:
    """The status of one request of one who has time: no pace holds it."""
    page.clock.at += 10.0
    return (await page.client.request(method, filled(path), headers=headers, content=body)).status_code


async def test_what_is_open_to_all_is_exactly_this() -> None:
    async with visited() as page:
        found = {one for one in all_routes(page.app.app.routes) if is_public(filled(one[1]))}

    assert found == OPEN_TO_ALL


async def test_whoever_is_not_known_reaches_nothing_else() -> None:
    wrong = []
    async with visited() as page:
        for method, path in all_routes(page.app.app.routes):
            if (method, path) in OPEN_TO_ALL:
                continue
            statuses = [await asked(page, method, path, FORM), await asked(page, method, path, FORM | HTML)]
            if statuses != [401, 303 if method in READING else 401]:
                wrong.append((method, path, statuses))

        assert (wrong, page.daemon.acts) == ([], [])


@pytest.mark.parametrize("name", ["vic", "anna"])
async def test_nobody_acts_who_may_not_and_nobody_by_a_form_of_others(name: str) -> None:
    """A viewer not even with a form of ours; an operator not without, and from no other site."""
    wrong = []
    async with visited() as page:
        await page.sign_in(name)
        csrf = await page.csrf()
        for method, path in all_routes(page.app.app.routes):
            if method in READING or (method, path) in OPEN_TO_ALL:
                continue
            tries = [
                (FORM, ""), (FORM, "csrf=guessed"), (FORM | {CSRF: "guessed"}, ""),
                (FORM | {"origin": "http://evil.example", CSRF: csrf}, f"csrf={csrf}"),
                (FORM | {"origin": "null", CSRF: csrf}, f"csrf={csrf}"),
            ]  # fmt: skip
            if name == "vic" and (method, path) not in VIEWERS_MAY:
                tries.append((FORM | {CSRF: csrf}, f"csrf={csrf}"))
            statuses = [await asked(page, method, path, headers, body) for headers, body in tries]
            if set(statuses) != {403}:
                wrong.append((method, path, statuses))

        assert (wrong, page.daemon.acts) == ([], [])


async def test_a_token_reaches_the_api_alone_and_a_viewers_acts_on_nothing() -> None:
    wrong = []
    async with visited(settings()) as page:
        for method, path in all_routes(page.app.app.routes):
            if (method, path) in OPEN_TO_ALL:
                continue
            for token, may_act in ((TOKEN, False), (ACTING_TOKEN, True)):
                headers = FORM | {"authorization": f"Bearer {token}"}
                status = await asked(page, method, path, headers, "csrf=guessed")
                if not path.startswith("/api/"):
                    is_right = status in {401, 429}
                elif (
                    may_act
                    or (method, path) in VIEWERS_MAY
                    or (method in READING and (method, path) not in FOR_OPERATORS)
                ):
                    is_right = status not in {401, 403}
                else:
                    is_right = status == 403
                if not is_right:
                    wrong.append((method, path, token, status))

    assert wrong == []


async def test_under_a_strangers_name_no_route_answers() -> None:
    wrong = []
    async with visited() as page:
        await page.sign_in()
        for method, path in all_routes(page.app.app.routes):
            status = await asked(
                page, method, path, FORM | {"host": "evil.example", "origin": "http://evil.example"}
            )
            if status != 421:
                wrong.append((method, path, status))

        assert (wrong, page.daemon.acts) == ([], [])


async def test_what_no_route_has_is_refused_by_every_method() -> None:
    wrong = []
    async with visited() as page:
        await page.sign_in()
        for path in sorted({path for _, path in all_routes(page.app.app.routes)}):
            for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"):
                if (method, path) in all_routes(page.app.app.routes):
                    continue
                status = await asked(page, method, path, FORM, "csrf=guessed")
                if status not in {403, 404, 405}:
                    wrong.append((method, path, status))

        assert (wrong, page.daemon.acts) == ([], [])
