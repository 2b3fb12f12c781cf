"""The keys of automaton.yml, and what the core is told of the limits."""

from __future__ import annotations

import re

import pytest

from automaton.core.calls import Signal
from automaton.core.events import Profile
from automaton.core.gates.limits import Budget, DefaultAllowance
from automaton.schema.base import Strict
from automaton.schema.nodes import read_all
from automaton.schema.validate import fit
from automaton.settings import model
from automaton.settings.model import (
    Address,
    Channel,
    Heartbeat,
    Hook,
    Limits,
    Listen,
    Node,
    NodeServer,
    Panel,
    Program,
)
from automaton.settings.secrets import Surroundings
from tests.settings.stage import PANEL, RIGHT, Folder

SERVER = Profile(uuid="u", id="i", name="n", node="eu-1")


def limits(folder: Folder, text: str) -> Limits:
    checked = folder.load(f"{PANEL}limits: {text}")
    assert checked.settings is not None
    return checked.settings.limits


def test_the_core_judges_by_the_same_limits(folder: Folder) -> None:
    settings = folder.load(RIGHT).settings
    assert settings is not None

    core = settings.limits.as_core()

    assert (core.settle, core.parallel, core.report) == (120.0, 5, "ops")
    assert (core.power_server, core.power_fleet) == (Budget(3, 3600.0), Budget(20, 600.0))
    assert (core.send_server, core.send_fleet) == (Budget(10, 10.0), None)
    first, rest = core.allow
    assert first.allows_signal(Signal.KILL)
    assert first.allows_word("SAY")
    assert not first.allows_word("op")
    assert first.servers is not None
    assert first.servers.covers(SERVER, frozenset({"prod"}), "")
    assert (rest.servers, rest.power, rest.send) == (None, frozenset({Signal.START}), ())


def test_without_allow_the_cores_own_default_holds(folder: Folder) -> None:
    (default,) = limits(folder, "{arm: live}").as_core().allow

    assert isinstance(default, DefaultAllowance)


def test_a_single_allow_is_for_all(folder: Folder) -> None:
    (only,) = limits(folder, "{allow: {power: restart, send: 'say*'}}").as_core().allow

    assert only.power == {Signal.RESTART}
    assert only.allows_word("say-all")


@pytest.mark.parametrize(
    "kind", [Panel, Node, NodeServer, Heartbeat, Channel, Limits, Listen, Hook, Address, Program]
)
def test_the_example_of_a_docstring_is_right(folder: Folder, kind: type[Strict]) -> None:
    found = re.search(r"```yaml\n(.*?)```", kind.__doc__ or "", re.DOTALL)
    assert found is not None
    node, problems = read_all(found[1].replace("\n    ", "\n").removeprefix("    "), "docstring")
    assert node is not None

    fitted, more = fit(node, kind, around=Surroundings(folder.env, folder.path))

    assert problems + more == []
    assert fitted is not None


def test_no_model_is_without_words_for_it() -> None:
    for one in vars(model).values():
        if isinstance(one, type) and issubclass(one, Strict) and one.__module__ == model.__name__:
            assert one.__doc__, one


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


def test_a_program_has_a_path_arguments_and_a_time(folder: Folder) -> None:
    programs = "{rotate: {argv: [/usr/local/bin/rotate, 010]}, one: {argv: /bin/true, timeout: 5m}}"
    settings = folder.load(f"{PANEL}exec: {programs}").settings

    assert settings is not None
    assert {name: (one.argv, one.timeout) for name, one in settings.exec_.items()} == {
        "rotate": (("/usr/local/bin/rotate", "010"), 30.0),
        "one": (("/bin/true",), 300.0),
    }


def test_a_token_that_is_found_by_trying_is_a_warning(folder: Folder) -> None:
    folder.keep("credentials/short", "hunter2\n")
    text = f'{PANEL}hooks: {{deploy: {{token: {{credential: short}}}}}}\nlisten: {{http: "127.0.0.1:9532"}}\n'

    assert [told[:2] for told in folder.told(text)] == [("warning", "weak-token")]


def test_hooks_that_nobody_can_call_are_a_warning(folder: Folder) -> None:
    hooks = "hooks: {deploy: {token: {credential: hook_deploy}}}\n"

    assert [told[:2] for told in folder.told(PANEL + hooks)] == [("warning", "in-vain")]
    assert folder.told(f'{PANEL}{hooks}listen: {{http: "127.0.0.1:9532"}}\n') == []
