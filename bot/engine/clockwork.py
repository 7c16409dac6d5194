"""Time in a conversation: when it must be woken next, and what has run out by then."""

from datetime import datetime, timedelta

from bot.engine import ending, surveying
from bot.engine.acting import broke, say_slow
from bot.engine.calm_payloads import NamesIntent, read_payload
from bot.engine.hearing import hear_intent
from bot.engine.retries import silent
from bot.engine.talk import Place, Talk


def due_at(talk: Talk) -> datetime | None:
    """The next moment at which time itself changes something; none with people, or after the end."""
    if talk.closed or talk.handoff is not None:
        return None
    moments = [expires_at(talk)]
    if talk.wait is not None:
        moments += [talk.wait.times_out_at, talk.wait.slow_at]
    if _can_be_reminded(talk):
        moments += [reminder.at for reminder in talk.reminders]
    return min((moment for moment in moments if moment is not None), default=None)


def expires_at(talk: Talk) -> datetime | None:
    """When the silence has lasted too long for the flow that runs."""
    flow = talk.flow_of(talk.stack[-1]) if talk.stack else None
    duration = flow.expires if flow is not None and flow.expires is not None else talk.program.flow_set.settings.expires
    seconds = duration.on(talk.channel)
    return (
        None if seconds is None else max(talk.heard_at, talk.resumed_at or talk.heard_at) + timedelta(seconds=seconds)
    )


def hear_time(talk: Talk) -> Place:
    """What has run out, the gravest first. Too early is no harm."""
    wait, now = talk.wait, talk.now
    if talk.handoff is not None or wait is None:
        return None
    expiry = expires_at(talk)
    if expiry is not None and expiry <= now:
        return ending.expire(talk)
    if wait.times_out_at is not None and wait.times_out_at <= now:
        return _time_out(talk)
    if wait.slow_at is not None and wait.slow_at <= now:
        say_slow(talk)
        return None
    return _remind(talk)


def _time_out(talk: Talk) -> Place:
    wait = talk.wait
    assert wait is not None
    match wait.kind:
        case "action":
            return broke(talk, "timeout", (talk.now - wait.since).total_seconds())
        case "survey":
            return surveying.go_on(talk)
    return silent(talk)


def _can_be_reminded(talk: Talk) -> bool:
    return talk.wait is not None and talk.wait.kind not in ("action", "handoff") and not talk.paused


def _remind(talk: Talk) -> Place:
    """Play the intent of the reminder that is due."""
    due = [reminder for reminder in talk.reminders if reminder.at <= talk.now]
    if not due or not _can_be_reminded(talk):
        return None
    talk.reminders = tuple(reminder for reminder in talk.reminders if reminder != due[0])
    read = read_payload(due[0].payload)
    if not isinstance(read, NamesIntent) or read.intent not in talk.program.intents:
        return None
    return hear_intent(talk, read.intent, read.entities)
