"""Does what one entry of a feed says: facts first, then what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from automaton.core import events as ev
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.feed import FeedEntry

if TYPE_CHECKING:
    from automaton.ruletest.harness import Harness

FALLS = ("crash", "crash.unhandled")


def inject(stage: Harness, entry: FeedEntry) -> None:
    """One entry, for every server that it names."""
    machines = [one for one in stage.machines() if entry.servers is None or _is_named(one, entry)]
    wide = bool(entry.hook or entry.ack)
    for machine in machines:
        _facts(stage, machine, entry)
        _happens(stage, machine, entry)
        if wide and entry.servers is not None:
            _from_outside(stage, entry, machine.uuid)
    if wide and entry.servers is None:
        _from_outside(stage, entry, "")
    if entry.down_for is not None:
        stage.restart(entry.down_for)


def _is_named(machine: FakeServer, entry: FeedEntry) -> bool:
    servers = entry.servers
    return servers is not None and (
        servers.covers(machine.profile.name) or servers.covers(machine.profile.id)
    )


def _facts(stage: Harness, machine: FakeServer, entry: FeedEntry) -> None:
    facts = entry.facts
    if machine.learn(facts):
        stage.handle(ev.ServerListed, machine.uuid, profile=machine.profile)
    up = entry.link if entry.link is not None else facts.connected
    turns = up is not None and up is not machine.connected
    if turns and not up:
        stage.link(machine, up=False)  # first: what changes besides is not seen
    if facts.state is not None:
        machine.enter(facts.state)
    if turns and up:
        stage.link(machine, up=True)
    elif facts.stats:
        stage.tell_stats(machine)
    if facts.players is not None:
        stage.tell(machine, ev.PlayersCounted, players=facts.players)


def _happens(stage: Harness, machine: FakeServer, entry: FeedEntry) -> None:
    if entry.panel is not None and entry.panel is not machine.has_panel:
        machine.has_panel = entry.panel
        stage.handle(ev.PanelBack if entry.panel else ev.PanelLost, machine.uuid)
    if entry.docker is not None:
        machine.dock(entry.docker)
    if entry.operator is not None:
        machine.operate(entry.operator)
    for text, source in entry.lines:
        stage.tell(machine, ev.LinePrinted, text=text, source=source)
    if entry.event in FALLS:
        machine.fall(entry.event, {"exit_code": None, "oom": None, **entry.fields})
    elif entry.event:
        stage.occurred(machine, entry.event, entry.fields)
        if entry.event == "server.deleted":
            stage.handle(ev.ServerGone, machine.uuid, reason="deleted")


def _from_outside(stage: Harness, entry: FeedEntry, server: str) -> None:
    """A hook and an acknowledgement come from outside: no link of a server tells them."""
    if entry.hook:
        stage.handle(ev.HookCalled, server, name=entry.hook, fields=entry.fields)
    if entry.ack:
        stage.handle(ev.Acknowledged, "", rule=entry.ack, key=server)
