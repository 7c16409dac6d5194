"""Surveys and revisions."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from storage import revisions, surveys
from storage.database import Database
from storage.surveys import Sent
from storage.tables import SurveyRow
from tests.storage.conftest import NOW, open_conversation

DAY = timedelta(days=1)


def send(connection: Connection, address: str = "1") -> Sent:
    conversation = open_conversation(connection, address)
    sent = Sent(
        id=f"{conversation.id}.s1",
        conversation_id=conversation.id,
        customer_id=conversation.customer_id,
        name="csat",
        kind="csat",
        after="handoff",
        agent_id="ann",
        queue="support",
        revision="r1",
        channel="telegram",
        language="fa",
        sent_at=NOW,
        expires_at=NOW + DAY,
    )
    surveys.send(connection, [sent])
    return sent


def get(connection: Connection, survey: str) -> Row[Any]:
    return connection.execute(select(SurveyRow).where(SurveyRow.id == survey)).one()


def test_no_answer_is_none_and_never_0(connection: Connection) -> None:
    sent = send(connection)
    answer = {"score": None, "comment": None, "answered_at": None, "changed_at": None}
    assert get(connection, sent.id)._mapping == msgspec.structs.asdict(sent) | answer


def test_an_answer_may_be_changed_until_it_expires(connection: Connection) -> None:
    sent = send(connection)
    assert surveys.answer(connection, sent.id, 2, NOW)
    first = get(connection, sent.id)
    assert (first.score, first.answered_at, first.changed_at) == (2, NOW, None)
    later = NOW + DAY - timedelta(microseconds=1)
    assert surveys.answer(connection, sent.id, 5, later)
    assert not surveys.answer(connection, sent.id, 1, NOW + DAY)
    assert not surveys.answer(connection, "unknown", 1, NOW)
    assert surveys.comment(connection, sent.id, "خوب")
    last = get(connection, sent.id)
    assert (last.score, last.answered_at, last.changed_at, last.comment) == (5, NOW, later, "خوب")


def test_when_a_customer_was_asked_last(connection: Connection) -> None:
    sent = send(connection)
    newer = msgspec.structs.replace(sent, id="newer", sent_at=NOW + DAY)
    surveys.send(connection, [newer, msgspec.structs.replace(sent, id="nps", name="nps", kind="nps")])
    other = send(connection, "2")
    asked = surveys.ask_for_last_at(connection, [("telegram", address) for address in "123"])()
    assert asked == {sent.customer_id: {"csat": NOW + DAY, "nps": NOW}, other.customer_id: {"csat": NOW}}
    assert surveys.last_asked(connection, sent.customer_id) == asked[sent.customer_id]
    assert surveys.last_asked(connection, "nobody") == {}


def publish(connection: Connection, revision: str, days: int = 0) -> bool:
    return revisions.publish(connection, revision, f"flows of {revision}", "ann", "new texts", NOW + days * DAY)


def test_the_newest_publication_holds_and_earlier_flows_stay_readable(connection: Connection) -> None:
    assert revisions.current(connection) is None
    assert publish(connection, "a")
    assert publish(connection, "b", 1)
    assert not publish(connection, "b", 2), "it holds already"
    assert publish(connection, "a", 3), "to roll back"
    current = revisions.current(connection)
    assert current is not None
    assert (current.revision, current.at, current.author) == ("a", NOW + 3 * DAY, "ann")
    assert [one.revision for one in revisions.history(connection, 10)] == ["a", "b", "a"]
    assert [one.revision for one in revisions.history(connection, 1)] == ["a"]
    assert revisions.body(connection, "b") == "flows of b"
    assert revisions.body(connection, "c") is None


async def test_processes_that_publish_the_same_flows_do_so_once(database_url: str) -> None:
    databases = [Database(database_url), Database(database_url)]
    published = await asyncio.gather(*(databases[at % 2].run(lambda c: publish(c, "a")) for at in range(8)))
    assert sorted(published) == [False] * 7 + [True]
    assert len(await databases[0].read(lambda connection: revisions.history(connection, 10))) == 1
    for database in databases:
        await database.close()
