"""Tells the log how Panels and nodes answer: a warning where a person may have to act, once each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import structlog

from automaton.wings.account_assignment import MOST_SERVERS
from automaton.wings.causes import OUTAGE_CAUSES, PLANS
from automaton.wings.panel_status import AccountStatus, PanelStatus
from automaton.wings.session_output import Ended


@dataclass(frozen=True, slots=True)
class _Told:
    """What was logged of one account. `hidden` is a trouble that was not, for the Panel's silence was."""

    cause: str = ""
    hidden: Ended | None = None
    is_crowded: bool = False


class PanelLog:
    """Compares Panels and nodes with what was logged of them last."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], _Told] = {}
        self._silent: set[str] = set()
        self._elsewhere: set[str] = set()
        self._log = structlog.get_logger()

    def tell(self, houses: Iterable[PanelStatus]) -> None:
        """Logs what is new since the last time."""
        for house in houses:
            self._tell_of_silence(house)
            self._tell_of_elsewhere(house)
            for number, account in enumerate(house.accounts, 1):
                where = {"panel": house.name}
                if len(house.accounts) > 1:
                    where["key"] = f"{number} of {len(house.accounts)}"
                told = self._told.get((house.name, number), _Told())
                self._told[house.name, number] = self._tell(where, house, account, told)

    def _tell_of_elsewhere(self, house: PanelStatus) -> None:
        if not house.elsewhere:
            self._elsewhere.discard(house.name)
        elif house.name not in self._elsewhere:
            self._elsewhere.add(house.name)
            reason = (
                "a Panel lists them too, and has them; a node that lists what is not its own may be hostile"
            )
            self._log.warning("servers.elsewhere", panel=house.name, servers=house.elsewhere, reason=reason)

    def _tell_of_silence(self, house: PanelStatus) -> None:
        if house.outage and house.name not in self._silent:
            self._silent.add(house.name)
            reason = f"Wings asks it before a start: `start` and `restart` wait ({house.outage})"
            self._log.warning("panel.lost", panel=house.name, reason=reason)
        elif not house.outage and house.name in self._silent:
            self._silent.discard(house.name)
            self._log.info("panel.back", panel=house.name)

    def _tell(self, where: dict[str, str], house: PanelStatus, account: AccountStatus, told: _Told) -> _Told:
        if account.is_crowded and not told.is_crowded:
            self._warn_of_crowd(where, account.servers)
        problem = account.problem
        cause = problem.cause.value if problem else ""
        # A trouble that was hidden stands until the list is read again, also when the Panel is back.
        is_old = problem is told.hidden if told.hidden else cause == told.cause
        if is_old:
            return replace(told, is_crowded=account.is_crowded)
        if problem is not None and house.outage and problem.cause in OUTAGE_CAUSES:
            return _Told(cause, problem, account.is_crowded)
        if problem is not None:
            advice = PLANS[problem.cause].advice
            if problem.detail.startswith(advice):
                reason = problem.detail  # the refusal was told in the same words
            else:
                reason = f"{advice} ({problem.detail})" if problem.detail else advice
            self._log.warning("panel.failing", **where, cause=cause, reason=reason)
        elif not told.hidden:
            self._log.info("panel.answers", **where)
        return _Told(cause, None, account.is_crowded)

    def _warn_of_crowd(self, where: dict[str, str], servers: int) -> None:
        reason = (
            f"one key serves {MOST_SERVERS} servers within the Panel's limits:"
            " add a key of another user to `keys`"
        )
        self._log.warning("panel.crowded", **where, servers=servers, reason=reason)
