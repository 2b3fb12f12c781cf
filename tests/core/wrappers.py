"""Commands that run another, which takes the place of `{}`."""

from __future__ import annotations

from collections.abc import Iterable

WRAPPERS = (
    "execute as @a run {}",
    "/minecraft:execute at @s if entity @e store result score a b  run {}",
    "EXECUTE in minecraft:the_end RUN /{}",
    "execute Eve ~ ~ ~ {}",
    "execute @a ~ ~ ~ detect ~ ~-1 ~ stone 0 {}",
    "return run {}",
    "minecraft:return run minecraft:{}",
    "sudo Eve {}",
    "/essentials:sudo Eve c:/{}",
    "cmi sudo Eve {}",
    "console {}",
    "perform Eve {}",
)
"""Of Minecraft and its plugins."""

OF_ARK = ("cheat {}", "AdminCheat {}")
OF_SOURCE = ("rcon {}", 'sm_rcon "{}', "alias x {}")


def wrapped(line: str, around: Iterable[str]) -> str:
    """The line in all of these, the last outermost."""
    for wrapper in around:
        line = wrapper.replace("{}", line)
    return line
