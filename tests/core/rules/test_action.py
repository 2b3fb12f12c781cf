"""Which steps a run may come to."""

from __future__ import annotations

from automaton.core.rules.action import walk
from tests.core.story import book


def test_each_step_is_met_before_those_inside_it_and_those_after_it() -> None:
    text = """
        rules:
          - id: a
            when: {event: crash}
            do:
              - if: connected
                do: [{if: installing, do: [{send: list}]}, end]
                else: [{notify: ops}]
              - {mute: 1h}
        """
    (rule,) = book(text).rules

    assert [step.verb for step in walk((rule.do,))] == ["if", "if", "send", "end", "notify", "mute"]
