"""What customers are told while they wait for a person, and what they may choose meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from bot.content import RichText
from bot.engine.asking import ask, show
from bot.engine.calling_back import ask_for_phone
from bot.engine.conversation import Offered, Wait
from bot.engine.formats import wait_in_words
from bot.engine.inputs import QueueJoined
from bot.engine.moving import cancel, go_home
from bot.engine.speech import Message, say, say_wording, wording
from bot.engine.talk import Place, Talk
from bot.engine.text import joined
from bot.events import HandoffAbandoned, HandoffQueued, WaitTold

KEEP_WAITING, CALL_BACK, MENU, LEAVE = "wait", "callback", "menu", "leave"


def wait_for_people(talk: Talk) -> None:
    """Rest until the desk speaks; nothing can be chosen."""
    talk.wait = Wait(number=talk.next_wait(), kind="handoff", since=talk.now)


def offered(talk: Talk, value: str, name: str) -> Offered:
    """A choice by the name of its wording."""
    return Offered(label=wording(talk, name).text, value=value)


def ways_out(talk: Talk) -> tuple[Offered, ...]:
    """What a customer can do but wait."""
    return (
        offered(talk, CALL_BACK, "call_me_back"),
        offered(talk, MENU, "back_to_menu"),
        offered(talk, LEAVE, "leave_queue"),
    )


# What the desk says


def joined_queue(talk: Talk, heard: QueueJoined) -> Place:
    """Tell the customer that they wait, where they stand and how long it takes; later only what has changed."""
    waits = talk.handoff
    assert waits is not None
    before = waits.position
    if waits.agent is not None or (before == heard.position and not heard.longer):
        return None
    parts = (*_where(talk, before, heard.position), *_how_long(talk, heard))
    if before is None:
        parts = (wording(talk, BEGINNINGS[waits.back]), *parts)
        talk.record(HandoffQueued(handoff=heard.handoff, queue=waits.queue, position=heard.position))
    told_until = None if heard.longer else waits.told_until
    if heard.to_minutes is not None:
        told_until = talk.now + timedelta(minutes=heard.to_minutes)
    talk.handoff = msgspec.structs.replace(
        waits,
        position=heard.position,
        placed_at=talk.now if before != heard.position else waits.placed_at,
        told_until=told_until,
        back=None,
    )
    told = WaitTold(
        handoff=heard.handoff,
        position=heard.position,
        from_minutes=heard.from_minutes,
        to_minutes=heard.to_minutes,
    )
    talk.record(told)
    _tell(talk, joined(*parts), entered=before is None)
    return None


BEGINNINGS: dict[Literal["released", "transferred"] | None, str] = {
    None: "queue_joined",
    "released": "agent_released",
    "transferred": "agent_transferred",
}


def _where(talk: Talk, before: int | None, now: int) -> Iterator[RichText]:
    if before == now:
        return
    if before is not None and now > before:
        yield wording(talk, "queue_further_back", position=now)
    else:
        yield wording(talk, "queue_next") if now == 1 else wording(talk, "queue_position", position=now)


def _how_long(talk: Talk, heard: QueueJoined) -> Iterator[RichText]:
    if heard.from_minutes is not None and heard.to_minutes is not None:
        wait = wait_in_words(heard.from_minutes, heard.to_minutes, talk.language)
        yield wording(talk, "queue_longer" if heard.longer else "queue_wait", wait=wait)
    elif heard.longer:
        yield wording(talk, "queue_longer_unknown")


def _tell(talk: Talk, text: RichText, *, entered: bool) -> None:
    """With the choices below the newest message, unless something is being asked that waits for its answer.

    Who was asked what to do and did nothing waits on.
    """
    wait, waits = talk.wait, talk.handoff
    assert wait is not None
    assert waits is not None
    if wait.kind != "handoff" and (wait.topic != "queue" or waits.asked):
        say(talk, Message(text=text))
        return
    if entered or wait.kind != "handoff" or not wait.offered:
        wait_for_people(talk)
        talk.change_wait(offered=ways_out(talk))
    talk.change_wait(asked=text)
    show(talk, Message(text=text))


def ask_whether_there(talk: Talk) -> None:
    """Who has been silent for long may have gone."""
    assert talk.handoff is not None
    talk.handoff = msgspec.structs.replace(talk.handoff, asked=True)
    _ask_what_to_do(talk, "queue_still_there")


# What the customer says


def offer_ways_out(talk: Talk) -> Place:
    """Leave the queue? Not without a question."""
    _ask_what_to_do(talk, "queue_cancel_offer")
    return None


def _ask_what_to_do(talk: Talk, name: str) -> None:
    choices = (offered(talk, KEEP_WAITING, "keep_waiting"), *ways_out(talk))
    ask(talk, "offer", Message(text=wording(talk, name)), choices, topic="queue")


def choose(talk: Talk, value: str) -> Place:
    """One of the choices while waiting, or when nobody could come."""
    assert talk.wait is not None
    match value:
        case "callback":
            _ask_for_phone(talk)
            return None
        case "leave":
            return leave(talk)
        case "wait" if talk.handoff is not None:
            wait_for_people(talk)
            _tell(talk, wording(talk, "queue_kept"), entered=False)
            return None
    abandon(talk, "cancelled")
    return go_home(talk)


def _ask_for_phone(talk: Talk) -> None:
    assert talk.wait is not None
    if talk.handoff is None:
        ask_for_phone(talk, str(talk.wait.draft or ""))
    else:
        ask_for_phone(talk, talk.handoff.queue, (offered(talk, KEEP_WAITING, "keep_waiting"),))


def leave(talk: Talk) -> Place:
    """Away from people, to where the flow came from."""
    abandon(talk, "cancelled")
    if talk.stack and talk.stack[-1].flow != talk.program.flow_set.start:
        return cancel(talk)
    say_wording(talk, "cancelled")
    return go_home(talk)


def abandon(talk: Talk, reason: Literal["cancelled", "silent", "blocked", "restarted", "callback"]) -> None:
    """The customer leaves the queue, if they are in one."""
    if talk.handoff is None:
        return
    talk.record(HandoffAbandoned(handoff=talk.handoff.handoff, reason=reason))
    talk.last_handoff = talk.handoff.handoff
    talk.handoff = None
