"""Whether what came is what was expected, and in which words the difference is told."""

from collections.abc import Callable, Sequence
from typing import TypeVar, assert_never

from bot.content import Json
from bot.engine.flow import Action
from bot.engine.normal import normalise
from bot.engine.program import Program
from bot.events import (
    ActionRequested,
    CallbackRequested,
    ConversationClosed,
    Event,
    FlowEnded,
    FlowStarted,
    FollowUpBooked,
    HandoffRequested,
    SlotsSet,
    SurveySent,
    TicketOpened,
)
from bot.rehearsal.calms_own import names_of
from bot.rehearsal.case import (
    ActionRuns,
    AnyExpectation,
    AsksSurvey,
    BooksCallback,
    BooksFollowUp,
    BotSays,
    Ends,
    FlowEnds,
    FlowStarts,
    HandsOver,
    OffersMenu,
    OpensTicket,
    SlotIs,
)
from bot.rehearsal.judging_messages import Listener
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import Scene
from bot.rehearsal.verdicts import STATE, Met, Unmet, Verdict

Some = TypeVar("Some", bound=Event)


class Judge:
    """Judges the scenes of one test."""

    def __init__(self, program: Program, book: PhraseBook, written_in: str) -> None:
        self._program = program
        self._listener = Listener(book, written_in)

    def judge(self, expected: AnyExpectation, scene: Scene) -> Verdict:  # noqa: C901  # one line an expectation
        """Whether it holds for what the act brought about."""
        match expected:
            case BotSays(response=str(name), text=None, pattern=None, buttons=None, never=False) if self._shows(
                name, scene
            ):
                return Met()
            case BotSays():
                return self._listener.message(expected, scene)
            case OffersMenu():
                return self._listener.menu(expected, scene)
            case ActionRuns():
                return self._action(expected, scene)
            case SlotIs():
                return _slot(expected, scene)
            case FlowStarts():
                return _flows(expected, scene)
            case FlowEnds():
                return _flow_end(expected, scene)
            case HandsOver():
                return _handoff(expected, scene)
            case AsksSurvey():
                return _survey(expected, scene)
            case BooksCallback():
                return _callback(expected, scene)
            case OpensTicket():
                return _ticket(expected, scene)
            case BooksFollowUp():
                return _follow_up(expected, scene)
            case Ends():
                return _end(expected, scene)
            case _:
                assert_never(expected)

    def _shows(self, response: str, scene: Scene) -> bool:
        """Whether a step came to a response that may have no words: a picture, or what only other channels know."""
        wordless = any(each.text is None for each in self._program.flow_set.responses.get(response, ()))
        ran = (self._program.flows[flow].steps.get(name) for flow, name in scene.steps)
        return wordless and any(step is not None and response in names_of(step) for step in ran)

    def _action(self, expected: ActionRuns, scene: Scene) -> Verdict:
        """A custom action, one of the engine's own, or a response, which CALM calls an action too."""
        said = [place for place, each in enumerate(scene.happened) if self._listener.says(expected.action, each)]
        if said:
            return Met(said[0])
        ran = [
            step.name
            for flow, name in scene.steps
            if isinstance(step := self._program.flows[flow].steps.get(name), Action)
        ]
        if expected.action in ran:
            return Met()
        came = [event.action for _, event in _of(scene, ActionRequested)]
        return _named(
            scene,
            ActionRequested,
            lambda event: event.action == expected.action,
            f"the action {expected.action} to run",
            came,
        )


# Slots and flows


def _slot(expected: SlotIs, scene: Scene) -> Verdict:
    name, held = expected.slot, scene.after.conversation.slots.get(expected.slot)
    fits = _holds(expected)
    emptied_too = expected.now and not expected.given and not expected.never
    was_set = [
        place
        for place, event in _of(scene, SlotsSet)
        if name in event.values and (emptied_too or fits(event.values[name]))
    ]
    is_so = bool(was_set) or (fits(held) and not (expected.now and expected.never))
    if is_so != expected.never:
        return Met(was_set[0] if was_set else STATE)
    value = f" to {expected.value!r}" if expected.given else ""
    values = [event.values[name] for _, event in _of(scene, SlotsSet) if name in event.values]
    came = f"it was set to {', then '.join(map(repr, values))}" if values else f"it is {held!r}"
    return Unmet(wanted=f"the slot {name} {'not ' if expected.never else ''}to be set{value}", came=came)


def _holds(expected: SlotIs) -> Callable[[Json], bool]:
    if not expected.given:
        return lambda value: value is not None
    return lambda value: same_value(expected.value, value)


def same_value(written: Json, held: Json) -> bool:
    """Equal, or the same as text: a test may write `100` or `True` for what a slot holds as 100.0 or true."""
    if written == held and isinstance(written, bool) == isinstance(held, bool):
        return True
    if isinstance(written, int | float) and isinstance(held, int | float):
        return False
    return written is not None and held is not None and _as_text(written) == _as_text(held)


def _as_text(value: Json) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return normalise(str(value))


def _flows(expected: FlowStarts, scene: Scene) -> Verdict:
    started = {event.flow: place for place, event in reversed(_of(scene, FlowStarted))}
    found = [started[flow] for flow in expected.flows if flow in started]
    if found and (expected.any or len(found) == len(expected.flows)):
        return Met(min(found))
    wanted = f"{' or ' if expected.any else ' and '}".join(expected.flows)
    return Unmet(wanted=f"the flow {wanted} to start", came=_instead("there started", [*started][::-1]))


def _flow_end(expected: FlowEnds, scene: Scene) -> Verdict:
    outcomes = ("cancelled", "failed", "expired") if expected.cancelled else ("completed", "linked")
    came = [f"{event.flow} ({event.outcome})" for _, event in _of(scene, FlowEnded)]
    wanted = f"the flow {expected.flow} to be {'cancelled' if expected.cancelled else 'completed'}"
    verdict = _named(
        scene, FlowEnded, lambda event: event.flow == expected.flow and event.outcome in outcomes, wanted, came
    )
    stood = [frame.step for frame in scene.before.conversation.stack if frame.flow == expected.flow]
    last = stood + [step for flow, step in scene.steps if flow == expected.flow]
    if isinstance(verdict, Met) and expected.step is not None and last[-1:] != [expected.step]:
        return Unmet(wanted=f"{wanted} at its step {expected.step}", came=f"its last step was {(last or ['none'])[-1]}")
    return verdict


# The desk


def _handoff(expected: HandsOver, scene: Scene) -> Verdict:
    requests = [f"{event.queue} (because of {event.reason})" for _, event in _of(scene, HandoffRequested)]
    wanted = (
        f"a person to be asked for{_detail('in the queue', expected.queue)}{_detail('because of', expected.reason)}"
    )
    return _named(
        scene,
        HandoffRequested,
        lambda event: expected.queue in (None, event.queue) and expected.reason in (None, event.reason),
        wanted,
        requests,
    )


def _survey(expected: AsksSurvey, scene: Scene) -> Verdict:
    came = [event.name for _, event in _of(scene, SurveySent)]
    wanted = f"a survey to be asked{_detail(':', expected.survey)}"
    return _named(scene, SurveySent, lambda event: expected.survey in (None, event.name), wanted, came)


def _callback(expected: BooksCallback, scene: Scene) -> Verdict:
    came = [event.queue for _, event in _of(scene, CallbackRequested)]
    wanted = f"a call back to be booked{_detail('in the queue', expected.queue)}"
    return _named(scene, CallbackRequested, lambda event: expected.queue in (None, event.queue), wanted, came)


def _ticket(expected: OpensTicket, scene: Scene) -> Verdict:
    came = [f"a {event.ticket_kind} for {event.department}" for _, event in _of(scene, TicketOpened)]
    wanted = f"a ticket to be opened{_detail('for', expected.department)}{_detail('of the kind', expected.kind)}"
    return _named(
        scene,
        TicketOpened,
        lambda event: expected.department in (None, event.department) and expected.kind in (None, event.ticket_kind),
        wanted,
        came,
    )


def _follow_up(expected: BooksFollowUp, scene: Scene) -> Verdict:
    came = [event.flow for _, event in _of(scene, FollowUpBooked)]
    wanted = f"a follow-up to be booked{_detail('with the flow', expected.flow)}"
    return _named(scene, FollowUpBooked, lambda event: expected.flow in (None, event.flow), wanted, came)


def _end(expected: Ends, scene: Scene) -> Verdict:
    closed = [each.event.reason for each in scene.after.happened if isinstance(each.event, ConversationClosed)]
    is_closed = scene.after.conversation.closed
    if is_closed and expected.reason in (None, closed[-1]):
        return Met()
    wanted = f"the conversation to be over{_detail(':', expected.reason)}"
    return Unmet(wanted=wanted, came=f"it is over: {closed[-1]}" if is_closed else "it goes on")


def _of(scene: Scene, kind: type[Some]) -> list[tuple[int, Some]]:
    return [(place, each.event) for place, each in enumerate(scene.happened) if isinstance(each.event, kind)]


def _named(scene: Scene, kind: type[Some], fits: Callable[[Some], bool], wanted: str, came: Sequence[str]) -> Verdict:
    found = next((place for place, event in _of(scene, kind) if fits(event)), None)
    return Unmet(wanted=wanted, came=_instead("there was", came)) if found is None else Met(found)


def _instead(verb: str, names: Sequence[str]) -> str:
    return f"{verb} {', '.join(names)}" if names else "there was nothing of the kind"


def _detail(before: str, name: str | None) -> str:
    if name is None:
        return ""
    return f"{before} {name}" if before == ":" else f" {before} {name}"
