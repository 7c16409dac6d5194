"""Cards of tickets and callbacks: which message each of them is, and what is done where it can't be shown."""

from typing import TypeGuard

import msgspec

from bot.ports import AnyOutgoing, DeskCallback, DeskTicket, DeskTicketLine, Receipt
from bot.service.case import Case
from bot.service.departments.ticket_keeping import show_elsewhere
from bot.service.work import Work
from storage import callbacks, tickets
from storage.database import Connection

Card = DeskTicket | DeskTicketLine | DeskCallback


def is_card(outgoing: AnyOutgoing) -> TypeGuard[Card]:
    """Whether it belongs to a ticket or a callback."""
    return isinstance(outgoing, Card)


def is_elsewhere(outgoing: AnyOutgoing, receipt: Receipt) -> bool:
    """Whether it went into another chat than that for which it was booked."""
    return is_card(outgoing) and receipt.thread is not None and receipt.thread.partition(":")[0] != outgoing.group


def addressed(connection: Connection, outgoing: Card) -> Card:
    """The same, with the message that is its card in the group where it is to be seen."""
    if outgoing.card is not None:
        return outgoing
    if isinstance(outgoing, DeskCallback):
        seen: tickets.Ticket | callbacks.Callback | None = callbacks.get(connection, outgoing.callback)
    else:
        seen = tickets.get(connection, outgoing.ticket)
    if seen is None or seen.desk_chat != outgoing.group:
        return outgoing
    return msgspec.structs.replace(outgoing, card=seen.desk_message)


def keep(work: Work, outgoing: Card, receipt: Receipt) -> None:
    """Where it is seen now; the desk names the group as `group:topic`."""
    if receipt.message_id is None:
        return
    group = (receipt.thread or outgoing.group).partition(":")[0]
    match outgoing:
        case DeskCallback() if group.startswith("-"):  # in a private chat it is a copy
            callbacks.place(work.connection, outgoing.callback, group, receipt.message_id)
        case DeskTicket() if outgoing.state != "moved":
            tickets.place(work.connection, outgoing.ticket, group, receipt.message_id)
        case _:
            pass


def refuse(work: Work, case: Case, refused: Card) -> None:
    """The chat of a department can't be written to: others shall see it."""
    if not isinstance(refused, DeskCallback):
        show_elsewhere(work, case, refused)
