"""What the daemon is put under: servers with a part each, the rules, and the lines that are printed.

Words are single, of letters alone, and never used twice: what a command or a message is about can be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from string import ascii_lowercase

COOLDOWN = 4.0
BREAKER = 2
BUDGET = 4
HELD_FOR = 4.0
ESCALATES_AFTER = 5.0

RULES = f"""\
rules:
  - id: told
    when: {{console: '^told (?P<word>[a-z]+)$'}}
    by: [it.word]
    until: 1s
    do:
      - {{notify: ops, text: "opened ${{it.word}}"}}
      - {{send: "say saw ${{it.word}}"}}
    on_clear: [{{notify: ops, text: "ended ${{it.word}}"}}]
  - id: waits
    when: {{console: '^waits (?P<word>[a-z]+)$'}}
    by: [it.word]
    do:
      - {{notify: ops, text: "opened ${{it.word}}"}}
      - {{send: "say began ${{it.word}}"}}
      - wait: 2s
      - {{notify: ops, text: "waited ${{it.word}}"}}
      - {{send: "say waited ${{it.word}}"}}
    on_clear: [{{notify: ops, text: "ended ${{it.word}}"}}]
  - id: restarted
    when: {{console: '^restarted (?P<word>[a-z]+)$'}}
    by: [it.word]
    do:
      - {{notify: ops, text: "opened ${{it.word}}"}}
      - {{power: restart, within: 60s}}
    on_clear: [{{notify: ops, text: "ended ${{it.word}}"}}]
  - id: cooled
    when: {{console: '^cooled '}}
    cooldown: {COOLDOWN:g}s
    do: [{{send: "say cooled"}}]
  - id: broken
    when: {{console: '^broken '}}
    breaker: {{max: {BREAKER}, within: 1h, then: [{{send: "say tripped"}}]}}
    do: [{{send: "say broken"}}]
  - id: spent
    when: {{console: '^spent (?P<word>[a-z]+)$'}}
    by: [it.word]
    do: [{{power: restart, within: 60s}}]
  - id: hushed
    when: {{console: '^hushed (?P<word>[a-z]+)$'}}
    by: [it.word]
    until: 2s
    do: [{{send: "say hushed ${{it.word}}"}}]
  - id: held
    while: memory_pct > 90
    for: {HELD_FOR:g}s
    until: memory_pct < 80
    do: [{{send: "say held"}}]
  - id: louder
    when: {{console: '^louder '}}
    until: 10m
    do: [{{send: "say quiet"}}]
    escalate:
      - after: {ESCALATES_AFTER:g}s
        unless: acked
        do: [{{notify: ops, text: "louder at ${{name}}."}}]
  - id: raised
    while: state == "offline" and stopped_by in ["crash", "unseen"]
    for: 1s
    do: [{{power: start, within: 60s}}]
"""

# What the servers are there for, by their number: so many of each part, and the rest tells and waits.
PARTS = {
    "restarted": 5,
    "cooled": 2,
    "broken": 2,
    "spent": 2,
    "hushed": 2,
    "held": 3,
    "louder": 3,
    "raised": 2,
}
REST = ("told", "waits")


def parts(servers: tuple[str, ...]) -> dict[str, str]:
    """The part of each server."""
    roles = [part for part, times in PARTS.items() for _ in range(times)]
    return {
        name: roles[place] if place < len(roles) else REST[place % len(REST)]
        for place, name in enumerate(servers)
    }


def words() -> Iterator[str]:
    """Words, none twice; no sentence of the daemon's own has them."""
    return map("".join, product(("zq",), *[ascii_lowercase] * 5))  # several threads take from it
