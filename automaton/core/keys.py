"""How many keys a rule with a list in `by` may have: players come and go, and nothing grows for ever."""

from __future__ import annotations

from collections import OrderedDict, defaultdict

from automaton.core.standing import Standing

MOST = 10_000  # rule-language 3, `by`


class Keys:
    """By rule, the longest unused first. A standing that is in the middle of something is not given up."""

    def __init__(self) -> None:
        self._used: defaultdict[str, OrderedDict[Standing, None]] = defaultdict(OrderedDict)

    def note(self, standing: Standing) -> None:
        """The key was used now."""
        if standing.key_of.more:
            used = self._used[standing.rule.id]
            used[standing] = None
            used.move_to_end(standing)

    def make_room(self, new: Standing) -> list[Standing]:
        """Takes in a key more, and names those that must go for it."""
        self.note(new)
        used = self._used.get(new.rule.id)
        if used is None or len(used) <= MOST:
            return []
        surplus = len(used) - MOST
        idle = (one for one in used if one.is_idle and one is not new)
        return [one for one, _ in zip(idle, range(surplus), strict=False)]

    def forget(self, standing: Standing) -> None:
        if standing.key_of.more:
            self._used[standing.rule.id].pop(standing, None)
