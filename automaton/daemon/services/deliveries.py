"""What waits to be told to whom, trying it again, and where a message would go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import anyio
from msgspec.structs import replace
from starlette.routing import Route

from automaton.actions.notify import Notify
from automaton.core.calls import SendMessage, Severity
from automaton.core.rules.action import Action, walk
from automaton.core.rules.rule import Rule
from automaton.core.span import span
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.person_acts import PersonActs
from automaton.delivery.channel_test import try_url
from automaton.delivery.group import GroupKey
from automaton.delivery.notifier import Notifier
from automaton.delivery.preview import preview
from automaton.delivery.sender import Sender
from automaton.delivery.surroundings import ServerLabel
from automaton.delivery.target import DeliveryTarget, targets_of
from automaton.delivery.worker import Worker
from automaton.pace.clock import Clock
from automaton.web.http_json import RequestRefused
from automaton.web.routes import deliveries
from automaton.web.routes.deliveries import (
    DeliveryList,
    DeliveryRow,
    RouteList,
    RouteRow,
    UrlAnswer,
    UrlAnswers,
)

END = "on_clear"
SCHEME = re.compile(r"[a-z][a-z0-9]{0,19}")
TEST_TOLD_FOR = 3_600.0  # seconds for which a target says that its last test failed
TESTED_WITHIN = 8.0  # seconds: whoever asks for a test waits for its answer, the page ten


@dataclass(frozen=True, slots=True)
class RoutedStep:
    """A `notify` of a rule: the key that holds it, its channel, how loud."""

    step: str
    channel: str
    severity: Severity


class DeliveriesService:
    """Looks at the targets of a Notifier. `label_of` is what messages call a server."""

    def __init__(
        self,
        active: ActiveConfiguration,
        post: Notifier,
        label_of: Callable[[str], ServerLabel],
        clock: Clock,
        sender: Sender,
        acts: PersonActs,
    ) -> None:
        self._sender = sender
        self._acts = acts
        self._testing: set[str] = set()
        self._failed_tests: dict[str, tuple[float, str]] = {}  # by target: when (`mono`), and why
        self._active = active
        self._post = post
        self._label_of = label_of
        self._clock = clock

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return deliveries.routes(self)

    def deliveries(self) -> DeliveryList:
        """All targets, in the order of automaton.yml."""
        return DeliveryList([self._row(worker) for worker in self._post.workers])

    def retry(self, target: str, who: str) -> DeliveryList | None:
        """Has what waits tried at once."""
        tried = self._post.retry(target)
        if tried is None:
            return None
        self._acts.tell("operator.retry", "what waits was tried at once", who, targets=",".join(tried))
        return DeliveryList([self._row(one) for one in self._post.workers if one.target.name in tried])

    async def test(self, channel: str, severity: str, who: str) -> UrlAnswers | None:
        """Sends a message by each URL of a channel, past its outbox; None for an unknown channel.

        Raises RequestRefused while a test of it goes on.
        """
        found = self._post.channel(channel)
        if found is None:
            return None
        if channel in self._testing:
            raise RequestRefused(409, f"`{channel}` is being tested just now")
        loud = Severity(severity) if severity else found.min_severity
        targets, answers = targets_of(found), dict[str, UrlAnswer]()

        async def tried(target: DeliveryTarget) -> None:
            now = self._clock.now().wall
            result, why = await try_url(found, target.url, loud, self._sender, now, TESTED_WITHIN)
            answers[target.name] = UrlAnswer(
                target=target.name, service=scheme_of(target), severity=loud.value, result=result, detail=why
            )

        self._testing.add(channel)
        try:
            async with anyio.create_task_group() as tasks:
                for target in targets:
                    tasks.start_soon(tried, target, name=f"test {target.name}")
        finally:
            self._testing.discard(channel)
        in_order = [answers[target.name] for target in targets]
        for one in in_order:
            self._failed_tests.pop(one.target, None)
            if one.result == "failed":
                self._failed_tests[one.target] = (self._clock.now().mono, one.detail)
        came = ", ".join(f"{one.target} {one.result}" for one in in_order)
        self._acts.tell("operator.channel_test", f"channel `{channel}` was tested: {came}", who)
        return UrlAnswers(in_order)

    def route(self, rule: str, key: str) -> RouteList | None:
        """Where messages of a rule about this key would go now."""
        found = self._active.rule(rule)
        if found is None:
            return None
        steps = list(steps_of(found))
        return RouteList([row for step in steps for row in self._routed(found, key, step, steps)])

    def _routed(
        self, rule: Rule, key: str, step: RoutedStep, steps: Sequence[RoutedStep]
    ) -> Iterator[RouteRow]:
        channel = self._post.channel(step.channel)
        about = RouteRow(step=step.step, channel=step.channel, severity=step.severity.value)
        if channel is None:
            yield replace(about, why="automaton.yml has no such channel")
            return
        loud = [one for one in steps if one.channel == step.channel and channel.takes(one.severity)]
        # An end goes where its opening went, however loud it is itself.
        if not channel.takes(step.severity) and not (step.step == END and loud):
            yield replace(about, why=f"not sent: the channel takes {channel.min_severity} and above")
            return
        message = SendMessage(
            server=key, channel=step.channel, text="", severity=step.severity, rule=rule.id,
            ref=f"{rule.id}/{key}/1", resolves=step.step == END,
        )  # fmt: skip
        label = self._label_of(key)
        for worker in self._post.workers:
            if worker.target.channel.name == channel.name:
                seen = preview(worker.outbox, message, label, self._clock.now())
                again = worker.again_in(self._clock.now().mono)
                yield replace(
                    about, target=worker.target.name, group=words_of(seen.group, label.name),
                    others=seen.others, digest=seen.is_digest, wait=max(seen.wait, again),
                    why=f"its service is out of order: {worker.trouble}" if again else "",
                )  # fmt: skip

    def _row(self, worker: Worker) -> DeliveryRow:
        now, outbox, channel = self._clock.now(), worker.outbox, worker.target.channel
        new = sum(record.since is not None for record in outbox.records)
        unsent, oldest = outbox.unsent, outbox.oldest
        tested, why = self._failed_tests.get(worker.target.name, (-TEST_TOLD_FOR, ""))
        is_failed = now.mono - tested < TEST_TOLD_FOR
        return DeliveryRow(
            target=worker.target.name,
            channel=channel.name,
            waiting=unsent,
            digest=new - unsent,
            known=sum(record.is_open for record in outbox.records),
            groups=sum(bool(group.records) for group in outbox.groups),
            oldest=now - oldest if oldest is not None else None,
            next=worker.next_in() if new else None,
            failures=worker.failures,
            trouble=worker.trouble,
            left_out=outbox.left_out,
            slowness=round(worker.pacing.slowness, 2),
            tested=now.mono - tested if is_failed else None,
            test_failed=why if is_failed else "",
            service=scheme_of(worker.target),
            takes=channel.min_severity.value,
            rate=f"{channel.rate.times}/{span(channel.rate.within)}",
            group_by=[label.value for label in channel.group_by],
        )


def scheme_of(target: DeliveryTarget) -> str:
    """How the target's URL begins, as `discord`; "" where that is no such word: the rest is a secret."""
    scheme, colon, _ = target.url.reveal().partition("://")
    return scheme if colon and SCHEME.fullmatch(scheme) else ""


def steps_of(rule: Rule) -> Iterator[RoutedStep]:
    """Every `notify` of a rule, in the order of its keys."""
    blocks: list[tuple[str, Sequence[Action]]] = [("do", rule.do)]
    blocks += [(f"escalate after {span(one.after)}", one.do) for one in rule.escalate]
    blocks += [("breaker", rule.breaker.then)] if rule.breaker is not None else []
    blocks.append((END, rule.on_clear))
    for name, block in blocks:
        for step in walk([block]):
            if isinstance(step, Notify) and len(step.notify) == 1:
                yield RoutedStep(name, str(step.notify[0]), step.severity or rule.severity)


def words_of(group: GroupKey, server: str = "") -> str:
    """As in `rule mem-high, node eu-1`, with the `server` by its name."""
    named = [(label, server if label == "server" and server else value) for label, value in group]
    return ", ".join(f"{label} {value}".strip() for label, value in named) or "all of the channel"
