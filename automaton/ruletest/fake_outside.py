"""What the world answers to rules as the test feeds it: addresses, programs, and what is refused.

Law: outcomes are those of daemon/addresses.py and daemon/programs.py. What nobody feeds is done at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from automaton.actions.http import SendRequest
from automaton.core.calls import Call
from automaton.core.json_path import pruned
from automaton.core.outcome import Outcome, Result, in_brief
from automaton.core.runs.rehearsal import STATUS
from automaton.ruletest.feed import FedAnswer

SAID = 200  # characters of a program's output in an outcome (daemon/programs.py)


class FakeOutside:
    """Answers hold until they are changed."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], FedAnswer] = {}
        self._refused: dict[str, Mapping[str, str]] = {}

    def answer_so(self, answer: FedAnswer) -> None:
        """From here on an address or a program answers this."""
        self._answers[answer.verb, answer.name] = answer

    def refuse(self, server: str, reasons: Mapping[str, str]) -> None:
        """From here on these verbs are refused for a server, and no others."""
        self._refused[server] = reasons

    def answer(self, call: Call) -> Outcome | None:
        """What becomes of a call by what was fed, or by what goes well; None where others know."""
        reason = self._refused.get(call.server, {}).get(call.verb)
        if reason is not None:
            return Outcome(Result.REFUSED, reason)
        fed = self._answers.get((call.verb, call.argument))
        if fed is None:
            status = STATUS.get(call.verb)
            return None if status is None else Outcome(Result.DONE, status=status)
        path = call.path if isinstance(call, SendRequest) else ()
        kept = replace(fed, body=in_brief(pruned(fed.body, path) if path else fed.body))
        return _of_address(kept) if fed.verb == "http" else _of_program(kept)


def _of_address(fed: FedAnswer) -> Outcome:
    if 200 <= fed.status < 300:
        return Outcome(Result.DONE, f"HTTP {fed.status}", status=fed.status, body=fed.body)
    why = f"`{fed.name}` answers HTTP {fed.status}"
    return Outcome(Result.REFUSED, why, status=fed.status, body=fed.body)


def _of_program(fed: FedAnswer) -> Outcome:
    said = " ".join(fed.body.split())[:SAID]
    if fed.status == 0:
        return Outcome(Result.DONE, said, status=0, body=fed.body)
    why = f"`{fed.name}` ended with {fed.status}" + (f": {said}" if said else "")
    return Outcome(Result.FAILED, why, status=fed.status, body=fed.body)
