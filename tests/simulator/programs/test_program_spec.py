from __future__ import annotations

import pytest

from automaton.simulator.programs.program_spec import ProgramError, ProgramSpec, read, read_all

CIV = "name=civ,cmd=/usr/games/freeciv-server -p 5556,user=nobody,stop=quit,done=Now accepting"
SMALL = "name=a,cmd=cat,stop=^C,done=up"


def find(name: str) -> str | None:
    """A machine on which all but `nothing` can be run."""
    if name == "nothing":
        return None
    return name if name.startswith("/") else f"/bin/{name}"


def test_the_command_is_split_as_by_a_shell() -> None:
    assert read(CIV, find) == ProgramSpec(
        name="civ",
        command=("/usr/games/freeciv-server", "-p", "5556"),
        user="nobody",
        stop="quit",
        done="Now accepting",
    )


def test_what_may_be_left_out_has_a_meaning() -> None:
    spec = read(SMALL, find)

    assert (spec.command, spec.user, spec.memory) == (("/bin/cat",), "", 0)


@pytest.mark.parametrize(
    ("cmd", "command"),
    [
        ('"cat a,b"', ("/bin/cat", "a,b")),
        ('"sh -c ""echo 1, 2"""', ("/bin/sh", "-c", "echo 1, 2")),
        ("sh -c 'a b'", ("/bin/sh", "-c", "a b")),
        ('sh -c "a b"', ("/bin/sh", "-c", "a b")),
        ("cat a=b", ("/bin/cat", "a=b")),
    ],
)
def test_quotes_at_the_beginning_of_a_value_hold_its_commas(cmd: str, command: tuple[str, ...]) -> None:
    assert read(f"name=a,cmd={cmd},stop=^C,done=up", find).command == command


def test_memory_is_in_mebibytes() -> None:
    assert read(f"{SMALL},memory=512", find).memory == 512


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "`name` is missing: the server's name"),
        (
            "name=a,cmd=cat,stop=^C",
            "`done` is missing: a text of the line that says it is up, or `regex:` and an expression",
        ),
        (
            "name=a,cmd=cat,stop=,done=up",
            "`stop` is missing: the command that ends it, or `^C`, `SIGINT`, `SIGTERM`",
        ),
        ("name=..,cmd=cat,stop=^C,done=up", "`name` names its folder too: `..` cannot"),
        ("name=a/b,cmd=cat,stop=^C,done=up", "`name` names its folder too: `a/b` cannot"),
        (f"{SMALL},nice=5", "unknown key `nice`, there are name, cmd, stop, done, user, memory"),
        (f"{SMALL},name=b", "`name` stands twice"),
        (f"{SMALL},loud", "`loud` is no `key=value`; put a value with a comma in double quotes"),
        ('name="a', '`name="a` is no `key=value`; put a value with a comma in double quotes'),
        (f"{SMALL},memory=1G", "`memory` is a whole number of MiB, not `1G`"),
        (f"{SMALL},memory=0", "`memory` is a whole number of MiB, not `0`"),
        ("name=a,cmd=nothing -x,stop=^C,done=up", "`cmd`: there is no program `nothing` that can be run"),
        ("name=a,cmd=' ,stop=^C,done=up", "`cmd` cannot be split as by a shell: no closing quotation"),
        (
            "name=a,cmd=cat,stop=^C,done=regex:(",
            "`done` is no expression: missing ), unterminated subpattern at position 0",
        ),
    ],
)
def test_a_mistake_is_told_in_words(text: str, said: str) -> None:
    with pytest.raises(ProgramError) as refused:
        read(text, find)

    assert str(refused.value) == said


def test_each_program_has_a_name_of_its_own() -> None:
    with pytest.raises(ProgramError, match="two programs are called `a`"):
        read_all([SMALL, CIV, SMALL], find)
