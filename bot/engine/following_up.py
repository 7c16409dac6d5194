"""Follow-ups: what the bot says to a customer later and unasked, and customers who want none of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from bot.content import Json
from bot.engine.asking import ask_again
from bot.engine.conversation import Conversation
from bot.engine.ending import close, expire
from bot.engine.flow import FollowUp
from bot.engine.inputs import FollowUpDue
from bot.engine.moments import moment_of
from bot.engine.patterns import COMPLETED
from bot.engine.program import Program
from bot.engine.speech import resolved, say_wording
from bot.engine.starting import fitting_slots
from bot.engine.talk import Place, Talk
from bot.events import ConversationOpened, FollowUpBooked, OptedIn, OptedOut

ENTRY = "follow_up"  # what such a conversation began with
QUIET = timedelta(minutes=10)  # who says nothing for so long and is in the middle of nothing may be spoken to


# Booking


def run_follow_up(talk: Talk, step: FollowUp) -> Place:
    """Book it with what is known now. A moment that is no moment, or has passed, books nothing."""
    due_at = _due_at(talk, step)
    if due_at is not None:
        talk.calls += 1
        talk.record(
            FollowUpBooked(
                follow_up=f"{talk.id}.f{talk.calls}",
                flow=step.flow,
                due_at=due_at.isoformat(),
                condition=step.condition,
                slots=_told(talk.program, talk.slots),
            )
        )
    return talk.next_of(step)


def _due_at(talk: Talk, step: FollowUp) -> datetime | None:
    if step.after is not None:
        return talk.after(step.after.on(talk.channel))
    moment = moment_of(str(resolved(talk, step.at or "") or ""), talk.local_now)
    return moment if moment is not None and moment > talk.now else None


# When its time has come


def is_wanted(
    program: Program,
    booked_in: Conversation,
    condition: str | None,
    slots: Mapping[str, Json],
    now: datetime,
    is_open: Callable[[str], bool],
) -> bool:
    """Whether the condition holds now, with these slots."""
    if condition is None:
        return True
    talk = Talk(program, msgspec.structs.replace(booked_in, slots={**program.initial_slots, **slots}), now, is_open)
    return program.condition(condition).holds(talk.namespace)


def slots_now(program: Program, booked: Mapping[str, Json], booked_in: Conversation) -> dict[str, Json]:
    """What the follow-up knows: the slots as they were when it was booked, and what that conversation learned since."""
    return {**booked, **_told(program, booked_in.slots)}


def _told(program: Program, slots: Mapping[str, Json]) -> dict[str, Json]:
    """What is filled, secrets left out."""
    return {slot: value for slot, value in slots.items() if value is not None and slot not in program.secret_slots}


def makes_way(program: Program, conversation: Conversation, now: datetime) -> bool:
    """Whether an open conversation is in the middle of nothing and quiet, so that it may end for a follow-up."""
    if conversation.handoff is not None or conversation.wait is None or now < conversation.heard_at + QUIET:
        return False
    running = [frame.flow for frame in conversation.stack]
    if conversation.wait.topic == "ended" or running[-1:] == [COMPLETED]:
        return True
    return set(running) == {program.flow_set.start} and conversation.wait.kind == "menu"


def open_with(talk: Talk, due: FollowUpDue) -> Place:
    """The first turn of a conversation in which we speak first."""
    talk.heard_at = talk.now
    talk.unanswered = True
    talk.record(
        ConversationOpened(
            channel=talk.channel,
            language=talk.language,
            revision=talk.before.revision,
            flow=due.flow,
            entry=ENTRY,
        )
    )
    say_wording(talk, "follow_up_notice")
    place = talk.begin(due.flow, "follow_up")
    for slot, value in fitting_slots(talk, due.slots).items():
        talk.fill(slot, value)
    return place


def hear_due(talk: Talk) -> Place:
    """A conversation that is open makes way for the one that is due."""
    return expire(talk) if makes_way(talk.program, talk.before, talk.now) else None


# Who wants none


def opt_out(talk: Talk) -> Place:
    """No follow-ups any more, and on with what was going on; what we began ourselves ends."""
    talk.record(OptedOut())
    say_wording(talk, "opted_out")
    return _go_on(talk)


def opt_in(talk: Talk) -> Place:
    """Follow-ups again."""
    talk.record(OptedIn())
    say_wording(talk, "opted_in")
    return _go_on(talk)


def _go_on(talk: Talk) -> Place:
    if talk.stack and not talk.before.unanswered:
        ask_again(talk)
    else:
        talk.leave_all("cancelled")
        close(talk, "customer")
    return None
