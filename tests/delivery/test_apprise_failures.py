"""What becomes of a message that a service does not take, and that no URL is told to anyone."""

from __future__ import annotations

import logging
from random import Random

import anyio
import pytest

from automaton.core.calls import SendMessage
from automaton.core.outcome import Result
from automaton.delivery.apprise import AppriseSender, check_url
from automaton.delivery.channel import Channel
from automaton.delivery.notifier import Notifier
from automaton.errors import Refused, TryLater, Unreachable
from automaton.pace.backoff import LONGEST_ASKED
from automaton.pace.clock import SystemClock
from automaton.secret import Secret
from tests.delivery.receiver import DISCORD, SLACK, TELEGRAM, TOKEN, Receiver, message

pytestmark = pytest.mark.anyio

YEAR_2100 = "4102444800"


@pytest.mark.parametrize("asked", ["0", "3600", "garbage", "-1"])
async def test_a_429_is_weather_whatever_its_retry_after_says(receiver: Receiver, asked: str) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": asked}

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(receiver.json), message("x"))


async def test_a_wait_that_discord_asks_for_is_handed_on_instead_of_slept(receiver: Receiver) -> None:
    receiver.status = 429
    receiver.headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": YEAR_2100}

    with pytest.raises(TryLater) as caught:
        await AppriseSender().send(Secret(DISCORD), message("x"))

    assert caught.value.after == LONGEST_ASKED
    assert len(receiver.paths) == 1


async def test_a_post_delivers_through_apprise_in_a_thread_of_its_own(receiver: Receiver) -> None:
    channel = Channel(name="ops", urls=(Secret(receiver.json),))
    post = Notifier({"ops": channel}, SystemClock(), Random(1), AppriseSender())
    async with anyio.create_task_group() as group:
        group.start_soon(post.run)
        outcome = post.hand_over(SendMessage(server="s1", channel="ops", text="memory 95 %", rule="mem-high"))
        left = await post.drain(10)
        group.cancel_scope.cancel()

    assert left == 0
    (body,) = receiver.bodies
    assert outcome.result is Result.DONE
    assert body["message"].startswith("memory 95 %\n#")


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_error_of_the_service_is_weather(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(TryLater, match=str(status)):
        await AppriseSender().send(Secret(receiver.json), message("x"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_an_answer_that_no_repeat_turns_is_a_refusal(receiver: Receiver, status: int) -> None:
    receiver.status = status

    with pytest.raises(Refused, match=str(status)) as caught:
        await AppriseSender().send(Secret(receiver.json), message("x"))

    assert caught.value.status == status


async def test_a_closed_port_is_weather() -> None:
    with pytest.raises(Unreachable):
        await AppriseSender().send(Secret("json://127.0.0.1:1/x"), message("x"))


async def test_a_url_that_cannot_be_used_is_a_refusal_that_hides_it() -> None:
    with pytest.raises(Refused) as caught:
        await AppriseSender().send(Secret(f"slack://{TOKEN}"), message("x"))

    assert TOKEN not in str(caught.value)


async def test_a_hanging_service_can_be_left_and_holds_up_no_other(receiver: Receiver) -> None:
    receiver.held.clear()
    sender = AppriseSender()
    with anyio.move_on_after(0.2) as scope:
        await sender.send(Secret(receiver.json), message("hangs"))
    assert scope.cancelled_caught

    receiver.held.set()
    await sender.send(Secret(f"{receiver.json}/other"), message("goes"))

    assert len(receiver.paths) == 2


@pytest.mark.parametrize("way", ["", "?redirect=yes"])
async def test_a_redirect_is_not_followed(receiver: Receiver, way: str) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"{receiver.origin}/elsewhere"}

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(receiver.json + way), message("x"))

    assert len(receiver.paths) == 1


async def test_a_failure_counts_though_the_url_calls_it_optional(receiver: Receiver) -> None:
    receiver.status = 500

    with pytest.raises(TryLater):
        await AppriseSender().send(Secret(f"{receiver.json}?optional=yes&retry=5&wait=1"), message("x"))

    assert len(receiver.paths) == 1


class Everything(logging.Handler):
    """Keeps all that reaches the root logger."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def test_a_webhook_token_is_in_no_log_at_any_level(
    receiver: Receiver, capfd: pytest.CaptureFixture[str]
) -> None:
    everything, root = Everything(), logging.getLogger()
    before = root.level
    root.addHandler(everything)
    root.setLevel(1)
    errors = []
    try:
        for status in (200, 404, 429, 500):
            receiver.status = status
            for url in (DISCORD, SLACK, TELEGRAM, receiver.json, f"json://127.0.0.1:1/{TOKEN}"):
                try:
                    await AppriseSender().send(Secret(url), message("x"))
                except (TryLater, Unreachable, Refused) as error:
                    errors.append(repr(error))
        errors += [
            check_url(Secret(f"{kind}://{TOKEN}")) or "" for kind in ("discord", "slack", TOKEN, "mqtt")
        ]
    finally:
        root.removeHandler(everything)
        root.setLevel(before)

    heard = "\n".join([*everything.lines, *errors, *capfd.readouterr()])
    assert TOKEN[:24] not in heard
    assert TOKEN[:24].lower() not in heard
    assert len(errors) > 10


@pytest.mark.parametrize(
    "url",
    [
        DISCORD,
        f"https://discord.com/api/webhooks/417429632418316298/{TOKEN}",
        SLACK,
        TELEGRAM,
        "json://host/x",
    ],
)
def test_a_good_url_passes_the_check(url: str) -> None:
    assert check_url(Secret(url)) is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "this is no Apprise URL"),
        (TOKEN, "this is no Apprise URL"),
        (f"nosuch://{TOKEN}", "`nosuch://` is no service that Apprise knows"),
        (f"https://example.org/{TOKEN}", "for one of your own write `jsons://` in its place"),
        (f"slack://{TOKEN}", "does not take this `slack://` URL"),
        ("json://", "does not take this `json://` URL"),
        (f"{DISCORD}?ping=@here&format=markdown", "`format=`, `ping=` in the URL is not honoured"),
        ("mqtt://host/topic", "`mqtt://` needs paho-mqtt"),
    ],
)
def test_a_bad_url_is_explained_without_its_secret(url: str, says: str) -> None:
    sentence = check_url(Secret(url))

    assert sentence is not None
    assert says in sentence
    assert TOKEN not in sentence


async def test_what_the_network_said_is_told_without_a_part_of_the_url() -> None:
    with pytest.raises(Unreachable) as caught:
        await AppriseSender().send(Secret(f"json://127.0.0.1:9/{TOKEN}"), message("x"))

    assert str(caught.value) == "the service could not be reached: Connection refused"
