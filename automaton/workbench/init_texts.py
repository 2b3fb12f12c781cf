"""The texts that `automaton init` writes: automaton.yml with its comments, and the drop-in for credentials.

Pure. Names of servers were typed by users, and get into comments only.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from automaton.configuration.pack_commands import all_words
from automaton.core.events import Profile
from automaton.packs.load import Packs, read_packs
from automaton.workbench.init_choices import (
    CHAT,
    KEY,
    WINGS,
    InitChoices,
    chat_file,
    page_credential,
    secret_path,
)
from automaton.workbench.person_keys import key_of
from automaton.workbench.terminal import title

PANEL, NODE = "main", "this-node"
PAGE = "127.0.0.1:9532"  # nobody reaches it from elsewhere, so it needs no certificate
SHOWN = 50  # servers named in comments


def settings_text(choices: InitChoices, seen: Sequence[tuple[Profile, str]]) -> str:
    """automaton.yml, with `arm: shadow`. `seen` are the servers, each with its pack."""
    return "\n".join([HEAD, *_servers(seen), "", _source(choices, seen), _rest(), *_page(choices)])


def drop_in_text(choices: InitChoices) -> str:
    """The drop-in by which systemd gives the service its credentials: only root needs to read their files."""
    lines = [
        "# Written by `automaton init`. Files that only root can read; the service gets copies of its own.",
        "[Service]",
    ]
    if choices.key is not None:
        lines.append(_credential(KEY, choices.key))
    if choices.node is not None:
        lines.append(_credential(WINGS, choices.node))
    lines.append(_credential(CHAT, chat_file(choices)))
    if choices.page:
        name = page_credential(choices)
        lines.append(_credential(name, secret_path(choices.folder, name)))
    return "\n".join(lines) + "\n"


def _credential(name: str, path: Path) -> str:
    return f"LoadCredential={name}:{str(path).replace('%', '%%')}"  # systemd takes % for a specifier


HEAD = """\
# automaton's own file, written by `automaton init`.
# `automaton check` judges it; `automaton reload` takes changes, all or nothing.

# Which meaning of these keys is meant: a later automaton says what changed since.
version: 1
"""


def _servers(seen: Sequence[tuple[Profile, str]]) -> list[str]:
    lines = [f"# {len(seen)} servers were seen:" if seen else "# No server was seen yet."]
    for profile, pack in seen[:SHOWN]:
        egg = f", egg {title(profile.egg)}" if profile.egg else ""
        lines.append(f"#   {profile.id}  {title(profile.name)}{egg}, pack {pack}")
    if len(seen) > SHOWN:
        lines.append(f"#   and {len(seen) - SHOWN} more")
    return lines


def _source(choices: InitChoices, seen: Sequence[tuple[Profile, str]]) -> str:
    ca = _line("ca", str(choices.ca)) if choices.ca is not None else ""
    if choices.panel:
        return _PANEL.format(name=PANEL, url=json.dumps(choices.panel), key=KEY, more=ca)
    some = seen[0][0].id if seen else "1a2b3c4d"
    more = (_line("address", choices.address) if choices.address else "") + ca
    return _NODE.format(name=NODE, config=WINGS, some=json.dumps(some), more=more)


def _page(choices: InitChoices) -> list[str]:
    if not choices.page:
        return []
    user = f"{{password: {{credential: {page_credential(choices)}}}, role: operator}}"
    return [
        "# The page, for browsers on this machine: others need `tls` or a proxy (man automaton.yml).",
        f'listen: {{http: "{PAGE}"}}',
        "web:",
        "  users:",
        "    # The hash of a password; `automaton web passwd` makes one. `role: viewer` only looks.",
        f"    {key_of(choices.page)}: {user}",
        "",
    ]


def _line(key: str, value: str) -> str:
    return f"    {key}: {json.dumps(value, ensure_ascii=False)}\n"


_PANEL = """\
panels:
  {name}:
    url: {url}
    # The name of a systemd credential; its file stands in automaton.service.d/credentials.conf.
    keys: [{{credential: {key}}}]
{more}    # Which of the listed servers; without it all.
    # servers: {{not: {{node: lab}}}}
"""

_NODE = """\
nodes:
  {name}:
    # Wings' own file, as a systemd credential; see automaton.service.d/credentials.conf.
    config: {{credential: {config}}}
{more}    # Wings does not know the eggs of its servers: name them, so that rules for a game find them.
    # servers: [{{id: {some}, egg: Paper}}]
"""


def _rest() -> str:
    words = all_words(Packs(read_packs(())[0]).games.values())
    return f"""\
channels:
  # Where `notify: ops` and `notify: oncall` go: an Apprise URL, as discord://…, in the credential's file.
  ops: {{urls: [{{credential: {CHAT}}}]}}
  oncall: {{urls: [{{credential: {CHAT}}}], min_severity: critical}}

limits:
  # Judges everything and does nothing; the log says what it would have done. `live` when you trust it.
  arm: shadow
  # After a start nothing is done for so long.
  settle: 2m
  power: {{server: 3/1h, fleet: 20/10m, parallel: 5}}
  send: {{server: 10/10s}}
  # What rules may do at all; commands by their first word: here how games broadcast, save and answer.
  # A rule that wipes needs more, by name: files: ["world*"], startup: [SEED], and `reinstall` beside `stop`.
  allow:
    power: [start, stop, restart, kill]
    send: [{", ".join(words)}]
  # Who hears that a limit held something back.
  report: ops

rules: rules.d
state: /var/lib/automaton
"""
