"""What is asked about another matter: what was going on is put aside, and goes on afterwards just as it was."""

from datetime import datetime

import msgspec

from bot.engine.asking import ask_again, prefix
from bot.engine.conversation import Wait
from bot.engine.flow import END
from bot.engine.talk import Place, Talk


def put_aside(talk: Talk, before: Wait | None) -> None:
    """What is asked now stands before `before`, until `go_on`. One such matter takes the place of another."""
    if before is not None and is_aside(before):
        before = before.interrupted
    talk.change_wait(interrupted=before)


def is_aside(wait: Wait) -> bool:
    """Whether it asks about something else than the flows do."""
    return wait.topic == "reply" or wait.interrupted is not None


def go_on(talk: Talk) -> Place:
    """Back to what was put aside. Where nothing was, it is the end."""
    assert talk.wait is not None
    talk.wait = _put_aside_by(talk.wait, talk.now)
    if talk.wait is None:
        return END
    ask_again(talk)
    return None


def _put_aside_by(aside: Wait, now: datetime) -> Wait | None:
    """What was put aside; its time stood still."""
    before = aside.interrupted
    if before is None or before.times_out_at is None:
        return before
    return msgspec.structs.replace(before, times_out_at=before.times_out_at + (now - aside.since))


def take_up(talk: Talk, token: str) -> None:
    """A button of the question that was put aside: that is asked again from now on."""
    before = _put_aside_by(talk.wait, talk.now) if talk.wait is not None else None
    if before is not None and token.startswith(prefix(talk, before)):
        talk.wait = before
