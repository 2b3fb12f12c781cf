"""`automaton record` against a control socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from automaton.core.moment import Moment
from automaton.web.http_json import json_of, stream_of
from automaton.web.listener import listening, serve
from automaton.web.recording_format import Advanced, RecordingEnd, RecordingHeader, write_memory, write_row
from automaton.web.routes import recording
from automaton.web.routes.cluster import ClusterView
from automaton.workbench.record import record

HEADER = RecordingHeader(
    version="1", id="a", part=0, at=Moment(0.0, 0.0), arm="live", fingerprint="f", fresh=False, known=0,
    memory=write_memory({}),
)  # fmt: skip


class Stream:
    """Two rows and an end, whoever asks."""

    def __init__(self, reason: str = "") -> None:
        self.asked: list[tuple[int, float | None]] = []
        self._reason = reason

    async def stream(self, part: int, seconds: float | None) -> AsyncIterator[bytes]:
        self.asked.append((part, seconds))
        yield write_row(HEADER)
        yield write_row(Advanced(Moment(1.0, 1.0)))
        yield write_row(RecordingEnd(self._reason))

    def routes(self) -> list[Route]:
        return recording.routes(self)


class OfShards(Stream):
    """Of a cluster: wants to know which shard."""

    def __init__(self) -> None:
        super().__init__()
        self.shards: list[str] = []

    def routes(self) -> list[Route]:
        (route,) = recording.routes(self)

        async def recorded(request: Request) -> Response:
            self.shards.append(request.query_params["shard"])
            return stream_of(self.stream(1, None))

        async def cluster(_: Request) -> Response:
            return json_of(ClusterView(name="c", me="a", generation=1, members=[], shards=[]))

        return [Route(route.path, recorded), Route("/v1/cluster", cluster)]


@contextmanager
def running(folder: Path, stream: Stream) -> Iterator[Path]:
    """A daemon that listens; its automaton.yml."""
    config = folder / "automaton.yml"
    config.write_text("listen: {socket: here.sock}\n")
    app = Starlette(routes=stream.routes())
    with start_blocking_portal() as portal, listening(folder / "here.sock") as listener:
        serving = portal.start_task_soon(serve, app, listener)
        try:
            yield config
        finally:
            serving.cancel()


def test_what_the_daemon_streams_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stream = Stream()
    path = tmp_path / "rec"
    with running(tmp_path, stream) as config:
        code = record(config, path, 2.5, 1000, 3)

    assert code == 0
    assert path.read_bytes() == write_row(HEADER) + write_row(Advanced(Moment(1.0, 1.0))) + write_row(
        RecordingEnd()
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert stream.asked == [(1000, 2.5)]
    assert capsys.readouterr().err == f"3 rows were recorded in {path}\n"


def test_in_a_cluster_it_is_told_which_shard(tmp_path: Path) -> None:
    stream = OfShards()
    with running(tmp_path, stream) as config:
        code = record(config, tmp_path / "rec", None, 1000, 3, "node:eu-1")

    assert (code, stream.shards) == (0, ["node:eu-1"])


def test_a_daemon_that_runs_alone_has_no_shard_to_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Stream()
    with running(tmp_path, stream) as config:
        code = record(config, tmp_path / "rec", None, 1000, 3, "node:eu-1")

    assert (code, stream.asked) == (1, [])
    assert capsys.readouterr().err == "this daemon runs alone: automaton.yml has no `cluster`\n"


def test_why_it_ended_of_itself_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running(tmp_path, Stream("whoever writes it fell behind")) as config:
        code = record(config, tmp_path / "rec", None, 1000, 3)

    assert code == 1
    assert "the recording ended: whoever writes it fell behind" in capsys.readouterr().err


def test_a_file_that_is_no_recording_is_kept_and_nothing_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = Stream()
    with running(tmp_path, stream) as config:
        code = record(config, config, None, 1000, 3)

        assert config.read_text().startswith("listen:")
    assert (code, stream.asked) == (78, [])
    assert "is no recording" in capsys.readouterr().err


def test_without_a_daemon_nothing_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "automaton.yml"
    config.write_text("state: state\n")
    code = record(config, tmp_path / "rec", None, 1000, 3)

    assert code == 3
    assert not (tmp_path / "rec").exists()
    assert "no daemon runs" in capsys.readouterr().err
