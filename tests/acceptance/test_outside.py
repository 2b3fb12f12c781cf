"""From a hook over a real socket to a broadcast, a save, a backup, a request and a program."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx

from tests.acceptance.processes import Process, eventually
from tests.acceptance.receiver import receiving
from tests.acceptance.simulation import simulated
from tests.acceptance.site import Site, watching

OUTSIDE = """
listen: {{http: "127.0.0.1:0"}}
hooks: {{deploy: {{token: {{file: hook}}}}}}
http: {{status: {{url: "{status}"}}}}
exec: {{note: {{argv: ["{program}", first], timeout: 20s}}}}
"""

RULES = """
rules:
  - id: deploy
    when: {hook: deploy}
    do:
      - {say: "version ${it.version} comes"}
      - {save: 30s}
      - {backup: "before ${it.version}", within: 1m}
      - {http: status, json: {title: page, message: "${name} gets ${it.version}"}}
      - {exec: note, args: ["${name}", "${it.version}; touch stolen"]}
      - {notify: ops, text: "${name} is ready for ${it.version}"}
"""

PROGRAM = """#!/bin/sh
printf '%s\\n' "$@" > {noted}
"""


def port_of(daemon: Process) -> str:
    return daemon.tells("hooks.listening").rpartition("address=")[2].split()[0].strip('"')


def test_a_hook_sets_off_a_rule_that_reaches_the_outside_world(tmp_path: Path) -> None:
    program, noted = tmp_path / "note", tmp_path / "noted"
    program.write_text(PROGRAM.format(noted=noted))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with simulated(tmp_path) as simulation, receiving() as receiver:
        (server,) = simulation.servers
        simulation.runs(server)
        site = Site(tmp_path, simulation.panel, simulation.key, receiver.url)
        site.secret("hook", "a long token of a hook")
        settings = site.file.read_text().replace("[list, say]", "[list, say, save-all]")
        # The receiver takes any POST: it stands for the page, too.
        status = receiver.url.replace("json://", "http://")
        site.file.write_text(settings + OUTSIDE.format(status=status, program=program))
        site.rules(RULES)
        with watching(site) as daemon:
            daemon.tells("link.up", server)
            url = f"http://{port_of(daemon)}/hooks/deploy"
            wrong = httpx.post(url, json={"server": server}, headers={"Authorization": "Bearer guessed"})
            body = {"server": server, "version": "1.2"}
            right = httpx.post(url, json=body, headers={"Authorization": "Bearer a long token of a hook"})
            eventually(lambda: receiver.got(f"{server} is ready for 1.2"), daemon.output)
            output = daemon.output()
        commands = simulation.seen("command", server)

    assert commands[:2] == ["say version 1.2 comes", "save-all"]
    assert (wrong.status_code, right.status_code) == (401, 202)
    assert receiver.got("page", f"{server} gets 1.2")
    assert noted.read_text() == f"first\n{server}\n1.2; touch stolen\n"
    assert not (tmp_path / "stolen").exists()
    assert "a long token of a hook" not in output
    assert status not in output
