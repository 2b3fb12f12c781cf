"""A named event, of Wings or of the server's pack."""

from __future__ import annotations

from tests.core.story import ARENA, Story

LOGIN = "[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)"


def test_an_event_brings_its_fields() -> None:
    story = Story('rules: [{id: a, when: {event: crash}, do: [{notify: ops, text: "${it.exit_code}"}]}]')

    assert story.happens(3.0, "crash", exit_code=137, oom=True).calls == ["3 notify ops: 137"]


def test_where_is_asked_of_the_fields() -> None:
    story = Story("rules: [{id: a, when: {event: crash, where: it.oom}, do: [{notify: ops, text: x}]}]")
    story.happens(3.0, "crash", exit_code=1, oom=False).happens(5.0, "crash", exit_code=137, oom=True)

    assert story.calls == ["5 notify ops: x"]


def test_a_field_that_nobody_knows_is_no_match() -> None:
    story = Story("rules: [{id: a, when: {event: crash, where: not it.oom}, do: [{notify: ops, text: x}]}]")

    assert story.happens(3.0, "crash", exit_code=None, oom=None).calls == []


def test_each_of_several_names_is_heard() -> None:
    story = Story(
        "rules: [{id: a, when: {event: [backup.restored, backup.completed]}, do: [{notify: ops, text: x}]}]"
    )
    story.happens(3.0, "backup.completed", ok=True).happens(4.0, "install.completed")

    assert story.calls == ["3 notify ops: x"]


def test_the_pack_s_events_are_read_from_the_console() -> None:
    story = Story('rules: [{id: a, when: {event: player.join}, do: [{notify: ops, text: "${it.player}"}]}]')
    story.line(1.0, f"[12:00:00] [Server thread/INFO]: Steve{LOGIN}")
    story.line(2.0, f"[12:00:00] [Server thread/INFO]: <Eve> Notch{LOGIN}")

    assert story.calls == ["1 notify ops: Steve"]


def test_a_server_of_another_pack_has_not_these_events() -> None:
    story = Story(
        'rules: [{id: a, when: {event: player.join}, do: [{notify: ops, text: "${it.player}"}]}]',
        profile=ARENA,
    )

    assert story.line(1.0, f"Steve{LOGIN}", server=ARENA.uuid).calls == []
