"""The rules held against servers: what each lacks where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automaton.configuration.load import Configuration, load_configuration
from automaton.configuration.online import CONNECT, WatchedServer, check_online, unasked
from automaton.core.events import Profile
from automaton.errors import Refused, TryLater
from automaton.problem import NOT_ASKED, FilePlace, Problem

ALL = frozenset({"*"})
SETTINGS = """\
panels: {main: {url: 'https://x', keys: [{env: KEY}]}}
channels: {ops: {urls: [{env: OPS}]}}
limits:
  allow:
    power: [start, stop, restart, kill, reinstall]
    send: [list, say, save-all]
    files: "*"
    startup: "*"
"""


def configured(folder: Path, rule: str, more: str = "", own: str = "") -> Configuration:
    (folder / "automaton.yml").write_text(SETTINGS + more)
    (folder / "rules.d").mkdir()
    (folder / "rules.d" / "one.yml").write_text(f"{own}rules:\n  - {{id: one, {rule}}}\n")
    env = {"KEY": "ptlc_x", "OPS": "json://127.0.0.1"}
    return load_configuration(folder / "automaton.yml", env).or_raise()


def seen(name: str = "lobby", may: frozenset[str] = ALL, **changes: object) -> WatchedServer:
    profile = {
        "uuid": f"uuid-{name}",
        "id": f"id-{name}",
        "name": name,
        "egg": "Paper",
        "disk_limit": 1,
        **changes,
    }
    return WatchedServer(Profile(**profile), may)  # type: ignore[arg-type]


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.severity, problem.code) for problem in problems]


def test_an_owner_may_everything(tmp_path: Path) -> None:
    rule = "when: {state: any -> offline}, do: [{power: start}, {send: list}]"

    assert check_online(configured(tmp_path, rule), [seen()]) == []


@pytest.mark.parametrize(
    ("steps", "permission"),
    [
        ("[{power: start}]", "control.start"),
        ("[{power: stop}]", "control.stop"),
        ("[{power: restart}]", "control.restart"),
        ("[{power: stop, force_after: 1m}]", "control.stop"),
        ("[{send: list}]", "control.console"),
        ("[{say: hello}]", "control.console"),
        ("[{save: 1m}]", "control.console"),
        ('[{countdown: 1m, say: "in ${left}"}]', "control.console"),
        ("[], escalate: [{after: 5m, do: [{power: start}]}], until: 1h", "control.start"),
        ("[{if: 'memory_pct > 90', do: [{power: start}]}]", "control.start"),
    ],
)
def test_the_permission_of_a_step_is_missed_with_rule_and_server(
    tmp_path: Path, steps: str, permission: str
) -> None:
    configuration = configured(tmp_path, f"when: {{state: any -> offline}}, do: {steps}")

    (problem,) = check_online(configuration, [seen("a", frozenset({CONNECT})), seen("b")])

    assert (problem.severity, problem.code, problem.line) == ("error", "lacks-permission", 2)
    assert problem.file == str(tmp_path / "rules.d" / "one.yml")
    assert problem.message == (
        f"rule `one` lacks the permission `{permission}` on a (id-a): give it to the key's user"
    )


@pytest.mark.parametrize(
    ("rule", "lacking"),
    [
        ("when: {state: any -> offline}, do: [{backup: nightly}]", ["backup.create", "backup.read"]),
        ("when: {event: backup.completed}, do: [{notify: ops, text: done}]", ["backup.read"]),
        (
            "when: {state: any -> offline}, do: [{backup: a, keep: 1}]",
            ["backup.create", "backup.delete", "backup.read"],
        ),
        (
            "when: {state: any -> offline}, do: [{backup: a, lock: true}]",
            ["backup.create", "backup.delete", "backup.read"],
        ),
        ("when: {state: any -> offline}, do: [{files: {delete: a}}]", ["file.delete", "file.read"]),
        ("when: {state: any -> offline}, do: [{files: {rename: a, to: b}}]", ["file.read", "file.update"]),
        ("when: {state: any -> offline}, do: [{files: {write: a, text: b}}]", ["file.create"]),
        ("when: {state: any -> offline}, do: [{files: {decompress: a.zip}}]", ["file.create"]),
        ("when: {state: any -> offline}, do: [{startup: {A: b}}]", ["startup.read", "startup.update"]),
        ("when: {state: any -> offline}, cooldown: 1h, do: [reinstall]", ["settings.reinstall"]),
    ],
)
def test_the_end_of_a_backup_is_told_to_who_may_see_them(
    tmp_path: Path, rule: str, lacking: list[str]
) -> None:
    problems = check_online(configured(tmp_path, rule), [seen("a", frozenset({CONNECT}))])

    assert [problem.code for problem in problems] == ["lacks-permission"] * len(lacking)
    assert sorted(problem.message.split("`")[3] for problem in problems) == lacking


ADMIN = frozenset({"*", "admin.websocket.errors", "admin.websocket.install", "admin.websocket.transfer"})


@pytest.mark.parametrize(
    "rule",
    [
        "when: {console: '^boom', from: install}, do: [{notify: ops, text: x}]",
        "when: {any: [{event: crash}, {console: '^boom', from: install}]}, do: [{notify: ops, text: x}]",
        "when: {event: crash}, do: [{wait: {console: '^boom', from: install}, within: 5m, else: []}]",
    ],
)
def test_who_is_no_administrator_hears_no_line_of_an_installation(tmp_path: Path, rule: str) -> None:
    configuration = configured(tmp_path, rule)

    (problem,) = check_online(configuration, [seen("a"), seen("b", ADMIN), seen("c", frozenset({CONNECT}))])

    assert (problem.severity, problem.code, problem.line) == ("warning", "never-heard", 2)
    assert problem.message == (
        "rule `one` hears no line `from: install` on a (id-a), c (id-c): the Panel shows them to its"
        " administrators alone; use the key of one, or watch the node by its own config.yml (`nodes`)"
    )
    assert check_online(configuration, [seen("b", ADMIN)]) == []


def test_a_server_that_may_not_be_connected_to_is_told_once_for_all_rules(tmp_path: Path) -> None:
    rule = "when: {state: any -> offline}, do: [{notify: ops, text: down}]"

    problems = check_online(configured(tmp_path, rule), [seen("a", frozenset()), seen("b", frozenset())])

    assert [problem.message for problem in problems] == [
        f"nothing is seen of a (id-a), b (id-b): give the key's user the permission `{CONNECT}` there"
    ]


def test_a_rule_is_judged_on_its_own_servers_alone(tmp_path: Path) -> None:
    configuration = configured(
        tmp_path, "servers: {name: a}, when: {state: any -> offline}, do: [{power: start}]"
    )

    assert check_online(configuration, [seen("a"), seen("b", frozenset({CONNECT}))]) == []


def test_selectors_that_fit_nothing_are_told(tmp_path: Path) -> None:
    rule = "servers: {name: z}, when: {state: any -> offline}, do: [{notify: ops, text: down}]"
    configuration = configured(tmp_path, rule, "tags: {prod: {name: z}, all: {name: '*'}}\n")

    problems = check_online(configuration, [seen()])

    assert told(problems) == [("warning", "no-server"), ("warning", "no-server")]
    assert [problem.message for problem in problems] == [
        "the tag `prod` fits no server that is watched",
        "rule `one` looks at no server: its `servers` fit none that is watched",
    ]


@pytest.mark.parametrize(
    ("servers", "severity"),
    [
        ("{not: {pack: minecraft}}", "note"),
        ("{pack: rust}", "note"),
        ("[{pack: rust}, {name: loby}]", "warning"),
    ],
)
def test_a_rule_for_a_game_that_nobody_plays_here_is_only_noted(
    tmp_path: Path, servers: str, severity: str
) -> None:
    """A recipe for other games lacks nothing on a Panel that has none of them."""
    rule = f"servers: {servers}, when: {{state: any -> offline}}, do: [{{power: start}}]"

    problems = check_online(configured(tmp_path, rule), [seen(may=frozenset({CONNECT}))])

    assert told(problems) == [(severity, "no-server")]


def test_a_limit_for_servers_that_there_are_not_is_told(tmp_path: Path) -> None:
    configured(tmp_path, "when: {state: any -> offline}, do: [{power: start}]")
    allow = "allow: [{servers: {name: z}, power: [kill]}, {servers: {name: lobby}, power: [start]}]"
    text = SETTINGS.partition("  allow:")[0] + f"  {allow}\n"
    (tmp_path / "automaton.yml").write_text(text)
    env = {"KEY": "ptlc_x", "OPS": "json://127.0.0.1"}
    configuration = load_configuration(tmp_path / "automaton.yml", env).or_raise()

    (problem,) = check_online(configuration, [seen()])

    assert (problem.severity, problem.code) == ("warning", "no-server")
    assert problem.message == "`servers` of entry 1 of `limits.allow` fits no server that is watched"


@pytest.mark.parametrize(
    ("rule", "lacks", "message"),
    [
        ("while: disk_pct > 90", {"disk_limit": None}, "without a disk limit there is only `disk`"),
        ("while: disk > 1GiB and disk_limit > 2GiB", {"disk_limit": None}, "without a disk limit"),
        ('while: egg == "Paper"', {"egg": ""}, "tell it in `servers` of the node"),
        ("while: players > 5", {"egg": "Nobody's Game"}, "name one that does in `packs`"),
    ],
)
def test_a_fact_that_is_never_known_is_told_where_it_is_read(
    tmp_path: Path, rule: str, lacks: dict[str, Any], message: str
) -> None:
    configuration = configured(tmp_path, f"{rule}, do: [{{notify: ops, text: full}}]")

    (problem,) = check_online(configuration, [seen("a"), seen("b", **lacks)])

    assert (problem.severity, problem.code, problem.line) == ("warning", "fact-unknown", 2)
    assert "b (id-b)" in problem.message
    assert message in problem.message


def test_many_servers_are_named_by_a_few(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "when: {state: any -> offline}, do: [{power: start}]")

    (problem,) = check_online(
        configuration, [seen(f"s{number}", frozenset({CONNECT})) for number in range(10)]
    )

    assert "s0 (id-s0), s1 (id-s1), s2 (id-s2) and 7 more" in problem.message


def test_a_rule_that_is_off_lacks_nothing(tmp_path: Path) -> None:
    configuration = configured(
        tmp_path, "arm: off, servers: {name: z}, when: {state: any -> offline}, do: [{power: start}]"
    )

    assert check_online(configuration, [seen()]) == []


BACKS_UP = "when: {state: any -> offline}, do: [{backup: nightly, keep: 3}]"


def test_a_keep_for_which_the_panel_leaves_no_room_is_an_error(tmp_path: Path) -> None:
    """One more is made before the oldest goes, and at the limit the Panel makes none."""
    configuration = configured(tmp_path, BACKS_UP)
    servers = [seen("a", backup_limit=3), seen("b", backup_limit=4), seen("c", backup_limit=None)]

    (problem,) = check_online(configuration, servers)

    assert (problem.severity, problem.code, problem.line) == ("error", "keep-too-high", 2)
    assert "keeps 3 backups, and the Panel allows 3 on a (id-a)" in problem.message


def test_a_step_of_the_panel_on_a_server_that_has_none_is_a_warning(tmp_path: Path) -> None:
    configuration = configured(tmp_path, BACKS_UP)
    direct = replace(seen("a"), has_panel=False)

    (problem,) = check_online(configuration, [direct, seen("b")])

    assert (problem.severity, problem.code) == ("warning", "needs-panel")
    assert "a (id-a) is watched by the node's own config.yml" in problem.message


def test_weather_is_told_from_a_refusal() -> None:
    at = FilePlace("automaton.yml", 2, 3)

    assert unasked(at, "main", TryLater("later")).code == NOT_ASKED
    assert str(unasked(at, "main", Refused("no"))) == "automaton.yml:2:3: error: main: no"
    assert unasked(at, "main", Refused("no")).code == "refused"


OWN = """\
facts:
  tps: {servers: {name: lobby}, type: number, line: '^TPS: (?P<value>.*)'}
  seed: {type: text, send: list, read: '^Seed: (?P<value>.*)', every: 5m}
"""


@pytest.mark.parametrize(
    ("rule", "lacks", "why"),
    [
        (
            "while: tps < 15",
            {},
            "reads `tps`, which is never known on b (id-b): the `servers` of the fact do not",
        ),
        ("when: {changes: tps}", {}, "reads `tps`, which is never known on b (id-b)"),
        (
            'while: seed == "5"',
            {"egg": "Valheim"},
            "never known on b (id-b): nothing can be typed at their console",
        ),
    ],
)
def test_a_fact_of_ones_own_that_a_server_cannot_have_is_told(
    tmp_path: Path, rule: str, lacks: dict[str, Any], why: str
) -> None:
    configuration = configured(tmp_path, f"{rule}, do: [{{notify: ops, text: x}}]", own=OWN)

    (problem,) = check_online(configuration, [seen("lobby"), seen("b", **lacks)])

    assert (problem.severity, problem.code) == ("warning", "fact-unknown")
    assert why in problem.message


def test_asking_a_console_needs_its_permission(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "when: {changes: seed}, do: [{notify: ops, text: x}]", own=OWN)

    (problem,) = check_online(configuration, [seen(may=frozenset({CONNECT}))])

    assert (problem.severity, problem.code) == ("error", "lacks-permission")
    assert "lacks the permission `control.console` to ask for it on lobby" in problem.message


def test_a_server_whose_game_may_not_be_asked_for_players_is_named(tmp_path: Path) -> None:
    rule = "while: players == 0, for: 1h, do: [{power: restart}]"
    allow = "{servers: {name: lobby}, power: [restart]}, {power: [restart], send: [list]}"
    settings = SETTINGS[: SETTINGS.index("limits:")] + f"limits: {{allow: [{allow}]}}\n"
    configuration = configured(tmp_path, rule)
    (tmp_path / "automaton.yml").write_text(settings)
    env = {"KEY": "ptlc_x", "OPS": "json://127.0.0.1"}
    configuration = load_configuration(tmp_path / "automaton.yml", env).or_raise()

    (problem,) = check_online(configuration, [seen(), seen("survival")])

    assert (problem.severity, problem.code, problem.line) == ("warning", "not-allowed", 2)
    assert problem.message == (
        "rule `one` reads `players`, and `limits.allow` does not name the command `list`, which asks for"
        " them, for lobby (id-lobby): only joins and leaves are counted there"
    )


def test_of_a_file_for_several_games_one_that_is_played_is_enough(tmp_path: Path) -> None:
    of_another = "\n  - {id: two, servers: {pack: minecraft}, when: {event: crash}, do: [{notify: ops}]}"
    rule = "servers: {pack: rust}, when: {event: crash}, do: [{notify: ops}]}" + of_another.rstrip("}")

    assert check_online(configured(tmp_path, rule), [seen()]) == []


@pytest.mark.parametrize(
    ("servers", "acts", "warned"),
    [
        ("", "{power: restart}", True),
        ("", "{notify: ops}", False),
        ("servers: {pack: guessed}, ", "{power: restart}", False),  # load told it
    ],
)
def test_a_rule_that_acts_on_lines_that_nobody_saw_printed_is_told_with_the_servers_that_have_them(
    tmp_path: Path, servers: str, acts: str, warned: bool
) -> None:
    (tmp_path / "packs.d").mkdir()
    pack = "pack: guessed\nproof: documentation\nmatch: {egg: Guessed}\nevents: {ready: '^Ready$'}\n"
    (tmp_path / "packs.d" / "guessed.yml").write_text(pack)
    rule = f"{servers}cooldown: 1h, when: {{event: ready}}, do: [{acts}]"
    found = check_online(configured(tmp_path, rule), [seen("a"), seen("b", egg="Guessed")])

    assert told(found) == [("warning", "unproved")] * warned
    assert [" on b (id-b), whose lines" in one.message for one in found] == [True] * warned


def test_servers_whose_game_does_not_tell_what_others_do_are_named_with_the_games_that_do(
    tmp_path: Path,
) -> None:
    configuration = configured(tmp_path, "while: mspt > 40, for: 5m, do: [{notify: ops, text: slow}]")

    (problem,) = check_online(configuration, [seen("a"), seen("b", egg="Rust")])

    assert (problem.severity, problem.code, problem.line) == ("warning", "fact-unknown", 2)
    assert problem.message == (
        "rule `one` reads `mspt`, which is never known on b (id-b): only the pack `minecraft` can tell it"
    )


def test_whoever_may_not_type_cannot_ask_a_game_for_its_facts(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "while: tps < 15, for: 5m, do: [{notify: ops, text: slow}]")

    (problem,) = check_online(configuration, [seen(may=frozenset({CONNECT}))])

    assert (problem.severity, problem.code) == ("error", "lacks-permission")
    assert "lacks the permission `control.console` to ask for it on lobby" in problem.message


def test_what_a_game_prints_by_itself_needs_no_permission(tmp_path: Path) -> None:
    configuration = configured(tmp_path, "when: {changes: version}, do: [{notify: ops, text: new}]")

    assert check_online(configuration, [seen(may=frozenset({CONNECT}))]) == []
