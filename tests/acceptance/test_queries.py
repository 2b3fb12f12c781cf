"""Games that are asked over the network: at their allocation, beside it, at a variable of their egg."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.processes import finished
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watching

RULES = """\
rules:
  - {id: answers, while: query_ok and query_ms < 5000, do: [{notify: ops, text: "${name} answers"}]}
  - {id: hangs, while: not query_ok, do: [{notify: ops, text: "${name} hangs"}]}
"""
GAMES = ("minecraft", "rust", "valheim", "source")


def test_games_are_asked_where_the_panel_says_and_one_that_hangs_is_found(tmp_path: Path) -> None:
    options = ("--query", *(word for game in GAMES for word in ("--game", game)))
    with simulated(tmp_path, options=options) as simulation:
        simulation.all_are("running")
        site = Site(tmp_path, simulation.panel, simulation.key)
        site.rules(RULES)
        with watching(site) as daemon:
            for game in GAMES:
                daemon.tells("rule.fired", "rule=answers", f"server={game}-1")
            simulation.fault("freeze", server="valheim-1")
            daemon.tells("call.ended", "server=valheim-1", "action=query", "result=unknown")
            daemon.tells("rule.unanswered", "server=valheim-1", "no answer within 5 s")
            daemon.tells("rule.fired", "rule=hangs", "server=valheim-1")
            config = str(tmp_path / "automaton.yml")
            hangs = finished("explain", "hangs", "valheim-1", "-c", config).stdout
            well = finished("why-not", "hangs", "rust-1", "-c", config).stdout

    assert hangs.startswith("hangs has an open incident for valheim-1")
    assert well.startswith("hangs does not fire for rust-1: the expression is false")


def test_a_node_in_direct_mode_says_where_its_games_are_asked(tmp_path: Path) -> None:
    with simulated(tmp_path, options=("--query", "--game", "rust")) as simulation:
        simulation.all_are("running")
        site = Site(tmp_path, simulation.panel, simulation.key)
        (config,) = simulation.configs
        text = site.file.read_text(encoding="utf-8")
        first, _, rest = text.partition("\n")
        assert first.startswith("panels:")
        nodes = f'nodes: {{edge: {{config: {{file: "{config}"}}, servers: [{{id: "*", egg: Rust}}]}}}}'
        site.file.write_text(f"{nodes}\n{rest}", encoding="utf-8")
        site.rules(RULES)
        with watching(site) as daemon:
            daemon.tells("rule.fired", "rule=answers", "server=rust-1")
