"""The composition root of the page's process: everything of it is built here, and runs in one task group."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator

import anyio
import msgspec

from automaton.daemon.logs.log_setup import set_up
from automaton.daemon.page.journal_trail import JournalTrail
from automaton.daemon.page.judge_process import JudgeProcess
from automaton.daemon.page.listeners import PageListeners
from automaton.daemon.page.uptime_file import UptimeFile
from automaton.pace.clock import SystemClock
from automaton.web.pages.app import PageApp
from automaton.web.pages.control_client import ControlClient
from automaton.web.pages.fleet_feed import FleetFeed
from automaton.web.pages.node_owners import NodeOwners
from automaton.web.pages.page_settings import PageSettings

PIECE = 64 * 1024  # bytes that are read of the pipe at a time


async def serve_page(listener: socket.socket, told_at: int) -> None:
    """Answers at `listener`; the descriptor `told_at` gives the settings, a line each time they change."""
    lines = _lines(told_at)
    settings = msgspec.json.decode(await anext(lines), type=PageSettings)
    _log_as(settings)
    clock = SystemClock()
    control = ControlClient.at(settings.control)
    feed = FleetFeed(control, clock, is_shared=settings.is_shared)
    watched_by, for_programs = ControlClient.at(settings.control), ControlClient.at(settings.control)
    trail = JournalTrail(settings.journal, clock)
    page = PageApp(
        settings, control, feed, clock, trail=trail, watched_by=watched_by, for_programs=for_programs,
        judge=JudgeProcess(), uptimes=UptimeFile(settings.state),
    )  # fmt: skip
    listeners = PageListeners(page, listener, settings, clock)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(feed.run, name="feed")
        if settings.is_shared:
            tasks.start_soon(NodeOwners(control, feed.take_owners).run, name="owners")
        tasks.start_soon(page.watch.run, name="uptime")
        tasks.start_soon(page.sampler.run, name="history")
        tasks.start_soon(page.consoles.run, name="consoles")
        tasks.start_soon(page.sharing.run, page.sessions, name="sessions")
        tasks.start_soon(listeners.run, name="page")
        async for line in lines:
            settings = msgspec.json.decode(line, type=PageSettings)
            _log_as(settings)
            trail.path = settings.journal
            page.change(settings)
            listeners.change(settings)
        tasks.cancel_scope.cancel()
    await control.aclose()
    await watched_by.aclose()
    await for_programs.aclose()


def _log_as(settings: PageSettings) -> None:
    set_up(settings.log_level, settings.log_format, os.environ)


async def _lines(descriptor: int) -> AsyncIterator[bytes]:
    """Lines of a pipe, until it ends: then the daemon has."""
    left = b""
    while True:
        await anyio.wait_readable(descriptor)
        piece = os.read(descriptor, PIECE)
        if not piece:
            return
        *whole, left = (left + piece).split(b"\n")
        for line in whole:
            yield line
