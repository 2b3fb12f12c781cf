"""Whatever a Panel, node, address or chat service answers, it costs little and ends nothing but itself."""

from __future__ import annotations

import gzip
import json
import signal
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.processes import eventually
from tests.hostile.answer_server import AnswerServer, honest
from tests.hostile.answers import Campaign, Figures, campaign
from tests.hostile.grammar import HostileAnswer, raw_token
from tests.hostile.house import Answer, Server
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-answers")

MIB = 1024 * 1024
MOST = 64 * MIB
"""What a bomb may cost above the memory at rest."""


def bomb(mib: int = 512) -> bytes:
    """So many MiB of zeros, packed twice into some 2 KiB."""
    packer, packed = zlib.compressobj(9, zlib.DEFLATED, 31), b""
    for _ in range(mib):
        packed += packer.compress(b"\0" * MIB)
    return gzip.compress(packed + packer.flush(), 9)


ENCODED = b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n"
ENDLESS = {
    "a double gzip": (ENCODED % len(bomb()) + bomb(), b"", False),
    "a body without an end": (b"\r\n", b"x" * 65_536, False),
    "chunks without an end": (
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"10000\r\n" + b"x" * 65_536 + b"\r\n",
        False,
    ),
    "headers without an end": (b"", b"a: b\r\n" * 9_000, False),
    "a drip": (b"Content-Length: 100000\r\n\r\n", b" ", True),
}
PLACES = ("list", "upgrade", "http", "chat")
"""Where the bombs are laid; the heartbeat has one of them."""

SETTINGS = """\
channels:
  ops: {{urls: [{{file: ops.url}}], rate: 1000/1s, group_by: ["..."], group_wait: 0s, group_interval: 1s}}
{channels}
heartbeat: {{url: {{file: beat}}, every: 10s}}
limits: {{arm: live, settle: 0s, allow: {{send: ["*"]}}}}
rules: rules.d
state: state
http:
{addresses}
panels:
  main: {{url: "{house}", keys: [{{file: key}}]}}
{panels}
"""
RULE = """\
  - {{id: calls-{number}, when: {{console: '^call$'}}, do: [{{http: a{number}}}]}}
  - {{id: tells-{number}, when: {{console: '^(call|warm up)$'}}, do: [{{notify: c{number}, text: "told"}}]}}
"""


class Bombs:
    """Everything is honest until it is `armed`. `asked` are the places and kinds that went off."""

    def __init__(self) -> None:
        self.armed = False
        self.asked: set[tuple[str, str]] = set()
        self.rest = 0

    def choose(self, _: str, path: str) -> HostileAnswer | None:
        """What `/place/number` answers."""
        place, number = path.split("/")[1:3]
        kind = list(ENDLESS)[int(number)]
        if not self.armed:
            return honest(json.dumps({"data": []}))
        self.asked.add((place, kind))
        head, again, drips = ENDLESS[kind]
        status = b"403 No" if place == "upgrade" else b"200 OK"
        return HostileAnswer(kind, b"HTTP/1.1 " + status + b"\r\n" + head, again, drips)


@pytest.fixture(scope="module")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Bombs]]:
    bombs, numbers = Bombs(), range(len(ENDLESS))
    with ExitStack() as stack:
        here = stack.enter_context(world(tmp_path_factory.mktemp("bombs")))
        port = stack.enter_context(AnswerServer(bombs.choose).open()).ports[0]
        for number in numbers:
            here.secret(f"c{number}.url", f"json://127.0.0.1:{port}/chat/{number}")
            here.house.add(f"bad{number}")
        here.secret("beat", f"http://127.0.0.1:{port}/beat/0")
        base = f"http://127.0.0.1:{port}"
        here.file.write_text(
            SETTINGS.format(
                house=here.house.url,
                channels="\n".join(
                    f"  c{n}: {{urls: [{{file: c{n}.url}}], group_wait: 0s, group_interval: 1s}}"
                    for n in numbers
                ),
                addresses="\n".join(f'  a{n}: {{url: "{base}/http/{n}"}}' for n in numbers),
                panels="\n".join(
                    f'  p{n}: {{url: "{base}/list/{n}", keys: [{{file: key}}]}}' for n in numbers
                ),
            )
        )
        here.rules("rules:\n" + "".join(RULE.format(number=number) for number in numbers))
        daemon = stack.enter_context(here.running())
        here["lobby"].prints("warm up")  # loads what sends, which counts as rest
        here.served(here["lobby"])
        bombs.rest = here.peak()
        bombs.armed = True
        for number in numbers:
            here[f"bad{number}"].socket = f"ws://127.0.0.1:{port}/upgrade/{number}"
            here[f"bad{number}"].closes(1001, "server deleted")  # so that a new address is asked for
        here["lobby"].prints("call")
        daemon.signal(signal.SIGHUP)  # and the lists are read again
        yield here, bombs


@pytest.mark.parametrize("kind", ENDLESS)
@pytest.mark.parametrize("place", PLACES)
def test_an_answer_that_is_larger_than_memory_ends_itself_and_another_server_is_served(
    bombed: tuple[World, Bombs], place: str, kind: str
) -> None:
    here, bombs = bombed

    eventually(lambda: (place, kind) in bombs.asked, here.daemon.output, patience=120)
    here.served(here["lobby"])


def test_all_those_answers_at_once_cost_less_than_64_mib(bombed: tuple[World, Bombs]) -> None:
    here, bombs = bombed
    eventually(lambda: ("beat", "a double gzip") in bombs.asked, here.daemon.output)
    here.served(here["lobby"])

    assert here.peak() - bombs.rest < MOST, f"{(here.peak() - bombs.rest) / MIB:.0f} MiB above rest"


def test_a_hundred_and_fifty_answers_of_a_grammar_of_wrongs_end_nothing_and_a_server_is_served_meanwhile(
    tmp_path: Path,
) -> None:
    figures = Figures()

    Campaign(150, Random(7)).run(tmp_path, figures)

    assert figures.answers >= 150
    assert figures.played >= figures.answers * 0.9


@pytest.mark.long
def test_a_thousand_answers_of_the_grammar_end_nothing_and_a_server_is_served_meanwhile() -> None:
    figures = campaign(1000, seed=1)

    assert figures.answers >= 1000
    assert figures.played >= figures.answers * 0.99, figures.unplayed


CLAIMS = (
    '{"iat": 1, "exp": 1' + "0" * 400 + "}",
    '{"iat": 1, "exp": ' + "9" * 5000 + "}",
    '{"iat": NaN, "exp": Infinity}',
    '{"iat": "x", "exp": []}',
)
SOCKETS = ("ws://xn--a/", "ws://.a/", f"ws://{'a' * 64}.test/", "ws://[::1", "ws://a:99999/", "ws://a\u00e4/")
NUMBERS = ("9" * 400, "-1", "NaN", "1e308", "")
DISKS = ("1e308", "1e999", "9" * 400, "-1e308")
NO_JSON = "NaN"


def _claiming(claims: str) -> Callable[[Server], str]:
    return lambda _: raw_token(claims)


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One daemon that is told numbers and addresses that are none, each by a server or a Panel of its own."""

    def choose(_: str, path: str) -> HostileAnswer:
        what, number = path.split("/")[1:3]
        if what == "disk":
            limits = f'{{"disk": {(*DISKS, NO_JSON)[int(number)]}}}'
            own = f'"uuid": "disk{number}", "identifier": "disk{number}", "limits": {limits}'
            body = f'{{"data": [{{"attributes": {{{own}}}}}]}}'
            return honest(body)
        value = NUMBERS[int(number)]
        headers = {"X-RateLimit-Limit": value, "X-RateLimit-Remaining": value, "Retry-After": value}
        uuid = f"0000000{number}-0bad-4bad-8bad-000000000000"
        attributes = {"uuid": uuid, "identifier": "a", "name": f"limited{number}"}
        body = json.dumps({"data": [{"attributes": attributes}]})
        return HostileAnswer("", Answer(body=body.encode(), headers=headers).encoded())

    with ExitStack() as stack:
        here = stack.enter_context(world(tmp_path_factory.mktemp("numbers")))
        for number, claims in enumerate(CLAIMS):
            here.house.add(f"token{number}").token = _claiming(claims)
        for number, address in enumerate(SOCKETS):
            here.house.add(f"socket{number}").socket = address
        port = stack.enter_context(AnswerServer(choose).open()).ports[0]
        panels = [
            f'  {what}{number}: {{url: "http://127.0.0.1:{port}/{what}/{number}", keys: [{{file: key}}]}}\n'
            for what, values in (("disk", (*DISKS, NO_JSON)), ("limit", NUMBERS))
            for number in range(len(values))
        ]
        text = here.file.read_text()
        here.file.write_text(
            text.replace("panels: {main: ", "panels:\n" + "".join(panels) + "  main: ").replace(
                "}}\n", "}\n", 1
            )
        )
        stack.enter_context(here.running(linked=False))
        here.daemon.tells("link.up", "server=lobby")
        yield here


@pytest.mark.parametrize("number", range(len(CLAIMS)), ids=["10^400", "5,000 digits", "no numbers", "texts"])
def test_a_token_that_expires_in_the_year_10_to_the_400_is_used_as_any_other(
    numbered: World, number: int
) -> None:
    numbered.daemon.tells("link.up", f"server=token{number}")
    numbered.served(numbered[f"token{number}"], numbered["lobby"])


@pytest.mark.parametrize("number", range(len(SOCKETS)), ids=[ascii(one)[:24] for one in SOCKETS])
def test_a_socket_address_that_no_resolver_takes_parks_its_own_link(numbered: World, number: int) -> None:
    numbered.daemon.tells("link.parked", f"server=socket{number}", "cause=socket_address")
    numbered.served(numbered["lobby"])


@pytest.mark.parametrize("number", range(len(NUMBERS)), ids=[one[:9] or "none" for one in NUMBERS])
def test_a_rate_limit_of_400_digits_is_no_limit_and_the_list_is_read(numbered: World, number: int) -> None:
    numbered.daemon.tells("server.listed", f"server=limited{number}")
    numbered.served(numbered["lobby"])


@pytest.mark.parametrize("number", range(len(DISKS)), ids=[one[:9] for one in DISKS])
def test_a_disk_of_1e308_is_none_and_its_server_is_listed(numbered: World, number: int) -> None:
    numbered.daemon.tells("server.listed", f"server=disk{number}")
    numbered.served(numbered["lobby"])


def test_a_list_that_is_no_json_ends_for_its_own_panel_only(numbered: World) -> None:
    numbered.daemon.tells("panel.failing", f"panel=disk{len(DISKS)}")
    numbered.served(numbered["lobby"])
