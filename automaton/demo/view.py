"""The screen of the demo: the script and what came of it, decisions, servers, what arrived outside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from automaton.core.calls import Call
from automaton.core.decision import Decision, Verdict
from automaton.core.facts.facts import Facts
from automaton.daemon.app import Daemon
from automaton.demo.layout import Section, aligned, laid_out
from automaton.demo.script import Evidence, ScriptedIncident
from automaton.wings.link_supervisor import LinkState

COLUMNS = ("server", "link", "state", "memory", "cpu", "incidents")
DECISIONS, SEEN, MESSAGES = 12, 5, 5
FEWEST_DECISIONS, FEWEST_SERVERS, FEWEST_SEEN = 6, 4, 3  # lines; below that a section says nothing
STATE_STYLES = {"running": "green", "starting": "yellow", "stopping": "yellow", "offline": "red"}
LOUD = frozenset({Verdict.REFUSED, Verdict.OVER_LIMIT, Verdict.FAILED})


def render(
    daemon: Daemon,
    evidence: Evidence,
    scripted: Sequence[ScriptedIncident],
    left: float | None,
    size: tuple[int, int],
    page: str = "",
) -> RenderableType:
    """The whole screen, of so many columns and lines: what explains the rest stands first."""
    width, height = size
    title = Text(f"automaton demo: {daemon.summary()}", style="bold", no_wrap=True, end="")
    title.append(f", {left:.0f} s left" if left is not None else "")
    title.truncate(width, overflow="ellipsis")
    servers = _servers(daemon, width)
    sections = [
        Section("scripted incidents", _scripted(scripted, evidence, width), len(scripted)),
        Section("last decisions", _decisions(daemon, width), FEWEST_DECISIONS),
        Section("servers", servers, min(FEWEST_SERVERS, len(servers))),
        Section("seen from outside", _outside(daemon, evidence, width), FEWEST_SEEN),
    ]
    head = [title, *([Text(page, style="cyan", no_wrap=True, end="")] if page else [])]
    return Group(*(_as_line(line) for line in (*head, *laid_out(sections, width, height - len(head)))))


def _as_line(line: Text) -> Text:
    line.end = "\n"
    return line


def _servers(daemon: Daemon, width: int) -> list[Text]:
    """The heading, then those of which something is open, then the others."""
    links = {link.server: link for link in daemon.connections.pool.status()}
    incidents: dict[str, list[str]] = {}
    for standing in daemon.host.engine.rule_states():
        if standing.phase != "idle":
            incidents.setdefault(standing.key, []).append(f"{standing.rule.id} {standing.phase}")
    mono = daemon.clock.now().mono
    rows = []
    known = daemon.host.engine.servers().items()
    for uuid, server in sorted(known, key=lambda one: one[0] not in incidents):
        link = links.get(uuid)
        state = link.state.value if link is not None else "gone"
        facts = server.facts
        rows.append(
            (
                Text(facts.profile.name),
                Text(state, style="green" if state == LinkState.LIVE else "yellow"),
                _state(facts),
                _fact(facts, "memory_pct", mono),
                _fact(facts, "cpu_pct", mono),
                Text(", ".join(incidents.get(uuid, ())), style="magenta"),
            )
        )
    return aligned([tuple(Text(column, style="bold") for column in COLUMNS), *rows], width)


def _state(facts: Facts) -> Text:
    state = facts.state.value if facts.connected and facts.state is not None else "unknown"
    return Text(state, style=STATE_STYLES.get(state, "dim"))


def _fact(facts: Facts, name: str, mono: float) -> Text:
    value = facts.read(name, mono).plain
    return Text(f"{value:5.1f} %" if isinstance(value, (int, float)) else "unknown")


def _decisions(daemon: Daemon, width: int) -> list[Text]:
    """A line a rule, the newest first: what one decides again and again hides no other.

    Of each rule its last decision that asked something, or would have; its last one where none did.
    """
    told: dict[str, Decision] = {}
    times: dict[str, int] = {}
    for decision in reversed(daemon.host.decisions.latest):
        before = told.setdefault(decision.rule, decision)
        if _asked(decision):
            times[decision.rule] = times.get(decision.rule, 0) + 1
            if not _asked(before):
                told[decision.rule] = decision
    newest = sorted(told.values(), key=lambda one: one.at.mono, reverse=True)[:DECISIONS]
    return aligned([_decision(one, times.get(one.rule, 1), daemon) for one in newest], width)


def _asked(decision: Decision) -> list[Call]:
    return [asked.call for asked in decision.calls] or list(decision.held)


def _decision(decision: Decision, times: int, daemon: Daemon) -> tuple[Text, ...]:
    asked = "; ".join(f"{call.verb} {call.sentence()}" for call in _asked(decision))
    style = "red" if decision.verdict in LOUD else "cyan"
    return (
        Text(_clock(decision.at.wall), style="dim"),
        Text(daemon.name_of(decision.key)),
        Text(decision.rule),
        Text(decision.verdict, style=style),
        Text(f"×{times}" if times > 1 else "", style="dim"),
        _one_line(asked or decision.detail or decision.verdict.sentence),
    )


def _outside(daemon: Daemon, evidence: Evidence, width: int) -> list[Text]:
    """The newest first: messages, then what servers were told."""
    entries = [entry for entry in evidence.world.log.entries() if entry.kind in ("command", "power", "fault")]
    rows = []
    for entry in reversed(entries[-SEEN:]):
        server = entry.server if entry.kind == "fault" else daemon.name_of(entry.server)
        texts = (entry.kind, server, entry.detail, entry.by)
        rows.append((Text(_clock(entry.at), style="dim"), *(_one_line(text) for text in texts)))
    messages = reversed(evidence.receiver.messages[-MESSAGES:])
    return [*aligned([(_one_line(f"✉ {message}"),) for message in messages], width), *aligned(rows, width)]


def _scripted(scripted: Sequence[ScriptedIncident], evidence: Evidence, width: int) -> list[Text]:
    return aligned([incident_row(incident, evidence) for incident in scripted], width)


def incident_row(incident: ScriptedIncident, evidence: Evidence) -> tuple[Text, ...]:
    """An incident, and whether its proof holds."""
    is_proved = incident.proof(evidence)
    return (
        Text("✓" if is_proved else "…", style="green" if is_proved else "yellow"),
        Text(f"{incident.server}: {incident.title}"),
        Text(f"→ {incident.action}"),
    )


def _one_line(text: str) -> Text:
    return Text(text.replace("\n", " ⏎ "))


def _clock(wall: float) -> str:
    return datetime.fromtimestamp(wall).astimezone().strftime("%H:%M:%S")
