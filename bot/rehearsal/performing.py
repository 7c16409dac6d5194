"""Acts of a test, done on a stage: what is typed, tapped, sent and waited for, and what agents do."""

import re
from collections.abc import Callable

import msgspec

from bot.content import Choice, Content, RichText
from bot.engine.asking import prefix
from bot.engine.calm_payloads import read_payload
from bot.engine.conversation import OpenHandoff
from bot.engine.inputs import (
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CommandHeard,
    HandoffDone,
    PayloadHeard,
    TapHeard,
    TextHeard,
)
from bot.engine.normal import normalise
from bot.engine.talk import Talk
from bot.events import AgentSaid, BotSaid, HandoffTransferred, NoteWritten
from bot.problems import did_you_mean
from bot.rehearsal.case import Act, AgentActs, Begins, Says, Sends, Taps, Waits, Words
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import ActFailed, Moment
from bot.rehearsal.stage import Stage

AGENT = "agent"
AGENT_NAME = "Sara"
COMMAND = re.compile(r"/(?P<name>[A-Za-z_]\w{0,31})(?:\s+(?P<argument>.*))?", re.DOTALL)
PAYLOAD = re.compile(r"(/?SetSlots\(.*|/[^\s{}]+\s*\{.*\})\s*", re.DOTALL)
BY_KEYS = ("plain", "voice")  # where there are no buttons
BACK = "utter_switchboard_back"
MOST_PAGES = 200


async def perform(stage: Stage, book: PhraseBook, moment: Moment, act: Act) -> Moment:
    """The moment after the act. Raises ActFailed when it can't be done."""
    language = moment.conversation.language
    match act:
        case Begins():
            return await stage.hear(moment, CommandHeard(name="start"))
        case Says(text=text):
            return await stage.hear(moment, typed(text_in(text, language)))
        case Taps(label=label):
            return await _choose(stage, book, moment, label)
        case Sends(heard=heard):
            return await stage.hear(moment, heard)
        case Waits(seconds=seconds):
            return await stage.wait(moment, seconds)
        case AgentActs(text=text):
            return await _agent(stage, moment, text_in(text, language))


def text_in(words: Words, language: str) -> str:
    """What the test says in this language, else for all, else in whichever there is."""
    found = words.written(language)
    if found is None:
        found = words.everywhere
    return next(iter(words.by_language.values()), "") if found is None else found


def typed(text: str) -> AnyHeard:
    """What the house hears when this is typed."""
    if PAYLOAD.fullmatch(text.strip()):
        return PayloadHeard(payload=text.strip())
    command = COMMAND.fullmatch(text.strip())
    if command is not None:
        return CommandHeard(name=command["name"], argument=command["argument"] or "")
    is_payload = read_payload(text) is not None  # an intent that no messenger takes for a command
    return PayloadHeard(payload=text.strip()) if is_payload else TextHeard(text=text)


# Buttons


class _Button(msgspec.Struct, frozen=True):
    """What can be tapped; `keys` are other names for it: its number, its value."""

    label: str
    token: str
    keys: tuple[str, ...]


async def _choose(stage: Stage, book: PhraseBook, moment: Moment, label: Words) -> Moment:
    """Tap the button that is meant. Where there are none, press its key; of another page, write it, or turn to it."""
    wanted, has_buttons = text_in(label, moment.conversation.language), moment.conversation.channel not in BY_KEYS
    button = _meant(stage, book, moment, wanted)
    back = stage.program.flow_set.settings.digits.get("back")
    if button is None and not has_buttons and back is not None and book.names(BACK, wanted):
        return await stage.hear(moment, TextHeard(text=back))
    if button is None:
        labels = list(dict.fromkeys(each.label for each in (*_asked(stage, moment), *map(_shown, moment.shown))))
        advice = did_you_mean(wanted, labels) or f"there are: {', '.join(map(repr, labels[:12])) or 'none at all'}"
        raise ActFailed(f"there is no button '{wanted}' ({advice})")
    for _ in range(0 if has_buttons else MOST_PAGES):
        choices = _page(moment)
        key = next((choice.key for choice in choices if choice.token == button.token), None)
        if key is not None:
            return await stage.hear(moment, TextHeard(text=key))
        more = next((choice.key for choice in reversed(choices) if choice.role == "page"), None)
        if more is None:
            break
        if moment.conversation.channel != "voice":
            return await stage.hear(moment, TextHeard(text=button.label))
        moment = await stage.hear(moment, TextHeard(text=more))
    return await stage.hear(moment, TapHeard(token=button.token))


def _page(moment: Moment) -> tuple[Choice, ...]:
    """The choices under the newest message that has any."""
    said = (each.event for each in reversed(moment.happened))
    return next((event.choices for event in said if isinstance(event, BotSaid) and event.choices), ())


def _meant(stage: Stage, book: PhraseBook, moment: Moment, wanted: str) -> _Button | None:
    """The button of the question now asked, on whatever page, or else of an earlier message."""
    normal, language = normalise(wanted), moment.conversation.language
    ways: tuple[Callable[[_Button], bool], ...] = (
        lambda button: normalise(button.label) == normal,
        lambda button: book.is_label(wanted, button.label, language),
        lambda button: wanted in button.keys,
    )
    groups = (_asked(stage, moment), [_shown(choice) for choice in moment.shown])
    return next((button for buttons in groups for way in ways for button in buttons if way(button)), None)


def _asked(stage: Stage, moment: Moment) -> list[_Button]:
    """The choices of the question now asked, those of other pages too."""
    wait = moment.conversation.wait
    if wait is None:
        return []
    talk = Talk(stage.program, moment.conversation, moment.now, lambda _calendar: True)
    beginning = prefix(talk, wait)
    return [
        _Button(offered.label, f"{beginning}{place}", (str(offered.value), str(place + 1)))
        for place, offered in enumerate(wait.offered)
    ]


def _shown(choice: Choice) -> _Button:
    return _Button(choice.label, choice.token, (choice.key or "",))


# Agents


async def _agent(stage: Stage, moment: Moment, text: str) -> Moment:
    handoff = moment.conversation.handoff
    if handoff is None:
        raise ActFailed("no agent can do anything: the conversation is not handed off")
    name, _, argument = text.removeprefix("/").partition(" ") if text.startswith("/") else ("", "", "")
    match name:
        case "release":
            return await stage.hear(moment, AgentLeft(handoff=handoff.handoff, queue=handoff.queue))
        case "transfer":
            return await _transfer(stage, moment, handoff, argument.strip())
        case "note":
            return stage.add(moment, NoteWritten(agent=AGENT, text=argument))
    if handoff.agent is None:
        joined = AgentJoined(handoff=handoff.handoff, agent=AGENT, agent_name=AGENT_NAME)
        moment = await stage.hear(moment, joined)
    match name:
        case "take":
            return moment
        case "close":
            return await _close(stage, moment, handoff, argument.split(" ")[0])
    said = stage.add(moment, AgentSaid(agent=AGENT, content=Content(text=RichText(text=text))))
    return _as_answered(said)


def _as_answered(moment: Moment) -> Moment:
    """Whom a person has written to may leave them as somebody who was served."""
    conversation = moment.conversation
    handoff = conversation.handoff and msgspec.structs.replace(conversation.handoff, answered_by=AGENT)
    return msgspec.structs.replace(moment, conversation=msgspec.structs.replace(conversation, handoff=handoff))


async def _transfer(stage: Stage, moment: Moment, handoff: OpenHandoff, queue: str) -> Moment:
    known = stage.desk.desk.queues
    if queue not in known:
        advice = did_you_mean(queue, known) or f"there are: {', '.join(known)}"
        raise ActFailed(f"there is no queue '{queue}' to transfer to ({advice})")
    moment = stage.add(moment, HandoffTransferred(handoff=handoff.handoff, by=AGENT, queue=queue))
    return await stage.hear(moment, AgentLeft(handoff=handoff.handoff, queue=queue, why="transferred"))


async def _close(stage: Stage, moment: Moment, handoff: OpenHandoff, disposition: str) -> Moment:
    known = stage.desk.queue(handoff.queue).dispositions
    if disposition and disposition not in known:
        advice = did_you_mean(disposition, known) or f"there are: {', '.join(known) or 'none'}"
        raise ActFailed(f"'{disposition}' is no outcome of the queue '{handoff.queue}' ({advice})")
    return await stage.hear(moment, HandoffDone(handoff=handoff.handoff, disposition=disposition or None))
