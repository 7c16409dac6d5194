"""What the reports are computed from: one fact for each conversation, hand-off, agent's share of one, and rating.

Read-only. Every fact says when it counts (`at`) and where (`channel`, `queues`, `agents`, `flows`), so that all of them
are grouped in the same way. Facts are as small as the measures need: no text that anybody wrote.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from storage.columns import MICROSECOND
from storage.later_tables import DRAFT, FOLLOW_UP
from storage.records import Record
from storage.tables import AgentRow, CallbackRow, ConversationRow, EventRow, HandoffRow, LegRow, SurveyRow

BACK_WITHIN = timedelta(hours=24)  # who comes back so soon was not helped
OVER = ("closed", "abandoned", "called_back", "refused")


class Fact(Record, frozen=True, kw_only=True):
    """Something that is counted: `id` names its row; it counts at this moment and in each of these places."""

    id: str
    at: datetime
    channel: str
    queues: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()


class Contact(Fact, frozen=True, kw_only=True):
    """A conversation, at its opening.

    `had_bot`: the customer spoke with the bot. `agent_legs`: how often an agent had it. `asked`: for a person;
    `queued`: a queue took it in. `confirmed`: the bot's help was rated 4 or 5. `came_back`: the customer opened another
    one within 24 hours after its end.
    """

    number: int
    closed: bool
    goal: bool
    had_bot: bool
    agent_legs: int
    asked: bool
    queued: bool
    confirmed: bool
    came_back: bool


class Request(Fact, frozen=True, kw_only=True):
    """A hand-off, at its request; in the queue that it was asked for in, whose promise was made.

    `queued_seconds`: in queues before the first message of a person. `called_back`: a number was left in its place.
    """

    number: int
    conversation_id: str
    state: str
    because: str | None  # why nobody took it or the customer left
    queued_at: datetime | None
    first_reply_at: datetime | None
    closed_at: datetime | None
    service_level_seconds: float | None
    short_abandon_seconds: float | None
    queued_seconds: float
    called_back: bool


class Handling(Fact, frozen=True, kw_only=True):
    """What one agent did for a hand-off that is over, at its request; seconds with the wrap-up if it was theirs."""

    handoff_id: str
    seconds: float


class Rating(Fact, frozen=True, kw_only=True):
    """A survey, at its sending; `score` is none until it is answered."""

    name: str
    kind: str
    after: str
    score: int | None


class Facts(Record, frozen=True, kw_only=True):
    """All facts of a period, each kind in order of time, and the names of the agents in them by id."""

    contacts: list[Contact]
    requests: list[Request]
    handlings: list[Handling]
    ratings: list[Rating]
    agent_names: dict[str, str]


class _Started(msgspec.Struct):
    flow: str


_started = msgspec.json.Decoder(_Started)


def read_facts(connection: Connection, since: datetime, until: datetime, *, with_flows: bool) -> Facts:
    """The facts that count from `since` on and before `until`.

    Which flows a conversation went through stands in the log alone: it is read only `with_flows`.
    """
    return Facts(
        contacts=_contacts(connection, since, until, with_flows),
        requests=read_requests(connection, since, until),
        handlings=_handlings(connection, since, until),
        ratings=_ratings(connection, since, until),
        agent_names={row.id: row.name for row in connection.execute(select(AgentRow.id, AgentRow.name))},
    )


# Conversations


def _contacts(connection: Connection, since: datetime, until: datetime, with_flows: bool) -> list[Contact]:
    within = and_(is_within(ConversationRow.opened_at, since, until), is_no_trial(ConversationRow.id))
    requests = _by_conversation(connection, within, HandoffRow, HandoffRow.first_queue, HandoffRow.queued_at)
    queues = _by_conversation(connection, and_(within, LegRow.kind == "queue"), LegRow, LegRow.queue)
    agents = _by_conversation(connection, and_(within, LegRow.kind == "agent"), LegRow, LegRow.agent_id)
    helped = and_(within, SurveyRow.after == "self_service", SurveyRow.kind == "csat", SurveyRow.score >= 4)
    confirmed = _by_conversation(connection, helped, SurveyRow, SurveyRow.score)
    flows = _flows(connection, within) if with_flows else {}
    return [
        Contact(
            id=row.id,
            number=row.number,
            at=row.opened_at,
            channel=row.channel,
            queues=_each(queue for queue, *_ in (*requests.get(row.id, ()), *queues.get(row.id, ()))),
            agents=_each(agent for (agent,) in agents.get(row.id, ())),
            flows=flows.get(row.id, ()),
            closed=row.closed,
            goal=row.goal,
            had_bot=row.had_bot,
            agent_legs=len(agents.get(row.id, ())),
            asked=row.id in requests,
            queued=any(queued_at is not None for _, queued_at in requests.get(row.id, ())),
            confirmed=row.id in confirmed,
            came_back=row.came_back,
        )
        for row in connection.execute(_conversations(within))
    ]


def _conversations(within: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ConversationRow.id,
            ConversationRow.number,
            ConversationRow.channel,
            ConversationRow.opened_at,
            ConversationRow.closed_at.is_not(None).label("closed"),
            ConversationRow.goal,
            and_(_spoke(), _had_leg("bot")).label("had_bot"),
            _came_back().label("came_back"),
        )
        .where(within)
        .order_by(ConversationRow.opened_at, ConversationRow.number)
    )


def _had_leg(kind: str) -> ColumnElement[bool]:
    return exists().where(LegRow.conversation_id == ConversationRow.id, LegRow.kind == kind)


def _spoke(row: type[ConversationRow] = ConversationRow) -> ColumnElement[bool]:
    """Whether the customer said anything: who was only followed up had no conversation with the bot."""
    return or_(func.coalesce(row.entry, "") != FOLLOW_UP, row.heard_at > row.opened_at)


def _came_back() -> ColumnElement[bool]:
    later = aliased(ConversationRow)
    return exists().where(
        later.customer_id == ConversationRow.customer_id,
        later.id != ConversationRow.id,
        _spoke(later),
        is_no_trial(later.id),
        later.opened_at >= ConversationRow.closed_at,
        _microseconds(later.opened_at) <= _microseconds(ConversationRow.closed_at) + BACK_WITHIN // MICROSECOND,
    )


def _by_conversation(
    connection: Connection, condition: ColumnElement[bool], table: Any, *wanted: Any
) -> dict[str, list[tuple[Any, ...]]]:
    """The wanted columns of a table's rows, by the conversation they belong to."""
    found: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    statement = select(table.conversation_id, *wanted).join(
        ConversationRow, ConversationRow.id == table.conversation_id
    )
    for conversation, *values in connection.execute(statement.where(condition)):
        found[conversation].append(tuple(values))
    return found


def _flows(connection: Connection, within: ColumnElement[bool]) -> dict[str, tuple[str, ...]]:
    """The flows that each conversation went through; those of the house itself, the patterns, left out."""
    started = _by_conversation(connection, and_(within, EventRow.kind == "flow_started"), EventRow, EventRow.body)
    return {
        conversation: _each(
            flow for (body,) in bodies if not (flow := _started.decode(body).flow).startswith("pattern_")
        )
        for conversation, bodies in started.items()
    }


# Hand-offs


def read_requests(connection: Connection, since: datetime, until: datetime) -> list[Request]:
    """The hand-offs that were requested from `since` on and before `until`, in order of time."""
    return [
        Request(
            id=row.id,
            number=row.number,
            conversation_id=row.conversation_id,
            at=row.requested_at,
            channel=row.channel,
            queues=(row.first_queue,),
            agents=_each((row.first_reply_by or row.agent_id,)),
            flows=_each((row.flow,)),
            state=row.state,
            because=row.because,
            queued_at=row.queued_at,
            first_reply_at=row.first_reply_at,
            closed_at=row.closed_at,
            service_level_seconds=row.service_level_seconds,
            short_abandon_seconds=row.short_abandon_seconds,
            queued_seconds=int(row.queued_microseconds) / 1e6,
            called_back=row.called_back,
        )
        for row in connection.execute(_handoffs(since, until))
    ]


def _handoffs(since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    before_reply = or_(HandoffRow.first_reply_at.is_(None), LegRow.started_at < HandoffRow.first_reply_at)
    queued = (
        select(func.coalesce(func.sum(_microseconds(LegRow.ended_at) - _microseconds(LegRow.started_at)), 0))
        .where(LegRow.handoff_id == HandoffRow.id, LegRow.kind == "queue", before_reply)
        .correlate(HandoffRow)
        .scalar_subquery()
    )
    return (
        select(
            *(HandoffRow.id, HandoffRow.number, HandoffRow.conversation_id, HandoffRow.channel, HandoffRow.flow),
            *(HandoffRow.first_queue, HandoffRow.state, HandoffRow.agent_id, HandoffRow.first_reply_by),
            *(HandoffRow.requested_at, HandoffRow.queued_at, HandoffRow.first_reply_at, HandoffRow.closed_at),
            *(HandoffRow.service_level_seconds, HandoffRow.short_abandon_seconds),
            func.coalesce(HandoffRow.abandoned_because, HandoffRow.refused_because).label("because"),
            queued.label("queued_microseconds"),
            exists().where(CallbackRow.handoff_id == HandoffRow.id).label("called_back"),
        )
        .where(is_within(HandoffRow.requested_at, since, until), is_no_trial(HandoffRow.conversation_id))
        .order_by(HandoffRow.requested_at, HandoffRow.number)
    )


def _handlings(connection: Connection, since: datetime, until: datetime) -> list[Handling]:
    worked = func.sum(_microseconds(LegRow.ended_at) - _microseconds(LegRow.started_at))
    wrapped_up = _microseconds(HandoffRow.wrapped_up_at) - _microseconds(HandoffRow.closed_at)
    own_wrap_up = case((LegRow.agent_id == HandoffRow.agent_id, func.coalesce(wrapped_up, 0)), else_=0)
    statement = (
        select(
            *(HandoffRow.id, LegRow.agent_id, HandoffRow.first_queue, HandoffRow.channel, HandoffRow.flow),
            HandoffRow.requested_at,
            (worked + own_wrap_up).label("microseconds"),
        )
        .join(HandoffRow, HandoffRow.id == LegRow.handoff_id)
        .where(
            *(LegRow.kind == "agent", LegRow.ended_at.is_not(None), HandoffRow.state.in_(OVER)),
            is_within(HandoffRow.requested_at, since, until),
            is_no_trial(HandoffRow.conversation_id),
        )
        .group_by(HandoffRow.number, LegRow.agent_id)
        .order_by(HandoffRow.requested_at, HandoffRow.number, LegRow.agent_id)
    )
    return [
        Handling(
            id=f"{row.id} {row.agent_id}",
            at=row.requested_at,
            channel=row.channel,
            queues=(row.first_queue,),
            agents=_each((row.agent_id,)),
            flows=_each((row.flow,)),
            handoff_id=row.id,
            seconds=int(row.microseconds) / 1e6,
        )
        for row in connection.execute(statement)
    ]


# Ratings


def _ratings(connection: Connection, since: datetime, until: datetime) -> list[Rating]:
    statement = (
        select(
            *(SurveyRow.id, SurveyRow.sent_at, SurveyRow.channel, SurveyRow.queue, SurveyRow.agent_id, SurveyRow.flow),
            *(SurveyRow.name, SurveyRow.kind, SurveyRow.after, SurveyRow.score),
        )
        .where(is_within(SurveyRow.sent_at, since, until), is_no_trial(SurveyRow.conversation_id))
        .order_by(SurveyRow.sent_at, SurveyRow.id)
    )
    return [
        Rating(
            id=row.id,
            at=row.sent_at,
            channel=row.channel,
            queues=_each((row.queue,)),
            agents=_each((row.agent_id,)),
            flows=_each((row.flow,)),
            name=row.name,
            kind=row.kind,
            after=row.after,
            score=row.score,
        )
        for row in connection.execute(statement)
    ]


def is_no_trial(conversation_id: Any) -> ColumnElement[bool]:
    """Testers who try flows that are not published are no customers."""
    trial = aliased(ConversationRow)
    return not_(exists().where(trial.id == conversation_id, trial.entry == DRAFT))


def is_within(moment: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    """From `since` on, and before `until`."""
    return and_(moment >= since, moment < until)


def _microseconds(moment: Any) -> ColumnElement[int]:
    """The moment as the number that it is kept as, to reckon with."""
    return type_coerce(moment, BigInteger)


def _each(names: Iterable[str | None]) -> tuple[str, ...]:
    """Each name once, in the order of their first coming."""
    return tuple(dict.fromkeys(name for name in names if name is not None))
