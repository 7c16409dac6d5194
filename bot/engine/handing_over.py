"""From the bot to people and back: asking for somebody, waiting in the queue, and where the flow goes on."""

from datetime import datetime
from typing import Literal

import msgspec

from bot.content import RichText
from bot.engine.asking import ask, reach
from bot.engine.calling_back import ask_for_phone
from bot.engine.conversation import Offered, OpenHandoff, Wait
from bot.engine.flow import END, Handoff
from bot.engine.formats import clock, long_moment
from bot.engine.inputs import AgentJoined, AgentLeft, HandoffDone, HandoffUnavailable, QueueJoined
from bot.engine.moving import go_home
from bot.engine.sharing import shared
from bot.engine.speech import Message, say, say_wording, wording, words
from bot.engine.talk import Place, Talk
from bot.engine.text import joined
from bot.events import (
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffRequested,
    HandoffTaken,
)

MAX_REFUSALS = 5  # a step that asks again whenever nobody is there must end with a question to the customer
KEEP_WAITING, CALL_BACK, MENU = "wait", "callback", "menu"


def run_handoff(talk: Talk, step: Handoff) -> Place:
    """Ask for a person and rest. An empty queue is the desk's default one."""
    reach(talk, "handoff")
    talk.handoffs += 1
    handoff = f"{talk.id}.h{talk.handoffs}"
    queue = step.queue or talk.program.flow_set.settings.queue or ""
    flow, here = talk.where
    talk.record(
        HandoffRequested(
            handoff=handoff,
            queue=queue,
            flow=flow,
            step=here,
            reason=talk.stack[-1].because or "step",
            calendar=step.hours,
            note=words(talk, step.note).text if step.note else "",
            collected=shared(talk, step.share),
            priority=step.priority,
            skills=step.skills,
            max_wait_seconds=step.max_wait.on(talk.channel) if step.max_wait else None,
        )
    )
    talk.handoff = OpenHandoff(handoff=handoff, queue=queue, since=talk.now)
    _wait_for_people(talk)
    return None


def _wait_for_people(talk: Talk) -> None:
    talk.wait = Wait(number=talk.next_wait(), kind="handoff", since=talk.now)


def is_about(talk: Talk, handoff: str) -> bool:
    """Whether the desk speaks of the hand-off that is open; anything else came too late."""
    return talk.handoff is not None and talk.handoff.handoff == handoff


# What the desk says


def joined_queue(talk: Talk, heard: QueueJoined) -> Place:
    """Tell the customer that they wait, and where they stand; later only a place that changed."""
    assert talk.handoff is not None
    before = talk.handoff.position
    if before == heard.position:
        return None
    talk.handoff = msgspec.structs.replace(talk.handoff, position=heard.position)
    talk.record(HandoffQueued(handoff=heard.handoff, queue=talk.handoff.queue, position=heard.position))
    place = wording(talk, "queue_position", position=heard.position)
    say(talk, Message(text=place if before is not None else joined(wording(talk, "queue_joined"), place)))
    return None


def unavailable(talk: Talk, heard: HandoffUnavailable) -> Place:
    """Nobody can take it: the step's own way, else the honest truth and a choice."""
    assert talk.handoff is not None
    step = talk.step
    refused = talk.handoff
    talk.record(
        HandoffRefused(handoff=refused.handoff, queue=refused.queue, reason=heard.reason, opens_at=heard.opens_at)
    )
    talk.handoff, talk.wait, talk.last_handoff = None, None, refused.handoff
    talk.refusals += 1
    if isinstance(step, Handoff) and talk.refusals <= MAX_REFUSALS:
        way = step.on_closed if heard.reason == "closed" else step.on_no_agent
        if way is not None:
            return way
    choices = (_offered(talk, CALL_BACK, "call_me_back"), _offered(talk, MENU, "back_to_menu"))
    ask(talk, "offer", Message(text=_why_not(talk, heard)), choices, topic="unavailable")
    talk.change_wait(draft=refused.queue)
    return None


def _why_not(talk: Talk, heard: HandoffUnavailable) -> RichText:
    if heard.reason != "closed":
        return wording(talk, "handoff_no_agent")
    opens = _opening(talk, heard.opens_at)
    return wording(talk, "handoff_closed_opens", opens=opens) if opens else wording(talk, "handoff_closed")


def _opening(talk: Talk, opens_at: str | None) -> str | None:
    """`Monday, 21 March, 09:00` in the customer's language."""
    try:
        at = datetime.fromisoformat(opens_at or "")
    except ValueError:
        return None
    today = at.date() == talk.now.astimezone(at.tzinfo).date()
    return clock(at.time(), talk.language) if today else long_moment(at, talk.language)


def _offered(talk: Talk, value: str, name: str) -> Offered:
    return Offered(label=wording(talk, name).text, value=value)


def taken(talk: Talk, heard: AgentJoined) -> Place:
    """Somebody is there: a question about the queue needs no answer any more."""
    assert talk.handoff is not None
    if talk.handoff.agent == heard.agent:
        return None
    talk.handoff = msgspec.structs.replace(talk.handoff, agent=heard.agent, agent_name=heard.agent_name)
    event = HandoffTaken(
        handoff=heard.handoff, agent=heard.agent, agent_name=heard.agent_name, how=heard.how, by=heard.by
    )
    talk.record(event)
    if talk.wait is None or talk.wait.kind != "handoff":
        _wait_for_people(talk)
    say_wording(talk, "agent_joined", agent=heard.agent_name)
    return None


def left(talk: Talk, heard: AgentLeft) -> Place:
    """Released or passed on: the customer waits again. Who had waited all the time is told nothing of it."""
    assert talk.handoff is not None
    agent = talk.handoff.agent
    if agent is not None and heard.why != "transferred":
        talk.record(HandoffReleased(handoff=heard.handoff, agent=agent, why=heard.why, by=heard.by))
    talk.handoff = msgspec.structs.replace(talk.handoff, queue=heard.queue, agent=None, agent_name=None, position=None)
    if agent is not None:
        say_wording(talk, "agent_transferred")
    return None


def done(talk: Talk, heard: HandoffDone) -> Place:
    """People are finished; the flow goes on, and `back` does not lead to before."""
    assert talk.handoff is not None
    ended, step = talk.handoff, talk.step
    agent, disposition = ended.agent or "", heard.disposition
    talk.record(HandoffClosed(handoff=ended.handoff, agent=agent, disposition=disposition, by=heard.by))
    talk.served_by, talk.served_queue = ended.agent, ended.queue
    talk.handoff, talk.last_handoff, talk.wait = None, None, None
    talk.history.clear()
    say_wording(talk, "agent_left")
    return talk.next_of(step) if isinstance(step, Handoff) else END


# What the customer says in the queue


def offer_ways_out(talk: Talk) -> Place:
    """Leave the queue? Not without a question."""
    choices = (
        _offered(talk, KEEP_WAITING, "keep_waiting"),
        _offered(talk, CALL_BACK, "call_me_back"),
        _offered(talk, MENU, "back_to_menu"),
    )
    ask(talk, "offer", Message(text=wording(talk, "queue_cancel_offer")), choices, topic="queue")
    return None


def choose_way_out(talk: Talk, value: str) -> Place:
    """What was chosen while waiting, or when nobody could come."""
    assert talk.wait is not None
    if value == CALL_BACK:
        queue = talk.handoff.queue if talk.handoff else str(talk.wait.draft or "")
        ask_for_phone(talk, queue)
        return None
    if value == MENU or talk.handoff is None:
        abandon(talk, "cancelled")
        return go_home(talk)
    _wait_for_people(talk)
    if talk.handoff.position is None:
        say_wording(talk, "queue_joined")
    else:
        say_wording(talk, "queue_position", position=talk.handoff.position)
    return None


def abandon(talk: Talk, reason: Literal["cancelled", "silent", "blocked", "restarted", "callback"]) -> None:
    """The customer leaves the queue, if they are in one."""
    if talk.handoff is None:
        return
    talk.record(HandoffAbandoned(handoff=talk.handoff.handoff, reason=reason))
    talk.last_handoff = talk.handoff.handoff
    talk.handoff = None
