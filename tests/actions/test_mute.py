"""A rule that keeps itself still for a while."""

from __future__ import annotations

from tests.core.story import Story


def test_what_the_rule_would_do_meanwhile_is_held() -> None:
    story = Story('rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: "x"}, {mute: 10m}]}]')
    for mono in (5.0, 60.0, 700.0):
        story.happens(mono, "crash", exit_code=1, oom=False)

    assert story.calls == ["5 notify ops: x", "700 notify ops: x"]
