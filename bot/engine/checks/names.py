"""Whether everything that is named exists: flows, slots, responses, actions, queues, calendars, surveys, languages."""

from collections.abc import Collection
from functools import cache
from typing import Protocol

from babel import localedata

from bot.content import Json
from bot.engine.acting import BUILT_IN, NEED_A_MODEL, WITHOUT_EFFECT
from bot.engine.answers import Answer, read_number
from bot.engine.entities import may_fill
from bot.engine.flow import FlowSet, Slot
from bot.engine.patterns import DONE_BY_ENGINE
from bot.engine.patterns import NEED_A_MODEL as MODEL_PATTERNS
from bot.engine.reading.calm_names import BUILT_IN_SLOTS, SERVED_PATTERNS
from bot.engine.reading.domain import slot_value_problem, values_of
from bot.engine.reading.findings import Findings, NameKind, Use
from bot.engine.reading.payloads import BUTTON_FILLS
from bot.engine.reading.responses import RESPONSE_CONDITION
from bot.engine.reading.step_source import MAX_HINTS
from bot.engine.reading.steps_work import CALL_RUNS
from bot.engine.wording import WORDING
from bot.problems import did_you_mean, listed

A_WHAT: dict[NameKind, str] = {
    "flow": "a flow",
    "slot": "a slot",
    "response": "a response",
    "action": "an action",
    "queue": "a queue of the desk",
    "calendar": "a calendar of the desk",
    "survey": "a survey",
    "language": "among settings.languages",
    "department": "a department of the desk",
}
HARMLESS = frozenset({  # happens by itself
    "action_session_start", "action_repeat_bot_messages", "action_handoff_metric",
})  # fmt: skip
OTHER = "__other__"  # what CALM's categorical slots hold besides their values
COMMANDS = frozenset({
    "start", "menu", "agent", "language", "cancel", "help", "forget", "restart", "back", "repeat", "skip", "ticket",
    "stop", "subscribe", "session_start", "session_end", "silence_timeout",
})  # fmt: skip


class DeskNames(Protocol):
    """What the desk's file defines and flows may name."""

    @property
    def queues(self) -> Collection[str]:
        """Where a hand-off can go."""
        ...

    @property
    def calendars(self) -> Collection[str]:
        """What `hours` can ask."""
        ...

    @property
    def departments(self) -> Collection[str]:
        """Where a survey's ticket can go."""
        ...


def check_names(flow_set: FlowSet, found: Findings, desk: DeskNames | None) -> None:
    """Report what is named and not defined, with the nearest name that is."""
    _check_intents(flow_set, found)
    known = _known(flow_set, desk)
    missing: dict[tuple[NameKind, str], str | None] = {}
    languages: set[str] = set()  # that were looked at: in CALM's files each is told once
    undefined: set[str] = set()  # slots of CALM's files, whose one definition mends every place
    for use in sorted(found.uses, key=lambda use: (use.how == "weak", use.mark)):
        names = known.get(use.kind)
        if names is not None and use.kind == "language":
            if use.name not in languages or not found.is_calms(use.mark):
                _check_language(use, names, found, is_seldom=len(languages) < MAX_HINTS)
            languages.add(use.name)
        elif names is None or use.name in names:
            continue
        elif not (found.broken_files or _is_built_in(use, found)):
            if (use.kind, use.name) not in missing:
                hint = did_you_mean(use.name, names) if len(missing) < MAX_HINTS else None
                missing[use.kind, use.name] = hint
            hint = missing[use.kind, use.name]
            if hint is None and use.kind == "slot" and found.is_calms(use.mark):
                if use.name in undefined:
                    continue
                undefined.update({use.name} if use.how != "weak" else ())
            _report(use, hint, found)
    _check_values(flow_set, found)


def _check_values(flow_set: FlowSet, found: Findings) -> None:
    """Report values that do not fit the slot which they are given to, or compared with."""
    allowed = {name: values_of(slot) for name, slot in flow_set.slots.items()}
    for given in found.given:
        slot = flow_set.slots.get(given.slot)
        problem = slot_value_problem(slot, given.value, allowed[slot.name]) if slot is not None else None
        if slot is not None and problem is not None:
            quoted = _is_quoted(slot, given.value)
            # CALM finds out later, or takes it for what it spells, as the engine does
            may_be = given.who == "condition" or (given.who == "button" and slot.type != "list") or quoted
            report = found.warn_calm if may_be else found.error
            message = f"{given.value!r} does not fit the slot '{slot.name}', which {problem}"
            report(given.mark, "value", message, "write it without quotes" if quoted else None)
    for name, text, mark, what in found.compared:
        slot = flow_set.slots.get(name)
        if slot is not None and slot.type in ("bool", "categorical", "float") and text != OTHER:
            problem = slot_value_problem(slot, text, allowed[slot.name])
            if problem is not None:
                is_flows = what != RESPONSE_CONDITION  # whose conditions CALM looks at, but not at numbers in them
                report = found.error if is_flows and slot.type != "float" else found.warn_calm
                message = f"{what} compares '{text}' with the slot '{name}', which {problem}"
                report(mark, "value", message, "write it without quotes" if _is_quoted(slot, text) else None)


def _is_quoted(slot: Slot, value: Json) -> bool:
    """Whether it spells a value of the slot, but in quotes."""
    if not isinstance(value, str):
        return False
    if slot.type == "float":
        return isinstance(read_number(value, "en"), Answer)
    return slot.type == "bool" and value.strip().casefold() in ("true", "false")


def _known(flow_set: FlowSet, desk: DeskNames | None) -> dict[NameKind, Collection[str]]:
    known: dict[NameKind, Collection[str]] = {
        "flow": flow_set.flows.keys() | SERVED_PATTERNS,
        "slot": flow_set.slots.keys() | BUILT_IN_SLOTS,
        "response": flow_set.responses.keys() | WORDING.keys(),
        "action": frozenset(flow_set.actions),
        "survey": flow_set.surveys.keys(),
        "language": dict.fromkeys(flow_set.settings.languages),  # in their order
    }
    if desk is not None:
        known |= {"queue": desk.queues, "calendar": desk.calendars, "department": desk.departments}
    return known


def _is_built_in(use: Use, found: Findings) -> bool:
    """CALM's own patterns and actions need no definition; what has no effect is told where it is named."""
    if use.kind == "action" and use.name in BUILT_IN:
        if use.name in NEED_A_MODEL:
            message = f"'{use.name}' needs a language model, and leads to pattern_cannot_handle"
            found.warn(use.mark, "needs-language-model", message)
        elif use.name in WITHOUT_EFFECT - HARMLESS:
            found.warn(use.mark, "no-effect", f"'{use.name}' has no effect here", "the step is passed over")
        return True
    if use.kind == "flow" and use.name in MODEL_PATTERNS:
        found.warn(use.mark, "needs-language-model", f"'{use.name}' leads to pattern_cannot_handle")
        return True
    if use.kind == "flow" and use.name in DONE_BY_ENGINE:
        found.warn(use.mark, "no-effect", f"'{use.name}' has no effect here: the engine does this by itself")
        return True
    return False


def _report(use: Use, hint: str | None, found: Findings) -> None:
    message = f"{use.what} '{use.name}', which is not {A_WHAT[use.kind]}"
    if use.how == "weak":
        found.warn(use.mark, f"unknown-{use.kind}", message, hint or "unless an action gives it")
    else:
        report = found.warn_calm if use.what == BUTTON_FILLS else found.error  # CALM passes over such a slot
        report(use.mark, f"unknown-{use.kind}", message, hint or _how_to_define(use, found))


def _how_to_define(use: Use, found: Findings) -> str | None:
    match use.kind:
        case "slot" if use.name == "item":
            return "only options made of a list show '{item}'"
        case "slot":
            return f"add '{use.name}: {{type: text}}' to 'slots'"
        case "action":
            return "add it to the list of 'actions'"
        case "response":
            return "add it to 'responses', or write the words themselves here"
        case "survey":
            return "surveys stand below the key 'surveys', each with its 'kind' and its 'ask'"
        case "queue" | "calendar" | "department":
            return f"{use.kind}s stand in the desk's file: config/desk.yaml, unless the settings name another"
        case "flow" if use.what == CALL_RUNS and found.is_calms(use.mark):
            return f"an agent of language models is known by its file, such as sub_agents/{use.name}/config.yml"
    return None


@cache
def _is_spoken(code: str) -> bool:
    return localedata.exists(code.replace("_", "-").partition("-")[0])


def _check_language(use: Use, names: Collection[str], found: Findings, *, is_seldom: bool) -> None:
    if use.name not in names:
        hint = (did_you_mean(use.name, names) if is_seldom else None) or f"there are: {listed(names)}"
        message = f"{use.what} '{use.name}', which is not {A_WHAT['language']}"
        found.warn_calm(use.mark, "unknown-language", message, hint)
    elif not _is_spoken(use.name):
        found.error(use.mark, "unknown-language", f"no language has the code '{use.name}'")


def _check_intents(flow_set: FlowSet, found: Findings) -> None:
    intents = {intent for flow in flow_set.flows.values() for intent in flow.intents}
    known = intents | COMMANDS
    words = {word.casefold() for flow in flow_set.flows.values() for group in flow.triggers.values() for word in group}
    slots, missing = flow_set.slots.values(), set[str]()
    for intent, entities, mark in found.intents:
        if intent in known or f"/{intent}".casefold() in words:
            continue
        if not any(may_fill(slot, intent, entities) for slot in slots):
            message = f"the button starts nothing and fills no slot: no flow's nlu_trigger names '{intent}'"
            missing.add(intent)
            hint = did_you_mean(intent, intents) if len(missing) <= MAX_HINTS else None
            found.warn(mark, "unknown-intent", message, hint)
