"""A question for several files: each that comes is kept, until there are enough or no more come."""

from typing import Any

from bot.engine.asking import ask, show
from bot.engine.conversation import Offered, Wait
from bot.engine.flow import Collect
from bot.engine.retries import times_out_at
from bot.engine.speech import Message, response
from bot.engine.talk import Talk

DONE = "done"


def ask_for_more(talk: Talk, step: Collect) -> None:
    """Received; another, or done? Said once, not for each file of an album."""
    assert talk.wait is not None
    if talk.wait.offered:
        talk.change_wait(times_out_at=times_out_at(talk, step.retry))
        return
    received = _received(talk)
    talk.change_wait(asked=received.text, offered=_done(talk), times_out_at=times_out_at(talk, step.retry))
    show(talk, received)


def so_far(talk: Talk) -> list[Any]:
    """The files that have come, also while the customer is asked for a language."""
    wait, step = talk.wait, talk.step
    if wait is None or wait.topic == "confirm" or not isinstance(step, Collect) or step.kind != "file":
        return []
    return wait.draft if wait.kind in ("collect", "language") and isinstance(wait.draft, list) else []


def ask_on(talk: Talk, step: Collect, files: list[Any]) -> Wait:
    """The same question as `ask_for_more` leaves behind, asked anew: what has come counts."""
    until = times_out_at(talk, step.retry)
    ask(talk, "collect", _received(talk), _done(talk), expects="file", times_out_at=until)
    return talk.change_wait(draft=files)


def _received(talk: Talk) -> Message:
    return Message(text=response(talk, "utter_switchboard_files_received").text)


def _done(talk: Talk) -> tuple[Offered, ...]:
    return (Offered(label=response(talk, "utter_switchboard_files_done").text.text, value=DONE),)
