"""What is read of how long customers waited."""

from datetime import timedelta

from sqlalchemy import Connection

from storage import agents, handoffs, waits
from storage.waits import Wait
from tests.storage.conftest import NOW, open_conversation

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def test_waits_of_these_hours_and_this_queue_as_they_ended(connection: Connection) -> None:
    customer = open_conversation(connection).customer_id
    sara = agents.add(connection, name="Sara", telegram_id=None, role="agent", queues=["support"], now=NOW)

    def asked(name: str, at: timedelta, queue: str = "support") -> str:
        request = handoffs.Request(
            id=name,
            conversation_id=name,
            customer_id=customer,
            channel="telegram",
            language="en",
            queue=queue,
            flow=None,
            step=None,
            reason="step",
            requested_at=NOW + at,
        )
        handoffs.request(connection, [request])
        handoffs.enqueue(connection, name, NOW + at, queue=queue)
        return name

    answered, left = asked("answered", -DAY), asked("left", -DAY + MINUTE)
    asked("stays", -MINUTE)
    asked("elsewhere", -MINUTE, "orders")
    asked("at another hour", -DAY + 90 * MINUTE)
    handoffs.claim(connection, answered, sara, NOW - DAY + 2 * MINUTE)
    handoffs.replied(connection, answered, sara, NOW - DAY + 3 * MINUTE)
    handoffs.abandon(connection, left, "cancelled", NOW - DAY + 4 * MINUTE)
    around = [(NOW - 60 * MINUTE, NOW), (NOW - DAY - 60 * MINUTE, NOW - DAY + 60 * MINUTE)]
    found = sorted(waits.waits(connection, "support", around), key=lambda wait: wait.queued_at)
    assert found == [
        Wait(queued_at=NOW - DAY, left_at=NOW - DAY + 2 * MINUTE, answered_at=NOW - DAY + 3 * MINUTE),
        Wait(queued_at=NOW - DAY + MINUTE, left_at=NOW - DAY + 4 * MINUTE, answered_at=None),
        Wait(queued_at=NOW - MINUTE, left_at=None, answered_at=None),
    ]
