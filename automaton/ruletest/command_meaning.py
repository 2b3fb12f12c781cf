"""What a console command is to a server's pack: a broadcast, a question, or any other command."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.pack import PROBED, SAVED, Pack, polled

COUNTED = polled("players")


def verb_of(pack: Pack, command: str) -> tuple[str, str]:
    """The verb by which a rule types this command, and its argument."""
    said = _broadcast(pack, command)
    if said is not None:
        return "say", said
    if pack.save is not None and command in pack.save.send:
        return "save", ""
    if pack.probe is not None and command in pack.probe.send:
        return "probe", ""
    return "send", command


def is_continued(pack: Pack, command: str) -> bool:
    """Whether the pack asks with it, but does not begin to: a question may take several commands."""
    return any(one is not None and command in one.send[1:] for one in (pack.save, pack.probe))


def answer_events(pack: Pack, command: str) -> Iterator[str]:
    """The names of the events by which the game answers. Of several commands only the last is answered."""
    for name, question in ((SAVED, pack.save), (PROBED, pack.probe)):
        if question is not None and question.send[-1:] == (command,):
            yield name
    if asks_for_players(pack, command):
        yield COUNTED


def asks_for_players(pack: Pack, command: str) -> bool:
    """Whether the pack asks with it how many players there are."""
    poll = pack.polls.get("players")
    return poll is not None and poll.send == command


def _broadcast(pack: Pack, command: str) -> str | None:
    """The text of a broadcast, None for any other command."""
    if pack.say is None:
        return None
    pieces = pack.say.pieces
    before = pieces[0] if pieces and isinstance(pieces[0], str) else ""
    after = pieces[-1] if len(pieces) > 1 and isinstance(pieces[-1], str) else ""
    is_one = (
        command.startswith(before) and command.endswith(after) and len(command) >= len(before) + len(after)
    )
    return command[len(before) : len(command) - len(after)] if is_one else None
