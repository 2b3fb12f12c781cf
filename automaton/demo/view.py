"""The screen of the demo: servers with their links, facts and incidents; decisions; what arrived outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from automaton.core.decision import Decision, Verdict
from automaton.core.facts.facts import Facts
from automaton.daemon.app import Daemon
from automaton.daemon.logs.decision_log import call_fields
from automaton.demo.script import Evidence, ScriptedIncident
from automaton.wings.link_supervisor import LinkState

COLUMNS = ("server", "node", "link", "state", "memory", "cpu", "pack", "incidents")
DECISIONS, SEEN, MESSAGES = 8, 5, 5
STATE_STYLES = {"running": "green", "starting": "yellow", "stopping": "yellow", "offline": "red"}
LOUD = frozenset({Verdict.REFUSED, Verdict.OVER_LIMIT, Verdict.FAILED})


def render(
    daemon: Daemon, evidence: Evidence, scripted: Sequence[ScriptedIncident], left: float | None
) -> RenderableType:
    """The whole screen."""
    title = f"automaton demo: {daemon.summary()}" + (f", {left:.0f} s left" if left is not None else "")
    return Group(
        Panel(_servers(daemon), title=Text(title), title_align="left"),
        Panel(_decisions(daemon), title="last decisions", title_align="left"),
        Panel(_outside(daemon, evidence), title="seen by the simulator and the receiver", title_align="left"),
        Panel(_scripted(scripted, evidence), title="scripted incidents", title_align="left"),
    )


def _servers(daemon: Daemon) -> Table:
    table = Table.grid(padding=(0, 2))
    for column in COLUMNS:
        table.add_column(column)
    table.add_row(*(Text(column, style="bold") for column in COLUMNS))
    links = {link.server: link for link in daemon.connections.pool.status()}
    incidents: dict[str, list[str]] = {}
    for standing in daemon.engine.rule_states():
        if standing.phase != "idle":
            incidents.setdefault(standing.key, []).append(f"{standing.rule.id} {standing.phase}")
    mono = daemon.clock.now().mono
    for uuid, server in daemon.engine.servers().items():
        link = links.get(uuid)
        state = link.state.value if link is not None else "gone"
        facts = server.facts
        table.add_row(
            facts.profile.name,
            facts.profile.node,
            Text(state, style="green" if state == LinkState.LIVE else "yellow"),
            _state(facts),
            _fact(facts, "memory_pct", mono),
            _fact(facts, "cpu_pct", mono),
            facts.pack,
            Text(", ".join(incidents.get(uuid, ())), style="magenta"),
        )
    return table


def _state(facts: Facts) -> Text:
    state = facts.state.value if facts.connected and facts.state is not None else "unknown"
    return Text(state, style=STATE_STYLES.get(state, "dim"))


def _fact(facts: Facts, name: str, mono: float) -> str:
    value = facts.read(name, mono).plain
    return f"{value:5.1f} %" if isinstance(value, (int, float)) else "unknown"


def _decisions(daemon: Daemon) -> Table:
    table = Table.grid(padding=(0, 2))
    for decision in list(daemon.decisions.latest)[-DECISIONS:]:
        table.add_row(*_decision(decision, daemon))
    return table


def _decision(decision: Decision, daemon: Daemon) -> tuple[Text, ...]:
    calls = [asked.call for asked in decision.calls] or list(decision.held)
    asked = "; ".join(" ".join(str(part) for part in call_fields(call).values()) for call in calls)
    style = "red" if decision.verdict in LOUD else "cyan"
    return (
        Text(_clock(decision.at.wall), style="dim"),
        Text(daemon.name_of(decision.key)),
        Text(decision.rule),
        Text(decision.verdict, style=style),
        Text((asked or decision.detail or decision.verdict.sentence)[:90]),
    )


def _outside(daemon: Daemon, evidence: Evidence) -> Group:
    table = Table.grid(padding=(0, 2))
    entries = [entry for entry in evidence.world.log.entries() if entry.kind in ("command", "power", "fault")]
    for entry in entries[-SEEN:]:
        server = entry.server if entry.kind == "fault" else daemon.name_of(entry.server)
        texts = (entry.kind, server, entry.detail[:80], entry.by)
        table.add_row(Text(_clock(entry.at), style="dim"), *(Text(text) for text in texts))
    messages = [message.replace("\n", " ⏎ ")[:120] for message in evidence.receiver.messages[-MESSAGES:]]
    return Group(table, *(Text(f"✉ {message}") for message in messages))


def _scripted(scripted: Sequence[ScriptedIncident], evidence: Evidence) -> Table:
    table = Table.grid(padding=(0, 2))
    for incident in scripted:
        table.add_row(*incident_row(incident, evidence))
    return table


def incident_row(incident: ScriptedIncident, evidence: Evidence) -> tuple[Text, ...]:
    """An incident, and whether its proof holds."""
    is_proved = incident.proof(evidence)
    return (
        Text("✓" if is_proved else "…", style="green" if is_proved else "yellow"),
        Text(f"{incident.server}: {incident.title}"),
        Text(f"→ {incident.action}"),
    )


def _clock(wall: float) -> str:
    return datetime.fromtimestamp(wall).astimezone().strftime("%H:%M:%S")
