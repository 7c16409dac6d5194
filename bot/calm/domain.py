"""The domain of a CALM project: slots, responses, actions."""

import re

from bot.calm.flow_writer import Written
from bot.calm.project import Project
from bot.content import Json
from bot.engine.carrying import carries
from bot.engine.flow import Button, Mapped, Slot, Text, Variation
from bot.engine.text import PLACEHOLDER

_SAME = re.compile(r"slots\.(?P<name>[\w-]+) is (?P<value>\"[^\"]*\"|'[^']*'|true|false|-?\d+(?:\.\d+)?)")
_PARTS = re.compile(r"\(([^()]*)\)")
WORDS: dict[str, Json] = {"true": True, "false": False}


def domain_of(project: Project) -> Written:
    """All that the flows name."""
    slots = {name: _slot(slot, project) for name, slot in project.slots.items()}
    unused = {name: each for name, each in project.flow_set.responses.items() if name not in project.responses}
    spare = {name: tuple(each) for name, each in unused.items() if not name.startswith("utter_switchboard_")}
    responses = {**project.responses, **spare}
    seconds = project.flow_set.settings.expires.seconds
    return {
        "version": "3.1",
        **({"intents": list(project.intents)} if project.intents else {}),
        "slots": slots,
        "responses": {
            name: [_variation(variation, project) for variation in variations]
            for name, variations in sorted(responses.items())
            if variations  # what only a language model could word is CALM's own
        },
        "actions": list(project.actions),
        "session_config": {
            "session_expiration_time": seconds / 60 if seconds else 0,
            "carry_over_slots_to_new_session": carries(project.flow_set),
        },
    }


def _slot(slot: Slot, project: Project) -> Written:
    is_asked = slot.name in project.collected
    written: Written = {"type": "any" if is_asked and slot.type == "list" else slot.type}  # CALM asks for no lists
    if slot.initial is not None:
        written["initial_value"] = slot.initial
    if slot.values:
        written["values"] = list(slot.values)
    if slot.min is not None:
        written["min_value"] = slot.min
    if slot.max is not None:
        written["max_value"] = slot.max
    if slot.rejections:
        written["validation"] = _validation(slot, project)
    if not is_asked or slot.mapped is not None or slot.every_turn is not None:
        by_intent = [_mapping(mapped) for mapped in slot.mapped or ()]
        written["mappings"] = [*_filled_by_words_or_code(slot, is_asked=is_asked), *by_intent]
    return written


def _filled_by_words_or_code(slot: Slot, *, is_asked: bool) -> list[Written]:
    by_code: Written = {"type": "controlled"}
    if slot.every_turn is not None:
        by_code["run_action_every_turn"] = slot.every_turn
    wanted: list[Written] = [{"type": "from_llm"}] if is_asked else []
    return wanted if is_asked and slot.every_turn is None else [*wanted, by_code]


def _mapping(mapped: Mapped) -> Written:
    kind = "from_trigger_intent" if mapped.starting else "from_intent"
    given: Written = {"type": kind, "value": mapped.value}
    if mapped.entity is not None:
        given = {"type": "from_entity", "entity": mapped.entity}
    several: Written = {"intent": list(mapped.intents), "not_intent": list(mapped.not_intents)}
    given |= {key: names for key, names in several.items() if names}
    return given | ({"conditions": [{"active_flow": flow} for flow in mapped.flows]} if mapped.flows else {})


def _validation(slot: Slot, project: Project) -> Written:
    place = ("", slot.name)  # a slot is no step of a flow
    rejections = [
        {
            "if": project.condition(each.condition, *place),
            "utter": project.say(each.text, f"utter_no_{slot.name}", *place),
        }
        for each in slot.rejections
    ]
    if slot.refill is None:
        return {"rejections": rejections}
    return {"rejections": rejections, "refill_utter": project.say(slot.refill, f"utter_refill_{slot.name}", *place)}


def _variation(variation: Variation, project: Project) -> Written:
    written: Written = {}
    if variation.text is not None:
        text, translation = _spoken(variation.text, project)
        written["text"] = text
        if translation:
            written["translation"] = translation
        if variation.text.jinja:
            written["metadata"] = {"template": "jinja"}
    if variation.condition is not None:
        written["condition"] = _condition(variation.condition)
    if variation.channel is not None:
        written["channel"] = variation.channel
    if variation.image is not None:
        written["image"] = variation.image
    if variation.attachment is not None:
        written["attachment"] = variation.attachment
    if variation.custom is not None:
        written["custom"] = variation.custom
    if variation.buttons:
        written["buttons"] = [_button(button, project) for button in variation.buttons]
    return written or {"text": ""}


def _button(button: Button, project: Project) -> Written:
    title, translation = _spoken(button.title, project)
    written: Written = {"title": title, "payload": button.payload}
    codes = {**translation, **button.payloads}.keys() - {"*"}
    if codes:
        written["translation"] = {
            code: {
                "title": translation.get(code, title),
                "payload": button.payloads.get(code, button.payload),
            }
            for code in sorted(codes)
        }
    return written


def _spoken(text: Text, project: Project) -> tuple[str, dict[str, str]]:
    """The text in the first language, and the other languages'."""
    first, *others = project.flow_set.settings.languages
    spoken = text.by_language
    if not text.jinja:
        spoken = {code: _with_braces_doubled(source) for code, source in spoken.items()}
    if "*" in spoken:
        return spoken.get(first, spoken["*"]), {code: spoken.get(code, spoken["*"]) for code in others}
    main = first if first in spoken else next(iter(spoken), first)
    return spoken.get(main, ""), {code: spoken[code] for code in others if code in spoken and code != main}


def _with_braces_doubled(source: str) -> str:
    """The text as CALM shows it: there single braces stand around names alone."""
    written, place = "", 0
    for shown in (*PLACEHOLDER.finditer(source), None):
        between = source[place : shown.start() if shown else None]
        written += re.sub(r"\\?([{}])", r"\1\1", between) + (shown.group() if shown else "")
        place = shown.end() if shown else place
    return written


def _condition(source: str) -> Json:
    """As the list that every CALM knows where it says no more than which slots hold what; else as a predicate."""
    parts = _PARTS.findall(source) if source.startswith("(") else [source]
    found = [_SAME.fullmatch(part) for part in parts]
    if all(found) and len(parts) - 1 == source.count(" and "):
        return [{"type": "slot", "name": each["name"], "value": _value(each["value"])} for each in found if each]
    return source


def _value(written: str) -> Json:
    if written[0] in "\"'":
        return written[1:-1]
    return WORDS[written] if written in WORDS else float(written) if "." in written else int(written)
