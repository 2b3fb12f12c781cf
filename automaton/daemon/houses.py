"""Tells the log how Panels and nodes answer: a warning where a person may have to act, once each time."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from automaton.wings.causes import PLANS
from automaton.wings.house import AccountStatus, HouseStatus
from automaton.wings.spread import MOST


class HouseNews:
    """Compares Panels and nodes with what was told of them last."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, int], tuple[str, bool]] = {}
        self._log = structlog.get_logger()

    def tell(self, houses: Iterable[HouseStatus]) -> None:
        """Logs what is new since the last time."""
        for house in houses:
            for number, account in enumerate(house.accounts, 1):
                cause = account.problem.cause.value if account.problem else ""
                told_cause, told_crowd = self._told.get((house.name, number), ("", False))
                self._told[house.name, number] = (cause, account.is_crowded)
                where = {"panel": house.name}
                if len(house.accounts) > 1:
                    where["key"] = f"{number} of {len(house.accounts)}"
                if cause != told_cause:
                    self._tell(where, account)
                if account.is_crowded and not told_crowd:
                    self._warn_of_crowd(where, account.servers)

    def _tell(self, where: dict[str, str], account: AccountStatus) -> None:
        if account.problem is None:
            self._log.info("panel.answers", **where)
            return
        advice, detail = PLANS[account.problem.cause].advice, account.problem.detail
        reason = f"{advice} ({detail})" if detail else advice
        self._log.warning("panel.failing", **where, cause=account.problem.cause.value, reason=reason)

    def _warn_of_crowd(self, where: dict[str, str], servers: int) -> None:
        reason = (
            f"one key serves {MOST} servers within the Panel's limits: add a key of another user to `keys`"
        )
        self._log.warning("panel.crowded", **where, servers=servers, reason=reason)
