"""The JSON Schema of flow files, for editors: what can stand where, and what it means."""

from bot.engine.reading.sections import CALM_SECTIONS
from bot.engine.reading.server_keys import LANGUAGE_SECTIONS
from bot.engine.schema import forms, sections, steps
from bot.engine.schema.forms import ANY, BOOL, WORD, Schema, keys, list_of, ref, told, unoffered

DRAFT = "http://json-schema.org/draft-07/schema#"  # the newest that YAML editors know well
SENDING = keys("an action", {"send_domain": unoffered(BOOL, "CALM's: whether it gets the domain, as all do here.")})
ACTION: Schema = {
    **WORD,
    "type": ["string", "number", "object"],
    "minProperties": 1,
    "maxProperties": 1,
    "additionalProperties": {"if": {"type": "object"}, "then": SENDING},
}
ACTIONS: Schema = {**list_of(ACTION), "type": ["array", "null"]}
TOP = {
    "flows": "What the bot does, flow by flow.",
    "slots": "The values that flows fill and show, by name.",
    "responses": "Texts that are said in several places, by a name that begins with utter_.",
    "surveys": "Questions for a rating, by name.",
    "settings": "What holds for all flows.",
}


def flow_file_schema() -> Schema:
    """The schema of one flow file. Which names exist is not in it: that takes all files, and `switchboard check`."""
    top: dict[str, Schema] = {
        "version": unoffered(ANY, "CALM's; it has no effect."),
        **{name: told(ref(name), description) for name, description in TOP.items()},
        "session_config": unoffered(ref("session_config"), "CALM's: when a silent conversation ends."),
        "actions": told(ACTIONS, "The names of all actions."),
        **dict.fromkeys(sorted(CALM_SECTIONS), unoffered(ANY, "CALM's; it has no effect here.")),
        **dict.fromkeys(
            sorted(LANGUAGE_SECTIONS), unoffered(ANY, "CALM's: the languages, where settings don't say them.")
        ),
    }
    return {
        "$schema": DRAFT,
        **keys("a flow file", top),
        "definitions": forms.DEFINITIONS | steps.DEFINITIONS | sections.DEFINITIONS,
    }
