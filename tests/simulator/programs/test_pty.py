"""Tiny real programs on real terminals. What is waited for is seen, never a time."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import anyio
import anyio.lowlevel
import pytest

from automaton.pace.clock import SystemClock
from automaton.simulator.programs.native_game import ChildListener
from automaton.simulator.programs.program_spec import ProgramError, ProgramSpec
from automaton.simulator.programs.pty import (
    LocalChild,
    LocalMachine,
    check_user,
    find,
    local_machine,
    surroundings,
)

pytestmark = pytest.mark.anyio
AS_ROOT = os.geteuid() == 0
TRAPPED = "trap 'echo minded' INT TERM; echo ready; while :; do read line; done"
DEAF = "trap '' INT TERM; echo ready; while :; do read line; done"


@pytest.fixture
def anyio_backend() -> str:
    """Real terminals: asyncio, and real time."""
    return "asyncio"


@pytest.fixture
async def machine() -> AsyncIterator[LocalMachine]:
    with local_machine(SystemClock()) as machine:
        yield machine


def spec(*command: str, user: str = "") -> ProgramSpec:
    return ProgramSpec(name="game", command=command, stop="stop", done="ready", user=user)


def shell(script: str) -> ProgramSpec:
    return spec("/bin/sh", "-c", script)


class Run:
    """A program that runs, what its terminal showed, how it ended."""

    def __init__(self, machine: LocalMachine, what: ProgramSpec) -> None:
        self.shown = b""
        self.code: int | None = None
        self._changed = anyio.Event()
        self.child: LocalChild = machine.spawn(what, ChildListener(self._heard, self._ended))

    def _heard(self, data: bytes) -> None:
        self.shown += data
        self._change()

    def _ended(self, code: int) -> None:
        self.code = code
        self._change()

    def _change(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()

    async def until(self, seen: Callable[[], bool]) -> None:
        with anyio.fail_after(20):
            while not seen():
                await self._changed.wait()

    async def shows(self, text: str) -> None:
        await self.until(lambda: text.encode() in self.shown)

    async def end(self) -> int:
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    @property
    def lines(self) -> list[str]:
        return self.shown.decode().replace("\r\n", "\n").splitlines()


async def test_the_terminal_echoes_what_is_typed_and_the_program_reads_it(machine: LocalMachine) -> None:
    run = Run(machine, spec("/bin/cat"))

    run.child.write(b"hello\n")
    await run.shows("hello\r\nhello\r\n")

    assert run.lines == ["hello", "hello"]


async def test_a_program_that_minds_its_stop_command_ends_with_its_own_code(machine: LocalMachine) -> None:
    run = Run(machine, shell('read line; echo "got $line"; exit 3'))

    run.child.write(b"stop\n")

    assert (await run.end(), run.lines) == (3, ["stop", "got stop"])


async def test_a_control_c_that_is_typed_becomes_a_signal(machine: LocalMachine) -> None:
    run = Run(machine, shell(TRAPPED))
    await run.shows("ready")

    run.child.write(b"\x03")

    await run.shows("^C")
    await run.shows("minded")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
async def test_a_signal_reaches_the_program(machine: LocalMachine, name: str) -> None:
    run = Run(machine, shell(f"trap 'exit 7' {name[3:]}; echo ready; while :; do read line; done"))
    await run.shows("ready")

    run.child.signal(name)

    assert await run.end() == 7


async def test_an_end_by_a_signal_is_128_and_its_number(machine: LocalMachine) -> None:
    run = Run(machine, shell("kill -SEGV $$"))

    assert await run.end() == 139


async def test_a_program_that_ignores_its_stop_is_ended_by_a_kill_alone(machine: LocalMachine) -> None:
    run = Run(machine, shell(DEAF))
    await run.shows("ready")

    run.child.signal("SIGTERM")
    run.child.signal("SIGINT")
    run.child.write(b"stop\n")
    await run.shows("stop")
    assert run.code is None
    run.child.signal_all("SIGKILL")

    assert await run.end() == 137


async def test_what_it_started_in_the_background_ends_with_it(machine: LocalMachine) -> None:
    """As in a container, where nothing outlives the first process."""
    run = Run(machine, shell("trap '' HUP; sleep 1000 & echo child=$!. ; exit 0"))

    assert await run.end() == 0
    await until_gone(int(run.shown.split(b"child=")[1].split(b".")[0]))


async def test_a_kill_reaches_all_that_it_started(machine: LocalMachine) -> None:
    run = Run(machine, shell("trap '' HUP; sleep 1000 & echo child=$!. ; wait"))
    await run.shows(".")
    child = int(run.shown.split(b"child=")[1].split(b".")[0])

    run.child.signal_all("SIGKILL")

    assert await run.end() == 137
    await until_gone(child)


async def test_all_that_was_written_is_heard_before_the_end_is_told(machine: LocalMachine) -> None:
    """Much more than one read takes, and the last of it right before the exit."""
    run = Run(machine, shell("i=0; while [ $i -lt 5000 ]; do echo line $i; i=$((i+1)); done"))

    assert await run.end() == 0
    assert run.lines == [f"line {number}" for number in range(5000)]


async def test_what_the_program_does_not_read_yet_waits(machine: LocalMachine) -> None:
    """More than a terminal holds is typed at once, before the program reads any of it."""
    run = Run(
        machine, shell("stty -echo; echo ready; read go; while read x; do n=$((n+1)); echo n=$n.; done")
    )
    await run.shows("ready")

    run.child.write(b"go\n" + b"a line of some length\n" * 4000)

    await run.shows("n=4000.")


async def test_a_frozen_program_answers_nothing_until_it_goes_on(machine: LocalMachine) -> None:
    run = Run(machine, spec("/bin/cat"))
    run.child.write(b"one\n")
    await run.shows("one\r\none\r\n")

    run.child.signal_all("SIGSTOP")
    run.child.write(b"two\n")
    await run.shows("two\r\n")
    assert run.lines == ["one", "one", "two"]
    run.child.signal_all("SIGCONT")

    await run.shows("two\r\ntwo\r\n")


async def test_its_folder_is_home_and_working_directory_and_is_kept_between_runs(
    machine: LocalMachine,
) -> None:
    first = Run(machine, shell('pwd; echo "$HOME"; stat -c %a .; echo kept > file'))
    assert await first.end() == 0
    second = Run(machine, shell("cat file"))
    assert await second.end() == 0

    here, home, mode = first.lines
    assert (here, mode, second.lines) == (home, "700", ["kept"])
    assert Path(home).name == "game"


async def test_the_environment_is_clean_and_the_terminal_has_80_columns(machine: LocalMachine) -> None:
    run = Run(machine, shell("stty size; tty; exec env"))
    assert await run.end() == 0
    size, tty, *variables = run.lines

    names = {line.split("=")[0] for line in variables} - {"PWD", "SHLVL", "_", "OLDPWD"}
    assert (size, tty.startswith("/dev/pts/")) == ("24 80", True)
    assert names == set(surroundings("x", Path("/")))


async def test_it_has_no_other_file_of_ours_open(machine: LocalMachine) -> None:
    Run(machine, spec("/bin/cat"))
    run = Run(machine, shell("ls /proc/$$/fd"))

    assert await run.end() == 0
    assert set(run.shown.decode().split()) <= {"0", "1", "2"}


@pytest.mark.skipif(not AS_ROOT, reason="only root can run a program as somebody else")
async def test_another_user_owns_the_folder_and_the_terminal(machine: LocalMachine) -> None:
    run = Run(machine, spec("/bin/sh", "-c", "id -un; stat -c %U . $(tty)", user="nobody"))

    assert (await run.end(), run.lines) == (0, ["nobody", "nobody", "nobody"])


async def test_a_program_that_cannot_be_run_says_so_and_ends(machine: LocalMachine) -> None:
    run = Run(machine, spec("/etc/hostname"))

    assert (await run.end(), run.lines) == (126, ["/etc/hostname cannot be run: Permission denied"])


async def test_memory_and_processor_time_are_of_all_that_it_started(machine: LocalMachine) -> None:
    run = Run(machine, shell("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; read x'"))
    await run.shows("done")

    used = run.child.usage()

    assert used.ticks > 5
    assert used.pages * machine.page > 1 << 20


async def test_leaving_the_block_ends_all_and_takes_the_folders_away() -> None:
    with local_machine(SystemClock()) as machine:
        run = Run(machine, shell(f"sleep 1000 & echo child=$!. ; echo $HOME ; {DEAF}"))
        await run.shows("ready")
        child = int(run.shown.split(b"child=")[1].split(b".")[0])
        home = run.lines[1]
        assert home in folders()

    assert (run.code, gone(child), home in folders()) == (None, True, False)


async def test_a_program_dies_with_the_simulator_however_that_ends(tmp_path: Path) -> None:
    """A SIGKILL leaves nobody to clean up: the kernel does."""
    script = tmp_path / "simulator.py"
    script.write_text(
        "import anyio, os, signal\n"
        "from automaton.pace.clock import SystemClock\n"
        "from automaton.simulator.programs.native_game import ChildListener\n"
        "from automaton.simulator.programs.program_spec import ProgramSpec\n"
        "from automaton.simulator.programs.pty import LocalMachine\n"
        "from pathlib import Path\n"
        "what = ProgramSpec(name='g', command=('/bin/sh', '-c', \"trap '' HUP; echo $$; read x\"),"
        " stop='', done='')\n"
        "def heard(data):\n"
        "    print(int(data), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "async def main():\n"
        f"    LocalMachine(SystemClock(), Path({str(tmp_path)!r})).spawn(what, ChildListener(heard, print))\n"
        "    await anyio.sleep_forever()\n"
        "anyio.run(main)\n"
    )

    ran = await anyio.run_process([sys.executable, str(script)], check=False)
    pid = int(ran.stdout)

    await until_gone(pid)


def folders() -> list[str]:
    """The folders of games that there are now."""
    return [str(folder) for folder in Path(tempfile.gettempdir()).glob("automaton-games-*/*")]


async def until_gone(pid: int) -> None:
    with anyio.fail_after(20):
        while not gone(pid):
            await anyio.lowlevel.checkpoint()


def gone(pid: int) -> bool:
    """Ended; a zombie that waits for its reaper is."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ("no-such-user", "`user`: there is no user `no-such-user` on this machine"),
        ("root", "`user`: only root can run a program as `root`"),
    ],
)
def test_a_user_that_one_cannot_be_is_refused(user: str, said: str) -> None:
    with pytest.raises(ProgramError) as refused:
        check_user(spec("/bin/true", user=user), me=4711)

    assert str(refused.value) == said


@pytest.mark.parametrize(("user", "me"), [("nobody", 0), ("root", 0), ("", 4711)])
def test_root_may_be_anybody_and_everybody_oneself(user: str, me: int) -> None:
    check_user(spec("/bin/true", user=user), me)


def test_a_program_is_found_by_its_name_and_known_by_its_whole_path() -> None:
    assert (find("sh") or "").endswith("/bin/sh")
    assert find("no-such-program") is None
