"""Tokens are kept, shared and asked for sparingly."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from math import inf, nan

import anyio
import jwt
import pytest

from automaton.core.moment import Moment
from automaton.errors import Refused, TryLater, Unreachable
from automaton.pace.clock import SteadyClock
from automaton.secret import Secret
from automaton.wings.token import LONGEST_LIFE, Token, Tokens, read_token

pytestmark = pytest.mark.anyio

NOW = Moment(1000.0, 1_800_000_000.0)
SOCKET = "wss://node.test/ws"


@dataclass(frozen=True)
class Granted:
    token: Secret
    socket: str = SOCKET


class Panel:
    """Gives tokens, a second after it was asked; remembers when."""

    def __init__(self, clock: SteadyClock, life: float = 600.0) -> None:
        self.asked: list[float] = []
        self.error: Exception | None = None
        self._clock = clock
        self._life = life

    async def websocket(self, server: str) -> Granted:
        self.asked.append(self._clock.now().mono)
        await anyio.sleep(1)
        if self.error is not None:
            raise self.error
        wall = int(self._clock.now().wall)
        return Granted(signed(iat=wall, exp=wall + int(self._life), number=len(self.asked)))


def signed(**claims: object) -> Secret:
    return Secret(jwt.encode(dict(claims), "k" * 32, algorithm="HS256"))


async def kept(life: float = 600.0) -> tuple[Tokens, Panel]:
    clock = SteadyClock(NOW.wall)
    panel = Panel(clock, life)
    return Tokens(panel, clock), panel


# Reading


def test_a_life_is_counted_from_its_receipt_by_the_tokens_own_clock() -> None:
    """The Panel's clock may be hours away: only the distance of two of its times means something."""
    token = read_token(signed(iat=1_000, exp=1_600, permissions=["*"]), SOCKET, NOW)

    assert token.left(NOW + 100) == 500
    assert token.permissions == frozenset({"*"})


@pytest.mark.parametrize(
    "secret",
    [
        Secret(""),
        Secret("a.b.c"),
        Secret("not a token"),
        Secret("ö" * 50),
        signed(iat=1_000),
        signed(exp=1_600),
        signed(iat=True, exp=1_600),
        signed(permissions="everything"),
    ],
)
def test_a_token_that_tells_no_life_is_taken_to_live_as_long_as_usual(secret: Secret) -> None:
    token = read_token(secret, SOCKET, NOW)

    assert token.life == 600.0
    assert token.permissions is None


def test_a_life_that_is_no_number_or_negative_is_none() -> None:
    assert read_token(signed(iat=nan, exp=1_600), SOCKET, NOW).life == 600.0
    assert read_token(signed(iat=2_000, exp=1_000), SOCKET, NOW).life == 0.0


@pytest.mark.parametrize(
    "exp", [10**400, -1, 10**12, 1e308, nan, inf, -inf, "1600", None, True, [], {}, 2**63, 10**4000]
)
def test_an_end_that_is_no_moment_is_none_and_no_error(exp: object) -> None:
    assert read_token(signed(iat=1_000, exp=exp), SOCKET, NOW).life == 600.0


def test_a_number_too_long_to_be_read_is_no_claim() -> None:
    claims = base64.urlsafe_b64encode(b'{"iat": 1, "exp": ' + b"9" * 5_000 + b"}").rstrip(b"=").decode()

    assert read_token(Secret(f"eyJhbGciOiJIUzI1NiJ9.{claims}.c2ln"), SOCKET, NOW).life == 600.0


def test_a_token_that_claims_to_live_for_years_is_renewed_each_day() -> None:
    assert read_token(signed(iat=0, exp=10**10), SOCKET, NOW).life == LONGEST_LIFE


@pytest.mark.parametrize(
    ("permissions", "asked", "allowed"),
    [
        (["*"], "control.stop", True),
        (["*"], "admin.websocket.errors", False),
        (["*", "admin.websocket.errors"], "admin.websocket.errors", True),
        (["websocket.connect"], "control.stop", False),
        (["control.stop"], "control.stop", True),
        (None, "control.stop", True),
    ],
)
def test_a_star_allows_all_but_the_admin_permissions(
    permissions: list[str] | None, asked: str, allowed: bool
) -> None:
    named = frozenset(permissions) if permissions is not None else None

    assert Token(Secret(""), SOCKET, NOW, 600.0, named).allows(asked) is allowed


def test_a_token_never_shows_its_text() -> None:
    secret = signed(iat=1, exp=2)

    assert secret.reveal() not in repr(read_token(secret, SOCKET, NOW))


# Keeping


async def test_a_token_is_reused_until_ninety_seconds_are_left() -> None:
    tokens, panel = await kept()
    first = await tokens.get("lobby")
    await anyio.sleep(509)

    assert await tokens.get("lobby") is first
    await anyio.sleep(2)
    assert await tokens.get("lobby") is not first
    assert len(panel.asked) == 2


async def test_a_fresh_token_replaces_the_one_that_is_kept() -> None:
    tokens, _ = await kept()
    first = await tokens.get("lobby")
    second = await tokens.get("lobby", fresh=True)

    assert second is not first
    assert await tokens.get("lobby") is second


async def test_a_dropped_token_is_not_given_again() -> None:
    tokens, _ = await kept()
    first = await tokens.get("lobby")
    tokens.drop("lobby")

    assert await tokens.get("lobby") is not first


async def test_many_who_ask_for_one_server_make_one_request() -> None:
    tokens, panel = await kept()

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(tokens.get, "lobby")

    assert len(panel.asked) == 1


async def test_no_minute_sees_more_than_four_requests_for_a_server() -> None:
    tokens, panel = await kept()
    refused = 0
    for _ in range(300):
        try:
            await tokens.get("lobby", fresh=True)
        except TryLater:
            refused += 1
        await anyio.sleep(1)

    assert refused > 200
    assert max(sum(t <= other < t + 60 for other in panel.asked) for t in panel.asked) == 4


async def test_failed_requests_count_too() -> None:
    tokens, panel = await kept()
    panel.error = Unreachable("down")
    for _ in range(20):
        with pytest.raises((Unreachable, TryLater)):
            await tokens.get("lobby")

    assert len(panel.asked) == 4


async def test_servers_do_not_share_their_requests() -> None:
    tokens, panel = await kept()
    for server in ("a", "b", "c", "d", "e", "f"):
        await tokens.get(server)

    assert len(panel.asked) == 6


async def test_a_wait_that_the_panel_asked_for_is_kept_without_asking() -> None:
    tokens, panel = await kept()
    panel.error = TryLater("429", after=45)
    with pytest.raises(TryLater):
        await tokens.get("lobby")
    panel.error = None
    await anyio.sleep(30)

    with pytest.raises(TryLater) as raised:
        await tokens.get("lobby")

    assert raised.value.after == pytest.approx(15)
    assert len(panel.asked) == 1
    await anyio.sleep(16)
    await tokens.get("lobby")


async def test_a_refusal_goes_to_whoever_asked() -> None:
    tokens, panel = await kept()
    panel.error = Refused("no", status=403)

    with pytest.raises(Refused):
        await tokens.get("lobby")


async def test_a_forgotten_server_begins_anew() -> None:
    tokens, panel = await kept()
    for _ in range(4):
        await tokens.get("lobby", fresh=True)
    tokens.forget("lobby")

    await tokens.get("lobby")

    assert len(panel.asked) == 5
