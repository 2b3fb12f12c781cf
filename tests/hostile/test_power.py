"""A power action is asked for at its time and once, and never against what Wings, the Panel or a human is doing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.hostile.house import Answer, Server
from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-power")

RULES = r"""
rules:
  - {id: restarts, when: {console: '^restart it$'}, cooldown: 1h, do: [{power: restart, within: 30s}]}
  - {id: starts, when: {console: '^start it$'}, do: [{power: start}]}
  - {id: counts, when: {console: '^count down$'}, do: [{countdown: 1h, at: [1h], say: "restart in ${left}", else: [end]}, {power: restart}]}
  - {id: backs-up, when: {console: '^back up$'}, do: [{backup: nightly, within: 1h}, {send: "say backed up"}]}
  - {id: bothered, when: {console: '^bother (?P<player>\w+)$'}, by: [it.player], cooldown: 1h, do: [{send: "say hello ${it.player}"}]}
  - {id: looped-chat, when: {console: '^chat-loop'}, do: [{notify: ops, text: "chat-loop ${name}"}, {send: "say chat-loop"}]}
"""
LIMITS = "  power: {server: 100/1h, fleet: 1000/1h}\n  send: {server: 300/10s}"


def wings_says(text: str) -> str:
    return f"\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m {text}\x1b[0m"


GIVES_UP = (
    wings_says("---------- Detected server process in a crashed state! ----------"),
    wings_says("Exit code: 1"),
    wings_says("Out of memory: false"),
    wings_says("Aborting automatic restart, last crash occurred less than 60 seconds ago."),
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("power"), RULES, fresh=40, limits=LIMITS) as made, made.running():
        yield made


def refusal(detail: str, status: int = 409) -> Answer:
    error = {"code": "HttpException", "status": str(status), "detail": detail}
    return Answer(status, json.dumps({"errors": [error]}).encode())


BUSY = {
    "installing": "This server has not yet completed its installation process.",
    "restoring a backup": "This server is currently restoring from a backup.",
    "transferring": "This server is currently being transferred to a new machine.",
    "suspended": "This server is currently suspended and the functionality requested is unavailable.",
    "making a backup": "This server is making a backup.",
}


@pytest.mark.parametrize("busy", BUSY)
def test_a_restart_while_wings_is_busy_is_refused_in_words_and_not_asked_without_end(
    here: World, busy: str
) -> None:
    server = here.fresh()
    here.house.answers("POST", f"{server.uuid}/power", refusal(BUSY[busy]))
    server.prints("restart it")
    here.daemon.tells("call.ended", "action=power", f"server={server.name}", "result=refused")
    here.served(here["lobby"])

    assert here.house.count("POST", f"{server.uuid}/power") <= 5
    assert server.powers == []


@pytest.mark.parametrize(
    "events",
    [
        [("install started", ""), ("install output", "x")],
        [("transfer status", "pending"), ("transfer status", "processing"), ("transfer logs", "x")],
        [("daemon message", "(restoring): world/level.dat"), ("backup restore completed", "")],
        [("backup completed", json.dumps({"uuid": "x", "is_successful": False}))],
    ],
    ids=["installing", "transferring", "restoring", "a failed backup"],
)
def test_what_wings_says_of_itself_sets_off_no_power_action_and_no_crash(
    here: World, events: list[tuple[str, ...]]
) -> None:
    server = here.fresh()
    for event in events:
        server.event(*event)
    server.turns("stopping", "offline")
    server.prints(*GIVES_UP[:1])
    here.daemon.tells("server=" + server.name)
    server.turns("starting", "running")
    here.served(server)

    assert server.powers == []


@pytest.mark.parametrize("attribute", ["is_installing", "is_suspended", "is_transferring"])
def test_a_server_that_the_panel_has_in_hand_is_not_brought_up_by_players(
    here: World, attribute: str
) -> None:
    server = here.fresh()
    server.attributes[attribute] = True
    here.house.answers("POST", f"{server.uuid}/power", refusal("busy"))
    server.turns("stopping", "offline")
    server.prints(*["start it"] * 100)
    server.turns("running")
    here.served(server)

    assert server.powers == []
    assert here.house.count("POST", f"{server.uuid}/power") <= 5


def test_a_stop_by_a_human_in_the_middle_of_our_restart_is_not_undone(here: World) -> None:
    server = here.fresh()
    server.obeys = False
    server.prints("restart it")
    server.until(lambda one: one.powers == ["restart"])
    server.turns("stopping", "offline", "starting", "running", "stopping", "offline")
    here.daemon.tells("call.ended", "action=power", f"server={server.name}")
    server.prints("start it", *GIVES_UP[:1])
    here.daemon.tells("rule.", "rule=starts", server.name)

    assert server.powers == ["restart"]


def test_a_stop_by_a_human_while_a_countdown_runs_is_not_followed_by_our_restart(here: World) -> None:
    server = here.fresh()
    server.prints("count down")
    here.daemon.tells("rule.acting", "rule=counts", server.name)
    server.turns("stopping", "offline")
    here.served(here["lobby"])

    assert server.powers == []


LOST: dict[str, Answer] = {
    "an answer that never comes whole": Answer(raw=b"HTTP/1.1 204 No Content\r\nContent-"),
    "an answer of another protocol": Answer(raw=b"\x15\x03\x01\x00\x02\x02\x28"),
    "504": Answer(504, b'{"errors":[{"code":"DaemonConnectionException","detail":"timeout"}]}'),
}


@pytest.mark.parametrize("lost", LOST)
def test_a_command_whose_answer_is_lost_is_not_typed_twice(here: World, lost: str) -> None:
    server = here.fresh()
    here.house.answers("POST", f"{server.uuid}/command", LOST[lost])
    server.prints("bother Eve")
    here.daemon.tells("call.ended", f"server={server.name}", "result=unknown")
    here.house.overrides.pop(0)
    here.served(server)

    assert "say hello Eve" not in server.commands
    asked = [one for one in here.house.asked if one.path.endswith(f"{server.uuid}/command")]
    assert sum(b"hello Eve" in one.body for one in asked) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"uuid": "another", "is_successful": True},
        {"uuid": ["backup-1"], "is_successful": True},
        {"uuid": "backup-1"},
        {"uuid": "backup-1", "is_successful": "yes"},
        {"uuid": "backup-1\u0000", "is_successful": True},
    ],
    ids=["another's", "a list", "without a word", "a text", "with a NUL"],
)
def test_the_end_of_another_backup_is_not_taken_for_ours(here: World, told: dict[str, object]) -> None:
    server = here.fresh()
    server.prints("back up")
    server.until(lambda one: one.backups)
    server.event("backup completed", json.dumps(told))
    here.served(here["lobby"])

    assert "say backed up" not in server.commands


def test_a_player_who_bothers_a_thousand_times_keeps_no_other_player_from_being_answered(
    here: World,
) -> None:
    server: Server = here.fresh()
    answers = here.answers(server, *["bother Eve"] * 1_000, "bother Bob", *["bother Eve"] * 100)

    assert answers == ["say hello Eve", "say hello Bob"]


def test_names_without_end_spend_the_commands_of_their_own_server_alone(here: World) -> None:
    server, other = here.fresh(), here.fresh()
    server.prints(*(f"bother player{number}" for number in range(400)))
    here.served(other)

    assert here.answers(other, "bother Eve") == ["say hello Eve"]


def test_a_loop_through_a_chat_that_repeats_our_messages_on_the_console_ends_after_a_few_rounds(
    here: World,
) -> None:
    """As a bridge between chat and game would."""
    server = here.fresh()
    server.replies = lambda command: "chat-loop again" if command == "say chat-loop" else None
    server.prints("chat-loop")

    here.daemon.tells("rule.looping", "rule=looped-chat", server.name)
    assert len(server.commands) <= 6
