"""What stands at the top of a file, as JSON Schema: flows, slots, responses, surveys, settings."""

from bot.engine import patterns
from bot.engine.patterns import DONE_BY_ENGINE, NEED_A_MODEL
from bot.engine.reading.domain import SLOT_TYPES
from bot.engine.reading.mappings import MAPPINGS
from bot.engine.reading.settings_keys import DIGITS, GLOBALS
from bot.engine.reading.steps_talk import MAX_TRIES
from bot.engine.reading.surveys import LABELS, SCALES
from bot.engine.schema.forms import (
    ANY,
    BOOL,
    CODE,
    CONDITION,
    DIGRESSIONS,
    DURATION,
    NAMES,
    NUMBER,
    SCALAR,
    SPAN,
    TEXT,
    THEN,
    WORD,
    WORD_OR_NOTHING,
    WORDS,
    WORDS_ONLY,
    Schema,
    by_language,
    by_name,
    choice,
    either,
    keys,
    list_of,
    needing_any,
    or_nothing,
    ref,
    told,
    unoffered,
    wanted,
    whole,
    word_or,
)
from bot.engine.schema.steps import REJECTIONS
from bot.yaml_fields import MAX_SECONDS

SHARE = wanted({"type": "number", "minimum": 0, "maximum": 1}, "This should be a number from 0 to 1.")
SURE = unoffered(SHARE, "CALM's; it has no effect.")
INTENT_NAME = keys("'intent'", {"name": told(WORD, "The intent. Required."), "confidence_threshold": SURE}, "name")
INTENT = keys(
    "an item of 'nlu_trigger'",
    {"intent": told(word_or(INTENT_NAME), "The intent. Required."), "confidence_threshold": SURE},
    "intent",
)
NAME: Schema = {"if": {"type": "object"}, "then": TEXT, "else": WORDS_ONLY}
FLOW = keys(
    "a flow",
    {
        "description": told(WORDS_ONLY, "What it is for. Required."),
        "name": told(NAME, "What people are told it is called."),
        "start": told(BOOL, "Conversations begin here. Exactly one flow says so."),
        "triggers": told(WORDS, "Words and /commands that start it from anywhere."),
        "if": told(CONDITION, "May start by itself only when it holds; `false`: only by `call` and `link`."),
        "nlu_trigger": unoffered(list_of(INTENT), "CALM's: the intents whose buttons start it."),
        "persisted_slots": told(list_of(WORD), "Slots that keep their values when it ends."),
        "expires": told(DURATION, "How long a customer may be silent in it. Default: as `settings` say."),
        "resume": told(
            choice(("ask", "auto", "never")),
            "When somebody comes back to it: ask, go on (auto), or begin anew (never). Default: ask.",
        ),
        "run_pattern_completed": told(BOOL, "Whether pattern_completed follows. Default: true."),
        "always_include_in_prompt": unoffered(BOOL, "CALM's; it has no effect."),
        "block_digressions": unoffered(DIGRESSIONS, "CALM's; it has no effect."),
        "ask_confirm_digressions": unoffered(DIGRESSIONS, "CALM's; it has no effect."),
        "crucial_memory_items": unoffered(ANY, "CALM's; it has no effect."),
        "translation": unoffered(
            by_language(keys("a translation of a flow", {"name": told(WORD, "Its name.")})),
            "CALM's: its name in other languages.",
        ),
        "steps": told(list_of(ref("step"), at_least=1), "What it does, one after the other. Required."),
        "metadata": unoffered(ANY, "Anything; it has no effect."),
        "file_path": unoffered(ANY, "CALM's; it has no effect."),
    },
    "description",
    "steps",
)
SLOT_MAPPING = {
    "type": "object",
    "properties": {"type": choice(sorted(MAPPINGS)), "allow_nlu_correction": BOOL},
    "required": ["type"],
}
TYPES = f"This should be one of {', '.join(SLOT_TYPES)}."
SLOT = keys(
    "a slot",
    {
        "type": told(
            either(choice(SLOT_TYPES), {"type": "string", "pattern": r"\."}, TYPES),
            f"What it can hold: {', '.join(SLOT_TYPES)}. Required.",
        ),
        "initial_value": told(ANY, "What it holds at the beginning."),
        "values": told(list_of(SCALAR), "The values of a categorical slot."),
        "min_value": told(NUMBER, "The lowest value of a float slot."),
        "max_value": told(NUMBER, "The highest value of a float slot."),
        "mappings": unoffered(list_of(SLOT_MAPPING), "CALM's: who fills it."),
        "influence_conversation": unoffered(BOOL, "CALM's; it has no effect."),
        "shared_for_coexistence": unoffered(BOOL, "CALM's; it has no effect."),
        "value_reset_delay": unoffered(ANY, "CALM's; it has no effect."),
        "validation": told(
            keys(
                "'validation'",
                {
                    "rejections": told(
                        {**REJECTIONS, "minItems": 1}, "Values that are refused, and what to say then. Required."
                    ),
                    "refill_utter": told(TEXT, "How it is asked for again."),
                },
                "rejections",
            ),
            "What is refused wherever the slot is filled, and how it is asked for again.",
        ),
        "description": told(ANY, "A note for those who read the file."),
        "metadata": unoffered(ANY, "Anything; it has no effect."),
    },
    "type",
)


def _translation(key: str, payload: Schema) -> Schema:
    return by_language(word_or(keys("a translation", {key: told(WORD, "In this language."), "payload": payload})))


PAYLOAD: Schema = {**WORD_OR_NOTHING, "pattern": r"\S|^$"}  # blank: the title is typed
BUTTON = keys(
    "a button",
    {
        "title": told(TEXT, "What the customer sees. Required."),
        "payload": told(PAYLOAD, "What it does: /SetSlots(slot=value), /intent, or words to type."),
        "translation": told(
            _translation("title", told(PAYLOAD, "What it does in this language.")),
            "The title in other languages.",
        ),
        **dict.fromkeys(("content_type", "image_url", "type", "url"), unoffered(ANY, "CALM's; it has no effect.")),
    },
    "title",
)
CONSTRAINT = keys(
    "a condition",
    {
        "type": told(choice(("slot",)), "What is looked at."),
        "name": told(WORD, "The slot. Required."),
        "value": told(ANY, "What it must hold. Required."),
    },
    "name",
    "value",
)
CONDITIONS: Schema = {**CONDITION, "type": ["string", "boolean", "array"], "items": CONSTRAINT}
ATTACHMENT: Schema = {**WORD, "type": ["string", "number", "object"]}
VARIATION = keys(
    "a response",
    {
        "text": told({"if": {"const": ""}, "else": TEXT}, "What is said."),
        "translation": told(
            _translation("text", unoffered(ANY, "Of buttons only; it has no effect here.")),
            "The text in other languages.",
        ),
        "condition": told(CONDITIONS, "Said only when it holds."),
        "channel": told(WORD, "Said only there: telegram, webchat, plain or voice."),
        "buttons": told(list_of(BUTTON), "Choices below the text."),
        "quick_replies": unoffered(list_of(BUTTON), "CALM's name for buttons that go away."),
        "image": told(WORD, "The address of a picture."),
        "attachment": told(ATTACHMENT, "The address of a file."),
        "custom": told(ANY, "Anything that a channel of your own understands."),
        "metadata": unoffered(ANY, "CALM's; `rephrase` has no effect."),
        "id": unoffered(WORDS_ONLY, "CALM's; no effect."),
        **dict.fromkeys(("elements", "button_type"), unoffered(ANY, "CALM's; no effect.")),
        "allow_interruptions": unoffered(BOOL, "CALM's; no effect."),
    },
)
SCALE = wanted({"type": "string", "pattern": r"^\d{1,2}\s*[-–]\s*\d{1,2}$"}, "This should be two numbers, such as 1-5.")
SCORE = wanted({"type": "integer"}, "This should be a whole number.")
SURVEY = keys(
    "a survey",
    {
        "kind": told(choice((*SCALES, "custom")), "csat asks 1-5, nps 0-10, ces 1-7. Default: csat."),
        "ask": told(TEXT, "The question. Required."),
        "scale": told(SCALE, "The scores of a custom one, such as 1-10; the others have their own."),
        "labels": told(
            either(
                list_of(TEXT, at_least=2), choice(LABELS), "This should be stars, emoji, numbers, or a list of texts."
            ),
            "What the buttons show: numbers, stars, emoji, or a list with a text for each score.",
        ),
        "comment": told(
            keys(
                "'comment'",
                {
                    "ask": told(TEXT, "The question. Required."),
                    "if": told(CONDITION, "Asked when it holds: `score <= 3`."),
                },
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
                    "at_most": told(SCORE, "The highest score that counts as low. Required."),
                    "ticket": told(WORD, "The department that gets a ticket. Required."),
                },
                "at_most",
                "ticket",
            ),
            "What happens at a low score.",
        ),
    },
    "ask",
)
GLOBAL = wanted(
    {
        **by_language(NAMES),
        **NAMES,
        "type": ["string", "number", "array", "object"],
        "properties": {"digits": told(choice([*DIGITS, *range(10)]), "The key of a telephone.")},
    },
    "This should be a list of words, or one for each language: {en: [back], digits: '*'}.",
)
MEANINGS = {
    "back": "One question back.",
    "menu": "To the start.",
    "agent": "To a person.",
    "repeat": "The question again.",
    "cancel": "Ends what is going on.",
    "language": "Asks for the language.",
    "help": "Tells which words there are.",
    "skip": "On without an answer, where the flow allows it.",
    "stop": "No more messages that begin with us.",
}
LANGUAGES: Schema = {**CODE, "type": ["string", "array"], "items": CODE, "minItems": 1}
SETTINGS = keys(
    "'settings'",
    {
        "languages": told(LANGUAGES, "The first is spoken where a text is missing in the customer's."),
        "queue": told(WORD, "Where a hand-off goes that names no queue."),
        "globals": told(
            keys("'globals'", {name: told(GLOBAL, MEANINGS[name]) for name in sorted(GLOBALS)}),
            "Words that work at every question.",
        ),
        "tries": told(whole(1, MAX_TRIES), "How often questions ask. Default: 3."),
        "timeout": told(DURATION, "How long questions wait for an answer."),
        "on_fail": told(THEN, "Where questions go after the last try: `handoff`, a flow, or steps."),
        "expires": told(DURATION, "How long a customer may be silent. Default: 24h."),
        "calling_hours": told(WORD, "The calendar within which follow-ups are sent. Default: in the daytime."),
        "survey_after": told(
            keys(
                "'survey_after'",
                {
                    "handoff": told(WORD_OR_NOTHING, "When a person was in it."),
                    "self_service": told(WORD_OR_NOTHING, "When no person was in it."),
                },
            ),
            "The survey that is asked when a conversation ends, with a person in it or without.",
        ),
    },
)
SESSION = keys(
    "'session_config'",
    {
        "session_expiration_time": unoffered(
            {"type": "number", "minimum": 0, "maximum": MAX_SECONDS / 60}, "CALM's: minutes of silence, 0 for never."
        ),
        "carry_over_slots_to_new_session": unoffered(BOOL, "CALM's: whether the next conversation knows the slots."),
        "start_session_after_expiry": unoffered(BOOL, "CALM's: false makes it know them."),
    },
)
STEPLESS = {**FLOW, "required": ["description"]}
FILLED = {"required": ["values"], "properties": {"values": {"minItems": 1}}}
CATEGORICAL = {"if": {"required": ["type"], "properties": {"type": {"const": "categorical"}}}, "then": FILLED}
CONTENTS = ("text", "buttons", "quick_replies", "image", "attachment", "custom")
RESPONSE = wanted(
    list_of(needing_any(VARIATION, *CONTENTS), at_least=1),
    "This should be a list of variations: each begins with '- ', such as '- text: Hello'.",
)
PATTERNS = {
    patterns.SESSION_START: "A conversation begins.",
    patterns.COMPLETED: "A flow is done, and nothing else is going on.",
    patterns.HUMAN_HANDOFF: "Somebody asks for a person.",
    patterns.INTERNAL_ERROR: "Something broke on our side.",
    patterns.CANNOT_HANDLE: "What was written means nothing to any flow.",
    patterns.CONTINUE_INTERRUPTED: "Goes back to what was interrupted.",
    patterns.CORRECTION: "An answer of before is to be changed.",
    patterns.CANCEL_FLOW: "Somebody cancels what they were doing.",
    patterns.RESTART: "Begins again from the start.",
    patterns.REPEAT: "Says the last question again.",
    patterns.SKIP_QUESTION: "Somebody wants to skip a question.",
    patterns.USER_SILENCE: "Nobody answers in time.",
    patterns.CUSTOMER_SATISFACTION: "Asks for a rating, where a flow links here.",
    patterns.TICKET_STATE: "Somebody asks how a case of theirs stands.",
}
DEFINITIONS: dict[str, Schema] = {
    "flow": FLOW,
    "flows": or_nothing(
        {
            **by_name(ref("flow")),
            "properties": {
                **{name: told(ref("flow"), meaning) for name, meaning in PATTERNS.items()},
                **dict.fromkeys((*NEED_A_MODEL, *DONE_BY_ENGINE), unoffered(STEPLESS, "CALM's; others do this here.")),
            },
        }
    ),
    "slots": or_nothing(by_name({**SLOT, **CATEGORICAL})),
    "responses": or_nothing(by_name(RESPONSE)),
    "surveys": or_nothing(by_name(SURVEY)),
    "settings": or_nothing(SETTINGS),
    "session_config": or_nothing(SESSION),
}
