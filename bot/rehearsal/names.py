"""Names that tests expect and that nobody has: most are misspelt, and some would never be missed."""

from collections.abc import Collection, Iterable, Iterator

from bot.desk.desk_file import Desk
from bot.engine.program import Program
from bot.problems import Mark, Problem, Problems, did_you_mean
from bot.rehearsal.calms_own import calms_own
from bot.rehearsal.case import (
    EVERY_LANGUAGE,
    EVERY_QUEUE,
    AnyExpectation,
    AsksSurvey,
    BooksCallback,
    BooksFollowUp,
    BotSays,
    Case,
    FlowEnds,
    FlowStarts,
    HandsOver,
    OpensTicket,
    SlotIs,
)
from bot.rehearsal.phrases import PhraseBook

Names = Iterator[tuple[str, str | None, Collection[str]]]
"""What kind of thing is named, how, and the names that there are."""


def check_names(cases: Iterable[Case], program: Program, desk: Desk) -> tuple[Problem, ...]:
    """A warning for each name that is not known; a test may still be played."""
    found = Problems()
    responses = PhraseBook(program).responses
    for case in cases:
        for kind, name, known in _around(case, program, desk):
            _look_up(found, case.mark, kind, name, known)
        for expected in (each for turn in case.turns for each in turn.expected):
            own = None if case.word_for_word else calms_own(expected, program.flow_set)
            if own is not None:
                unchecked = isinstance(expected, BotSays) and expected.unchecked is not None
                why = own if unchecked else f"'{own}' is of CALM or its language model, not of these flows"
                message = f"{why}: no failure if it is not there"
                found.warn(expected.mark, "calms-own", message)
                continue
            for kind, name, known in _named(expected, program, desk, responses):
                _look_up(found, expected.mark, kind, name, known)
    return found.sorted()


def unknown_in(expected: AnyExpectation, program: Program, desk: Desk, responses: Collection[str]) -> str | None:
    """What is expected here and there is nothing of that name, in words."""
    unknown = (
        f"there is no {kind} '{name}'"
        for kind, name, known in _named(expected, program, desk, responses)
        if name is not None and name not in known
    )
    return next(unknown, None)


def _around(case: Case, program: Program, desk: Desk) -> Names:
    spoken = (*case.languages, *(code for code in (case.customer.chose,) if code not in (None, EVERY_LANGUAGE)))
    yield from (("language", code, program.languages) for code in spoken)
    yield from (("queue", queue, desk.queues) for queue in case.desk if queue != EVERY_QUEUE)
    yield from (("slot", slot, program.flow_set.slots) for slot in case.slots)


def _named(expected: AnyExpectation, program: Program, desk: Desk, responses: Collection[str]) -> Names:
    match expected:
        case BotSays(response=name):
            yield "response", name, responses
        case SlotIs(slot=name):
            yield "slot", name, program.flow_set.slots
        case FlowStarts(flows=flows):
            yield from (("flow", flow, program.flows) for flow in flows)
        case FlowEnds(flow=flow, step=step):
            yield "flow", flow, program.flows
            if flow in program.flows:
                yield "step", step, program.flows[flow].steps
        case HandsOver(queue=name) | BooksCallback(queue=name):
            yield "queue", name, desk.queues
        case AsksSurvey(survey=name):
            yield "survey", name, program.flow_set.surveys
        case BooksFollowUp(flow=name):
            yield "flow", name, program.flows
        case OpensTicket(department=name):
            yield "department", name, desk.departments


def _look_up(found: Problems, mark: Mark, kind: str, name: str | None, known: Collection[str]) -> None:
    if name is not None and name not in known:
        found.warn(mark, f"unknown-{kind}", f"there is no {kind} '{name}'", did_you_mean(name, known))
