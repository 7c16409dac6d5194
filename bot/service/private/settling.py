"""What has to be known before something is brought into an agent's private chat, and what is kept when it is there."""

from typing import TypeGuard

import msgspec

from bot.content import Content, RichText
from bot.ports import (
    AnyOutgoing,
    DeskCard,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskPrompt,
    DeskState,
    Receipt,
    Say,
    Served,
)
from bot.service.desk.cards import card_of
from bot.service.desk.words import desk_word
from bot.service.private.showing import served_by
from bot.service.work import Work
from storage import agents, desk_messages, handoffs, private_desk
from storage.database import Connection
from storage.desk_messages import Pair
from storage.private_desk import PLACE, Told

PrivateOutgoing = DeskCard | DeskLine | DeskState | DeskOffer | DeskOfferOver | DeskPrompt
UNREACHABLE = "unreachable"  # why an agent is away whose chat takes nothing


def is_private(outgoing: AnyOutgoing) -> TypeGuard[PrivateOutgoing]:
    """Whether one agent alone sees it."""
    return isinstance(outgoing, PrivateOutgoing) and outgoing.to.startswith(PLACE)


def desk_id(telegram_id: int, message_id: str) -> str:
    """A message of a private chat among those of all the desk's chats, which count their messages each for itself."""
    return f"{telegram_id}.{message_id}"


def message_at(place: str, desk_message_id: str) -> str | None:
    """The same message as it is named there, none if it is one of another chat; a topic is no place of one's own."""
    chat, _, message_id = desk_message_id.rpartition(".")
    return message_id if chat == place.removeprefix(PLACE) else None


def addressed(work: Work, outgoing: PrivateOutgoing) -> PrivateOutgoing:
    """With the messages of this chat that it is about, and whether it is whom the agent's words go to."""
    connection = work.connection
    match outgoing:
        case DeskCard():
            return msgspec.structs.replace(outgoing, is_faced=_faces_first(work, outgoing))
        case DeskLine():
            return _line(work, outgoing)
        case DeskState():
            return _state(work, outgoing)
        case DeskOfferOver():
            seen = private_desk.place(connection, outgoing.handoff, outgoing.to)
            message = str(seen.message_id) if seen is not None and seen.message_id is not None else None
            return msgspec.structs.replace(outgoing, message=message)
        case DeskOffer() | DeskPrompt():
            return outgoing


def _state(work: Work, state: DeskState) -> DeskState:
    """What shall stand on the card by now; and whom else the agent may face, if it was this one whom they faced."""
    connection = work.connection
    seen, handoff = private_desk.place(connection, state.handoff, state.to), handoffs.get(connection, state.handoff)
    shown = None
    if handoff is not None:  # what stands on the card by now may be more than this tells
        work.load([], [handoff.conversation_id])
        case = work.case(handoff.conversation_id)
        shown = card_of(work, case, handoff) if case is not None else None
    agent = private_desk.agent_at(connection, state.to)
    others: tuple[Served, ...] = ()
    if agent is not None and private_desk.facing(connection, agent).facing == state.handoff:
        served = served_by(connection, agent, work.installation.desk_language)
        others = tuple(one for one in served if one.handoff != state.handoff)
    card = str(seen.message_id) if seen is not None and seen.message_id is not None else None
    return msgspec.structs.replace(state, card=card, shown=shown, others=others)


def _faces_first(work: Work, card: DeskCard) -> bool:
    """Who faces nobody faces the only one they have, from when they see the card: it says so."""
    agent = private_desk.agent_at(work.connection, card.to)
    if agent is None:
        return False
    now = private_desk.facing(work.connection, agent)
    has = [handoff.id for handoff in handoffs.held_by(work.connection, agent)]
    if now.facing is None and has == [card.handoff]:
        private_desk.face(work.connection, agent, card.handoff, now.faced_by)
        return True
    return now.facing == card.handoff


def _line(work: Work, line: DeskLine) -> DeskLine:
    agent = private_desk.agent_at(work.connection, line.to)
    is_faced = agent is not None and private_desk.facing(work.connection, agent).facing == line.handoff
    return msgspec.structs.replace(with_desks_ids(work.connection, line), is_faced=is_faced)


def with_desks_ids(connection: Connection, line: DeskLine) -> DeskLine:
    """The messages of the customer's chat that are edited and answered, as they are named where the line is shown."""
    content, replaces = line.content, None
    if line.edited and line.source_message_id is not None:
        replaces = _shown_as(connection, line, line.source_message_id)
        if replaces is not None and _shows_several(connection, line, replaces):
            content = msgspec.structs.replace(content, reply_to=replaces)
            return msgspec.structs.replace(line, content=content, replaces=None)
    if content.reply_to is not None:
        content = msgspec.structs.replace(content, reply_to=_shown_as(connection, line, content.reply_to))
    return msgspec.structs.replace(line, content=content, replaces=replaces)


def _shows_several(connection: Connection, line: DeskLine, message: str) -> bool:
    """Whether the message shows other lines besides: they had waited for one another, and must not be lost now."""
    shown = message if not line.to else desk_id(int(line.to.removeprefix(PLACE)), message)
    return len(desk_messages.of_desk_message(connection, line.handoff, shown)) > 1


def _shown_as(connection: Connection, line: DeskLine, customers: str) -> str | None:
    pairs = desk_messages.of_customer_message(connection, line.handoff, customers)
    found = (message_at(line.to, pair.desk_message_id) for pair in pairs)
    return next((message for message in found if message is not None), None)


def keep(work: Work, outgoing: PrivateOutgoing, receipt: Receipt) -> None:
    """It stands in the chat: whom this message is about, and what of it has buttons."""
    if receipt.message_id is None:
        return
    telegram_id, message_id = int(outgoing.to.removeprefix(PLACE)), int(receipt.message_id)
    handoff = _about(outgoing)
    if handoff is None:
        return
    private_desk.tell(work.connection, [Told(telegram_id=telegram_id, message_id=message_id, handoff_id=handoff)])
    match outgoing:
        case DeskCard():
            private_desk.shown(work.connection, handoff, outgoing.to, message_id)
            private_desk.seen(work.connection, handoff, outgoing.to, message_id)
        case DeskLine():
            private_desk.seen(work.connection, handoff, outgoing.to, message_id)
            _pair(work, outgoing, receipt.message_id)
        case DeskOffer():
            private_desk.shown(work.connection, handoff, outgoing.to, message_id)
        case DeskState():
            seen = private_desk.place(work.connection, handoff, outgoing.to)
            if seen is not None and seen.role == "closer":
                private_desk.shown(work.connection, handoff, outgoing.to, message_id)
        case DeskOfferOver() | DeskPrompt():
            pass


def _pair(work: Work, line: DeskLine, message_id: str) -> None:
    if line.source_message_id is not None and not line.edited:
        name = desk_id(int(line.to.removeprefix(PLACE)), message_id)
        pair = Pair(handoff_id=line.handoff, desk_message_id=name, customer_message_id=line.source_message_id)
        work.pairs.append(pair)


def _about(outgoing: PrivateOutgoing) -> str | None:
    if isinstance(outgoing, DeskPrompt):
        return outgoing.served.handoff if outgoing.served is not None and outgoing.says == "facing" else None
    return outgoing.handoff


def refuse(work: Work, outgoing: PrivateOutgoing, code: str) -> None:
    """It will never stand there: who can't be reached has nobody."""
    if code == "blocked":
        lose(work, outgoing.to)


def lose(work: Work, place: str) -> None:
    """The agent has left the chat in which they work: they are away, and whom they had is given back at once."""
    agent_id = private_desk.agent_at(work.connection, place)
    agent = agents.get(work.connection, agent_id) if agent_id is not None else None
    if agent is None or not agent.works_privately or agent.presence == "offline":
        return
    lost = private_desk.lose(work.connection, agent.id, work.now)
    agents.be(work.connection, agent.id, "away", UNREACHABLE, work.now)
    work.needs_routing = True
    chat = work.installation.supervisors
    if chat is not None and (lost or agent.presence == "available"):
        language = work.installation.desk_language
        text = desk_word("agent_unreachable", language).format(agent=agent.name, count=lost)
        said = Say(content=Content(text=RichText(text=text)), language=language)
        work.book_outside("telegram", str(chat), said)
