"""The files of a simulated server."""

from __future__ import annotations

import pytest

from automaton.simulator.wings.server_files import FileProblem, ServerFiles


def test_a_start_makes_the_worlds_that_are_not_there_and_leaves_the_others() -> None:
    files = ServerFiles()
    files.write("world/level.dat", "old")

    files.boot({"SEED": "7"})

    assert (files.read("world/level.dat"), files.read("world_nether/level.dat")) == ("old", "seed=7\n")


def test_a_folder_is_deleted_with_what_is_in_it_and_no_other_of_a_like_name() -> None:
    files = ServerFiles()
    files.boot({})

    files.delete("/", ["world"])

    assert [name for name, _, _ in files.listed("/") if name.startswith("world")] == [
        "world_nether",
        "world_the_end",
    ]


def test_an_installation_brings_the_game_and_touches_no_world() -> None:
    files = ServerFiles()
    files.boot({})
    files.delete("/", ["server.jar"])

    files.install()

    assert files.read("/server.jar").endswith("anew)")
    assert files.read("world/level.dat") == "seed=\n"


@pytest.mark.parametrize("path", ["../x", "a/../../x"])
def test_no_path_leaves_the_server(path: str) -> None:
    with pytest.raises(FileProblem, match="outside of the server"):
        ServerFiles().write(path, "")
