"""Random walks that go over to edited flows on the way: no turn raises, and every state is sound."""

import functools
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.interpreter import Turn
from bot.engine.migrating import Way, begin_again, go_over, obstacle
from bot.engine.program import Program, compile_program
from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf
from tests.engine.test_interpreter_walks import ACTS, Act, is_sound

LINES = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8").split("\n")
STEPS = [place for place, line in enumerate(LINES) if line.lstrip().startswith("- ")]


@functools.cache
def edited(left_out: frozenset[int], inserted: int) -> Program | None:
    """Everything without these lines, and with more unnamed steps at one place, if that can still be read."""
    lines = []
    for place, line in enumerate(LINES):
        if place == inserted:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}- say: More.", f"{indent}- say: Even more."]
        if place not in left_out:
            lines.append(line)
    reading = read_flows({"flows.yaml": "\n".join(lines)})
    return compile_program(reading.flow_set, "edited") if reading.flow_set is not None else None


WHOLE = edited(frozenset(), -1)
assert WHOLE is not None
SAFE = [place for place in STEPS if edited(frozenset({place}), -1)]
ROOMY = [place for place in STEPS if edited(frozenset(), place)]


def test_there_is_something_to_edit() -> None:
    assert len(SAFE) > 10
    assert len(ROOMY) > 10


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    before=st.lists(ACTS, max_size=12),
    left_out=st.frozensets(st.sampled_from(SAFE), max_size=2),
    inserted=st.sampled_from([-1, *ROOMY]),
    after=st.lists(ACTS, min_size=1, max_size=12),
    restart=st.booleans(),
)
def test_any_walk_over_an_edit_is_sound(
    before: list[Act], left_out: frozenset[int], inserted: int, after: list[Act], restart: bool
) -> None:
    program = edited(left_out, inserted)
    assert WHOLE is not None
    customer = CustomerOf(WHOLE)
    customer.starts()
    for act in before:
        act(customer)
    if program is None or customer.conversation.closed:
        return
    way = Way(WHOLE, program)
    if obstacle(way, customer.conversation) is None:
        _arrive(customer, way, go_over(way, customer.conversation))
    elif restart and customer.conversation.handoff is None:
        turn = begin_again(way, customer.conversation, customer.now, lambda _calendar: True)
        _arrive(customer, way, turn)
    for act in after:
        act(customer)
        is_sound(customer)


def _arrive(customer: CustomerOf, way: Way, turn: Turn) -> None:
    customer.program, customer.conversation, customer.turn = way.after, turn.conversation, turn.events
    customer.log.extend(turn.events)
    assert customer.conversation.revision == "edited"
    is_sound(customer)
