"""What a test expects: one action, phase or verdict, with where and when. As data, and read from YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from automaton.core.decision import Verdict
from automaton.did_you_mean import nearest
from automaton.match.glob import Glob
from automaton.problem import FilePlace, Problem, problem_at
from automaton.ruletest.model import Deeds, ExpectModel, for_keys, with_verbs
from automaton.ruletest.unknown_names import unknown_rule
from automaton.ruletest.virtual_time import format_time
from automaton.schema import nodes
from automaton.schema.context import ValidationContext
from automaton.schema.readers import shape
from automaton.schema.scalar import Scalar
from automaton.schema.validate import fit_into

IS, VERDICT = "is", "verdict"
IDLE = "idle"
OF_A_NOTICE = ("text", "title")
_WHERE_AND_WHEN = frozenset(ExpectModel.known_keys()) - frozenset(Deeds.known_keys())
_WITHOUT_ARGUMENT = {"send": ("save", "probe")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """`wanted` is the verb's argument, None for any; `text` and `title` are those of a notice.

    With `count` that many are expected in the whole test, with `never` none from `after` to `until`.
    """

    verb: str
    place: FilePlace
    wanted: Glob | str | None = None
    text: Glob | None = None
    title: Glob | None = None
    rule: str | None = None
    servers: Glob | None = None
    at: float | None = None
    after: float | None = None
    until: float | None = None
    count: int | None = None
    never: bool = False

    @property
    def last(self) -> float:
        """The latest moment that it mentions, 0 for none."""
        return max(self.at or 0.0, self.after or 0.0, self.until or 0.0)

    def __str__(self) -> str:
        """As it is written, without `at`."""
        said = self.verb if self.wanted is None else f"{self.verb}: {self._argument}"
        for name, glob in (("title", self.title), ("text", self.text)):
            said += f", {name}: {glob.source}" if glob is not None else ""
        said = f"never: {said}" if self.never else said
        if self.count is not None:
            said = f"count: {self.count}, {said}"
        bounds = (("after", self.after), ("until", self.until))
        said = "".join([said, *(f", {name}: {format_time(at)}" for name, at in bounds if at is not None)])
        said = said if self.rule is None else f"{said}, rule: {self.rule}"
        return said if self.servers is None else f"{said}, server: {self.servers.source}"

    @property
    def _argument(self) -> str:
        return self.wanted.source if isinstance(self.wanted, Glob) else str(self.wanted)

    def wants(self, argument: str) -> bool:
        """Whether this argument is the expected one."""
        match self.wanted:
            case None:
                return True
            case Glob():
                return self.wanted.covers(argument)
            case _:
                return self.wanted == argument


@dataclass(frozen=True, slots=True)
class ExpectationContext:
    """What expectations may name: the test's rules, and channels where those are known (else None)."""

    rules: tuple[str, ...]
    several_servers: bool
    channels: frozenset[str] | None = None


def _argument_keys(model: type[Deeds]) -> tuple[str, ...]:
    """Keys that say what is expected; the others say where and when."""
    return tuple(key for key in model.known_keys() if key not in _WHERE_AND_WHEN and key not in OF_A_NOTICE)


def _verbs(model: type[Deeds]) -> tuple[str, ...]:
    keys = (key for key in _argument_keys(model) if key not in (IS, VERDICT))
    return tuple(verb for key in keys for verb in (key, *_WITHOUT_ARGUMENT.get(key, ())))


def read_expectations(
    items: Iterable[object], reading: ValidationContext, context: ExpectationContext
) -> tuple[Expectation, ...]:
    """All expectations of a test. Mistakes are added to the reading."""
    expected: list[Expectation] = []
    for node in items:
        if not isinstance(node, nodes.Mapping):
            place = node.place if isinstance(node, Scalar | nodes.Sequence) else FilePlace("-")
            message = "an expectation is a mapping, as `{at: 5m, notify: ops}`"
            reading.problems.append(problem_at(place, "wrong-shape", message, found=shape(node)))
            continue
        model = fit_into(reading, node, for_keys(ExpectModel, node))
        if model is None:
            continue
        found = list(_read(node, model, reading))
        reading.problems += _key_conflicts(node, model, found)
        for one in found:
            reading.problems += _unknown_references(node, one, context)
        expected += found
    return tuple(expected)


def _read(node: nodes.Mapping, model: ExpectModel, reading: ValidationContext) -> Iterator[Expectation]:
    yield from _named(node, model, model, never=False)
    match model.never:
        case None:
            return
        case Scalar() as verb:
            if verb in _verbs(Deeds) or verb in _verbs(with_verbs(Deeds)):
                yield _one(str(verb), verb.place, model, never=True)
            else:
                verbs = _verbs(with_verbs(Deeds))
                near = nearest(verb, verbs) or ""
                did_you_mean = f", did you mean `{near}`?" if near else ""
                message = f"`{verb}` is nothing that a rule does{did_you_mean}"
                expected = "" if near else ", ".join(f"`{one}`" for one in verbs)
                reading.problems.append(
                    problem_at(verb.place, "unknown-verb", message, expected=expected, suggestion=near)
                )
        case nodes.Mapping() as inner:
            deeds = fit_into(reading, inner, for_keys(Deeds, inner))
            named = list(_named(inner, deeds, model, never=True)) if deeds is not None else []
            if deeds is not None and not named:
                reading.problems.append(_expects_nothing(inner))
            yield from named
        case other:
            place = getattr(other, "place", node.place)
            message = "`never` takes a verb, or a verb with its argument"
            reading.problems.append(problem_at(place, "wrong-shape", message, found=shape(other)))


def _named(node: nodes.Mapping, deeds: Deeds, model: ExpectModel, *, never: bool) -> Iterator[Expectation]:
    for name in _argument_keys(type(deeds)):
        value = getattr(deeds, "is_" if name == IS else name)
        key = node.key(name)
        if value is not None and key is not None:
            text, title = (deeds.text, deeds.title) if name == "notify" else (None, None)
            for one in value if isinstance(value, tuple) else (value,):
                wanted = one if isinstance(one, Glob) else str(one)
                made = _one(name, key.place, model, never=never, wanted=wanted)
                yield replace(made, text=text, title=title)


def _one(
    verb: str, place: FilePlace, model: ExpectModel, *, never: bool, wanted: Glob | str | None = None
) -> Expectation:  # fmt: skip
    return Expectation(
        verb=verb, place=place, wanted=wanted, never=never, count=model.count, at=model.at,
        after=model.after, until=model.until, servers=model.server,
        rule=None if model.rule is None else str(model.rule),
    )  # fmt: skip


def _key_conflicts(node: nodes.Mapping, model: ExpectModel, found: list[Expectation]) -> Iterator[Problem]:
    if not found and model.never is None:
        yield _expects_nothing(node)
    never = node.key("never")
    if never is not None and any(not one.never for one in found):
        yield problem_at(never.place, "one-of-two", "`never` stands in an expectation of its own")
    for name in OF_A_NOTICE:
        if (key := node.key(name)) is not None and model.notify is None:
            yield problem_at(key.place, "needs-another", f"`{name}` goes with `notify`")
    for name in ("after", "until"):
        if (key := node.key(name)) is not None and never is None:
            yield problem_at(key.place, "needs-another", f"`{name}` goes with `never`", suggestion="at")
    until = node.key("until")
    if until is not None and never is not None and _is_empty(model):
        message = "nothing lies between `after` and `until`: this is never wrong, and proves nothing"
        yield problem_at(until.place, "expects-nothing", message)
    at, count = node.key("at"), node.key("count")
    if at is not None and never is not None:
        message = "`never` holds from `after` to `until`, and both may be left out"
        yield problem_at(at.place, "needs-another", message, suggestion="after")
    if count is not None and (at is not None or never is not None or len(found) > 1):
        message = "`count` is of one thing in the whole test: it goes with neither `at` nor `never`"
        yield problem_at(count.place, "count-of-one", message)


def _is_empty(model: ExpectModel) -> bool:
    return model.after is not None and model.until is not None and model.until < model.after


def _expects_nothing(node: nodes.Mapping) -> Problem:
    known = ", ".join(f"`{name}`" for name in (*_argument_keys(with_verbs(Deeds)), "never"))
    return problem_at(node.place, "expects-nothing", "this expects nothing", expected=known)


def _unknown_references(
    node: nodes.Mapping, one: Expectation, context: ExpectationContext
) -> Iterator[Problem]:
    where = node.find("rule")
    if one.rule is not None and where is not None:
        yield from unknown_rule(one.rule, where.place, context.rules)
    if one.verb == IS and one.rule is None and len(context.rules) > 1:
        yield problem_at(
            one.place, "which-rule", "there are several rules: `is` needs `rule`, which one it speaks of"
        )
    if one.verb == IS and one.servers is None and context.several_servers:
        yield problem_at(
            one.place, "which-server", "there are several servers: `is` needs `server`, globs allowed"
        )
    if one.verb == VERDICT:
        yield from _known(one, [verdict.value for verdict in Verdict], "verdict")
    if one.verb == "notify" and context.channels is not None:
        yield from _known(one, sorted(context.channels), "channel")


def _known(one: Expectation, known: list[str], what: str) -> Iterator[Problem]:
    """A name or glob that fits nothing could never come true."""
    if any(one.wants(name) for name in known):
        return
    near = nearest(one._argument, known) or ""
    did_you_mean = f", did you mean `{near}`?" if near else ""
    message = f"unknown {what} `{one._argument}`{did_you_mean}"
    yield problem_at(one.place, f"unknown-{what}", message, suggestion=near)
