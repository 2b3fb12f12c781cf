"""What programs may ask at `/api/v1`: every operation of the control API, with its shapes and an example.

Law: an operation is here or it is not there. The page lets through what this table names, docs/openapi.json
is written from it (`make docs`), and a test holds it to the routes of the daemon. No library of the web is
imported: `automaton schema openapi` reads it too.
"""

from __future__ import annotations

from automaton.core.calls import Signal
from automaton.web.action_result import ActionResult
from automaton.web.pages.api_operation import Operation, Parameter
from automaton.web.routes.about import About, LimitInForce, NotCovered, SourceRow
from automaton.web.routes.arming import ArmAnswer, ArmedList, ArmedRow, ArmWanted
from automaton.web.routes.breakers import BreakerList, BreakerRow
from automaton.web.routes.changes import FleetChange, FleetRow
from automaton.web.routes.cluster import ClusterView, DrainWanted, MemberRow, MoveWanted, ShardRow, WishAnswer
from automaton.web.routes.console import ConsoleRecord
from automaton.web.routes.deliveries import (
    DeliveryList,
    DeliveryRow,
    RetryWanted,
    RouteList,
    RouteRow,
    TestWanted,
    UrlAnswer,
    UrlAnswers,
)
from automaton.web.routes.drills import DrillReport, DrillRow, DrillWanted
from automaton.web.routes.explain import Explanation, Explanations, ReasonRow
from automaton.web.routes.hold import HoldRow, HoldWanted
from automaton.web.routes.incidents import IncidentList, IncidentRow, Noted, NoteWanted
from automaton.web.routes.lines import LineRow
from automaton.web.routes.metrics import Distribution, Health, Metrics, MetricSample
from automaton.web.routes.probe import ProbeResult
from automaton.web.routes.reload import Reloaded
from automaton.web.routes.rule_files import RuleFiles, RuleSource
from automaton.web.routes.rule_keys import RuleKeyRow, RuleKeys
from automaton.web.routes.rules import RuleList, RuleRow
from automaton.web.routes.server_actions import CommandWanted, PowerWanted
from automaton.web.routes.server_view import ServerRuleRow, ServerView
from automaton.web.routes.servers import LinkRow, ServerList, ServerRow
from automaton.web.routes.silences import HeldRule, SilenceList, SilencePreview, SilenceRow, SilenceWanted
from automaton.web.routes.status import Status
from automaton.web.rule_request import KeyWanted

LOBBY = "aaaaaaaa-0000-4000-8000-000000000001"


KEY = Parameter("key", "What the rule looks at: a server's uuid, `node:NAME`, or empty for the fleet or all.")
INCIDENT = IncidentRow(rule="mem-high", server=LOBBY, name="lobby", severity="warning", open_for=312.5)
SERVER = ServerRow(
    uuid=LOBBY, id="aaaaaaaa", name="lobby", node="eu-1", panel="main", egg="Paper", pack="minecraft",
    state="running", memory=2_147_483_648, memory_limit=4_294_967_296,
    link=LinkRow(state="live", since=86_400.0),
)  # fmt: skip
SILENCE = SilenceRow(id="3", rules=["crash-*"], servers=["lobby"], left=7200.0, note="moving it tonight")
BREAKER = BreakerRow(rule="crash-recover", key=LOBBY, name="lobby", age=60.0, left=3540.0)
DELIVERY = DeliveryRow(target="ops/1", channel="ops", waiting=1, oldest=42.0, failures=2, trouble="HTTP 503")
DRILL = DrillReport(
    rule="mem-high", key=LOBBY, name="lobby", for_real=False, is_over=True,
    rows=[DrillRow(age=0.1, verdict="drilled", sentence="in a drill: nothing of this was done")],
)  # fmt: skip
CLUSTER = ClusterView(
    name="automaton", me="watcher-1", generation=3, nats_answers=True,
    members=[
        MemberRow(name="watcher-1", state="established", heard=0.4, up=86_400.0, cores=4, version="0.1.0",
                  generation=3, reads_from=1, reads_to=1, writes=1, shards=1),
    ],
    shards=[ShardRow(shard="node:eu-1", owner="watcher-1", epoch=7, lease=8.2, servers=43, linked=42)],
)  # fmt: skip
METRICS = Metrics(
    version="0.1.0", python="3.13.5", pid=812, started=1_796_000_000.0, config_taken=True,
    config_taken_at=1_796_000_000.0, arm=[MetricSample(["shadow"], 1.0)], rules=17,
    lag=Distribution([0.001, 0.01], [9000, 40, 2], 3.1), events=[MetricSample(["StatsReported"], 9042.0)],
    turn_age=0.2, queue_events=0, events_lost=0, lines_cut=0, stood=0, unserved_servers=0,
    is_watchdog_fed=True, restless=0, verdicts=[MetricSample(["mem-high", "fired"], 2.0)],
    rules_counted_together=0, runs=0, incidents=[MetricSample(["warning"], 1.0)], unacknowledged=1,
    breakers_tripped=0, silences=0,
    rules_by_hand=0, is_on_hold=False, memory_unreadable=0, servers_let_go=0, values_let_go=0, untold=0,
    links=[MetricSample(["live"], 42.0)], parked=[], reconnects=[],
    token_requests=[MetricSample(["main"], 42.0)],
    wings_errors=[], panels_up=[MetricSample(["main"], 1.0)], panels_listed=[MetricSample(["main"], 1.0)],
    panel_requests=[MetricSample(["main", "2xx"], 130.0)], calls=[], power_actions=[],
    deliveries=[MetricSample(["ops", "sent"], 2.0)], outbox=[MetricSample(["ops"], 0.0)],
    outbox_oldest=[MetricSample(["ops"], 0.0)], failures_in_a_row=[MetricSample(["ops/1"], 0.0)],
)  # fmt: skip

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="getStatus", path="/status", summary="The daemon at a glance, and what is wrong with it.",
        shape=Status,
        answer=Status(summary="42/43 servers, 17 rules, 1 incident", version="0.1.0", uptime=86_400.0,
                      arm="shadow", rules=17, links={"live": 42, "retrying": 1}, incidents=[INCIDENT]),
    ),
    Operation(
        name="getAbout", path="/about",
        summary="What runs, on which files, within which limits, and what it does not cover.", shape=About,
        answer=About(
            version="0.1.0", python="3.13.5", system="Linux 6.12.0", libraries={"anyio": "4.16.0"}, pid=812,
            started=1_796_000_000.0, file="/etc/automaton/automaton.yml", read_at=1_796_000_000.0, refused="",
            state="/var/lib/automaton", rules=17, limits=[LimitInForce("arm", "shadow")],
            sources=[SourceRow(name="main", kind="Panel", servers=43)],
            not_covered=[NotCovered(what="not seen: their link is not up", servers=1, names=["lobby"])],
            kept_for=2_592_000.0, kept_size=1_073_741_824,
        ),
    ),
    Operation(
        name="getCluster", path="/cluster",
        summary="The members of a cluster and who owns what, as the one that is asked sees it; 404 where a"
        " daemon runs alone.",
        shape=ClusterView, answer=CLUSTER, refusals=(404,),
    ),
    Operation(
        name="drainMember", path="/cluster/drain", acts=True,
        summary="Has a member hand over what it owns, and be given nothing until the `end` of it.",
        shape=WishAnswer, body=DrainWanted("watcher-2"), refusals=(404, 409),
        answer=WishAnswer(taken=True, says="watcher-2 hands over the 12 that it owns, some at a time"),
    ),
    Operation(
        name="moveShard", path="/cluster/move", acts=True,
        summary="Has a shard go to a member and stay there; without a member it goes where it should.",
        shape=WishAnswer, body=MoveWanted("node:eu-1", "watcher-1"), refusals=(404, 409),
        answer=WishAnswer(taken=True, says="node:eu-1 goes to watcher-1 and stays there"),
    ),
    Operation(
        name="getHealth", path="/health", summary="Whether the engine turns, and what it needs is there.",
        shape=Health, answer=Health(not_alive="", not_ready="no Panel or node answers: main"),
    ),
    Operation(
        name="getMetrics", path="/metrics",
        summary="What is counted, as plain numbers; `/metrics` has it for Prometheus.",
        shape=Metrics, answer=METRICS, refusals=(400,),
        query=(Parameter("servers", "Of how many servers at most figures are told too.", "integer"),),
    ),
    Operation(
        name="listServers", path="/servers", summary="Every server that is watched, and its link.",
        shape=ServerList, answer=ServerList([SERVER]),
        query=(Parameter("facts", "With all that is known of each.", values=("0", "1")),),
    ),
    Operation(
        name="getServer", path="/servers/{server}",
        summary="One server: what is known of it, its players, and how each rule stands towards it.",
        shape=ServerView, refusals=(404,),
        answer=ServerView(
            server=SERVER, players=["Steve"], incidents=[INCIDENT], open=1,
            rules=[ServerRuleRow(id="mem-high", by="server", arm="shadow", severity="warning", phase="open",
                                 key=LOBBY, hold_for=300.0)],
        ),
    ),
    Operation(
        name="followConsole", path="/servers/{server}/console",
        summary="A server's console: what Wings kept and, with `follow`, what comes.",
        shape=ConsoleRecord, answer=ConsoleRecord(line="[12:00:00] [Server thread/INFO]: Done (3.1s)!"),
        query=(Parameter("follow", "Goes on until you leave.", values=("0", "1")),), refusals=(404,),
        streams=True,
    ),
    Operation(
        name="followLines", path="/servers/{server}/lines",
        summary="Console lines as the daemon hears them, with the rules that listen; Wings is not asked.",
        shape=LineRow, answer=LineRow(at=1_796_000_000.0, text="Steve joined the game", source="game",
                                      events=["player.join"]),
        query=(Parameter("follow", "Has to be 1: lines are told as they come.", values=("1",)),),
        refusals=(400, 404), streams=True,
    ),
    Operation(
        name="probeServer", path="/servers/{server}/probe", acts=True,
        summary="Has the game asked whether it answers, and waits for it.",
        shape=ProbeResult, answer=ProbeResult(result="answered", detail="list", way="console", seconds=0.2),
        refusals=(404,),
    ),
    Operation(
        name="sendCommand", path="/servers/{server}/command", acts=True,
        summary="Types a console command as it stands, past rules and limits.",
        shape=ActionResult, answer=ActionResult("done", "", "panel"), body=CommandWanted("say hello"),
        refusals=(404,),
    ),
    Operation(
        name="setPower", path="/servers/{server}/power", acts=True,
        summary="Asks for a power action, past rules and limits.",
        shape=ActionResult, answer=ActionResult("done", "", "panel"), body=PowerWanted(Signal.RESTART),
        refusals=(404,),
    ),
    Operation(
        name="followChanges", path="/changes",
        summary="The whole fleet, then what changes; a row with nothing in it is a sign of life.",
        shape=FleetChange,
        answer=FleetChange(servers=[FleetRow(uuid=LOBBY, id="aaaaaaaa", name="lobby", at=1_796_000_000.0)]),
        streams=True,
    ),
    Operation(
        name="listRules", path="/rules", summary="The rules, with what came of them.", shape=RuleList,
        answer=RuleList([RuleRow(id="mem-high", arm="shadow", by="server", severity="warning", servers=42,
                                 open=1, fired=2, counted={"fired": 2, "not_true": 9040})]),
    ),
    Operation(
        name="listRuleFiles", path="/rule-files",
        summary="The texts of all that is judged by, as it was loaded.",
        shape=RuleFiles, answer=RuleFiles(rules={"mem.yml": "rules: []"}, channels={"ops": "discord"}),
    ),
    Operation(
        name="getRuleSource", path="/rules/{rule}/source",
        summary="The file of a rule as it was loaded, and the line in which the rule begins.",
        shape=RuleSource, answer=RuleSource(rule="mem-high", file="mem.yml", line=2, text="rules: []"),
        refusals=(404,),
    ),
    Operation(
        name="listRuleKeys", path="/rules/{rule}/keys",
        summary="How a rule stands towards each server, node or the fleet.",
        shape=RuleKeys, answer=RuleKeys(keys=[RuleKeyRow(key=LOBBY, name="lobby", phase="open")], total=1),
        refusals=(404,),
    ),
    Operation(
        name="listArmed", path="/armed",
        summary="The rules whose arm was set by hand, until the next reload.",
        shape=ArmedList,
        answer=ArmedList([ArmedRow(rule="mem-high", arm="shadow", own="live", holds="shadow",
                                   since=1_796_000_000.0, by="anna")]),
    ),
    Operation(
        name="armRule", path="/rules/{rule}/arm", acts=True,
        summary="Says how far a rule may go until the next reload; `file` takes that back.",
        shape=ArmAnswer, body=ArmWanted(arm="shadow", note="it is too loud"), refusals=(404,),
        answer=ArmAnswer(rule="mem-high", arm="shadow", own="live", limit="live", holds="shadow"),
    ),
    Operation(
        name="explainRule", path="/rules/{rule}/explain",
        summary="What a rule thinks of a server, what it did, and what keeps it from acting.",
        shape=Explanations, query=(KEY,), refusals=(404,),
        answer=Explanations([Explanation(
            rule="mem-high", key=LOBBY, name="lobby", arm="shadow", severity="warning", set_off_by="while",
            phase="open", incident=INCIDENT,
            reasons=[ReasonRow(verdict="shadow", sentence="in shadow: this would have been done")],
        )]),
    ),
    Operation(
        name="routeRule", path="/rules/{rule}/route",
        summary="Where messages of a rule about this key would go now.",
        shape=RouteList, query=(KEY,), refusals=(404,),
        answer=RouteList([RouteRow(step="do", channel="ops", severity="warning", target="ops/1",
                                   group="rule mem-high, node eu-1", wait=20.0)]),
    ),
    Operation(
        name="listIncidents", path="/incidents", summary="What is open, the oldest first.",
        shape=IncidentList, answer=IncidentList([INCIDENT]),
    ),
    Operation(
        name="acknowledge", path="/rules/{rule}/ack", acts=True,
        summary="Takes note of a rule's open incidents: ends their escalation.",
        shape=IncidentList, answer=IncidentList([INCIDENT]), body=KeyWanted(LOBBY), refusals=(404,),
    ),
    Operation(
        name="addNote", path="/incidents/note", acts=True,
        summary="Writes a person's note about a rule and key into the audit trail.",
        shape=Noted, answer=Noted(1_796_000_000.0), body=NoteWanted("mem-high", LOBBY, "new map, as planned"),
        refusals=(503,),
    ),
    Operation(
        name="listSilences", path="/silences", summary="Silences, the one that ends first at the front.",
        shape=SilenceList, answer=SilenceList([SILENCE]),
    ),
    Operation(
        name="addSilence", path="/silences", acts=True,
        summary="Holds what rules do on some servers for a while; names may have `*`.",
        shape=SilenceRow, answer=SILENCE,
        body=SilenceWanted(["crash-*"], ["lobby"], 7200.0, "moving it tonight"),
    ),
    Operation(
        name="previewSilence", path="/silences/preview",
        summary="What such a silence would hold now; begins none.", shape=SilencePreview,
        answer=SilencePreview(
            rules=[HeldRule(id="crash-alert", servers=1, arm="live")], rules_in_all=1, servers=["lobby"],
            servers_in_all=1, pairs=1, incidents=[], incidents_in_all=0,
        ),
        body=SilenceWanted(["crash-*"], ["lobby"], 7200.0, "moving it tonight"),
    ),
    Operation(
        name="endSilence", path="/silences/{id}/end", acts=True,
        summary="Ends a silence, and gives those that are left.",
        shape=SilenceList, answer=SilenceList([]), refusals=(404,),
    ),
    Operation(
        name="hold", path="/hold", acts=True, summary="Stops every action of every rule at once.",
        shape=HoldRow, answer=HoldRow(since=1_796_000_000.0, age=0.0, reason="an update", by="anna"),
        body=HoldWanted("an update"),
    ),
    Operation(
        name="release", path="/release", acts=True, summary="Ends the hold.", shape=HoldRow,
        answer=HoldRow(since=1_796_000_000.0, age=600.0, reason="an update", by="anna"), refusals=(404,),
    ),
    Operation(
        name="listBreakers", path="/breakers", summary="The rules that have tripped.",
        shape=BreakerList, answer=BreakerList([BREAKER]),
    ),
    Operation(
        name="resetBreaker", path="/rules/{rule}/reset", acts=True, summary="Puts a rule to work again.",
        shape=BreakerList, answer=BreakerList([BREAKER]), body=KeyWanted(LOBBY), refusals=(404,),
    ),
    Operation(
        name="listDeliveries", path="/deliveries",
        summary="What waits for each target of a channel, and why.",
        shape=DeliveryList, answer=DeliveryList([DELIVERY]),
    ),
    Operation(
        name="retryDeliveries", path="/deliveries/retry", acts=True, summary="Tries at once what waits.",
        shape=DeliveryList, answer=DeliveryList([DELIVERY]), body=RetryWanted("ops/1"), refusals=(404,),
    ),
    Operation(
        name="testChannel", path="/channels/{channel}/test", acts=True,
        summary="Sends a message that says that it is a test by each URL of a channel.",
        shape=UrlAnswers, answer=UrlAnswers([
            UrlAnswer(target="ops/1", service="discord", severity="info", result="sent",
                      detail="the service took it"),
        ]),
        body=TestWanted("info"), refusals=(404, 409),
    ),
    Operation(
        name="beginDrill", path="/rules/{rule}/drill", acts=True,
        summary="Plays what a rule does; with `for_real` all of it is done.",
        shape=DrillReport, answer=DRILL, body=DrillWanted(LOBBY), refusals=(404, 409),
    ),
    Operation(
        name="getDrill", path="/rules/{rule}/drill",
        summary="What came of the latest drill of a rule and key.",
        shape=DrillReport, answer=DRILL, query=(KEY,), refusals=(404,),
    ),
    Operation(
        name="reload", path="/reload", acts=True,
        summary="Has the files read again; whether they were taken, and why not, is the answer.",
        shape=Reloaded, answer=Reloaded(False, "there are mistakes; the old configuration stays"),
    ),
    Operation(
        name="record", path="/recording", needs_operator=True, streams=True,
        summary="All that the engine is given, consoles included, as `automaton record` writes it.",
        shape=dict, answer={"at": 1.0}, refusals=(400,),
        query=(Parameter("part", "Bytes that fill a file.", "number"),
               Parameter("for", "Seconds for which it goes on; else until you leave.", "number")),
    ),
)  # fmt: skip
