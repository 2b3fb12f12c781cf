"""`automaton arm`: how far a rule may go, until the files are read again."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from automaton.printable import say
from automaton.web.routes.arming import ArmAnswer
from automaton.workbench.daemon_client import DaemonClient
from automaton.workbench.daemon_command import print_json, with_daemon
from automaton.workbench.exit_code import OK
from automaton.workbench.lookup import find_rule

Word = Literal["off", "shadow", "live", "file"]


def arm(config: Path, rule: str, word: Word, note: str, *, as_json: bool) -> int:
    """0, also where `limits.arm` allows less: that is said."""

    def work(daemon: DaemonClient) -> int:
        row = find_rule(daemon.rules(), rule)
        answer = daemon.arm(row.id, word, note)
        if as_json:
            print_json(answer)
        say(told(answer), err=as_json)
        return OK

    return with_daemon(config, work)


def told(answer: ArmAnswer) -> str:
    """What holds from now on, and until when."""
    wanted = answer.own if answer.arm == "file" else answer.arm
    less = f": `limits.arm` is {answer.limit}, and the lesser holds" if answer.holds != wanted else ""
    if answer.arm == "file" or answer.arm == answer.own:
        return f"{answer.rule} is {answer.holds} again, as its file says{less}"
    return (
        f"{answer.rule} is {answer.holds} until the next reload{less}; its file says {answer.own},"
        f" `automaton arm {answer.rule} file` sets it back"
    )
