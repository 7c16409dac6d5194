"""Which step of an edited flow is which step of the one before, whatever was added, moved or reworded around it.

An id that an author gave names its step. The ids of the others tell where they stand, so that an edit next to them
changes them: those are known by what they do and by their order.
"""

import functools
import re
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec
from rapidfuzz import fuzz

from bot.content import Json
from bot.engine.flow import Flow, Menu, Step, Text
from bot.engine.leading import targets

REFERENCES = frozenset(
    {"to", "empty", "on_fail", "on_error", "on_closed", "on_no_agent", "on_unknown", "open", "closed"}
)
SUBJECTS = {"collect": "slot", "action": "name", "call": "flow", "link": "flow", "survey": "survey"}
SAME_ADDRESS = 25.0  # percent of likeness that an equal address is worth
ALIKE = 55.0  # percent; below it a question in the same place is another question

Steps = Mapping[str, str]
"""The ids of a flow's steps now, by the ids that they had before; a step that is gone is missing."""


class Leaf(NamedTuple):
    """One value inside a record. `language` when it is one text of several; `leads` when it names a step."""

    path: tuple[str, ...]
    value: Json
    language: str | None = None
    leads: bool = False


def leaves(value: Any, path: tuple[str, ...] = (), field: str = "", *, defaults: bool = False) -> Iterator[Leaf]:
    """Every value within a record, a list or a mapping, with the way to it; without `defaults` only those given."""
    match value:
        case Text(response=None):
            yield from (Leaf(path, text, language) for language, text in value.by_language.items())
        case msgspec.Struct():
            for part in _fields_of(type(value)):
                inner = getattr(value, part.name)
                if defaults or part.required or part.name == "next" or inner != part.default:
                    yield from leaves(inner, (*path, part.name), part.name, defaults=defaults)
        case dict():
            for name, inner in value.items():
                yield from leaves(inner, (*path, str(name)), defaults=defaults)
        case list() | tuple() if any(isinstance(inner, msgspec.Struct | dict | list) for inner in value):
            for place, inner in enumerate(value, 1):
                yield from leaves(inner, (*path, str(place)), field, defaults=defaults)
        case _:
            yield Leaf(path, list(value) if isinstance(value, tuple) else value, None, field in REFERENCES)


@functools.cache
def _fields_of(kind: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(kind)  # looked up by the thousand, and slow


def match_flows(before: Mapping[str, Flow], after: Mapping[str, Flow]) -> Mapping[str, Steps]:
    """The steps of every flow that is still there, by its name."""
    return {name: match_steps(flow, after[name]) for name, flow in before.items() if name in after}


def match_steps(before: Flow, after: Flow) -> dict[str, str]:
    """Which step of the flow after is each step of the flow before."""
    if before == after:
        return {step: step for step in before.steps}
    pairing = _Pairing(before, after)
    pairing.pair_named()
    for subject in pairing.subjects():
        pairing.pair_equal(subject)
        pairing.pair_alike(subject)
    return pairing.found


def in_order(flow: Flow) -> list[Step]:
    """The steps as their author wrote them, as far as the ways through the flow tell; those never reached come last."""
    ordered: dict[str, Step] = {}
    waiting = [flow.first]
    while waiting:
        step = flow.steps.get(waiting.pop())
        if step is not None and step.id not in ordered:
            ordered[step.id] = step
            waiting += reversed([*_branches(step), *(branch.to for branch in step.next)])
    return [*ordered.values(), *(step for name, step in sorted(flow.steps.items()) if name not in ordered)]


def _branches(step: Step) -> Iterator[str]:
    """What the step has inside it, which comes before what comes next."""
    onward = {branch.to for branch in step.next}
    return (target for target in targets(step) if target not in onward)


def subject_of(step: Step) -> tuple[str, str]:
    """The kind of a step and what it is about. A step of another subject is another step."""
    kind = kind_of(step)
    return kind, getattr(step, SUBJECTS[kind]) if kind in SUBJECTS else ""


def kind_of(step: Step) -> str:
    """The key that names the step in a flow file."""
    return str(step.__struct_config__.tag)


def is_named(step: Step) -> bool:
    """Whether the author gave the id, as far as it can be told: it is not one that the reader would have made."""
    kind, about = subject_of(step)
    made = about if kind == "action" else f"{kind}_{about}" if about else kind
    return re.fullmatch(rf"(.*\.)?{re.escape(made)}(_\d+)?", step.id) is None


def content_of(step: Step) -> str:
    """What the step itself does, without its place: its id, and where it leads."""
    own = sorted((leaf.path, leaf.language or "", leaf.value) for leaf in leaves(step) if not leaf.leads)
    return msgspec.json.encode([each for each in own if each[0] != ("id",)]).decode()


def address_of(step: str, flow: Flow) -> str:
    """The id with the values of the options that it is within, in place of their numbers."""
    for found in reversed(list(re.finditer(r"\.option_(\d+)\.", step))):
        menu = flow.steps.get(step[: found.start()])
        if isinstance(menu, Menu) and int(found[1]) <= len(menu.options):
            option = menu.options[int(found[1]) - 1]
            return f"{address_of(menu.id, flow)}.{option.value}.{step[found.end() :]}"
    return step


class _Pairing:
    """The steps of two flows, and those found to be the same so far."""

    def __init__(self, before: Flow, after: Flow) -> None:
        self.found: dict[str, str] = {}
        self._before = {step.id: step for step in in_order(before)}
        self._after = {step.id: step for step in in_order(after)}
        self._taken: set[str] = set()
        self._addresses = {
            id(step): address_of(step.id, flow) for flow in (before, after) for step in flow.steps.values()
        }
        self._contents = {id(step): content_of(step) for step in (*self._before.values(), *self._after.values())}

    def subjects(self) -> Collection[tuple[str, str]]:
        return dict.fromkeys(subject_of(step) for step in self._before.values())

    def pair_named(self) -> None:
        """Equal ids that an author gave, and equal steps with equal addresses."""
        at = {self._addresses[id(step)]: step for step in self._after.values()}
        for name, step in self._before.items():
            other = self._after.get(name) if is_named(step) else at.get(self._addresses[id(step)])
            if other is None or subject_of(other) != subject_of(step):
                continue
            if is_named(step) or self._contents[id(step)] == self._contents[id(other)]:
                self._pair(step, other)

    def pair_equal(self, subject: tuple[str, str]) -> None:
        """Equal steps, in the order in which both have them."""
        old, new = self._left(subject)
        was, now = ([self._contents[id(step)] for step in steps] for steps in (old, new))
        for block in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks():
            for place in range(block.size):
                self._pair(old[block.a + place], new[block.b + place])

    def pair_alike(self, subject: tuple[str, str]) -> None:
        """Of the unnamed ones left those most alike; what asks for the same slot or runs the same action always is."""
        old, new = self._left(subject)
        ranked = [
            (self._likeness(step, other), -place, -other_place)
            for place, step in enumerate(old)
            for other_place, other in enumerate(new)
            if not is_named(step)
        ]
        for likeness, place, other_place in sorted(ranked, reverse=True):
            step, other = old[-place], new[-other_place]
            if (likeness >= ALIKE or subject[1]) and step.id not in self.found and other.id not in self._taken:
                self._pair(step, other)

    def _likeness(self, step: Step, other: Step) -> float:
        alike = fuzz.ratio(self._contents[id(step)], self._contents[id(other)])
        return alike + (SAME_ADDRESS if self._addresses[id(step)] == self._addresses[id(other)] else 0.0)

    def _left(self, subject: tuple[str, str]) -> tuple[list[Step], list[Step]]:
        old = [step for name, step in self._before.items() if name not in self.found and subject_of(step) == subject]
        new = [step for name, step in self._after.items() if name not in self._taken and subject_of(step) == subject]
        return old, new

    def _pair(self, step: Step, other: Step) -> None:
        self.found[step.id] = other.id
        self._taken.add(other.id)
