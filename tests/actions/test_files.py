"""Files are changed once, below the server's root, and never where a stranger's text would choose what."""

from __future__ import annotations

import pytest

from automaton.actions.files import LONGEST_TEXT, ChangeFiles
from automaton.core.arm import Arm
from automaton.core.calls import FileChange, FileOperation
from automaton.core.decision import Verdict
from automaton.core.gates.limits import Allowance, Limits
from automaton.core.outcome import Outcome, Result
from automaton.match.path_glob import compile_path_glob
from tests.core.story import DONE, Story, book

DELETE, RENAME, WRITE, DECOMPRESS = FileOperation


def limits(*paths: str) -> Limits:
    return Limits(arm=Arm.LIVE, allow=(Allowance(files=tuple(map(compile_path_glob, paths))),))


ALL = limits("*")


def story(files: str, allowed: Limits = ALL) -> Story:
    do = f"[{files}, {{notify: ops, text: on}}]"
    return Story(f"rules: [{{id: a, when: {{console: '^go ?(?P<what>.*)'}}, do: {do}}}]", allowed)


def change_of(told: Story) -> FileChange:
    call = told.asked[0][2]
    assert isinstance(call, ChangeFiles)
    return call.change


@pytest.mark.parametrize(
    ("files", "change"),
    [
        ("{delete: world}", FileChange(DELETE, ("world",))),
        ('{delete: [world, "logs/*.gz"]}', FileChange(DELETE, ("world", "logs/*.gz"))),
        ("{rename: world, to: old/world}", FileChange(RENAME, ("world", "old/world"))),
        ('{write: motd.txt, text: "hi\\n"}', FileChange(WRITE, ("motd.txt",), "hi\n")),
        ('{write: motd.txt, text: "for ${it.what}"}', FileChange(WRITE, ("motd.txt",), "for map_2")),
        ("{decompress: seeds/next.tar.gz}", FileChange(DECOMPRESS, ("seeds/next.tar.gz",))),
        ('{delete: "worlds/${it.what}"}', FileChange(DELETE, ("worlds/map_2",))),
    ],
)
def test_one_operation_goes_out_with_its_values_and_the_run_goes_on(files: str, change: FileChange) -> None:
    told = story(f"{{files: {files}}}").line(10.0, "go map_2")

    assert change_of(told) == change
    assert told.calls == ["10 files", "10 notify ops: on"]


HOSTILE = ["..", ".", "", "a/b", "../x", "a\\b", "*", "worl?", "\x1b[0m", "a\u202eb"]


@pytest.mark.parametrize("typed", HOSTILE)
def test_a_value_in_a_path_is_part_of_a_single_segment(typed: str) -> None:
    told = story('{files: {delete: "worlds/${it.what}"}}').line(10.0, f"go {typed}")

    assert told.calls == []
    (detail,) = told.details(Verdict.REFUSED)
    assert detail.startswith("files: `worlds/${it.what}` is no path to use: the value of `it.what` must not")


def test_a_value_completes_no_segment_to_the_folder_above() -> None:
    """Neither alone is `..`."""
    told = story('{files: {delete: ".${it.what}"}}').line(10.0, "go ..").calls
    dots = story('{files: {delete: "${it.what}${it.what}"}}').line(10.0, "go .x").calls

    assert told == []
    assert dots == ["10 files", "10 notify ops: on"]
    assert story('{files: {delete: "a/.${it.what}"}}').line(10.0, "go .").calls == []


def test_an_unknown_value_is_no_folder() -> None:
    told = story('{files: {delete: "worlds/${players}"}}').line(10.0, "go")

    assert told.calls == []
    assert "the value of `players` is unknown" in told.details(Verdict.REFUSED)[0]


def test_a_value_in_a_text_has_no_control_character() -> None:
    told = story('{files: {write: a.txt, text: "x\\n${lines}"}}').line(9.0, "one").line(10.0, "go")

    assert told.calls == []
    assert "control character U+000A" in told.details(Verdict.REFUSED)[0]


def test_a_long_text_is_refused() -> None:
    text = "${it.what}" * (LONGEST_TEXT // 1000 + 1)
    told = story(f'{{files: {{write: a.txt, text: "{text}"}}}}').line(10.0, "go " + "x" * 1000)

    assert told.calls == []
    assert "65536 are the most" in told.details(Verdict.REFUSED)[0]


def test_what_is_refused_goes_into_its_else_with_the_reason() -> None:
    step = '{files: {delete: "${it.what}"}, else: [{notify: ops, text: kept}]}'

    assert story(step).line(10.0, "go ..").calls == ["10 notify ops: kept", "10 notify ops: on"]


@pytest.mark.parametrize(
    ("files", "allowed", "lacking"),
    [
        ("{delete: world}", ("map",), "the path `world` (`files`)"),
        ("{delete: [world, world_nether]}", ("world",), "the path `world_nether` (`files`)"),
        ('{delete: "world*"}', ("world",), "the path `world*` (`files`)"),
        ("{rename: world, to: server.jar}", ("world*",), "the path `server.jar` (`files`)"),
        ("{decompress: seeds/next.zip}", ("seeds/next.zip",), "the path `seeds/*` (`files`)"),
        ("{decompress: next.zip}", ("next.zip",), "the path `*` (`files`)"),
    ],
)
def test_each_path_must_be_allowed_and_what_an_archive_is_unpacked_into(
    files: str, allowed: tuple[str, ...], lacking: str
) -> None:
    told = story(f"{{files: {files}}}", limits(*allowed)).line(10.0, "go")

    assert told.calls == []
    assert told.details(Verdict.REFUSED) == [f"`limits.allow` does not name {lacking} for this server"]


def test_without_an_allowance_nobody_touches_files() -> None:
    assert story("{files: {delete: world}}", Limits(arm=Arm.LIVE)).line(10.0, "go").calls == []


@pytest.mark.parametrize(
    ("outcome", "failed"),
    [
        (Outcome(Result.REFUSED, "there is no `world`"), "there is no `world`"),
        (Outcome(Result.FAILED, "the Panel cannot be reached"), "the Panel cannot be reached"),
        (
            Outcome(Result.UNKNOWN, "the Panel did not answer"),
            "nothing tells whether it was done, and it is not asked for again: the Panel did not answer",
        ),
    ],
)
def test_what_is_not_known_to_be_done_fails_with_the_reason(outcome: Outcome, failed: str) -> None:
    told = story("{files: {delete: world}}")
    told.answer = lambda call: outcome if call.verb == "files" else DONE

    assert told.line(10.0, "go").details(Verdict.FAILED) == [f"files: {failed}"]


def test_what_was_not_there_is_told_and_the_run_goes_on() -> None:
    told = story("{files: {delete: world}}")
    told.answer = lambda call: Outcome(Result.DONE, "not there: `world`") if call.verb == "files" else DONE

    assert told.line(10.0, "go").calls == ["10 files", "10 notify ops: on"]
    assert told.details(Verdict.ALREADY) == ["files: not there: `world`"]


def test_after_a_restart_of_automaton_it_is_not_sent_again_and_the_run_fails_with_the_reason() -> None:
    told = story("{files: {delete: world}}")
    told.answer = lambda call: None if call.verb == "files" else DONE
    told.line(10.0, "go").restart(11.0, 30.0)

    assert told.calls == ["10 files"]
    (detail,) = told.details(Verdict.FAILED)
    assert detail.startswith("files: nothing tells whether it was done, and it is not asked for again")


def test_in_shadow_nothing_is_sent_and_the_run_goes_on() -> None:
    told = story("{files: {delete: world}}", Limits(allow=ALL.allow)).line(10.0, "go")

    assert told.calls == []
    assert len(told.details(Verdict.SHADOW)) == 2


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ("{}", "nothing is done"),
        ("{delete: a, write: b, text: c}", "`delete` and `write` are two operations"),
        ("{rename: a}", "`rename` and `to` belong together"),
        ("{write: a}", "`write` and `text` belong together"),
        ("{delete: a, to: b}", "`rename` and `to` belong together"),
        ("{delete: /world}", "paths begin below the server's root"),
        ("{delete: ../world}", "no segment of a path is empty"),
        ("{delete: 'a*/b'}", "stand only in the last segment"),
        ("{rename: 'a*', to: b}", "stand only in the last segment"),
        ("{remove: a}", "did you mean `delete`"),
        (f"{{delete: [{', '.join(['a'] * 51)}]}}", "one step deletes at most 50 paths"),
    ],
)
def test_what_cannot_be_meant_is_a_load_error(files: str, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem.replace("(", r"\(")):
        book(f"rules: [{{id: a, when: {{event: ready}}, do: [{{files: {files}}}]}}]")
