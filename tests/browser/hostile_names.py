"""A site whose servers, players, lines and hooks were named by somebody who means harm."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.page_site import PageSite, named

SCRIPT = "<script>alert(1)</script>"
NAMES = (
    SCRIPT, '"><img src=x onerror=alert(1)>', "'><svg onload=alert(1)>", "</td></table><b>bold</b>",
    "javascript:alert(1)", "{{ 7 * 7 }}{% raise %}", "\u202egnp.exe\u202c", "\u200b\u200b", "W" * 190,
    "💣" * 60, "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "<!--", "&lt;b&gt;", "a\u2028b",
)  # fmt: skip
LONG = "L" * 64
RULES = f"""\
rules:
  - id: {LONG}
    note: '{SCRIPT}'
    severity: critical
    by: [it.what]
    when: {{console: '(?P<what>.+)'}}
    do: [{{notify: ops, text: '<b>${{name}}</b> {SCRIPT} ${{it.what}}'}}]
  - id: memory-high
    while: memory_pct > 1
    do: [{{notify: ops, text: '<b>${{name}}</b> {SCRIPT}'}}]
"""
SETTINGS = f"""\
  status: {{title: '{SCRIPT}', groups: {{'<b>{"G" * 100}</b>': {{pack: minecraft}}}}}}
tags:
  {LONG}: [{{node: "*"}}]
"""
LINES = [*NAMES, "x" * 3000, "\x1b[31mred\x1b[0m", "\r\x1b[2K", "[12:00:00 INFO]: " + SCRIPT]


@contextmanager
def hostile(folder: Path) -> Iterator[PageSite]:
    """Everything that a stranger can name is named as badly as can be."""
    with named(folder, [(name, "minecraft") for name in NAMES], rules=RULES, settings=SETTINGS) as site:
        for name in site.simulation.servers[:3]:
            site.simulation.fault("print", server=name, lines=LINES)
            site.simulation.fault("join", server=name, player=SCRIPT)
        site.daemon.tells(f"rule={LONG}")
        site.daemon.tells("rule=memory-high")
        yield site
