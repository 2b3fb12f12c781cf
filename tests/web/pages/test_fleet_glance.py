"""What a server is at a glance, and what a person looks at first."""

from __future__ import annotations

from typing import Any

import pytest

from automaton.web.pages.fleet_glance import DOWNWARDS, RANKS, Open, open_by_server
from tests.web.pages.fleet_world import glance, incident


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({}, "running"),
        ({"state": "offline"}, "offline"),
        ({"state": None}, "unknown"),
        ({"link": "retrying"}, "lost"),
        ({"link": "parked", "state": "running"}, "lost"),
        ({"link": "suspended"}, "suspended"),
    ],
)
def test_without_a_link_nobody_knows_whether_a_server_runs(row: dict[str, Any], state: str) -> None:
    assert glance("a", **row).state == state


def test_incidents_of_one_server_are_one_number_and_the_worst_of_them() -> None:
    incidents = [
        incident("a", "info"), incident("a/Steve", "critical", held=["why"]), incident("a", "warning"),
        incident("node:eu"),
    ]  # fmt: skip

    assert open_by_server(incidents) == {"a": Open(3, "critical", held=True), "node:eu": Open(1, "warning")}


def test_trouble_comes_first_and_what_nobody_sees_before_what_is_only_told() -> None:
    servers = [
        glance("fine"),
        glance("told", Open(1, "info")),
        glance("starts", state="starting"),
        glance("unseen", link="retrying"),
        glance("warned", Open(1, "warning")),
        glance("burning", Open(1, "critical")),
        glance("worse", Open(2, "critical")),
    ]

    assert [one.row.name for one in sorted(servers, key=lambda one: one.rank("trouble"))] == [
        "worse", "burning", "warned", "unseen", "told", "starts", "fine",
    ]  # fmt: skip


def test_a_figure_that_is_not_known_stands_behind_all_that_are() -> None:
    servers = [glance("none"), glance("little", memory=1), glance("much", memory=9)]

    assert [one.row.name for one in sorted(servers, key=lambda one: one.rank("memory"))] == [
        "much", "little", "none",
    ]  # fmt: skip


def test_every_column_is_known_to_stay_or_to_change() -> None:
    upwards = {"trouble", "name", "state", "node", "owner", "game", "incidents"}

    assert set(RANKS) == {*upwards, *DOWNWARDS}
