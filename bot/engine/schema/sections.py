"""What stands at the top of a file, as JSON Schema: flows, slots, responses, surveys, settings."""

from bot.engine.patterns import DONE_BY_ENGINE, NEED_A_MODEL
from bot.engine.reading.domain import MAPPINGS, SLOT_TYPES
from bot.engine.reading.settings_keys import DIGITS, GLOBALS
from bot.engine.reading.steps_talk import MAX_TRIES
from bot.engine.reading.surveys import LABELS, SCALES
from bot.engine.schema.forms import (
    ANY,
    BOOL,
    BY_LANGUAGE,
    CODE,
    CONDITION,
    DURATION,
    NAMES,
    NUMBER,
    SCALAR,
    SPAN,
    TEXT,
    THEN,
    WORD,
    WORDS,
    Schema,
    by_language,
    by_name,
    choice,
    either,
    keys,
    list_of,
    ref,
    told,
    whole,
)
from bot.engine.schema.steps import REJECTIONS
from bot.yaml_fields import MAX_SECONDS

INTENT = either(
    WORD,
    keys(
        "an item of 'nlu_trigger'",
        {
            "intent": either(WORD, keys("'intent'", {"name": WORD, "confidence_threshold": ANY}, "name")),
            "confidence_threshold": ANY,
        },
        "intent",
    ),
)
FLOW = keys(
    "a flow",
    {
        "description": told(WORD, "What it is for."),
        "name": told(TEXT, "What people are told it is called."),
        "start": told(BOOL, "Conversations begin here. Exactly one flow says so."),
        "triggers": told(WORDS, "Words and /commands that start it from anywhere."),
        "if": told(CONDITION, "May start by itself only when it holds; `false`: only by `call` and `link`."),
        "nlu_trigger": told(list_of(INTENT), "CALM's: the intents whose buttons start it."),
        "persisted_slots": told(NAMES, "Slots that keep their values when it ends."),
        "expires": told(DURATION, "How long a customer may be silent in it. Default: as `settings` say."),
        "resume": told(
            choice(("ask", "auto", "never")),
            "When somebody comes back to it: ask, go on (auto), or begin anew (never). Default: ask.",
        ),
        "run_pattern_completed": told(BOOL, "Whether pattern_completed follows. Default: true."),
        "always_include_in_prompt": told(ANY, "CALM's; it has no effect."),
        "translation": told(
            by_language(keys("a translation of a flow", {"name": WORD})), "CALM's: its name in other languages."
        ),
        "steps": told(list_of(ref("step"), at_least=1), "What it does, one after the other."),
        "metadata": told(ANY, "Anything; it has no effect."),
        "file_path": told(ANY, "CALM's; it has no effect."),
    },
    "description",
    "steps",
)
SLOT_MAPPING = {
    "type": "object",
    "properties": {"type": choice(sorted(MAPPINGS))},
    "required": ["type"],
}
SLOT = keys(
    "a slot",
    {
        "type": told(
            either(choice(SLOT_TYPES), {"type": "string", "pattern": r"\."}),
            f"What it can hold: {', '.join(SLOT_TYPES)}.",
        ),
        "initial_value": told(ANY, "What it holds at the beginning."),
        "values": told(list_of(SCALAR), "The values of a categorical slot."),
        "min_value": told(NUMBER, "The lowest value of a float slot."),
        "max_value": told(NUMBER, "The highest value of a float slot."),
        "mappings": told(list_of(SLOT_MAPPING), "CALM's: who fills it."),
        "influence_conversation": told(ANY, "CALM's; it has no effect."),
        "shared_for_coexistence": told(ANY, "CALM's; it has no effect."),
        "value_reset_delay": told(ANY, "CALM's; it has no effect."),
        "validation": told(
            keys("'validation'", {"rejections": REJECTIONS, "refill_utter": TEXT}, "rejections"),
            "What is refused wherever the slot is filled, and how it is asked for again.",
        ),
        "description": told(ANY, "A note for those who read the file."),
        "metadata": told(ANY, "Anything; it has no effect."),
    },
    "type",
)


def _translation(key: str) -> Schema:
    return by_language(either(WORD, keys("a translation", {key: WORD, "payload": ANY})))


PAYLOAD: Schema = {"type": ["string", "number", "null"], "pattern": r"\S|^$"}  # blank: the title is typed
BUTTON = keys(
    "a button",
    {
        "title": told(TEXT, "What the customer sees."),
        "payload": told(PAYLOAD, "What it does: /SetSlots(slot=value), /intent, or words to type."),
        "translation": told(_translation("title"), "The title in other languages."),
        **dict.fromkeys(("content_type", "image_url", "type", "url"), told(ANY, "CALM's; it has no effect.")),
    },
    "title",
)
CONSTRAINT = keys(
    "a condition",
    {"type": choice(("slot",)), "name": told(WORD, "A slot."), "value": told(ANY, "What it must hold.")},
    "name",
    "value",
)
ATTACHMENT = either(WORD, {"type": "object"})
VARIATION = keys(
    "a response",
    {
        "text": told(either(TEXT, {"const": ""}), "What is said."),
        "translation": told(_translation("text"), "The text in other languages."),
        "condition": told(either(CONDITION, list_of(CONSTRAINT)), "Said only when it holds."),
        "channel": told(WORD, "Said only there: telegram, webchat, plain or voice."),
        "buttons": told(list_of(BUTTON), "Choices below the text."),
        "quick_replies": told(list_of(BUTTON), "CALM's name for buttons that go away."),
        "image": told(WORD, "The address of a picture."),
        "attachment": told(ATTACHMENT, "The address of a file."),
        "custom": told(ANY, "Anything that a channel of your own understands."),
        "metadata": told(ANY, "CALM's; `rephrase` has no effect."),
        **dict.fromkeys(("id", "elements", "button_type", "allow_interruptions"), told(ANY, "CALM's; no effect.")),
    },
)
SURVEY = keys(
    "a survey",
    {
        "kind": told(choice((*SCALES, "custom")), "csat asks 1-5, nps 0-10, ces 1-7. Default: csat."),
        "ask": told(TEXT, "The question."),
        "scale": told({"type": "string", "pattern": r"^\d{1,2}\s*[-–]\s*\d{1,2}$"}, "The scores, such as 1-5."),
        "labels": told(
            either(choice(LABELS), list_of(TEXT, at_least=2)),
            "What the buttons show: numbers, stars, emoji, or a list with a text for each score.",
        ),
        "comment": told(
            keys(
                "'comment'",
                {"ask": told(TEXT, "The question."), "if": told(CONDITION, "Asked when it holds: `score <= 3`.")},
                "ask",
            ),
            "Asks for a few words after the score.",
        ),
        "thanks": told(TEXT, "What is said to an answer."),
        "once_per": told(SPAN, "A customer is asked at most once in this time."),
        "expires": told(SPAN, "How long an answer is taken. Default: 24h."),
        "on_low": told(
            keys(
                "'on_low'",
                {
                    "at_most": told({"type": "integer"}, "The highest score that counts as low."),
                    "ticket": told(WORD, "The department that gets a ticket."),
                },
                "at_most",
                "ticket",
            ),
            "What happens at a low score.",
        ),
    },
    "ask",
)
GLOBAL: Schema = either(
    NAMES,
    {
        "type": "object",
        "properties": {"digits": {"enum": [*DIGITS, *range(10)], "description": "The key of a telephone."}},
        "patternProperties": {BY_LANGUAGE: NAMES},
        "additionalProperties": False,
    },
)
NO_SURVEY: Schema = {"type": "null"}
SETTINGS = keys(
    "'settings'",
    {
        "languages": told(
            either(CODE, list_of(CODE, at_least=1)),
            "The first is spoken where a text is missing in the customer's.",
        ),
        "queue": told(WORD, "Where a hand-off goes that names no queue."),
        "globals": told(
            keys("'globals'", dict.fromkeys(sorted(GLOBALS), GLOBAL)), "Words that work at every question."
        ),
        "tries": told(whole(1, MAX_TRIES), "How often questions ask. Default: 3."),
        "timeout": told(DURATION, "How long questions wait for an answer."),
        "on_fail": told(THEN, "Where questions go after the last try: `handoff`, a flow, or steps."),
        "expires": told(DURATION, "How long a customer may be silent. Default: 24h."),
        "calling_hours": told(WORD, "The calendar within which follow-ups are sent. Default: in the daytime."),
        "survey_after": told(
            keys("'survey_after'", dict.fromkeys(("handoff", "self_service"), either(WORD, NO_SURVEY))),
            "The survey that is asked when a conversation ends, with a person in it or without.",
        ),
    },
)
SESSION = keys(
    "'session_config'",
    {
        "session_expiration_time": told(
            {"type": "number", "minimum": 0, "maximum": MAX_SECONDS / 60}, "CALM's: minutes of silence, 0 for never."
        ),
        "carry_over_slots_to_new_session": told(BOOL, "CALM's; it has no effect."),
        "start_session_after_expiry": told(BOOL, "CALM's; it has no effect."),
    },
)
STEPLESS = {**FLOW, "required": ["description"]}
FILLED = {"required": ["values"], "properties": {"values": {"minItems": 1}}}
CATEGORICAL = {"if": {"properties": {"type": {"const": "categorical"}}}, "then": FILLED}
CONTENTS = ("text", "buttons", "quick_replies", "image", "attachment", "custom")
DEFINITIONS: dict[str, Schema] = {
    "flow": FLOW,
    "flows": {
        "type": "object",
        "properties": dict.fromkeys((*NEED_A_MODEL, *DONE_BY_ENGINE), STEPLESS),
        "additionalProperties": ref("flow"),
    },
    "slots": by_name({**SLOT, **CATEGORICAL}),
    "responses": by_name(list_of({**VARIATION, "anyOf": [{"required": [key]} for key in CONTENTS]}, at_least=1)),
    "surveys": by_name(SURVEY),
    "settings": SETTINGS,
    "session_config": SESSION,
}
