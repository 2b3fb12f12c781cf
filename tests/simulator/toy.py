"""The toy game of the recordings: it prints what is asked for, ends as told, shows every quirk of output."""

from __future__ import annotations

from collections.abc import Callable

from automaton.simulator.games.eggs import Egg
from automaton.simulator.games.game import GameHost

MIB = 1 << 20
BOOT_SECONDS = 1.0
STOP_SECONDS = 1.0
CPU_SECONDS = 3.0
DISK_SECONDS = 0.05
HELP = (
    "commands: stop hang exit segv selfkill oom flood fastflood long bytes nul cr partial blank stderr"
    " emoji cpu disk"
)
NUL = b'nul [\0] bell [\a] tab [\t] quote ["] back [\\] html [<&>] ls [\xe2\x80\xa8]\n'


class Toy:
    """One run of the game. `exit 3`, `flood 50`, `long 70000` and their kin are typed."""

    def __init__(
        self, host: GameHost, chatter: float, *, mode: str = "normal", boot: float = BOOT_SECONDS
    ) -> None:
        """`chatter` is taken as every game takes it; this one speaks only when spoken to.

        In the mode `nostart` it never says that it is done.
        """
        self._host = host
        self._mode = mode
        self._boot = boot
        self._busy = True  # a shell minds a signal once what it waits for has ended
        self._signals: list[str] = []
        self._hangs = False
        self._early: list[str] = []
        self._commands: dict[str, Callable[[str], None]] = {
            "stop": self._stop,
            "hang": self._hang,
            "exit": self._exit,
            "segv": lambda _: host.exit(139),
            "selfkill": lambda _: host.exit(137),
            "oom": self._oom,
            "flood": self._flood,
            "long": self._long,
            "bytes": lambda _: host.write(b"bad \xff\xfe utf8 \xc3\n"),
            "nul": lambda _: host.write(NUL),
            "cr": lambda _: host.write(b"progress 10%\rprogress 50%\rprogress 100%\n"),
            "spacecr": lambda _: host.write(b"one \rtwo\n"),
            "partial": self._partial,
            "blank": lambda _: host.write(b"\n\n  \nafter blanks\n"),
            "stderr": lambda _: host.print("on stderr"),
            "emoji": lambda _: host.print("emoji \U0001f995 done"),
            "fastflood": self._fastflood,
            "cpu": lambda _: self._wait(CPU_SECONDS, lambda: host.print("cpu end")),
            "disk": lambda _: self._wait(DISK_SECONDS, lambda: host.print("disk end")),
            "help": lambda _: host.print(HELP),
        }

    @property
    def memory(self) -> int:
        return MIB

    @property
    def cpu(self) -> float:
        return 0.036

    def start(self) -> None:
        self._host.print(f"[boot] loading world (MODE={self._mode})")
        self._wait(self._boot, self._up)

    def typed(self, line: str) -> None:
        if self._busy:
            self._early.append(line)  # it reads nothing while it boots or waits
            return
        word, *words = line.split() or [""]
        rest = words[0] if words else ""
        answer = self._commands.get(word)
        if answer is None:
            self._host.print(f"Unknown command: [{line}]")
        else:
            answer(rest)

    def signalled(self, signal: str) -> None:
        if self._busy:
            self._signals.append(signal)
        else:
            self._host.print(f"caught {signal.removeprefix('SIG')}")
            self._host.exit(0)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        """Minds nothing for so long, then what was missed."""
        self._busy = True
        self._host.after(seconds, lambda: self._go_on(then))

    def _go_on(self, then: Callable[[], None]) -> None:
        self._busy = False
        for signal in self._signals:
            self.signalled(signal)
            return
        then()
        early, self._early = self._early, []
        for line in early:
            self.typed(line)

    def _up(self) -> None:
        self._host.print('\x1b[32m[boot]\x1b[0m level "wörld" loaded')
        if self._mode != "nostart":
            self._host.print('Done (1.234s)! For help, type "help"')

    def _stop(self, _: str) -> None:
        if self._hangs:
            self._host.print("stop ignored")
            return
        self._host.print("Stopping the server")
        self._wait(STOP_SECONDS, lambda: self._end("bye", 0))

    def _hang(self, _: str) -> None:
        self._hangs = True
        self._host.print("hang on")

    def _exit(self, rest: str) -> None:
        code = int(rest or 1)
        self._end(f"exiting with {code}", code)

    def _oom(self, _: str) -> None:
        self._host.print("eating memory")
        self._host.after(0.4, lambda: self._host.exit(137, oom=True))

    def _flood(self, rest: str) -> None:
        for number in range(int(rest or 1000)):
            self._host.print(f"flood line {number}")
        self._host.print("flood end")

    def _fastflood(self, rest: str) -> None:
        lines = [f"fast line {number}" for number in range(1, int(rest or 10_000) + 1)]
        self._host.print("\n".join([*lines, "flood end"]))

    def _long(self, rest: str) -> None:
        self._host.print("x" * int(rest or 1000))
        self._host.print("long end")

    def _partial(self, _: str) -> None:
        self._host.write(b"no newline yet>")
        self._wait(3.0, lambda: self._host.write(b" now\n"))

    def _end(self, line: str, code: int) -> None:
        self._host.print(line)
        self._host.exit(code)


TOY = Egg(
    name="Toy",
    image="ghcr.io/pterodactyl/yolks:alpine",
    startup="MODE=normal sh /game.sh",
    stop="stop",
    done=("Done (",),
    game=Toy,
)
