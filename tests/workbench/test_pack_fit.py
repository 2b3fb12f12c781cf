"""How packs read a log."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.match.line_reader import ConsoleFormat, Form, LineReader
from automaton.workbench.console_log import LogLine
from automaton.workbench.pack_fit import PackFit, PackReader, best_first

VOICE = ConsoleFormat(
    prefix=r"^\[(?P<level>\w+)\] ",
    forms=(Form(Source.CHAT, r"^<\w+> "),),
    events=(("join", r"^(?P<player>\w+) joined"), ("ready", "^Done")),
)
INDEX = LineReader((), {"game": VOICE, "other": ConsoleFormat(events=(("ready", "nothing of the kind"),))})


def read(pack: str, *texts: str | LogLine, most: int = 9) -> PackFit:
    reader = PackReader(pack, {"game": VOICE.names, "other": ["ready"]}[pack], INDEX, most)
    for number, text in enumerate(texts, 1):
        reader.read_line(text if isinstance(text, LogLine) else LogLine(number, text))
    return reader.fit


def test_events_chat_and_prefixes_are_counted() -> None:
    found = read("game", "[INFO] Steve joined", "[INFO] <Steve> Done", "raw", "[INFO] more")

    assert (found.lines, found.prefixed, found.known) == (4, 3, 2)
    assert [(hit.number, hit.text) for hit in found.chat.first] == [(2, "<Steve> Done")]
    assert {name: hits.count for name, hits in found.events.items()} == {"join": 1, "ready": 0}
    assert found.events["join"].first[0].captures == {"level": "INFO", "player": "Steve"}


def test_a_continuation_is_read_by_no_pack() -> None:
    assert read("game", LogLine(1, "Done", continuation=True)).lines == 0


def test_the_pack_that_makes_most_of_the_lines_fits_best() -> None:
    lines = ("[INFO] Steve joined", "[INFO] <Steve> hello")

    assert [one.pack for one in best_first([read("other", *lines), read("game", *lines)])] == [
        "game",
        "other",
    ]


def test_what_people_typed_is_counted_by_how_it_came_there() -> None:
    forms = (Form(Source.COMMAND, r"^\w+ issued "), Form(Source.ADMIN, r"^\[\w+: "), Form(Source.CHAT, r"^<"))
    reader = PackReader("game", (), LineReader((), {"game": ConsoleFormat(forms=forms)}), 9)
    for number, text in enumerate(("Eve issued /tp", "[Eve: Teleported]", "<Eve> hi", "<Eve> ho", "more")):
        reader.read_line(LogLine(number, text))

    assert {source.value: hits.count for source, hits in reader.fit.of_people.items()} == {
        "chat": 2, "command": 1, "admin": 1,
    }  # fmt: skip
    assert (reader.fit.typed, reader.fit.known) == (4, 4)
