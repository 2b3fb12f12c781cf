"""A channel is tried with a message that says that it is a test; what came of it is told in words."""

from __future__ import annotations

import anyio
import pytest

from automaton.core.calls import Severity
from automaton.delivery.channel import Channel
from automaton.delivery.channel_test import try_url
from automaton.delivery.message import Message
from automaton.errors import Refused
from automaton.secret import Secret

URL = Secret("json://one/token")


class Service:
    """Takes messages, answers with an error, or never."""

    def __init__(self, error: Refused | None = None, *, hangs: bool = False) -> None:
        self.error, self.hangs = error, hangs
        self.got: list[Message] = []

    async def send(self, url: Secret, message: Message) -> None:
        self.got.append(message)
        if self.hangs:
            await anyio.sleep_forever()
        if self.error is not None:
            raise self.error


def tried(
    service: Service, severity: Severity = Severity.INFO, url: Secret = URL, within: float = 5.0
) -> tuple[str, str]:
    channel = Channel(name="ops", urls=(url,), min_severity=Severity.INFO)
    return anyio.run(try_url, channel, url, severity, service, 1_800_000_000.0, within)


def test_a_message_that_is_taken_says_that_nothing_happened() -> None:
    service = Service()

    assert tried(service) == ("sent", "the service took it")
    assert "Nothing happened." in service.got[0].body()


@pytest.mark.parametrize(
    ("service", "url", "within", "answer"),
    [
        (Service(Refused("no such webhook")), URL, 5.0, ("failed", "no such webhook")),
        (Service(hangs=True), URL, 0.0, ("failed", "no answer within 0 s")),
    ],
)
def test_what_a_service_answered_is_told(
    service: Service, url: Secret, within: float, answer: tuple[str, str]
) -> None:
    assert tried(service, url=url, within=within) == answer


def test_nothing_is_sent_where_there_is_no_url_or_the_channel_does_not_take_it() -> None:
    service = Service()
    loud = Channel(name="oncall", urls=(URL,), min_severity=Severity.CRITICAL)

    assert tried(service, url=Secret(""))[0] == "failed"
    assert anyio.run(try_url, loud, URL, Severity.INFO, service, 0.0, 5.0) == (
        "skipped", "the channel takes `critical` and above",
    )  # fmt: skip
    assert service.got == []
