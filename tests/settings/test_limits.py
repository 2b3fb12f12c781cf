"""What the core is told of the limits."""

from __future__ import annotations

import pytest

from automaton.core.calls import SendCommand, Signal
from automaton.core.events import Profile
from automaton.core.gates.limits import Allowance, Budget, DefaultAllowance
from automaton.settings.limits import LimitsSettings
from tests.core.games import MINECRAFT
from tests.settings.stage import PANEL, RIGHT, Folder

SERVER = Profile(uuid="u", id="i", name="n", node="eu-1")


def limits(folder: Folder, text: str) -> LimitsSettings:
    checked = folder.load(f"{PANEL}limits: {text}")
    assert checked.settings is not None
    return checked.settings.limits


def missing(allowance: Allowance, command: str) -> str:
    return SendCommand(server="u", command=command).not_allowed(allowance, MINECRAFT)


def test_the_core_judges_by_the_same_limits(folder: Folder) -> None:
    settings = folder.load(RIGHT).settings
    assert settings is not None

    core = settings.limits.as_core()

    assert (core.settle, core.parallel, core.report) == (120.0, 5, "ops")
    assert (core.power_server, core.power_fleet) == (Budget(3, 3600.0), Budget(20, 600.0))
    assert (core.send_server, core.send_fleet) == (Budget(10, 10.0), None)
    first, rest = core.allow
    assert first.allows_signal(Signal.KILL)
    assert missing(first, "SAY hi") == ""
    assert missing(first, "op Eve") == "the command `op`"
    assert first.servers is not None
    assert first.servers.covers(SERVER, frozenset({"prod"}), "")
    assert (rest.servers, rest.power, rest.send) == (None, frozenset({Signal.START}), ())


def test_files_variables_and_a_reinstall_reach_the_core_by_name(folder: Folder) -> None:
    (only,) = (
        limits(folder, "{allow: {power: [stop, reinstall], files: ['world*', plugins/*.yml], startup: SEED}}")
        .as_core()
        .allow
    )

    assert (only.power, only.allows_reinstall()) == (frozenset({Signal.STOP}), True)
    assert [only.allows_path(path) for path in ("world_nether/a", "plugins/a.yml", "server.jar")] == [
        True,
        True,
        False,
    ]
    assert (only.allows_variable("SEED"), only.allows_variable("LEVEL")) == (True, False)


def test_no_other_power_action_and_no_default_allows_a_reinstall(folder: Folder) -> None:
    (all_signals,) = limits(folder, "{allow: {power: [start, stop, restart, kill]}}").as_core().allow
    default = DefaultAllowance()

    assert not all_signals.allows_reinstall()
    assert not any((default.allows_reinstall(), default.allows_path("a"), default.allows_variable("A")))


@pytest.mark.parametrize("path", ["/world", "../x", "a//b", "a/", "''"])
def test_what_is_no_path_of_a_server_is_an_error(folder: Folder, path: str) -> None:
    problems = folder.load(f"{PANEL}limits: {{allow: {{files: [{path}]}}}}").problems

    assert "no-path" in [one.code for one in problems]


def test_without_allow_the_cores_own_default_holds(folder: Folder) -> None:
    (default,) = limits(folder, "{arm: live}").as_core().allow

    assert isinstance(default, DefaultAllowance)


def test_a_single_allow_is_for_all(folder: Folder) -> None:
    (only,) = limits(folder, "{allow: {power: restart, send: 'say*'}}").as_core().allow

    assert only.power == {Signal.RESTART}
    assert missing(only, "say-all hi") == ""


def test_the_rest_of_the_limits_reaches_the_core(folder: Folder) -> None:
    core = limits(
        folder, "{power: {node: 4/5m}, resume_within: 10m, hold_power_if: share(not connected) > 0.3}"
    ).as_core()

    assert (core.power_node, core.resume_within) == (Budget(4, 300.0), 600.0)
    assert core.hold_power_if is not None
    assert core.hold_power_if.source == "share(not connected) > 0.3"


def test_a_run_that_was_interrupted_for_five_minutes_goes_on_where_nothing_else_is_said(
    folder: Folder,
) -> None:
    assert limits(folder, "{}").as_core().resume_within == 300.0


@pytest.mark.parametrize(
    ("command", "lacking"),
    [
        ("say anything at all", ""),
        ("kick Eve", ""),
        ("kick @a", "the command `kick` other than as `kick player`"),
        ("kick Eve for nothing", "the command `kick` other than as `kick player`"),
        ("minecraft:KICK Eve", ""),
        ("ban Eve", "the command `ban` other than as `ban player text`"),
        ("ban Eve 7", ""),
        ("execute as @a run kick @s", "the command `execute`"),
    ],
)
def test_a_command_may_be_allowed_in_one_form_only(folder: Folder, command: str, lacking: str) -> None:
    (only,) = (
        limits(folder, "{allow: {send: [say, {kick: player}, {ban: [player, number], 'ban?': text}]}}")
        .as_core()
        .allow
    )

    assert missing(only, command) == lacking.replace("player text", "player number")


def test_a_form_of_a_command_knows_its_kinds(folder: Folder) -> None:
    (problem,) = folder.load(f"{PANEL}limits: {{allow: {{send: [{{kick: playr}}]}}}}").problems

    assert "`playr` is no kind of argument, did you mean `player`?" in str(problem)
