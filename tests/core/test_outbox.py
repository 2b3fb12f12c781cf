"""What one engine tells others leaves once, in order."""

from __future__ import annotations

from automaton.core.events import PanelBack
from automaton.core.moment import Moment
from automaton.core.outbox import Outbox
from automaton.core.scope import TO_ALL, TO_FLEET, Outgoing

NOW = Moment(1.0, 2.0)


def test_what_was_put_is_taken_once_and_in_order() -> None:
    outbox = Outbox()
    first, second = PanelBack(server="one", at=NOW), PanelBack(server="two", at=NOW)
    outbox.put(TO_FLEET, first)
    outbox.put(TO_ALL, second)

    assert outbox.take() == [Outgoing(TO_FLEET, first), Outgoing(TO_ALL, second)]
    assert outbox.take() == []
