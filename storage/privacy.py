"""What a customer may ask of us: everything that is kept about them, and to be forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    literal_column,
    or_,
    select,
    update,
)

from storage.batches import Batch
from storage.joining import claim_addresses, kept_id
from storage.later_tables import DRAFT, FOLLOW_UP
from storage.records import Record, read
from storage.tables import (
    AddressRow,
    CallbackRow,
    ConversationRow,
    CustomerRow,
    DeskMessageRow,
    DeskPlaceRow,
    EventRow,
    FollowUpRow,
    HandoffRow,
    LegRow,
    OneUseLinkRow,
    OutboxRow,
    PrivateMessageRow,
    Row,
    SurveyRow,
    TicketCommentRow,
    TicketRow,
)

CHUNK = 500
LOOK_BACK = timedelta(days=30)  # who asked to be forgotten while the house stood still is not overlooked
UPLOAD = "upload:"  # how an event names a file of ours

# What people wrote, and what names or reaches them, by its key in an event; in its place stands the emptiest value that
# an event of that kind may have, so that the log can still be read and counted.
BLANKS: dict[str, Any] = {
    "content": {},
    "text": "",
    "note": "",
    "comment": "",
    "phone": "",
    "label": "",
    "tag": "",
    "title": "",
    "body": "",
    "collected": [],
    "shared": [],
    "attachments": [],
    "slots": {},
    "values": {},
    "choices": [],
    "value": None,
    "tapped": None,
    "payload": None,
    "entry": None,
}
BLANKED = Batch(
    {"conversation_id": EventRow.conversation_id.type, "number": EventRow.number.type, "body": EventRow.body.type}
)
BLANK = (
    update(EventRow)
    .where(EventRow.conversation_id == BLANKED["conversation_id"], EventRow.number == BLANKED["number"])
    .values(body=BLANKED["body"])
)


class Seen(Record, frozen=True, kw_only=True):
    """Where agents see a hand-off of the customer: in the thread of a group, or in the chat of who has it now."""

    handoff_id: str
    number: int
    conversation_id: str
    queue: str
    place: str


class Shown(Record, frozen=True, kw_only=True):
    """A message outside of threads that speaks of the customer, in a group or in somebody's own chat."""

    conversation_id: str
    chat: str
    message_id: str


class Forgotten(Record, frozen=True, kw_only=True):
    """What was done. `files` are the keys of uploads that nobody needs any more, to be deleted by the caller.

    What agents still see in `threads` and as the messages `shown` is the caller's to remove, too; `holders`, who have
    the customer in their private chats now, are to be told.
    """

    conversations: int
    files: list[str]
    threads: list[Seen]
    holders: list[Seen]
    shown: list[Shown]


def export(connection: Connection, customer_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """All that is kept about a customer, whoever they were joined to: the name of a table and one of its rows.

    Times are in ISO 8601.
    """
    for table, condition in _belongings(kept_id(connection, customer_id) or customer_id):
        rows = connection.execute(select(table).where(condition).order_by(*table.__table__.primary_key))
        for row in rows.mappings():
            yield (
                table.__tablename__,
                {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()},
            )


def _belongings(customer_id: str) -> list[tuple[type[Row], ColumnElement[bool]]]:
    conversations = select(ConversationRow.id).where(ConversationRow.customer_id == customer_id)
    handoffs = select(HandoffRow.id).where(HandoffRow.customer_id == customer_id)
    return [
        (CustomerRow, _is(customer_id)),
        (AddressRow, AddressRow.customer_id == customer_id),
        (ConversationRow, ConversationRow.customer_id == customer_id),
        (LegRow, LegRow.conversation_id.in_(conversations)),
        (EventRow, EventRow.conversation_id.in_(conversations)),
        (OutboxRow, OutboxRow.conversation_id.in_(conversations)),
        (HandoffRow, HandoffRow.customer_id == customer_id),
        (DeskMessageRow, DeskMessageRow.handoff_id.in_(handoffs)),
        (DeskPlaceRow, DeskPlaceRow.handoff_id.in_(handoffs)),
        (PrivateMessageRow, PrivateMessageRow.handoff_id.in_(handoffs)),
        (SurveyRow, SurveyRow.customer_id == customer_id),
        (CallbackRow, CallbackRow.customer_id == customer_id),
        (TicketRow, TicketRow.customer_id == customer_id),
        (TicketCommentRow, TicketCommentRow.ticket_id.in_(_tickets_of(customer_id))),
        (FollowUpRow, FollowUpRow.customer_id == customer_id),
        (OneUseLinkRow, _leads_to(customer_id)),
    ]


def _is(customer_id: str) -> ColumnElement[bool]:
    """The customer, and those who turned out to be them."""
    return or_(CustomerRow.id == customer_id, CustomerRow.joined_to == customer_id)


def _leads_to(customer_id: str) -> ColumnElement[bool]:
    who = OneUseLinkRow.body["customer"].as_string()
    return and_(OneUseLinkRow.purpose == "customer", or_(who == customer_id, OneUseLinkRow.used_by == customer_id))


def _tickets_of(customer_id: str) -> Select[str]:
    return select(TicketRow.id).where(TicketRow.customer_id == customer_id)


def forget(connection: Connection, customer_id: str, now: datetime) -> Forgotten:
    """Erase what a customer said, is called and is reached at; the counts of the reports stay as they were.

    What is still open ends. Who writes again from the same address is a new customer. Who was joined to another is
    forgotten with all that is theirs together.
    """
    customer_id, conversations = _lock(connection, customer_id)
    files = uploads_of(connection, customer_id)
    threads, holders = _seen(connection, customer_id)
    shown = _shown(connection, customer_id)
    for conversation in conversations:
        _blank(connection, conversation)
    of_customer = ConversationRow.customer_id == customer_id
    # What the reports look at stays; it is no secret.
    entry = case((ConversationRow.entry.in_((FOLLOW_UP, DRAFT)), ConversationRow.entry))
    connection.execute(
        update(ConversationRow)
        .where(of_customer, ConversationRow.closed_at.is_(None))
        .values(closed_at=now, close_reason="forgotten")
    )
    connection.execute(
        update(ConversationRow).where(of_customer).values(address="", state="{}", entry=entry, due_at=None)
    )
    running = (LegRow.conversation_id.in_(conversations), LegRow.ended_at.is_(None))
    connection.execute(update(LegRow).where(*running).values(ended_at=now, end_reason="conversation_closed"))
    _erase_desk(connection, customer_id, now)
    _erase_tickets(connection, customer_id, now)
    _drop_follow_ups(connection, customer_id, now)
    connection.execute(update(FollowUpRow).where(FollowUpRow.customer_id == customer_id).values(address="", slots={}))
    connection.execute(delete(OutboxRow).where(OutboxRow.conversation_id.in_(conversations)))
    connection.execute(delete(AddressRow).where(AddressRow.customer_id == customer_id))
    connection.execute(delete(OneUseLinkRow).where(_leads_to(customer_id)))
    connection.execute(
        update(CustomerRow).where(_is(customer_id)).values(name="", phone=None, tags=None, forgotten_at=now)
    )
    return Forgotten(conversations=len(conversations), files=files, threads=threads, holders=holders, shown=shown)


def _lock(connection: Connection, customer_id: str) -> tuple[str, list[str]]:
    """Let nobody begin or say anything there until the end, or join the customer to another: what came after the log
    was emptied would stay. Gives whom they were joined to, and their conversations.
    """
    kept = kept_id(connection, customer_id) or customer_id
    claim_addresses(connection, [kept])
    while (now := kept_id(connection, kept) or kept) != kept:  # they were joined while this waited
        kept = now
        claim_addresses(connection, [kept])
    own = select(ConversationRow.id).where(ConversationRow.customer_id == kept).order_by(ConversationRow.number)
    conversations = list(connection.execute(own.with_for_update()).scalars())
    connection.execute(select(CustomerRow.id).where(_is(kept)).order_by(CustomerRow.id).with_for_update())
    return kept, conversations


def uploads_of(connection: Connection, customer_id: str) -> list[str]:
    """The keys of the files of ours that the messages of a customer's conversations name."""
    own = select(ConversationRow.id).where(ConversationRow.customer_id == (kept_id(connection, customer_id) or ""))
    bodies = connection.execute(select(EventRow.body).where(EventRow.conversation_id.in_(own))).scalars()
    files = (((event.get("content") or {}).get("attachment") or {}).get("file", "") for event in map(_decoded, bodies))
    return sorted({file.removeprefix(UPLOAD) for file in files if file.startswith(UPLOAD)})


def _seen(connection: Connection, customer_id: str) -> tuple[list[Seen], list[Seen]]:
    """Threads of groups, and private chats of agents who have the customer now."""
    handoff = (
        HandoffRow.id.label("handoff_id"),
        HandoffRow.number,
        HandoffRow.conversation_id,
        HandoffRow.queue,
    )
    of_customer = HandoffRow.customer_id == customer_id
    in_groups = select(*handoff, (HandoffRow.desk_chat + ":" + HandoffRow.desk_thread).label("place"))
    has = and_(DeskPlaceRow.handoff_id == HandoffRow.id, DeskPlaceRow.role == "holder", HandoffRow.closed_at.is_(None))
    alone = select(*handoff, DeskPlaceRow.place).join(DeskPlaceRow, has)
    threads = connection.execute(in_groups.where(of_customer, HandoffRow.desk_thread.is_not(None)))
    return read(Seen, threads), read(Seen, connection.execute(alone.where(of_customer)))


def _shown(connection: Connection, customer_id: str) -> list[Shown]:
    """Cards of tickets and callbacks, what else was sent about those, and all in the private chats of agents."""
    kept = list(_sent_about_cards(connection, customer_id))
    for row in (TicketRow, CallbackRow):
        card = (row.conversation_id, row.desk_chat.label("chat"), row.desk_message.label("message_id"))
        own = (row.customer_id == customer_id, row.desk_message.is_not(None))
        kept += read(Shown, connection.execute(select(*card).where(*own)))
    alone = (
        HandoffRow.conversation_id,
        cast(PrivateMessageRow.telegram_id, String).label("chat"),
        cast(PrivateMessageRow.message_id, String).label("message_id"),
    )
    private = select(*alone).join(PrivateMessageRow, HandoffRow.id == PrivateMessageRow.handoff_id)
    kept += read(Shown, connection.execute(private.where(HandoffRow.customer_id == customer_id)))
    return list({(one.chat, one.message_id): one for one in kept}.values())


def _sent_about_cards(connection: Connection, customer_id: str) -> Iterator[Shown]:
    """As long as it is known."""
    own = select(ConversationRow.id).where(ConversationRow.customer_id == customer_id)
    sent = select(OutboxRow.conversation_id, OutboxRow.body, OutboxRow.message_id).where(
        OutboxRow.conversation_id.in_(own),
        or_(*(OutboxRow.address.startswith(kind) for kind in ("ticket:", "callback:"))),
    )
    for conversation_id, body, message_id in connection.execute(sent):
        if message_id is not None:
            yield Shown(conversation_id=conversation_id, chat=_decoded(body)["group"], message_id=message_id)


def let_go(connection: Connection, customer_id: str, now: datetime) -> None:
    """Who writes from the customer's addresses from now on is somebody new, and is not followed up.

    What was kept is for `forget` to erase.
    """
    _drop_follow_ups(connection, customer_id, now)
    connection.execute(delete(AddressRow).where(AddressRow.customer_id == customer_id))


def leaving(connection: Connection, asked_before: datetime) -> list[str]:
    """Customers who asked to be forgotten before that moment and are still kept, with nothing left to send to them."""
    unsent = exists().where(OutboxRow.conversation_id == ConversationRow.id, OutboxRow.state == "pending")
    statement = (
        select(ConversationRow.customer_id)
        .join(CustomerRow, and_(CustomerRow.id == ConversationRow.customer_id, CustomerRow.forgotten_at.is_(None)))
        .where(
            ConversationRow.close_reason == literal_column("'forgotten'"),  # as a parameter it would find no index
            ConversationRow.closed_at.between(asked_before - LOOK_BACK, asked_before),
            ~unsent,
        )
        .distinct()
    )
    return list(connection.execute(statement).scalars())


def _erase_desk(connection: Connection, customer_id: str, now: datetime) -> None:
    handoffs = HandoffRow.customer_id == customer_id
    connection.execute(
        update(HandoffRow)
        .where(handoffs, HandoffRow.closed_at.is_(None))
        .values(state="abandoned", abandoned_because="forgotten", closed_at=now, due_at=None, offered_to=None)
    )
    connection.execute(update(HandoffRow).where(handoffs).values(note="", collected=[], close_note=None))
    of_customer = select(HandoffRow.id).where(handoffs)
    for seen in (DeskMessageRow, DeskPlaceRow, PrivateMessageRow):
        connection.execute(delete(seen).where(seen.handoff_id.in_(of_customer)))
    connection.execute(update(SurveyRow).where(SurveyRow.customer_id == customer_id).values(comment=None))
    callbacks, unseen = CallbackRow.customer_id == customer_id, {"desk_chat": None, "desk_message": None}
    connection.execute(update(CallbackRow).where(callbacks).values(phone="", outcome=None, **unseen))
    unfinished = CallbackRow.state.in_(("open", "taken"))
    connection.execute(update(CallbackRow).where(callbacks, unfinished).values(state="failed", closed_at=now))


def _drop_follow_ups(connection: Connection, customer_id: str, now: datetime) -> None:
    waiting = (FollowUpRow.customer_id == customer_id, FollowUpRow.state == "waiting")
    gone = {"state": "dropped", "dropped_because": "forgotten", "ended_at": now}
    connection.execute(update(FollowUpRow).where(*waiting).values(gone))


def _erase_tickets(connection: Connection, customer_id: str, now: datetime) -> None:
    """What is still open ends: there is nobody left to answer."""
    tickets = TicketRow.customer_id == customer_id
    comments = TicketCommentRow.ticket_id.in_(_tickets_of(customer_id))
    connection.execute(update(TicketCommentRow).where(comments).values(text=""))
    blank: dict[str, Any] = {"title": "", "body": "", "shared": [], "attachments": []}
    connection.execute(update(TicketRow).where(tickets).values(**blank, desk_chat=None, desk_message=None))
    unfinished = TicketRow.closed_at.is_(None)
    connection.execute(update(TicketRow).where(tickets, unfinished).values(state="closed", closed_at=now))


def _blank(connection: Connection, conversation_id: str) -> None:
    """Empty the events of a conversation."""
    blanked: list[tuple[str, int, str]] = []
    events = select(EventRow.number, EventRow.body).where(EventRow.conversation_id == conversation_id)
    for number, body in connection.execute(events):
        event = _decoded(body)
        if personal := event.keys() & BLANKS.keys():
            event |= {key: BLANKS[key] for key in personal}
            blanked.append((conversation_id, number, msgspec.json.encode(event).decode()))
    for start in range(0, len(blanked), CHUNK):
        connection.execute(BLANK, BLANKED.of(blanked[start : start + CHUNK]))


def _decoded(body: str) -> dict[str, Any]:
    return msgspec.json.decode(body, type=dict[str, Any])
