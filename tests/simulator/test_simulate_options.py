from __future__ import annotations

import pytest

from automaton.simulator.simulate_options import OptionError, nodes_of, servers_of


def test_a_node_is_of_a_generation_and_at_a_panel() -> None:
    chosen = nodes_of(["g11@pterodactyl-1.11", "n-dev"], "pelican")

    assert [(generation.name, kind.name) for generation, kind in chosen] == [
        ("g11", "pterodactyl-1.11"),
        ("n-dev", "pelican"),
    ]


def test_servers_are_counted_by_game_and_named_after_it() -> None:
    builds = servers_of(["rust=2", "minecraft", "rust"], seed=1, chatter=0.5)

    assert [(build.name, build.egg.name) for build in builds] == [
        ("rust-1", "Rust"),
        ("rust-2", "Rust"),
        ("minecraft-1", "Paper"),
        ("rust-3", "Rust"),
    ]
    assert len({build.uuid for build in builds}) == 4
    assert builds == servers_of(["rust=2", "minecraft", "rust"], seed=1, chatter=0.5)


@pytest.mark.parametrize(
    ("node", "sentence"),
    [("g13", "no generation `g13`, there are g11-1.7, g11, "), ("g11@x", "no Panel `x`, there are ptero")],
)
def test_a_node_that_there_is_not_is_told_with_what_there_is(node: str, sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        nodes_of([node], "pelican")


@pytest.mark.parametrize(
    ("game", "sentence"),
    [
        ("doom", "no game `doom`, there are minecraft"),
        ("rust=0", "`rust=0`: a number"),
        ("rust=", "a number"),
    ],
)
def test_a_game_that_there_is_not_is_told_with_what_there_is(game: str, sentence: str) -> None:
    with pytest.raises(OptionError, match=sentence):
        servers_of([game], seed=1, chatter=0.0)
