"""The shipped packs together: which server has which, and none takes another's."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

import automaton
from automaton.core.events import Profile
from automaton.match.index import LineIndex
from automaton.match.pattern import compile_pattern
from automaton.packs.load import BEFORE_TESTS
from tests.packs.ear import SHIPPED, Ear, pack_of
from tests.packs.eggs import NO_PACK, public_eggs

EGGS = public_eggs()

# Eggs of like names, of other games and of no game
OTHERS = [
    "Rust Generic",
    "Atlas",
    "Minecraft Proxy",
    "Geyser Standalone",
    "ARK Nova",
    "Rust Discord Bot",
    "Rust Language",
    "MumbleDJ",
    "Mumble Music Bot",
    "TeamSpeak 3 Music Bot",
    "BedrockConnect",
    "Geyser for Bedrock",
    "Assetto Corsa EVO",
    "",
]


@pytest.mark.parametrize("pack", sorted(SHIPPED))
def test_a_servers_pack_is_found_by_the_name_of_its_egg(pack: str) -> None:
    assert {egg for egg in EGGS if pack_of(egg) == pack} == {egg for egg, its in EGGS.items() if its == pack}


@pytest.mark.parametrize("egg", OTHERS)
def test_an_egg_of_a_like_name_has_no_games_pack(egg: str) -> None:
    assert pack_of(egg) == NO_PACK


def test_no_two_games_want_the_same_egg() -> None:
    profiles = [Profile(uuid="u", id="1", name="x", egg=egg) for egg in EGGS]
    wanting = {
        profile.egg: [name for name, pack in SHIPPED.items() if pack.match and pack.match.fits(profile)]
        for profile in profiles
    }

    assert {egg: names for egg, names in wanting.items() if len(names) > 1} == {}


@pytest.mark.parametrize(
    ("startup", "pack"),
    [
        ("./bedrock_server", "bedrock"),
        ("./srcds_run -game cstrike -console -port 27015 +map de_dust2", "source"),
        ("./game/bin/linuxsteamrt64/cs2 -dedicated -ip 0.0.0.0 -port 27015", "source"),
        ("./RustDedicated -batchmode +server.port 28015", "rust"),
        ('./valheim_server.x86_64 -nographics -name "x" -port 2456', "valheim"),
        ("cd ShooterGame/Binaries/Linux && ./ShooterGameServer TheIsland?listen", "ark"),
        ("proton run ./ShooterGame/Binaries/Win64/ArkAscendedServer.exe TheIsland_WP?listen", "ark"),
        ("/home/container/Pal/Binaries/Linux/PalServer-Linux-Shipping Pal -port=8211 -rcon", "palworld"),
        ("./bin/x64/factorio --port 34197 --start-server saves/world.zip", "factorio"),
        ("java -Xms128M -jar velocity.jar", "velocity"),
        ("java -Xms512M -Xmx512M -jar waterfall-1.20-560.jar", "bungeecord"),
        ("java -Xms128M -Xmx1024M -jar bungeecord.jar", "bungeecord"),
        ("./bin/php7/bin/php ./PocketMine-MP.phar --no-wizard", "pocketmine"),
        ("./pnx start", "pocketmine"),
        ("./TerrariaServer.bin.x86_64 -config serverconfig.txt", "terraria"),
        ("./tModLoaderServer -ip 0.0.0.0 -port 7777 -world ~/saves/Worlds/world.wld", "terraria"),
        ("./TShock.Server -ip 0.0.0.0 -port 7777 -world world.wld", "tshock"),
        ("if [ -f TShock.Server ]; then ./TShock.Server; else mono TerrariaServer.exe; fi", "tshock"),
        ("./ProjectZomboid64 -port 16261 -udpport 16262 -servername Pelican", "zomboid"),
        ("./7DaysToDieServer.x86_64 -configfile=serverconfig.xml -batchmode", "seven-days-to-die"),
        ("./Engine/Binaries/Linux/*-Linux-Shipping FactoryGame -Port=7777", "satisfactory"),
        ("java -Xms128M -XX:MaxRAMPercentage=95.0 -jar server.jar", "wings"),
    ],
)
def test_a_servers_pack_is_found_by_its_start_up_line_where_the_egg_has_another_name(
    startup: str, pack: str
) -> None:
    assert pack_of("Ours", startup=startup) == pack


@pytest.mark.parametrize(
    ("image", "pack"),
    [
        ("ghcr.io/pterodactyl/games:rust", "rust"),
        ("quay.io/pterodactyl/core:rust", "rust"),
        ("ghcr.io/pterodactyl/games:valheim", "valheim"),
        # Many games share these
        ("ghcr.io/pterodactyl/games:source", "wings"),
        ("ghcr.io/pterodactyl/yolks:java_21", "wings"),
        ("ghcr.io/parkervcp/yolks:rust_latest", "wings"),
    ],
)
def test_a_servers_pack_is_found_by_an_image_that_only_its_game_has(image: str, pack: str) -> None:
    assert pack_of("Ours", image=image) == pack


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_pack_asks_only_where_commands_can_be_typed(name: str) -> None:
    pack = Ear(name).pack
    asks = [pack.say, pack.save, pack.probe, *pack.polls.values()]

    assert pack.console or asks == [None, None, None]


# FXServer leaves players to its resources; what SCP prints at the start it prints before each round.
NOT_TOLD = {"fivem": {"player.join", "player.leave"}, "scp-secret-laboratory": {"ready"}}


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - {"wings"}))
def test_every_game_tells_when_it_is_ready_and_who_comes_and_goes(name: str) -> None:
    told = {"ready", "player.join", "player.leave"} & set(Ear(name).pack.events)

    assert told == {"ready", "player.join", "player.leave"} - NOT_TOLD.get(name, set())


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("minecraft", "[12:00:00 INFO]: <Eve> hi"),
        ("bedrock", "[INFO] <Eve> hi"),
        ("source", 'L 01/05/2026 - 12:00:00: "Eve<2><[U:1:7]><CT>" say "hi"'),
        ("ark", "2026.01.05_12.00.00: Eve (Evi): hi"),
        ("palworld", "[2026-01-05 12:00:00] [CHAT] <Eve> hi"),
        ("factorio", "2026-01-05 12:00:00 [CHAT] Eve: hi"),
        ("rust", "[CHAT] Eve[76561198000000001] : hi"),
        ("pocketmine", "[12:00:00.123] [Server thread/INFO]: [VIP] <Eve> hi"),
        ("terraria", ": <Eve> hi"),
        ("tshock", "Eve: hi"),
        ("zomboid", "New message 'ChatMessage{chat=General, author='Eve', text='hi'}' was sent"),
        ("seven-days-to-die", "Chat (from 'Steam_7', entity id '171', to 'Global'): 'Eve': hi"),
    ],
)
def test_what_is_said_is_an_event_with_the_name_and_the_text(name: str, line: str) -> None:
    fields = Ear(name).fields(line)

    assert (fields["player"], fields["text"]) == ("Eve", "hi")
    assert {"player", "text"} <= Ear(name).pack.events["chat"]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_pack_names_the_commands_that_stop_its_game(name: str) -> None:
    assert Ear(name).pack.stop


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - {"wings"}))
def test_a_pattern_of_a_pack_begins_where_the_line_begins(name: str) -> None:
    """What stands in the middle of a line may have been written by a player."""
    patterns = SHIPPED[name].console_format().patterns

    assert [one for one in patterns if not one.startswith("^")] == []


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_patterns_of_a_shipped_pack_are_right_and_small_enough_though_no_start_looks(name: str) -> None:
    known = SHIPPED[name].console_format()
    patterns = [*known.patterns, *([known.prefix] if known.prefix else [])]
    named = [one for _, one, _ in SHIPPED[name].forms()] + [*chain(*SHIPPED[name].named.values())]

    LineIndex(patterns)  # raises for one that is not

    assert [one for one in named if one and one.groups != compile_pattern(one.source).groups] == []


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_tests_of_a_shipped_pack_are_its_last_key_for_no_start_reads_them(name: str) -> None:
    (file,) = SHIPPED[name].files
    text = (Path(automaton.__file__).parent / file).read_text(encoding="utf-8")
    before, found, behind = text.partition(BEFORE_TESTS)

    assert ("tests:" in before, bool(found)) == (False, bool(SHIPPED[name].tests))
    assert [line for line in behind.splitlines() if line[:1] not in (" ", "#", "")] == []
