"""What is wrong around a command, as one sentence and an exit code: files, rights, ports, disks, terminals.

The one seam for what no command translated itself. A fault of ours is none of these, and keeps its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass

from automaton.errors import AutomatonError
from automaton.printable import OutputLost
from automaton.workbench.exit_code import CONFIGURATION_ERROR, TRY_AGAIN, exit_code_of
from automaton.workbench.terminal import failure


@dataclass(frozen=True, slots=True)
class EnvironmentProblem:
    """A sentence for people, and what the command ends with."""

    sentence: str
    exit_code: int


def environment_problem(problem: BaseException) -> EnvironmentProblem | None:
    """What to say of it; None for what is none of the environment's doing, but a fault of ours."""
    match problem:
        case BaseExceptionGroup():
            found = [environment_problem(one) for one in problem.exceptions]
            return found[0] if all(found) else None
        case FileNotFoundError() if problem.filename is None:  # os.getcwd
            sentence = "the folder that you are in was removed: go to another one"
            return EnvironmentProblem(sentence, CONFIGURATION_ERROR)
        case OutputLost():
            return EnvironmentProblem(str(problem), TRY_AGAIN)
        case AutomatonError() | OSError():
            return EnvironmentProblem(failure(problem), exit_code_of(problem))
    return None
