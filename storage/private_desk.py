"""Agents' private chats: where they see hand-offs, to whom their words go, and words that wait for their choice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.records import Record, columns, read, values
from storage.tables import AgentRow, DeskPlaceRow, HandoffRow, HeldWordsRow, PrivateMessageRow

PLACE = "private:"
KEPT = timedelta(days=3)  # words that nobody said to whom for so long are not wanted any more

Role = Literal["offered", "holder", "closer", "past"]


class Place(Record, frozen=True, kw_only=True):
    """Where one agent sees a hand-off; `message_id` is what stands there with its buttons, none until it was sent.

    `seen_from` is the message by which they know that they have it, none until then.
    """

    handoff_id: str
    place: str
    role: Role
    message_id: int | None = None
    seen_from: int | None = None


class Facing(Record, frozen=True, kw_only=True):
    """To which hand-off an agent's words go, and the number of the input that chose it."""

    facing: str | None
    faced_by: int | None


class Told(Record, frozen=True, kw_only=True):
    """A message in an agent's private chat that is about this hand-off."""

    telegram_id: int
    message_id: int
    handoff_id: str
    album: str | None = None


class Held(Record, frozen=True, kw_only=True):
    """Words that wait for their customer to be named; `question` is the first of those that go together."""

    telegram_id: int
    message_id: int
    question: int
    album: str | None
    body: str
    held_at: datetime


def place_at(telegram_id: int) -> str:
    """The private chat with whoever has this Telegram account."""
    return f"{PLACE}{telegram_id}"


def agent_at(connection: Connection, at: str) -> str | None:
    """Who works in this private chat."""
    own = (AgentRow.telegram_id == int(at.removeprefix(PLACE)), AgentRow.active)
    return connection.execute(select(AgentRow.id).where(*own)).scalar_one_or_none()


def accounts(connection: Connection) -> list[int]:
    """The Telegram accounts of all who work here, wherever they do."""
    everybody = select(AgentRow.telegram_id).where(AgentRow.active, AgentRow.telegram_id.is_not(None))
    return [account for account in connection.execute(everybody).scalars() if account is not None]


# Where a hand-off is seen


def place_of_agent(connection: Connection, agent_id: str) -> str | None:
    """The private chat in which this agent works, none if they work elsewhere."""
    telegram = select(AgentRow.telegram_id).where(
        AgentRow.id == agent_id, AgentRow.works_privately, AgentRow.active, AgentRow.telegram_id.is_not(None)
    )
    found = connection.execute(telegram).scalar_one_or_none()
    return None if found is None else place_at(found)


def place_of_holder(connection: Connection, handoff_id: str) -> str | None:
    """The private chat of the agent who has the hand-off, none if nobody has, or who has it works elsewhere."""
    statement = (
        select(AgentRow.telegram_id)
        .join(HandoffRow, HandoffRow.agent_id == AgentRow.id)
        .where(HandoffRow.id == handoff_id, HandoffRow.state == "taken", AgentRow.works_privately)
    )
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else place_at(found)


def places(connection: Connection, handoff_id: str) -> list[Place]:
    """All the private chats in which it was ever seen."""
    statement = select(*columns(Place, DeskPlaceRow)).where(DeskPlaceRow.handoff_id == handoff_id)
    return read(Place, connection.execute(statement.order_by(DeskPlaceRow.place)))


def place(connection: Connection, handoff_id: str, at: str) -> Place | None:
    """How the hand-off stands in this private chat."""
    return next((one for one in places(connection, handoff_id) if one.place == at), None)


def enter(connection: Connection, handoff_id: str, at: str, role: Role) -> None:
    """It is seen there from now on in that role."""
    statement = insert_or(DeskPlaceRow).values(handoff_id=handoff_id, place=at, role=role)
    key = [DeskPlaceRow.handoff_id, DeskPlaceRow.place]
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_={"role": role, "seen_from": None}))


def shown(connection: Connection, handoff_id: str, at: str, message_id: int) -> None:
    """This message is the one with its buttons there now."""
    own = (DeskPlaceRow.handoff_id == handoff_id, DeskPlaceRow.place == at)
    connection.execute(update(DeskPlaceRow).where(*own).values(message_id=message_id))


def seen(connection: Connection, handoff_id: str, at: str, message_id: int) -> None:
    """From this message on the agent knows there that they have it, if they have not known before."""
    own = (DeskPlaceRow.handoff_id == handoff_id, DeskPlaceRow.place == at, DeskPlaceRow.role == "holder")
    unseen = update(DeskPlaceRow).where(*own, DeskPlaceRow.seen_from.is_(None))
    connection.execute(unseen.values(seen_from=message_id))


# Which message is about whom


def tell(connection: Connection, told: Sequence[Told]) -> None:
    """Keep what these messages are about."""
    if told:
        statement = insert_or(PrivateMessageRow).on_conflict_do_nothing()
        connection.execute(statement, [values(one) for one in told])


def handoff_of(connection: Connection, telegram_id: int, message_id: int) -> str | None:
    """The hand-off that a message of this chat is about."""
    own = (PrivateMessageRow.telegram_id == telegram_id, PrivateMessageRow.message_id == message_id)
    return connection.execute(select(PrivateMessageRow.handoff_id).where(*own)).scalar_one_or_none()


def handoff_of_album(connection: Connection, telegram_id: int, album: str) -> str | None:
    """The hand-off to which the first part of an album went."""
    own = (PrivateMessageRow.telegram_id == telegram_id, PrivateMessageRow.album == album)
    return connection.execute(select(PrivateMessageRow.handoff_id).where(*own).limit(1)).scalar_one_or_none()


# To whom an agent speaks


def facing(connection: Connection, agent_id: str) -> Facing:
    """Locks the agent: what they write meanwhile waits for this transaction."""
    statement = select(*columns(Facing, AgentRow)).where(AgentRow.id == agent_id).with_for_update()
    return read(Facing, connection.execute(statement))[0]


def face(connection: Connection, agent_id: str, handoff_id: str | None, chosen_by: int | None) -> None:
    """The agent's words go to this hand-off, or to none until they choose one."""
    statement = update(AgentRow).where(AgentRow.id == agent_id)
    connection.execute(statement.values(facing=handoff_id, faced_by=chosen_by))


def work_privately(connection: Connection, agent_id: str, on: bool) -> None:
    """The agent works in their private chat from now on, or does so no more."""
    statement = update(AgentRow).where(AgentRow.id == agent_id)
    connection.execute(statement.values(works_privately=on, facing=None, faced_by=None))


def lose(connection: Connection, agent_id: str, now: datetime) -> int:
    """The agent can't be reached in their chat: whoever they have shall be given back. Gives how many that are."""
    theirs = update(HandoffRow).where(
        HandoffRow.agent_id == agent_id, HandoffRow.state == "taken", HandoffRow.due_at.is_(None)
    )
    return connection.execute(theirs.values(due_at=now)).rowcount


# Words that wait


def hold(connection: Connection, held: Held) -> None:
    """Keep words until it is said to whom they go."""
    connection.execute(insert_or(HeldWordsRow).values(**values(held)).on_conflict_do_nothing())


def held(connection: Connection, telegram_id: int, question: int) -> list[Held]:
    """What waits for the answer to this question, in the order in which it was written."""
    own = (HeldWordsRow.telegram_id == telegram_id, HeldWordsRow.question == question)
    statement = select(*columns(Held, HeldWordsRow)).where(*own).order_by(HeldWordsRow.message_id)
    return read(Held, connection.execute(statement))


def held_album(connection: Connection, telegram_id: int, album: str) -> int | None:
    """The question that the first part of this album waits for."""
    own = (HeldWordsRow.telegram_id == telegram_id, HeldWordsRow.album == album)
    return connection.execute(select(HeldWordsRow.question).where(*own).limit(1)).scalar_one_or_none()


def change_held(connection: Connection, telegram_id: int, message_id: int, body: str) -> bool:
    """Words that still wait read like this now. False when they don't wait."""
    own = (HeldWordsRow.telegram_id == telegram_id, HeldWordsRow.message_id == message_id)
    return connection.execute(update(HeldWordsRow).where(*own).values(body=body)).rowcount == 1


def drop_held(connection: Connection, telegram_id: int, question: int) -> None:
    """They wait no more."""
    own = (HeldWordsRow.telegram_id == telegram_id, HeldWordsRow.question == question)
    connection.execute(delete(HeldWordsRow).where(*own))


def drop_message(connection: Connection, telegram_id: int, message_id: int) -> None:
    """What this message said waits no more."""
    own = (HeldWordsRow.telegram_id == telegram_id, HeldWordsRow.message_id == message_id)
    connection.execute(delete(HeldWordsRow).where(*own))


def prune(connection: Connection, now: datetime) -> None:
    """Let go of words that have waited for too long."""
    connection.execute(delete(HeldWordsRow).where(HeldWordsRow.held_at < now - KEPT))
