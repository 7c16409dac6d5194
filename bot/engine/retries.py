"""What happens when an answer does not fit, or none comes: the n-th text at the n-th try, then the way out."""

from datetime import datetime

import msgspec

from bot.engine.asides import go_on, is_aside
from bot.engine.asking import ask_again
from bot.engine.flow import END, Collect, Menu, Retry, Text
from bot.engine.moving import stand_again
from bot.engine.patterns import CANNOT_HANDLE, HUMAN_HANDOFF, USER_SILENCE
from bot.engine.speech import Message, message, response, say, say_wording
from bot.engine.talk import Because, Outcome, Place, Talk
from bot.events import InputRejected

VOICE_SILENCE_SECONDS = 7.0


def retry_of(talk: Talk) -> Retry:
    """How the question now asked treats bad answers. What is asked on top of a step's question has not its rules."""
    step, wait = talk.step, talk.wait
    is_own = wait is not None and wait.kind not in ("offer", "language")
    return step.retry if is_own and isinstance(step, Menu | Collect) else Retry()


def times_out_at(talk: Talk, retry: Retry) -> datetime | None:
    """When silence counts as no input: as the step says, else the settings; on the telephone after a few seconds.

    Never while we are the only ones who speak.
    """
    if talk.unanswered:
        return None
    duration = retry.timeout or talk.program.flow_set.settings.timeout
    if duration is not None:
        return talk.after(duration.on(talk.channel))
    return talk.after(VOICE_SILENCE_SECONDS if talk.channel == "voice" else None)


def not_understood(talk: Talk, reason: str = "no_match", said: Message | None = None) -> Place:
    """The answer was none. `said` explains why, unless the step has a text of its own for this try.

    Why the author refuses an answer that was understood is always said.
    """
    assert talk.wait is not None
    wait = talk.change_wait(no_match=talk.wait.no_match + 1, times_out_at=times_out_at(talk, retry_of(talk)))
    if said is None and CANNOT_HANDLE not in talk.program.flow_set.flows:
        said = response(talk, f"utter_switchboard_no_match{'_options' if wait.offered else ''}")
    own = () if reason == "rejected" else retry_of(talk).no_match
    return _once_more(talk, reason, own, wait.no_match, said or CANNOT_HANDLE)


def silent(talk: Talk) -> Place:
    """Nothing came in time."""
    assert talk.wait is not None
    wait = talk.change_wait(no_input=talk.wait.no_input + 1, times_out_at=times_out_at(talk, retry_of(talk)))
    return _once_more(talk, "no_input", retry_of(talk).no_input, wait.no_input, USER_SILENCE)


def _once_more(talk: Talk, reason: str, own: tuple[Text, ...], number: int, otherwise: Message | str) -> Place:
    """Say the step's own text of this number, or `otherwise` (a message, or a pattern to play), and ask again."""
    assert talk.wait is not None
    tries = talk.wait.no_match + talk.wait.no_input
    flow, step = talk.where
    talk.record(InputRejected(flow=flow, step=step, reason=reason, tries=tries))
    last = tries >= _most_tries(talk)
    if own and (not last or 1 < number <= len(own)):
        say(talk, message(talk, own[min(number, len(own)) - 1]))
    if last:
        if reason == "rejected" and isinstance(otherwise, Message):
            say(talk, otherwise)
        return give_up(talk)
    if not own and isinstance(otherwise, str):
        return play_pattern(talk, otherwise)
    if not own and isinstance(otherwise, Message):
        say(talk, otherwise)
    ask_again(talk)
    return None


def _most_tries(talk: Talk) -> int:
    wanted = retry_of(talk).tries
    return max(1, talk.program.flow_set.settings.tries if wanted is None else wanted)


def play_pattern(talk: Talk, pattern: str) -> Place:
    """Put a pattern above the question, which is asked again after it just as it was."""
    if any(frame.flow == pattern for frame in talk.stack):
        ask_again(talk)  # a pattern is not interrupted by itself
        return None
    if talk.stack:
        talk.stack[-1] = msgspec.structs.replace(talk.stack[-1], interrupted=talk.wait)
    talk.wait = None
    return talk.begin(pattern, "pattern")


def give_up(talk: Talk) -> Place:
    """The question failed: where its `on_fail` leads, else the settings', else to a person.

    Where it was about another matter, on with what was put aside for it.
    """
    wait, step, own = talk.wait, talk.step, retry_of(talk).on_fail
    assert wait is not None
    if is_aside(wait):
        return go_on(talk)
    talk.wait = None
    if wait.kind == "language" or wait.topic == "forget":  # unanswered, all stays as it is
        return talk.next_of(step) if step is not None and wait.topic == "step" else stand_again(talk)
    if own is not None:
        return own
    if wait.topic == "unavailable" or _nobody_came(talk):
        say_wording(talk, "conversation_ended")
        talk.leave_all("failed")
        return END
    flow = talk.program.flow_set.settings.on_fail
    if flow is not None and flow in talk.program.flows and all(frame.flow != flow for frame in talk.stack):
        talk.leave_all("failed")
        return talk.begin(flow, "pattern", "failed_question")
    return to_a_person(talk, "failed_question", "failed")


def _nobody_came(talk: Talk) -> bool:
    """Whether this very question is what became of a wish for a person: asking for one again would never end."""
    return talk.last_handoff is not None and any(frame.because is not None for frame in talk.stack)


def to_a_person(talk: Talk, because: Because, outcome: Outcome) -> Place:
    """Everything else ends; the conversation goes to people."""
    talk.leave_all(outcome)
    talk.wait = None
    return talk.begin(HUMAN_HANDOFF, "pattern", because)
