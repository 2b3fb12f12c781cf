"""Hooks: whoever has the token may call one, and can do nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import httpx
import pytest

from automaton.core.events import FieldValue
from automaton.core.moment import Moment
from automaton.secret import Secret
from automaton.web.guess_budget import GUESSES
from automaton.web.hook_fields import MOST_FIELDS
from automaton.web.hooks import BURST, LONGEST_BODY, HooksApi, NoSingleServer

pytestmark = pytest.mark.anyio

RIGHT = {"Authorization": "Bearer right"}
FOUND: dict[str, str | NoSingleServer] = {"lobby": "u-1", "twin": NoSingleServer.SEVERAL}


@dataclass
class Clock:
    """Stands still until it is told otherwise."""

    mono: float = 0.0

    def now(self) -> Moment:
        return Moment(self.mono, self.mono)


@dataclass
class Calls:
    """Has the hook `deploy`, and `unset`, whose token could not be read."""

    token: str = "right"
    taken: list[tuple[str, str, Mapping[str, FieldValue]]] = field(default_factory=list)
    unheard: str = ""

    def tokens(self) -> Mapping[str, Secret]:
        return {"deploy": Secret(self.token), "unset": Secret("")}

    def find(self, text: str) -> str | NoSingleServer:
        return FOUND.get(text, NoSingleServer.NONE)

    async def hook_called(self, hook: str, server: str, fields: Mapping[str, FieldValue]) -> str:
        self.taken.append((hook, server, fields))
        return self.unheard


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(calls: Calls, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(HooksApi(calls, clock).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        yield client


async def test_the_fields_of_the_body_are_told_those_of_objects_by_dots(
    client: httpx.AsyncClient, calls: Calls
) -> None:
    body = {"version": "1.2", "n": 3, "repository": {"name": "lobby", "owner": {"login": "eve"}}}
    answer = await client.post("/hooks/deploy", json=body, headers=RIGHT)

    told = {"version": "1.2", "n": 3, "repository.name": "lobby", "repository.owner.login": "eve"}
    assert (answer.status_code, answer.content) == (202, b"")
    assert calls.taken == [("deploy", "", told)]


async def test_no_body_is_a_call_without_fields(client: httpx.AsyncClient, calls: Calls) -> None:
    assert (await client.post("/hooks/deploy", headers=RIGHT)).status_code == 202
    assert calls.taken == [("deploy", "", {})]


async def test_a_server_in_the_body_is_looked_up(client: httpx.AsyncClient, calls: Calls) -> None:
    answers = [
        (await client.post("/hooks/deploy", json={"server": name}, headers=RIGHT)).status_code
        for name in ("lobby", "nowhere", "twin")
    ]

    assert answers == [202, 404, 409]
    assert [(hook, server) for hook, server, _ in calls.taken] == [("deploy", "u-1")]


@pytest.mark.parametrize("server", [["lobby"], {"name": "lobby"}])
async def test_a_server_that_is_no_text_is_not_taken_for_the_fleet(
    client: httpx.AsyncClient, calls: Calls, server: object
) -> None:
    answer = await client.post("/hooks/deploy", json={"server": server}, headers=RIGHT)

    assert (answer.status_code, calls.taken) == (400, [])


async def test_a_server_behind_many_fields_is_looked_up_too(client: httpx.AsyncClient, calls: Calls) -> None:
    body = {**{f"f{number}": number for number in range(MOST_FIELDS)}, "server": "lobby"}
    await client.post("/hooks/deploy", json=body, headers=RIGHT)

    assert [server for _, server, _ in calls.taken] == ["u-1"]


async def test_a_token_of_any_letters_is_sent_as_it_is_written(clock: Clock) -> None:
    calls = Calls()
    calls.token = "t\u00f6k\u2728"
    transport = httpx.ASGITransport(HooksApi(calls, clock).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as client:
        answer = await client.post(
            "/hooks/deploy", headers=[(b"Authorization", f"Bearer {calls.token}".encode())]
        )

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic right"},
        {"Authorization": "right"},
        {"Authorization": "Bearer r\u00efght".encode()},
    ],
)
async def test_without_the_token_nothing_is_told(
    client: httpx.AsyncClient, calls: Calls, headers: dict[str, str]
) -> None:
    answer = await client.post("/hooks/deploy", json={"a": 1}, headers=headers)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert calls.taken == []


async def test_a_token_that_could_not_be_read_opens_nothing(client: httpx.AsyncClient, calls: Calls) -> None:
    answer = await client.post("/hooks/unset", headers={"Authorization": "Bearer "})

    assert (answer.status_code, calls.taken) == (401, [])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/hooks/other", 404),
        ("POST", "/hooks/", 404),
        ("POST", "/hooks/deploy/", 404),
        ("POST", "/", 404),
        ("GET", "/v1/status", 404),
        ("GET", "/hooks/deploy", 405),
        ("PUT", "/hooks/deploy", 405),
    ],
)
async def test_nothing_else_is_there(
    client: httpx.AsyncClient, calls: Calls, method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path, headers=RIGHT)

    assert (answer.status_code, calls.taken) == (status, [])
    assert set(answer.json()) == {"problem"}


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[1]", b"7", b'"x"', b"null", b"\xff\xfe", b'{"a": NaN}', b'{"a": "\\ud800"}',
        b'{"a":' * 10_900 + b"1" + b"}" * 10_900, b"[" * 60_000,
    ],
)  # fmt: skip
async def test_what_is_no_json_object_is_refused(
    client: httpx.AsyncClient, calls: Calls, body: bytes
) -> None:
    answer = await client.post("/hooks/deploy", content=body, headers=RIGHT)

    assert (answer.status_code, calls.taken) == (400, [])


async def test_a_long_body_is_refused(client: httpx.AsyncClient, calls: Calls) -> None:
    body = b'{"a": "' + b"x" * LONGEST_BODY + b'"}'

    assert (await client.post("/hooks/deploy", content=body, headers=RIGHT)).status_code == 413
    assert calls.taken == []


async def test_what_finds_no_room_is_answered(client: httpx.AsyncClient, calls: Calls) -> None:
    body = {f"f{number}": "x" for number in range(1000)}
    answer = await client.post("/hooks/deploy", json=body, headers=RIGHT)

    assert (answer.status_code, answer.json()) == (202, {"left_out": 1000 - MOST_FIELDS})
    assert [len(fields) for _, _, fields in calls.taken] == [MOST_FIELDS]


async def test_a_number_that_no_counter_holds_is_text(client: httpx.AsyncClient, calls: Calls) -> None:
    body = b'{"n": %s, "small": 7, "is": true}' % (b"9" * 300)
    await client.post("/hooks/deploy", headers=RIGHT, content=body)

    assert calls.taken == [("deploy", "", {"n": "9" * 300, "small": 7, "is": True})]


async def test_a_hook_that_is_called_too_often_says_when_to_come_again(
    client: httpx.AsyncClient, calls: Calls, clock: Clock
) -> None:
    answers = [await client.post("/hooks/deploy", headers=RIGHT) for _ in range(int(BURST) + 1)]
    clock.mono += 2
    later = await client.post("/hooks/deploy", headers=RIGHT)

    assert [answer.status_code for answer in answers] == [202] * int(BURST) + [429]
    assert answers[-1].headers["retry-after"] == "2"
    assert later.status_code == 202
    assert len(calls.taken) == int(BURST) + 1


async def test_wrong_tokens_are_answered_seldom_and_the_right_one_always(
    client: httpx.AsyncClient, calls: Calls
) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    answers = [await client.post("/hooks/deploy", headers=wrong) for _ in range(int(GUESSES) + 1)]

    assert [answer.status_code for answer in answers] == [401] * int(GUESSES) + [429]
    assert (await client.post("/hooks/deploy", headers=RIGHT)).status_code == 202


async def test_wrong_tokens_of_one_address_are_paced_and_another_address_is_not(clock: Clock) -> None:
    api = HooksApi(Calls(), clock)

    async def guess(address: str) -> int:
        transport = httpx.ASGITransport(api.app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://automaton") as one:
            answer = await one.post("/hooks/deploy", headers={"X-Forwarded-For": "192.0.2.9"})
        return answer.status_code

    for _ in range(int(GUESSES)):
        await guess("2001:db8::1")

    assert [await guess("2001:db8::1"), await guess("2001:db8::2"), await guess("2001:db9::1")] == [
        429,
        429,
        401,
    ]


async def test_a_caller_is_told_that_no_rule_hears_of_the_call(
    client: httpx.AsyncClient, calls: Calls
) -> None:
    """It is taken all the same: a rule may be added at any time, and callers try again what is refused."""
    calls.unheard = "no rule has `hook: deploy`"
    answer = await client.post("/hooks/deploy", headers=RIGHT)

    assert (answer.status_code, answer.json()) == (202, {"unheard": calls.unheard})
    assert len(calls.taken) == 1
