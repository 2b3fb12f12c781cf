"""The named events that every server has, each with its fields (rule-language 3)."""

from __future__ import annotations

WINGS_EVENTS: dict[str, frozenset[str]] = {
    "crash": frozenset({"exit_code", "oom"}),
    "crash.unhandled": frozenset({"exit_code", "oom"}),
    "disk.exceeded": frozenset(),
    "console.throttled": frozenset(),
    "install.started": frozenset(),
    "install.completed": frozenset(),
    "backup.completed": frozenset({"ok", "uuid"}),
    "backup.restored": frozenset(),
    "transfer": frozenset({"status"}),
    "server.deleted": frozenset(),
    "ready": frozenset(),  # of a game that says so itself, with the fields of that line
    "link.up": frozenset(),
    "link.down": frozenset({"reason"}),
}

TRUTHS: dict[str, frozenset[str]] = {
    "crash": frozenset({"oom"}),
    "crash.unhandled": frozenset({"oom"}),
    "backup.completed": frozenset({"ok"}),
}
"""Their fields that are true or false: they are compared with no text."""
