"""Which servers are meant: by the name of a group, or by keys that all must fit. A list is OR.

Groups may refer to groups. A cycle of them is an error, and covers nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from automaton.core.events import Profile
from automaton.core.stable_names import stable_name
from automaton.match.glob import Glob as CompiledGlob
from automaton.schema import nodes
from automaton.schema.base import Glob, OneOrMany, Slug, Strict
from automaton.schema.cycles import find_cycle
from automaton.schema.invalid import invalid
from automaton.schema.scalar import Scalar
from automaton.words_of_others import At

KINDS_KEPT = 1000
"""Kinds of servers for which a selector's answer is kept: more than a host has eggs."""

NO_GROUPS: Mapping[str, ServerSelector] = MappingProxyType({})


@stable_name("Clause")
class SelectorClause(Strict):
    """Keys all of which must fit; of a list in a key, one must."""

    keys_of: ClassVar[At | None] = At.SELECTOR

    id: OneOrMany[Glob] = ()
    name: OneOrMany[Glob] = ()
    node: OneOrMany[Glob] = ()
    egg: OneOrMany[Glob] = ()
    image: OneOrMany[Glob] = ()
    tag: OneOrMany[Glob] = ()
    pack: OneOrMany[Glob] = ()
    group: OneOrMany[Slug] = ()
    not_: ServerSelector | None = Field(default=None, alias="not")

    def covers(
        self,
        profile: Profile,
        tags: frozenset[str],
        pack: str,
        groups: Mapping[str, ServerSelector] = NO_GROUPS,
    ) -> bool:
        """Whether this server is meant."""
        # Most of these are empty, which costs no call: at a start every rule asks this of every server.
        return (
            not (self.pack and not _fits(self.pack, pack))
            and not (self.tag and not _fits(self.tag, *tags))
            and not (self.id and not _fits(self.id, profile.id, profile.uuid))
            and not (self.name and not _fits(self.name, profile.name))
            and not (self.node and not _fits(self.node, profile.node))
            and not (self.egg and not _fits(self.egg, profile.egg))
            and not (self.image and not _fits(self.image, profile.image))
            and not (self.group and not self._is_in_a_group(profile, tags, pack, groups))
            and not (self.not_ is not None and self.not_.covers(profile, tags, pack, groups))
        )

    def _is_in_a_group(
        self,
        profile: Profile,
        tags: frozenset[str],
        pack: str,
        groups: Mapping[str, ServerSelector] = NO_GROUPS,
    ) -> bool:
        # The group is removed from the groups that it sees, so that a cycle ends.
        return not self.group or any(
            groups[name].covers(profile, tags, pack, {key: groups[key] for key in groups if key != name})
            for name in self.group
            if name in groups
        )

    @property
    def names_servers(self) -> bool:
        """Whether it chooses servers by who or where they are, not only by what they run."""
        return bool(self.id or self.name or self.node or self.tag)

    @property
    def groups_named(self) -> frozenset[str]:
        """The groups it refers to, `not` included."""
        deeper = self.not_.groups_named if self.not_ is not None else frozenset()
        return frozenset(self.group) | deeper


@stable_name("Selector")
class ServerSelector(BaseModel):
    """One or more clauses, of which one must cover a server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    any_of: tuple[SelectorClause, ...]

    EVERYTHING: ClassVar[ServerSelector]

    @model_validator(mode="before")
    @classmethod
    def _as_clauses(cls, value: object) -> object:
        if isinstance(value, nodes.Sequence):
            if not value:
                raise invalid("empty-list", "an empty list covers no server", found="`[]`")
            return {"any_of": [_as_clause(item) for item in value]}
        if isinstance(value, nodes.Mapping | Scalar):
            return {"any_of": [_as_clause(value)]}
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        written = handler(schema)
        model = handler.resolve_ref_schema(written)
        one = {"anyOf": [{"type": ["string", "number"]}, model["properties"]["any_of"]["items"]]}
        model.clear()
        model["description"] = (cls.__doc__ or "").strip()
        model["anyOf"] = [*one["anyOf"], {"type": "array", "minItems": 1, "items": one}]
        return written

    def covers(
        self,
        profile: Profile,
        tags: frozenset[str],
        pack: str,
        groups: Mapping[str, ServerSelector] = NO_GROUPS,
    ) -> bool:
        """Whether this server is meant. An unknown group covers nothing."""
        return any(clause.covers(profile, tags, pack, groups) for clause in self.any_of)

    @property
    def looks_at_one(self) -> bool:
        """Whether it looks at who or where a server is, also to leave it out. Groups are not looked into."""
        return any(
            clause.names_servers or (clause.not_ is not None and clause.not_.looks_at_one)
            for clause in self.any_of
        )

    @property
    def groups_named(self) -> frozenset[str]:
        """The groups it refers to, `not` included."""
        return frozenset().union(*(clause.groups_named for clause in self.any_of))


SelectorClause.model_rebuild()
ServerSelector.EVERYTHING = ServerSelector(any_of=(SelectorClause(),))


@stable_name("Scoped")
@dataclass(frozen=True, slots=True)
class ScopedSelector:
    """A selector together with the groups that its file knows."""

    selector: ServerSelector
    groups: Mapping[str, ServerSelector]
    # The answers by pack, egg and image, which servers share; None where it looks at more than these.
    _of_kinds: dict[tuple[str, str, str], bool] | None = field(
        init=False, default=None, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        if not any(one.looks_at_one for one in self._reached()):
            object.__setattr__(self, "_of_kinds", {})

    def covers(self, profile: Profile, tags: frozenset[str], pack: str) -> bool:
        """Whether this server is meant."""
        if self._of_kinds is None:
            return self.selector.covers(profile, tags, pack, self.groups)
        kind = (pack, profile.egg, profile.image)
        known = self._of_kinds.get(kind)
        if known is None:
            if len(self._of_kinds) >= KINDS_KEPT:
                self._of_kinds.clear()
            known = self._of_kinds[kind] = self.selector.covers(profile, tags, pack, self.groups)
        return known

    def may_cover_pack(self, pack: str) -> bool:
        """Whether a server whose game has this pack may be meant, for all that is written."""
        fitting = self._clauses(lambda clause: not clause.pack or _fits(clause.pack, pack))
        return any(not clause.group for clause in fitting)

    def names_pack(self, pack: str) -> bool:
        """Whether a clause chooses servers by this pack, itself or through a group."""
        return any(clause.pack and _fits(clause.pack, pack) for clause in self._clauses(lambda _: True))

    def _clauses(self, fits: Callable[[SelectorClause], bool]) -> Iterator[SelectorClause]:
        """Those that fit, of it and of the groups that such ones name; of each group once, so a ring ends."""
        done: set[str] = set()
        waiting = [self.selector]
        while waiting:
            for clause in filter(fits, waiting.pop().any_of):
                yield clause
                fresh = [name for name in clause.group if name in self.groups and name not in done]
                done.update(fresh)
                waiting += [self.groups[name] for name in fresh]

    @property
    def is_of_a_kind(self) -> bool:
        """Whether it chooses only by what servers run: their pack, egg or image."""
        return not any(clause.names_servers for one in self._reached() for clause in one.any_of)

    def _reached(self) -> Iterator[ServerSelector]:
        """The selector, and every group that it refers to, directly or through others."""
        done: set[str] = set()
        selectors = [self.selector]
        while selectors:
            one = selectors.pop()
            yield one
            fresh = one.groups_named - done
            done |= fresh
            selectors += [self.groups[name] for name in fresh if name in self.groups]


def find_group_cycle(groups: Mapping[str, ServerSelector]) -> tuple[str, ...]:
    """A cycle of groups that refer to each other, the first again at the end; empty where there is none."""
    return find_cycle({name: sorted(selector.groups_named) for name, selector in groups.items()})


def _fits(globs: tuple[CompiledGlob, ...], *texts: str) -> bool:
    return not globs or any(glob.covers(text) for glob in globs for text in texts)


def _as_clause(value: object) -> object:
    """A clause as a mapping: a bare word is the name of a group."""
    if not isinstance(value, Scalar):
        return value
    clause = nodes.Mapping(value.place)
    clause[Scalar("group", value.place)] = value
    return clause
