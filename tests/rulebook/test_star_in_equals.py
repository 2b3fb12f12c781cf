"""A text with `*` beside `==` is told wherever the comparison stands."""

from __future__ import annotations

from tests.rulebook.texts import load


def test_it_is_told_in_a_trigger_a_guard_and_a_step_each_at_its_place() -> None:
    text = """
        rules:
          - id: a
            when: {event: player.join, where: it.player == "x*"}
            if: connected and "*y" != name
            do: [{if: 'it.player in ["Eve", "A*"]', do: [{notify: ops}]}]
        """

    assert [(one.line, one.column, one.code) for one in load(text).doubts] == [
        (3, 39, "star-in-equals"),
        (4, 23, "star-in-equals"),
        (5, 16, "star-in-equals"),
    ]
