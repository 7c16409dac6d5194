"""What each kind of step looks like as a card: its heading, its text, its notes and its ways out."""

from collections.abc import Iterator
from typing import assert_never

import msgspec

from bot.content import Json
from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Branch,
    Call,
    Callback,
    Collect,
    FollowUp,
    Handoff,
    Hours,
    Link,
    ListedOptions,
    Menu,
    Noop,
    Say,
    SetSlots,
    Step,
    SwitchLanguage,
    Text,
    Ticket,
    TicketState,
)
from bot.pictures.picture import Card, How, Sort, Way
from bot.pictures.texts import Texts, readable
from bot.pictures.words import word

SORTS: dict[type, Sort] = {
    Say: "talk",
    Menu: "question",
    Collect: "question",
    SwitchLanguage: "question",
    Action: "work",
    SetSlots: "work",
    Noop: "work",
    Hours: "work",
    Handoff: "people",
    Callback: "people",
    Ticket: "people",
    TicketState: "people",
    AskSurvey: "rating",
    Link: "flow",
    Call: "flow",
    FollowUp: "flow",
}


def card_of(step: Step, texts: Texts) -> Card:
    """The card of one step; its id is the step's."""
    return Card(
        id=step.id,
        sort=SORTS[type(step)],
        heading=word(str(step.__struct_config__.tag), texts.language),
        text=_text(step, texts),
        notes=tuple(note for note in _notes(step, texts) if note),
        ways=tuple(_ways(step, texts)),
    )


def _text(step: Step, texts: Texts) -> str:  # noqa: C901  # one line a kind of step
    match step:
        case Say():
            return "\n".join(filter(None, (texts.of(text) for text in step.texts)))
        case Menu():
            return texts.of(step.text)
        case Collect():
            return texts.of(step.ask) or (step.slot if step.ask_action is None else "")
        case Action():
            return step.name
        case Handoff() | Callback():
            return step.queue or word("default_queue", texts.language)
        case Ticket():
            return step.department
        case TicketState():
            return f"{{{step.slot}}}"
        case FollowUp() | Link() | Call():
            return texts.name(step.flow)
        case AskSurvey():
            survey = texts.flow_set.surveys.get(step.survey)
            return texts.of(survey.ask) if survey is not None else step.survey
        case Hours():
            return step.calendar
        case SwitchLanguage():
            return word("asks_which", texts.language) if step.language == "ask" else step.language
        case SetSlots():
            return "\n".join(_set(slot, value, texts.language) for slot, value in step.values.items())
        case Noop():
            return ""
        case _:
            assert_never(step)


def _set(slot: str, value: Json, language: str) -> str:
    if value is None:
        return word("forgets", language, slot=slot)
    return f"{slot} = {value if isinstance(value, str) else msgspec.json.encode(value).decode()}"


# Notes: what else there is to know


def _notes(step: Step, texts: Texts) -> Iterator[str]:
    language = texts.language
    match step:
        case Say():
            yield from (f"• {texts.of(button.title)}" for text in step.texts for button in texts.buttons(text))
            yield word("picture_shown", language) if step.image else ""
            yield word("file_shown", language) if step.attachment else ""
        case Menu():
            if _leads_one_way(step):
                yield from (f"• {_labelled(option.label, option.condition, texts)}" for option in step.options)
            elif not _is_single(step.next):
                yield from (f"• {texts.of(option.label)}" for option in step.options if option.to is None)
            yield word("kept_as", language, slot=step.into) if step.into else ""
        case Collect():
            yield from _notes_of_question(step, texts)
        case Handoff():
            yield word("hours_of", language, calendar=step.hours) if step.hours else ""
            yield texts.of(step.note)
        case Callback():
            yield word("asks_when", language) if step.when == "ask" else ""
        case Ticket():
            yield texts.of(step.title)
            yield texts.of(step.body)
        case FollowUp():
            yield _when(step)
            yield word("only_if", language, condition=readable(step.condition)) if step.condition else ""
        case AskSurvey():
            yield step.survey


def _notes_of_question(step: Collect, texts: Texts) -> Iterator[str]:
    language = texts.language
    yield word("asked_by", language, action=step.ask_action) if step.ask_action else ""
    yield from (f"• {texts.of(button.title)}" for button in texts.buttons(step.ask))
    yield word("kept_as", language, slot=step.slot)
    for rejection in step.rejections:
        yield word("refused_if", language, condition=readable(rejection.condition))


def _when(step: FollowUp) -> str:
    if step.at is not None:
        return step.at
    hours = (step.after.seconds if step.after is not None and step.after.seconds is not None else 0.0) / 3600
    return f"+{hours / 24:g} d" if hours >= 24 and hours % 24 == 0 else f"+{hours:g} h"


# Ways out


def _ways(step: Step, texts: Texts) -> Iterator[Way]:
    language = texts.language
    match step:
        case Link():
            return
        case Menu():
            if _leads_one_way(step):
                yield from _nexts(step.next, texts)
                return
            yield from _choices(step, texts)
            yield from () if _is_single(step.next) else _nexts(step.next, texts)
            yield from _trouble(step.retry.on_fail, word("no_answer", language))
        case Collect():
            yield from _nexts(step.next, texts)
            yield from _trouble(step.retry.on_fail, word("no_answer", language))
        case Action():
            yield from _nexts(step.next, texts)
            yield from _trouble(step.on_error, word("fails", language))
        case Handoff():
            has_others = step.on_closed is not None or step.on_no_agent is not None
            yield from _nexts(step.next, texts, word("afterwards", language) if has_others else "")
            yield from _trouble(step.on_closed, word("closed", language))
            yield from _trouble(step.on_no_agent, word("nobody", language))
        case TicketState():
            yield from _nexts(step.next, texts)
            yield from _trouble(step.on_unknown, word("unknown", language))
        case Hours():
            for label, to in ((word("open", language), step.open), (word("closed", language), step.closed)):
                if to is not None:
                    yield _way(to, label, "condition")
                else:
                    yield from _nexts(step.next, texts, label)
        case Say() | Callback() | Ticket() | FollowUp() | AskSurvey() | SwitchLanguage() | Call() | SetSlots() | Noop():
            yield from _nexts(step.next, texts)
        case _:
            assert_never(step)


def _leads_one_way(step: Menu) -> bool:
    """Whether it does not matter for the way what is chosen."""
    return all(option.to is None for option in step.options) and step.listed is None and step.retry.on_fail is None


def _choices(step: Menu, texts: Texts) -> Iterator[Way]:
    after = step.next[0].to if _is_single(step.next) else None
    for option in step.options:
        to = option.to or after
        if to is not None:
            yield _way(to, _labelled(option.label, option.condition, texts), "choice")
    if step.listed is not None:
        yield from _listed(step.listed, after, texts)


def _labelled(label: Text, condition: str | None, texts: Texts) -> str:
    shown = texts.of(label)
    return shown if condition is None else f"{shown} · {word('only_if', texts.language, condition=readable(condition))}"


def _listed(listed: ListedOptions, after: str | None, texts: Texts) -> Iterator[Way]:
    to, empty = listed.to or after, listed.empty or after
    each = f"{texts.of(listed.label)} · {word('one_for_each', texts.language, slot=listed.source)}"
    if to is not None:
        yield _way(to, each, "choice")
    if empty is not None and empty != to:
        yield _way(empty, word("nothing_listed", texts.language), "condition")


def _nexts(branches: tuple[Branch, ...], texts: Texts, label: str = "") -> Iterator[Way]:
    """Where `next` leads; `label` says when, if something else than `next` may be taken."""
    for branch in branches:
        if branch.condition is not None:
            when = word("if", texts.language, condition=readable(branch.condition))
            yield _way(branch.to, f"{label}: {when}" if label else when, "condition")
        elif len(branches) > 1:
            otherwise = word("otherwise", texts.language)
            yield _way(branch.to, f"{label}: {otherwise}" if label else otherwise, "condition")
        else:
            yield _way(branch.to, label, "condition" if label else "next")


def _trouble(to: str | None, label: str) -> Iterator[Way]:
    if to is not None:
        yield _way(to, label, "trouble")


def _way(to: str, label: str, how: How) -> Way:
    return Way(to=None if to == END else to, label=label, how=how)


def _is_single(branches: tuple[Branch, ...]) -> bool:
    return len(branches) == 1
