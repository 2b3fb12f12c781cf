"""The subcommands there are, in the order in which the help lists them, with a line each.

Law: nothing is imported to list them. What a command does is told whole by the docstring of its `run`.
"""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "First steps": {
        "demo": "Show it at work: simulated servers, the daemon and a live view.",
        "simulate": "Serve a simulated Panel and Wings, to try rules on.",
        "init": "Ask what there is, and write a first configuration.",
        "recipes": "The rules that ship, which fit your servers, and adding one.",
        "check": "Tell every mistake in the configuration and the rules.",
    },
    "The daemon": {
        "run": "Watch, judge, act, until it is told to end.",
        "status": "How it stands: links, troubles, incidents, last decisions.",
        "reload": "Have it read its files again.",
        "hold": "Stop every action of every rule at once.",
        "release": "End the hold.",
        "cluster": "The members of a cluster and who owns what; drain one, move a shard.",
    },
    "Before a rule acts": {
        "test": "Run the tests that stand beside rules.",
        "regex": "Try a pattern or a pack on a console log.",
        "record": "Record what the daemon is given.",
        "replay": "Judge a recording again, by these rules or by others.",
        "packs": "What is known of each game, and which servers have it.",
        "pack": "Propose a pack from consoles, or run the tests of packs.",
        "drill": "Play what a rule does; its messages are marked as a drill.",
        "plan": "What rules in shadow would have done lately.",
    },
    "What happens": {
        "explain": "What a rule thinks of a server, and what it did.",
        "why-not": "What keeps a rule from firing, or from acting.",
        "servers": "The watched servers, and what is known of them.",
        "rules": "The rules, with what came of them.",
        "incidents": "What is open.",
        "history": "What was decided, asked and answered, also before a restart.",
        "logs": "A server's console.",
    },
    "By hand": {
        "ack": "Take note of open incidents: ends their escalation.",
        "arm": "Turn a rule off, to shadow or to live, until the next reload.",
        "silence": "Hold what rules do on some servers for a while.",
        "breaker": "List the rules that have tripped, or put one to work again.",
        "send": "Type a command into a server's console.",
        "power": "Start, stop, restart or kill a server.",
    },
    "Messages": {
        "channel": "Try a channel, or say where messages of a rule go.",
        "deliveries": "What waits to be told, and why; try again at once.",
    },
    "What it remembers": {
        "backup": "Copy it to a new file, also while the daemon runs.",
        "restore": "Take such a copy back.",
        "forget": "Take a person's words out of the history.",
    },
    "More": {
        "monitoring": "Print alert rules for Prometheus, or a dashboard for Grafana.",
        "web": "Make a password's hash, or one-time codes, for the page.",
        "schema": "Print the JSON Schema of rule files or automaton.yml, or the OpenAPI.",
        "version": "The version, and those of Python and the main libraries.",
    },
}

HELP_LINES: Mapping[str, str] = {
    name: line for section in SECTIONS.values() for name, line in section.items()
}
"""The subcommands as they are typed, and a line of help for each."""


def module_of(name: str) -> str:
    """The module that has the subcommand's `run`: `why-not` is in why_not.py."""
    return f"automaton.cli.{name.replace('-', '_')}"
