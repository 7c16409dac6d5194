"""A hand-off has at most one agent, and every move says whether it happened."""

import asyncio
import itertools
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Connection, select

from storage import agents, desk_messages, handoffs, legs
from storage.database import Database
from storage.desk_messages import Pair
from storage.handoffs import Handoff, Request
from storage.legs import Change
from storage.tables import PresenceRow
from tests.storage.conftest import NOW, open_conversation

LATER = NOW + timedelta(minutes=1)


def ask(connection: Connection, address: str = "1", *, queue: str = "support", priority: int = 0) -> str:
    """A hand-off that was asked for at this address; its id."""
    conversation = open_conversation(connection, address)
    row = Request(
        id=f"{conversation.id}.h1",
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        channel="telegram",
        language="en",
        queue=queue,
        flow="main_menu",
        step="person",
        reason="step",
        priority=priority,
        skills=("billing",),
        collected=(("Order", "17"), ("شماره", "۱۷")),
        requested_at=NOW,
        due_at=LATER,
        service_level_seconds=60.0,
    )
    assert list(handoffs.request(connection, [row])) == [row.id]
    return row.id


def wait(connection: Connection, address: str = "1", at: datetime = NOW, **request: object) -> str:
    handoff = ask(connection, address, **request)  # type: ignore[arg-type]
    assert handoffs.enqueue(connection, handoff, at)
    return handoff


def get(connection: Connection, handoff: str) -> Handoff:
    found = handoffs.get(connection, handoff)
    assert found is not None
    return found


def test_what_was_asked_is_kept(connection: Connection) -> None:
    handoff = get(connection, ask(connection))
    assert (handoff.state, handoff.queue, handoff.skills) == ("requested", "support", ["billing"])
    assert handoff.collected == [["Order", "17"], ["شماره", "۱۷"]]
    assert handoffs.get(connection, "unknown") is None


def test_from_the_queue_to_the_end(connection: Connection) -> None:
    one = wait(connection)
    assert handoffs.claim(connection, one, "ann", NOW)
    assert [held.id for held in handoffs.held_by(connection, "ann")] == [one]
    assert handoffs.replied(connection, one, "ann", LATER)
    assert not handoffs.replied(connection, one, "ann", LATER + timedelta(minutes=1)), "only the first is the first"
    assert handoffs.close(connection, one, "ann", "solved", None, LATER)
    assert handoffs.wrap_up(connection, one, LATER + timedelta(minutes=2))
    closed = get(connection, one)
    assert (closed.state, closed.agent_id, closed.disposition) == ("closed", "ann", "solved")
    assert (closed.queued_at, closed.taken_at, closed.first_reply_at, closed.closed_at) == (NOW, NOW, LATER, LATER)


def test_only_who_has_it_may_move_it(connection: Connection) -> None:
    one = wait(connection)
    assert handoffs.claim(connection, one, "ann", NOW)
    before = get(connection, one)
    assert not handoffs.claim(connection, one, "bob", NOW)
    assert not handoffs.release(connection, one, "bob", None)
    assert not handoffs.transfer(connection, one, "sales", None, holder="bob")
    assert not handoffs.reassign(connection, one, "cem", NOW, holder="bob")
    assert not handoffs.take_over(connection, one, "bob", "cem")
    assert not handoffs.close(connection, one, "bob", None, None, NOW)
    assert not handoffs.transfer(connection, one, "sales", None)
    assert not handoffs.reassign(connection, one, "cem", NOW)
    assert get(connection, one) == before
    assert before.agent_id == "ann", "and that is what the others are told"


def test_the_first_wait_is_kept_when_it_is_moved(connection: Connection) -> None:
    one = wait(connection)
    assert handoffs.claim(connection, one, "ann", NOW)
    assert handoffs.transfer(connection, one, "sales", LATER, holder="ann")
    assert [row.id for row in handoffs.waiting(connection, "sales")] == [one]
    assert handoffs.claim(connection, one, "bob", LATER)
    assert handoffs.reassign(connection, one, "cem", LATER, holder="bob")
    assert handoffs.release(connection, one, "cem", None)
    back = get(connection, one)
    assert (back.state, back.queue, back.agent_id) == ("released", "sales", None)
    assert (back.queued_at, back.taken_at) == (NOW, NOW)


def test_what_is_over_stays_over(connection: Connection) -> None:
    abandoned, refused = wait(connection, "1"), ask(connection, "2")
    assert handoffs.abandon(connection, abandoned, "cancelled", NOW)
    assert handoffs.refuse(connection, refused, "closed", NOW)
    for one in (abandoned, refused):
        assert not handoffs.claim(connection, one, "ann", NOW)
        assert not handoffs.enqueue(connection, one, NOW)
        assert not handoffs.abandon(connection, one, "silent", LATER)
        assert not handoffs.refuse(connection, one, "full", LATER)
        assert get(connection, one).closed_at == NOW


def test_the_queue_s_order(connection: Connection) -> None:
    second = wait(connection, "2", LATER)
    first = wait(connection, "1", NOW)
    also_first = wait(connection, "3", NOW)
    urgent = wait(connection, "4", LATER, priority=5)
    wait(connection, "5", queue="sales")
    order = [urgent, first, also_first, second]
    assert [row.id for row in handoffs.waiting(connection, "support")] == order
    assert [handoffs.position(connection, one) for one in order] == [1, 2, 3, 4]
    assert handoffs.waiting_count(connection, "support") == 4
    assert handoffs.claim(connection, first, "ann", LATER)
    assert handoffs.position(connection, first) is None
    assert handoffs.position(connection, second) == 3
    assert handoffs.release(connection, first, "ann", None)
    assert handoffs.position(connection, first) == 2, "it keeps its place"


def test_whose_longest_wait_is_over(connection: Connection) -> None:
    one, taken = wait(connection, "1"), wait(connection, "2")
    handoffs.claim(connection, taken, "ann", NOW)
    assert handoffs.due(connection, LATER - timedelta(microseconds=1), 10) == []
    assert [row.id for row in handoffs.due(connection, LATER, 10)] == [one]


def test_the_desk_s_thread_leads_to_it(connection: Connection) -> None:
    one = wait(connection)
    assert handoffs.place(connection, one, "-100", "42")
    assert handoffs.in_thread(connection, "-100", "42") == get(connection, one)
    assert handoffs.in_thread(connection, "-200", "42") is None
    assert handoffs.place(connection, one, None, None)
    assert handoffs.in_thread(connection, "-100", "42") is None


def test_messages_find_their_other_side(connection: Connection) -> None:
    pairs = [Pair(handoff_id="h", desk_message_id="9", customer_message_id=str(part)) for part in (1, 2)]
    other = msgspec.structs.replace(pairs[0], handoff_id="other")
    desk_messages.pair(connection, [*pairs, other])
    desk_messages.pair(connection, pairs)
    found = desk_messages.of_desk_message(connection, "h", "9")
    assert sorted(found, key=lambda pair: pair.customer_message_id) == pairs
    assert desk_messages.of_customer_message(connection, "h", "2") == pairs[1:]
    assert desk_messages.of_customer_message(connection, "h", "9") == []


@pytest.mark.parametrize("round_number", range(3))
async def test_of_agents_who_take_at_once_one_wins_and_the_others_learn_who(
    database_url: str, round_number: int
) -> None:
    databases = [Database(database_url), Database(database_url)]
    handoff = await databases[0].run(wait)

    def take(connection: Connection, agent: str) -> tuple[bool, str | None]:
        return handoffs.claim(connection, handoff, agent, NOW), get(connection, handoff).agent_id

    async def attempt(agent: str, database: Database) -> tuple[bool, str | None]:
        return await database.run(lambda connection: take(connection, agent))

    tries = [attempt(agent, databases[at % 2]) for at, agent in enumerate("abcdefgh")]
    results = dict(zip("abcdefgh", await asyncio.gather(*tries), strict=True))
    winners = [agent for agent, (won, _) in results.items() if won]
    assert len(winners) == 1
    assert {holder for _, holder in results.values()} == set(winners)
    for database in databases:
        await database.close()


def test_legs_follow_each_other(connection: Connection) -> None:
    one, two = open_conversation(connection, "1").id, open_conversation(connection, "2").id
    start = [Change(conversation_id=each, at=NOW, kind="bot") for each in (one, two)]
    legs.change(connection, start)
    legs.change(
        connection,
        [
            Change(conversation_id=one, at=LATER, end_reason="queued", kind="queue", queue="support", handoff_id="h"),
            Change(conversation_id=two, at=LATER, end_reason="conversation_closed"),
            Change(conversation_id=one, at=LATER, end_reason="taken", kind="agent", queue="support", agent_id="ann"),
        ],
    )
    legs.replied(connection, one, "ann", LATER + timedelta(seconds=5))
    legs.replied(connection, one, "ann", LATER + timedelta(seconds=9))
    bot, queue, agent = legs.of_conversation(connection, one)
    assert [leg.number for leg in (bot, queue, agent)] == [1, 2, 3]
    assert (bot.kind, bot.started_at, bot.ended_at, bot.end_reason) == ("bot", NOW, LATER, "queued")
    assert (queue.kind, queue.handoff_id, queue.end_reason) == ("queue", "h", "taken")
    assert (agent.kind, agent.agent_id, agent.ended_at) == ("agent", "ann", None)
    assert agent.first_reply_at == LATER + timedelta(seconds=5)
    assert [leg.end_reason for leg in legs.of_conversation(connection, two)] == ["conversation_closed"]


def test_an_agent_and_what_they_do_now(connection: Connection) -> None:
    ann = agents.add(connection, name="Ann", role="agent", telegram_id=7, queues=["support", "sales"], now=NOW)
    bob = agents.add(connection, name="Bob", role="admin", telegram_id=None, queues=[], now=NOW, languages=["fa"])
    one = wait(connection)
    handoffs.claim(connection, one, ann, NOW)
    legs.change(connection, [Change(conversation_id=one[:26], at=NOW, kind="agent", agent_id=ann)])
    agents.be(connection, ann, "available", None, NOW)
    found = agents.by_telegram(connection, 7)
    assert found is not None
    assert (found.id, found.queues, found.presence, found.load) == (ann, ["sales", "support"], "available", 1)
    assert found.presence_since == NOW
    assert [agent.name for agent in agents.every(connection)] == ["Ann", "Bob"]
    assert [agent.id for agent in agents.serving(connection, "sales")] == [ann]
    other = agents.get(connection, bob)
    assert other is not None
    assert (other.presence, other.load, other.languages) == ("offline", 0, ["fa"])


def test_a_telegram_account_belongs_to_one_agent_until_they_leave(connection: Connection) -> None:
    ann = agents.add(connection, name="Ann", role="agent", telegram_id=7, queues=["support"], now=NOW)
    with pytest.raises(agents.TelegramAccountTaken):
        agents.add(connection, name="Bob", role="agent", telegram_id=7, queues=[], now=NOW)
    agents.be(connection, ann, "available", None, NOW)
    assert agents.remove(connection, ann, LATER)
    assert agents.by_telegram(connection, 7) is None
    assert agents.every(connection) == []
    gone = agents.get(connection, ann)
    assert gone is not None
    assert (gone.active, gone.queues, gone.presence) == (False, [], "offline")
    agents.add(connection, name="Bob", role="agent", telegram_id=7, queues=[], now=LATER)


async def test_the_presence_timeline_has_no_gap_and_no_overlap(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    ann = await databases[0].run(
        lambda connection: agents.add(connection, name="Ann", role="agent", telegram_id=7, queues=[], now=NOW)
    )

    async def be(number: int, second: int) -> None:
        states: list[agents.Presence] = ["available", "away", "break", "offline"]
        state, now = states[number % 4], NOW + timedelta(seconds=second)
        await databases[number % 2].run(lambda connection: agents.be(connection, ann, state, None, now))

    for number in range(6):
        await be(number, number)
        await be(number, number + 100)
    await asyncio.gather(*(be(number, 6) for number in range(40)))
    stays = select(PresenceRow).where(PresenceRow.agent_id == ann).order_by(PresenceRow.since, PresenceRow.id)
    timeline = await databases[0].read(lambda connection: connection.execute(stays).all())
    assert [stay.state for stay in timeline[:6]] == ["available", "away", "break", "offline", "available", "away"]
    assert all(one.state != other.state for one, other in itertools.pairwise(timeline))
    assert [stay.until for stay in timeline] == [*(stay.since for stay in timeline[1:]), None]
    for database in databases:
        await database.close()
