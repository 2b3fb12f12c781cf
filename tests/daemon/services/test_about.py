"""What runs, within which limits, and what it does not cover: as a whole daemon on virtual time tells it."""

from __future__ import annotations

from pathlib import Path

import pytest
from trio.testing import MockClock

from automaton.core.arm import Arm
from automaton.core.gates.limits import Allowance, Budget, Limits
from automaton.daemon.services.about import limits_in_force
from automaton.simulator.faults.catalog import cause
from tests.rules.watch import watching

pytestmark = pytest.mark.anyio

FOR_LOBBY = """\
rules:
  - id: lobby-only
    servers: {name: lobby}
    when: {console: ^hello}
    do: [{notify: ops, text: hello}]
"""


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "trio", {"clock": MockClock(autojump_threshold=0)}


async def test_what_runs_is_told_with_its_file_and_where_servers_come_from(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        await watch.seconds(60)
        about = await watch.daemon.about.about()

    assert about.file == str(tmp_path / "automaton.yml")
    assert about.read_at == about.started
    assert [(one.name, one.kind, one.servers, one.problem) for one in about.sources] == [
        ("main", "Panel", 2, "")
    ]
    assert "starlette" in about.libraries
    assert (about.rules, about.refused) == (1, "")


async def test_servers_that_no_rule_names_and_what_is_left_open_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, rules_of={"lobby.yml": FOR_LOBBY}) as watch:
        await watch.seconds(60)
        found = (await watch.daemon.about.about()).not_covered

    assert [(one.what, one.names) for one in found if one.servers] == [("no rule names them", ["valheim"])]
    assert [one.what.partition(":")[0] for one in found if not one.servers] == [
        "`limits.report` is not set",
        "`heartbeat` is not set",
        "nothing is kept",
    ]


async def test_a_panel_that_does_not_answer_and_a_refused_reload_are_told(tmp_path: Path) -> None:
    async with watching(tmp_path, "crash-alert.yml") as watch:
        # Time that is virtual passes as it likes while the files are read in a thread.
        cause(watch.world, "panel-down", {"status": 503, "seconds": 1e9})
        watch.daemon.connections.pool.list_again()
        await watch.until(lambda: watch.daemon.metrics.health().not_ready != "")
        (tmp_path / "rules.d" / "crash-alert.yml").write_text("rules: [{id: a}]")
        await watch.daemon.reload()
        about = await watch.daemon.about.about()

    assert about.sources[0].problem == "HTTP 503"
    assert about.refused == "there are mistakes; the old configuration stays"


def test_limits_are_told_as_people_read_them() -> None:
    limits = Limits(
        arm=Arm.LIVE, settle=120.0, power_server=Budget(3, 3600.0), parallel=5, report="ops",
        allow=(Allowance(reinstall=True),),
    )  # fmt: skip

    told = {one.name: one.value for one in limits_in_force(limits)}

    assert (told["arm"], told["settle"], told["report"]) == ("live", "2m", "ops")
    assert (told["power.server"], told["power.node"]) == ("3 within 1h", "no limit")
    assert (told["power.parallel"], told["hold_power_if"]) == ("5", "never")
    assert told["allow"] == "power reinstall on all servers"
    assert {one.name: one.value for one in limits_in_force(Limits())}["allow"].startswith(
        "everything but `kill`"
    )
