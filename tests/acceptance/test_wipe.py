"""A wipe from end to end: stop, backup, files, variable, start; and a reinstall. Judged by the simulator."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.processes import eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import Simulation, simulated
from tests.acceptance.site import Site, watching

OF_THE_SITE = "{power: [start, stop, restart], send: [list, say]}"
ALLOW = '{power: [start, stop, reinstall], files: ["world*", motd.txt], startup: [SEED]}'
WIPE = """
rules:
  - id: wipe
    when: {console: '^wipe with (?P<seed>\\S+)$'}
    do:
      - power: stop
      - {backup: "before ${it.seed}", keep: 1}
      - files: {delete: ["world*"]}
      - files: {write: motd.txt, text: "seed ${it.seed}\\n"}
      - startup: {SEED: "${it.seed}"}
        else: [{notify: ops, text: "no seed: ${result.reason}"}]
      - power: start
      - {notify: ops, text: "${name} is wiped"}
  - id: anew
    when: {console: '^install anew$'}
    cooldown: 1m
    do: [reinstall, {notify: ops, text: "${name} is installed"}]
"""


def files_of(simulation: Simulation, server: str) -> dict[str, str]:
    answer = simulation.control.get("/files", params={"server": server}).raise_for_status()
    texts: dict[str, str] = answer.json()
    return texts


def test_a_server_is_wiped_with_a_seed_of_its_own_and_installed_anew(tmp_path: Path) -> None:
    with simulated(tmp_path) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.file.write_text(site.file.read_text().replace(OF_THE_SITE, ALLOW))
        site.rules(WIPE)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            simulation.fault("print", lines=["wipe with 42"])
            eventually(lambda: receiver.got(f"{server} is wiped"), lambda: receiver.texts)
            files = files_of(simulation, server)
            simulation.fault("print", lines=["install anew"])
            eventually(lambda: receiver.got(f"{server} is installed"), lambda: receiver.texts)

        assert files["world/level.dat"] == files["world_nether/level.dat"] == "seed=42\n"
        assert files["motd.txt"] == "seed 42\n"
        assert files["server.properties"]
        assert simulation.seen("startup", server) == ["SEED=42"]
        assert len(simulation.seen("backup", server)) == 1
        assert simulation.seen("files", server)[-1] == "reinstall"
        assert files_of(simulation, server)["server.jar"].endswith("anew)")
        assert not receiver.got("no seed")
