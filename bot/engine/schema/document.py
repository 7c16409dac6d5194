"""The JSON Schema of flow files, for editors: what can stand where, and what it means."""

from bot.engine.reading.sections import CALM_SECTIONS
from bot.engine.reading.server_keys import LANGUAGE_SECTIONS
from bot.engine.schema import forms, sections, steps
from bot.engine.schema.forms import ANY, WORD, Schema, by_name, either, keys, list_of, ref, told

DRAFT = "http://json-schema.org/draft-07/schema#"  # the newest that YAML editors know well
ACTION = either(WORD, {**by_name(ANY), "minProperties": 1, "maxProperties": 1})
TOP = {
    "flows": "What the bot does, flow by flow.",
    "slots": "The values that flows fill and show, by name.",
    "responses": "Texts that are said in several places, by a name that begins with utter_.",
    "surveys": "Questions for a rating, by name.",
    "settings": "What holds for all flows.",
    "session_config": "CALM's: when a silent conversation ends.",
}


def flow_file_schema() -> Schema:
    """The schema of one flow file. Which names exist is not in it: that takes all files, and `switchboard check`."""
    top: dict[str, Schema] = {
        "version": told(ANY, "CALM's; it has no effect."),
        **{name: told(either(ref(name), {"type": "null"}), description) for name, description in TOP.items()},
        "actions": told(either(list_of(ACTION), {"type": "null"}), "The names of all actions."),
        **dict.fromkeys(sorted(CALM_SECTIONS), told(ANY, "CALM's; it has no effect here.")),
        **dict.fromkeys(sorted(LANGUAGE_SECTIONS), told(ANY, "CALM's: the languages, where settings don't say them.")),
    }
    return {
        "$schema": DRAFT,
        **keys("a flow file", top, description="Flows of a switchboard."),
        "definitions": forms.DEFINITIONS | steps.DEFINITIONS | sections.DEFINITIONS,
    }
