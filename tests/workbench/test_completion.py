"""What a shell is offered: names of the running daemon, else of files; nothing that is more than a word."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from automaton.errors import AutomatonError
from automaton.workbench import completion
from automaton.workbench.completion import Word, fitting
from tests.workbench.desk import desk_at
from tests.workbench.trails import GONE, with_trail


def test_the_daemon_s_own_names_are_offered(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        assert [word.text for word in completion.rules(config)] == ["down", "hot", "all", "player"]
        assert completion.rules(config)[0].help == "live, warning, fired 3 times"
        assert completion.open_rules(config) == [Word("down", "arena, open for 1m 5s")]
        assert completion.tripped_rules(config)[0] == Word("down", "lobby")
        assert completion.tripped_keys(config, "down") == [Word("lobby"), Word("arena")]
        assert completion.open_keys(config, "hot") == []
        assert completion.silences(config) == [Word("s1", "lob* night")]


def test_a_server_that_a_shell_would_not_take_for_a_word_is_offered_by_its_id(tmp_path: Path) -> None:
    with desk_at(tmp_path) as (config, _):
        found = completion.servers(config)
        wider = completion.keys(config)

    assert found == [Word("lobby", "state unknown"), Word("2", "arena, state unknown")]
    assert wider[2:] == [Word("eu-1", "a node"), Word("eu-2", "a node"), Word("fleet")]


def test_without_a_daemon_the_files_are_read(tmp_path: Path) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("channels: {ops: {}, oncall: {}}\nrules: mine\nstate: state\nmistake: 1\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.yml").write_text("rules:\n  - {id: one}\n  - {when: 1}\n")
    (tmp_path / "mine" / "b.yaml").write_text("rules: [{id: two, while: }]\n")
    (tmp_path / "mine" / "c.yml").write_text("- no rules\n")

    assert [word.text for word in completion.rules(config)] == ["one", "two"]
    assert completion.channels(config) == [Word("ops"), Word("oncall")]
    assert (completion.servers(config), completion.silences(config)) == ([], [])
    assert completion.keys(config) == [Word("fleet")]


def test_without_a_daemon_servers_come_from_the_history(tmp_path: Path) -> None:
    found = completion.servers(with_trail(tmp_path))

    assert found == [Word(GONE[:8]), Word("u-1")]


def test_a_daemon_that_hangs_does_not_hang_the_shell(tmp_path: Path) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("listen: {socket: here.sock}\n")
    with socket.socket(socket.AF_UNIX) as hanging:
        hanging.bind(str(tmp_path / "here.sock"))
        hanging.listen()

        with pytest.raises(AutomatonError, match="does not answer"):
            completion.rules(config)
    assert completion.ANSWERED_WITHIN < 1


@pytest.mark.parametrize(
    "text", ["a b", "$(rm)", "a;b", "-c", "`x`", "it's", "a|b", "über", "", "a:b", "a=b", "a*"]
)
def test_what_a_shell_would_take_for_more_than_a_word_is_not_offered(text: str) -> None:
    assert list(fitting([Word(text), Word("lobby-2"), Word("lobby-2")], "")) == [Word("lobby-2")]


def test_recipes_are_offered_with_what_they_are_for() -> None:
    assert Word("stuck-stopping", "Kills a server that does not stop.") in completion.recipes()


def test_verdicts_are_offered_with_what_they_mean() -> None:
    words = {word.text: word.help for word in completion.verdicts()}

    assert words["not_true"] == "the expression is false"
    assert words["sent"] == "a message was sent"


def test_packs_are_offered_those_of_packs_d_and_those_that_ship(tmp_path: Path) -> None:
    (tmp_path / "packs.d").mkdir()
    (tmp_path / "packs.d" / "x.yml").write_text("pack: mine\n")
    (tmp_path / "packs.d" / "y.yml").write_text("extends: rust\n")

    offered = completion.packs(tmp_path / "automaton.yml")
    assert offered[0] == Word("mine", "yours")
    assert Word("rust", "ships") in offered


def test_only_what_goes_on_from_what_was_begun_is_offered() -> None:
    assert list(fitting([Word("mem-high"), Word("down")], "me")) == [Word("mem-high")]
