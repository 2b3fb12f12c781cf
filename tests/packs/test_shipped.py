"""The shipped packs together: which server has which, and none takes another's."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from automaton.match.index import LineIndex
from automaton.match.pattern import compile_pattern
from tests.packs.ear import SHIPPED, Ear, pack_of

# Names of eggs as Pterodactyl ships them and as pelican-eggs has them.
EGGS = {
    "minecraft": [
        "Vanilla Minecraft",
        "Paper",
        "Purpur",
        "Purpur-Geyser-Floodgate",
        "Folia",
        "Spigot",
        "Forge Minecraft",
        "Forge Enhanced",
        "NeoForge",
        "Fabric",
        "Quilt",
        "Mohist",
        "Magma",
        "Arclight",
        "Ketting",
        "Sponge (SpongeVanilla)",
        "SpongeForge",
        "SpongeVanilla",
        "CurseForge Generic",
        "Modrinth Generic",
        "Feed The Beast",
        "FTB Server",
        "FTB Modpacks.ch Server",
        "GregTech: New Horizons",
        "Tekkit",
        "Attack of the B-Team",
    ],
    "bedrock": ["Vanilla Bedrock", "Vanilla Bedrock ARM64", "LiteLoader Bedrock Dedicated Server"],
    "source": [
        "Counter-Strike 2",
        "Counter-Strike: Global Offensive",
        "Counter-Strike: Source",
        "Garrys Mod",
        "Garry's Mod (reworked)",
        "Team Fortress 2",
        "Team Fortress 2 Classic",
        "Left 4 Dead",
        "Left 4 Dead 2",
        "Black Mesa",
        "Insurgency",
        "NMRiH",
        "FoF",
        "Open Fortress",
        "Custom Source Engine Game",
    ],
    "rust": ["Rust", "Rust Autowipe", "Rust Staging"],
    "valheim": ["Valheim", "Valheim Plus Mod", "Valheim BepInEx"],
    "ark": ["Ark: Survival Evolved", "ARK: Survival Ascended"],
    "palworld": ["Palworld", "Palworld Proton"],
    "factorio": ["Factorio", "Factorio ARM64", "Factorio - Mod Update"],
    # Proxies, limbo servers, servers of their own kind, and games of like names
    "wings": [
        "Bungeecord",
        "Velocity",
        "Waterfall",
        "Travertine",
        "WaterdogPE",
        "Geyser Standalone",
        "Limbo",
        "NanoLimbo",
        "PicoLimbo",
        "Nukkit",
        "PowerNukkitX",
        "PocketMine-MP",
        "GoMint",
        "Minecraft Proxy",
        "Rust Generic",
        "Insurgency: Sandstorm",
        "Counter-Strike 1.6",
        "Custom HLDS Engine Game",
        "PixARK",
        "Atlas",
        "Clusterio",
        "Terraria Vanilla",
        "Project Zomboid",
        "Mumble Server",
        "",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("pack", "egg"), [(pack, egg) for pack, eggs in EGGS.items() for egg in eggs])
def test_a_servers_pack_is_found_by_the_name_of_its_egg(pack: str, egg: str) -> None:
    assert pack_of(egg) == pack


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


@pytest.mark.parametrize("name", sorted(set(SHIPPED) - {"wings"}))
def test_every_game_tells_when_it_is_ready_and_who_comes_and_goes(name: str) -> None:
    assert {"ready", "player.join", "player.leave"} <= set(Ear(name).pack.events)


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


def test_the_table_for_operators_tells_what_each_game_can_do() -> None:
    page = (Path(__file__).parents[2] / "rules" / "README.md").read_text(encoding="utf-8")

    assert [row for name in sorted(set(SHIPPED) - {"wings"}) if (row := _row(name)) not in page] == []


def _row(name: str) -> str:
    pack = Ear(name).pack
    own = sorted(set(pack.events) - {"ready", "player.join", "player.leave", "chat", "command", "admin"})
    told = "told now and then" if SHIPPED[name].facts.players else "counted"
    cells = [
        f"`{name}`",
        *("yes" if has else "no" for has in (pack.say, pack.save, pack.probe)),
        "asked" if pack.polls else told,
        ", ".join(f"`{event}`" for event in own) or "none",
    ]
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_patterns_of_a_shipped_pack_are_right_and_small_enough_though_no_start_looks(name: str) -> None:
    known = SHIPPED[name].console_format()
    patterns = [*known.patterns, *([known.prefix] if known.prefix else [])]
    named = [one for _, one, _ in SHIPPED[name].forms()] + [*chain(*SHIPPED[name].named.values())]

    LineIndex(patterns)  # raises for one that is not

    assert [one for one in named if one and one.groups != compile_pattern(one.source).groups] == []
