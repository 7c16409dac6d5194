"""What CALM's flows name and no domain defines is stood in for, so that they can be walked.

Slots only where there is no domain at all: CALM itself looks for the others when they are first needed.
"""

import re
from collections.abc import Collection, Mapping

from bot.engine.acting import BUILT_IN
from bot.engine.flow import Collect, Flow, Slot, Text, Variation
from bot.engine.reading.calm_names import BUILT_IN_SLOTS
from bot.engine.reading.findings import Findings
from bot.engine.reading.values import EVERY_LANGUAGE, in_words
from bot.engine.wording import WORDING
from bot.problems import NO_DOMAIN, Mark, did_you_mean

Responses = dict[str, tuple[Variation, ...]]

_READ = re.compile(
    r"""(?<!contains\s)\bslots\.(?P<slot>\w+)
    (?:\s*(?P<sign>\bis\s+not\b|\bis\b|\bcontains\b|\bmatches\b|[!=<>]=?)\s*(?P<value>["'{]|-?[\w.]+))?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")
_TAKEN_AS = {"bool": "as yes or no", "float": "as a number", "text": "as text"}


def slots_standing_in(defined: Mapping[str, Slot], flows: Mapping[str, Flow], found: Findings) -> dict[str, Slot]:
    """The slots that the flows name, each of the type that the flows treat it as."""
    hints = _types(flows, found)
    slots: dict[str, Slot] = {}
    for name, mark in _first_uses("slot", found, found.lone_files):
        if name in defined or name in BUILT_IN_SLOTS:
            continue
        kinds = hints.get(name, set())
        slots[name] = Slot(name=name, type="bool" if kinds == {"bool"} else "float" if kinds == {"float"} else "text")
        found.marks["slot", name] = mark
        found.warn(mark, NO_DOMAIN, f"the slot '{name}' is in no domain: taken {_TAKEN_AS[slots[name].type]}")
    return slots


def actions_standing_in(defined: Collection[str], found: Findings) -> set[str]:
    """The actions that the flows run, whose code is still to be given."""
    names = set()
    for name, mark in _first_uses("action", found, found.calm_files):
        if name not in defined and name not in BUILT_IN:
            names.add(name)
            message = f"the action '{name}' is in no domain: it runs if there is code for it"
            found.warn(mark, _code("unknown-action", mark, found), message, did_you_mean(name, defined))
    return names


def responses_standing_in(defined: Responses, actions: Collection[str], found: Findings) -> Responses:
    """The responses that the flows say, and those that their questions lack: their names in words."""
    asks = [
        (f"utter_ask_{slot}", mark)
        for _, _, slot, mark in found.unasked
        if f"action_ask_{slot}" not in actions and mark.file in found.lone_files
    ]
    responses: Responses = {}
    for name, mark in (*_first_uses("response", found, found.calm_files), *asks):
        if name in defined or name in responses or name in WORDING:
            continue
        words = in_words(name)
        responses[name] = (Variation(text=Text(by_language={EVERY_LANGUAGE: words})),)
        found.marks["response", name] = mark
        message = f"the response '{name}' is in no domain: '{words}' is said"
        found.warn(mark, _code("unknown-response", mark, found), message, did_you_mean(name, defined))
    return responses


def _code(code: str, mark: Mark, found: Findings) -> str:
    """Where there is a domain, a name that it lacks may be a slip."""
    return NO_DOMAIN if mark.file in found.lone_files else code


def _first_uses(kind: str, found: Findings, files: Collection[str]) -> list[tuple[str, Mark]]:
    """The names of a kind, each with the place in these files where it is named first."""
    places: dict[str, Mark] = {}
    for use in found.uses:
        if use.kind == kind and use.mark.file in files:
            places[use.name] = min(use.mark, places.get(use.name, use.mark))
    return list(places.items())


def _types(flows: Mapping[str, Flow], found: Findings) -> dict[str, set[str]]:
    """What the conditions and `set_slots` of the flows compare each slot with, or make of it.

    A slot that is asked for later, or refused, because it is not true is empty: that says nothing of what it holds.
    """
    hints: dict[str, set[str]] = {}
    asked = {step.slot for flow in flows.values() for step in flow.steps.values() if isinstance(step, Collect)}
    for flow in flows.values():
        _note_hints(flow.guard, asked, hints)
        unasked = {step.slot for step in flow.steps.values() if isinstance(step, Collect)}
        for step in flow.steps.values():
            if isinstance(step, Collect):
                unasked.discard(step.slot)
                for rejection in step.rejections:
                    _note_hints(rejection.condition, {*unasked, step.slot}, hints)
            for branch in step.next:
                _note_hints(branch.condition, unasked, hints)
    for name, value, *_ in found.given:
        if value is not None:
            kind = "bool" if isinstance(value, bool) else "float" if isinstance(value, int | float) else "text"
            hints.setdefault(name, set()).add(kind)
    return hints


def _note_hints(condition: str | None, may_be_empty: Collection[str], hints: dict[str, set[str]]) -> None:
    for read in _READ.finditer(condition or ""):
        hint = _type_by(read["sign"], read["value"])
        if hint is not None and not (read["sign"] is None and read["slot"] in may_be_empty):
            hints.setdefault(read["slot"], set()).add(hint)


def _type_by(sign: str | None, value: str | None) -> str | None:
    if sign is None or value is None or value.lower() in ("true", "false"):
        return "bool"
    if value.lower() in ("null", "undefined", "empty"):
        return None
    return "float" if _NUMBER.match(value) or sign[0] in "<>" else "text"
