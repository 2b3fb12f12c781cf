from __future__ import annotations

import json

import pytest

from automaton.simulator.wings.feature_match import match

ALL = ("eula", "java_version", "pid_limit")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("You need to agree to the EULA in order to run the server. Go to eula.txt", "eula"),
        ("Exception: java.lang.UnsupportedClassVersionError: net/minecraft", "java_version"),
        ("[warning][os,thread] Failed: pthread_create failed (EAGAIN)", "pid_limit"),
    ],
)
def test_a_known_problem_is_found_in_any_case_and_told_with_its_line(line: str, key: str) -> None:
    found = json.loads(match(ALL, line) or "{}")

    assert (found["key"], found["line"]) == (key, line)
    assert found["pattern"] in line.lower()


def test_only_what_the_egg_names_is_looked_for_and_at_most_one_is_told() -> None:
    both = "you need to agree to the eula in order to run the server; pthread_create failed"

    assert match((), both) is None
    assert json.loads(match(("pid_limit",), both) or "{}")["key"] == "pid_limit"
    assert json.loads(match(ALL, both) or "{}")["key"] == "eula"
    assert match(ALL, "all is well") is None
