"""How conversations went through the flows, step by step, as the log tells."""

from collections import defaultdict
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, case, func, select

from storage.records import Record
from storage.reporting import is_no_trial, is_within
from storage.tables import ConversationRow, EventRow


class Passing(Record, frozen=True, kw_only=True):
    """How often a flow was started (`step` none), or how many conversations came to rest at one of its steps.

    `ended`: those of them that are over, and came to rest nowhere after it.
    """

    flow: str
    step: str | None
    count: int
    ended: int = 0


class _Passed(msgspec.Struct):
    flow: str
    step: str | None = None


_passed = msgspec.json.Decoder(_Passed)


def read_passings(connection: Connection, since: datetime, until: datetime) -> list[Passing]:
    """How the conversations that were opened from `since` on and before `until` went through the flows.

    Drop-off of a step is `ended` ÷ `count`: of the conversations that came to rest there, the share that ended there,
    whatever ended them: the customer, silence, an agent, or the flow's own end. A conversation that came twice counts
    once. Steps at which nobody rests are not in the log. Steps of the same name in several revisions count together.
    """
    newest = func.max(EventRow.number).over(partition_by=(EventRow.conversation_id, EventRow.kind))
    passed = (
        select(
            *(EventRow.conversation_id, EventRow.kind, EventRow.body),
            and_(EventRow.number == newest, ConversationRow.closed_at.is_not(None)).label("ended"),
        )
        .join(ConversationRow, ConversationRow.id == EventRow.conversation_id)
        .where(
            EventRow.kind.in_(("flow_started", "step_reached")),
            is_within(ConversationRow.opened_at, since, until),
            is_no_trial(ConversationRow.id),
        )
        .subquery()
    )
    counted = select(
        passed.c.body,
        case((passed.c.kind == "flow_started", func.count()), else_=func.count(passed.c.conversation_id.distinct())),
        func.sum(case((and_(passed.c.ended, passed.c.kind == "step_reached"), 1), else_=0)),
    ).group_by(passed.c.kind, passed.c.body)
    sums: defaultdict[tuple[str, str | None], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for body, count, ended in connection.execute(counted):
        place = _passed.decode(body)
        former = sums[place.flow, place.step]
        sums[place.flow, place.step] = (former[0] + count, former[1] + int(ended))
    return [Passing(flow=flow, step=step, count=n, ended=ended) for (flow, step), (n, ended) in sums.items()]
