"""What is kept when a booked row has come to its end, and what a row needs to know before it is sent."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec

from bot.engine.inputs import CustomerBlocked, HandoffUnavailable
from bot.events import DeliveryFailed
from bot.ports import (
    AnyOutgoing,
    Clock,
    DeskAlerts,
    DeskCallback,
    DeskCard,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskState,
    DeskTicket,
    DeskTicketLine,
    HideChoices,
    Receipt,
    Say,
)
from bot.service.choices import ask_for_choices
from bot.service.consequences import block, hear, record
from bot.service.departments import ticket_keeping
from bot.service.desk import card_settling
from bot.service.desk.alerts import up_to_date
from bot.service.desk.cards import card_of
from bot.service.desk.showing import tell_unshown
from bot.service.jobs import Job
from bot.service.limits import Pace
from bot.service.parcels import Parcel, Sent
from bot.service.private import settling as private_settling
from bot.service.private import showing as private_side
from bot.service.private.settling import with_desks_ids
from bot.service.turns import Turns
from bot.service.work import Work
from storage import alerts, desk_messages, handoffs, offers, outbox
from storage.database import Connection, Database

OVER = ("closed", "abandoned")  # states of a hand-off for which no thread is made again
CARD = "card"  # what a card is paired with: it is the desk's alone
OFFER = "offer "  # and an offer, with its agent behind it
REFUSED = "refused"  # the inbox's channel for rows that were refused


class Settling:
    """Keeps what became of rows."""

    def __init__(self, *, database: Database, turns: Turns, clock: Clock) -> None:
        self._database = database
        self._turns = turns
        self._clock = clock

    async def addressed(self, parcel: Parcel) -> tuple[AnyOutgoing, str | None]:
        """What to send and in which thread, with the other side's names of the messages it speaks of."""
        outgoing = parcel.outgoing
        if private_settling.is_private(outgoing):
            act = partial(private_settling.addressed, outgoing=outgoing)
            return await self._turns.do(Job(act=act, again=outgoing)), None
        if card_settling.is_card(outgoing):
            card = outgoing
            return await self._database.read(lambda connection: card_settling.addressed(connection, card)), None
        match outgoing:
            case Say(handoff=str(), desk_message_id=str()) if outgoing.edited or outgoing.content.reply_to:
                return await self._database.read(lambda connection: _for_customer(connection, outgoing)), None
            case HideChoices(message_id=None):
                return await self._turns.do(self._looking_for_choices(parcel, outgoing)), None
            case DeskLine():
                return await self._database.read(lambda connection: _for_desk(connection, outgoing))
            case DeskAlerts():
                return await self._turns.do(_bringing_up_to_date(outgoing)), None
            case DeskState():
                return await self._turns.do(_bringing_to_truth(parcel, outgoing))
            case DeskOfferOver():
                return await self._database.read(lambda connection: _with_offer(connection, outgoing))
            case DeskOffer():
                now = self._clock.now()
                return await self._database.read(lambda connection: _while_it_runs(connection, outgoing, now))
            case DeskCard():
                thread = await self._database.read(lambda connection: _thread(connection, outgoing.handoff))
                return outgoing, thread
            case _:
                return outgoing, None

    async def sent(self, sent: Sequence[Sent], *, patient: bool) -> None:
        """They are there; `patient` when nothing waits behind them. Raises DatabaseDown when that could not be kept."""
        await self._turns.do(Job(act=lambda work: _keep_all(work, sent), again=None, patient=patient))

    async def place_of(self, parcel: Parcel, pace: Pace, after: datetime | None) -> tuple[datetime, datetime]:
        """When a row that is late may be sent, and until when its address is spoken for then. Raises DatabaseDown."""
        nothing = (parcel.due_at, parcel.due_at)
        return await self._turns.do(
            Job(act=lambda work: work.place_of(parcel.conversation, pace, after), again=nothing)
        )

    def _looking_for_choices(self, parcel: Parcel, hidden: HideChoices) -> Job[HideChoices]:
        """In company: a look of its own would cost as much as a turn."""
        look = partial(ask_for_choices, conversation=parcel.conversation, channel=parcel.channel, hidden=hidden)
        return Job(act=lambda work: work.seen(look), again=hidden, look=look, patient=True)

    async def refused(self, parcel: Parcel, code: str, reason: str) -> None:
        """It will never be there; who should know it is told, once. Raises DatabaseDown when that could not be kept."""
        await self._turns.do(
            Job(
                act=lambda work: _refuse(work, parcel, code, reason),
                again=None,
                key=(REFUSED, str(parcel.id)),
                conversation=parcel.conversation,
            )
        )

    async def card_again(self, parcel: Parcel, thread: str | None) -> DeskCard | None:
        """The thread is gone: the card that makes it anew, with all that was said, or none if it is not worth it."""
        outgoing = parcel.outgoing
        if not isinstance(outgoing, DeskLine | DeskState | DeskOffer):
            return None
        if isinstance(outgoing, DeskState) and outgoing.state in OVER:
            return None
        return await self._turns.do(
            Job(
                act=lambda work: _card_again(work, parcel.conversation, outgoing.handoff, thread),
                again=None,
                conversation=parcel.conversation,
            )
        )

    async def card_now(self, parcel: Parcel, card: DeskCard) -> DeskCard:
        """The card as it has to look by now, in the place that was chosen for it."""
        return await self._turns.do(
            Job(
                act=lambda work: _card_now(work, parcel.conversation, card),
                again=card,
                conversation=parcel.conversation,
            )
        )

    async def card_sent(self, card: DeskCard, receipt: Receipt) -> None:
        """The desk has made the thread anew. Raises DatabaseDown."""

        await self._turns.do(Job(act=lambda work: _keep(work, card, receipt), again=None))


def _bringing_up_to_date(shown: DeskAlerts) -> Job[DeskAlerts]:
    return Job(
        act=lambda work: up_to_date(work.connection, shown, work.installation.desk_language),
        again=shown,
        patient=True,
    )


def _bringing_to_truth(parcel: Parcel, state: DeskState) -> Job[tuple[DeskState, str | None]]:
    return Job(
        act=lambda work: _to_truth(work, parcel.conversation, state),
        again=(state, None),
        conversation=parcel.conversation,
        patient=True,
    )


def _keep_all(work: Work, sent: Sequence[Sent]) -> None:
    for one in sent:
        name = None if card_settling.is_elsewhere(one.parcel.outgoing, one.receipt) else one.receipt.message_id
        work.marks.append(outbox.Mark(id=one.parcel.id, state="sent", message_id=name, sent_at=one.at))
        _keep(work, one.parcel.outgoing, one.receipt)


def _keep(work: Work, outgoing: AnyOutgoing, receipt: Receipt) -> None:
    """The pair of messages that it made, the thread that the desk gave to a hand-off."""
    if private_settling.is_private(outgoing):
        private_settling.keep(work, outgoing, receipt)
        return
    if card_settling.is_card(outgoing):
        card_settling.keep(work, outgoing, receipt)
        return
    if receipt.message_id is not None and (pair := _pair(outgoing, receipt.message_id)):
        work.pairs.append(pair)
    if receipt.message_id is not None and isinstance(outgoing, DeskAlerts):
        alerts.show(work.connection, outgoing.batch, receipt.message_id)
    if receipt.thread is not None and isinstance(outgoing, DeskCard):
        group, _, topic = receipt.thread.partition(":")
        handoffs.place(work.connection, outgoing.handoff, group, topic, outgoing.said_until)


def _pair(outgoing: AnyOutgoing, message_id: str) -> desk_messages.Pair | None:
    """Which message of the customer's chat is which of the desk's."""
    match outgoing:
        case DeskCard() | DeskState():  # a card that somebody took away was sent anew with the state
            return desk_messages.Pair(handoff_id=outgoing.handoff, desk_message_id=message_id, customer_message_id=CARD)
        case DeskOffer():
            name = OFFER + outgoing.agent
            return desk_messages.Pair(handoff_id=outgoing.handoff, desk_message_id=message_id, customer_message_id=name)
        case Say(handoff=str(handoff), desk_message_id=str(desk), edited=False):
            return desk_messages.Pair(handoff_id=handoff, desk_message_id=desk, customer_message_id=message_id)
        case DeskLine(source_message_id=str(source), edited=False):
            return desk_messages.Pair(
                handoff_id=outgoing.handoff, desk_message_id=message_id, customer_message_id=source
            )
        case _:
            return None


def _refuse(work: Work, parcel: Parcel, code: str, reason: str) -> None:
    outbox.mark(work.connection, [outbox.Mark(id=parcel.id, state="failed", error=f"{code}: {reason}")])
    if private_settling.is_private(parcel.outgoing):
        private_settling.refuse(work, parcel.outgoing, code)
    case = work.case(parcel.conversation)
    if case is None:
        return
    match parcel.outgoing:
        case Say():
            record(work, case, [DeliveryFailed(code=code, reason=reason)])
            ticket_keeping.tell_undelivered(work, case, parcel.outgoing, code)
        case DeskTicket() | DeskTicketLine() | DeskCallback():
            card_settling.refuse(work, case, parcel.outgoing)
        case DeskCard(handoff=handoff, queue=queue, to="") if case.handoff == handoff:
            if private_side.are_there(work, queue):
                return
            # No agent will ever see it, so nobody is left to wait for.
            hear(work, case, HandoffUnavailable(handoff=handoff, reason="no_agent"))
        case DeskLine() | DeskCard():
            tell_unshown(work, case, parcel.outgoing)
        case _:
            pass
    if code == "blocked" and parcel.channel == case.channel:
        block(work, case.channel, case.address)
        if not case.conversation.closed:
            hear(work, case, CustomerBlocked())


def _thread(connection: Connection, handoff_id: str) -> str | None:
    handoff = handoffs.get(connection, handoff_id)
    return handoff.thread if handoff is not None else None


def _newest(connection: Connection, handoff_id: str, name: str) -> str | None:
    """The desk's last message that is known by this name."""
    found = (pair.desk_message_id for pair in desk_messages.of_customer_message(connection, handoff_id, name))
    return max(found, key=lambda message: (len(message), message), default=None)


def _to_truth(work: Work, conversation: str, state: DeskState) -> tuple[DeskState, str | None]:
    """What shall stand on the card by the time that it is changed, however much has happened since it was booked."""
    connection = work.connection
    case, handoff = work.case(conversation), handoffs.get(connection, state.handoff)
    shown = None if case is None or handoff is None else card_of(work, case, handoff, handoff.desk_said_until)
    card = _newest(connection, state.handoff, CARD)
    return msgspec.structs.replace(state, card=card, shown=shown), _thread(connection, state.handoff)


def _while_it_runs(
    connection: Connection, offer: DeskOffer, now: datetime
) -> tuple[DeskOffer | DeskOfferOver, str | None]:
    """The offer with the time that is left; when it is over before it was shown, nothing is."""
    thread, running = _thread(connection, offer.handoff), offers.running(connection, offer.handoff)
    if running is not None and running.agent_id == offer.agent:
        seconds = max(1, round((running.until - now).total_seconds()))
        return msgspec.structs.replace(offer, seconds=min(offer.seconds, seconds)), thread
    over = DeskOfferOver(
        handoff=offer.handoff,
        number=offer.number,
        agent=offer.agent,
        agent_name=offer.agent_name,
        customer=offer.customer,
        outcome="withdrawn",
    )
    return over, thread


def _with_offer(connection: Connection, over: DeskOfferOver) -> tuple[DeskOfferOver, str | None]:
    message = _newest(connection, over.handoff, OFFER + over.agent)
    return msgspec.structs.replace(over, message=message), _thread(connection, over.handoff)


def _for_customer(connection: Connection, said: Say) -> Say:
    """The customer's chat has its own ids for the message that is edited and for the one that is answered."""
    assert said.handoff is not None
    content = said.content
    replaces = None
    if said.edited and said.desk_message_id is not None:
        pairs = desk_messages.of_desk_message(connection, said.handoff, said.desk_message_id)
        replaces = pairs[0].customer_message_id if pairs else None
    if content.reply_to is not None:
        content = msgspec.structs.replace(content, reply_to=_answered(connection, said.handoff, content.reply_to))
    return msgspec.structs.replace(said, content=content, replaces=replaces)


def _answered(connection: Connection, handoff: str, desk_message_id: str) -> str | None:
    """The message of the customer's chat that is answered: of several that the desk shows in one, the newest."""
    pairs = desk_messages.of_desk_message(connection, handoff, desk_message_id)
    names = [pair.customer_message_id for pair in pairs]
    theirs = [name for name in names if name != CARD and not name.startswith(OFFER)]
    return max(theirs, key=lambda name: (len(name), name), default=None)


def _for_desk(connection: Connection, line: DeskLine) -> tuple[DeskLine, str | None]:
    """The desk has its own ids for the message that is edited and for the one that is answered."""
    return with_desks_ids(connection, line), _thread(connection, line.handoff)


def _card_now(work: Work, conversation: str, card: DeskCard) -> DeskCard:
    case, handoff = work.case(conversation), handoffs.get(work.connection, card.handoff)
    if case is None or handoff is None:
        return card
    return msgspec.structs.replace(card_of(work, case, handoff), group=card.group, to=card.to)


def _card_again(work: Work, conversation: str, handoff_id: str, thread: str | None) -> DeskCard | None:
    case, handoff = work.case(conversation), handoffs.get(work.connection, handoff_id)
    if case is None or handoff is None:
        return None
    if thread == _thread(work.connection, handoff_id):  # or else somebody has made it again already
        handoffs.place(work.connection, handoff_id, None, None)
        desk_messages.forget(work.connection, handoff_id)  # in another group, other messages may have their ids
    return card_of(work, case, handoff)
