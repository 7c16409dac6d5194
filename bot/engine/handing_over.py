"""From the bot to people and back: asking for somebody, who has the customer, and where the flow goes on."""

import msgspec

from bot.content import RichText
from bot.engine.asking import ask, reach
from bot.engine.conversation import OpenHandoff
from bot.engine.flow import END, Handoff
from bot.engine.formats import coming_moment
from bot.engine.inputs import AgentJoined, AgentLeft, HandoffDone, HandoffUnavailable
from bot.engine.languages import ask_for_language, switch
from bot.engine.moving import go_home
from bot.engine.program import spoken
from bot.engine.sharing import shared
from bot.engine.speech import Message, say, say_wording, wording, words
from bot.engine.talk import Place, Talk
from bot.engine.text import joined, plain
from bot.engine.waiting import (
    CALL_BACK,
    KEEP_WAITING,
    MENU,
    abandon,
    choose,
    leave,
    offer_ways_out,
    offered,
    wait_for_people,
)
from bot.events import HandoffClosed, HandoffRefused, HandoffReleased, HandoffRequested, HandoffTaken

MAX_REFUSALS = 5  # steps that ask again and again while nobody is there must end with a question to the customer
STAY, LEAVE = "stay", "leave"
WAYS_OUT = ("cancel", "menu")  # what a waiting customer may also say in words
BY_CUSTOMER = "customer"


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
    wait_for_people(talk)
    return None


def is_about(talk: Talk, handoff: str) -> bool:
    """Whether the desk speaks of the hand-off that is open; anything else came too late."""
    return talk.handoff is not None and talk.handoff.handoff == handoff


# What the desk says


def unavailable(talk: Talk, heard: HandoffUnavailable) -> Place:
    """Nobody can take it: the step's own way, else the honest truth and a choice. No way is gone twice at once."""
    assert talk.handoff is not None
    step = talk.step
    refused = talk.handoff
    talk.record(
        HandoffRefused(handoff=refused.handoff, queue=refused.queue, reason=heard.reason, opens_at=heard.opens_at)
    )
    talk.handoff, talk.wait, talk.last_handoff = None, None, refused.handoff
    talk.opens_at, talk.resumed_at = heard.opens_at, talk.now
    here = "/".join(talk.where)
    goes_round = here in talk.refused and refused.since == talk.now
    talk.refused = (*talk.refused, here)
    closure = plain(spoken(heard.closure, talk.language, talk.program.languages))
    if isinstance(step, Handoff) and not goes_round and len(talk.refused) <= MAX_REFUSALS:
        way = step.on_closed if heard.reason == "closed" else step.on_no_agent
        if way is not None:
            say(talk, Message(text=closure))
            return way
    choices = (offered(talk, CALL_BACK, "call_me_back"), offered(talk, MENU, "back_to_menu"))
    why = _why_not(talk, heard)
    ask(talk, "offer", Message(text=joined(closure, why)), choices, topic="unavailable")
    talk.change_wait(draft=refused.queue)
    return None


def _why_not(talk: Talk, heard: HandoffUnavailable) -> RichText:
    if heard.reason != "closed":
        return wording(talk, "handoff_no_agent")
    opens = coming_moment(heard.opens_at, talk.now, talk.language)
    return wording(talk, "handoff_closed_opens", opens=opens) if opens else wording(talk, "handoff_closed")


def taken(talk: Talk, heard: AgentJoined) -> Place:
    """Somebody is there: a question about the queue needs no answer any more."""
    before = talk.handoff
    assert before is not None
    if before.agent == heard.agent:
        return None
    talk.handoff = msgspec.structs.replace(before, agent=heard.agent, agent_name=heard.agent_name, back=None)
    event = HandoffTaken(
        handoff=heard.handoff, agent=heard.agent, agent_name=heard.agent_name, how=heard.how, by=heard.by
    )
    talk.record(event)
    wait_for_people(talk)
    goes_on = before.agent is not None or before.back is not None
    say_wording(talk, "agent_takes_over" if goes_on else "agent_joined", agent=heard.agent_name)
    return None


def left(talk: Talk, heard: AgentLeft) -> Place:
    """Given back or passed on: the customer waits again, and is told so with the place or the name that comes next."""
    before = talk.handoff
    assert before is not None
    if before.agent is not None:
        wait_for_people(talk)
        if heard.why != "transferred":
            event = HandoffReleased(handoff=heard.handoff, agent=before.agent, why=heard.why, by=heard.by)
            talk.record(event)
    talk.handoff = msgspec.structs.replace(
        before,
        queue=heard.queue,
        agent=None,
        agent_name=None,
        position=None,
        told_until=None,
        back="transferred" if heard.why == "transferred" else "released",
    )
    return None


def done(talk: Talk, heard: HandoffDone) -> Place:
    """People are finished; the flow goes on."""
    assert talk.handoff is not None
    served_by = talk.handoff.agent
    _close(talk, heard.disposition, heard.by)
    talk.served_by = served_by
    return _go_on(talk)


def _close(talk: Talk, disposition: str | None, by: str | None) -> None:
    """Nobody has the customer any more; `back` does not lead to before."""
    assert talk.handoff is not None
    ended = talk.handoff
    event = HandoffClosed(handoff=ended.handoff, agent=ended.agent or "", disposition=disposition, by=by)
    talk.record(event)
    talk.served_by, talk.served_queue = ended.answered_by, ended.queue
    talk.handoff, talk.last_handoff, talk.wait = None, None, None
    talk.resumed_at = talk.now
    talk.history.clear()


def _go_on(talk: Talk) -> Place:
    """Where the flow goes on after people."""
    step = talk.step
    say_wording(talk, "agent_left")
    return talk.next_of(step) if isinstance(step, Handoff) else END


# What a customer says


def hear_command(talk: Talk, name: str, argument: str) -> Place:
    """Another language, or away from the people, not without a question; other commands mean nothing there.

    A link that says `start` by itself disturbs nobody who talks to a person.
    """
    assert talk.handoff is not None
    if name == "language":
        return change_language(talk, argument.strip())
    if talk.handoff.agent is not None:
        return ask_whether_to_leave(talk, name) if name in WAYS_OUT else None
    if name == CALL_BACK:
        return choose(talk, name)
    return offer_ways_out(talk) if name in (*WAYS_OUT, "start", "help") else None


def change_language(talk: Talk, language: str) -> Place:
    """Ask which, unless one is named; then they go on waiting, or talking to the person."""
    if talk.program.speaks(language) is None:
        if len(talk.program.languages) > 1:
            ask_for_language(talk)
        return None
    if switch(talk, language):
        say_wording(talk, "language_changed")
    return_to_people(talk)
    return None


def ask_whether_to_leave(talk: Talk, command: str) -> Place:
    """Nobody leaves a person by mistake."""
    assert talk.handoff is not None
    choices = (offered(talk, STAY, "stay_with_agent"), offered(talk, LEAVE, "leave_agent"))
    text = wording(talk, "leave_agent_ask", agent=talk.handoff.agent_name)
    ask(talk, "offer", Message(text=text), choices, topic="leave")
    talk.change_wait(draft=command)
    return None


def choose_to_leave(talk: Talk, value: str) -> Place:
    """Who leaves before a person wrote was not served; who leaves after that was, and goes on with the flow."""
    assert talk.handoff is not None
    assert talk.wait is not None
    to_menu = talk.wait.draft == "menu"
    if value == STAY:
        wait_for_people(talk)
        return None
    if talk.handoff.answered_by is None:
        return choose(talk, MENU) if to_menu else leave(talk)
    _close(talk, None, BY_CUSTOMER)
    place = _go_on(talk)
    return go_home(talk) if to_menu else place


def leave_people(talk: Talk) -> None:
    """The customer leaves people and us: nothing is said."""
    if talk.handoff is not None and talk.handoff.agent is not None and talk.handoff.answered_by is not None:
        _close(talk, None, BY_CUSTOMER)
    else:
        abandon(talk, "cancelled")


def return_to_people(talk: Talk) -> None:
    """To whom they waited for or talked to, after another question."""
    wait_for_people(talk)
    if talk.handoff is not None and talk.handoff.agent is None:
        choose(talk, KEEP_WAITING)
