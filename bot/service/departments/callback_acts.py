"""What each act of an agent does to a callback, inside its transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from bot.content import Value
from bot.desk.hours import opens_at
from bot.engine.inputs import CallUnanswered
from bot.events import AnyEvent, CallbackClosed, CallbackReleased, CallbackTaken, CallbackTried
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.departments.callback_keeping import TIMER, expect_call, show, watch
from bot.service.desk.reaching import listening
from bot.service.work import Work
from storage import agents, callbacks, desk_timers
from storage.agents import Agent
from storage.callbacks import Callback

Outcome = Literal["reached", "no_answer", "busy", "wrong_number"]
Why = Literal[
    "done",
    "again",  # the same act came before
    "theirs",  # another agent has it in hand
    "over",  # it was brought to its end
    "free",  # nobody has it in hand
    "unknown",  # no such callback, or who acts is no agent
]


class CallbackAnswer(Value, frozen=True, kw_only=True):
    """What became of what an agent wanted.

    `agent_name` is who has it in hand now; `again_at` when it will be tried once more; `failed` when it will not.
    """

    why: Why = "done"
    agent_name: str | None = None
    again_at: datetime | None = None
    failed: bool = False

    @property
    def done(self) -> bool:
        """Whether it is as the agent wanted."""
        return self.why in ("done", "again")


class Acting:
    """An agent and the callback that they act on, as it stands in this transaction."""

    def __init__(self, work: Work, case: Case, callback: Callback, agent: Agent) -> None:
        self.work = work
        self.case = case
        self.callback = callback
        self.agent = agent

    @property
    def is_theirs(self) -> bool:
        """Whether the agent has it in hand."""
        return self.callback.state == "taken" and self.callback.agent_id == self.agent.id

    def refusal(self) -> CallbackAnswer | None:
        """Why this agent may not act on it, if so: it is over, or another has it, who still works here.

        Supervisors may take it over.
        """
        if self.callback.state in ("done", "failed"):
            return CallbackAnswer(why="over")
        if self.callback.state == "open" or self.is_theirs or self.agent.role != "agent":
            return None
        holder = agents.get(self.work.connection, self.callback.agent_id or "")
        return CallbackAnswer(why="theirs", agent_name=holder.name) if holder and holder.active else None

    def change(self, *events: AnyEvent, **changes: Any) -> bool:
        """Let it be so, unless somebody was faster; the agents see it."""
        if not callbacks.change(self.work.connection, self.callback, **changes):
            return False
        self.callback = msgspec.structs.replace(self.callback, **changes)
        record(self.work, self.case, events)
        show(self.work, self.case, self.callback.id)
        return True

    def faster(self) -> CallbackAnswer:
        """What to say when somebody was."""
        now = callbacks.get(self.work.connection, self.callback.id)
        name = agents.name_of(self.work.connection, now.agent_id if now else None)
        return CallbackAnswer(why="theirs", agent_name=name)


Act = Callable[[Acting], CallbackAnswer]


def look_up_and(act: Act, work: Work, callback_id: str, agent_id: str) -> CallbackAnswer:
    """Do the act, if there are such a callback and such an agent."""
    callback = callbacks.get(work.connection, callback_id)
    agent = agents.get(work.connection, agent_id)
    if callback is None or agent is None or not agent.active:
        return CallbackAnswer(why="unknown")
    case = work.case(callback.conversation_id)
    return CallbackAnswer(why="over") if case is None else act(Acting(work, case, callback, agent))


def take(acting: Acting) -> CallbackAnswer:
    """The agent is going to call. Who lost learns who was faster."""
    agent = acting.agent
    if refusal := acting.refusal():
        return refusal
    if acting.is_theirs:
        return CallbackAnswer(agent_name=agent.name)
    event = CallbackTaken(callback=acting.callback.id, agent=agent.id, agent_name=agent.name)
    if not acting.change(event, state="taken", agent_id=agent.id, taken_at=acting.work.now):
        return acting.faster()
    expect_call(acting.work, acting.callback)
    return CallbackAnswer(agent_name=agent.name)


def give_back(acting: Acting) -> CallbackAnswer:
    """Somebody else shall call; it keeps its place."""
    if refusal := acting.refusal():
        return refusal
    callback = acting.callback
    if callback.state == "open":
        return CallbackAnswer(why="free")
    event = CallbackReleased(callback=callback.id, agent=callback.agent_id or acting.agent.id)
    if not acting.change(event, state="open", agent_id=None):
        return acting.faster()
    desk_timers.stop(acting.work.connection, callback.id, [TIMER])
    watch(acting.work, callback)
    return CallbackAnswer()


def end(acting: Acting, *, outcome: Outcome) -> CallbackAnswer:
    """The agent has called. To say so of what nobody has in hand is to take it."""
    if refusal := acting.refusal():
        return refusal
    queue = acting.work.installation.desk.queue_named(acting.callback.queue)
    tries = acting.callback.tries + 1
    if outcome == "reached":
        return _close(acting, outcome, tries, failed=False)
    if outcome == "wrong_number" or tries >= queue.call_tries:
        return _close(acting, outcome, tries, failed=True)
    return _try_later(acting, outcome, tries, queue.call_again_seconds)


def _close(acting: Acting, outcome: Outcome, tries: int, *, failed: bool) -> CallbackAnswer:
    callback, agent, work = acting.callback, acting.agent, acting.work
    events = (
        CallbackTried(callback=callback.id, agent=agent.id, outcome=outcome),
        CallbackClosed(callback=callback.id, agent=agent.id, failed=failed),
    )
    state = "failed" if failed else "done"
    changes = {"agent_id": agent.id, "outcome": outcome, "tries": tries, "closed_at": work.now}
    if not acting.change(*events, state=state, taken_at=callback.taken_at or work.now, **changes):
        return acting.faster()
    desk_timers.stop(work.connection, callback.id, [TIMER])
    listener = listening(work, acting.case) if failed else None
    if listener is not None:
        wrong = outcome == "wrong_number"
        hear(work, listener, CallUnanswered(queue=callback.queue, phone=callback.phone, wrong=wrong))
    return CallbackAnswer(agent_name=agent.name, failed=failed)


def _try_later(acting: Acting, outcome: Outcome, tries: int, after_seconds: float) -> CallbackAnswer:
    """Again after a while, when somebody is there by then."""
    callback, agent, work = acting.callback, acting.agent, acting.work
    desk = work.installation.desk
    at = work.now + timedelta(seconds=after_seconds)
    at = opens_at(desk.calendar_of(desk.queue_named(callback.queue).name), at) or at
    event = CallbackTried(callback=callback.id, agent=agent.id, outcome=outcome, again_at=at.isoformat())
    if not acting.change(event, state="open", agent_id=None, outcome=outcome, tries=tries, due_at=at):
        return acting.faster()
    watch(work, acting.callback)
    return CallbackAnswer(again_at=at.astimezone(work.installation.time_zone))
