"""Labels a console of Minecraft's Java edition by how its servers print, without reading the pack.

Works on whole logs: who is here is known from earlier lines, and by that words of people are told in forms
that no list has. Takes lines apart by hand, so that a mistake of the pack's patterns is not made again here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.packs.oracle.label import (
    ADMIN,
    CHAT,
    COMMAND,
    GAME,
    JOIN,
    LEAVE,
    READY,
    SAVED,
    Label,
)

LEVELS = frozenset({"INFO", "WARN", "WARNING", "ERROR", "SEVERE", "FATAL", "DEBUG", "FINE", "TRACE"})
OPENING, CLOSING = "[({", "])}"
SIGNS = (":", "»", ">>", ">", "➟", "➜", "➔", "➤", "➥", "→", "▶", "❯", "⟩", "›", "⇒", "|", "-")
"""What stands between a name and what is said."""

NOBODY = frozenset({"server", "rcon", "@", "console"})
ANSWERS = (
    "Set ", "Gave ", "Given ", "Teleported ", "Summoned ", "Killed ", "Made ", "Added ", "Removed ",
    "Kicked ", "Banned ", "Opped ", "De-opped ", "Changed ", "Playing ", "Played ", "Showing ", "Executed ",
    "Applied ", "Enabled ", "Disabled ", "Saved ", "Saving ", "Stopping ", "Automatic ", "Object ", "Title ",
    "Took ", "Cleared ", "The ", "Nothing ", "Toggled ", "Turned ", "Granted ", "Revoked ", "Replaced ",
    "Weather ", "Changing ", "Displaying ",
)  # fmt: skip
"""How most answers of commands begin, whoever gave them."""

NOT_OF_NAMES = frozenset(" \t[](){}<>/:=")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without what the logger put before it."""

    thread: str
    level: str
    body: str
    logger: str = ""
    """In its brackets."""


@dataclass(slots=True)
class Console:
    """One log, from its beginning on."""

    here: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    """All who were here in this log."""
    began: bool = False
    """Whether the server started inside this log: then nobody was here before."""

    def labels(self, lines: Iterable[str]) -> Iterator[Label]:
        for line in lines:
            yield self.label(apart(line))

    def label(self, line: Line) -> Label:
        for judge in (self._life, self._coming, self._going, self._asked, self._answered, self._said):
            if (found := judge(line)) is not None:
                return found
        return Label(GAME)

    def _life(self, line: Line) -> Label | None:
        if line.body.startswith("Starting minecraft server version"):
            self.here.clear()
            self.began = True
        if line.body.startswith("Done (") and "s)!" in line.body[:40]:
            return Label(READY)
        confirmed = ("Saved the game", "Saved the world", "Save complete.", "CONSOLE: Save complete.")
        return Label(SAVED) if line.body.startswith(confirmed) else None

    def _coming(self, line: Line) -> Label | None:
        before, found, behind = line.body.partition(" logged in with entity id ")
        if not found or not behind.lstrip("[")[:1].isdigit():
            return None
        name = before.partition("[")[0].rstrip()
        if not _is_name(name):
            return None
        self.here.add(name)
        self.seen.add(name)
        return Label(JOIN, name)

    def _going(self, line: Line) -> Label | None:
        """Also printed of who never came in: an address, a profile, or the name of nobody who is here."""
        name, found, _ = line.body.partition(" lost connection:")
        if not found or not _is_name(name):
            return None
        if name not in self.here and (self.began or name in self.seen):
            return None
        self.here.discard(name)
        self.seen.add(name)
        return Label(LEAVE, name)

    def _asked(self, line: Line) -> Label | None:
        for words in (" issued server command: ", " tried command: ", " tried to use command "):
            who, found, _ = line.body.partition(words)
            who = who.removeprefix("[Essentials] ")
            if found and len(who) <= 40 and not set(who) & set("<>[]:"):
                return Label(COMMAND, who)
        return None

    def _answered(self, line: Line) -> Label | None:
        body = line.body
        if not (body.startswith("[") and body.endswith("]")):
            return None
        who, found, text = body[1:-1].partition(": ")
        is_somebody = (
            who in self.seen or who.lower() in NOBODY or _is_account(who) or text.startswith(ANSWERS)
        )
        if found and is_somebody and len(text) > 1 and not text[0].isdigit():
            return Label(ADMIN, who)
        return None

    def _said(self, line: Line) -> Label | None:
        body = line.body
        by_network = line.thread.startswith("Netty Server IO") and line.logger == "[]"
        if (line.thread.startswith("Async Chat Thread") or by_network) and line.level in ("INFO", ""):
            return Label(CHAT, self._speaker(body))
        if body.startswith("[Not Secure]"):
            return Label(CHAT, self._speaker(body))
        if body.startswith(("[Server] ", "[Rcon] ", "[@] ")):
            return Label(CHAT)
        plain = _without_tags(body.removeprefix("-> "))
        if plain.startswith("<") and "> " in plain:
            return Label(CHAT, self._speaker(body))
        if body.startswith("* "):
            who = _without_tags(body[2:]).split(" ")[0]
            return Label(CHAT, who) if who in self.seen else None
        if " whispers to " in body and body.split(" ")[0] in self.seen:
            return Label(CHAT, body.split(" ")[0])
        who = self._speaker(body)
        return Label(CHAT, who) if who else None

    def _speaker(self, body: str) -> str:
        """Who of those that were here says this, by a sign behind the name; empty where nobody does."""
        while body.startswith("[Not Secure] "):
            body = body.removeprefix("[Not Secure] ")
        body = body.removeprefix("-> ")
        plain = _without_tags(body)
        if plain.startswith("<") and ">" in plain:
            inside = plain[1 : plain.index(">")]
            return next((name for name in self.seen if name in inside), "")
        plain = plain.lstrip("~*+✦★ ")
        name = next((one for one in self.seen if plain.startswith(one)), "")
        rest = _without_tags(plain[len(name) :].lstrip()) if name else ""
        if name == plain or not rest.startswith(SIGNS):
            return ""
        # A sign without a rank before the name is as well a plugin's or Bukkit's own answer.
        return name if body != plain else ""


def apart(line: str) -> Line:
    """The thread and the level of a line, empty where it has none, and what was printed."""
    text = line.strip()
    if not text.startswith("["):
        return _old(text)
    thread = level = ""
    at = 0
    while text[at : at + 1] == "[":
        end = _closing(text, at)
        if end < 0:
            return Line("", "", text)
        inside = text[at + 1 : end]
        if not level:
            thread, level, known = _head(inside)
            if not known:
                return Line("", "", text)
        rest = text[end + 1 :]
        if rest.startswith(":"):
            return Line(thread, level, rest[1:].strip())
        if level and rest.startswith(" ("):
            return Line(thread, level, rest.partition(") ")[2].strip())
        if level and not (rest.startswith(" [") and (thread or "/" in rest.partition("]")[0])):
            return Line(thread, level, rest.strip())
        at = end + 2
        logger = text[at : _closing(text, at) + 1] if level else ""
        if text[at + len(logger) :].startswith(":"):
            return Line(thread, level, text[at + len(logger) + 1 :].strip(), logger)
    return Line(thread, level, text[at:].strip())


def _head(inside: str) -> tuple[str, str, bool]:
    """The thread and the level in a bracket, and whether it is one of a logger at all."""
    if inside in LEVELS:
        return "", inside, True
    before, slash, level = inside.rpartition("/")
    if slash and level in LEVELS:
        return before, level, True
    _, space, level = inside.rpartition(" ")
    if space and level in LEVELS:
        return "", level, True
    return "", "", inside.count(":") >= 1 and any(char.isdigit() for char in inside)


def _old(text: str) -> Line:
    """`2013-10-18 20:34:26 [INFO] text`, and the same without the date."""
    words = text.split(" ", 3)
    for number, word in enumerate(words[:3]):
        if word.startswith("[") and word.endswith("]") and number:
            rest = " ".join(words[number + 1 :])
            before = words[:number]
            if all(any(char.isdigit() for char in one) and set(one) & set(":-.") for one in before):
                return Line("", word[1:-1], rest.removeprefix("[Minecraft] ").strip())
    return Line("", "", text)


def _closing(text: str, at: int) -> int:
    depth = 0
    for place in range(at, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return -1


def _without_tags(text: str) -> str:
    """What is behind ranks, worlds and channels in brackets."""
    while text[:1] and text[0] in OPENING:
        end = next((place for place, char in enumerate(text) if char in CLOSING), -1)
        if end < 0:
            break
        text = text[end + 1 :].lstrip()
    return text


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 24 and not set(text) & NOT_OF_NAMES


def _is_account(text: str) -> bool:
    """Whether it could be an account of Mojang's."""
    return 3 <= len(text) <= 16 and text.isascii() and text.replace("_", "a").isalnum()
