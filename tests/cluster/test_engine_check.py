"""What is said of an engine before a member starts, by what was seen of it."""

from __future__ import annotations

import pytest

from automaton.cluster.engine_check import check_engine
from automaton.cluster.heartbeat import Formats
from automaton.cluster.nats.monitor import ServerFacts
from automaton.cluster.nats.survey import EngineSeen, Heard
from tests.cluster.beats import beat

GOOD = [ServerFacts(f"http://n{n}:8222", f"n{n}", "2.12.3", 1 << 20, 0.0, 3, "n1") for n in (1, 2, 3)]


def seen(**differently: object) -> EngineSeen:
    """An engine and a member with which all is well, but for this."""
    fields: dict[str, object] = {
        "servers": GOOD, "version": "2.12.3", "has_jetstream": True, "copies": 3,
        "heard": {"a": Heard(beat("a"), 0.1)},
    }  # fmt: skip
    return EngineSeen(**{**fields, **differently})  # type: ignore[arg-type]


def test_nothing_is_said_where_all_is_well() -> None:
    assert check_engine(seen(), 3, 1, 1) == []


@pytest.mark.parametrize(
    ("differently", "code", "severity", "sentence"),
    [
        ({"why_down": "NATS is out of reach: 'Authorization Violation'"}, "refused", "error", "password"),
        (
            {"why_down": "NATS is out of reach: 'Authorization Violation'", "names_itself": False},
            "refused", "error", "`cluster` has no `credentials`",
        ),
        ({"why_down": "NATS is out of reach: refused"}, "not-asked", "error", "out of reach"),
        ({"unreached": {"nats://n2:4222": "refused"}}, "not-asked", "error", "`nats://n2:4222` of"),
        ({"denied": ["may not publish to `x`"]}, "lacks-permission", "error", "`x`"),
        ({"has_jetstream": False}, "nats-setup", "error", "jetstream: enabled"),
        ({"copies": 1}, "nats-setup", "warning", "kept 1 times"),
        ({"servers": []}, "nats-unseen", "warning", "cluster.monitor"),
        ({"troubles": ["http://n1:8222 does not answer"]}, "not-asked", "error", "n1"),
        ({"heard": {"a": Heard(beat("a"), -7.0)}}, "clocks-apart", "warning", "a is 7 s behind"),
        (
            {"heard": {"a": Heard(beat("a", formats=Formats(reads_from=3, reads_to=4, writes=4)), 0.0)}},
            "other-format", "error", "upgrade",
        ),
        (
            {"heard": {"a": Heard(beat("a", generation=4), 0.0), "b": Heard(beat("b", generation=3), 0.0)}},
            "older-configuration", "warning", "b has an older",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_as_what_to_do(
    differently: dict[str, object], code: str, severity: str, sentence: str
) -> None:
    problem = check_engine(seen(**differently), 3, 1, 1)[0]

    assert (problem.code, problem.severity, sentence in problem.message) == (code, severity, True)


def test_without_monitoring_the_version_is_that_of_the_server_that_let_us_in() -> None:
    problems = check_engine(seen(servers=[], version="2.9.0"), 3, 1, 1)

    assert [problem.code for problem in problems] == ["nats-unseen", "nats-setup"]


def test_what_keeps_the_user_out_is_all_that_is_said_of_permissions() -> None:
    down = seen(why_down="NATS is out of reach: x", has_jetstream=None, version="", copies=None, heard={})

    assert [problem.code for problem in check_engine(down, 3, 1, 1)] == ["not-asked"]
