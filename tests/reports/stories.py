"""What happens to one customer, written into the storage in the rows that the service writes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from bot.events import FlowStarted, to_json
from storage import callbacks, conversations, customers, event_log, handoffs, legs, surveys
from storage.conversations import Saved, Started
from storage.customers import Caller
from storage.event_log import Entry
from storage.identifiers import new_id


class Story:
    """One conversation and its own clock: `after` moves it on, everything else happens at its present moment."""

    def __init__(
        self,
        connection: Connection,
        opened_at: datetime,
        address: str,
        *,
        channel: str = "telegram",
        flows: Sequence[str] = ("main_menu",),
        entry: str | None = None,
    ) -> None:
        self.connection = connection
        self.now = opened_at
        self.id = new_id()
        self.handoff = ""
        self._handoffs = 0
        self._surveys = 0
        self._agent = ""
        self._queue = ""
        key = (channel, address)
        self.channel = channel
        self.customer = customers.find_or_make(connection, [Caller(channel=channel, address=address)], opened_at)[
            key
        ].id
        row = Started(
            id=self.id,
            customer_id=self.customer,
            channel=channel,
            address=address,
            revision="r1",
            language="en",
            state="{}",
            opened_at=opened_at,
            heard_at=opened_at,
            flow=flows[0],
            entry=entry,
        )
        conversations.start(connection, [row])
        self._leg("bot")
        self._log(flows)

    def _log(self, flows: Sequence[str]) -> None:
        started = [to_json(FlowStarted(flow=flow, by="start")) for flow in flows]
        entries = [
            Entry(conversation_id=self.id, number=number, at=self.now, kind="flow_started", body=body)
            for number, body in enumerate(started, 1)
        ]
        event_log.append(self.connection, entries)

    def after(self, seconds: float) -> "Story":
        self.now += timedelta(seconds=seconds)
        return self

    def _leg(self, kind: legs.Kind | None, end_reason: str | None = None, agent: str | None = None) -> None:
        with_people = kind in ("queue", "agent")
        change = legs.Change(
            conversation_id=self.id,
            at=self.now,
            end_reason=end_reason,
            kind=kind,
            queue=self._queue if with_people else None,
            agent_id=agent,
            handoff_id=self.handoff if with_people else None,
        )
        legs.change(self.connection, [change])

    # People

    def request(
        self, queue: str, *, promise_seconds: float | None = None, short_seconds: float | None = None
    ) -> "Story":
        """Ask for a person, and hear nothing of it yet."""
        self._handoffs += 1
        self.handoff = f"{self.id}.h{self._handoffs}"
        self._queue = queue
        request = handoffs.Request(
            id=self.handoff,
            conversation_id=self.id,
            customer_id=self.customer,
            channel=self.channel,
            language="en",
            queue=queue,
            flow="person",
            step="ask",
            reason="step",
            requested_at=self.now,
            service_level_seconds=promise_seconds,
            short_abandon_seconds=short_seconds,
        )
        handoffs.request(self.connection, [request])
        return self

    def queue(self, queue: str, *, promise_seconds: float | None = None, short_seconds: float | None = None) -> "Story":
        self.request(queue, promise_seconds=promise_seconds, short_seconds=short_seconds)
        assert handoffs.enqueue(self.connection, self.handoff, self.now)
        self._leg("queue", "queued")
        return self

    def refuse(self, because: str) -> "Story":
        """Nobody can take it; one that was queued goes back to the bot."""
        was_queued = handoffs.get(self.connection, self.handoff).state != "requested"  # type: ignore[union-attr]
        assert handoffs.refuse(self.connection, self.handoff, because, self.now)
        if was_queued:
            self._leg("bot", "refused")
        return self

    def take(self, agent: str) -> "Story":
        assert handoffs.claim(self.connection, self.handoff, agent, self.now)
        self._agent = agent
        self._leg("agent", "taken", agent)
        return self

    def reply(self) -> "Story":
        handoffs.replied(self.connection, self.handoff, self._agent, self.now)
        legs.replied(self.connection, self.id, self._agent, self.now)
        return self

    def release(self) -> "Story":
        assert handoffs.release(self.connection, self.handoff, self._agent, None)
        self._leg("queue", "released")
        return self

    def transfer(self, agent: str) -> "Story":
        assert handoffs.reassign(self.connection, self.handoff, agent, self.now, holder=self._agent)
        self._agent = agent
        self._leg("agent", "transferred", agent)
        return self

    def finish(self, wrap_up_seconds: float | None = None) -> "Story":
        """The agent closes the hand-off, and may have some work with it afterwards."""
        assert handoffs.close(self.connection, self.handoff, self._agent, "solved", None, self.now)
        self._leg("bot", "closed")
        if wrap_up_seconds is not None:
            done_at = self.now + timedelta(seconds=wrap_up_seconds)
            assert handoffs.wrap_up(self.connection, self.handoff, done_at)
        return self

    def leave_queue(self, because: str) -> "Story":
        if because == "callback":
            assert handoffs.call_back(self.connection, self.handoff, self.now)
        else:
            assert handoffs.abandon(self.connection, self.handoff, because, self.now)
        self._leg("bot", "called_back" if because == "callback" else "abandoned")
        return self

    def leave_number(self) -> "Story":
        request = callbacks.Request(
            id=f"{self.handoff}.c",
            conversation_id=self.id,
            customer_id=self.customer,
            handoff_id=self.handoff,
            queue=self._queue,
            phone="+4915112345678",
            requested_at=self.now,
        )
        callbacks.request(self.connection, [request])
        return self

    # The end

    def rate(
        self,
        score: int | None,
        *,
        kind: Literal["csat", "nps"] = "csat",
        after: Literal["handoff", "self_service"] = "handoff",
    ) -> "Story":
        """A survey is sent; without a score it stays unanswered."""
        self._surveys += 1
        sent = surveys.Sent(
            id=f"{self.id}.s{self._surveys}",
            conversation_id=self.id,
            customer_id=self.customer,
            name=kind,
            kind=kind,
            after=after,
            agent_id=self._agent or None,
            queue=self._queue or None,
            flow="person" if after == "handoff" else "main_menu",
            revision="r1",
            channel=self.channel,
            language="en",
            sent_at=self.now,
            expires_at=self.now + timedelta(days=1),
        )
        surveys.send(self.connection, [sent])
        if score is not None:
            assert surveys.answer(self.connection, sent.id, score, self.now)
        return self

    def close(self, *, goal: bool = False) -> "Story":
        self._leg(None, "conversation_closed")
        saved = Saved(
            id=self.id,
            language="en",
            state="{}",
            heard_at=self.now,
            closed_at=self.now,
            close_reason="completed" if goal else "expired",
            goal=goal,
            event_count=1,
        )
        conversations.save(self.connection, [saved])
        return self
