"""What editors are told is right: draft 7, up to date, and of one mind with what reads the files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import indent
from typing import Any, get_args

import pytest
from jsonschema import Draft7Validator

import automaton.actions
import automaton.triggers
from automaton.rulebook.catalogue import all_kinds, kinds_of
from automaton.rulebook.model import RuleFile, RuleModel
from automaton.settings.model import Settings
from automaton.workbench import key_descriptions
from automaton.workbench.schema import (
    ALL,
    Which,
    automaton_schema,
    file_name,
    modeline,
    rules_schema,
    schema,
    schema_text,
    shipped,
)
from tests.docs.pages import text_of
from tests.rulebook.more_kinds import actions as more_actions
from tests.rulebook.more_kinds import triggers as more_triggers
from tests.workbench.written_in import plain

ROOT = Path(__file__).parents[2]
WRONG = ROOT / "tests" / "rulebook" / "wrong"
RULES = Draft7Validator(rules_schema())
AUTOMATON = Draft7Validator(automaton_schema())
PAGES = "".join(text_of(page) for page in ("rules/README.md", "docs/settings.md"))
ON_PAGES = re.findall(r"```yaml\n(.*?)```", PAGES, re.DOTALL)

EXAMPLE = """\
version: 1
panels:
  main:
    url: https://panel.example.org
    keys: [{credential: panel_key}]
    servers: {not: {node: lab}}
    refresh: 5m
nodes:
  edge-1:
    config: {credential: wings_config}
    address: "http://127.0.0.1:8080"
    servers: [{id: "aaaaaaaa-*", egg: Paper}]
packs: {factorio: [{id: "1a2b3c4d"}]}
tags:
  prod: [{id: "9f8e7d6c"}, {node: eu-1}, 12345678]
channels:
  ops:    {urls: [{credential: discord_ops}], rate: 20/1m, mention: {critical: "<@&1234>"}}
  oncall: {urls: [{file: oncall.url}, "json://written.out"], min_severity: critical, format: plain}
limits:
  arm: shadow
  settle: 2m
  power: {server: 3/1h, node: 4/5m, fleet: 20/10m, parallel: 5}
  send: {server: 10/10s}
  allow:
    - {servers: {tag: prod}, power: [start, stop, restart, kill], send: [say, save-all, list, tellraw]}
    - {power: [start]}
  hold_power_if: share(not connected) > 0.3
  resume_within: 5m
  report: ops
hooks: {deploy: {token: {credential: hook_deploy}}}
http: {status_page: {url: "https://status.example.org/api", headers: {Authorization: {credential: token}}}}
exec: {rotate: {argv: [/usr/local/bin/rotate-world], timeout: 30s}}
query: {servers: {name: "rust-*"}, port: 28016}
heartbeat: {url: {credential: heartbeat}, every: 1m}
rules: rules.d
state: /var/lib/automaton
journal: {keep: 30d, size: 1GiB}
listen: {socket: /run/automaton/control.sock, http: "127.0.0.1:9532", hooks: "127.0.0.1:9533"}
web:
  public_url: "https://automaton.example.org"
  hosts: [automaton.lan]
  users:
    anna: {password: {credential: web_anna}, role: operator, totp: {credential: web_anna_totp}}
    bob: {role: viewer}
  tokens: {grafana: {token: {credential: web_grafana}, role: viewer}}
  trusted_proxy: {secret: {credential: web_proxy}, header: X-Forwarded-User}
  tls: {certificate: fullchain.pem, key: privkey.pem}
  status: {title: Our servers, groups: {Survival: {tag: survival}}, incidents: {memory: More room soon.}}
  metrics: {servers: true, series: 10000}
log: {level: info, format: auto}
cluster:
  servers: ["nats://10.0.0.1:4222", "nats://10.0.0.2:4222", "nats://10.0.0.3:4222"]
  credentials: {credential: nats}
  key: {credential: cluster_key}
  monitor: ["http://10.0.0.1:8222", "http://10.0.0.2:8222", "http://10.0.0.3:8222"]
  name: hosting
  member: eu-a
  replicas: 3
  ca: nats-ca.pem
"""


def wrong(validator: Any, text: str) -> list[str]:
    return [error.message for error in validator.iter_errors(plain(text))]


@pytest.mark.parametrize("which", ALL)
def test_what_is_shipped_is_what_the_code_says_and_draft_7(which: Which) -> None:
    committed = (ROOT / "rules" / file_name(which)).read_text(encoding="utf-8")

    assert committed == schema_text(which), f"automaton schema {which} > rules/{file_name(which)}"
    assert committed == shipped(which)
    assert committed.isascii()  # as all JSON that is printed
    assert json.loads(committed)["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(json.loads(committed))


@pytest.mark.parametrize("which", ALL)
def test_every_name_that_is_referred_to_is_defined_and_no_newer_word_is_used(which: Which) -> None:
    text = schema_text(which)

    assert set(re.findall(r'"#/definitions/([^"]+)"', text)) <= set(json.loads(text)["definitions"])
    assert not re.search(r'"(\$defs|prefixItems|x-\w+|default|unevaluatedProperties)":', text)


@pytest.mark.parametrize("path", sorted((ROOT / "rules").glob("*.yml")), ids=lambda path: path.name)
def test_every_recipe_fits(path: Path) -> None:
    assert wrong(RULES, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", [one for one in ON_PAGES if not one.startswith(("pack:", "extends:"))])
def test_every_example_of_the_pages_fits(text: str) -> None:
    assert wrong(AUTOMATON if "panels:" in text else RULES, text) == []


def test_an_automaton_yml_with_every_key_fits() -> None:
    assert wrong(AUTOMATON, EXAMPLE) == []
    assert set(plain(EXAMPLE)) == set(Settings.known_keys())


WRITTEN = (*(ROOT / "tests" / "ruletest").glob("*.yml"), *(ROOT / "tests" / "wishes").glob("*.yml"))


@pytest.mark.parametrize("path", sorted(WRITTEN), ids=lambda path: path.stem)
def test_rule_files_with_their_tests_fit(path: Path) -> None:
    assert wrong(RULES, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("kind", all_kinds().triggers.values(), ids=lambda kind: kind.__name__)
def test_the_example_of_a_trigger_fits(kind: type) -> None:
    assert wrong(RULES, f"rules:\n  - id: one\n    when:\n{indent(example(kind), '      ')}") == []


@pytest.mark.parametrize("kind", all_kinds().actions.values(), ids=lambda kind: kind.__name__)
def test_the_example_of_an_action_fits(kind: type) -> None:
    written = example(kind).replace("\n", "\n        ")
    assert wrong(RULES, f"rules:\n  - id: one\n    while: suspended\n    do:\n      - {written}") == []


def example(kind: type) -> str:
    found: str
    (found,) = re.findall(r"```yaml\n(.*?)```", re.sub(r"\n +", "\n", kind.__doc__ or ""), re.DOTALL)
    return found if kind.__name__ != "Any" else found.replace("\n-", "\n  -")


@pytest.mark.parametrize(
    "part",
    [
        "for: ${hold}",
        "count: ${many}\n    within: ${hold}",
        "do: [{countdown: '${lead}', at: ['${lead}', 30s], say: x}, {save: '${lead}', else: []}, save, end]",
        "breaker: {max: '${many}', within: '${hold}', reset: '${hold}'}",
        "do: {call: safe_restart, with: {lead: 5m}}",
        "arm: off",
        'do: [{say: {next: [a, "${name}"], order: random}}, {say: {next: one}}]',
        "servers: [mc, {tag: prod, not: mc}, 12345678]",
        "by: [node, it.player]",
        "until: {any: [{event: ready}, {state: starting|running -> offline}]}",
    ],
)
def test_what_the_loader_takes_fits(part: str) -> None:
    assert wrong(RULES, f"rules:\n  - id: 12345678\n    when: {{event: crash}}\n    {part}") == []


@pytest.mark.parametrize(
    "part",
    [
        "for: 90",
        "fro: 5m",
        "cooldown: 5 minutes",
        "severity: urgent",
        "count: many",
        "servers: {nmae: a}",
        "do: [{power: reboot}]",
        "do: [{notfy: ops}]",
        "do: [wait]",
        "do: [{countdown: 5m, every: 1m}]",
        "when: {event: crash, console: '^x'}",
        "when: crash",
        "breaker: {max: 3}",
        "while: suspended",
        "by: nodes",
    ],
)
def test_a_wrong_shape_does_not_fit(part: str) -> None:
    key = part.partition(":")[0]
    when = "" if key == "when" else "    when: {event: crash}\n"

    assert wrong(RULES, f"rules:\n  - id: one\n{when}    {part}") != []


@pytest.mark.parametrize(
    "name",
    [
        "bare_number",
        "both_when_and_while",
        "days_as_a_range",
        "on_key",
        "restart_as_an_action",
        "unknown_action",
    ],
)
def test_a_file_whose_mistake_is_its_shape_does_not_fit(name: str) -> None:
    assert wrong(RULES, (WRONG / f"{name}.yml").read_text(encoding="utf-8")) != []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("refresh: 5m", "refresh: 5"),
        ("arm: shadow", "arm: dry"),
        ("{credential: panel_key}", "{credental: panel_key}"),
        ("{credential: panel_key}", "{credential: a, file: b}"),
        ("server: 3/1h", "server: 3 per hour"),
        ("resume_within: 5m", "resume_within: ${x}"),
        ("rules: rules.d", "rule: rules.d"),
    ],
)
def test_a_wrong_automaton_yml_does_not_fit(was: str, now: str) -> None:
    assert was in EXAMPLE
    assert wrong(AUTOMATON, EXAMPLE.replace(was, now)) != []


def test_every_key_and_every_kind_is_explained() -> None:
    written = rules_schema()
    properties = {**written["properties"], **written["definitions"]["RuleModel"]["properties"]}
    for word, kind in (*all_kinds().triggers.items(), *all_kinds().actions.items()):
        properties[f"{kind.__name__}.{word}"] = written["definitions"][kind.__name__]["properties"][word]

    assert [
        key
        for key, one in {**properties, **automaton_schema()["properties"]}.items()
        if not one.get("description")
    ] == []
    for model in (RuleModel, RuleFile, Settings):
        assert set(key_descriptions.KEY_DESCRIPTIONS[model]) == set(model.known_keys())


def test_a_kind_from_another_folder_is_explained_too() -> None:
    kinds = kinds_of([automaton.triggers, more_triggers], [automaton.actions, more_actions])
    fits = Draft7Validator(rules_schema(kinds))

    assert wrong(fits, "rules: [{id: a, when: {event: crash}, do: [{whisper: x}]}]") == []
    assert wrong(RULES, "rules: [{id: a, when: {event: crash}, do: [{whisper: x}]}]") != []


def test_it_is_printed_as_it_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema("automaton") == 0
    assert capsys.readouterr().out == shipped("automaton")
    assert get_args(Which) == ALL


def test_the_modeline_names_the_file_beside() -> None:
    assert modeline("rules") == "# yaml-language-server: $schema=rules.schema.json\n"
