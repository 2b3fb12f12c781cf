"""Who is believed to be whom: a trusted proxy's word, a token, a session; and nobody else's word."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from automaton.web.guess_budget import GUESSES
from automaton.web.pages.page_settings import PageProxy, PageUser
from automaton.web.pages.security.recognition import forwarded
from tests.web.pages.visiting import (
    HASH,
    HTML,
    ORIGIN,
    PROXY_SECRET,
    TOKEN,
    by_secret,
    csrf_in,
    settings,
    visited,
)

pytestmark = pytest.mark.anyio

TRUSTED = {"x-automaton-proxy": PROXY_SECRET}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_proxy_with_the_secret_signs_people_in_and_each_has_a_session_of_ours() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        told = {**TRUSTED, "x-forwarded-user": "sso", **HTML}
        first = await page.client.get("/logout", headers=told)
        second = await page.client.get("/logout", headers=told)

    assert (first.status_code, "sso" in first.text, "operator" in first.text) == (200, True, True)
    assert "automaton_session=" in first.headers["set-cookie"]
    assert "set-cookie" not in second.headers
    assert csrf_in(first.text) == csrf_in(second.text) != ""
    assert page.app.sessions.of("sso") == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"x-forwarded-user": "anna"},
        {"x-forwarded-user": "anna", "x-automaton-proxy": "guessed"},
        {"x-forwarded-user": "anna", "x-automaton-proxy": ""},
        {"x-forwarded-user": "anna", "x-automaton-proxy": f"{PROXY_SECRET} "[:-2]},
        {"remote-user": "anna", "x-forwarded-email": "anna", **TRUSTED},
    ],
)
async def test_the_header_of_anybody_else_is_not_read(sent: dict[str, str]) -> None:
    async with visited(settings(proxy=by_secret())) as page:
        answer = await page.client.get("/", headers=sent)

    assert answer.status_code == 401


async def test_a_proxy_whose_secret_is_wrong_is_told_to_whoever_looks_for_why() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        with capture_logs() as lines:
            await page.client.get("/", headers={"x-automaton-proxy": "another one"})
            await page.client.get("/")

    assert [(line["event"], line["address"]) for line in lines] == [("page.proxy_unknown", "192.0.2.1")]
    assert "another one" not in str(lines)


async def test_without_a_trusted_proxy_no_secret_makes_one() -> None:
    async with visited() as page:
        answer = await page.client.get("/", headers={"x-forwarded-user": "anna", "x-automaton-proxy": ""})

    assert answer.status_code == 401


async def test_whoever_comes_by_the_proxys_own_socket_needs_no_secret_and_others_have_none() -> None:
    told = settings(proxy=PageProxy(header="X-Forwarded-User", socket="/run/automaton/page.sock"))
    statuses = []
    for by_socket in (True, False):
        async with visited(told, by_socket=by_socket) as page:
            sent = {"x-forwarded-user": "vic", "x-automaton-proxy": ""}
            statuses.append((await page.client.get("/", headers=sent)).status_code)

    assert statuses == [200, 401]


async def test_a_name_that_stands_twice_is_nobodys() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        headers = [*TRUSTED.items(), ("x-forwarded-user", "anna"), ("x-forwarded-user", "vic")]
        answer = await page.client.get("/", headers=headers)

    assert answer.status_code == 401


async def test_who_is_unknown_to_us_has_no_role_and_is_told_so() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        answer = await page.client.get("/", headers={**TRUSTED, "x-forwarded-user": "eve", **HTML})
        public = await page.client.get("/login", headers={**TRUSTED, "x-forwarded-user": "eve"})

    assert (answer.status_code, "have no role here" in answer.text) == (403, True)
    assert (public.status_code, len(page.app.sessions)) == (200, 0)


async def test_when_the_proxy_names_another_the_session_of_the_first_has_ended() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        for name in ("sso", "vic"):
            answer = await page.client.get("/logout", headers={**TRUSTED, "x-forwarded-user": name, **HTML})

    assert "vic" in answer.text
    assert (page.app.sessions.of("sso"), page.app.sessions.of("vic")) == (0, 1)


async def test_a_session_that_a_proxy_began_is_worth_nothing_without_it() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        await page.client.get("/", headers={**TRUSTED, "x-forwarded-user": "sso"})
        answer = await page.client.get("/")

    assert answer.status_code == 401


async def test_whom_a_proxy_names_acts_only_by_a_form_of_ours() -> None:
    told = {**TRUSTED, "x-forwarded-user": "sso", "origin": ORIGIN}
    async with visited(settings(proxy=by_secret())) as page:
        forged = await page.client.post("/logout", data={"csrf": "guessed"}, headers=told)
        foreign = await page.client.post("/logout", headers={**told, "origin": "http://evil.example"})

    assert (forged.status_code, foreign.status_code) == (403, 403)


@pytest.mark.parametrize(
    ("users", "is_out"),
    [
        ({"anna": PageUser(role="operator", password=HASH)}, False),
        ({"anna": PageUser(role="viewer", password=HASH)}, True),
        ({"anna": PageUser(role="operator", password=HASH.replace("$8$", "$4$"))}, True),
        ({"anna": PageUser(role="operator", password=HASH, totp="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")}, True),
        ({"anna": PageUser(role="operator")}, True),
        ({}, True),
    ],
)
async def test_a_reload_that_changes_what_let_one_in_signs_him_out(
    users: dict[str, PageUser], is_out: bool
) -> None:
    ended: list[str] = []
    async with visited() as page:
        await page.sign_in("anna")
        (session,) = page.app.sessions._open.values()
        session.at_end(lambda: ended.append("stream"))
        page.app.change(settings(users=users))
        answer = await page.client.get("/")

    assert (answer.status_code, ended) == ((401, ["stream"]) if is_out else (200, []))


async def test_a_reload_that_changes_the_proxy_ends_what_the_old_one_began() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        await page.client.get("/", headers={**TRUSTED, "x-forwarded-user": "sso"})
        page.app.change(settings())

    assert len(page.app.sessions) == 0


async def test_a_token_is_for_the_api_and_for_nothing_else() -> None:
    sent = {"authorization": f"Bearer {TOKEN}"}
    async with visited() as page:
        api = await page.client.get("/api/v1/nothing", headers=sent)
        other = [
            (await page.client.get(path, headers=sent)).status_code for path in ("/", "/logout", "/live")
        ]

    assert api.status_code == 404
    assert other == [401] * 3


async def test_wrong_tokens_are_paced_by_address_and_the_right_one_is_taken_at_any_time() -> None:
    async with visited() as page:
        statuses = [
            (await page.client.get("/api/v1/x", headers={"authorization": f"bearer {one}"})).status_code
            for one in range(int(GUESSES) + 2)
        ]
        right = await page.client.get("/api/v1/x", headers={"authorization": f"Bearer {TOKEN}"})

    assert statuses == [401] * int(GUESSES) + [429] * 2
    assert right.status_code == 404


async def test_a_token_is_not_taken_in_plain_text_over_a_network() -> None:
    async with visited(settings(is_local=False)) as page:
        answer = await page.client.get("/api/v1/x", headers={"authorization": f"Bearer {TOKEN}"})

    assert (answer.status_code, "plain text" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", "192.0.2.1"),
        ("unknown", "192.0.2.1"),
        ("198.51.100.7,", "192.0.2.1"),
    ],
)
def test_the_browsers_address_is_the_last_that_the_proxy_wrote(header: str, address: str) -> None:
    from starlette.datastructures import Headers

    assert forwarded(Headers({"x-forwarded-for": header}), "192.0.2.1") == address


def test_a_line_of_the_header_that_the_browser_sent_is_not_the_proxys() -> None:
    """HAProxy's `option forwardfor` leaves the browser's own line, and writes one below it."""
    from starlette.datastructures import Headers

    sent = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.7")]

    assert forwarded(Headers(raw=sent), "192.0.2.1") == "198.51.100.7"


async def test_a_file_begins_no_session_and_brings_no_cookie() -> None:
    """It is kept on the way for ever, by proxies too: another would get the cookie with it."""
    async with visited(settings(proxy=by_secret())) as page:
        told = {**TRUSTED, "x-forwarded-user": "sso"}
        answer = await page.client.get("/static/style.css", headers=told)

    assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert len(page.app.sessions) == 0


async def test_guesses_through_a_proxy_are_of_the_browsers_address_and_that_of_others_is_not_read() -> None:
    async with visited(settings(proxy=by_secret())) as page:
        for one in range(12):
            sent = {"authorization": "Bearer x", "x-forwarded-for": f"198.51.100.{one}"}
            strange = await page.client.get("/api/v1/x", headers=sent)
        through = await page.client.get("/api/v1/x", headers={**sent, **TRUSTED})

    assert (strange.status_code, through.status_code) == (429, 401)
