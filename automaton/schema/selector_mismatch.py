"""Why a selector does not cover a server, as a sentence for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from automaton.core.events import Profile
from automaton.match.glob import Glob
from automaton.schema.selector import SelectorClause, ServerSelector


def mismatch(
    selector: ServerSelector,
    groups: Mapping[str, ServerSelector],
    profile: Profile,
    tags: frozenset[str],
    pack: str,
) -> str:
    """A sentence for each of its clauses; empty where the selector does cover the server."""
    if selector.covers(profile, tags, pack, groups):
        return ""
    return "; ".join(next(_mismatches(clause, groups, profile, tags, pack), "") for clause in selector.any_of)


def _mismatches(
    clause: SelectorClause,
    groups: Mapping[str, ServerSelector],
    profile: Profile,
    tags: frozenset[str],
    pack: str,
) -> Iterator[str]:
    keys: tuple[tuple[str, tuple[Glob, ...], Sequence[str]], ...] = (
        ("id", clause.id, (profile.id, profile.uuid)),
        ("name", clause.name, (profile.name,)),
        ("node", clause.node, (profile.node,)),
        ("egg", clause.egg, (profile.egg,)),
        ("image", clause.image, (profile.image,)),
        ("tag", clause.tag, sorted(tags)),
        ("pack", clause.pack, (pack,)),
    )
    for key, globs, texts in keys:
        if globs and not any(glob.covers(text) for glob in globs for text in texts):
            yield f"`{key}: {_listed(globs)}` does not fit: {_of_it(key, texts)}"
    if clause.group and not any(
        groups[name].covers(profile, tags, pack, groups) for name in clause.group if name in groups
    ):
        yield _no_group(clause.group, groups, profile, tags, pack)
    if clause.not_ is not None and clause.not_.covers(profile, tags, pack, groups):
        yield "its `not` names this server"


def _no_group(
    names: Sequence[str],
    groups: Mapping[str, ServerSelector],
    profile: Profile,
    tags: frozenset[str],
    pack: str,
) -> str:
    """Why it is in none of the groups. Each is asked without itself among them, so that a cycle ends."""
    told = []
    for name in names:
        others = {key: group for key, group in groups.items() if key != name}
        why = (
            mismatch(groups[name], others, profile, tags, pack)
            if name in groups
            else "there is no such group"
        )
        told.append(f"it is not in the group `{name}`" + (f" ({why})" if why else ""))
    return ", ".join(told)


def _listed(globs: Sequence[Glob]) -> str:
    return globs[0].source if len(globs) == 1 else f"[{', '.join(glob.source for glob in globs)}]"


def _of_it(key: str, texts: Sequence[str]) -> str:
    if key == "tag":
        return f"its tags are {', '.join(texts)}" if texts else "it has no tags"
    text = next(iter(texts), "")
    return f"its {key} is `{text}`" if text else f"its {key} is not known"
