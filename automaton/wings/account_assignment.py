"""Which of a Panel's accounts asks for which server. Pure.

The Panel limits requests by user (protocol.md 6.3), so the servers are spread evenly. A server stays
with the account that has it: another one costs a token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

MOST_SERVERS = 1000  # servers that one account can keep linked within the least known limit of a Panel

A = TypeVar("A")


def assign_accounts(seen: Mapping[str, Sequence[A]], kept: Mapping[str, A]) -> dict[str, A]:
    """One account for each server, out of those that see it.

    `kept` are those that have a server already: they keep it while they see it. The others go to the
    least busy of those that see them, the servers with the least choice first.
    """
    found = {server: kept[server] for server, seers in seen.items() if kept.get(server) in seers}
    load = Counter(found.values())
    for server in sorted(seen.keys() - found.keys(), key=lambda server: (len(seen[server]), server)):
        account = min(seen[server], key=lambda account: load[account])
        found[server] = account
        load[account] += 1
    return found
