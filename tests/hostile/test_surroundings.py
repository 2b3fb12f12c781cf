"""The daemon stands on whatever it is started in, and leaves nothing open to others."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from tests.acceptance.processes import finished
from tests.hostile.world import World, world

pytestmark = [pytest.mark.xdist_group("hostile-surroundings"), pytest.mark.long]

RULES = r"""
rules:
  - {id: hello, when: {console: '^hello (?P<text>.*)$'}, by: [it.text], do: [{send: "say ${it.text}"}, {notify: ops, text: "${it.text}"}]}
  - {id: nightly, when: {schedule: '30 2 * * *', tz: Europe/Berlin}, do: [{notify: ops, text: night}]}
"""

FULL = r"""
rules:
  - {id: hello, when: {console: '^hello (?P<text>.*)$'}, do: [{notify: ops, text: "told ${it.text}"}, {send: "say ${it.text}"}]}
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Few descriptors, an open umask, a locale and a time zone that there are not, a proxy that is dead."""
    with world(tmp_path_factory.mktemp("surroundings"), RULES, fresh=12) as made:
        made.through = ["sh", "-c", 'umask 000; ulimit -n 128; cd /; exec "$@"', "sh"]
        made.env |= {
            "LANG": "xx_XX.evil",
            "LC_ALL": "C",
            "TZ": "../../etc/passwd",
            "HOME": "/nonexistent",
            "PYTHONIOENCODING": "ascii:strict",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
            "ALL_PROXY": "socks5://127.0.0.1:9",
            "SSL_CERT_FILE": "/nonexistent",
            "COLUMNS": "-1",
            "NO_COLOR": "",
            "SSLKEYLOGFILE": str(made.folder / "keys"),
        }
        with made.running():
            yield made


def test_an_environment_of_nonsense_changes_nothing(here: World) -> None:
    assert here.answers(here.fresh(), "hello é \U0001f600") == ["say é \U0001f600"]


def test_a_proxy_of_the_environment_is_not_asked_for_the_panel(here: World) -> None:
    assert here.house.count("GET", "/api/client") > 0


def test_with_an_open_umask_no_file_of_the_state_is_anybody_elses(here: World) -> None:
    here.served(here["lobby"])
    files = list((here.folder / "state").rglob("*"))

    assert files
    for path in files:
        assert stat.S_IMODE(path.lstat().st_mode) & 0o077 == 0, path


def test_a_thousand_signals_to_reload_are_a_few_reloads(here: World) -> None:
    server = here.fresh()
    for _ in range(1_000):
        here.daemon.signal(signal.SIGHUP)

    assert here.answers(server, "hello after") == ["say after"]
    assert server.connections == 1


@pytest.mark.parametrize("number", [signal.SIGPIPE, signal.SIGURG, signal.SIGWINCH, signal.SIGCONT])
def test_a_signal_that_means_nothing_to_it_means_nothing(here: World, number: signal.Signals) -> None:
    server = here.fresh()
    here.daemon.signal(number)

    assert here.answers(server, f"hello {number.name}") == [f"say {number.name}"]


def test_a_daemon_that_stood_still_goes_on_where_it_was(here: World) -> None:
    server = here.fresh()
    here.daemon.signal(signal.SIGSTOP)
    server.prints("hello meanwhile")
    here.daemon.signal(signal.SIGCONT)

    assert here.answers(server, "hello then") == ["say meanwhile", "say then"]


def test_a_second_daemon_on_the_same_state_ends_with_75_and_disturbs_nobody(here: World) -> None:
    done = finished("run", "-c", str(here.file))

    assert done.returncode == 75
    assert "Traceback" not in done.stdout + done.stderr
    here.served(here["lobby"])


def test_more_connections_than_there_are_descriptors_are_waited_for(here: World) -> None:
    """One hundred and twenty-eight are all it has; those who hold the control socket open take most of them."""
    with ExitStack() as stack:
        for _ in range(100):
            client = stack.enter_context(here.control())
            with suppress(httpx.HTTPError):  # some are refused: what counts is who goes on
                client.get("/v1/status")
        here.served(here["lobby"])


def test_a_reload_while_strangers_hold_all_descriptors_is_refused_or_taken_and_ends_nothing(
    here: World,
) -> None:
    with ExitStack() as stack:
        for _ in range(150):
            stranger = stack.enter_context(socket.socket(socket.AF_UNIX))
            stranger.connect(str(here.folder / "state" / "control.sock"))
        before = len(here.lines("reload."))
        for _ in range(3):
            here.daemon.signal(signal.SIGHUP)
        here.daemon.tells("reload.", times=before + 1)
    here.served(here["lobby"])

    assert here.ask("POST", "/v1/reload")["taken"]


def test_a_state_that_becomes_read_only_does_not_stop_the_rules(here: World) -> None:
    state = here.folder / "state"
    state.chmod(0o500)
    try:
        assert here.answers(here.fresh(), "hello read-only") == ["say read-only"]
    finally:
        state.chmod(0o700)


def test_on_a_disk_that_takes_nothing_people_are_told_and_no_command_is_typed(tmp_path: Path) -> None:
    """A limit on files stands for a full disk. What is typed and not written could be typed twice."""
    with world(tmp_path, FULL, fresh=1, limits="  report: ops") as made:
        made.through = ["bash", "-c", 'exec > >(cat) 2>&1; ulimit -f 0; exec "$@"', "bash"]
        server = made.fresh()
        with made.running():
            made.inbox.got("the journal cannot be written")
            server.prints("hello there")
            made.inbox.got("told there")
            made.daemon.tells("rule.no_journal", "hello")

        assert made.daemon.says("journal.out_of_order")
        assert server.commands == []


def test_a_folder_that_becomes_read_only_loses_nothing_at_the_end(tmp_path: Path) -> None:
    """Without its capabilities root may write no more than others."""
    with world(tmp_path, RULES, fresh=1) as made:
        made.through = ["bash", "-c", 'exec setpriv --inh-caps=-all --bounding-set=-all "$@"', "bash"]
        state = made.folder / "state"
        with made.running():
            assert made.answers(made.fresh(), "hello there") == ["say there"]
            state.chmod(0o500)
            made.ends()
            state.chmod(0o700)
        made.daemon.tells("daemon.ended")

        assert not made.daemon.says("journal.lost")


def test_rules_that_vanish_keep_the_old_ones(here: World) -> None:
    rules, away = here.folder / "rules.d", here.folder / "away.d"
    rules.rename(away)
    try:
        answer = here.ask("POST", "/v1/reload")
        assert here.answers(here.fresh(), "hello old") == ["say old"]
    finally:
        away.rename(rules)

    assert not answer["taken"]


@pytest.mark.parametrize(
    ("closing", "code"),
    [("exec >&- 2>&-", 0), ("exec </dev/null >/dev/full 2>/dev/full", 0)],
    ids=["closed", "full"],
)
def test_an_output_that_nobody_takes_does_not_end_it(
    tmp_path_factory: pytest.TempPathFactory, closing: str, code: int
) -> None:
    with world(tmp_path_factory.mktemp("output"), RULES, fresh=1) as made:
        made.through = ["sh", "-c", f'{closing}; exec "$@"', "sh"]
        with made.running(linked=False) as daemon:
            server = made.fresh()
            server.until(lambda one: one.told, "no link")
            assert made.answers(server, "hello nobody") == ["say nobody"]
            daemon.signal(signal.SIGTERM)
            assert daemon.ended() == code


def test_a_pipe_that_nobody_reads_does_not_stop_the_commands_of_the_cli() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)

    done = finished("schema")
    assert done.returncode == 0
