"""Of two rules that undo each other the later is told, with the place of the earlier."""

from __future__ import annotations

from tests.rulebook.texts import load


def test_both_rules_are_named_and_a_cure() -> None:
    text = """
        rules:
          - {id: a, when: {schedule: "0 5 * * *", tz: UTC}, do: [{power: stop}]}
          - {id: b, when: {schedule: "0 5 * * *", tz: UTC}, do: [{power: restart}]}
        """

    assert [str(one) for one in load(text).doubts] == [
        "r.yml:3:58: warning: rule `b` wants `restart` where rule `a` wants `stop` (r.yml:2): both"
        " hear the same event of the same servers, and act one after the other; expected an `if` in"
        " each that keeps them apart, as `if: players == 0` and `if: players > 0`, or one rule for both"
    ]
