from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import TextMessage
from wsproto.extensions import PerMessageDeflate

from automaton.simulator.wings.outbound_frame import OutboundFrame, stats_text


@pytest.mark.parametrize("length", [0, 50, 125, 126, 65535, 65536, 100_000])
@pytest.mark.parametrize("deflate", [False, True])
def test_a_client_reads_a_frame_of_any_length(length: int, deflate: bool) -> None:
    packing = PerMessageDeflate()
    packing.finalize("permessage-deflate; server_no_context_takeover")
    client = Connection(ConnectionType.CLIENT, [packing] if deflate else [])

    client.receive_data(OutboundFrame("console output", "é" * length).encode(deflate=deflate))

    text = "".join(event.data for event in client.events() if isinstance(event, TextMessage))
    assert json.loads(text) == {"event": "console output", "args": ["é" * length]}


def test_arguments_are_missing_when_there_are_none() -> None:
    assert OutboundFrame("auth success").text() == '{"event":"auth success"}\n'


@given(st.text())
def test_any_text_survives_its_escaping(text: str) -> None:
    assert json.loads(OutboundFrame("console output", text).text())["args"] == [text]


def test_stats_have_the_order_of_the_struct_when_asked_for_and_of_the_alphabet_when_broadcast() -> None:
    figures = {"uptime": 1, "network": {"tx_bytes": 2}, "state": "offline"}

    assert stats_text(figures, direct=True) == '{"uptime":1,"network":{"tx_bytes":2},"state":"offline"}'
    assert stats_text(figures, direct=False) == '{"network":{"tx_bytes":2},"state":"offline","uptime":1}'
