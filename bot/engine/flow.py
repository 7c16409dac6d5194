"""A checked set of flows, as data: what the reader makes of YAML and the interpreter runs.

It is plain JSON-able data, so that a published revision is stored and loaded without parsing YAML again. Nested step
lists are already flattened: every step has an id and a `next` whose last branch is unconditional.
"""

from typing import Literal

import msgspec

from bot.content import Json, Value

END = "END"


class Text(Value, frozen=True, kw_only=True):
    """What is said: markup source by language (the key `*` serves every language), or the name of a response."""

    by_language: dict[str, str] = {}
    response: str | None = None
    jinja: bool = False  # whether the sources are Jinja templates


class Duration(Value, frozen=True, kw_only=True):
    """Seconds, or none for never; `by_channel` overrides `seconds` where it names the channel."""

    seconds: float | None = None
    by_channel: dict[str, float | None] = {}

    def on(self, channel: str) -> float | None:
        """Seconds on this channel, none for never."""
        return self.by_channel.get(channel, self.seconds)


class Branch(Value, frozen=True, kw_only=True):
    """Go `to` a step id or END when the condition (source text) holds; no condition always holds."""

    to: str
    condition: str | None = None


class StepShape(Value, frozen=True, kw_only=True):
    """What every step has. `next` is in order; its last branch has no condition."""

    id: str
    next: tuple[Branch, ...] = (Branch(to=END),)


class Retry(Value, frozen=True, kw_only=True):
    """How a question treats a bad answer or silence. None means: as `settings` say. `on_fail` is a step id or END."""

    no_match: tuple[Text, ...] = ()
    no_input: tuple[Text, ...] = ()
    tries: int | None = None
    timeout: Duration | None = None
    on_fail: str | None = None


class Say(StepShape, frozen=True, kw_only=True, tag_field="step", tag="say"):
    texts: tuple[Text, ...] = ()
    image: str | None = None
    attachment: str | None = None
    barge_in: bool = True


class Option(Value, frozen=True, kw_only=True):
    """One choice. `match` holds more words by language (`*`: every one); `to` none goes on at the menu's `next`."""

    label: Text
    value: Json
    key: str | None = None
    condition: str | None = None
    match: dict[str, tuple[str, ...]] = {}
    say_as: Text | None = None
    to: str | None = None


class ListedOptions(Value, frozen=True, kw_only=True):
    """Choices made of a list slot: `label` and `value` hold `{item.field}`; `empty` when there are none."""

    source: str
    label: Text
    value: str
    to: str | None = None
    empty: str | None = None


class Menu(StepShape, frozen=True, kw_only=True, tag_field="step", tag="menu"):
    text: Text
    options: tuple[Option, ...] = ()
    listed: ListedOptions | None = None
    into: str | None = None
    columns: int = 1
    page_size: int | None = None
    retry: Retry = Retry()


class Digits(Value, frozen=True, kw_only=True):
    """A run of digits kept as text. `min` equals `max` for a fixed length; `finish_on` ends it early on a phone."""

    min: int
    max: int
    finish_on: str | None = None


class Files(Value, frozen=True, kw_only=True):
    """Which files are taken: kinds of bot.content.Attachment (none: any), how many, and how large each may be."""

    kinds: tuple[str, ...] = ()
    max: int = 1
    max_mb: float = 20.0


class Rejection(Value, frozen=True, kw_only=True):
    """The answer is refused with `text` when the condition holds."""

    condition: str
    text: Text


AnswerKind = Literal["text", "number", "date", "time", "phone", "email", "contact", "location", "file"]


class Collect(StepShape, frozen=True, kw_only=True, tag_field="step", tag="collect"):
    slot: str
    ask: Text | None = None  # none: `utter_ask_<slot>` or `action_ask_<slot>`
    ask_action: str | None = None
    validate_action: str | None = None
    kind: AnswerKind = "text"
    digits: Digits | None = None
    secret: bool = False
    confirm: bool = False
    files: Files | None = None
    rejections: tuple[Rejection, ...] = ()
    ask_before_filling: bool = False
    forced: bool = False  # CALM's force_slot_filling: words are only ever the answer
    reset_after_flow_ends: bool = True
    retry: Retry = Retry()


class Action(StepShape, frozen=True, kw_only=True, tag_field="step", tag="action"):
    name: str
    timeout_seconds: float = 5.0
    retries: int = 0
    slow: Text | None = None
    on_error: str | None = None
    final: bool = False


class Handoff(StepShape, frozen=True, kw_only=True, tag_field="step", tag="handoff"):
    """`queue` none is the flows' or the desk's default; `hours` none is the queue's own calendar."""

    queue: str | None = None
    hours: str | None = None
    note: Text | None = None
    share: tuple[str, ...] = ()
    priority: int = 0
    skills: tuple[str, ...] = ()
    max_wait: Duration | None = None
    on_closed: str | None = None
    on_no_agent: str | None = None


class Callback(StepShape, frozen=True, kw_only=True, tag_field="step", tag="callback"):
    """`phone` is a slot's name or none to ask; a `{slot}` text is resolved by the reader to the slot's name."""

    queue: str | None = None
    phone: str | None = None
    when: Literal["asap", "ask"] = "asap"


TicketKind = Literal["complaint", "suggestion", "request"]


class Ticket(StepShape, frozen=True, kw_only=True, tag_field="step", tag="ticket"):
    """A case for a department of the desk: `share` are slots that it shows, `attach` slots that hold files.

    Without a title it is named as the flow is.
    """

    department: str
    kind: TicketKind = "request"
    title: Text | None = None
    body: Text | None = None
    share: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()


class TicketState(StepShape, frozen=True, kw_only=True, tag_field="step", tag="ticket_state"):
    """Tells how the customer's ticket stands whose number is in `slot`; `on_unknown` when they have none of it."""

    slot: str
    on_unknown: str | None = None


class FollowUp(StepShape, frozen=True, kw_only=True, tag_field="step", tag="follow_up"):
    """Begins `flow` with the customer later: `after` this moment, or `at` another, unless `condition` is false then.

    `at` is a date, a time or both (ISO 8601), in which slots may stand.
    """

    flow: str
    after: Duration | None = None
    at: str | None = None
    condition: str | None = None


class AskSurvey(StepShape, frozen=True, kw_only=True, tag_field="step", tag="survey"):
    survey: str


class Hours(StepShape, frozen=True, kw_only=True, tag_field="step", tag="hours"):
    calendar: str
    open: str | None = None
    closed: str | None = None


class SwitchLanguage(StepShape, frozen=True, kw_only=True, tag_field="step", tag="language"):
    """A language code, or `ask`."""

    language: str


class Link(StepShape, frozen=True, kw_only=True, tag_field="step", tag="link"):
    flow: str


class Call(StepShape, frozen=True, kw_only=True, tag_field="step", tag="call"):
    flow: str


class SetSlots(StepShape, frozen=True, kw_only=True, tag_field="step", tag="set_slots"):
    """Values by slot; a text value may hold `{slot}`."""

    values: dict[str, Json] = {}


class Noop(StepShape, frozen=True, kw_only=True, tag_field="step", tag="noop"):
    unfilled: tuple[str, ...] = ()
    """The slots that one of CALM's agents or their tools would fill, in whose place this step stands."""
    awaited: tuple[str, ...] = ()  # those of them that an agent goes on talking for


Step = (
    Say
    | Menu
    | Collect
    | Action
    | Handoff
    | Callback
    | Ticket
    | TicketState
    | FollowUp
    | AskSurvey
    | Hours
    | SwitchLanguage
    | Link
    | Call
    | SetSlots
    | Noop
)


class Flow(Value, frozen=True, kw_only=True):
    """`guard` is a condition, or `false` for flows that only links, calls and menus may start. `first` is a step id."""

    id: str
    description: str
    steps: dict[str, Step]
    first: str
    name: Text | None = None
    start: bool = False
    triggers: dict[str, tuple[str, ...]] = {}  # words and /commands by language, `*` for every language
    intents: tuple[str, ...] = ()  # CALM's nlu_trigger
    guard: str | None = None
    persisted_slots: tuple[str, ...] = ()
    expires: Duration | None = None
    resume: Literal["ask", "auto", "never"] = "ask"
    run_pattern_completed: bool = True


class Mapped(Value, frozen=True, kw_only=True):
    """When an intent fills a slot: with its `entity`, or else with `value`. No `intents` are all but `not_intents`.

    One of the `flows` must run, if there are any; `starting` is only for an intent that starts a flow.
    """

    entity: str | None = None
    value: Json = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    starting: bool = False


class Slot(Value, frozen=True, kw_only=True):
    """`values` are the allowed ones of a categorical slot; `min` and `max` bound a float."""

    name: str
    type: Literal["text", "bool", "categorical", "float", "any", "list"] = "any"
    initial: Json = None
    values: tuple[Json, ...] = ()
    min: float | None = None
    max: float | None = None
    validate_action: str | None = None
    rejections: tuple[Rejection, ...] = ()  # CALM's `validation`: they hold wherever the slot is filled
    refill: Text | None = None  # how it is asked for again after one of them
    mapped: tuple[Mapped, ...] | None = None  # CALM's `mappings` of intents; none: entities of its name fill it
    every_turn: str | None = None  # the action that fills it whenever the customer says something


class Button(Value, frozen=True, kw_only=True):
    """`payloads` are those of languages in which it does another thing."""

    title: Text
    payload: str
    payloads: dict[str, str] = {}


class Variation(Value, frozen=True, kw_only=True):
    """One way to say a response; chosen by condition and channel first, then channel, then condition, then neither."""

    text: Text | None = None
    condition: str | None = None
    channel: str | None = None
    buttons: tuple[Button, ...] = ()
    image: str | None = None
    attachment: str | None = None
    custom: Json = None


class SurveyComment(Value, frozen=True, kw_only=True):
    """Asked after the score when the condition (over the name `score`) holds; no condition always asks."""

    ask: Text
    condition: str | None = None


class Survey(Value, frozen=True, kw_only=True):
    """`low` bounds and labels the scale; `labels` is `stars`, `emoji` or one text for each score."""

    name: str
    ask: Text
    kind: Literal["csat", "nps", "ces", "custom"] = "csat"
    lowest: int = 1
    highest: int = 5
    labels: Literal["stars", "emoji", "numbers"] | tuple[Text, ...] = "numbers"
    comment: SurveyComment | None = None
    thanks: Text | None = None
    once_per_seconds: float | None = None
    expires_seconds: float = 86_400.0
    low_at_most: int | None = None
    low_department: str | None = None


class FlowSettings(Value, frozen=True, kw_only=True):
    """The top-level `settings`. `globals` maps each global command to its words by language; `digits` to its keys.

    `calling_hours` is the calendar within which follow-ups are sent; none: in the daytime. `carry_over` is what CALM's
    session says of the slots of the one before; none: nothing.
    """

    languages: tuple[str, ...] = ("en",)
    queue: str | None = None
    globals: dict[str, dict[str, tuple[str, ...]]] = {}
    digits: dict[str, str] = msgspec.field(default_factory=lambda: {"agent": "0", "back": "*", "repeat": "#"})
    tries: int = 3
    timeout: Duration | None = None
    on_fail: str | None = None  # a flow's name, or none for a hand-off
    expires: Duration = Duration(seconds=86_400.0)
    carry_over: bool | None = None
    calling_hours: str | None = None
    survey_after_handoff: str | None = None
    survey_after_self_service: str | None = None


class FlowSet(Value, frozen=True, kw_only=True):
    """Everything the flow folder says. `start` is the flow that conversations begin with."""

    start: str
    flows: dict[str, Flow]
    slots: dict[str, Slot] = {}
    responses: dict[str, tuple[Variation, ...]] = {}
    actions: tuple[str, ...] = ()
    surveys: dict[str, Survey] = {}
    settings: FlowSettings = FlowSettings()
    domain: Json = None  # what custom actions get as their domain, in CALM's form


_decoder: msgspec.json.Decoder[FlowSet] = msgspec.json.Decoder(FlowSet)


def flow_set_to_json(flow_set: FlowSet) -> bytes:
    """The set as JSON with sorted keys, so that equal sets have equal bytes and one content hash."""
    return msgspec.json.encode(flow_set, order="sorted")


def flow_set_from_json(body: bytes) -> FlowSet:
    """The set of stored JSON. Raises msgspec.ValidationError when it was written by a newer version."""
    return _decoder.decode(body)
