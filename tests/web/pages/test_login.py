"""Who signs in, and how often it may be tried; a wrong try tells that it was wrong, and no more."""

from __future__ import annotations

import re

import anyio
import pytest
from structlog.testing import capture_logs

from automaton.one_time_code import STEP, code_at
from automaton.web.pages.login import MOST_LOGINS, PLAIN, WRONG
from automaton.web.pages.page_settings import PageUser
from tests.web.pages.visiting import HASH, HTML, ORIGIN, PASSWORD, Page, csrf_in, settings, visited

pytestmark = pytest.mark.anyio

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_the_right_password_leads_where_one_wanted_to_go() -> None:
    async with visited() as page:
        asked = await page.client.get("/?text=a%26b", headers=HTML)
        answer = await page.sign_in(next="/?text=a%26b")
        shown = await page.client.get("/", headers=HTML)

    assert asked.headers["location"] == "/login?next=%2F%3Ftext%3Da%2526b"
    assert (answer.status_code, answer.headers["location"]) == (303, "/?text=a%26b")
    assert (shown.status_code, "anna" in shown.text) == (200, True)


async def test_who_is_at_work_stays_signed_in_and_who_is_idle_does_not() -> None:
    async with visited() as page:
        answer = await page.sign_in()
        (kept,) = re.findall(
            r"automaton_session=[^;]+;.*Max-Age=(\d+)", answer.headers.get_list("set-cookie")[0]
        )
        statuses = []
        for hours in (11, 11, 11, 13):
            page.clock.at += hours * 3600
            statuses.append((await page.client.get("/")).status_code)

    assert statuses == [200, 200, 200, 401]
    assert int(kept) > 33 * 3600


@pytest.mark.parametrize(
    ("name", "password"),
    [("anna", "wrong"), ("nobody", PASSWORD), ("sso", ""), ("sso", PASSWORD), ("", ""), ("anna" * 999, "x")],
)
async def test_all_that_is_wrong_is_answered_alike(name: str, password: str) -> None:
    async with visited() as page:
        answer = await page.sign_in(name, password)

    assert (answer.status_code, WRONG in answer.text) == (403, True)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
    ],
)
async def test_where_one_wanted_to_go_is_a_path_of_ours(wanted: str) -> None:
    async with visited() as page:
        answer = await page.sign_in(next=wanted)

    assert (answer.headers["location"], "x=1" in str(answer.headers)) == ("/", False)


async def test_a_name_of_any_bytes_is_one_harmless_line_of_the_log() -> None:
    async with visited() as page:
        with capture_logs() as lines:
            answer = await page.client.post(
                "/login",
                content=b"name=%3Cb%3E%0d%0a%1b%5B2J%e2%80%ae%ff%00x&password=x",
                headers={"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"},
            )

    assert answer.status_code == 403
    assert ("<b>" in answer.text, "\x1b" in answer.text, "\u202e" in answer.text) == (False, False, False)
    assert [(line["event"], line["name"]) for line in lines] == [
        ("page.login_failed", "<b>\r\n\x1b[2J\u202e\ufffd\x00x")  # which log_lines.py escapes
    ]


async def test_a_key_that_somebody_planted_is_worth_nothing_after_the_login() -> None:
    async with visited() as page:
        await page.sign_in("vic")
        planted = page.client.cookies["automaton_session"]
        await page.sign_in("anna")
        now = page.client.cookies["automaton_session"]
        page.client.cookies.clear()
        page.client.cookies.set("automaton_session", planted)
        answer = await page.client.get("/")

    assert (planted != now, answer.status_code) == (True, 401)


async def guess(page: Page, name: str, times: int, address: str) -> list[int]:
    """What so many wrong passwords from an address are answered."""
    transport = page.client._transport
    transport.client = (address, 1)  # type: ignore[attr-defined]
    return [(await page.sign_in(name, "wrong")).status_code for _ in range(times)]


async def test_who_guesses_waits_and_the_person_gets_in_from_elsewhere_at_once() -> None:
    async with visited() as page:
        statuses = await guess(page, "anna", 11, "192.0.2.66")
        refused = await page.sign_in()
        await guess(page, "nobody", 1, "192.0.2.7")
        let_in = await page.sign_in()

    assert statuses == [403] * 10 + [429]
    assert (refused.status_code, let_in.status_code) == (429, 303)
    assert int(refused.headers["retry-after"]) > 30


async def test_many_addresses_together_do_not_keep_a_person_out_of_a_browser_that_is_known() -> None:
    async with visited() as page:
        await page.sign_in()
        known = page.client.cookies["automaton_known"]
        page.client.cookies.clear()
        for one in range(6):
            await guess(page, "anna", 10, f"192.0.2.{one}")
        strange = await page.sign_in()
        page.client.cookies.set("automaton_known", known)
        let_in = await page.sign_in()
        guessed = [(await page.sign_in("anna", "wrong")).status_code for _ in range(11)]

    assert (strange.status_code, let_in.status_code) == (429, 303)
    assert guessed == [403] * 10 + [429]


async def test_a_code_is_asked_for_and_taken_once() -> None:
    told = settings(users={"anna": PageUser(role="operator", password=HASH, totp=SECRET)})
    async with visited(told) as page:
        form = await page.client.get("/login")
        code = code_at(SECRET, int(page.clock.now().wall // STEP))
        without = await page.sign_in()
        wrong_password = await page.sign_in(password="wrong", code=code)
        first = await page.sign_in(code=f"{code[:3]} {code[3:]}")
        again = await page.sign_in(code=code)
        page.clock.at += STEP
        later = await page.sign_in(code=code_at(SECRET, int(page.clock.now().wall // STEP)))

    assert 'name="code"' in form.text
    answers = [without, wrong_password, first, again, later]
    assert [answer.status_code for answer in answers] == [403, 403, 303, 403, 303]


async def test_a_password_is_not_taken_in_plain_text_over_a_network() -> None:
    async with visited(settings(is_local=False)) as page:
        plain = await page.sign_in()
    async with visited(settings(is_local=False), base="https://page.example.org") as page:
        form = {"name": "anna", "password": PASSWORD}
        safe = await page.client.post("/login", data=form, headers={"origin": "https://page.example.org"})

    assert (plain.status_code, PLAIN.split(",")[0] in plain.text) == (403, True)
    assert safe.status_code == 303
    cookies = safe.headers.get_list("set-cookie")
    assert [one.partition("=")[0] for one in cookies] == [
        "__Host-automaton_session",
        "__Host-automaton_known",
    ]
    assert all("; HttpOnly" in one and "; Secure" in one and "; SameSite=lax" in one for one in cookies)
    assert all("; Path=/" in one and "Domain" not in one for one in cookies)


async def test_more_logins_than_may_wait_are_refused_and_none_is_lost() -> None:
    statuses: list[int] = []
    slow = "scrypt$16384$8$1$AAAAAAAAAAAAAAAAAAAAAA==$" + "A" * 43 + "="
    told = settings(users={"anna": PageUser(role="operator", password=slow)})
    async with visited(told) as page:

        async def tried() -> None:
            form = {"name": "anna", "password": "x"}
            answer = await page.client.post("/login", data=form, headers={"origin": ORIGIN})
            statuses.append(answer.status_code)

        async with anyio.create_task_group() as tasks:
            for _ in range(4):  # of one address, who is answered so many at once
                tasks.start_soon(tried)
        page.app.login._waiting = MOST_LOGINS
        full = await page.sign_in()

    assert statuses == [403] * 4
    assert (full.status_code, full.headers["retry-after"]) == (503, "3")


async def test_who_signs_out_everywhere_is_signed_out_everywhere_and_others_are_not() -> None:
    async with visited() as page:
        await page.sign_in("vic")
        others = dict(page.client.cookies)
        page.client.cookies.clear()
        await page.sign_in("anna")
        elsewhere = dict(page.client.cookies)
        page.client.cookies.clear()
        await page.sign_in("anna")
        asked = await page.client.get("/logout", headers=HTML)
        form = {"csrf": csrf_in(asked.text), "everywhere": "1"}
        await page.client.post("/logout", data=form, headers={"origin": ORIGIN})
        statuses = []
        for cookies in (elsewhere, others):
            page.client.cookies.clear()
            page.client.cookies.update(cookies)
            statuses.append((await page.client.get("/")).status_code)

    assert "in 2 browsers" in asked.text
    assert statuses == [401, 200]
