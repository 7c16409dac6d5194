"""Words that customers say in a test, with all that may tell what they mean."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from bot.content import Json
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.flow import Collect, Slot
from bot.engine.inputs import TextHeard
from bot.engine.program import Program
from bot.engine.reading.calm_names import BUILT_IN_SLOTS
from bot.rehearsal.calms_own import ANSWERS_OF_MODELS, NOT_UNDERSTOOD, CalmPart
from bot.rehearsal.case import ActionRuns, AnyExpectation, BotSays, Says, SlotIs, Turn, Words
from bot.rehearsal.guessing import stands_in
from bot.rehearsal.performing import text_in, typed
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import Moment


class Spoken(msgspec.Struct, frozen=True):
    """Words of a turn, and all that may tell what they mean; `told` are values that slots come to have, in order.

    `do`: they do something as they are written, answer the question or begin a flow.
    """

    text: str
    turn: Turn
    rest: Sequence[Turn]
    program: Program
    calm: CalmPart
    moment: Moment
    told: Mapping[str, Sequence[Json]]
    do: bool = False

    @property
    def question(self) -> Collect | None:
        """What a flow of CALM's kind asks now."""
        return question_at(self.program, self.calm, self.moment)

    @property
    def responses(self) -> frozenset[str]:
        """What is expected to be said."""
        return responses_in(self.turn)

    @property
    def answers(self) -> tuple[Json, ...]:
        """What is expected to be said and no flow says, in the words of rasa's responses."""
        said = ({"response": name} for name in sorted(self.responses & NOT_UNDERSTOOD))
        return (*unsaid_in(self.turn, self.calm, self.moment.conversation.language), *said)

    def slot(self, name: str) -> Slot | None:
        return self.program.flow_set.slots.get(name)

    def told_in_words(self, slot: str) -> Iterator[Json]:
        """The values of the slot of which the test tells and that stand in these words."""
        yield from (value for value in self.told.get(slot, ()) if stands_in(value, self.text))


def responses_in(turn: Turn) -> frozenset[str]:
    """Those that are expected to be said, or that read as what is."""
    said = (each.responses for each in turn.expected if isinstance(each, BotSays) and not each.never)
    return frozenset[str]().union(*said)


def spoken_in(turn: Turn, rest: Sequence[Turn], program: Program, calm: CalmPart, moment: Moment) -> Spoken | None:
    """The words of the turn, if it has any; `rest` are the turns after it."""
    if not isinstance(turn.act, Says):
        return None
    text = text_in(turn.act.text, moment.conversation.language)
    return Spoken(text, turn, rest, program, calm, moment, told_in((turn, *rest)))


def told_in(turns: Sequence[Turn]) -> dict[str, list[Json]]:
    """By slot, the values that the test says it has, or that stand in what it expects to be said."""
    told: dict[str, list[Json]] = {}
    for expected in (each for turn in turns for each in turn.expected):
        if isinstance(expected, SlotIs) and expected.given and not expected.never and expected.value is not None:
            told.setdefault(expected.slot, []).append(expected.value)
    for slot, value in (each for turn in turns for each in _told_by_texts(turn)):
        told.setdefault(slot, []).append(value)
    return told


def question_at(program: Program, calm: CalmPart, moment: Moment) -> Collect | None:
    """What a flow of CALM's kind asks then."""
    frame = moment.conversation.stack[-1] if moment.conversation.stack else None
    step = program.flows[frame.flow].steps.get(frame.step) if frame else None
    return step if isinstance(step, Collect) and frame is not None and frame.flow in calm.flows else None


def is_free(text: str) -> bool:
    """Whether the text is neither a command nor a button's payload, but for one that answers CALM's own question."""
    payload = read_payload(text)
    if isinstance(payload, SetsSlots) and payload.values.keys() <= BUILT_IN_SLOTS.keys():
        return True
    return isinstance(typed(text), TextHeard)


def recognised(turn: Turn, book: PhraseBook) -> Turn:
    """The turn with the responses of the flows that its texts and patterns are read as."""
    return msgspec.structs.replace(turn, expected=tuple(_recognised(each, book) for each in turn.expected))


def _recognised(expected: AnyExpectation, book: PhraseBook) -> AnyExpectation:
    match expected:
        case BotSays(response=None, text=Words() as text):
            texts = text.by_language.values()
            alike = frozenset[str]().union(*map(book.alike, texts))
            tells = tuple(told for written in texts for told in book.values_in(written))
            foreign = not alike and not any(map(book.is_like, texts))
            return msgspec.structs.replace(expected, alike=alike, tells=tells, foreign=foreign)
        case BotSays(response=None, pattern=Words() as pattern):
            alike = frozenset[str]().union(*map(book.matched, pattern.by_language.values()))
            return msgspec.structs.replace(expected, alike=alike)
    return expected


def assumed_in(turn: Turn, rest: Sequence[Turn], calm: CalmPart, held: Mapping[str, Json]) -> dict[str, Json]:
    """The slots that actions must have set, for those that there are none of: now, or before a text tells of them."""
    told = {slot: value for each in (turn, *rest) for slot, value in reversed([*_told_by_texts(each)])}
    found: dict[str, Json] = {slot: value for slot, value in told.items() if held.get(slot) is None}
    for expected in turn.expected:
        if isinstance(expected, SlotIs) and expected.given and not expected.never:
            found[expected.slot] = expected.value
    return {slot: value for slot, value in found.items() if slot not in calm.slots}


def _told_by_texts(turn: Turn) -> Iterator[tuple[str, str]]:
    yield from (told for each in turn.expected if isinstance(each, BotSays) and not each.never for told in each.tells)


def unsaid_in(turn: Turn, calm: CalmPart, language: str) -> tuple[Json, ...]:
    """The responses and texts that actions must have said, as no flow does, in the words of rasa's responses."""
    unsaid: list[Json] = []
    for each in turn.expected:
        match each:
            case BotSays(never=False, response=str(name)) if name in calm.unsaid | ANSWERS_OF_MODELS:
                unsaid.append({"response": name})
            case ActionRuns(action=name) if name in calm.unsaid:
                unsaid.append({"response": name})
            case BotSays(never=False, response=None, text=Words() as text) if each.alike <= calm.unsaid:
                unsaid.append({"text": text_in(text, language)})
    return tuple(unsaid)
