"""A pattern over a log: each line is found, excluded, not seen, nearly found, or nothing."""

from __future__ import annotations

from automaton.core.events import Source
from automaton.match.line_reader import ConsoleFormat, Form, LineReader
from automaton.match.pattern import compile_pattern
from automaton.workbench.console_log import LogLine
from automaton.workbench.pattern_search import Hits, PatternSearch, SearchResult

INDEX = LineReader(
    (), {"game": ConsoleFormat(prefix=r"^\[(?P<level>\w+)\] ", forms=(Form(Source.CHAT, r"^<\w+> "),))}
)


def search(
    pattern: str, *texts: str | LogLine, exclude: str | None = None, pack: str = "", most: int = 9
) -> SearchResult:
    lines = [
        text if isinstance(text, LogLine) else LogLine(number, text) for number, text in enumerate(texts, 1)
    ]
    without = compile_pattern(exclude) if exclude is not None else None
    return PatternSearch(compile_pattern(pattern), without, INDEX, pack).run(lines, most)


def told(hits: Hits) -> list[tuple[int, str]]:
    return [(hit.number, hit.text) for hit in hits.first]


def test_lines_are_found_with_their_captures() -> None:
    found = search(r"^(?P<player>\w+) joined(?P<late> late)?", "Steve joined", "nobody left")

    assert told(found.matched) == [(1, "Steve joined")]
    assert found.matched.first[0].captures == {"player": "Steve", "late": None}
    assert (found.lines, found.missed.count) == (2, 0)
    assert found.seconds >= 0


def test_what_not_matches_is_excluded() -> None:
    found = search("joined", "Steve joined", "Eve joined", exclude="^Eve")

    assert (told(found.matched), told(found.excluded)) == ([(1, "Steve joined")], [(2, "Eve joined")])


def test_the_packs_prefix_is_cut_off_and_its_groups_are_captured() -> None:
    found = search("^Done", "[INFO] Done", pack="game")

    assert told(found.matched) == [(1, "Done")]
    assert found.matched.first[0].captures == {"level": "INFO"}


def test_players_words_and_continuations_match_and_are_not_seen() -> None:
    found = search("Done", "[INFO] <Eve> Done", LogLine(2, "Done", continuation=True), pack="game")

    assert (found.matched.count, told(found.chat), told(found.unseen)) == (
        0,
        [(1, "<Eve> Done")],
        [(2, "Done")],
    )


def test_a_line_that_holds_all_literals_and_does_not_match_is_nearly_found() -> None:
    found = search(r"^Done \(\d+s\)", "Done (3.5s)", "[INFO] Done (3s)", "done (3s)", "Done", "else")

    assert found.has_literals
    assert [number for number, _ in told(found.missed)] == [1, 2, 3]


def test_without_literals_nothing_is_near() -> None:
    found = search(r"^\d+ \w+$", "12 ab c", "x")

    assert (found.has_literals, found.missed.count) == (False, 0)


def test_only_the_first_lines_are_kept_and_all_are_counted() -> None:
    found = search("a", *["a"] * 2500, most=3)

    assert (found.matched.count, [number for number, _ in told(found.matched)]) == (2500, [1, 2, 3])
