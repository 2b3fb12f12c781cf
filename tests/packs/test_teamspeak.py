"""The log of the TeamSpeak server, 3 and 6."""

from __future__ import annotations

import pytest

from tests.packs.ear import Ear, pack_of

TEAMSPEAK = Ear("teamspeak")
NOW = "2026-01-05 12:00:00.916204|INFO    |"
BASE = NOW + "VirtualServerBase|1  |"
CAME = BASE + "client connected '{}'(id:{}) from 192.0.2.1:41840"
WENT = BASE + "client disconnected '{}'(id:{}) reason 'reasonmsg={}'"


@pytest.mark.parametrize(
    ("egg", "pack"),
    [
        ("Teamspeak3 Server", "teamspeak"),
        ("Teamspeak3 Server ARM64", "teamspeak"),
        ("Teamspeak6 Server", "teamspeak"),
        ("TS3 Manager", "wings"),
        ("JTS3ServerMod", "wings"),
        ("Sinusbot", "wings"),
    ],
)
def test_its_servers_are_found_by_their_egg(egg: str, pack: str) -> None:
    assert pack_of(egg) == pack


@pytest.mark.parametrize("name", ["Eve", "d'Artagnan", "''", "Eves'", "Eve (afk)", "Ева", "a|b"])
def test_who_comes_and_goes_is_told_by_name_and_number(name: str) -> None:
    came, went = CAME.format(name, 2), WENT.format(name, 2, "leaving")

    assert (TEAMSPEAK.events(came), TEAMSPEAK.events(went)) == (["player.join"], ["player.leave"])
    assert [TEAMSPEAK.fields(line)["player"] for line in (came, went)] == [name, name]
    assert [TEAMSPEAK.fields(line)["account"] for line in (came, went)] == ["2", "2"]


@pytest.mark.parametrize(
    "how", ["using a myTeamSpeak ID from", "using a myTeamSpeak ID (ab+c=) from", "from"]
)
@pytest.mark.parametrize("server", ["VirtualServerBase|1  |", "VirtualServerBase|  1| "])
def test_every_form_of_coming_is_read(server: str, how: str) -> None:
    assert TEAMSPEAK.events(f"{NOW}{server}client connected 'Eve'(id:2) {how} 192.0.2.1:5") == ["player.join"]


@pytest.mark.parametrize(
    "line",
    [
        WENT.format("Eve", 2, "'(id:9) reason 'reasonmsg=x"),
        WENT.format("Bob'(id:9) reason 'reasonmsg=x", 2, "leaving"),
        CAME.format("Bob'(id:9) from 192.0.2.9:1", 2),
        BASE + "query client connected 'Bot'(id:512) from 192.0.2.9:1",
        NOW + "VirtualServer |1  |channel 'client connected 'Bob'(id:9) from 192.0.2.9:1'(id:4) created",
    ],
)
def test_nobody_comes_or_goes_for_another(line: str) -> None:
    assert TEAMSPEAK.heard(line).occurred == ()


def test_it_is_ready_when_its_voice_server_listens_and_not_its_files() -> None:
    assert TEAMSPEAK.events(BASE + "listening on 0.0.0.0:9987, [::]:9987 ") == ["ready"]
    assert TEAMSPEAK.heard(NOW + "FileManager   |   |listening on 0.0.0.0:30033, [::]:30033").occurred == ()
