"""The steps of a flow as JSON Schema."""

from typing import get_args

from bot.engine.flow import TicketKind
from bot.engine.reading.agent_calls import AGENT_KEYS
from bot.engine.reading.steps_talk import (
    ANSWER_KINDS,
    FILE_KINDS,
    MAX_COLUMNS,
    MAX_DIGITS,
    MAX_FILE_MB,
    MAX_FILES,
    MAX_PAGE,
    MAX_TRIES,
    OPTION_DIGITS,
)
from bot.engine.reading.steps_work import MAX_PRIORITY, MAX_RETRIES, PRIORITIES
from bot.engine.schema.forms import (
    ADDRESS,
    ANY,
    BOOL,
    CONDITION,
    DIGRESSIONS,
    DURATION,
    NAMES,
    NUMBER,
    SCALAR,
    SOMETHING,
    SPAN,
    TEXT,
    TEXTS,
    THEN,
    WORD,
    WORD_OR_NOTHING,
    WORDS,
    WORDS_ONLY,
    Schema,
    choice,
    either,
    keys,
    list_of,
    needing_any,
    ref,
    told,
    unoffered,
    wanted,
    whole,
)

EVERY_STEP = {
    "id": told(WORD, "A name of your own, for `next` and `then` to go to."),
    "next": told(ref("next"), "Where to go then: a step id, END, steps, or a list of `if`/`then` closed by `else`."),
    "description": told(WORDS_ONLY, "A note for those who read the file."),
    "metadata": unoffered(ANY, "Anything; it has no effect."),
}
RETRY = {
    "no_match": told(TEXTS, "What to say to an answer that does not fit; of a list the n-th at the n-th try."),
    "no_input": told(TEXTS, "What to say to silence; of a list the n-th at the n-th try."),
    "tries": told(whole(1, MAX_TRIES), "How often to ask. Default: as `settings` say, else 3."),
    "timeout": told(DURATION, "How long to wait for an answer: `60s`, `none`, or by channel."),
    "on_fail": told(THEN, "Where to go after the last try. Default: as `settings` say, else `handoff`."),
}
REJECTIONS = list_of(
    keys(
        "a rejection",
        {
            "if": told(CONDITION, "Refuses the answer when it holds. Required."),
            "utter": told(TEXT, "What to say then. Required."),
        },
        "if",
        "utter",
    )
)
SECONDS = wanted({"type": "number", "exclusiveMinimum": 0}, "This should be a number of seconds.")
SHARED = told(NAMES, "Slots that people are shown.")

OPTION = keys(
    "an option",
    {
        "label": told(TEXT, "What the customer sees. Required."),
        "value": told({**SCALAR, "minLength": 1}, "What `into` gets. Default: made of the label."),
        "key": told(choice([*map(int, sorted(OPTION_DIGITS)), *sorted(OPTION_DIGITS)]), "The digit for it."),
        "if": told(CONDITION, "Shown only when it holds."),
        "match": told(WORDS, "More words that choose it."),
        "say_as": told(TEXT, "What is said on the telephone in place of the label."),
        "then": told(THEN, "Where to go. Default: the menu's `next`."),
    },
    "label",
)
LISTED = keys(
    "'options'",
    {
        "from": told(WORD, "The slot with the list. Required."),
        "label": told(TEXT, "What the customer sees; `{item.field}` is of the list. Required."),
        "value": told(WORD, "What `into` gets, such as `{item.id}`. Default: the whole item."),
        "then": told(THEN, "Where to go. Default: the menu's `next`."),
        "empty": told(THEN, "Where to go when the list is empty."),
    },
    "from",
    "label",
)
DIGITS = needing_any(
    keys(
        "'digits'",
        {
            "length": told(whole(1, MAX_DIGITS), "Exactly so many."),
            "min": told(whole(1, MAX_DIGITS), "At least so many."),
            "max": told(whole(1, MAX_DIGITS), "At most so many."),
            "finish_on": told(choice(("#", "*")), "The key that ends the answer on the telephone."),
        },
    ),
    "length",
    "min",
    "max",
)
DTMF = keys(
    "'dtmf'",
    {
        "length": unoffered(whole(1, MAX_DIGITS), "Exactly so many."),
        "finish_on_key": unoffered(choice(("#", "*")), "The key that ends the answer."),
        "allow_audio_input": unoffered(BOOL, "Whether it may be spoken, too."),
    },
)
KINDS_OF_FILES = either(
    list_of(choice(FILE_KINDS)), choice(FILE_KINDS), f"This should be a list of some of {', '.join(FILE_KINDS)}."
)
FILES = keys(
    "'files'",
    {
        "kinds": told(KINDS_OF_FILES, "Which kinds. Default: all."),
        "max": told(whole(1, MAX_FILES), "How many. Default: 1."),
        "max_mb": told({**NUMBER, "exclusiveMinimum": 0, "maximum": MAX_FILE_MB}, "How large. Default: 20."),
    },
)

OPTIONS = wanted(
    {
        "type": ["array", "object"],
        "items": ref("option"),
        "minItems": 1,
        "if": {"type": ["object", "null"]},
        "then": ref("listed"),
    },
    "This should be a list of options: each begins with '- label: '. Or `from:` and `label:`, for those of a slot.",
)
URGENCY = either(
    choice(PRIORITIES),
    whole(-MAX_PRIORITY, MAX_PRIORITY),
    f"This should be one of {', '.join(PRIORITIES)}, or a number up to {MAX_PRIORITY}.",
)
SILENCES: Schema = {**SECONDS, "type": ["number", "object"], "additionalProperties": SECONDS}  # by channel of CALM
ASSIGNMENTS = wanted(
    {"type": ["array", "object"], "minItems": 1, "minProperties": 1, "items": {"type": "object", "minProperties": 1}},
    "This should be a list of slots with their values: each begins with '- ', such as '- size: small'.",
)
NOTHING = wanted(
    {
        "type": ["boolean", "null", "array"],
        "if": {"type": "array"},
        "then": list_of(ref("branch"), at_least=1),
        "else": {"if": {"const": False}, "then": wanted({"enum": [True]}, "This should be true.")},
    },
    "This should be true.",
)

TALKING: dict[str, Schema] = {
    "say": {
        "say": told(TEXTS, "Says this and goes on at once; a list is several messages."),
        "image": told(ADDRESS, "The address of a picture."),
        "attachment": told(ADDRESS, "The address of a file."),
        "barge_in": told(BOOL, "Whether the customer may interrupt it on the telephone. Default: true."),
    },
    "menu": {
        "menu": told(TEXT, "Shows choices and waits for one."),
        "options": told(OPTIONS, "The choices, or `from` a list. Required."),
        "into": told(WORD, "The slot that gets the value of the choice."),
        "columns": told(whole(1, MAX_COLUMNS), "Buttons in a row. Default: 1."),
        "page_size": told(whole(1, MAX_PAGE), "Choices on a page."),
        **RETRY,
    },
    "collect": {
        "collect": told(WORD, "The slot that gets the answer."),
        "ask": told(TEXT, "The question. Default: the response `utter_ask_<slot>`."),
        "utter": unoffered(TEXT, "CALM's name for `ask`."),
        "kind": told(choice(ANSWER_KINDS), f"What sort of answer: {', '.join(ANSWER_KINDS)}. Default: text."),
        "digits": told(DIGITS, "A code of digits."),
        "files": told(FILES, "Which files, for `kind: file`."),
        "secret": told(BOOL, "Whether the answer is kept out of sight. Default: false."),
        "confirm": told(BOOL, "Whether to ask if it is right. Default: false."),
        "rejections": told(REJECTIONS, "Answers that are refused, and what to say then."),
        "ask_before_filling": told(BOOL, "Ask even when the slot is filled. Default: false."),
        "reset_after_flow_ends": told(BOOL, "Forget the answer with the flow. Default: true."),
        "force_slot_filling": unoffered(BOOL, "CALM's; it has no effect."),
        "block_digressions": unoffered(DIGRESSIONS, "CALM's; it has no effect."),
        "ask_confirm_digressions": unoffered(DIGRESSIONS, "CALM's; it has no effect."),
        "silence_timeout": unoffered(SILENCES, "CALM's: seconds of silence on the telephone."),
        "dtmf": unoffered(DTMF, "CALM's: keys of the telephone."),
        **RETRY,
    },
}
WORKING: dict[str, Schema] = {
    "action": {
        "action": told(WORD, "Runs an action, or says a response that begins with utter_."),
        "timeout": told(SPAN, "How long it may take. Default: 5s."),
        "retries": told(whole(0, MAX_RETRIES), "How often to try again. Default: 0."),
        "slow": told(TEXT, "What to say when it takes longer than two seconds."),
        "on_error": told(THEN, "Where to go when it fails. Default: an apology and a person."),
        "final": told(BOOL, "Whether 'back' stops here. Default: false."),
    },
    "set_slots": {
        "set_slots": told(
            ASSIGNMENTS,
            "Sets slots: a list of `slot: value`; null empties one.",
        ),
    },
    "call": {"call": told(WORD, "Runs another flow and comes back.")},
    "link": {"link": told(WORD, "Goes over to another flow for good.")},
    "noop": {"noop": told(NOTHING, "Only says where to go.")},
    "hours": {
        "hours": told(WORD, "A calendar of the desk: one way when it is open, another when it is closed."),
        "open": told(THEN, "Where to go when it is open."),
        "closed": told(THEN, "Where to go when it is closed."),
    },
    "language": {"language": told(WORD, "Switches to a language, or asks which: `ask`.")},
    "survey": {"survey": told(WORD, "Asks for a rating and waits.")},
}
PEOPLE: dict[str, Schema] = {
    "handoff": {
        "handoff": told(WORD_OR_NOTHING, "A queue: people take over."),
        "hours": told(WORD, "The calendar that decides whether somebody is there. Default: the queue's."),
        "note": told(TEXT, "What the agent reads first."),
        "share": SHARED,
        "priority": told(
            URGENCY,
            "Higher ones come first: low, normal, high, urgent, or a number. Default: normal.",
        ),
        "skills": told(NAMES, "What the agent must be able to do; default: nothing special."),
        "max_wait": told(DURATION, "How long to wait in the queue."),
        "on_closed": told(THEN, "Where to go outside working hours."),
        "on_no_agent": told(THEN, "Where to go when nobody is there, or the wait is over."),
    },
    "callback": {
        "callback": told(WORD_OR_NOTHING, "A queue that rings the customer."),
        "phone": told(WORD, "The slot with the number. Default: it is asked for."),
        "when": told(
            choice(("asap", "ask")), "As soon as possible, `asap`, or `ask` the customer when. Default: asap."
        ),
    },
    "ticket": {
        "ticket": told(WORD, "A department of the desk, which gets a case with a number."),
        "kind": told(choice(get_args(TicketKind)), f"One of {', '.join(get_args(TicketKind))}. Default: request."),
        "title": told(TEXT, "What it is called."),
        "body": told(TEXT, "What it says."),
        "share": SHARED,
        "attach": told(NAMES, "Slots with files that go with it."),
    },
    "ticket_state": {
        "ticket_state": told(WORD, "The slot with a ticket's number: tells how the ticket stands."),
        "on_unknown": told(THEN, "Where to go when there is no such ticket."),
    },
    "follow_up": {
        "follow_up": told(WORD, "A flow that begins with the customer later."),
        "in": told(DURATION, "How much later."),
        "at": told(WORD, "When: a date, a time, or both."),
        "if": told(CONDITION, "Begins only when it holds then."),
    },
}
SAID = {"type": "string", "pattern": "^utter_"}  # an action that is a response
REQUIRED = {"menu": ("options",)}
ONE_OF = {"hours": ("open", "closed"), "follow_up": ("in", "at")}
STEPS = {**TALKING, **WORKING, **PEOPLE}


def _step_of(kind: str) -> Schema:
    step = keys(f"'{kind}'", {**STEPS[kind], **EVERY_STEP}, kind, *REQUIRED.get(kind, ()))
    return needing_any(step, *ONE_OF[kind]) if kind in ONE_OF else step


def _when(kind: str) -> Schema:
    """What tells an editor that this kind of step is being written."""
    named: Schema = {"required": [kind]}
    match kind:
        case "hours":
            return {**named, "not": {"required": ["handoff"]}}  # which has hours of its own
        case "call":  # CALM's agents, whose steps are passed over
            return {**named, "not": {"anyOf": [{"required": [key]} for key in sorted(AGENT_KEYS)]}}
        case "action":
            return {**named, "not": {"properties": {"action": SAID}}}
    return named


def _step() -> Schema:
    by_kind = [{"if": _when(kind), "then": ref(f"step_{kind}")} for kind in STEPS]
    said = {"required": ["action"], "properties": {"action": SAID}}
    return {
        "type": "object",
        "title": "a step",
        "errorMessage": "This should be a step, such as '- say: Hello'.",
        "if": {"type": "object", "anyOf": [{"required": [kind]} for kind in STEPS]},
        "then": {"allOf": [*by_kind, {"if": said, "then": ref("step_said")}]},
        "else": _unnamed_step(),
    }


def _unnamed_step() -> Schema:
    """A step that is being begun, or whose kind is misspelled: then that key is to blame and not its neighbours."""
    no_kind = f"This is no step. There are: {', '.join(STEPS)}."
    every_key = sorted({*EVERY_STEP, *(key for forms in STEPS.values() for key in forms)})
    return {
        "properties": {**{kind: forms[kind] for kind, forms in STEPS.items()}, **EVERY_STEP},
        "if": {"propertyNames": choice(EVERY_STEP)},
        "then": wanted({"required": ["next"]}, no_kind),
        "else": {
            "if": {"propertyNames": choice(every_key)},
            "then": {"propertyNames": wanted(choice(EVERY_STEP), no_kind)},
            "else": {"propertyNames": wanted(choice(every_key), no_kind)},
        },
    }


def _next() -> Schema:
    of_branch = {"type": "object", "anyOf": [{"required": [key]} for key in ("if", "then", "else")]}
    begun: Schema = {"properties": {key: told(ANY, description) for key, description in BRANCHES.items()}}
    step = {"if": {"type": "object"}, "then": ref("step"), "else": {"allOf": [ref("step")], **begun}}
    closed = {"contains": {"type": "object", "required": ["else"]}}
    return wanted(
        {
            "type": ["string", "number", "array"],
            "pattern": SOMETHING,
            "if": {"type": "array"},
            "then": {
                **list_of({"if": of_branch, "then": ref("branch"), "else": step}, at_least=1),
                "if": {"contains": of_branch},
                "then": wanted(closed, "These branches must be closed by '- else:'."),
            },
        },
        "This should be the id of a step, END, or a list of '- if:' and 'then:' that '- else:' closes.",
    )


BRANCHES = {
    "if": "A condition: goes there when it holds. Required.",
    "then": "Where to go when it holds. Required.",
    "else": "Where to go when nothing before it holds.",
}
BRANCH = {
    "if": {"required": ["else"]},
    "then": keys("a branch of 'next'", {"else": told(ref("chosen"), BRANCHES["else"])}),
    "else": keys(
        "a branch of 'next'",
        {"if": told(CONDITION, BRANCHES["if"]), "then": told(ref("chosen"), BRANCHES["then"])},
        "if",
        "then",
    ),
}
STEP_LIST = wanted(
    {"type": ["string", "number", "array"], "pattern": SOMETHING, "items": ref("step")},
    "This should be the id of a step, END, or a list of steps: each begins with '- '.",
)
DEFINITIONS: dict[str, Schema] = {
    "step": _step(),
    **{f"step_{kind}": _step_of(kind) for kind in STEPS},
    "step_said": keys("'action'", {"action": WORKING["action"]["action"], **EVERY_STEP}, "action"),
    "option": OPTION,
    "listed": LISTED,
    "then": STEP_LIST,
    "chosen": {**STEP_LIST, "minItems": 1},
    "next": _next(),
    "branch": BRANCH,
}
