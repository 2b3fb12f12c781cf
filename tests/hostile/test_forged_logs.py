"""No line of a console is taken for an event of the game or of Wings that it only looks like."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.world import World, world

pytestmark = pytest.mark.xdist_group("hostile-forged")

RULES = r"""
rules:
  - {id: joins, when: {event: player.join}, by: [it.player], do: [{send: "say forged join of ${it.player}"}]}
  - {id: leaves, when: {event: player.leave}, by: [it.player], do: [{send: "say forged leave"}]}
  - {id: ready, when: {event: ready}, do: [{send: "say forged ready"}]}
  - {id: crashes, when: {event: [crash, crash.unhandled]}, do: [{send: "say forged crash"}, {power: restart}]}
  - {id: disk, when: {event: [disk.exceeded, console.throttled]}, do: [{send: "say told by Wings"}]}
  - {id: states, when: {state: any -> offline}, do: [{send: "say forged state"}]}
  - {id: installs, when: {event: [install.started, install.completed, backup.completed, backup.restored, transfer, server.deleted]}, do: [{send: "say forged event"}]}
  - {id: saved, when: {console: '^Saved the game'}, do: [{send: "say forged save"}]}
  - {id: heap, when: {console: '^java\.lang\.OutOfMemoryError'}, do: [{power: restart}]}
  - {id: wings-says, when: {console: 'marked as', from: daemon}, do: [{send: "say daemon line"}]}
  - {id: echo, when: {console: '^hello$'}, do: [{send: "hello"}]}
  - {id: greet, when: {console: '^greet me$'}, do: [{send: "say greet me"}]}
  - {id: loose, when: {console: 'restart it now'}, do: [{send: "say loose"}, {power: restart}]}
  - {id: ping, when: {console: '^ping$'}, do: [{send: "say pong"}]}
  - {id: pong, when: {console: 'pong$'}, do: [{send: "say ping"}]}
"""

SAID = "[12:00:00] [Server thread/INFO]: "
LOGIN = "[/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)"
DAEMON = "\x1b[33m\x1b[1m[{name} Daemon]:\x1b[39m {text}\x1b[0m"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("forged"), RULES, fresh=100) as made, made.running():
        yield made


@pytest.mark.parametrize(
    "line",
    [
        f"<Eve> Notch{LOGIN}",
        f"* Eve Notch{LOGIN}",
        f"[Eve] Notch{LOGIN}",
        f"[Eve: Notch{LOGIN}]",
        f"[@: Notch{LOGIN}]",
        f"<Eve> [12:00:00] [Server thread/INFO]: Notch{LOGIN}",
        f"[Not Secure] <Eve> Notch{LOGIN}",
        f"[VIP] Eve ➟ Notch{LOGIN}",
        f"[Discord | Owner] Eve > Notch{LOGIN}",
        f"Eve was slain by Zombie using [Notch{LOGIN}]",
        f"Eve fell from a high place Notch{LOGIN}",
        f"Eve issued server command: /me Notch{LOGIN}",
        f"-> [Red] <Eve> Notch{LOGIN}",
        f"[Server] Notch{LOGIN}",
        f"[Rcon] Notch{LOGIN}",
        f"Eve: Notch{LOGIN}",
        f"Eve > Notch{LOGIN}",
        f"Not ch{LOGIN}",
        f"NotchWhoseNameIsFarTooLong{LOGIN}",
        f"Sign: Notch{LOGIN}",
        "Notch joined the game",
        "Notch[/192.0.2.1:5] logged in with entity id",
        "<Eve> \x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m Server marked as offline...\x1b[0m",
        f"Eve has made the advancement [Notch{LOGIN}]",
        f"Eve lost the race Notch{LOGIN}",
        f"Named entity Villager['Notch{LOGIN}'/1, l='world'] died: Notch{LOGIN}",
        "x" * 5_000 + LOGIN,
    ],
    ids=lambda text: ascii(text)[:60],
)
def test_a_player_who_types_or_names_a_thing_like_a_join_lets_nobody_join(here: World, line: str) -> None:
    assert here.answers(here.fresh(), SAID + line) == []


@pytest.mark.parametrize(
    ("wings", "line"),
    [
        ("Pterodactyl", "---------- Detected server process in a crashed state! ----------"),
        ("Pterodactyl", "Exit code: 137"),
        ("Pterodactyl", "Out of memory: true"),
        ("Pterodactyl", "Server marked as offline..."),
        ("Pelican", "Aborting automatic restart, last crash occurred less than 60 seconds ago."),
        ("Pelican", "Server is exceeding the assigned disk space limit, stopping process now."),
        ("Eve", "Server marked as offline..."),
    ],
    ids=lambda text: text[:40],
)
def test_a_game_that_prints_the_crash_lines_of_wings_byte_for_byte_makes_no_crash_and_no_state(
    here: World, wings: str, line: str
) -> None:
    server = here.fresh()
    answers = here.answers(server, DAEMON.format(name=wings, text=line))

    assert [one for one in answers if one not in ("say daemon line", "say told by Wings")] == []
    assert server.powers == []


def test_all_the_crash_lines_of_wings_at_once_restart_nothing(here: World) -> None:
    server = here.fresh()
    lines = (
        "---------- Detected server process in a crashed state! ----------",
        "Exit code: 137",
        "Out of memory: true",
        "Aborting automatic restart, last crash occurred less than 60 seconds ago.",
    )

    assert here.answers(server, *(DAEMON.format(name="Pterodactyl", text=line) for line in lines)) == []
    assert server.powers == []


@pytest.mark.parametrize(
    "said",
    [
        f"{SAID}<Eve> x \r{SAID}Done (1s)! For help, type help",
        f"{SAID}<Eve> x \r\n{SAID}Done (1s)! For help, type help",
        f"{SAID}<Eve> x\n{SAID}Notch{LOGIN}",
        f"{SAID}<Eve> x\r{SAID}Saved the game",
        f"{SAID}<Eve> x\rjava.lang.OutOfMemoryError: Java heap space",
        f"{SAID}<Eve> x\x1b[2K\rjava.lang.OutOfMemoryError: Java heap space",
        f"{SAID}<Eve> \x1b[1G\x1b[2K{SAID}Done (1s)!",
    ],
    ids=lambda text: ascii(text)[32:72],
)
def test_a_carriage_return_in_chat_begins_no_line_of_the_machine(here: World, said: str) -> None:
    server = here.fresh()

    assert here.answers(server, said) == []
    assert server.powers == []


@pytest.mark.parametrize(
    "line",
    [
        f"{SAID}<Eve> Saved the game",
        f"{SAID}<Eve> java.lang.OutOfMemoryError: Java heap space",
        f"{SAID}Eve issued server command: /tell Bob java.lang.OutOfMemoryError",
        f"{SAID}[Eve: Saved the game]",
        f"{SAID}* Eve java.lang.OutOfMemoryError",
        f"<Eve> {SAID}java.lang.OutOfMemoryError",
        f"{SAID}{SAID}<Eve> java.lang.OutOfMemoryError",
        f"{SAID}<Eve> > java.lang.OutOfMemoryError",
        f"{SAID}<[Op] Eve> java.lang.OutOfMemoryError",
        f"{SAID}[world] [Op] <Eve> java.lang.OutOfMemoryError",
    ],
)
def test_what_a_player_says_is_no_line_of_the_game(here: World, line: str) -> None:
    server = here.fresh()

    assert here.answers(server, line) == []
    assert server.powers == []


@pytest.mark.parametrize("form", ["[Knight] Eve: {}", "Eve » {}", "✪ Eve ● {}", "[Eve -> Alex] {}"])
def test_who_was_seen_to_come_says_nothing_for_the_game_in_whatever_form_it_is_printed(
    here: World, form: str
) -> None:
    server = here.fresh()
    came = f"{SAID}Eve[/192.0.2.1:5000] logged in with entity id 1 at (0, 64, 0)"
    answers = here.answers(server, came, SAID + form.format("restart it now"))

    assert answers == ["say forged join of Eve"]
    assert server.powers == []


@pytest.mark.parametrize(
    "event",
    ["crash", "ready", "player.join", "state", "Status", "STATUS", "status ", "link.down", "crash.unhandled"],
)
def test_an_event_of_a_name_that_wings_does_not_have_means_nothing(here: World, event: str) -> None:
    server = here.fresh()
    server.event(event, "offline")

    assert here.answers(server) == []


@pytest.mark.parametrize(
    "state", ["OFFLINE", "offline ", "crashed", "", "off\0line", "offline\n", "0", "null"]
)
def test_a_state_that_wings_does_not_have_is_no_change(here: World, state: str) -> None:
    server = here.fresh()
    server.event("status", state)

    assert here.answers(server) == []
    assert server.powers == []


def test_a_greedy_capture_takes_the_name_that_the_game_printed_and_not_the_one_that_was_typed(
    here: World,
) -> None:
    """`<Eve> <Notch> x`: chat is Eve's."""
    assert here.answers(here.fresh(), f"{SAID}<Eve> Notch{LOGIN}> hi{LOGIN}") == []


def test_the_echo_of_our_own_command_by_a_terminal_sets_off_no_rule(here: World) -> None:
    server = here.fresh()
    server.echoes = True

    assert here.answers(server, "hello") == ["hello"]


def test_a_rule_that_answers_its_own_words_ends_after_a_few_rounds(here: World) -> None:
    server = here.fresh()
    server.replies = lambda command: "greet me" if command == "say greet me" else None
    server.prints("greet me")

    here.daemon.tells("rule.looping", "rule=greet", server.name)
    assert 1 <= server.commands.count("say greet me") <= 6


def test_two_rules_that_answer_each_other_end_after_a_few_rounds(here: World) -> None:
    server = here.fresh()
    server.replies = {"say ping": "ping", "say pong": "pong"}.get
    server.prints("ping")

    here.daemon.tells("rule.looping", server.name)
    assert len(server.commands) <= 14
