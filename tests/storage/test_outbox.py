"""Booked once, sent by one process at a time, in order within an address."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select

from storage import outbox, rate_limits
from storage.database import Database
from storage.engines import make_engine
from storage.outbox import Booking, Depth, Leased, Mark
from storage.tables import OutboxRow
from tests.storage.conftest import NOW

LEASE = timedelta(seconds=30)


def booking(address: str, body: str = "{}", due_at: datetime = NOW, leased_by: str | None = None) -> Booking:
    return Booking(
        conversation_id=f"c{address}",
        channel="telegram",
        address=address,
        body=body,
        booked_at=NOW,
        due_at=due_at,
        leased_by=leased_by,
        leased_until=NOW + LEASE if leased_by else None,
    )


def book(connection: Connection, *rows: Booking) -> list[int]:
    return [placed.id for placed in outbox.book(connection, rows)]


def lease(connection: Connection, holder: str = "p.0", now: datetime = NOW, limit: int = 100) -> list[Leased]:
    return outbox.lease(connection, holder, now, now + LEASE, limit, ["telegram"])


def sent(row_id: int) -> Mark:
    return Mark(id=row_id, state="sent", message_id="m", sent_at=NOW)


def test_ids_come_in_the_order_of_booking(connection: Connection) -> None:
    ids = book(connection, *(booking(str(number % 7), f"{number}") for number in range(200)))
    assert ids == sorted(set(ids))
    bodies = connection.execute(select(OutboxRow.body).order_by(OutboxRow.id)).scalars().all()
    assert bodies == [str(number) for number in range(200)]
    assert outbox.book(connection, []) == []


def test_only_the_oldest_unsent_row_of_an_address_is_leased(connection: Connection) -> None:
    one, two, three, other = book(connection, booking("1"), booking("1"), booking("1"), booking("2"))
    assert [row.id for row in lease(connection)] == [one, other]
    assert lease(connection, "q.0") == []
    outbox.mark(connection, [sent(one), sent(other)])
    assert [row.id for row in lease(connection)] == [two]
    outbox.mark(connection, [Mark(id=two, state="failed", error="blocked")])
    assert [row.id for row in lease(connection)] == [three]


def test_who_holds_the_oldest_row_of_an_address_may_have_what_nobody_holds_behind_it(connection: Connection) -> None:
    booked = [
        booking("1", "a", leased_by="p.0"),
        booking("1", "b"),
        booking("1", "c", leased_by="q.0"),
        booking("2", "d"),
    ]
    outbox.book(connection, booked)
    until = NOW + timedelta(minutes=1)
    leased = outbox.lease_at(connection, "p.0", NOW, until, "telegram", "1")
    assert [row.body for row in leased] == ["b"]
    assert outbox.lease_at(connection, "r.0", NOW, until, "telegram", "1") == []


def test_what_was_booked_and_leased_by_a_clock_that_went_ahead_is_taken_over(connection: Connection) -> None:
    ahead = NOW + timedelta(hours=4)
    row = msgspec.structs.replace(booking("1", due_at=ahead, leased_by="p.0"), leased_until=ahead + LEASE)
    [one] = book(connection, row)
    assert [leased.id for leased in lease(connection, "q.0")] == [one]


def test_a_row_that_is_not_due_holds_back_those_behind_it(connection: Connection) -> None:
    later = NOW + timedelta(seconds=5)
    first, second = book(connection, booking("1", due_at=later), booking("1"))
    assert lease(connection) == []
    assert [row.id for row in lease(connection, now=later)] == [first]
    outbox.mark(connection, [sent(first)])
    assert [row.id for row in lease(connection, now=later)] == [second]


def test_a_row_born_leased_is_its_process_s_until_the_lease_is_over(connection: Connection) -> None:
    (row_id,) = book(connection, booking("1", leased_by="p.0"))
    assert lease(connection, "q.0", NOW + LEASE - timedelta(microseconds=1)) == []
    (taken,) = lease(connection, "q.0", NOW + LEASE)
    assert (taken.id, taken.leased_until) == (row_id, NOW + LEASE + LEASE)
    assert outbox.renew(connection, "p.0", "p", [row_id], NOW + LEASE) == set(), "the first has lost it, and is told"
    assert outbox.renew(connection, "q.0", "q", [row_id], NOW + 9 * LEASE) == {row_id}
    assert lease(connection, "p.0", NOW + 8 * LEASE) == []


def test_what_was_settled_stays_as_it_is(connection: Connection) -> None:
    (row_id,) = book(connection, booking("1"))
    outbox.mark(connection, [sent(row_id)])
    outbox.mark(connection, [Mark(id=row_id, state="failed", error="late"), sent(row_id + 1000)])
    state = connection.execute(select(OutboxRow.state, OutboxRow.message_id, OutboxRow.error)).one()
    assert tuple(state) == ("sent", "m", None)


def test_a_process_leases_only_what_its_channels_carry(connection: Connection) -> None:
    book(connection, booking("1"))
    assert outbox.lease(connection, "p.0", NOW, NOW + LEASE, 10, ["actions", "webchat"]) == []


def test_who_else_has_something_for_an_address(connection: Connection) -> None:
    book(connection, booking("1", leased_by="p.0"), booking("2", leased_by="q.0"), booking("3"))
    assert waiting(connection, "1234", "p.0") == {"2", "3"}


def waiting(connection: Connection, addresses: Iterable[str], holder: str) -> set[str]:
    """The addresses at which what this holder books has to wait behind others; all is undone."""
    with connection.begin_nested() as attempt:
        placed = outbox.book(connection, [booking(address, leased_by=holder) for address in addresses])
        attempt.rollback()
    assert {place.leased_by for place in placed} <= {None, holder}
    return {address for address, place in zip(addresses, placed, strict=True) if place.leased_by is None}


def test_what_is_booked_within_a_limit_is_due_at_its_moments(connection: Connection) -> None:
    second, late = timedelta(seconds=1), NOW + timedelta(minutes=1)

    def due(*rows: datetime, burst: int = 1) -> list[datetime]:
        limit = rate_limits.ask_to_reserve(connection, "account", 1.0, len(rows), NOW, burst)
        placed = outbox.book(connection, [at_place(limit, place, row) for place, row in enumerate(rows)])
        assert [limit.moment(place) for place in range(2)] == [place.due_at for place in placed[:2]]
        return [place.due_at for place in placed]

    def at_place(limit: rate_limits.Reserved, place: int, due_at: datetime) -> Booking:
        row = booking(str(place), due_at=max(due_at, limit.soonest(place)), leased_by="p.0")
        return msgspec.structs.replace(row, rate=limit.key, rate_less=limit.less(place))

    assert due(NOW, NOW, late) == [NOW, NOW + second, late]
    assert due(NOW, NOW) == [NOW + 3 * second, NOW + 4 * second], "the moments before were given away"
    assert due(NOW, NOW, burst=3) == [NOW + 3 * second, NOW + 4 * second]


def test_what_a_process_holds_without_knowing_it_is_let_go(connection: Connection) -> None:
    holders = ["p.0", "p.0", "p.1", "p.2", "pp.0", "p_1.0"]
    rows = [booking(str(at), leased_by=one) for at, one in enumerate(holders)]
    lost, known, present, later, *_ = book(connection, *rows)
    assert waiting(connection, "0123", "p.1") == {"0", "1", "3"}
    outbox.let_go(connection, "p.1", "p", [known])
    assert [row.id for row in lease(connection, "q.0")] == [lost], "the lease of an unknown row is over"
    assert outbox.renew(connection, "p.1", "p", [lost, known], NOW + LEASE) == {known}
    assert waiting(connection, "0123", "p.1") == {"0", "3"}, "it is held under the new name"
    outbox.give_back(connection, "p")
    assert {row.id for row in lease(connection, "q.0")} == {known, present, later}


def test_depth_and_age(connection: Connection) -> None:
    assert outbox.depth(connection, NOW) == Depth(pending=0, oldest_due_at=None)
    past, future = NOW - timedelta(seconds=9), NOW + timedelta(seconds=9)
    ids = book(connection, booking("1", due_at=past), booking("2", due_at=future), booking("3"))
    assert outbox.depth(connection, NOW) == Depth(pending=3, oldest_due_at=past)
    outbox.mark(connection, [sent(ids[0])])
    assert outbox.depth(connection, past) == Depth(pending=2, oldest_due_at=None)


def test_what_was_sent_long_ago_is_pruned_and_its_id_never_comes_back(connection: Connection) -> None:
    ids = book(connection, booking("1"), booking("2"))
    outbox.mark(connection, [sent(row_id) for row_id in ids])
    assert outbox.prune(connection, NOW) == 0
    assert outbox.prune(connection, NOW + timedelta(seconds=1)) == 2
    assert book(connection, booking("1"))[0] > ids[-1]


def test_two_processes_lease_at_the_same_moment_and_neither_waits(postgres_database: str) -> None:
    engine = make_engine(postgres_database, 2, writes=True)
    with engine.begin() as connection:
        ids = book(connection, *(booking(str(number)) for number in range(10)))
    with engine.begin() as one, engine.begin() as two:
        first, second = lease(one, "p", limit=6), lease(two, "q", limit=6)
    assert [len(first), len(second)] == [6, 4]
    assert sorted(row.id for row in [*first, *second]) == ids
    engine.dispose()


async def test_four_processes_send_everything_once_and_in_order(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(4)]
    numbers = [(address, number) for number in range(8) for address in "abcde"]
    rows = [booking(address, str(number)) for address, number in numbers]
    await databases[0].run(lambda connection: outbox.book(connection, rows))
    out: dict[str, list[str]] = {address: [] for address in "abcde"}

    async def send(process: int) -> None:
        database = databases[process]
        while (await database.read(lambda connection: outbox.depth(connection, NOW))).pending:
            taken = await database.run(lambda connection: lease(connection, f"p{process}", limit=2))
            for row in taken:
                out[row.address].append(row.body)
            await database.run(lambda connection, taken=taken: outbox.mark(connection, [sent(row.id) for row in taken]))  # type: ignore[misc]

    await asyncio.gather(*(send(process) for process in range(4)))
    assert out == {address: [str(number) for number in range(8)] for address in "abcde"}
    for database in databases:
        await database.close()
