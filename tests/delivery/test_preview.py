"""Where a message would go is what then comes of it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from automaton.core.calls import Severity
from automaton.delivery.channel import Channel
from automaton.delivery.digest import Digest
from automaton.delivery.preview import preview
from automaton.delivery.surroundings import ServerLabel
from tests.delivery.desk import OPS, Desk, said

LABEL = ServerLabel("x", "eu-1")


@pytest.mark.parametrize("channel", [OPS, replace(OPS, group_by=())])
@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.CRITICAL])
@pytest.mark.parametrize("second", [0.0, 10.0, 40.0, 400.0])
def test_it_comes_when_it_was_foretold(channel: Channel, severity: Severity, second: float) -> None:
    desk = Desk(channel)
    desk.opens("a", 1)
    desk.until(second)
    foretold = preview(desk.outbox, said("b", number=2, severity=severity), LABEL, desk.now)
    desk.opens("b", 2, severity)
    desk.until(second + 1_000.0)

    told = next(at for at, going, _ in desk.told() if "b" in going)
    assert foretold.others == 1
    assert foretold.wait == pytest.approx(told - second)


def test_an_info_would_wait_for_the_digest() -> None:
    desk = Desk(replace(OPS, digest=Digest(9 * 3600, ZoneInfo("UTC"))))

    foretold = preview(desk.outbox, said(severity=Severity.INFO), LABEL, desk.now)
    assert (foretold.is_digest, round(foretold.wait)) == (True, 38_800)


def test_it_changes_nothing() -> None:
    desk = Desk()
    preview(desk.outbox, said(), LABEL, desk.now)

    assert (len(desk.outbox.records), desk.outbox.take_changes(), desk.outbox.wait(desk.now)) == (0, {}, None)
