"""Somebody calls a webhook of automaton.yml."""

from __future__ import annotations

from collections.abc import Mapping

from automaton.core.events import FieldValue
from automaton.core.happening import Happening, of_hook
from automaton.core.ports import Listens
from automaton.core.stable_names import stable_name
from automaton.schema.base import Name
from automaton.schema.kinds import KnownEvents, References, TriggerModel


@stable_name("Hook")
class HookTrigger(TriggerModel):
    """A call of this hook; the fields of its body are in `it`.

    ```yaml
    hook: deployed
    where: it.version != "dev"
    ```

    `server` in the body names the server. Without it only rules by `fleet` hear of it.
    """

    hook: Name

    def listens(self) -> Listens:
        """Calls of the hook."""
        return Listens(events=frozenset({of_hook(self.hook)}))

    def gives(self, known: KnownEvents) -> None:
        """None: the caller decides what is in the body."""
        return

    def refers(self) -> References:
        """The hook, which automaton.yml must have."""
        return References(hooks=(self.hook,))

    def match(self, happening: Happening) -> Mapping[str, FieldValue] | None:
        """The fields of the body."""
        return happening.fields if happening.name == of_hook(self.hook) else None
