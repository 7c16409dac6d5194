"""What must be true when a shift is over: of what everybody saw, and of what the house has kept."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, select

from bot.events import (
    AgentSaid,
    AnyEvent,
    CustomerSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    SurveySent,
    from_json,
)
from storage import agents, legs
from storage.tables import ConversationRow, EventRow, HandoffRow, LegRow, OfferRow, PresenceRow
from tests.botapi.calls import Call
from tests.botapi.server import BotApiServer
from tests.shifts.floor import DESK_CHAT, FIRST_AGENT, FIRST_CUSTOMER, JOBS
from tests.shifts.shift import Customer, Desk

OVER = ("closed", "abandoned", "called_back", "refused")
HARDLY = timedelta(seconds=1)  # apart are the clocks at which several processes begin what they then do in turn
WORD = re.compile(r"\b(?:[A-Z][a-z]+-)?c(\d+)-\d+\b")
NUMBER = re.compile(r"#(\d+)")

Events = dict[int, list[AnyEvent]]  # by customer


# Words


def check_words(
    server: BotApiServer, events: Events, customers: Sequence[Customer], desks: Sequence[Desk], may_repeat: bool
) -> None:
    """What was said reached whom it was for, once, and nobody else."""
    shown = {customer.number: _shown(server, FIRST_CUSTOMER + customer.number) for customer in customers}
    heard = {number: [e.content.text.text for e in said if isinstance(e, AgentSaid)] for number, said in events.items()}
    for number, texts in shown.items():
        strangers = [text for text in texts for found in WORD.finditer(text) if int(found[1]) != number]
        assert not strangers, f"customer {number} was shown {strangers}"
    for desk in desks:
        for word, message, topic in desk.said:
            found = WORD.search(word)
            assert found is not None
            number = int(found[1])
            times = sum(word in text for text in shown[number])
            if word in heard.get(number, ()):
                is_unreachable = customers[number].has_blocked
                assert times == 1 or is_unreachable or (may_repeat and times > 1), f"{word} was shown {times} times"
            else:
                assert times == 0, f"{word} was shown, and nothing is known of it"
                is_gone = topic is not None and server.world.chats[DESK_CHAT].topics[topic].deleted
                assert may_repeat or is_gone or _is_refused(server, desk, message), f"{word} was lost without a word"


def _shown(server: BotApiServer, chat_id: int) -> list[str]:
    """Each text that was sent there."""
    return [call.params.get("text", "") for call in _sent(server) if call.chat_id == chat_id]


def _sent(server: BotApiServer) -> Iterator[Call]:
    return (call for call in server.calls if call.method == "sendMessage" and call.took_effect)


def _is_refused(server: BotApiServer, desk: Desk, message: int) -> bool:
    """Whether the agent was told that what they wrote was not sent."""
    return any(
        _replies_to(call) == message and "Not" in call.params.get("text", "")
        for call in _sent(server)
        if call.chat_id == desk.person.chat.chat_id
    )


def _replies_to(call: Call) -> int | None:
    given = call.params.get("reply_parameters") or {}
    parameters = json.loads(given) if isinstance(given, str) else given
    return parameters.get("message_id")


def check_lines(server: BotApiServer, connection: Connection, events: Events) -> None:
    """What customers wrote to people stands in the topic of their hand-off and with who had them, nowhere else."""
    topics, private = _topics(server, connection), _private(server)
    of_topic: defaultdict[str, list[str]] = defaultdict(list)
    for call in _sent(server):
        if call.chat_id == DESK_CHAT and (handoff := topics.get(call.params.get("message_thread_id"))):
            of_topic[handoff].append(call.params.get("text", ""))
    numbers = _numbers(connection)
    for handoff, texts in of_topic.items():
        strangers = [
            t for t in texts for found in WORD.finditer(t) if int(found[1]) != numbers[handoff.partition(".")[0]]
        ]
        assert not strangers, f"{handoff} of customer {numbers[handoff.partition('.')[0]]} was shown {strangers}"
    seen = _who_saw(connection)
    for number, said in events.items():
        for handoff, word in _words_to_people(said):
            everywhere = [text for text in of_topic[handoff] if word in text]
            for agent, texts in private.items():
                stands = any(word in text for text in texts)
                assert not stands or number in seen[agent], f"{agent} was shown {word}"
                everywhere += [text for text in texts if word in text]
            assert everywhere, f"nobody at the desk was shown {word}"


def _topics(server: BotApiServer, connection: Connection) -> dict[int | None, str]:
    """Which hand-off each topic is of: its name has the number."""
    numbered = {row.number: row.id for row in connection.execute(select(HandoffRow.number, HandoffRow.id))}
    named = ((thread, NUMBER.search(topic.name)) for thread, topic in server.world.chats[DESK_CHAT].topics.items())
    return {thread: numbered[int(found[1])] for thread, found in named if found is not None}


def _private(server: BotApiServer) -> dict[str, list[str]]:
    """What was shown to each agent who works in a private chat."""
    chats = {FIRST_AGENT + place: job.name for place, job in enumerate(JOBS) if job.is_private}
    shown: dict[str, list[str]] = {name: [] for name in chats.values()}
    for call in _sent(server):
        if call.chat_id in chats:
            shown[chats[call.chat_id]].append(call.params.get("text", ""))
    return shown


def _words_to_people(said: Sequence[AnyEvent]) -> Iterator[tuple[str, str]]:
    """The words that were said while people had the conversation, with the hand-off."""
    handoff: str | None = None
    for event in said:
        match event:
            case HandoffQueued():
                handoff = event.handoff
            case HandoffClosed() | HandoffAbandoned() | HandoffRefused():
                handoff = None
            case CustomerSaid(content=content) if handoff is not None and WORD.fullmatch(content.text.text):
                yield handoff, content.text.text


def read_events(connection: Connection) -> Events:
    """Everything that happened to each customer."""
    statement = (
        select(ConversationRow.address, EventRow.body)
        .join_from(EventRow, ConversationRow, ConversationRow.id == EventRow.conversation_id)
        .order_by(ConversationRow.number, EventRow.number)
    )
    events: defaultdict[int, list[AnyEvent]] = defaultdict(list)
    for address, body in connection.execute(statement):
        events[int(address) - FIRST_CUSTOMER].append(from_json(body))
    return events


def _numbers(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(ConversationRow.id, ConversationRow.address))
    return {row.id: int(row.address) - FIRST_CUSTOMER for row in rows}


def _who_saw(connection: Connection) -> dict[str, set[int]]:
    """Whose words each agent may have seen: of queues that they serve, or of those whom they had."""
    numbers, names = _numbers(connection), {agent.id: agent.name for agent in agents.every(connection)}
    seen: defaultdict[str, set[int]] = defaultdict(set)
    for row in connection.execute(select(LegRow.conversation_id, LegRow.queue, LegRow.agent_id)):
        for job in JOBS:
            if row.queue in job.queues:
                seen[job.name].add(numbers[row.conversation_id])
        if row.agent_id is not None:
            seen[names[row.agent_id]].add(numbers[row.conversation_id])
    return seen


# Hand-offs


def unfinished(connection: Connection) -> list[tuple[str, str]]:
    """The hand-offs that are open yet, and how they stand."""
    rows = connection.execute(select(HandoffRow.id, HandoffRow.state).where(HandoffRow.state.not_in(OVER)))
    return [(row.id, row.state) for row in rows]


def check_handoffs(connection: Connection) -> Counter[str]:
    """Each came to an end, and its legs join from the queue to the end. Gives how many ended in which way."""
    assert not unfinished(connection)
    rows = connection.execute(select(HandoffRow.id, HandoffRow.state, HandoffRow.conversation_id)).all()
    for conversation in {row.conversation_id for row in rows}:
        kept = legs.of_conversation(connection, conversation)
        for before, after in pairwise(kept):
            assert before.ended_at == after.started_at, kept
        assert all(leg.ended_at is None or leg.ended_at >= leg.started_at for leg in kept), kept
    return Counter(row.state for row in rows)


def check_presence(connection: Connection) -> None:
    """Who was not there was offered nobody and took nobody, and nobody was offered more than they can."""
    offers = connection.execute(select(OfferRow.agent_id, OfferRow.offered_at, OfferRow.ended_at)).all()
    taken = connection.execute(
        select(LegRow.agent_id, LegRow.started_at, LegRow.ended_at).where(LegRow.kind == "agent")
    ).all()
    for agent in agents.every(connection):
        there_at = select(PresenceRow.since, PresenceRow.until).where(
            PresenceRow.agent_id == agent.id, PresenceRow.state == "available"
        )
        stays = connection.execute(there_at.order_by(PresenceRow.since)).all()
        stretches = [(since - HARDLY, (until + HARDLY) if until else None) for since, until in stays]
        given = [(since, until) for who, since, until in (*offers, *taken) if who == agent.id]
        for since, _ in given:
            there = any(start <= since and (end is None or since <= end) for start, end in stretches)
            assert there, f"{agent.name} was given somebody at {since}, and was there {stretches}"
        for since in (offer.offered_at for offer in offers if offer.agent_id == agent.id):
            # What they picked by themselves at that very moment may be more than they would be given.
            ever = datetime.max.replace(tzinfo=since.tzinfo)
            at_once = sum(start <= since < (end or ever) for who, start, end in offers if who == agent.id)
            at_once += sum(start < since < (end or ever) for who, start, end in taken if who == agent.id)
            assert at_once <= agent.capacity, f"{agent.name} had {at_once} at {since}"


def check_ratings(events: Events) -> None:
    """Who is rated is who closed the conversation."""
    for said in events.values():
        closer: str | None = None
        for event in said:
            if isinstance(event, HandoffClosed):
                closer = event.agent
            if isinstance(event, SurveySent):
                assert event.agent == closer, event
