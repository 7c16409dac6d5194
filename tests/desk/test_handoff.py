"""The table of a hand-off's states and moves: what it allows, and that storage allows just that."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, update

from bot.desk.handoff import FREE, OPEN, OVER, RULES, WAITING, Move, State, Who, may, rule_of
from bot.desk_outgoing import DeskShown
from bot.service.desk.cards import SHOWN
from storage import handoffs
from storage.engines import make_engine
from storage.handoffs import Handoff
from storage.tables import HandoffRow
from tests.databases import sqlite_copy
from tests.storage.conftest import NOW, open_conversation
from tests.storage.test_handoffs import ask

STATES: tuple[State, ...] = get_args(State)
MOVES: tuple[Move, ...] = get_args(Move)
ANN, BOB = "ann", "bob"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    url = sqlite_copy(tmp_path_factory.mktemp("desk") / "handoff.db")
    engine = make_engine(url, 1, writes=True)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


# The table


def test_every_state_is_reached_and_every_move_can_be_made() -> None:
    assert {rule.to for rule in RULES} | {"requested"} == set(STATES)
    assert {rule.move for rule in RULES} == set(MOVES)
    assert {who for rule in RULES for who in rule.by} == set(get_args(Who))
    assert set(OPEN) | set(OVER) == set(STATES)
    assert not set(OPEN) & set(OVER)


def test_one_rule_holds_for_a_move_from_a_state() -> None:
    for move in MOVES:
        origins = [state for rule in RULES if rule.move == move for state in rule.origins]
        assert len(origins) == len(set(origins)), move


def test_what_is_over_stays_over() -> None:
    assert [(move, state) for move in MOVES for state in OVER if rule_of(move, state)] == []


def test_of_what_another_agent_has_an_agent_can_do_nothing() -> None:
    agent: frozenset[Who] = frozenset({"agent"})
    assert [move for move in MOVES if may(move, "taken", agent)] == []
    assert [move for move in MOVES if may(move, "offered", agent)] == []
    supervisor: frozenset[Who] = frozenset({"agent", "supervisor"})
    over = {"take_over", "release", "transfer", "reassign", "close"}
    assert {move for move in MOVES if may(move, "taken", supervisor)} == over


def test_all_who_wait_can_be_taken_moved_and_closed_by_who_may() -> None:
    for state in WAITING:
        who: frozenset[Who] = frozenset({"agent", "invited"} if state == "offered" else {"agent"})
        assert all(may(move, state, who) for move in ("take", "transfer", "reassign", "close"))


# Storage


def put_in(connection: Connection, handoff: str, state: State) -> None:
    """Have it in this state, at Ann's where somebody has it or is asked."""
    statement = update(HandoffRow).where(HandoffRow.id == handoff)
    has = {"agent_id": ANN if state in ("taken", "closed") else None, "offered_to": ANN if state == "offered" else None}
    connection.execute(statement.values(state=state, **has))


def make(connection: Connection, move: Move, handoff: str, holder: str | None, invited: str, agent: str) -> bool:
    """Try the move on behalf of whoever may make it."""
    at = (connection, handoff)
    moves: dict[Move, Callable[[], bool]] = {
        "enqueue": lambda: handoffs.enqueue(*at, NOW),
        "refuse": lambda: handoffs.refuse(*at, "full", NOW),
        "offer": lambda: handoffs.offer(*at, agent),
        "decline": lambda: handoffs.end_offer(*at, invited),
        "lapse": lambda: handoffs.end_offer(*at, invited),
        "withdraw": lambda: handoffs.end_offer(*at, invited),
        "take": lambda: handoffs.claim(*at, agent, NOW, offered_to=invited),
        "take_over": lambda: handoffs.take_over(*at, holder or ANN, agent),
        "release": lambda: handoffs.release(*at, holder or ANN, None),
        "transfer": lambda: handoffs.transfer(*at, "sales", None, holder=holder),
        "reassign": lambda: handoffs.reassign(*at, agent, NOW, holder=holder),
        "close": lambda: handoffs.close(*at, holder or agent, None, None, NOW),
        "abandon": lambda: handoffs.abandon(*at, "silent", NOW),
        "call_back": lambda: handoffs.call_back(*at, NOW),
    }
    return moves[move]()


def stands(connection: Connection, handoff: str) -> Handoff:
    found = handoffs.get(connection, handoff)
    assert found is not None
    return found


def assert_sound(handoff: Handoff) -> None:
    """It is with nobody, with one agent, or offered to one."""
    assert (handoff.state == "offered") == (handoff.offered_to is not None)
    assert handoff.agent_id is None or handoff.state not in ("requested", *WAITING)
    assert handoff.agent_id is not None or handoff.state not in ("taken", "closed")
    assert (handoff.closed_at is not None) == (handoff.state in OVER)


def test_storage_knows_the_same_states() -> None:
    assert set(get_args(handoffs.State)) == set(STATES)
    assert (handoffs.FREE, handoffs.WAITING, handoffs.OPEN) == (FREE, WAITING, OPEN)
    assert set(SHOWN) == set(STATES)
    assert set(SHOWN.values()) == set(get_args(DeskShown))


def test_storage_makes_a_move_just_where_the_table_allows_it(connection: Connection) -> None:
    handoff = ask(connection, "table")
    for state in STATES:
        for move in MOVES:
            with connection.begin_nested() as attempt:
                put_in(connection, handoff, state)
                rule = rule_of(move, state)
                holder = ANN if state == "taken" else None
                assert make(connection, move, handoff, holder, ANN, BOB) == (rule is not None), (move, state)
                assert stands(connection, handoff).state == (rule.to if rule else state)
                attempt.rollback()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from((ANN, BOB))), max_size=25))
def test_whatever_is_tried_a_hand_off_is_in_one_state_and_what_is_over_stays_over(
    connection: Connection, walk: list[tuple[Move, str]]
) -> None:
    with connection.begin_nested() as attempt:
        handoff = ask(connection, "walk")
        for move, agent in walk:
            before = stands(connection, handoff)
            rule = rule_of(move, before.state)
            made = make(connection, move, handoff, before.agent_id, before.offered_to or ANN, agent)
            after = stands(connection, handoff)
            assert made == (rule is not None)
            if rule is None:
                assert after == before
            else:
                assert after.state == rule.to
                assert_sound(after)
                assert after.queued_at == before.queued_at or before.state == "requested"
                assert before.taken_at in (None, after.taken_at)
        attempt.rollback()


def test_of_the_wrong_agent_storage_takes_no_move(connection: Connection) -> None:
    handoff = ask(connection, "wrong")
    put_in(connection, handoff, "offered")
    assert not handoffs.claim(connection, handoff, BOB, NOW)
    assert not handoffs.end_offer(connection, handoff, BOB)
    assert handoffs.claim(connection, handoff, ANN, NOW)
    for move in ("take_over", "release", "transfer", "reassign", "close"):
        assert not make(connection, move, handoff, BOB, BOB, BOB), move
    assert stands(connection, handoff).agent_id == ANN


def test_the_last_agent_of_a_customer_is_who_had_them_last(connection: Connection) -> None:
    handoff = ask(connection, "last")
    customer = stands(connection, handoff).customer_id
    assert handoffs.last_agent_of(connection, customer, None) is None
    handoffs.enqueue(connection, handoff, NOW)
    handoffs.close(connection, handoff, BOB, None, None, NOW)
    assert handoffs.last_agent_of(connection, customer, NOW) == BOB
    assert handoffs.last_agent_of(connection, customer, NOW + timedelta(seconds=1)) is None
    assert handoffs.last_agent_of(connection, open_conversation(connection, "else").customer_id, None) is None
