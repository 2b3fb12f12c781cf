"""A daemon whose rules can be asked about, behind a real socket: for the tests of the commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from anyio.from_thread import start_blocking_portal
from msgspec.structs import replace
from starlette.routing import Route

from automaton.core.calls import Signal
from automaton.core.decision import Verdict
from automaton.core.outcome import Outcome, Result
from automaton.web.control_api import ControlApi
from automaton.web.listener import listening, serve
from automaton.web.routes import (
    arming,
    breakers,
    console,
    deliveries,
    drills,
    explain,
    hold,
    incidents,
    reload,
    rules,
    server_actions,
    servers,
    silences,
    status,
)
from automaton.web.routes.arming import ArmAnswer, ArmedList, ArmWanted
from automaton.web.routes.breakers import BreakerList, BreakerRow
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.deliveries import DeliveryList, DeliveryRow, RouteList, RouteRow, UrlAnswers
from automaton.web.routes.drills import DrillReport, DrillRow, DrillWanted
from automaton.web.routes.explain import CallRow, Explanation, Explanations, ReasonRow
from automaton.web.routes.hold import HoldRow, HoldWanted
from automaton.web.routes.incidents import IncidentList, IncidentRow, Noted, NoteWanted
from automaton.web.routes.reload import Reloaded
from automaton.web.routes.rules import RuleList, RuleRow
from automaton.web.routes.servers import FactRow, ServerList, ServerRow
from automaton.web.routes.silences import SilenceList, SilencePreview, SilenceRow, SilenceWanted
from automaton.web.routes.status import Status

LOBBY = ServerRow(uuid="u-1", id="1", name="lobby", node="eu-1", panel="main")
EVIL = ServerRow(uuid="u-2", id="2", name="arena\x1b[2J", node="eu-2")


def rule(id_: str, by: str = "server") -> RuleRow:
    return RuleRow(
        id=id_, arm="live", by=by, severity="warning", servers=2, open=1, fired=3,
        counted={"fired": 3, "not_true": 90},
    )  # fmt: skip


RULES = [rule("down"), rule("hot", "node"), rule("all", "fleet"), rule("player", "[server, it.player]")]

TRIPPED = [
    BreakerRow(rule="down", key="u-1", name="lobby", age=65.0),
    BreakerRow(rule="down", key="u-2", name="arena", age=5.0, left=60.0),
]


class Hand:
    """Watches two servers."""

    async def status(self) -> Status:
        return Status(summary="", version="1", uptime=0.0, arm="live", rules=0, links={})

    async def servers(self) -> ServerList:
        return ServerList([LOBBY, EVIL])

    async def servers_with_facts(self) -> ServerList:
        tags = FactRow(value=["prod"], text="prod")
        facts = {"players": FactRow(value=3, text="3"), "tags": tags}
        return ServerList([replace(LOBBY, facts=facts), EVIL])

    def knows(self, server: str) -> bool:
        return True

    async def reload(self, who: str) -> Reloaded:
        return Reloaded(True)

    async def command(self, server: str, text: str, who: str) -> Outcome:
        return Outcome(Result.DONE)

    async def power(self, server: str, signal: Signal, who: str) -> Outcome:
        return Outcome(Result.DONE)

    async def console(self, server: str, *, follow: bool) -> AsyncIterator[ConsoleRecord]:
        yield ConsoleRecord(end="")


class Operated(
    status.StatusPort, servers.ServersPort, reload.ReloadPort,
    server_actions.ServerActionsPort, console.ConsolePort, Protocol,
):  # fmt: skip
    """What a daemon answers of its servers."""


def hand_routes(hand: Operated) -> list[Route]:
    """All routes about servers, answered by one."""
    return [
        *status.routes(hand), *servers.routes(hand), *reload.routes(hand),
        *server_actions.routes(hand), *console.routes(hand),
    ]  # fmt: skip


class Desk:
    """Remembers what it was told. `open` and `tripped` are of every rule but `hot`.

    `drill_ends` is the verdict with which a drill ends.
    """

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.held: HoldRow | None = None
        self.drill_ends = "ended"

    def routes(self) -> list[Route]:
        return [
            *rules.routes(self), *incidents.routes(self), *explain.routes(self),
            *silences.routes(self), *breakers.routes(self), *hold.routes(self),
            *deliveries.routes(self), *drills.routes(self), *arming.routes(self),
        ]  # fmt: skip

    async def rules(self) -> RuleList:
        return RuleList(RULES)

    def armed(self) -> ArmedList:
        return ArmedList([])

    def arm(self, rule: str, wanted: ArmWanted, who: str) -> ArmAnswer | None:
        self.heard.append(f"arm {rule} {wanted.arm} {wanted.note}")
        return ArmAnswer(rule=rule, arm=wanted.arm, own="live", limit="live", holds=wanted.arm)

    async def incidents(self) -> IncidentList:
        row = IncidentRow(rule="down", server="u-2", name=EVIL.name, severity="critical", open_for=65.0)
        return IncidentList([row])

    async def explain(self, rule: str, key: str) -> Explanations | None:
        self.heard.append(f"explain {rule} {key}")
        one = Explanation(
            rule=rule, key=key, name=EVIL.name, arm="live", severity="warning", set_off_by="while",
            phase="idle", reasons=[ReasonRow(verdict="not_true", sentence="the expression is false")],
            counted={"not_true": 2},
        )  # fmt: skip
        return Explanations([one])

    async def acknowledge(self, rule: str, key: str, who: str) -> IncidentList | None:
        self.heard.append(f"ack {rule} {key}")
        return await self.incidents() if rule != "hot" else IncidentList([])

    def note(self, wanted: NoteWanted, who: str) -> Noted | None:
        self.heard.append(f"note {wanted.rule} {wanted.key} {wanted.text}")
        return Noted(5.0)

    def silences(self) -> SilenceList:
        return SilenceList(
            [SilenceRow(id="s1", rules=[], servers=["lob*"], left=3600.0, note="night\x1b[2J")]
        )

    def silence(self, wanted: SilenceWanted, who: str) -> SilenceRow:
        self.heard.append(f"silence {wanted.rules} {wanted.servers} {wanted.seconds:g} {wanted.note}")
        return SilenceRow(id="s2", rules=wanted.rules, servers=wanted.servers, left=wanted.seconds)

    async def preview(self, wanted: SilenceWanted) -> SilencePreview:
        return SilencePreview(
            rules=[], rules_in_all=0, servers=[], servers_in_all=0, pairs=0, incidents=[], incidents_in_all=0
        )

    def end_silence(self, id_: str, who: str) -> SilenceList | None:
        return SilenceList([]) if id_ == "s1" else None

    def hold(self, wanted: HoldWanted, who: str) -> HoldRow:
        self.heard.append(f"hold {wanted.reason}")
        age = 0.0 if self.held is None else 60.0
        self.held = HoldRow(since=5.0, age=age, reason=wanted.reason, by="uid 0")
        return self.held

    def release(self, who: str) -> HoldRow | None:
        held, self.held = self.held, None
        return held

    def deliveries(self) -> DeliveryList:
        first = DeliveryRow(
            target="ops/1", channel="ops", waiting=3, digest=2, known=7, oldest=65.0, next=5.0,
            failures=4, trouble="nobody\x1b[2J answers", left_out=1,
        )  # fmt: skip
        return DeliveryList([first, DeliveryRow(target="ops/2", channel="ops")])

    def retry(self, target: str, who: str) -> DeliveryList | None:
        self.heard.append(f"retry {target}")
        return self.deliveries() if target in ("", "ops", "ops/1") else None

    async def test(self, channel: str, severity: str, who: str) -> UrlAnswers | None:
        self.heard.append(f"test {channel} {severity}")
        return UrlAnswers([])

    def route(self, rule: str, key: str) -> RouteList | None:
        self.heard.append(f"route {rule} {key}")
        rows = [
            RouteRow(
                step="do", channel="ops", severity="warning", target="ops/1", group="rule down", wait=30.0
            ),
            RouteRow(
                step="do", channel="ops", severity="info", target="ops/2", digest=True, others=2, wait=7200.0
            ),
            RouteRow(step="on_clear", channel="oncall", severity="warning", why="not sent: too quiet"),
            RouteRow(step="escalate after 15m", channel="ops", severity="critical", target="ops/1", wait=0.0),
        ]
        return RouteList(rows if rule == "down" else [])

    def knows(self, rule: str, key: str) -> bool:
        return rule != "hot"

    def drill(self, rule: str, wanted: DrillWanted, who: str) -> DrillReport | None:
        self.heard.append(f"drill {rule} {wanted.key} {wanted.for_real}")
        if rule == "all":
            return None
        return DrillReport(rule=rule, key=wanted.key, name=EVIL.name, for_real=wanted.for_real)

    def drilled(self, rule: str, key: str) -> DrillReport | None:
        told = CallRow(verb="notify", what="ops: arena\x1b[2J", asked=True, result="done", detail="#12ab")
        held = CallRow(verb="power", what="restart", asked=False)
        result = "failed" if rule == "player" else "done"
        late = CallRow(verb="notify", what="boss: x", asked=True, result=result, detail="")
        rows = [
            DrillRow(age=0.0, verdict="drilled", sentence="s", detail="a drill begins by uid 0"),
            DrillRow(age=0.0, verdict="acting", sentence="asked", calls=[told]),
            DrillRow(age=0.0, verdict="drilled", sentence="s", detail="this would be done", calls=[held]),
            DrillRow(age=2.0, verdict="acting", sentence="asked", detail="after 5m", calls=[late]),
            DrillRow(age=2.0, verdict=self.drill_ends, sentence=Verdict(self.drill_ends).sentence),
        ]
        return DrillReport(
            rule=rule, key=key, name=EVIL.name, for_real=False, rows=rows, is_over=True, left_out=3
        )

    async def breakers(self) -> BreakerList:
        return BreakerList(TRIPPED)

    def reset_breaker(self, rule: str, key: str, who: str) -> BreakerList | None:
        self.heard.append(f"reset {rule} {key}")
        return BreakerList(TRIPPED[:1]) if rule != "hot" else BreakerList([])


@contextmanager
def desk_at(folder: Path) -> Iterator[tuple[Path, Desk]]:
    """The automaton.yml of a daemon that listens, and its desk."""
    config, desk = folder / "automaton.yml", Desk()
    config.write_text("state: state\n")
    api = ControlApi([*hand_routes(Hand()), *desk.routes()])
    with start_blocking_portal() as portal, listening(folder / "state" / "control.sock") as listener:
        serving = portal.start_task_soon(serve, api.app, listener)
        try:
            yield config, desk
        finally:
            serving.cancel()
