"""Consoles as games print them: an evening with several people, of a fixed seed. All names are made up.

lines = evening(GAMES["terraria"])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

PEOPLE = ("Eve", "Alex", "Steve", "Bob_7", "Mallory", "x_Zoe_x", "Trent", "Peggy99")
SAID = "hi there who has some iron meet me at the gate brb nice one left my base is on fire joined the army"
SECONDS = 20


@dataclass(frozen=True, slots=True)
class Game:
    """What a game prints: in each text `{name}`, `{n}` any number, `{account}`, `{address}`, `{said}`.

    `prefix` has `{time}`, `h:m:s`. Of `chatter` some line comes in between.
    """

    prefix: str
    begin: tuple[str, ...]
    join: tuple[str, ...]
    leave: tuple[str, ...]
    chat: tuple[str, ...] = ()
    chatter: tuple[str, ...] = ()


GAMES: Mapping[str, Game] = {
    "paper": Game(
        "[{time}] [Server thread/INFO]: ",
        (
            "Starting minecraft server version 1.20.6",
            "[dynmap] Web server started on address 0.0.0.0:8123",
            'Done (9.{n}s)! For help, type "help"',
        ),
        (
            "UUID of player {name} is 0a1b2c3d-0a1b-4c3d-8e0f-{account12}",
            "{name} joined the game",
            "{name}[/{address}:{n}] logged in with entity id {n} at ([world]{n}.5, 64.0, {n}.5)",
        ),
        ("{name} lost connection: {why}", "{name} left the game"),
        ("<{name}> {said}", "{name} issued server command: /home {said}"),
        (
            "Can't keep up! Is the server overloaded? Running {n}ms or {n} ticks behind",
            "{name} was slain by Zombie",
            "{name} has made the advancement [Stone Age]",
        ),
    ),
    "bedrock": Game(
        "[2026-01-05 {time}:{n3} INFO] ",
        ("Starting Server", "IPv4 supported, port: 19132", "Server started."),
        ("Player connected: {name}, xuid: {account}", "Player Spawned: {name} xuid: {account}, pfid: {hex}"),
        ("Player disconnected: {name}, xuid: {account}, pfid: {hex}",),
        (),
        ("Running AutoCompaction...",),
    ),
    "terraria": Game(
        "",
        ("Terraria Server v1.4.4.9", "Listening on port 7777", "Type 'help' for a list of commands.",
         ": Server started"),
        ("{address}:{n} is connecting...", "{name} has joined."),
        ("{name} has left.",),
        ("<{name}> {said}",),
        ("Saving world data: {n}%",),
    ),
    "valheim": Game(
        "01/05/2026 {time}: ",
        ("Starting to load scene:start", "Game server connected"),
        ("Got connection SteamID {account}", "Got handshake from client {account}",
         "Got character ZDOID from {name} : -{n}{n}{n}:1"),
        ("Closing socket {account}", "Destroying abandoned non persistent zdo -{n}:{n} owner -{n}"),
        (),
        ("World saved ( {n}.{n}ms )", " Connections {n} ZDOS:{n}  sent:0 recv:{n}"),
    ),
    "palworld": Game(
        "[2026-01-05 {time}] ",
        ("[LOG] Game version is v0.3.5.1", "[LOG] Running Palworld dedicated server on :8211"),
        ("[LOG] {name} {address} connected the server. (User id: steam_{account})",
         "[LOG] {name} joined the server. (User id: steam_{account})"),
        ("[LOG] {name} left the server. (User id: steam_{account})",),
        ("[CHAT] <{name}> {said}",),
    ),
    "seven_days": Game(
        "2026-01-05T{time} {n}.{n3} INF ",
        ("Loading world", "StartGame done"),
        ("PlayerLogin: {name}/V 1.0",
         "Player connected, entityid={n}, name={name}, pltfmid=Steam_{account}, ip={address}",
         "GMSG: Player '{name}' joined the game"),
        ("Player disconnected: EntityID={n}, PltfmId='Steam_{account}', PlayerName='{name}'",
         "GMSG: Player '{name}' left the game"),
        ("Chat (from 'Steam_{account}', entity id '{n}', to 'Global'): '{name}': {said}",),
        ("Time: {n}.{n}m FPS: {n}.{n} Heap: {n}.{n}MB Max: {n}.{n}MB Chunks: {n} CGO: {n}",),
    ),
    "factorio": Game(
        "2026-01-05 {time} ",
        ("Hosting game at IP ADDR:({{0.0.0.0:34197}})",),
        ("[JOIN] {name} joined the game",),
        ("[LEAVE] {name} left the game",),
        ("[CHAT] {name}: {said}",),
    ),
    "velocity": Game(
        "[{time} INFO]: ",
        ("Booting up Velocity 3.3.0-SNAPSHOT", "Listening on /0.0.0.0:25577", "Done (2.{n}s)!"),
        ("[connected player] {name} (/{address}:{n}) has connected",
         "[server connection] {name} -> lobby has connected"),
        ("[connected player] {name} (/{address}:{n}) has disconnected",
         "[server connection] {name} -> lobby has disconnected"),
    ),
    "bungeecord": Game(
        "{time} [INFO] ",
        ("Enabled BungeeCord version git", "Listening on /0.0.0.0:25577"),
        ("[/{address}:{n}] <-> InitialHandler has pinged",
         "[{name},/{address}:{n}] <-> InitialHandler has connected",
         "[{name}] <-> ServerConnector [lobby] has connected"),
        ("[{name}] <-> DownstreamBridge <-> [lobby] has disconnected",
         "[{name}] -> UpstreamBridge has disconnected"),
        (),
        ("[/{address}:{n}] <-> InitialHandler has pinged",),
    ),
    "pocketmine": Game(
        "2026-01-05 [{time}.{n3}] [Server thread/INFO]: ",
        ("Minecraft network interface running on 0.0.0.0:19132",
         'Done (1.{n}s)! For help, type "help" or "?"'),
        ("{name}[/{address}:{n}] logged in with entity id {n} at (world, {n}.{n}, {n}, {n}.{n})",
         "{name} joined the game"),
        ("{name}[/{address}:{n}] logged out due to client disconnect", "{name} left the game"),
        ("<{name}> {said}",),
    ),
    "zomboid": Game(
        "LOG  : General     , 1700000{n3}> ",
        ("*** SERVER STARTED ****",),
        ('[fully-connected] "" connection: guid=7{account} steam-id={account} username="{name}"',),
        ('Disconnected player "{name}" {account}.',),
        ("ChatMessage{{chat=General, author='{name}', text='{said}'}}",),
    ),
    "source": Game(
        "L 01/05/2026 - {time}: ",
        ("Connection to Steam servers successful.",),
        ('"{name}<{n}><[U:1:{steam}]><>" connected, address "{address}:{n}"',
         '"{name}<{n}><[U:1:{steam}]><>" entered the game'),
        ('"{name}<{n}><[U:1:{steam}]><{team}>" disconnected (reason "{why}")',),
        ('"{name}<{n}><[U:1:{steam}]><CT>" say "{said}"',),
    ),
}  # fmt: skip


def evening(game: Game, *, visits: int = 40, seed: int = 7) -> list[str]:
    """The lines of some hours in which people come, speak and go."""
    chance, second = Random(seed), [12 * 3600]
    lines: list[str] = []

    def say(text: str, name: str = "") -> None:
        second[0] += chance.randrange(1, SECONDS)
        lines.append(_filled(game.prefix + text, name, second[0], chance))

    for text in game.begin:
        say(text)
    here: list[str] = []
    for _ in range(visits * 4):
        absent = [name for name in PEOPLE if name not in here]
        deed = chance.choice(("come", "go", "speak", "speak", "print"))
        if deed == "come" and absent:
            here.append(chance.choice(absent))
            for text in game.join:
                say(text, here[-1])
        elif deed == "go" and here:
            name = here.pop(chance.randrange(len(here)))
            for text in game.leave:
                say(text, name)
        elif deed == "speak" and here and game.chat:
            say(chance.choice(game.chat), chance.choice(here))
        elif deed == "print" and game.chatter:
            say(chance.choice(game.chatter), chance.choice(here or PEOPLE[:1]))
    return lines


def _filled(text: str, name: str, second: int, chance: Random) -> str:
    account = 76561190000000000 + (PEOPLE.index(name) if name in PEOPLE else 0)
    words = {
        "name": name,
        "time": f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}",
        "account": account,
        "steam": account % 1000,
        "account12": f"{account % 10**12:012}",
        "hex": f"{account:x}e",
        "address": f"192.0.2.{account % 250}",
        "why": chance.choice(("Disconnected", "Timed out", "Kicked by an operator")),
        "team": chance.choice(("CT", "TERRORIST", "Unassigned")),
        "said": " ".join(chance.sample(SAID.split(), chance.randrange(1, 6))),
        "n": chance.randrange(1, 9999),
        "n3": f"{chance.randrange(1000):03}",
    }
    return text.format(**words)
