"""The consoles of Minecraft's Java edition: vanilla, Bukkit and kin, Forge, Fabric, Sponge, 1.2 to 1.21."""

from __future__ import annotations

from itertools import product

import pytest

from automaton.core.events import Source
from tests.packs.ear import Ear

MINECRAFT = Ear("minecraft")
VANILLA = "[12:00:00] [Server thread/INFO]: "
STDERR = "[12:00:00] [Server thread/ERROR] [STDERR]: "
OUT_OF_MEMORY = "memory.exhausted"
LOGIN = "[/192.0.2.1:5] logged in with entity id 472 at (-52.5, 88.6, 58.5)"
PREFIXES = [
    VANILLA,
    "[12:00:00 INFO]: ",
    "[12:00:00 INFO] [minecraft/DedicatedServer]: ",
    "[12:00:00] [Server thread/INFO] [minecraft/DedicatedServer]: ",
    "[12:00:00] [Server thread/INFO] [net.minecraft.server.MinecraftServer]: ",
    "[05Jan2026 12:00:00.123] [Server thread/INFO] [net.minecraft.server.dedicated.DedicatedServer/]: ",
    "[05janv.2026 12:00:00.123] [Server thread/INFO] [net.minecraft.server.dedicated.DedicatedServer/]: ",
    "[2026-01-05 12:00:00] [Server thread/INFO]: ",
    "[Server thread/INFO]: ",
    "[12:00:00] [Server thread/INFO] (Minecraft) ",
    "[12:00:00 INFO ]: ",
    "[12:00:00] [Server thread/INFO] (Foo (Server)) ",
    "[12:00:00] [Region Scheduler Thread [0 / 1]/INFO]: ",
    "2013-10-18 20:34:26 [INFO] ",
    "2013-10-18 20:34:26 [INFO] [Minecraft] ",
    "2013-10-18 20:34:26 [信息] ",
    "20:34:26 [INFO] ",
    "[INFO] ",
    "",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("text", "event"),
    [
        ('Done (3.021s)! For help, type "help"', "ready"),
        ("Done (3,021s)! For help", "ready"),
        ('Done (5887711823ns)! For help, type "help" or "?"', "ready"),
        ('Done (٣٫٠٢١s)! For help, type "help"', "ready"),
        (f"Steve{LOGIN}", "player.join"),
        ("Steve lost connection: Disconnected", "player.leave"),
        ("Saved the game", "world_saved"),
        ("Saved the world", "world_saved"),
        ("Save complete.", "world_saved"),
        ("CONSOLE: Save complete.", "world_saved"),
        ("Stopping server", "stopping"),
    ],
)
def test_its_events_are_read_behind_every_prefix(prefix: str, text: str, event: str) -> None:
    assert MINECRAFT.events(prefix + text) == [event]


@pytest.mark.parametrize(
    ("line", "thread", "level", "logger"),
    [
        (VANILLA, "Server thread", "INFO", None),
        ("[12:00:00 WARN]: ", None, "WARN", None),
        ("[12:00:00] [Async Chat Thread - #0/INFO]: ", "Async Chat Thread - #0", "INFO", None),
        (
            "[12:00:00] [JDA [0 / 1] MainWS-ReadThread/ERROR]: ",
            "JDA [0 / 1] MainWS-ReadThread",
            "ERROR",
            None,
        ),
        ("[12:00:00] [Server thread/INFO] [FML]: ", "Server thread", "INFO", "FML"),
        ("[05Jan2026 12:00:00.123] [main/INFO] [a.b.C/D]: ", "main", "INFO", "a.b.C/D"),
    ],
)
def test_the_prefix_tells_the_thread_the_level_and_the_logger(
    line: str, thread: str | None, level: str, logger: str | None
) -> None:
    heard = MINECRAFT.heard(line + "text")

    assert (heard.text, heard.fields["thread"], heard.fields["level"], heard.fields["logger"]) == (
        "text",
        thread,
        level,
        logger,
    )


@pytest.mark.parametrize(
    "line", ["[Eve]: Done (1.0s)!", "[VIP] [Eve]: Done (1.0s)!", "[VIP] Eve: Done (1.0s)!"]
)
@pytest.mark.parametrize("prefix", ["2013-10-18 20:34:26 [INFO] ", "[INFO] ", "20:34:26 [INFO] ", ""])
def test_a_name_in_brackets_is_no_logger_where_none_is_printed(prefix: str, line: str) -> None:
    assert MINECRAFT.events(prefix + line) in ([], ["chat"])


@pytest.mark.parametrize(
    ("line", "player"),
    [
        (f"Steve{LOGIN}", "Steve"),
        ("Steve[/192.0.2.1:5] logged in with entity id 1 at ([world]0.5, 64.0, 0.5)", "Steve"),
        ("Steve [/192.0.2.1:5] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[/[2001:db8:0:0:0:0:0:1]:5] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[/[fe80:0:0:0:0:0:0:1%eth0]:5] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[local] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[local:E:4c4f3e0c] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[IP hidden] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve[/<ip address withheld>:0] logged in with entity id 1 at (0, 64, 0)", "Steve"),
        ("Steve [/192.0.2.1:5] logged in with entity id [1] in world(0) at (0, 64, 0)", "Steve"),
        ("Steve logged in with entity id 255777 at (-805.6, 90.0, 3191.3)", "Steve"),
        ("Steve[/192.0.2.1:5] logged in with entity id -7 at (0, 64, 0)", "Steve"),
        (f".Steve_1{LOGIN}", ".Steve_1"),
        (f"*Steve{LOGIN}", "*Steve"),
        (f".Steve of Old{LOGIN}", ".Steve of Old"),
        (f"Иван{LOGIN}", "Иван"),
        (f"玩家一号{LOGIN}", "玩家一号"),
        (f"Ste-ve.1{LOGIN}", "Ste-ve.1"),
        (f"????{LOGIN}", "????"),
    ],
)
def test_a_join_is_read_with_any_name_and_any_address(line: str, player: str) -> None:
    assert MINECRAFT.events(VANILLA + line) == ["player.join"]
    assert MINECRAFT.fields(VANILLA + line)["player"] == player


@pytest.mark.parametrize(
    "line",
    [
        "Steve (/192.0.2.1:5) lost connection: Disconnected",
        "Steve [/192.0.2.1:5] lost connection",
        "/192.0.2.1:5 lost connection: Disconnected",
        "192.0.2.1:5 lost connection: Disconnected",
        "com.mojang.authlib.GameProfile@1[id=<null>,name=Steve] (/192.0.2.1:5) lost connection: x",
        "GameProfile[id=1, name=Steve, properties={}] lost connection: Disconnected",
        "Disconnecting Steve (/192.0.2.1:5): You are not white-listed on this server!",
        "[DiscordSRV] lost connection: Reconnecting",
        "Steve joined the game",
        "Steve (formerly known as Stephen) joined the game",
        "Steve left the game.",
        "UUID of player Steve is 00000000-0000-0000-0000-000000000000",
    ],
)
def test_who_never_came_in_does_not_leave_and_none_is_counted_twice(line: str) -> None:
    assert MINECRAFT.events(VANILLA + line) == []


def test_joins_and_leaves_are_one_each_of_all_that_a_server_prints() -> None:
    words = [
        "UUID of player Steve is 00000000-0000-0000-0000-000000000000",
        f"Steve{LOGIN}",
        "Steve joined the game",
        f"Alex{LOGIN}",
        "Alex joined the game",
        f"<Alex> Eve{LOGIN}",
        "Steve lost connection: Timed out",
        "Steve left the game",
    ]

    assert MINECRAFT.players(VANILLA + line for line in words) == 1


CHAT = [
    "<Eve> {}",
    "<[VIP] Eve> {}",
    "<[VIP]Eve> {}",
    "<VIP Eve> {}",
    "<~Eve> {}",
    "<Eve [Hero]> {}",
    "<§a[VIP] §fEve§r> {}",
    "[Not Secure] <Eve> {}",
    "[Not Secure] [Not Secure] <Eve> {}",
    "[Not Secure] * Eve {}",
    "[Not Secure] [Survival] Eve >> {}",
    "* Eve {}",
    "[world] <Eve> {}",
    "[world]<Eve> {}",
    "[Admin] [Red] <Eve> {}",
    "(Survival) <Eve> {}",
    "-> [Red] <Eve> {}",
    "[VIP] Eve ➟ {}",
    "[VIP] Eve » {}",
    "[Survival] [VIP] Eve [Hero] > {}",
    "[World] Eve > {}",
    "[Owner] Eve: {}",
    "[VIP+] Eve: {}",
    "[G] [Mod] Eve: {}",
    "[Discord | Owner] Eve > {}",
    "[Discord] Eve » {}",
    "[IRC] <Eve> {}",
    "[Discord] Eve: {}",
    "Eve whispers to you: {}",
    "[Eve -> me] {}",
    "Eve -> Alex: {}",
    "[SocialSpy] Eve -> Alex: {}",
    "[MSG] [Eve -> Alex] {}",
    "§f<Eve> {}",
    "<[*Knight] Eve> {}",
    "<☆Eve☆> {}",
    "<Eve>: {}",
    "【Owner】<Eve> {}",
    "[§cOwner§r] §fEve§r: {}",
    "{Owner}Eve: {}".replace("{Owner}", "{{Owner}}"),
    "|Owner| Eve: {}",
    "[Owner] | Eve: {}",
    "[Owner] Eve - {}",
    "[Owner] [Eve] : {}",
    "[L] [Knight] Eve: {}",
    "[12] [Owner] Eve: {}",
    "[TC] [Riverton] Eve: {}",
    "[Lvl 5] Eve: {}",
    "[MVP++] Eve: {}",
    "[**Knight] Eve: {}",
    "[Nation|Riverton] Eve: {}",
    "[Игрок] Eve: {}",
    "[玩家]Eve: {}",
    "VIP | Eve » {}",
    "~Eve: {}",
    "Discord » Eve: {}",
    "[Server Owner] Eve: {}",
    "[Senior-Admin/Dev] Eve: {}",
    "[VIP II] Eve: {}",
    "[Admins] Eve: {}",
    "[Właściciel] Eve: {}",
    "[Question] Eve: {}",
    "[Shout] <Eve> {}",
    "(Eve => Alex) {}",
    "[Eve -> Alex (Knight)] {}",
    "Eve says: {}",
    "[Local] Eve whispers: {}",
    "Eve tells Alex: {}",
    "[Essentials] Eve tried to speak, but is muted: {}",
]
"""Forms of chat with Eve's name."""

NAMELESS = [
    "<Eve the 1st!> {}",
    "[Not Secure] [Server] {}",
    "[Not Secure] [Eve] {}",
    "[Server] {}",
    "[Rcon] {}",
    "[@] {}",
    "You whisper to Eve: {}",
    "FactionChat Eve: ***Eve: {}",
]
OF_COMMANDS = {
    "[Eve: {}]": "admin",
    "[.Eve: {}]": "admin",
    "[@: {}]": "admin",
    "[Rcon: {}]": "admin",
    "Eve issued server command: /tell Bob {}": "command",
    "CONSOLE issued server command: /say {}": "command",
    "[Essentials] CONSOLE issued server command: /say {}": "command",
    "@ issued server command: /say {}": "command",
    "Eve tried to use command /me {}": "command",
}
WORDS = [
    f"Notch{LOGIN}",
    "Notch lost connection: bye",
    "Done (1.0s)!",
    "Saved the game",
    "Stopping server",
    "Can't keep up! Is the server overloaded? Running 9000ms or 180 ticks behind",
    "The server has stopped responding!",
    "A single server tick took 60.00 seconds (should be max 0.05)",
    "This crash report has been saved to: /etc/passwd",
    "---- Minecraft Crash Report ----",
    "Encountered an unexpected exception",
    "There are 0 of a max of 20 players online:",
    "Unknown command",
    "java.lang.OutOfMemoryError",
    "# There is insufficient memory for the Java Runtime",
    "Notch died",
    "Notch was slain by Zombie",
    "Notch has made the advancement [Stone Age]",
    "[12:00:00] [Server thread/INFO]: Done (1.0s)!",
    "> Done (1.0s)!",
    "Notch issued server command: /op Eve",
    "[Notch: Made Eve a server operator]",
]
"""What every event of the pack looks like."""


@pytest.mark.parametrize("form", [*CHAT, *NAMELESS])
@pytest.mark.parametrize("prefix", [VANILLA, "[12:00:00 INFO]: ", "2013-10-18 20:34:26 [INFO] "])
def test_what_people_say_is_chat_and_nothing_else(prefix: str, form: str) -> None:
    assert [
        words for words in WORDS if not MINECRAFT.is_only_chat(prefix + form.format(words))
    ] == []  # fmt: skip


@pytest.mark.parametrize("form", CHAT)
def test_who_speaks_is_named_without_rank_and_title(form: str) -> None:
    fields = MINECRAFT.fields(VANILLA + form.format("hi there"))

    assert (fields["player"], fields["text"]) == ("Eve", "hi there")


@pytest.mark.parametrize("name", ["Eve_1", "xX_Eve_Xx", "Eve2010", "eve_", "_eve", ".Eve_1"])
@pytest.mark.parametrize("form", ["[Knight] {}: hi", "[A] [B] {}: hi", "{}: hi", "{} » hi"])
def test_a_name_that_no_heading_has_is_a_person_whatever_stands_before_it(name: str, form: str) -> None:
    assert MINECRAFT.is_only_chat(VANILLA + form.format(name))
    assert MINECRAFT.fields(VANILLA + form.format(name))["player"] == name


@pytest.mark.parametrize(
    "line",
    [
        "<.Eve of Old> hi",
        ".Eve of Old lost connection: Timed out",
        ".Eve of Old issued server command: /home",
        ".Eve of Old has made the advancement [Stone Age]",
        ".Eve of Old drowned",
    ],
)
def test_a_name_from_bedrock_may_have_words(line: str) -> None:
    assert MINECRAFT.fields(VANILLA + line)["player"] == ".Eve of Old"


@pytest.mark.parametrize(("form", "kind"), OF_COMMANDS.items())
def test_commands_and_what_they_answered_are_neither_output_nor_chat(form: str, kind: str) -> None:
    heard = [MINECRAFT.heard(VANILLA + form.format(words)) for words in ("Set the time to 1", *WORDS)]

    assert {(one.source, tuple(name for name, _ in one.occurred)) for one in heard} == {
        (Source(kind), (kind,))
    }


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Player Eve used command /home", "command"),
        ("[PLAYER_COMMAND] Eve: /home", "command"),
        ("[CommandSpy] Eve: /home", "command"),
        ("Eve: Opped Alex", "admin"),
        ("Eve: Banned player Alex", "admin"),
        ("Eve: Set Alex's game mode to CREATIVE", "admin"),
        ("[Eve: 5 blocks filled]", "admin"),
        ("[Eve: 2Fast has 3 experience points]", "admin"),
    ],
)
def test_commands_and_answers_are_told_in_the_forms_of_plugins_and_of_old_bukkit(
    line: str, kind: str
) -> None:
    assert MINECRAFT.events(VANILLA + line) == [kind]
    assert MINECRAFT.fields(VANILLA + line)["player"] == "Eve"


@pytest.mark.parametrize(
    ("form", "words"),
    list(product(["{}", "Eve: {}", "Eve {}", "[Hidden] Eve ~ {}", "{} (said Eve)", "§7{}"], WORDS)),
)
def test_whatever_is_printed_by_a_thread_of_chat_is_chat(form: str, words: str) -> None:
    """But for a form that is a command's or an answer's: those are no events either."""
    line = "[12:00:00] [Async Chat Thread - #12/INFO]: " + form.format(words)

    assert MINECRAFT.events(line) in (["chat"], ["command"], ["admin"])


FORGED = [
    "Eve was slain by Zombie using [{}]",
    "Eve fell from a high place {}",
    "Eve: {}",
    "EveError: {}",
    "Exception: {}",
    ".EveError: {}",
    "Eve > {}",
    "[Hidden] Eve: {}",
    "[HelpMe] {}",
    "[Broadcast] {}",
    "[SignSpy] Eve: {}",
    "Sign by Eve: {}",
    "Eve has made the advancement [{}]",
    "Named entity Villager['{0}'/1, l='world'] died: {0}",
    "Villager Villager['{0}'/1] died, message: '{0}'",
    "Eve lost connection: {}",
    "Kicked Eve: {}",
    "Disconnecting Eve (/192.0.2.1:5): {}",
    "Eve (/192.0.2.1:5) lost connection: {}",
    "Could not pass event X to Y: {}",
    "Unknown item '{}'",
    " {}",
]
"""Lines of the game and of plugins with a player's words inside: names of things, signs, reasons, texts."""


@pytest.mark.parametrize("form", FORGED)
def test_words_that_stand_inside_another_line_are_no_event(form: str) -> None:
    inherent = {"player.leave", "death", "advancement"}
    forged = {
        "ready",
        "world_saved",
        "stopping",
        "lag",
        "hang",
        "crash.report",
        "memory.exhausted",
    }
    heard = [set(MINECRAFT.events(VANILLA + form.format(words))) for words in WORDS]

    assert [events for events in heard if events & (forged | {"player.join"})] == []
    assert all(events <= inherent | {"chat"} for events in heard)


@pytest.mark.parametrize(
    "line",
    [
        "[Speed: 1.11 Chunks/t]",
        "[Vault] Permission: SuperPerms found",
        "[LuckPerms] Storage: H2",
        "[Geyser-Spigot] Done (2.971s)! Run /geyser help for help!",
        'Done preparing level "world" (7.417s)',
        "LevelledMobs: Tasks: Stopping async nametag auto update task...",
        "Usage: /ban <player> [reason]",
        "/ban <player> [reason]",
        "[WARNING] [BannerBoard] Itemframe missing at Location{world=x}",
        "Stopping the server",
        "Preparing spawn area: 4%",
        "CONSOLE: Complete!",
        "Steve moved too quickly! 12.1,0.2,4.0",
        "handleDisconnection() called twice",
        "Connected players: Eve, Alex",
        "[Graves] Integration: Hooked into Vault 1.7.3-b131.",
        "[Vault] [Permission] SuperPermissions loaded as backup permission system.",
        "[Essentials] Eve: no such player",
        "[领地] 版本: 1.0",
        "[§6Plugin§r] Version: 1.0",
        "[+] Loaded: 5",
        "[1/5] Loading: files",
        "[Jobs] DIAMOND_ORE: not found",
        "[Plugin] max_players: 20",
        "[ProtocolLib] NBTAPI2: x",
        "[AdminTools] Version: 1.0",
        "[PlayerVaults] Loading: vaults",
        "[ModMenu] Config: x",
        "[AdvancedBan] » Loading",
        "AdvancedBan » Enabled",
        "View Distance: 10",
        "Environment: authHost='https://authserver.mojang.com'",
        "[Total: 5 chunks, 3 left]",
        "[Time Left: 1 h 2 min]",
        "[Memory: 512 MB used]",
        "[Progress: 20% of 5000 Chunks]",
        "CONSOLE: Reload complete.",
        "<html>",
    ],
)
def test_what_the_game_and_its_plugins_print_is_output(line: str) -> None:
    heard = MINECRAFT.heard(VANILLA + line)

    assert (heard.source, heard.occurred) == (Source.GAME, ())


@pytest.mark.parametrize(
    "cause",
    [
        "died",
        "died from dehydration whilst trying to escape Alex",
        "drowned while trying to escape Alex",
        "discovered the floor was lava",
        "discovered floor was lava",
        "tried to swim in lava to escape Alex",
        "fell off some weeping vines",
        "fell too far and was finished by Alex using [Bow]",
        "was shot by a skull from Wither",
        "was roasted in dragon's breath by Ender Dragon",
        "went off with a bang due to a firework fired from [Crossbow] by Alex",
        "was obliterated by a sonically-charged shriek whilst trying to escape Warden wielding [Stick]",
        "walked into the danger zone due to Alex",
        "didn't want to live in the same world as Alex",
        "was killed while trying to hurt Guardian",
        "was killed by [Intentional Game Design]",
        "was smashed by Alex with [Mace]",
        "was burnt to a crisp whilst fighting Blaze",
    ],
)
def test_a_death_has_a_player_and_a_cause(cause: str) -> None:
    line = f"{VANILLA}Eve {cause}"

    assert MINECRAFT.events(line) == ["death"]
    assert (MINECRAFT.fields(line)["player"], MINECRAFT.fields(line)["cause"]) == ("Eve", cause)


@pytest.mark.parametrize(
    "text", ["Eve died of laughter", "Eve was slain", "Eve fell off", "Eve drowned a cat"]
)
def test_what_only_begins_like_a_death_is_none(text: str) -> None:
    assert MINECRAFT.events(VANILLA + text) == []


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (OUT_OF_MEMORY, "java.lang.OutOfMemoryError: Java heap space"),
        (OUT_OF_MEMORY, "Caused by: java.lang.OutOfMemoryError: Java heap space"),
        (OUT_OF_MEMORY, 'Exception in thread "Server thread" java.lang.OutOfMemoryError: x'),
        (OUT_OF_MEMORY, "java.util.concurrent.CompletionException: java.lang.OutOfMemoryError: x"),
        (OUT_OF_MEMORY, "Exception: java.lang.OutOfMemoryError thrown from the UncaughtExceptionHandler"),
        (OUT_OF_MEMORY, "Terminating due to java.lang.OutOfMemoryError: Java heap space"),
        (OUT_OF_MEMORY, f"{STDERR}[java.lang.Thread:run:748]: java.lang.OutOfMemoryError"),
        (OUT_OF_MEMORY, "# There is insufficient memory for the Java Runtime Environment to continue."),
        ("crash.report", f"{STDERR}[a.B:c:1]: ---- Minecraft Crash Report ----"),
        ("crash.report", "We were unable to save this crash report to disk."),
        ("hang", "Tick region located in world 'world' around chunk '[0, 0]' has not responded in 10.0s:"),
    ],
)
def test_what_goes_wrong_is_heard_in_all_its_forms(event: str, line: str) -> None:
    assert MINECRAFT.events(line) == [event]


@pytest.mark.parametrize(
    ("answer", "players"),
    [
        ("There are 0 of a max of 20 players online: ", 0),
        ("There are 3 of a max 20 players online: Steve, Alex, Eve", 3),
        ("There are 2/20 players online:", 2),
        ("There are 4 out of maximum 20 players online.", 4),
        ("There are 12/11 out of maximum 100 players online.", 12),
        ("Es sind 0 von maximal 15 Spielern online.", 0),
        ("Ci sono 0 giocatori online su un massimo di 20.", 0),
        ("Hay 0 jugadores de un maximo de 8 jugadores.", 0),
        ("Il y a 5 joueurs en ligne sur un maximum de 20.", 5),
        ("Er zijn 3 van het maximum 20 spelers online.", 3),
        ("Na serwerze jest 2 graczy z maksimum 20 online.", 2),
        ("Há 2 de no máximo 20 jogadores online.", 2),
        ("Сейчас 2 из 20 игроков на сервере.", 2),
        ("当前有 7 个玩家在线,最大在线人数为 20 个玩家.", 7),
        ("최대 20 명이 접속 가능하고, 3 명의 플레이어가 접속중 입니다", 3),
        ("Maximum 20 oyuncudan 3 oyuncu aktif.", 3),
    ],
)
def test_the_list_is_read_in_all_its_spellings(answer: str, players: int) -> None:
    assert MINECRAFT.told(VANILLA + answer) == players
    assert MINECRAFT.is_probed(VANILLA + answer)


def test_the_answers_of_other_plugins_are_answers() -> None:
    answers = ["Online (3/20): Eve, Alex, Steve", "Онлайн: 3 из 20", "Players online: 3/20", "在线玩家: 3/20"]

    assert [one for one in answers if not MINECRAFT.is_probed(VANILLA + one)] == []


def test_what_is_no_answer_ends_no_question() -> None:
    lines = [
        "<Eve> There are 3 of 20",
        "[Hidden] Eve: 3 of 20",
        "Preparing spawn area: 4%",
        "\tat net.minecraft.server.MinecraftServer.run(MinecraftServer.java:850)",
        "Eve lost connection: Timed out",
    ]

    assert [one for one in lines if MINECRAFT.is_probed(VANILLA + one)] == []


@pytest.mark.parametrize(
    "answer",
    [
        "Unknown or incomplete command, see below for error",
        "minecraft:list<--[HERE]",
        'Unknown command. Type "/help" for help.',
        "Unknown command. Try /help for a list of commands",
    ],
)
def test_that_it_does_not_know_the_question_is_an_answer_too(answer: str) -> None:
    assert MINECRAFT.is_probed(VANILLA + answer)
    assert MINECRAFT.told(VANILLA + answer) is None


def test_a_save_is_confirmed_by_the_game_alone() -> None:
    assert MINECRAFT.is_saved(VANILLA + "Saved the game")
    assert not MINECRAFT.is_saved(VANILLA + "Saving the game (this may take a moment!)")
    assert not MINECRAFT.is_saved(VANILLA + "[Eve: Saved the game]")


def test_it_may_not_be_stopped_by_a_word_in_another_coat() -> None:
    assert {"stop", "minecraft:stop", "restart"} <= MINECRAFT.pack.stop
