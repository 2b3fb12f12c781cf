"""What passes the gate, and what stands on every answer."""

from __future__ import annotations

import pytest

from automaton.web.pages.page_settings import PageSettings
from automaton.web.pages.security.gate import CSRF, HEADERS, PUBLIC, is_public
from automaton.web.pages.security.request_bounds import LONGEST_BODY
from automaton.web.pages.security.visitor_pace import REQUESTS
from tests.web.pages.visiting import ACTING_TOKEN, HTML, ORIGIN, settings, visited

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_what_is_open_to_all_is_this_and_no_more() -> None:
    assert PUBLIC == (
        "/login", "/static/", "/healthz", "/readyz", "/metrics", "/status", "/status.json", "/ack/",
        "/favicon.ico",
    )  # fmt: skip
    assert [is_public(path) for path in ("/login/x", "/loginx", "/metrics/", "/static", "/", "")] == [
        False
    ] * 6


@pytest.mark.parametrize(
    "path", ["/", "/login", "/metrics", "/status", "/static/style.css", "/ack/x", "/live"]
)
async def test_under_a_strangers_name_nothing_is_answered_not_even_what_is_public(path: str) -> None:
    async with visited() as page:
        await page.sign_in()
        answer = await page.client.get(path, headers={"host": "rebound.evil.example"})

    assert (answer.status_code, "`web.hosts`" in answer.text) == (421, True)
    assert page.daemon.asked == []


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/", "text/html"), ("/nowhere", "text/html"), ("/live", "*/*"), ("/static/style.css", "*/*"),
     ("/static/nowhere", "*/*"), ("/login", "text/html"), ("/api/v1/x", "*/*")],
)  # fmt: skip
async def test_every_answer_has_the_headers_that_keep_it_where_it_belongs(path: str, accept: str) -> None:
    async with visited() as page:
        answer = await page.client.get(path, headers={"accept": accept})

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    policy = answer.headers["content-security-policy"]
    assert ("unsafe" in policy, "default-src 'none'" in policy) == (False, True)
    kept = path.startswith("/static/") and answer.status_code == 200
    assert ("immutable" in answer.headers["cache-control"]) == kept
    assert "strict-transport-security" not in answer.headers
    assert "server" not in answer.headers


async def test_over_tls_a_browser_is_told_to_come_back_by_tls() -> None:
    async with visited(base="https://page.example.org") as page:
        answer = await page.client.get("/login")

    assert answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(
    ("told", "host", "is_secure"),
    [
        (settings(), "localhost", False),
        (settings(public_url="https://page.example.org"), "page.example.org", True),
        (settings(public_url="https://page.example.org"), "localhost", False),
        (settings(public_url="http://page.example.org"), "page.example.org", False),
    ],
)
async def test_behind_a_proxy_with_tls_the_cookies_are_for_tls(
    told: PageSettings, host: str, is_secure: bool
) -> None:
    scheme = "https" if is_secure else "http"
    async with visited(told) as page:
        form = {"name": "anna", "password": "correct horse"}
        answer = await page.client.post(
            "/login", data=form, headers={"host": host, "origin": f"{scheme}://{host}"}
        )

    assert answer.headers["set-cookie"].startswith("__Host-") == is_secure


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
async def test_whoever_wants_something_done_comes_from_a_page_of_ours(method: str) -> None:
    async with visited() as page:
        await page.sign_in()
        statuses = [
            (await page.client.request(method, "/logout", headers=headers)).status_code
            for headers in ({"origin": "http://evil.example"}, {"origin": "null"}, {},
                            {"sec-fetch-site": "cross-site"}, {"referer": ORIGIN})
        ]  # fmt: skip

    assert statuses == [403] * 5


async def test_a_script_of_ours_acts_with_the_mark_of_the_session_and_a_program_with_its_token() -> None:
    async with visited() as page:
        await page.sign_in()
        csrf = await page.csrf()
        statuses = [
            (await page.client.post("/api/v1/x", headers=headers)).status_code
            for headers in (
                {"origin": ORIGIN}, {"origin": ORIGIN, CSRF: "guessed"}, {"origin": ORIGIN, CSRF: csrf},
                {"authorization": f"Bearer {ACTING_TOKEN}"},
            )
        ]  # fmt: skip

    assert statuses == [403, 403, 404, 404]


async def test_a_program_that_acts_is_told_what_is_wrong_with_its_token() -> None:
    async with visited() as page:
        answers = [
            await page.client.post("/api/v1/release", headers=headers)
            for headers in ({"authorization": "Bearer no-such-token"}, {"authorization": "Bearer "}, {})
        ]

    assert [(one.status_code, one.json()["problem"].partition(":")[0]) for one in answers] == [
        (401, "there is no such token"),
        (401, "sign in first, or send `Authorization"),
        (401, "sign in first, or send `Authorization"),
    ]
    assert page.daemon.asked == []


async def test_a_link_of_a_message_needs_neither_session_nor_origin() -> None:
    """Its address is the permission; the page behind it sends no referrer, and so its form no origin."""
    async with visited() as page:
        answer = await page.client.post("/ack/token", headers={"origin": "null"})

    assert answer.status_code != 403


async def test_who_floods_is_told_to_wait_as_a_page_and_as_json_and_files_are_free() -> None:
    async with visited() as page:
        await page.sign_in("vic")
        for _ in range(int(REQUESTS)):
            await page.client.get("/nowhere")
        json, html = await page.client.get("/"), await page.client.get("/", headers=HTML)
        file = await page.client.get("/static/style.css")

    assert [(answer.status_code, answer.headers["retry-after"]) for answer in (json, html)] == [
        (429, "1")
    ] * 2
    assert "you ask too often" in html.text
    assert file.status_code == 200


async def test_a_flood_of_strangers_keeps_monitoring_waiting_nowhere() -> None:
    """They may have one address for us: that of a proxy on this machine, as Prometheus has."""
    async with visited() as page:
        for _ in range(int(REQUESTS) + 1):
            flooded = await page.client.get("/login")
        statuses = [(await page.client.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")]

    assert flooded.status_code == 429
    assert 429 not in statuses


async def test_a_huge_form_is_refused_while_it_comes_and_so_are_many_fields() -> None:
    async with visited() as page:
        kind = {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        huge = await page.client.post("/login", content=b"a" * (LONGEST_BODY + 1), headers=kind)
        many = await page.client.post("/login", content=b"a=1&" * 1_000, headers=kind)
        other = await page.client.post("/login", json={"name": "anna"}, headers={"origin": ORIGIN})

    assert [answer.status_code for answer in (huge, many, other)] == [413, 400, 415]


@pytest.mark.parametrize(
    "path",
    ["/static/../page_settings.py", "/static/%2e%2e/rendering.py", "/static//etc/passwd",
     "/static/..%2f..%2fx",
     "/static/vendor/../../app.py", "/static/style.css%00.js", "/static/"],
)  # fmt: skip
async def test_there_is_no_way_from_the_files_to_others(path: str) -> None:
    async with visited() as page:
        answer = await page.client.get(path)

    assert answer.status_code in {401, 404}


@pytest.mark.parametrize(
    "header",
    ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip", "x-original-url",
     "x-rewrite-url", "x-http-method-override"],
)  # fmt: skip
async def test_what_a_request_says_of_itself_changes_nothing(header: str) -> None:
    async with visited() as page:
        answer = await page.client.get("/", headers={header: "https", **HTML})

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F")
