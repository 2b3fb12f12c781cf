"""`/v1/deliveries`: what waits at each target, trying it again, where a rule's messages would go; and
`POST /v1/channels/{channel}/test`, which sends one message by each URL of a channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from automaton.web.http_json import RequestRefused, json_of, read_body, route
from automaton.web.rule_request import asker_of, json_of_rule, rule_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route


class DeliveryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One URL of a channel, by its place: `ops/1`.

    `waiting` are incidents and reports of which something is not sent yet, `oldest` since how many seconds;
    `digest` those that wait for the digest. `known` are incidents that it was told of and is to be told the
    end of. `next` is in how many seconds something is sent, None where nothing waits. `failures` in a row,
    `trouble` why the last try failed. `left_out` is what could not be sent since the last message that
    arrived, `slowness` by how much less is sent than `rate` allows.
    `test_failed` is why the last test failed, `tested` how many seconds ago; an hour later nobody asks.

    In a cluster, what waits at a node or the fleet for a channel that takes nothing now is a row as well, as
    `ops from node:eu-1`: with `waiting`, `oldest` and `trouble` alone.

    `service` is the kind of its URL, as `discord`; the URL itself is a secret. `takes` is the least severity
    that it takes, `rate` as in `20/1m`, `group_by` what messages of one group have in common.
    """

    target: str
    channel: str
    waiting: int = 0
    digest: int = 0
    known: int = 0
    groups: int = 0
    oldest: float | None = None
    next: float | None = None
    failures: int = 0
    trouble: str = ""
    left_out: int = 0
    slowness: float = 1.0
    tested: float | None = None
    test_failed: str = ""
    service: str = ""
    takes: str = ""
    rate: str = ""
    group_by: list[str] = []


class DeliveryList(msgspec.Struct, frozen=True):
    """All targets, in the order of automaton.yml."""

    deliveries: list[DeliveryRow]


class RetryWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a retry: `ops/1`, or a channel, or empty for all."""

    target: str = ""


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where one `notify` of a rule would go. `step` is the key of the rule that holds it, as `do`.

    `group` is what its message has in common, as `rule mem-high, node eu-1`; `others` how many incidents are
    in it already. `wait` in seconds, None where it is not sent, and then `why` says it.
    """

    step: str
    channel: str
    severity: str
    target: str = ""
    group: str = ""
    others: int = 0
    digest: bool = False
    wait: float | None = None
    why: str = ""


class RouteList(msgspec.Struct, frozen=True):
    """In the order of the rule's steps."""

    routes: list[RouteRow]


class TestWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a test: how loud; "" for the least that the channel takes."""

    severity: Literal["info", "warning", "critical", ""] = ""


class UrlAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one URL made of one message. `result`: `sent`, `failed`, or `skipped` where it is never sent."""

    target: str
    service: str
    severity: str
    result: str
    detail: str = ""


class UrlAnswers(msgspec.Struct, frozen=True):
    """Of each URL of the channel, in the order of automaton.yml."""

    answers: list[UrlAnswer]


class DeliveriesPort(Protocol):
    """What is needed of the daemon. `who` is for the log."""

    def deliveries(self) -> DeliveryList:
        """All targets."""

    def retry(self, target: str, who: str) -> DeliveryList | None:
        """Has what waits tried at once; gives the targets that are meant, None where there is none such."""

    def route(self, rule: str, key: str) -> RouteList | None:
        """Where messages of a rule about this key would go now; None for an unknown rule."""

    async def test(self, channel: str, severity: str, who: str) -> UrlAnswers | None:
        """Sends a message by each URL of a channel, and tells what came of it; None where there is none."""


def routes(port: DeliveriesPort) -> list[Route]:
    """The routes, answered by `port`."""

    async def listed(_: Request) -> Response:
        return json_of(port.deliveries())

    async def retry(request: Request) -> Response:
        wanted = await read_body(request, RetryWanted)
        tried = port.retry(wanted.target, asker_of(request))
        if tried is None:
            raise RequestRefused(404, "there is no such target or channel; `automaton deliveries` shows them")
        return json_of(tried)

    async def routed(request: Request) -> Response:
        return json_of_rule(port.route(rule_of(request), request.query_params.get("key", "")))

    async def tested(request: Request) -> Response:
        wanted = await read_body(request, TestWanted)
        answers = await port.test(str(request.path_params["channel"]), wanted.severity, asker_of(request))
        if answers is None:
            raise RequestRefused(404, "there is no such channel; `automaton deliveries` shows them")
        return json_of(answers)

    return [
        route("/v1/deliveries", listed),
        route("/v1/channels/{channel}/test", tested, methods=["POST"]),
        route("/v1/deliveries/retry", retry, methods=["POST"]),
        route("/v1/rules/{rule}/route", routed),
    ]
