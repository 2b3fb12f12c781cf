"""What is documented of the recorded Wings, and no recording at hand shows: the simulator does it all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.compare import Difference
from tests.verify.described import ALLOWED, REMOTE, uuid_of
from tests.verify.handmade import ADMIN, GENERIC, LOCKED, OWNER, PULLED, PULLING, Handmade
from tests.verify.judge import verify
from tests.verify.recording import written


def _differences(folder: Path, made: Handmade) -> tuple[Difference, ...]:
    return verify(written(folder, made.rows)).differences


def test_upgrades_with_right_and_wrong_origins_and_names(tmp_path: Path) -> None:
    made = Handmade("a")
    made.upgrade(1, 403, conn="none", origin=None)
    made.upgrade(101, 403, conn="empty", origin="")
    made.upgrade(201, 403, conn="slash", origin=f"{REMOTE}/")
    made.upgrade(301, 403, conn="other", origin="https://127.0.0.1:8000")
    made.upgrade(401, 101, conn="allowed", origin=ALLOWED[0])
    made.upgrade(501, 404, "01234567-0000-4000-8000-000000000000", conn="unknown")
    made.upgrade(601, 404, "aaaaaaaa", conn="short")
    made.upgrade(701, 404, uuid_of("a").upper(), conn="upper")
    made.add(900, "closed", conn="allowed", code=1000, reason="", by="client")

    assert _differences(tmp_path, made) == ()


@pytest.mark.parametrize(
    ("status", "uuid", "origin", "media", "passes"),
    [
        (403, "", "", "text/plain; charset=utf-8", True),
        (404, "aaaaaaaa", REMOTE, "application/json; charset=utf-8", True),
        (403, "", "", "application/json", False),
        (404, "", "", "text/plain", False),
    ],
)
def test_the_media_type_of_a_refusal_is_compared_where_it_was_recorded(
    tmp_path: Path, status: int, uuid: str, origin: str, media: str, passes: bool
) -> None:
    made = Handmade("a")
    made.upgrade(1, status, uuid, origin=origin)
    made.rows[-1]["detail"] = f"headers={ {'content-type': media, 'x-request-id': 'any'} }"

    assert (_differences(tmp_path, made) == ()) is passes


@pytest.mark.parametrize("end", ["stop", "kill"])
@pytest.mark.parametrize("late", [0.5, 20])
def test_a_start_within_20_ms_of_offline_meets_the_lock(tmp_path: Path, end: str, late: float) -> None:
    made = _ended("a", end)
    offline = made.rows[-1]["ms"]
    made.power(offline + late, "start")
    made.error(offline + late + 1, LOCKED)
    made.leave(offline + 2000)

    assert _differences(tmp_path, made) == ()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_start_100_ms_after_offline_works(tmp_path: Path, end: str) -> None:
    made = _ended("a", end)
    offline = made.rows[-1]["ms"]
    made.power(offline + 100, "start")
    made.started(offline + 100)
    made.leave(offline + 2000)

    assert _differences(tmp_path, made) == ()


def test_all_three_delays_after_a_stop_and_after_a_kill_in_one_conversation(tmp_path: Path) -> None:
    made = Handmade("a")
    made.enter()
    ms = 500.0
    for end in ("stop", "kill"):
        for late in (0.3, 20.0, 100.0):
            made.power(ms, "start")
            made.started(ms)
            made.power(ms + 1500, end)
            _end(made, ms + 1500, end)
            offline = made.rows[-1]["ms"]
            made.power(offline + late, "start")
            if late < 100:
                made.error(offline + late + 1, LOCKED)
            else:
                made.started(offline + late)
                made.power(offline + 1700, "kill")
                _end(made, offline + 1700, "kill")
            ms = offline + 3500
    made.leave(ms)

    assert _differences(tmp_path, made) == ()


def _ended(letter: str, end: str) -> Handmade:
    made = Handmade(letter)
    made.enter()
    made.power(500, "start")
    made.started(500)
    made.power(2300, end)
    _end(made, 2300, end)
    return made


def _end(made: Handmade, ms: float, how: str) -> None:
    if how == "stop":
        made.stopping(ms)
    else:
        made.hear(ms + 2, "status", "stopping")
        made.gone(ms + 49)


@pytest.mark.parametrize(
    ("permissions", "told"),
    [
        (OWNER, GENERIC),
        (ADMIN, 'environment/docker: failed to pull "any.example/none" image for server: not found'),
    ],
    ids=["owner", "admin"],
)
def test_an_image_that_cannot_be_pulled_fails_the_start(
    tmp_path: Path, permissions: tuple[str, ...], told: str
) -> None:
    made = Handmade("e")
    made.enter(permissions=permissions)
    made.power(500, "start")
    made.preparing(500)
    made.rows = made.rows[:-2]
    made.daemon(521, PULLING)
    made.daemon(1400, PULLED)
    made.hear(1400, "status", "stopping")
    made.gone(1401)
    made.error(1402, told)
    made.leave(4000)

    assert _differences(tmp_path, made) == ()


def test_an_image_that_cannot_be_pulled_may_be_told_as_a_crash_too(tmp_path: Path) -> None:
    """Both courses were seen here: Wings sets `stopping`, and may read `offline` before it tells that."""
    made = Handmade("e")
    made.enter()
    for ms in (500, 1420):
        if ms == 500:
            made.power(ms, "start")
        made.preparing(ms)
        made.rows = made.rows[:-2]
        made.daemon(ms + 21, PULLING)
        made.daemon(ms + 521, PULLED)
        made.gone(ms + 522)
        if ms == 500:
            made.error(ms + 523, GENERIC)
        else:
            made.daemon(ms + 523, "Server crash was detected but an error occurred while handling it.")
        made.daemon(
            ms + 560,
            "---------- Detected server process in a crashed state! ----------",
            "Exit code: 1",
            "Out of memory: false",
        )
    made.daemon(1981, "Aborting automatic restart, last crash occurred less than 60 seconds ago.")
    made.leave(5000)

    assert _differences(tmp_path, made) == ()


@pytest.mark.parametrize("running", [False, True])
def test_a_server_that_is_deleted_says_so_and_is_unknown_then(tmp_path: Path, *, running: bool) -> None:
    made = Handmade("a")
    made.enter()
    if running:
        made.power(500, "start")
        made.started(500)
    path = f"/api/servers/{made.uuid}"
    made.add(2300, "do", do="http", method="DELETE", path=path, status=204)
    made.hear(2303, "deleted", "null")
    made.add(2304, "closed", code=1001, reason="server deleted", by="wings")
    made.upgrade(3000, 404, conn="later")

    assert _differences(tmp_path, made) == ()


def test_without_crash_detection_a_crash_is_one_line(tmp_path: Path) -> None:
    made = Handmade("b")
    made.enter()
    made.power(500, "start")
    made.started(500)
    made.say(2300, "send command", "exit 3")
    made.lines(2302, "exit 3", "exiting with 3")
    made.gone(2340)
    made.daemon(2345, "Aborting automatic restart, crash detection is disabled for this instance.")
    made.leave(5000)

    assert _differences(tmp_path, made) == ()


def test_a_suspended_server_is_heard_and_does_not_start(tmp_path: Path) -> None:
    made = Handmade("d")
    made.enter(permissions=ADMIN)
    made.say(500, "send stats")
    made.reading(501, "offline", direct=True)
    made.say(1000, "send logs")
    made.power(1500, "start")
    made.error(1520, "server is currently in a suspended state")
    made.power(2000, "restart")
    made.error(2020, "server is currently in a suspended state")
    made.power(2500, "stop")
    made.power(3000, "kill")
    http = {"do": "http", "method": "POST", "path": f"/api/servers/{made.uuid}/power"}
    made.add(3500, "do", **http, json={"action": "start"}, status=400)
    made.leave(4500)

    assert _differences(tmp_path, made) == ()


def test_without_its_line_a_server_stays_starting_and_can_be_stopped(tmp_path: Path) -> None:
    made = Handmade("f")
    made.enter()
    made.power(500, "start")
    made.preparing(500)
    made.begun(760)
    made.reading(1500, "starting")
    made.lines(1760, '\x1b[32m[boot]\x1b[0m level "wörld" loaded')
    for ms in (2500, 3500, 4500):
        made.reading(ms, "starting")
    made.power(5000, "start")
    made.error(5001, GENERIC)
    made.power(5400, "stop")
    made.stopping(5400)
    made.leave(8000)

    assert _differences(tmp_path, made) == ()


def test_docker_s_own_stop_waits_for_the_end_of_a_slow_boot(tmp_path: Path) -> None:
    made = Handmade("c")
    made.enter()
    made.power(500, "start")
    made.preparing(500)
    made.begun(760)
    for ms in (1500, 2500):
        made.reading(ms, "starting")
    made.power(3000, "stop")
    made.hear(3001, "status", "stopping")
    for ms in (3500, 4500, 5500, 6500):
        made.reading(ms, "stopping")
    made.lines(6763, "caught TERM")
    made.gone(6800)
    made.leave(9000)

    assert _differences(tmp_path, made) == ()


def _stopped_by_signal(permissions: tuple[str, ...] = OWNER) -> Handmade:
    """Server b is told to stop while it boots: it minds the signal a second after it began, at 1760."""
    made = Handmade("b")
    made.enter(permissions=permissions)
    made.power(500, "start")
    made.preparing(500)
    made.begun(760)
    made.power(1000, "stop")
    made.hear(1001, "status", "stopping")
    made.gone(1012)
    return made


def test_a_stop_by_signal_is_offline_before_the_process_is(tmp_path: Path) -> None:
    made = _stopped_by_signal()
    made.say(1100, "send command", "help")
    made.say(1150, "send stats")
    made.reading(1151, "offline", direct=True)
    made.power(1200, "start")
    made.error(1201, LOCKED)
    made.lines(1762, "caught INT")
    made.power(3000, "start")
    made.started(3000)
    made.power(5000, "stop")
    made.hear(5001, "status", "stopping")
    made.gone(5012)
    made.lines(5012, "caught INT")
    made.leave(7000)

    assert _differences(tmp_path, made) == ()


def test_a_restart_by_signal_goes_on_when_the_process_has_ended(tmp_path: Path) -> None:
    made = Handmade("b")
    made.enter()
    made.power(500, "start")
    made.started(500)
    made.power(2300, "restart")
    made.hear(2301, "status", "stopping")
    made.gone(2312)
    made.lines(2313, "caught INT")
    made.started(2400)
    made.leave(4500)

    assert _differences(tmp_path, made) == ()


def test_before_the_first_line_a_restart_meets_the_lock_and_a_kill_waits(tmp_path: Path) -> None:
    made = Handmade("a")
    made.enter()
    made.power(500, "start")
    made.preparing(500)
    made.power(560, "restart")
    made.error(561, LOCKED)
    made.power(580, "kill")
    made.hear(740, "status", "stopping")
    first = f"\x1b[1m\x1b[33mcontainer@pterodactyl~ \x1b[0m{made.startup}"
    made.lines(741, first, "[boot] loading world (MODE=normal)")
    made.gone(775)
    made.leave(4000)

    assert _differences(tmp_path, made) == ()


@pytest.mark.parametrize("deed", ["docker kill", "docker stop"])
def test_docker_ends_a_paused_container_and_that_is_a_crash(tmp_path: Path, deed: str) -> None:
    made = Handmade("a")
    made.enter()
    made.power(500, "start")
    made.started(500)
    made.add(2100, "do", do="docker pause")
    for ms in (2500, 3500):
        made.reading(ms, "running")
    made.add(4000, "do", do=deed)
    if deed == "docker stop":
        made.lines(4010, "caught TERM")
    made.gone(4060)
    made.daemon(
        4070,
        "---------- Detected server process in a crashed state! ----------",
        f"Exit code: {137 if deed == 'docker kill' else 0}",
        "Out of memory: false",
    )
    made.started(4090)
    made.leave(7000)

    assert _differences(tmp_path, made) == ()


def test_a_reinstallation_first_stops_what_runs(tmp_path: Path) -> None:
    made = Handmade("a")
    made.enter(permissions=ADMIN)
    made.power(500, "start")
    made.started(500)
    made.add(2100, "do", do="reinstall", status=202)
    made.stopping(2100)
    made.hear(3145, "install started", "")
    made.hear(3450, "daemon message", "Starting installation process, this could take a few minutes...")
    made.hear(3451, "install output", "installing step 1")
    for line in ("\x1b[31mred\x1b[0m line", "err line", "install done"):
        made.hear(5452, "install output", line)
    made.hear(5565, "install completed", "")
    made.leave(7000)

    assert _differences(tmp_path, made) == ()


# Another Wings than the documented one is found out.


def test_readings_after_a_stop_by_signal_are_found_out(tmp_path: Path) -> None:
    made = _stopped_by_signal()
    made.reading(1500, "stopping")
    made.lines(1762, "caught INT")
    made.reading(2500, "stopping")
    made.leave(6000)

    assert _differences(tmp_path, made) != ()


def test_a_second_offline_after_a_stop_by_signal_is_found_out(tmp_path: Path) -> None:
    made = _stopped_by_signal()
    made.lines(1762, "caught INT")
    made.gone(1800)
    made.leave(6000)

    assert _differences(tmp_path, made) != ()


def test_a_stop_that_is_told_after_a_deletion_is_found_out(tmp_path: Path) -> None:
    made = Handmade("a")
    made.enter()
    made.power(500, "start")
    made.started(500)
    path = f"/api/servers/{made.uuid}"
    made.add(2300, "do", do="http", method="DELETE", path=path, status=204)
    made.hear(2302, "status", "stopping")
    made.hear(2303, "deleted", "null")
    made.add(2304, "closed", code=1001, reason="server deleted", by="wings")

    assert _differences(tmp_path, made) != ()
