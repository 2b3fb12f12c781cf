"""What is told of a Panel's accounts and of its contested servers."""

from __future__ import annotations

import pytest

from automaton.core.moment import Moment
from automaton.wings.account_assignment import MOST_SERVERS
from automaton.wings.claims import Contest
from automaton.wings.link_supervisor import LinkState
from automaton.wings.panel_status import AccountStatus, contested


@pytest.mark.parametrize(("servers", "is_crowded"), [(MOST_SERVERS, False), (MOST_SERVERS + 1, True)])
def test_an_account_with_more_servers_than_its_limit_suffices_for_is_crowded(
    servers: int, is_crowded: bool
) -> None:
    assert AccountStatus(servers, None).is_crowded is is_crowded


def test_a_server_that_several_list_waits_for_a_person_and_names_them() -> None:
    since = Moment(1.0, 2.0)
    status = contested("s", Contest(("a", "b"), since))

    assert (status.server, status.panel, status.state, status.cause) == (
        "s", "a, b", LinkState.PARKED, "listed_twice",
    )  # fmt: skip
    assert status.reason.endswith("(listed by a and by b)")
    assert (status.since, status.unseen_since, status.next_try) == (since, since, None)
