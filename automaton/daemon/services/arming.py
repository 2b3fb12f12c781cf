"""Rules that people let go less far than their files say, or farther, until these are read again."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from starlette.routing import Route

from automaton.core.arm import Arm, lesser
from automaton.core.events import Event, RuleArmed
from automaton.core.gates.armed import ArmedByHand
from automaton.daemon.active_configuration import ActiveConfiguration
from automaton.daemon.services.inspector import Inspector
from automaton.pace.clock import Clock
from automaton.web.routes import arming
from automaton.web.routes.arming import ArmAnswer, ArmedList, ArmedRow, ArmWanted


class ArmingService:
    """`put` queues an event: the engine alone changes its state. Who wanted it stands in the log."""

    def __init__(
        self, active: ActiveConfiguration, inspector: Inspector, put: Callable[[Event], None], clock: Clock
    ) -> None:
        self._active = active
        self._inspector = inspector
        self._put = put
        self._clock = clock
        self._log = structlog.get_logger()

    def routes(self) -> list[Route]:
        """The routes of the control API that are answered here."""
        return arming.routes(self)

    def armed(self) -> ArmedList:
        """All that are set by hand."""
        return ArmedList(armed_rows(self._inspector))

    def arm(self, rule: str, wanted: ArmWanted, who: str) -> ArmAnswer | None:
        """Sets a rule, or sets it back to what its file says. None for an unknown rule."""
        found, limit = self._active.rule(rule), self._active.limits.arm
        if found is None:
            return None
        arm = None if wanted.arm == "file" else Arm(wanted.arm)
        event = RuleArmed(server="", at=self._clock.now(), rule=rule, arm=arm, by=who, note=wanted.note)
        self._put(event)
        holds = lesser(limit, found.arm if arm is None else arm)
        self._log.warning(
            "operator.arm", rule=rule, arm=wanted.arm, holds=holds.value, reason=wanted.note, by=who
        )
        return ArmAnswer(rule=rule, arm=wanted.arm, own=found.arm.value, limit=limit.value, holds=holds.value)

    def tell_end(self) -> None:
        """Logs that a reload sets back what was set by hand. To be called before it does."""
        self._tell("arm.set_back")

    def tell_kept(self) -> None:
        """Logs what outlived the process before. To be called at the start."""
        self._tell("arm.kept")

    def _tell(self, event: str) -> None:
        for row in armed_rows(self._inspector):
            self._log.warning(event, rule=row.rule, arm=row.arm, own=row.own, by=row.by, reason=row.note)


def armed_rows(inspector: Inspector) -> list[ArmedRow]:
    """As the control API sends them."""
    return [_row(rule, one, inspector.limit()) for rule, one in inspector.armed().items()]


def _row(rule: str, one: ArmedByHand, limit: Arm) -> ArmedRow:
    return ArmedRow(
        rule=rule, arm=one.arm.value, own=one.own.value,
        holds=lesser(limit, one.arm).value, since=one.since, by=one.by, note=one.note,
    )  # fmt: skip
