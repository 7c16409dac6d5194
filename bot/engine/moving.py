"""Moving about: back to the last question, home to the menu, out of a flow, from the start again."""

from bot.content import Json
from bot.engine.asking import ask_again, can_go_back, is_at_latest
from bot.engine.conversation import Frame, Snapshot
from bot.engine.flow import END, Action, Call, FollowUp
from bot.engine.patterns import CANCEL_FLOW, CORRECTION, SESSION_START, START_MENU
from bot.engine.speech import say_wording
from bot.engine.talk import Place, Talk
from bot.events import FlowEnded, SlotsSet, WentBack


def go_back(talk: Talk) -> Place:
    """The question before this one, with the slots of then."""
    if not can_go_back(talk):
        say_wording(talk, "nothing_to_go_back")
        ask_again(talk)
        return None
    if is_at_latest(talk):
        undo(talk)
    place = return_to_latest(talk)
    flow, step = talk.where
    talk.record(WentBack(flow=flow, step=step))
    return place


def undo(talk: Talk) -> None:
    """Forget the question remembered last, and what was set since."""
    _put_back(talk, talk.history.pop().changed)


def return_to_latest(talk: Talk) -> str:
    """Stand at the question remembered last, as it was reached."""
    latest = talk.history[-1]
    talk.history[-1] = Snapshot(stack=latest.stack, changed={})
    _put_back(talk, latest.changed)
    kept = {frame.number for frame in latest.stack}
    for frame in reversed(talk.stack):
        if frame.number not in kept:
            talk.record(FlowEnded(flow=frame.flow, outcome="cancelled"))
    talk.stack[:] = latest.stack
    talk.wait = None
    return talk.stack[-1].step


def _put_back(talk: Talk, changed: dict[str, Json]) -> None:
    if changed:
        talk.slots.update(changed)
        talk.record(SlotsSet(values={slot: talk.shown_in_log(slot, value) for slot, value in changed.items()}))


def go_home(talk: Talk) -> Place:
    """Everything ends; the flow with which conversations begin starts anew."""
    talk.leave_all("cancelled")
    talk.wait = None
    return talk.begin(talk.program.flow_set.start, "start")


def stand_again(talk: Talk) -> Place:
    """Where the flow asks anew what it asked. What it did before it ended with buttons is not done once more.

    Where no flow has begun yet, what was asked before it is settled.
    """
    if not talk.stack:
        return begin_session(talk)
    step = talk.step
    if step is None:
        return END
    acted = isinstance(step, Call | FollowUp) or (isinstance(step, Action) and step.name != "action_listen")
    return talk.next_of(step) if acted else step.id


def begin_session(talk: Talk) -> Place:
    """The start flow, after the pattern of a new session."""
    flow_set = talk.program.flow_set
    place = talk.begin(flow_set.start, "start")
    if SESSION_START in flow_set.flows and flow_set.start != SESSION_START:
        return talk.begin(SESSION_START, "pattern")
    return place


def start_over(talk: Talk) -> Place:
    """Home; a menu of flows comes with the greeting of a new session."""
    if talk.program.flow_set.start != START_MENU:
        return go_home(talk)
    talk.leave_all("cancelled")
    talk.wait = None
    return begin_session(talk)


def restart(talk: Talk) -> Place:
    """As if the conversation were new: no slots, no way back."""
    talk.leave_all("cancelled")
    talk.history.clear()
    forget_slots(talk)
    return start_over(talk)


def forget_slots(talk: Talk) -> None:
    """Every slot is as in the beginning."""
    talk.ahead = ()
    changed = {slot: value for slot, value in talk.program.initial_slots.items() if talk.slots.get(slot) != value}
    if changed:
        talk.set_slots(changed)


def cancel(talk: Talk) -> Place:
    """Leave the running flow with its callers, and say so; in the middle of a correction the one that is corrected."""
    if len(talk.stack) > 1 and talk.stack[-1].flow == CORRECTION:
        talk.leave("cancelled")
    if not talk.stack or talk.stack[-1].flow == talk.program.flow_set.start:
        say_wording(talk, "nothing_to_cancel")
        ask_again(talk)
        return None
    give_up_flow(talk)
    return talk.begin(CANCEL_FLOW, "pattern")


def give_up_flow(talk: Talk) -> None:
    """Leave the running flow with its callers, for what it interrupted, else the start's last question."""
    start = talk.program.flow_set.start
    talk.leave_chain("cancelled")
    talk.wait = None
    if not talk.stack:
        talk.begin(start, "start")
    elif talk.stack[-1].flow == start and not _stand_at_last_question_of(talk, talk.stack[-1]):
        talk.leave("cancelled")
        talk.begin(start, "start")


def _stand_at_last_question_of(talk: Talk, frame: Frame) -> bool:
    """Undo what happened since this flow itself asked something; false when it never did, or there is no way back."""
    for place in range(len(talk.history) - 1, -1, -1):
        if talk.history[place].stack[-1].number == frame.number:
            while len(talk.history) > place + 1:
                undo(talk)
            return_to_latest(talk)
            return True
    return False
