"""One engine with all that belongs to it: its journal, its turns, its calls, and what people may ask of it.

A single daemon has one of these. Law: what engines of one process share stands in `process.py`, and what an
engine remembers in its own journal alone, so that it can be thrown away and begun elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import anyio
import structlog
from anyio.abc import TaskGroup
from starlette.routing import Route

from automaton.configuration.load import Configuration
from automaton.core.calls import World
from automaton.core.decision import Asked
from automaton.core.engine import OFTEN, Engine
from automaton.core.events import Event, JournalBack, JournalLost
from automaton.core.gates.limits import Limits
from automaton.core.outcome import Outcome, Result
from automaton.core.rules.rule import Rulebook
from automaton.daemon.channels import channels_of
from automaton.daemon.confirmations import Confirmations
from automaton.daemon.dispatch import Dispatch
from automaton.daemon.engine_loop import EngineLoop
from automaton.daemon.host_ports import THE_WHOLE, Keeper, PostOf, Share
from automaton.daemon.links import Links
from automaton.daemon.logs.decision_log import DecisionLog, JoinedLedger
from automaton.daemon.logs.loss_log import LossLog
from automaton.daemon.logs.server_log import ServerLog
from automaton.daemon.message_surroundings import MessageIncidents, MessageLabels
from automaton.daemon.person_acts import PersonActs
from automaton.daemon.process import Process
from automaton.daemon.recorder import Recorder, Sink, keep
from automaton.daemon.remembered import Remembered
from automaton.daemon.services.acknowledgements import AcknowledgementService
from automaton.daemon.services.arming import ArmingService
from automaton.daemon.services.breakers import BreakersService
from automaton.daemon.services.changes import ChangesService
from automaton.daemon.services.decision_history import DecisionHistory
from automaton.daemon.services.drills import DrillsService
from automaton.daemon.services.engine_figures import MeasuredEngine
from automaton.daemon.services.explanations import ExplanationBuilder
from automaton.daemon.services.hold import HoldService
from automaton.daemon.services.hooks import HookService
from automaton.daemon.services.incidents import IncidentsService
from automaton.daemon.services.inspector import Inspector
from automaton.daemon.services.lines import LinesService
from automaton.daemon.services.opening_evidence import OpeningEvidence
from automaton.daemon.services.probes import ProbeService
from automaton.daemon.services.rule_keys import RuleKeysService
from automaton.daemon.services.rules import RulesService
from automaton.daemon.services.server_view import ServerViewService
from automaton.daemon.services.servers import ServersService
from automaton.daemon.services.silences import SilencesService
from automaton.daemon.suspension_check import SuspensionCheck
from automaton.daemon.trail_rows import TrailRows
from automaton.daemon.turn_journal import TurnJournal
from automaton.delivery.notifier import Surroundings
from automaton.journal.writer_thread import JournalState
from automaton.web.acknowledge import AckPages
from automaton.web.routes import recording
from automaton.wings.event_queue import EventQueue

RUNS_END_WITHIN = 3.0  # seconds; with the next, far below TimeoutStopSec of systemd/automaton.service
POST_ENDS_WITHIN = 5.0


class EngineHost:
    """Built anew for each engine. Without a `keeper` nothing outlives the process.

    `links` are those of the servers that it judges, and `queue` is where their events come from. `alive` is
    called at least every `pulse` seconds while it turns. `recording` takes all that the engine is given, from
    the start.
    """

    def __init__(
        self, process: Process, links: Links, queue: EventQueue, keeper: Keeper | None, post_of: PostOf, *,
        recording: Sink | None, alive: Callable[[], None], pulse: float, share: Share = THE_WHOLE,
    ) -> None:  # fmt: skip
        self._process = process
        self._queue = queue
        self._keeper = keeper
        self._recording = recording
        self._log = structlog.get_logger()
        active, clock, name_of = process.active, process.clock, process.name_of

        # What it judges by, and what it keeps.
        self._found = keeper.open() if keeper is not None else Remembered()
        self.engine = Engine(
            active.book, active.limits, clock.now(), self._found.memory, share.scope, share.acts_from,
            share.place,
        )  # fmt: skip
        self.inspector = inspector = Inspector(self.engine)
        self.recorder = Recorder(self.engine, clock, self._judged_by, share.place, share.acts_from)
        self.history = DecisionHistory(inspector.look, self.engine)
        self._rows = TrailRows(clock, self.history.cause, OpeningEvidence(active, inspector).of)
        self.writer = (
            keeper.writer(lambda: self.journal.everything(), self._journal_changed) if keeper else None
        )
        self.journal = TurnJournal(self.engine, clock, self._rows, self.writer, self._found.kept)

        # What it does.
        self.confirmations = Confirmations(queue.put, self.journal.committed)
        self._suspensions = SuspensionCheck(inspector.facts_of, links.ask_panel)
        put = self.confirmations.put
        self.acknowledgements = AcknowledgementService(
            active, inspector, put, name_of, clock, process.ack_key
        )
        self.labels = MessageLabels(active, inspector, name_of, links.panel_of)
        self.post = post_of(self._surroundings(), self._found.messages())
        self._world = World(
            servers=process.actions, channels=self.post, addresses=process.addresses,
            programs=process.programs, games=process.games,
        )  # fmt: skip
        self._dispatch: Dispatch | None = None

        # What is said of it.
        self.drills = DrillsService(active, inspector, put, name_of, clock)
        self.changes = ChangesService(inspector, links, name_of, clock, process.status_groups)
        self.lines = LinesService(inspector, links, clock)
        self.decisions = DecisionLog(name_of)
        self.losses = LossLog(name_of)
        self._server_log = ServerLog(name_of)
        self.loop = EngineLoop(
            self.engine,
            queue,
            JoinedLedger(self.decisions, self.history, self.drills, self.changes),
            self.journal,
            self._say,
            self._perform,
            clock,
            recorder=self.recorder,
            before=self._before,
            after=self._after,
            alive=alive,
            pulse=pulse,
            send=share.send,
        )

        # What people and hooks may ask.
        self.acts = acts = PersonActs(self.journal.tell, clock)
        explanations = ExplanationBuilder(inspector, self.history, links, name_of, clock)
        actions, by_hand = process.actions, self._done_by_hand
        self.servers = ServersService(active, inspector, links, actions, name_of, clock, by_hand)
        self.probes = ProbeService(active, inspector, links, actions, process.games, name_of, clock, by_hand)
        # Who wants to hear of readings and lines; all are empty while nobody looks on.
        self._listening = (self.changes.followers, self.lines.tails, self.probes.awaited)
        self.server_view = ServerViewService(active, inspector, links, self.servers, name_of, clock)
        self.rules = RulesService(active, inspector, explanations, self.history, clock)
        self.incidents = IncidentsService(active, inspector, put, name_of, clock, acts)
        self.silences = SilencesService(active.rule, inspector, put, name_of, clock)
        self.hold = HoldService(inspector, put, clock)
        self.rule_keys = RuleKeysService(active, inspector, name_of, clock)
        self.arming = ArmingService(active, inspector, put, clock)
        self.breakers = BreakersService(active, inspector, put, name_of, clock)
        self.ack_pages = AckPages(self.acknowledgements, clock, self.confirmations.confirmed)
        # Many, and may be dropped: no confirmation.
        self.hooks = HookService(active, inspector, queue.put, name_of, clock)

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered by this engine."""
        return [
            *self.servers.routes(),
            *self.server_view.routes(),
            *self.lines.routes(),
            *self.probes.routes(),
            *self.rules.routes(),
            *self.incidents.routes(),
            *self.silences.routes(),
            *self.hold.routes(),
            *self.breakers.routes(),
            *self.arming.routes(),
            *self.rule_keys.routes(),
            *self.drills.routes(),
            *recording.routes(self.recorder),
            *self.changes.routes(),
            *self.ack_pages.routes(),
        ]

    def begin(self, tasks: TaskGroup) -> None:
        """Writes what was found before anything is judged, then has all of it run as tasks."""
        self.arming.tell_kept()
        self._dispatch = Dispatch(
            self._world, self._process.clock, tasks, self._queue.put, self._process.name_of,
            self.journal.written, self._call_ended,
        )  # fmt: skip
        if self._recording is not None:
            # Before the loop turns: the recording begins with the first turn.
            begun = self.recorder.begin(self._recording.part, began_with=self._found.memory or {})
            tasks.start_soon(keep, self.recorder, begun, self._recording.write, name="recording")
        self._begin_journal(tasks)
        tasks.start_soon(self.post.run, name="post")
        tasks.start_soon(self.loop.run, name="engine loop")

    async def end(self, within: float = RUNS_END_WITHIN) -> None:
        """Judges nothing more, and lets what was asked come to its end for so many seconds."""
        self.loop.end()
        if self._dispatch is not None:
            with anyio.move_on_after(within):
                await self._dispatch.idle()
            self._dispatch.close()
        self.losses.tell_rest()
        await self._end_post()
        if self.writer is not None:
            self.journal.end()
            await self.writer.close()

    def take(self, new: Configuration) -> None:
        """Judges by a new configuration from now on."""
        now = self._process.clock.now()
        self.arming.tell_end()
        self.recorder.adopts(now)
        self.loop.hand_on(self.engine.adopt(new.book, new.limits, now))
        self.post.change(channels_of(new.settings))

    def measured(self) -> MeasuredEngine:
        """Its parts that count."""
        return MeasuredEngine(
            inspector=self.inspector, loop=self.loop, queue=self._queue, calls=self.ended_calls,
            writer=self.writer,
        )  # fmt: skip

    def ended_calls(self) -> Mapping[tuple[str, Result], int]:
        """How calls ended since the start, by their verb and result."""
        return self._dispatch.ended if self._dispatch is not None else {}

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            labels=self.labels,
            incidents=MessageIncidents(self.inspector),
            links=self.acknowledgements,
            store=self.journal,
            told=lambda report: self.journal.add(*self._rows.of_delivery(report)),
        )

    async def _end_post(self) -> None:
        """With a journal, what waits for its group goes on waiting there; else it is sent at once."""
        if self.writer is not None and self.writer.state.is_healthy:
            await self.post.rest(POST_ENDS_WITHIN)
        elif left := await self.post.drain(POST_ENDS_WITHIN):
            self._log.warning("delivery.unsent", notices=left, reason="the daemon ends")

    def _judged_by(self) -> tuple[Rulebook, Limits]:
        return self._process.active.book, self._process.active.limits

    def _before(self, event: Event) -> None:
        if type(event) in OFTEN:  # nearly all, and most observers hear nothing in them
            self.history.observe(event)
            if any(self._listening):
                self.changes.observe(event)
                self.lines.observe(event)
                self.probes.observe(event)
            return
        # The logs come first: they need the name of a server that is gone, which `names` then forgets.
        self._server_log.observe(event)
        self.losses.observe(event)
        self._process.names.observe(event)
        self.inspector.observe(event)
        self.history.observe(event)
        self.drills.observe(event)
        self.changes.observe(event)
        self.lines.observe(event)
        self.probes.observe(event)

    def _after(self, event: Event) -> None:
        self._suspensions.after(event)
        self.confirmations.after(event)

    def _begin_journal(self, tasks: TaskGroup) -> None:
        """Clocks that ran when an earlier process ended stand still from here."""
        if self.writer is None or self._keeper is None:
            return
        tasks.start_soon(self.writer.run, name="journal")
        place = self.loop.begin(self._found.stale)
        if self._found.lost:  # people are told as where it is lost later; what is written from now on stands
            self._journal_changed(JournalState(False, self._found.lost))
            if self.writer.state.is_healthy:
                self._journal_changed(self.writer.state)
        if self._found.is_old:
            tasks.start_soon(self._put_old_away, self._keeper, place, name="old memory")

    async def _put_old_away(self, keeper: Keeper, place: int) -> None:
        """Once the journal has what it said. Else the next start takes it over."""
        if await self.journal.written(place):
            keeper.put_old_away()

    def _journal_changed(self, state: JournalState) -> None:
        now = self._process.clock.now()
        lost = JournalLost(server="", at=now, reason=state.reason)
        self._queue.put(JournalBack(server="", at=now) if state.is_healthy else lost)

    def _call_ended(self, asked: Asked, outcome: Outcome) -> None:
        self.journal.add(self._rows.of_outcome(asked, outcome))

    def _done_by_hand(
        self, server: str, deed: str, outcome: Outcome, by: str, what: Mapping[str, str]
    ) -> None:
        self.journal.add(self._rows.of_hand(server, deed, outcome, by, what))

    def _say(self, asked: Asked) -> None:
        assert self._dispatch is not None
        self._dispatch.say(asked)

    def _perform(self, calls: Sequence[Asked], place: int) -> None:
        assert self._dispatch is not None
        self._dispatch.perform(calls, place)
