"""Why, why not, acknowledged, silenced, put to work again: the installed command against a running daemon."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from tests.acceptance.processes import finished
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

RULES = """\
rules:
  - id: down
    while: state == "offline"
    do: [{notify: ops, text: "${name} is down"}, {wait: 1h}]
  - id: hello
    when: {console: '^hello (?P<who>\\w+)$'}
    if: not installing
    breaker: {max: 1, within: 1h}
    do: [{send: list}]
  - id: rust
    servers: {pack: rust}
    while: state == "running"
    do: [{send: list}]
"""

Ask = Callable[..., "CompletedProcess[str]"]


def asking(folder: Path) -> Ask:
    config = str(folder / "automaton.yml")
    return lambda *words: finished(*words, "-c", config)


def site_of(folder: Path, simulation: Simulation) -> Site:
    site = Site(folder, simulation.panel, simulation.key)
    site.rules(RULES)
    return site


def test_an_incident_is_explained_and_acknowledged(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watching(site_of(tmp_path, simulation)) as daemon:
        (server,) = simulation.servers
        ask = asking(tmp_path)
        daemon.tells("link.up")
        simulation.runs(server)
        idle = ask("why-not", "down", server)
        simulation.fault("stop", server=server)
        daemon.tells("call.ended", "rule=down")
        explained = ask("explain", "down", server)
        as_json = json.loads(ask("explain", "down", server, "--json").stdout)
        acked, again = ask("ack", "down"), ask("ack", "down", server)
        daemon.tells("operator.ack", "rule=down", 'by="uid ')
        listed = ask("incidents")

    lines = explained.stdout.splitlines()
    assert idle.stdout.splitlines()[0] == f"down does not fire for {server}: the expression is false"
    assert lines[0].startswith(f"down has an open incident for {server}, for ")
    assert '  state == "offline"  true' in lines
    assert any(line.startswith("its run is at `wait`, step 2 of 2 (") for line in lines)
    assert any(line.endswith(f" ago  asked: notify ops: {server} is down: handed to `ops`") for line in lines)
    assert as_json["explanations"][0]["phase"] == "open"
    assert (acked.returncode, acked.stdout) == (0, f"down for {server} is acknowledged\n")
    assert again.stdout == f"down for {server} is acknowledged (it was already)\n"
    assert listed.stdout.splitlines()[1].split()[:2] == ["down", server]
    assert listed.returncode == explained.returncode == 0


def test_a_breaker_that_tripped_is_found_and_reset(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watching(site_of(tmp_path, simulation)) as daemon:
        (server,) = simulation.servers
        ask = asking(tmp_path)
        daemon.tells("link.up")
        simulation.runs(server)
        simulation.fault("print", server=server, lines=["hello Ann"])
        daemon.tells("rule.cleared", "rule=hello")
        simulation.fault("print", server=server, lines=["hello Bob"])
        daemon.tells("rule.tripped")
        why, rules = ask("why-not", "hello", server), ask("rules")
        reset, listed = ask("breaker", "reset", "hello", server), ask("breaker")
        daemon.tells("operator.breaker_reset")
        nothing = ask("breaker", "reset", "hello")

    tripped = "the `breaker` has tripped and is not reset yet: `automaton breaker reset` does that"
    assert why.stdout.splitlines()[0] == f"hello does not fire for {server}: {tripped}"
    assert any(line.startswith("    on line: ") and line.endswith("hello Bob") for line in _lines(why))
    assert [line.split()[0] for line in _lines(rules)] == ["RULE", "down", "hello", "rust"]
    assert (reset.returncode, reset.stdout) == (0, f"hello works again for {server}\n")
    assert (listed.stdout, listed.stderr) == ("", "no breaker has tripped\n")
    assert (nothing.returncode, nothing.stderr) == (1, "the breaker of hello has not tripped\n")


def test_a_silence_holds_what_it_names_until_it_is_ended(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watching(site_of(tmp_path, simulation)) as daemon:
        (server,) = simulation.servers
        ask = asking(tmp_path)
        daemon.tells("link.up")
        simulation.runs(server)
        begun = ask("silence", "--rule", "d*", "--server", server, "--for", "2h", "--note", "night", "--json")
        id_ = json.loads(begun.stdout)["id"]
        simulation.fault("stop", server=server)
        daemon.tells("rule.silenced", "rule=down")
        why, listed = ask("why-not", "down", server), ask("silence")
        ended = ask("silence", "end", id_)
        daemon.tells("rule.acting", "rule=down")
        again = ask("silence", "end", id_)

    assert f"held by a silence: silence {id_}: night" in why.stdout
    assert _lines(listed)[1].split()[:3] == [id_, "d*", server]
    assert (ended.returncode, ended.stdout) == (0, f"silence {id_} has ended\n")
    assert (again.returncode, again.stderr) == (
        1,
        "there is no such silence; `automaton silence list` shows them\n",
    )


def test_what_is_none_is_told_with_its_exit_code(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, watching(site_of(tmp_path, simulation)) as daemon:
        (server,) = simulation.servers
        ask = asking(tmp_path)
        daemon.tells("link.up")
        scope = ask("why-not", "rust", server)
        wrong = [
            ask("explain", "dwn", server),
            ask("explain", "down", "nowhere"),
            ask("silence", "--rule", "a"),
            ask("breaker", "reset"),
        ]
    without = asking(tmp_path)("explain", "down", server)

    assert "the rule does not name this server: `pack: rust` does not fit" in scope.stdout
    assert [one.returncode for one in wrong] == [1, 1, 2, 2]
    assert wrong[0].stderr == "no rule is called `dwn`, did you mean `down`?\n"
    assert (without.returncode, without.stdout) == (3, "")


def _lines(ended: CompletedProcess[str]) -> list[str]:
    return ended.stdout.splitlines()


def test_which_servers_have_which_pack_is_told_by_the_running_daemon_with_the_reason(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation:
        (server,) = simulation.servers
        site = site_of(tmp_path, simulation)
        (tmp_path / "packs.d").mkdir()
        (tmp_path / "packs.d" / "mine.yml").write_text(
            "pack: mine\nmatch: {egg: Paper}\nevents: {up: '^up$'}\n"
        )
        with watching(site) as daemon:
            daemon.tells("link.up")
            ask = asking(tmp_path)
            told, one = ask("packs"), ask("packs", "mine")
            held = ask("pack", "test")

    assert told.stdout.splitlines()[1].split()[:2] == ["mine", "1"]
    assert [line.split() for line in told.stdout.splitlines()[-2:]] == [
        ["PACK", "BY", "SERVERS"],
        ["mine", "egg:", "Paper", "1:", server],
    ]
    assert f"servers: 1\n  {server} " in one.stdout
    assert (held.returncode, held.stdout) == (0, "mine: no tests\nno tests\n")
