"""A call of a hook that names no server reaches only rules by `fleet`: with none, a test proves nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from automaton.core.arm import Arm
from automaton.core.rules.hook_hearers import hears_without_server, hook_hearers
from automaton.core.rules.rule import Rule
from automaton.problem import Problem, problem_at
from automaton.ruletest.feed import FeedEntry


def unheard_hooks(feed: Iterable[FeedEntry], rules: Iterable[Rule]) -> Iterator[Problem]:
    """An error for each call without a server of a hook to which only rules of servers or nodes listen."""
    for entry in feed:
        if not entry.hook or entry.servers is not None:
            continue
        listening = [rule for rule in hook_hearers(rules, entry.hook) if rule.arm is not Arm.OFF]
        if listening and not hears_without_server(listening):
            message = (
                f"a call of `{entry.hook}` without a `server` reaches only rules by `fleet`, and"
                f" `{listening[0].id}` is none: name the server whose call it is"
            )
            yield problem_at(entry.place, "unheard-hook", message, suggestion="server: lobby")
