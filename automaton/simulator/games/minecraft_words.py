"""What a Paper server and its players say. Texts alone; `minecraft.py` says when."""

from __future__ import annotations

MAIN = "ServerMain/INFO"
SERVER = "Server thread/INFO"

BOOT = (
    (MAIN, "Environment: Environment[sessionHost=https://sessionserver.mojang.com, name=PROD]"),
    (MAIN, "Loaded 1175 recipes"),
    (MAIN, "Loaded 1276 advancements"),
    (SERVER, "Starting minecraft server version 1.20.6"),
    (SERVER, "Loading properties"),
    (
        SERVER,
        "This server is running Paper version 1.20.6-148 (Implementing API version 1.20.6-R0.1-SNAPSHOT)",
    ),
    (SERVER, "Server Ping Player Sample Count: 12"),
    (SERVER, "Using 4 threads for Netty based IO"),
    (SERVER, "Default game type: SURVIVAL"),
    (SERVER, "Generating keypair"),
    (SERVER, "Starting Minecraft server on 0.0.0.0:25565"),
    (SERVER, "Using epoll channel type"),
    (SERVER, 'Preparing level "world"'),
    (SERVER, "Preparing start region for dimension minecraft:overworld"),
    (SERVER, "Preparing spawn area: 0%"),
    (SERVER, "Preparing spawn area: 57%"),
    (SERVER, "Time elapsed: 1806 ms"),
    (SERVER, "Preparing start region for dimension minecraft:the_nether"),
    (SERVER, "Time elapsed: 275 ms"),
    (SERVER, "Preparing start region for dimension minecraft:the_end"),
    (SERVER, "Time elapsed: 92 ms"),
    (SERVER, "Running delayed init tasks"),
)

STOP = (
    "Stopping the server",
    "Stopping server",
    "Saving players",
    "Saving worlds",
    "Saving chunks for level 'ServerLevel[world]'/minecraft:overworld",
    "Saving chunks for level 'ServerLevel[world]'/minecraft:the_nether",
    "Saving chunks for level 'ServerLevel[world]'/minecraft:the_end",
    "ThreadedAnvilChunkStorage (world): All chunks are saved",
    "ThreadedAnvilChunkStorage: All dimensions are saved",
)

PLAYERS = (
    "Alex", "Blockbeard", "CreeperKate", "DiggyDirk", "EnderElla", "Fernando_99", "GhastlyGus", "HopperHana",
    "IronIvy", "JungleJo", "Kelpmeister", "LavaLuis", "MobMarta", "NetherNils", "ObsidianOle", "PistonPia",
    "QuartzQuinn", "RedstoneRita", "SkyblockSam", "Steve", "TNTobias", "Usha_x", "VexViktor", "WitherWanda",
)  # fmt: skip

CHAT = (
    "hi all", "hello", "anyone got spare iron?", "brb", "gg", "who took my diamonds", "where is spawn",
    "lag?", "is the server laggy for you too", "selling 64 oak logs for 2 emeralds", "nice base!", "lol",
    "come to the nether with me", "creeper blew up my house again", "how do I claim land", "see you tomorrow",
    "tp me pls", "can someone sleep, it is night", "@everyone event at 8", "xD", "thanks!", "no worries",
    "I need <3 more levels & a book", "does anyone have mending", "stop", "found a village at -340 120",
)  # fmt: skip

EVENTS = (
    "was slain by Zombie", "was blown up by Creeper", "fell from a high place", "tried to swim in lava",
    "drowned", "was shot by Skeleton", "hit the ground too hard", "experienced kinetic energy",
    "has made the advancement [Stone Age]", "has made the advancement [We Need to Go Deeper]",
    "has made the advancement [Monster Hunter]", "has completed the challenge [Adventuring Time]",
    "issued server command: /home", "issued server command: /spawn", "issued server command: /tpa Steve",
)  # fmt: skip

# Commands whose answer depends on their argument alone; an empty tuple prints nothing.
ANSWERS: dict[str, tuple[str, ...]] = {
    "save-off": ("Automatic saving is now disabled",),
    "save-on": ("Automatic saving is now enabled",),
    "seed": ("Seed: [-4172144997902289642]",),
    "version": ("This server is running Paper version 1.20.6-148-ver/1.20.6@20f5165",),
    "plugins": ("Server Plugins (3):", "Bukkit Plugins:", " - LuckPerms, Vault, WorldEdit"),
    "whitelist": ("Whitelist is now turned {rest}",),
    "difficulty": ("The difficulty has been set to {rest}",),
    "weather": ("Set the weather to {rest}",),
    "time": ("Set the time to 1000",),
    "op": ("Made {rest} a server operator",),
    "deop": ("Made {rest} no longer a server operator",),
    "pardon": ("Unbanned {rest}",),
    "banlist": ("There are no bans",),
    "help": ("--------- Help: Index (1/10) --------------------", "/ban: Adds player to banlist"),
    "tellraw": (),
    "title": (),
    "playsound": (),
}

QUIT_REASONS = (
    "Disconnected",
    "Disconnected",
    "Disconnected",
    "Timed out",
    "Internal Exception: Connection reset",
)

STACK_TRACE = (
    "\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)",
    "\tat java.base/java.util.ArrayList.grow(ArrayList.java:237)",
    "\tat net.minecraft.world.level.chunk.LevelChunk.<init>(LevelChunk.java:118)",
    "\tat net.minecraft.server.MinecraftServer.runServer(MinecraftServer.java:1112)",
    "\tat java.base/java.lang.Thread.run(Thread.java:1583)",
)
