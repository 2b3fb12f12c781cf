"""A page over a daemon that has one rule, in memory: it answers what pages ask, and notes what is done."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import msgspec

from automaton.web.judged import ChangeRow, DeedRow, JudgedTests, JudgeWanted, Tried, TryAnswer
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.security.visitor import Visitor
from automaton.web.pages.trail_port import TrailCount, TrailLine, TrailWanted
from automaton.web.routes.arming import ArmAnswer, ArmedRow
from automaton.web.routes.breakers import BreakerList, BreakerRow
from automaton.web.routes.changes import FleetChange
from automaton.web.routes.explain import Explanation, Explanations, ExpressionRow, PartRow, ReasonRow
from automaton.web.routes.rule_files import RuleFiles, RuleSource
from automaton.web.routes.rule_keys import RuleKeyRow, RuleKeys
from automaton.web.routes.rules import RuleList, RuleRow
from tests.web.pages.visiting import HTML, ORIGIN, PASSWORD, HandClock, csrf_in, settings

TEXT = "rules:\n  - id: high\n    while: memory_pct > 90\n    do: []\ntests: []\n"
EVIL = "<script>alert(1)</script>"
VIC = Visitor("vic", "viewer")


def row(**more: object) -> RuleRow:
    known = RuleRow(
        id="high", arm="live", own="live", limit="live", by="server", severity="warning", servers=2, open=1,
        fired=3, counted={"fired": 3, "cooling": 2}, held=2, note=EVIL, file="/etc/a.yml", line=2,
        games=["minecraft"], last_fired=5.0,
    )  # fmt: skip
    return msgspec.structs.replace(known, **more)


CONDITION = PartRow(source="memory_pct > 90", value="false", depth=0)
EXPLAINED = Explanation(
    rule="high", key="u-1", name=EVIL, arm="live", severity="warning", set_off_by="while", phase="idle",
    reasons=[ReasonRow(verdict="not_true", sentence="the expression is false")],
    expressions=[ExpressionRow(word="while", parts=[CONDITION])],
)  # fmt: skip


def answers() -> dict[str, msgspec.Struct]:
    keys = [
        RuleKeyRow(key="u-1", name=EVIL, phase="open", open_for=60.0),
        RuleKeyRow(key="u-2", name="tripped", phase="tripped"),
    ]
    return {
        "/v1/rules": RuleList([row()]),
        "/v1/rules/high/keys": RuleKeys(keys=keys, total=2),
        "/v1/rules/high/source": RuleSource(rule="high", file="/etc/a.yml", line=2, text=TEXT),
        "/v1/rules/high/explain": Explanations([EXPLAINED]),
        "/v1/rules/high/arm": ArmAnswer(rule="high", arm="off", own="live", limit="live", holds="off"),
        "/v1/rules/high/reset": BreakerList([BreakerRow(rule="high", key="u-2", name="tripped")]),
        "/v1/rule-files": RuleFiles(rules={"/etc/a.yml": TEXT}, channels={"ops": "info"}),
    }


@dataclass
class RuledDaemon:
    """`acts` are what it was asked to do: path, body and who."""

    told: dict[str, msgspec.Struct] = field(default_factory=answers)
    acts: list[tuple[str, Mapping[str, object], str]] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            who = request.headers.get("automaton-user", "")
            self.acts.append((request.url.path, msgspec.json.decode(await request.aread()), who))
        known = self.told.get(request.url.path)
        if known is None:
            return httpx.Response(404, json={"problem": "there is no such rule"})
        return httpx.Response(200, content=msgspec.json.encode(known))


@dataclass
class NotingJudge:
    """Answers as if something differed, and notes what it was asked."""

    asked: list[JudgeWanted] = field(default_factory=list)

    async def judge(self, wanted: JudgeWanted) -> TryAnswer:
        self.asked.append(wanted)
        deeds = [DeedRow(at=60.0, rule="high", what="call", name="notify ops", text=EVIL)]
        tried = Tried(deeds=deeds, changes=[ChangeRow("+", "1m high: call notify ops")], notes=["a note"])
        return TryAnswer(tried=tried, tests=JudgedTests(problem="not today"))


class LinesTrail:
    """Two lines that the rule decided on, the newest first."""

    async def rows(self, wanted: TrailWanted) -> list[TrailLine]:
        return [
            TrailLine(number, 5.0, "decision", "high", "u-1", "u-1", "fired", "", {"cause": f"line: {text}"})
            for number, text in ((2, "second"), (1, "first"))
        ]

    async def counts(self, _rule: str, _since: float, _width: float) -> list[TrailCount]:
        return [TrailCount(0, "fired", 4)]


@dataclass
class Ruled:
    """`client` is a browser that keeps its cookies."""

    app: PageApp
    client: httpx.AsyncClient
    daemon: RuledDaemon
    judge: NotingJudge
    feed: FleetFeed
    csrf: str = ""

    async def read(self, path: str) -> str:
        answer = await self.client.get(path, headers=HTML)
        self.csrf = csrf_in(answer.text) or self.csrf
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, path: str, **fields: str) -> httpx.Response:
        form = {"csrf": self.csrf, **fields}
        return await self.client.post(path, data=form, headers={"origin": ORIGIN, **HTML})

    def arm(self, *armed: ArmedRow) -> None:
        """The daemon tells that these are set by hand."""
        self.feed.take(FleetChange(armed=list(armed), whole=True))


@asynccontextmanager
async def ruled(name: str = "anna") -> AsyncIterator[Ruled]:
    """A page at which somebody is signed in."""
    daemon, clock, judge = RuledDaemon(), HandClock(), NotingJudge()
    control = ControlClient(httpx.MockTransport(daemon))
    feed = FleetFeed(control, clock)
    page = PageApp(settings(), control, feed, clock, trail=LinesTrail(), judge=judge)
    transport = httpx.ASGITransport(page.app, client=("192.0.2.1", 4711))
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        form = {"name": name, "password": PASSWORD}
        await client.post("/login", data=form, headers={"origin": ORIGIN, **HTML})
        yield Ruled(page, client, daemon, judge, feed)
    await control.aclose()
