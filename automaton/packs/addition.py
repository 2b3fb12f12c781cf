"""Files of packs.d that add to a pack, without copying it."""

from __future__ import annotations

from collections.abc import Iterator

from automaton.core.command_grammar import Grammar
from automaton.core.invoked_commands import bare
from automaton.packs.keys import PackKeys
from automaton.packs.model import PackFile
from automaton.problem import Problem, problem_at
from automaton.schema.base import Name, Slug
from automaton.schema.scalar import target_of

LISTED = frozenset({"chat", "command", "admin", "stop", "runs_inside", "tests"})
NAMED = frozenset({"events", "patterns", "facts"})
OF_COMMANDS = frozenset({"commands", "grants"})
OF_THE_FILE = frozenset({"version", "extends", "pack", "match"})


class PackAddition(PackKeys):
    """What is added to the pack that `extends` names, for all of its servers or as a pack of its own.

    ```yaml
    extends: minecraft
    chat:
      - '^\\[(?:VIP|Admin)\\] (?P<player>\\w{1,16}) ➟ (?P<text>.*)$'
    commands:
      broadcast: text
      lp: {user: [player, word, word, word]}
    grants: lp
    ```

    Lists stand in front of the other pack's, names of events, patterns and facts replace those of the same
    name, and every other key replaces the other's. What fits `match` is added to what fits the other's. With
    `pack: mine` beside it, it is a pack of its own that knows all of the other: `match` is its own then, and
    `packs` in automaton.yml may name it.
    """

    extends: Name
    pack: Slug | None = None

    def two_of_a_name(self, base: PackFile) -> Iterator[Problem]:
        """Names that are an event here and a pattern there, or the other way round: none would replace."""
        for ours, theirs, key in (
            (self.events, base.patterns, "patterns"),
            (self.patterns, base.events, "events"),
        ):
            for name in [name for name in ours if name in theirs]:
                message = f"`{name}` stands under `{key}` in `{base.pack}`: it is replaced there alone"
                yield problem_at(target_of(name), "two-of-a-name", message, expected=f"`{key}`")

    def added_to(self, base: PackFile) -> PackFile:
        """The pack with what is added; under its own name where this has one."""
        update: dict[str, object] = {}
        for key in self.model_fields_set - OF_COMMANDS - OF_THE_FILE:
            ours, theirs = getattr(self, key), getattr(base, key)
            if key in LISTED:
                update[key] = (*ours, *theirs)
            elif key in NAMED:
                update[key] = {**ours, **{name: one for name, one in theirs.items() if name not in ours}}
            else:
                update[key] = ours
        if self.pack is not None:
            update |= {"pack": self.pack, "match": self.match}
        elif self.match is not None:
            update["match"] = self.match.over(base.match)
        commands = Grammar(self.commands, frozenset(map(bare, self.grants)))
        file = target_of(self.extends).file
        added = base.written_in(*base.files) if self.pack is not None else base.written_in(*base.files, file)
        return added.model_copy(update=update).with_commands(commands)
