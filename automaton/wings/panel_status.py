"""What can be said of a Panel or a node at any moment: its accounts, its links, and what they came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from automaton.wings.account_assignment import MOST_SERVERS
from automaton.wings.causes import PLANS, Cause
from automaton.wings.claims import Contest
from automaton.wings.link_supervisor import LinkState, LinkStatus, LinkSupervisor
from automaton.wings.session_output import Ended


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """`servers` are linked by this account, `unseen` of them wait for a token or a link; `problem` is why its
    list could not be read."""

    servers: int
    problem: Ended | None
    unseen: int = 0

    @property
    def is_crowded(self) -> bool:
        """True where the Panel's rate limit may not suffice for that many."""
        return self.servers > MOST_SERVERS


@dataclass(frozen=True, slots=True)
class PanelStatus:
    """The state of a Panel, account by account in the order of its keys; a node has one.

    `outage` is why the Panel that Wings asks before a start does not answer, "" where it does. `elsewhere`
    counts the servers that it lists and a Panel has.
    """

    name: str
    accounts: tuple[AccountStatus, ...]
    has_answered: bool = True  # at least once, even with a refusal
    outage: str = ""
    elsewhere: int = 0


@dataclass(slots=True)
class LinkTotals:
    """What links came to since the start, those that have ended included; all but `token_requests` by cause
    or by link. `errors` are those of Wings that answered nothing of ours."""

    reconnects: Counter[Cause] = field(default_factory=Counter)
    errors: int = 0
    lines_cut: int = 0
    token_requests: int = 0

    def add(self, supervisor: LinkSupervisor) -> None:
        """Adds what one link came to."""
        counts = supervisor.session.counts
        self.reconnects.update(supervisor.reconnects)
        self.errors += counts["errors_unasked"]
        self.lines_cut += counts["lines_cut"]


def contested(server: str, contest: Contest) -> LinkStatus:
    """The state of a server that several list."""
    cause = Cause.LISTED_TWICE
    return LinkStatus(
        server=server,
        panel=", ".join(contest.names),
        state=LinkState.PARKED,
        cause=cause.value,
        reason=f"{PLANS[cause].advice} (listed by {' and by '.join(contest.names)})",
        since=contest.since,
        tries=0,
        next_try=None,
        unseen_since=contest.since,
    )
