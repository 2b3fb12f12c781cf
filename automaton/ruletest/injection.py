"""Makes happen what one entry of a feed says: facts first, then events."""

from __future__ import annotations

from automaton.core import events as ev
from automaton.ruletest.fake_server import FakeServer
from automaton.ruletest.fake_wings import FakeWings
from automaton.ruletest.feed import FeedEntry

CRASHES = ("crash", "crash.unhandled")


def inject(wings: FakeWings, entry: FeedEntry) -> None:
    """One entry, for every server that it names."""
    servers = [one for one in wings.servers.values() if entry.servers is None or _is_named(one, entry)]
    is_from_outside = bool(entry.hook or entry.ack or entry.reset or entry.silence)
    for answer in entry.answers:
        wings.outside.answer_so(answer)
    for server in servers:
        if entry.query is not None:
            server.query = entry.query
        if entry.refuses is not None:
            wings.outside.refuse(server.uuid, entry.refuses)
        _feed_facts(wings, server, entry)
        _feed_events(wings, server, entry)
        if is_from_outside and entry.servers is not None:
            _call_from_outside(wings, entry, server.uuid)
    if is_from_outside and entry.servers is None:
        _call_from_outside(wings, entry, "")
    if entry.reload:
        wings.daemon.reload(entry.reload)
    if entry.gone is not None:
        wings.daemon.restart(entry.gone.seconds, killed=entry.gone.killed)


def _is_named(server: FakeServer, entry: FeedEntry) -> bool:
    glob = entry.servers
    return glob is not None and (glob.covers(server.profile.name) or glob.covers(server.profile.id))


def _feed_facts(wings: FakeWings, server: FakeServer, entry: FeedEntry) -> None:
    facts = entry.facts
    if server.learn(facts):
        wings.daemon.handle(ev.ServerListed, server.uuid, profile=server.profile)
    up = entry.link if entry.link is not None else facts.connected
    changes = up is not None and up is not server.connected
    if changes and not up:
        wings.link(server, up=False)  # before the state: what changes besides is not seen
    if facts.state is not None:
        server.enter(facts.state)
    if changes and up:
        wings.link(server, up=True)  # behind the state, which it reports
    elif facts.stats:
        wings.tell_stats(server)
    wings.tell_own(server, facts.own)
    if facts.players is not None:
        wings.tell(server, ev.PlayersCounted, players=facts.players)


def _feed_events(wings: FakeWings, server: FakeServer, entry: FeedEntry) -> None:
    if entry.panel is not None and entry.panel is not server.has_panel:
        server.has_panel = entry.panel
        wings.daemon.handle(ev.PanelBack if entry.panel else ev.PanelLost, server.uuid)
    if entry.docker is not None:
        server.set_docker(entry.docker)
    if entry.operator is not None:
        server.operate(entry.operator)
    for text, source in entry.lines:
        wings.tell(server, ev.LinePrinted, text=text, source=source)
    if entry.event in CRASHES:
        server.crash(entry.event, {"exit_code": None, "oom": None, **entry.fields})
    elif entry.event:
        wings.occurred(server, entry.event, entry.fields)
        if entry.event == "server.deleted":
            wings.daemon.handle(ev.ServerGone, server.uuid, reason="deleted")


def _call_from_outside(wings: FakeWings, entry: FeedEntry, server: str) -> None:
    """A hook, and what a person does at automaton, need no link of a server."""
    daemon = wings.daemon
    if entry.hook:
        daemon.handle(ev.HookCalled, server, name=entry.hook, fields=entry.fields)
    for key in daemon.keys_of(entry.ack, server) if entry.ack else ():
        daemon.handle(ev.Acknowledged, "", rule=entry.ack, key=key)
    if entry.reset:
        for rule, key in daemon.tripped(server):
            if entry.reset in ("*", rule):
                daemon.handle(ev.BreakerReset, "", rule=rule, key=key)
    if entry.silence is not None:
        servers = (server,) if server else ()
        until = daemon.moment.wall + entry.silence.seconds
        id_ = f"{entry.place.line}/{server}"
        rules = (entry.silence.rules.source,)
        daemon.handle(ev.SilenceBegan, "", id=id_, rules=rules, servers=servers, until=until)
