"""By what a server of a game is recognized."""

from __future__ import annotations

from pydantic import Field

from automaton.core.events import Profile
from automaton.schema.base import Glob, OneOrMany, Strict


class PackMatch(Strict):
    """Any of these, and none of `not`."""

    egg: OneOrMany[Glob] = ()
    image: OneOrMany[Glob] = ()
    startup: OneOrMany[Glob] = ()
    tag: OneOrMany[Glob] = ()
    not_: PackMatch | None = Field(default=None, alias="not")

    def fits(self, profile: Profile, tags: frozenset[str] = frozenset()) -> bool:
        """Whether one of the texts is that of the server, and `not` does not fit."""
        return bool(self.reason(profile, tags))

    def reason(self, profile: Profile, tags: frozenset[str] = frozenset()) -> str:
        """The key and the glob by which it fits, as `egg: Paper*`; empty where it does not."""
        found = self._fitting(profile, tags)
        return "" if found and self.not_ is not None and self.not_.fits(profile, tags) else found

    def _fitting(self, profile: Profile, tags: frozenset[str]) -> str:
        one_each = (("egg", self.egg, profile.egg), ("image", self.image, profile.image),
                    ("startup", self.startup, profile.startup))  # fmt: skip
        for key, globs, text in one_each:
            for glob in globs:
                if glob.covers(text):
                    return f"{key}: {glob.source}"
        fitting = (glob for glob in self.tag if any(map(glob.covers, tags)))
        return next((f"tag: {glob.source}" for glob in fitting), "")

    def over(self, other: PackMatch | None) -> PackMatch:
        """What fits one of both, and the `not` of neither."""
        if other is None:
            return self
        joined = {
            key: (*getattr(self, key), *getattr(other, key)) for key in ("egg", "image", "startup", "tag")
        }
        not_ = other.not_ if self.not_ is None else self.not_.over(other.not_)
        return self.model_copy(update={**joined, "not_": not_})


PackMatch.model_rebuild()
