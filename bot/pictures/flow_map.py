"""The map of all flows: how they lead to each other, to people, to departments and to surveys."""

from collections.abc import Iterator, Mapping

from bot.engine.flow import (
    AskSurvey,
    Call,
    Callback,
    Collect,
    Flow,
    FlowSet,
    FollowUp,
    Handoff,
    Link,
    Say,
    Step,
    Ticket,
)
from bot.engine.patterns import COMPLETED, HUMAN_HANDOFF, SESSION_START, is_pattern
from bot.pictures.flow_picture import entrances
from bot.pictures.picture import Card, Figures, How, Picture, Sort, Way
from bot.pictures.texts import Texts
from bot.pictures.words import listed, word

FLOW, QUEUE, DEPARTMENT, SURVEY = "flow ", "queue ", "department ", "survey "  # what a card's id begins with
AROUND = "around"
BEGIN_BY_THEMSELVES = frozenset({SESSION_START, COMPLETED, HUMAN_HANDOFF})

FlowFigures = Mapping[str, Figures]
"""By flow: how often it began, and the conversations whose last step was one of its own."""

Target = tuple[str, How]


def map_of_flows(flow_set: FlowSet, language: str, figures: FlowFigures | None = None, period: str = "") -> Picture:
    """A card for every flow and for whoever flows hand over to; lines say which leads where."""
    texts = Texts(flow_set, language)
    targets = {flow.id: _targets(flow, texts) for flow in flow_set.flows.values()}
    aside = {name for name in targets if is_pattern(name) and not _is_part(name, targets)}
    shown = [flow for flow in flow_set.flows.values() if flow.id not in aside]
    led_to = {to for flow in shown for to, _ in targets[flow.id]}
    cards = [_card(flow, targets[flow.id], led_to, texts, figures) for flow in _start_first(shown, flow_set)]
    handed_to = dict.fromkeys(to for flow in shown for to, _ in targets[flow.id] if to.startswith((QUEUE, DEPARTMENT)))
    handed_to |= {DEPARTMENT + each.low_department: None for each in flow_set.surveys.values() if each.low_department}
    cards += [_person(target, texts) for target in handed_to]
    cards += _surveys(led_to, texts)
    if aside:
        cards.append(_aside(aside, language))
    return Picture(
        title=word("all_flows", language),
        subtitle=period,
        language=language,
        cards=tuple(cards),
        ending=word("end", language),
        joined=False,
    )


def _start_first(flows: list[Flow], flow_set: FlowSet) -> list[Flow]:
    return sorted(flows, key=lambda flow: (flow.id != flow_set.start, is_pattern(flow.id)))


def _is_part(pattern: str, targets: Mapping[str, tuple[Target, ...]]) -> bool:
    """Whether the pattern leads somewhere, or is led to."""
    led_to = any((FLOW + pattern, how) in ways for ways in targets.values() for how in ("call", "link"))
    return bool(targets[pattern]) or led_to


def _card(flow: Flow, targets: tuple[Target, ...], led_to: set[str], texts: Texts, figures: FlowFigures | None) -> Card:
    notes = [flow.description, *entrances(flow, texts, with_flows=False)]
    sort: Sort = "start" if flow.id == texts.flow_set.start else "flow"
    begins = flow.id == texts.flow_set.start or flow.triggers or flow.intents or flow.id in BEGIN_BY_THEMSELVES
    lost = not begins and FLOW + flow.id not in led_to and not is_pattern(flow.id) and flow.guard == "false"
    if lost:
        notes.append(word("lost", texts.language))
    elif is_pattern(flow.id) and FLOW + flow.id not in led_to:
        notes.append(word("by_itself", texts.language))
    return Card(
        id=FLOW + flow.id,
        sort=sort,
        heading=f"{word('flow', texts.language)} · {flow.id}",
        text=texts.name(flow.id),
        notes=tuple(filter(None, notes)),
        ways=tuple(Way(to=to, how=how) for to, how in targets),
        lost=lost,
        figures=None if figures is None else figures.get(flow.id, Figures(reached=0, ended=0)),
    )


def _targets(flow: Flow, texts: Texts) -> tuple[Target, ...]:
    """Where the flow leads, each place once, in the order of its steps."""
    found = (target for step in flow.steps.values() for target in _targets_of(step, texts))
    return tuple(dict.fromkeys(target for target in found if target[0] != FLOW + flow.id))


def _targets_of(step: Step, texts: Texts) -> Iterator[Target]:
    flow_set = texts.flow_set
    match step:
        case Call():
            yield from _to_flow(step.flow, "call", flow_set)
        case Link() | FollowUp():
            yield from _to_flow(step.flow, "link", flow_set)
        case Handoff() | Callback():
            yield QUEUE + (step.queue or flow_set.settings.queue or ""), "next"
        case Ticket():
            yield DEPARTMENT + step.department, "next"
        case AskSurvey():
            yield SURVEY + step.survey, "next"
        case Say() | Collect():
            for text in step.texts if isinstance(step, Say) else (step.ask,):
                for button in texts.buttons(text):
                    yield from _to_flow(texts.flow_of(button), "link", flow_set)


def _to_flow(flow: str | None, how: How, flow_set: FlowSet) -> Iterator[Target]:
    if flow in flow_set.flows:
        yield f"{FLOW}{flow}", how


def _person(target: str, texts: Texts) -> Card:
    name = target.removeprefix(QUEUE).removeprefix(DEPARTMENT)
    heading = "ticket" if target.startswith(DEPARTMENT) else "queue"
    after = texts.flow_set.settings.survey_after_handoff
    ways = (Way(to=SURVEY + after),) if after is not None and heading == "queue" else ()
    return Card(
        id=target,
        sort="people",
        heading=word(heading, texts.language),
        text=name or word("default_queue", texts.language),
        ways=ways,
    )


def _surveys(led_to: set[str], texts: Texts) -> list[Card]:
    settings, language = texts.flow_set.settings, texts.language
    cards = []
    for name, survey in texts.flow_set.surveys.items():
        asked = [word("after_people", language)] if name == settings.survey_after_handoff else []
        asked += [word("after_bot", language)] if name == settings.survey_after_self_service else []
        lost = not asked and SURVEY + name not in led_to
        low = survey.low_department
        cards.append(
            Card(
                id=SURVEY + name,
                sort="rating",
                heading=f"{word('survey', language)} · {name}",
                text=texts.of(survey.ask),
                notes=(*asked, word("lost", language)) if lost else tuple(asked),
                ways=(Way(to=DEPARTMENT + low, how="trouble"),) if low is not None else (),
                lost=lost,
            )
        )
    return cards


def _aside(patterns: set[str], language: str) -> Card:
    names = listed(sorted(pattern.removeprefix("pattern_") for pattern in patterns))
    return Card(id=AROUND, sort="talk", heading=word(AROUND, language), notes=(names,))
