"""The picture of one flow: how it begins, each step, and every way it can take."""

from collections.abc import Mapping

import msgspec

from bot.engine.flow import (
    Action,
    AskSurvey,
    Call,
    Callback,
    Collect,
    Flow,
    FlowSet,
    Handoff,
    Link,
    Menu,
    Step,
    SwitchLanguage,
)
from bot.pictures.picture import Card, Figures, Picture, Way
from bot.pictures.step_cards import card_of
from bot.pictures.texts import Texts, readable
from bot.pictures.words import listed, word

BEGINNING = ""  # no step has an empty id
MOST_WORDS = 6
RESTING = (Menu, Collect, Action, Handoff, Callback, AskSurvey, SwitchLanguage)

StepFigures = Mapping[tuple[str, str], Figures]
"""By flow and step."""


def picture_of_flow(
    flow_set: FlowSet, flow_id: str, language: str, figures: StepFigures | None = None, period: str = ""
) -> Picture:
    """The flow of that name; with `figures` each step at which customers rest says how many reached it."""
    flow, texts = flow_set.flows[flow_id], Texts(flow_set, language)
    cards = [card_of(step, texts) for step in flow.steps.values()]
    if figures is not None:
        cards = [_counted(card, flow.steps[card.id], flow_id, figures) for card in cards]
    reached = _reached(cards, flow.first)
    steps = [card if card.id in reached else _lost(card, language) for card in cards]
    return Picture(
        title=texts.name(flow_id),
        subtitle=" · ".join(filter(None, (listed([flow_id]), period))),
        language=language,
        cards=(_beginning(flow, texts), *steps),
        ending=word("back" if _is_only_called(flow, flow_set) else "end", language),
    )


def _counted(card: Card, step: Step, flow: str, figures: StepFigures) -> Card:
    """The card with its figures, if the log tells of steps of its kind: those at which a conversation rests."""
    if not isinstance(step, RESTING):
        return card
    return msgspec.structs.replace(card, figures=figures.get((flow, card.id), Figures(reached=0, ended=0)))


def _lost(card: Card, language: str) -> Card:
    return msgspec.structs.replace(card, lost=True, notes=(*card.notes, word("lost", language)))


def _reached(cards: list[Card], first: str) -> set[str]:
    ways = {card.id: [way.to for way in card.ways if way.to is not None] for card in cards}
    reached, waiting = {first}, [first]
    while waiting:
        fresh = set(ways.get(waiting.pop(), ())) - reached
        reached |= fresh
        waiting.extend(fresh)
    return reached


def _beginning(flow: Flow, texts: Texts) -> Card:
    return Card(
        id=BEGINNING,
        sort="start",
        heading=word("start", texts.language),
        text=flow.description,
        notes=entrances(flow, texts),
        ways=(Way(to=flow.first if flow.steps else None),),
    )


def entrances(flow: Flow, texts: Texts, *, with_flows: bool = True) -> tuple[str, ...]:
    """What makes the flow begin, one line each."""
    language, flow_set = texts.language, texts.flow_set
    notes = []
    if flow.id == flow_set.start:
        notes.append(word("every_beginning", language))
    words = [*flow.triggers.get(language, ()), *flow.triggers.get("*", ()), *(f"/{name}" for name in flow.intents)]
    fallback = flow.triggers.get(flow_set.settings.languages[0], ())
    words += [one for one in fallback if one.startswith("/") and one not in words]
    if words:
        shown = listed(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
        notes.append(word("words", language, words=shown))
    callers = _callers(flow.id, flow_set) if with_flows else []
    if callers:
        notes.append(word("from_flows", language, flows=listed(texts.name(caller) for caller in callers)))
    if flow.guard is not None and flow.guard != "false":
        notes.append(word("only_if", language, condition=readable(flow.guard)))
    return tuple(notes)


def _callers(flow_id: str, flow_set: FlowSet) -> list[str]:
    return [
        flow.id
        for flow in flow_set.flows.values()
        if any(isinstance(step, Call | Link) and step.flow == flow_id for step in flow.steps.values())
    ]


def _is_only_called(flow: Flow, flow_set: FlowSet) -> bool:
    """Whether the flow always comes back to one that called it."""
    steps = [step for other in flow_set.flows.values() for step in other.steps.values()]
    called = any(isinstance(step, Call) and step.flow == flow.id for step in steps)
    linked = any(isinstance(step, Link) and step.flow == flow.id for step in steps)
    return called and not linked and flow.guard == "false" and flow.id != flow_set.start
