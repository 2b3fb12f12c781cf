from __future__ import annotations

from automaton.simulator.event_log import EventLog


def test_entries_are_kept_in_order_and_found_by_kind_and_server() -> None:
    log = EventLog()
    log.add(1.0, "power", "a", "start", "human")
    log.add(2.0, "command", "b", "list")
    log.add(3.0, "command", "a", "say hi", "panel automaton")

    assert [entry.detail for entry in log.entries()] == ["start", "list", "say hi"]
    assert [entry.detail for entry in log.entries("command")] == ["list", "say hi"]
    assert log.as_json("command", "a") == [
        {"at": 3.0, "kind": "command", "server": "a", "detail": "say hi", "by": "panel automaton"}
    ]
