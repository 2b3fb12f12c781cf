"""An incident outlives the process, whole."""

from __future__ import annotations

import json

from automaton.core.calls import SendMessage, Severity
from automaton.core.moment import Moment
from automaton.core.rules.incident import KEPT_BACK, Incident
from automaton.core.schedule.wall_time import WallTime

BEFORE, AFTER = Moment(100.0, 1000.0), Moment(0.0, 1060.0)


def again(incident: Incident) -> Incident:
    """The same by a process whose clock begins a minute later."""
    data = json.loads(json.dumps(incident.dump(WallTime(BEFORE))))
    return Incident.load(data, WallTime(AFTER))


def test_everything_known_of_it_is_read_back() -> None:
    incident = Incident(7, Moment(90.0, 990.0), 3, {"player": "Steve", "n": 2}, 2)
    incident.told |= {"ops", "boss"}
    incident.would_tell.add("night")
    incident.escalated.add(1)
    incident.acked = incident.ended = True
    incident.cleared = Moment(95.0, 995.0)

    found = again(incident)
    assert found.dump(WallTime(AFTER)) == incident.dump(WallTime(BEFORE))
    assert (found.opened, found.cleared) == (Moment(-70.0, 990.0), Moment(-65.0, 995.0))


def test_notices_that_are_kept_back_are_kept_and_bounded_as_before() -> None:
    incident = Incident(1, BEFORE)
    notice = SendMessage(
        server="u", channel="ops", text="x y", severity=Severity.CRITICAL, excerpts=((0, 1),)
    )
    incident.kept_back.append(notice)

    found = again(incident)
    assert list(found.kept_back) == [notice]
    assert found.kept_back.maxlen == KEPT_BACK
