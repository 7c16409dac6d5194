"""Custom actions: asked for, waited for, heard back, and what is done when they don't come back."""

from collections.abc import Callable
from typing import Literal

import msgspec

from bot.engine.action_messages import messages_of
from bot.engine.action_outcomes import Effects, apply_events
from bot.engine.asking import buttons_just_shown, reach
from bot.engine.conversation import Offered, Wait
from bot.engine.correcting import make_correction
from bot.engine.flow import END, Action
from bot.engine.going_on import drop_interrupted, go_on_with_chosen
from bot.engine.inputs import ActionReturned
from bot.engine.moving import cancel, go_back, restart
from bot.engine.patterns import CANCEL_FLOW, CANNOT_HANDLE, SESSION_START, WHY_NOT
from bot.engine.retries import to_a_person
from bot.engine.speech import Message, message, response, say, say_wording, wording
from bot.engine.talk import EndlessError, Place, Talk
from bot.events import ActionFailed, ActionFinished, ActionRequested

SLOW_SECONDS = 2.0
GRACE_SECONDS = 2.0  # beyond the action's own limit, for the way there and back
QUESTION_SECONDS = 5.0  # for actions that ask or validate
MAX_ACTIONS = 30  # without a word of the customer's; flows that only act must end
MAX_FOLLOW_UPS = 10  # actions that name each other as the next must end

Topic = Literal["", "ask", "validate", "followup", "turn"]

NEED_A_MODEL = frozenset(
    {
        "action_trigger_search",
        "action_trigger_chitchat",
        "action_clarify_flows",
        "action_default_fallback",
        "action_default_ask_rephrase",
        "action_default_ask_affirmation",
        "action_two_stage_fallback",
    }
)
WITHOUT_EFFECT = frozenset(
    {
        "action_session_start",
        "action_deactivate_loop",
        "action_revert_fallback_events",
        "action_unlikely_intent",
        "action_extract_slots",
        "action_validate_slot_mappings",
        "action_run_slot_rejections",
        "action_clean_stack",
        "action_trigger_flow",
        "action_reset_routing",
        "action_repeat_bot_messages",
        "action_send_text",
        "action_block_interruptions",
        "action_handoff_metric",
    }
)


def run_action(talk: Talk, step: Action) -> Place:
    """Request a custom action and rest, or do what one of CALM's own does, unless the flows have one of that name."""
    built_in = BUILT_IN.get(step.name)
    if built_in is not None and step.name not in talk.program.flow_set.actions:
        return built_in(talk, step)
    reach(talk, "action")
    request(talk, step.name, timeout_seconds=step.timeout_seconds)
    return None


def _go_on(talk: Talk, step: Action) -> Place:
    return talk.next_of(step)


def _listen(talk: Talk, step: Action) -> Place:
    """Rest for whatever the customer says next, if anything follows. Who heard nothing hears that it is their turn."""
    if all(branch.to == END for branch in step.next):
        return talk.next_of(step)
    said, loose = buttons_just_shown(talk)
    asked = wording(talk, "listening") if said is None else said.content.text
    if said is None:
        say(talk, Message(text=asked))
    offered = tuple(Offered(label=button.label, payload=button.payload) for button in loose)
    talk.wait = Wait(
        number=talk.next_wait(), kind="offer", since=talk.now, topic="listen", asked=asked, offered=offered
    )
    return None


def _cannot_handle(talk: Talk, step: Action) -> Place:
    place = talk.begin(CANNOT_HANDLE, "pattern", called=True)
    talk.stack[-1] = msgspec.structs.replace(talk.stack[-1], reason=WHY_NOT.get(step.name))
    return place


def _restart(talk: Talk, step: Action) -> Place:
    """Anew; a greeting that nobody has answered yet goes on, as there is nothing to begin again."""
    flow, _ = talk.where
    if flow == SESSION_START and not talk.history:
        return talk.next_of(step)
    if flow in talk.program.flow_set.flows and "utter_restart" in talk.program.responses:
        say(talk, response(talk, "utter_restart"))
    return restart(talk)


def _fall_back(talk: Talk, step: Action) -> Place:
    """`utter_default`, if there is one."""
    if "utter_default" not in talk.program.responses:
        return _cannot_handle(talk, step)
    say(talk, response(talk, "utter_default"))
    return talk.next_of(step)


def _cancel(talk: Talk, step: Action) -> Place:
    return talk.next_of(step) if talk.where[0] == CANCEL_FLOW else cancel(talk)


def _back(talk: Talk, _step: Action) -> Place:
    return go_back(talk)


def _continue_interrupted(talk: Talk, step: Action) -> Place:
    go_on_with_chosen(talk)
    return talk.next_of(step)


def _cancel_interrupted(talk: Talk, step: Action) -> Place:
    drop_interrupted(talk)
    return talk.next_of(step)


def _correct(talk: Talk, step: Action) -> Place:
    make_correction(talk)
    return talk.next_of(step)


def _hang_up(talk: Talk, _step: Action) -> Place:
    talk.leave_all("completed")
    return END


BUILT_IN: dict[str, Callable[[Talk, Action], Place]] = {
    **dict.fromkeys(WITHOUT_EFFECT, _go_on),
    **dict.fromkeys(NEED_A_MODEL, _cannot_handle),
    "action_listen": _listen,
    "action_restart": _restart,
    "action_default_fallback": _fall_back,
    "action_cancel_flow": _cancel,
    "action_back": _back,
    "action_correct_flow_slot": _correct,
    "action_continue_interrupted_flow": _continue_interrupted,
    "action_hangup": _hang_up,
    "action_cancel_interrupted_flows": _cancel_interrupted,
}


# Asking for it


def request(
    talk: Talk,
    name: str,
    *,
    topic: Topic = "",
    timeout_seconds: float = QUESTION_SECONDS,
    followed: int = 0,
    tried: Wait | None = None,
) -> None:
    """Ask for the action to be run, and rest until it comes back. `tried` is the question whose tries count on.

    Raises EndlessError where actions only lead to actions.
    """
    talk.calls += 1
    talk.acted += 1
    if talk.acted > MAX_ACTIONS:
        raise EndlessError(name)
    talk.wait = Wait(
        number=talk.next_wait(),
        kind="action",
        since=talk.now,
        topic=topic,
        action=name,
        followed=followed,
        no_match=tried.no_match if tried else 0,
        no_input=tried.no_input if tried else 0,
        slow_at=talk.after(SLOW_SECONDS),
    )
    _call(talk, timeout_seconds)


def _call(talk: Talk, timeout_seconds: float) -> None:
    wait = talk.wait
    assert wait is not None
    assert wait.action is not None
    call_id = f"{talk.id}.a{talk.calls}.{wait.attempt}"
    talk.change_wait(call_id=call_id, times_out_at=talk.after(timeout_seconds + GRACE_SECONDS))
    flow, step = talk.where
    talk.record(
        ActionRequested(
            call_id=call_id,
            action=wait.action,
            flow=flow,
            step=step,
            timeout_seconds=timeout_seconds,
            attempt=wait.attempt,
        )
    )


# While it runs


def say_slow(talk: Talk) -> None:
    """The one notice that it takes a while."""
    wait = talk.wait
    if wait is None or wait.slow_at is None:
        return
    talk.change_wait(slow_at=None)
    step = talk.step
    if isinstance(step, Action) and step.slow is not None:
        say(talk, message(talk, step.slow))
    else:
        say_wording(talk, "action_slow")


def has_time(talk: Talk) -> bool:
    """Whether the customer may be asked something else now. While an action runs they may not, and are told so."""
    if talk.wait is not None and talk.wait.kind == "action":
        say_slow(talk)
        return False
    return True


def is_final(talk: Talk) -> bool:
    """Whether an action is running that `back` may not undo."""
    step = talk.step
    return talk.wait is not None and talk.wait.kind == "action" and isinstance(step, Action) and step.final


# When it comes back


def is_awaited(talk: Talk, call_id: str) -> bool:
    """Whether this is the call that the conversation waits for; others came too late, or twice."""
    return talk.wait is not None and talk.wait.kind == "action" and talk.wait.call_id == call_id


class Back(msgspec.Struct, frozen=True):
    """An action that came back: for which wait, what it asks (when it is one that asks), and what its events want."""

    wait: Wait
    question: Message | None
    effects: Effects


def take_back(talk: Talk, heard: ActionReturned) -> Back:
    """Say what the action says and do what its events ask; where to go on is the step's affair."""
    wait = talk.wait
    assert wait is not None
    assert wait.action is not None
    talk.record(ActionFinished(call_id=heard.call_id, action=wait.action, seconds=heard.seconds))
    talk.wait = None
    said = messages_of(talk, heard.responses)  # as rasa does: worded with the slots from before its events
    question = said.pop() if wait.topic == "ask" and said else None
    for one in said:
        say(talk, one)
    return Back(wait, question, apply_events(talk, heard.events))


def go_on(talk: Talk, step: Action, back: Back) -> Place:
    """The step's next, after the action that this one named as the next, if it did."""
    wait, effects = back.wait, back.effects
    if step.final:
        talk.history.clear()
    if effects.followup is None or wait.followed >= MAX_FOLLOW_UPS:
        return talk.next_of(step)
    if effects.followup.startswith("utter_"):
        say(talk, response(talk, effects.followup))
    elif effects.followup in talk.program.flow_set.actions:
        request(
            talk, effects.followup, topic="followup", timeout_seconds=step.timeout_seconds, followed=wait.followed + 1
        )
        return None
    return talk.next_of(step)


def broke(talk: Talk, code: str, seconds: float) -> Place:
    """Try again as often as the step allows, then take its way for errors."""
    wait, step = talk.wait, talk.step
    assert wait is not None
    assert wait.action is not None
    assert wait.call_id is not None
    talk.record(ActionFailed(call_id=wait.call_id, action=wait.action, code=code, seconds=seconds))
    if isinstance(step, Action) and wait.attempt <= step.retries and code != "not_found":
        talk.change_wait(attempt=wait.attempt + 1)
        _call(talk, step.timeout_seconds)
        return None
    talk.wait = None
    if isinstance(step, Action) and step.final:
        talk.history.clear()  # it may have been done all the same
    if isinstance(step, Action) and step.on_error is not None:
        return step.on_error
    say_wording(talk, "action_error")
    return to_a_person(talk, "action_error", "failed")
