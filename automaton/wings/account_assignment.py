"""Which of a Panel's accounts is used for which server. Pure.

The Panel limits requests by user (protocol.md 6.3), so the servers are spread evenly. A server stays
with its account: a change costs a token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

MOST_SERVERS = 1000  # servers that one account can keep linked within the least known limit of a Panel

A = TypeVar("A")


def assign_accounts(seen: Mapping[str, Sequence[A]], kept: Mapping[str, A]) -> dict[str, A]:
    """One account for each server, out of those that see it.

    `kept` has the present accounts: each keeps a server while it sees it. The other servers go to the
    least busy account that sees them, those with the least choice first.
    """
    found = {server: kept[server] for server, seers in seen.items() if kept.get(server) in seers}
    load = Counter(found.values())
    for server in sorted(seen.keys() - found.keys(), key=lambda server: (len(seen[server]), server)):
        account = min(seen[server], key=lambda account: load[account])
        found[server] = account
        load[account] += 1
    return found
