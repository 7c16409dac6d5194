"""A conversation test as data: who says what, and what is to come of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.content import Json, Value
from bot.engine.inputs import AnyHeard
from bot.problems import Mark

EVERY_LANGUAGE = "*"
EVERY_QUEUE = "*"
DeskState = Literal["open", "closed", "no_agent", "full"]


class Words(Value, frozen=True, kw_only=True):
    """A text as the test has it: one for every language, or one for each."""

    by_language: dict[str, str]

    def written(self, language: str) -> str | None:
        """What the test says in this language, where it says something for it alone."""
        return self.by_language.get(language)

    @property
    def everywhere(self) -> str | None:
        """What it says once for all languages."""
        return self.by_language.get(EVERY_LANGUAGE)

    def __str__(self) -> str:
        return self.everywhere or " / ".join(self.by_language.values())


# What happens to the conversation


class Says(Value, frozen=True, kw_only=True):
    """The customer types, or presses keys on the telephone."""

    text: Words


class Taps(Value, frozen=True, kw_only=True):
    """The customer chooses: by label in whatever language, by number, or by the value that the flow gives it."""

    label: Words


class Sends(Value, frozen=True, kw_only=True):
    """The customer sends what is not text; `what` names it for people."""

    heard: AnyHeard
    what: str


class Waits(Value, frozen=True, kw_only=True):
    """Time passes."""

    seconds: float


class AgentActs(Value, frozen=True, kw_only=True):
    """An agent writes, or commands as in their group: `/take`, `/release`, `/transfer orders`, `/close solved`."""

    text: Words


class Begins(Value, frozen=True, kw_only=True):
    """The customer opens the chat: what a test begins with that expects something before anybody spoke."""


Act = Says | Taps | Sends | Waits | AgentActs | Begins


# What is expected of it


class Expectation(Value, frozen=True, kw_only=True):
    """Something that holds after an act, or the test fails at its `mark`."""

    mark: Mark


class BotSays(Expectation, frozen=True, kw_only=True):
    """One message that is the `text`, comes from the `response`, is matched by the `pattern` and has the `buttons`.

    With `never`, no message is. `alike` are the responses that read as the text or the pattern does, and `tells` are
    values that stand in the text where such a response says what a slot holds, once the test stands on its stage; then
    nothing that the flows say is like a text that is `foreign`. `unchecked` is why CALM's tests do not fail by it.
    """

    text: Words | None = None
    response: str | None = None
    pattern: Words | None = None
    buttons: tuple[tuple[Words, str | None], ...] | None = None  # titles and payloads
    never: bool = False
    alike: frozenset[str] = frozenset()
    tells: tuple[tuple[str, str], ...] = ()
    foreign: bool = False
    unchecked: str | None = None

    @property
    def responses(self) -> frozenset[str]:
        """Those of the flows that would be such a message."""
        return self.alike if self.response is None else frozenset((self.response,))


class SlotIs(Expectation, frozen=True, kw_only=True):
    """The slot was filled, with the `value` if one is `given`; with `never` it was not.

    With `now` it is of this turn, as CALM's assertions mean it: emptied counts as set, and what it holds from before
    is no matter where it was not to be set.
    """

    slot: str
    value: Json = None
    given: bool = False
    never: bool = False
    now: bool = False


class FlowStarts(Expectation, frozen=True, kw_only=True):
    """All of these flows started, or any of them."""

    flows: tuple[str, ...]
    any: bool = False


class FlowEnds(Expectation, frozen=True, kw_only=True):
    """The flow came to this end; `step` was the last of its steps."""

    flow: str
    step: str | None = None
    cancelled: bool = False


class ActionRuns(Expectation, frozen=True, kw_only=True):
    """The action ran; a response's name counts as one, as in CALM."""

    action: str


class HandsOver(Expectation, frozen=True, kw_only=True):
    """A person was asked for, in the queue if one is named."""

    queue: str | None = None
    reason: str | None = None


class AsksSurvey(Expectation, frozen=True, kw_only=True):
    """A survey was sent."""

    survey: str | None = None


class BooksCallback(Expectation, frozen=True, kw_only=True):
    """A call back was booked."""

    queue: str | None = None


class OpensTicket(Expectation, frozen=True, kw_only=True):
    """A ticket was opened."""

    department: str | None = None
    kind: str | None = None


class BooksFollowUp(Expectation, frozen=True, kw_only=True):
    """The bot will speak to the customer later, with this flow."""

    flow: str | None = None


class OffersMenu(Expectation, frozen=True, kw_only=True):
    """These are all the choices now offered, in order, on whatever pages."""

    labels: tuple[Words, ...]


class Ends(Expectation, frozen=True, kw_only=True):
    """The conversation is over."""

    reason: str | None = None


AnyExpectation = (
    BotSays
    | SlotIs
    | FlowStarts
    | FlowEnds
    | ActionRuns
    | HandsOver
    | AsksSurvey
    | BooksCallback
    | OpensTicket
    | BooksFollowUp
    | OffersMenu
    | Ends
)


# The test


class Understood(Value, frozen=True, kw_only=True):
    """What a language model would have made of the words: a flow to start, slots to fill, a command to obey.

    `again` are answers to what is asked whatever was said before. With `answers`, in the form of rasa's responses, the
    model says these itself, if it is known what it says, and the words do nothing else.
    """

    flows: tuple[str, ...] = ()
    slots: dict[str, Json] = {}
    command: str | None = None
    again: dict[str, Json] = {}
    answers: tuple[Json, ...] | None = None

    @property
    def is_something(self) -> bool:
        return bool(self.flows or self.slots or self.command)


class Turn(Value, frozen=True, kw_only=True):
    """An act and what is expected of it; `understood` is what the test itself says the words mean."""

    act: Act
    mark: Mark
    expected: tuple[AnyExpectation, ...] = ()
    in_order: bool = False
    asserted: bool = False  # in CALM's assertions, beside which it passes over steps
    understood: Understood = Understood()
    metadata: Mapping[str, Json] = {}


class Stub(Value, frozen=True, kw_only=True):
    """What an action gives in place of running: rasa events and responses, or how it `fails`, after some seconds."""

    events: tuple[Json, ...] = ()
    responses: tuple[Json, ...] = ()
    fails: str | None = None
    seconds: float = 0.0


class Caller(Value, frozen=True, kw_only=True):
    """Who the customer is. `chose` is the language they chose once: none for a newcomer, `*` for the one spoken.

    `surveyed` are the surveys that they were asked just before this conversation.
    """

    name: str = ""
    phone: str | None = None
    chose: str | None = EVERY_LANGUAGE
    surveyed: tuple[str, ...] = ()


class Case(Value, frozen=True, kw_only=True):
    """One test. Without `channels` or `languages` it is meant for each; `desk` is by queue, `*` for every other.

    Without `at` it begins on some morning, and every calendar is open or, with a closed desk, closed. `word_for_word`:
    it speaks of menus or of the desk, as tests for a language model never do, so that words mean what they say.
    """

    name: str
    mark: Mark
    turns: tuple[Turn, ...]
    channels: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    at: datetime | None = None
    desk: dict[str, DeskState] = {}
    customer: Caller = Caller()
    slots: dict[str, Json] = {}
    stubs: dict[str, tuple[Stub, ...]] = {}
    metadata: Mapping[str, Json] = {}
    word_for_word: bool = False
