"""Random walks: whatever is heard, a turn never raises, is the same twice, and leaves a sound state."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content import Attachment, ContactCard, Content, Place, RichText
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CommandHeard,
    ContactHeard,
    CustomerBlocked,
    CustomerReturned,
    CustomerSilent,
    EditHeard,
    HandoffDone,
    HandoffUnavailable,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    QueueJoined,
    TapHeard,
    TextHeard,
    TimePassed,
    UnsupportedHeard,
)
from bot.engine.program import Program
from bot.events import ActionRequested, BotSaid, ConversationClosed, HandoffRequested
from tests.engine.customers import CustomerOf, program_of, shop

EVERYTHING = Path(__file__).with_name("everything.yaml").read_text()
PROGRAMS = {"shop": shop(), "everything": program_of(EVERYTHING)}

COMMAND_WORDS = ["back", "menu", "agent", "repeat", "cancel", "language", "help", "بازگشت", "منو", "انصراف", "زبان"]
ANSWERS = [
    "10234",
    "yes",
    "no",
    "نه",
    "small",
    "large",
    "done",
    "vip",
    "faq",
    "+971501234567",
    "tomorrow",
    "14:30",
    "a@b.io",
]
KEYS = ["1", "2", "3", "9", "10", "0", "*", "#"]
WORDS = st.sampled_from(COMMAND_WORDS + ANSWERS + KEYS)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=8)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)
KINDS = ["slot", "followup", "reset_slots", "restart", "session_started", "pause", "resume", "reminder", "bot"]
NAMES = st.sampled_from(["order_number", "order_lookup", "branches", "items", "kind", "action_look", "utter_note", "x"])
VALUES = st.one_of(JSON, st.sampled_from(["2026-03-21T13:00:00", "found"]))
EVENTS = st.one_of(
    JSON,
    st.fixed_dictionaries(
        {"event": st.sampled_from(KINDS), "name": NAMES, "intent": NAMES, "value": VALUES, "date_time": VALUES}
    ),
)
RESPONSES = st.one_of(JSON, st.fixed_dictionaries({"text": JSON, "response": JSON, "buttons": JSON, "image": JSON}))


Act = Callable[[CustomerOf], object]
"""Something that happens to a conversation, likely or not."""


def hearing(heard: st.SearchStrategy[AnyHeard]) -> st.SearchStrategy[Act]:
    return heard.map(lambda what: lambda customer: customer.hears(what))


def tap(back: int) -> Act:
    """A button, the newest are the likeliest."""

    def act(customer: CustomerOf) -> object:
        tokens = [choice.token for event in customer.log if isinstance(event, BotSaid) for choice in event.choices]
        return customer.hears(TapHeard(token=tokens[-1 - back % len(tokens)] if tokens else "1.1.1", message_id="m"))

    return act


def action_returns(events: Sequence[object], responses: Sequence[object], late: bool) -> Act:
    def act(customer: CustomerOf) -> object:
        calls = [event.call_id for event in customer.log if isinstance(event, ActionRequested)]
        call = calls[-2 if late and len(calls) > 1 else -1] if calls else "x.a1.1"
        returned = ActionReturned(call_id=call, seconds=0.5, events=tuple(events), responses=tuple(responses))
        return customer.hears(returned)

    return act


def action_breaks(code: str) -> Act:
    def act(customer: CustomerOf) -> object:
        calls = [event.call_id for event in customer.log if isinstance(event, ActionRequested)]
        return customer.hears(ActionBroke(call_id=calls[-1] if calls else "x", code=code, seconds=0.5))

    return act


def desk(make: Callable[[str], AnyHeard]) -> Act:
    def act(customer: CustomerOf) -> object:
        handoffs = [event.handoff for event in customer.log if isinstance(event, HandoffRequested)]
        return customer.hears(make(handoffs[-1] if handoffs else "x.h1"))

    return act


FILES = st.builds(
    Attachment,
    kind=st.sampled_from(["photo", "document", "voice"]),
    file=st.just("t:1"),
    size_bytes=st.sampled_from([None, 10, 90_000_000]),
)
COMMANDS = st.sampled_from(
    ["start", "menu", "agent", "language", "cancel", "help", "restart", "faq", "nonsense", "back"]
)
ARGUMENTS = st.sampled_from(["", "", "fa", "faq-1", "track_order-10234", "é"])
PAYLOADS = st.sampled_from(["/SetSlots(x=1, kind=small)", '/vip{"x": 1}', "/SetSlots(", "/x{", "small"])
THINGS: list[AnyHeard] = [
    PlaceHeard(place=Place(latitude=1.0, longitude=2.0)),
    ContactHeard(contact=ContactCard(phone="+971501234567")),
    ContactHeard(contact=ContactCard(phone="12")),
    UnsupportedHeard(what="poll"),
    EditHeard(message_id="t", content=Content(text=RichText(text="edited"))),
    TimePassed(),
    CustomerReturned(),
]
DESK: list[Callable[[str], AnyHeard]] = [
    lambda handoff: QueueJoined(handoff=handoff, position=2),
    lambda handoff: QueueJoined(handoff=handoff, position=1, from_minutes=0, to_minutes=2, longer=True),
    lambda handoff: CustomerSilent(handoff=handoff),
    lambda handoff: HandoffUnavailable(handoff=handoff, reason="closed", opens_at="2026-03-23T09:00:00+04:00"),
    lambda handoff: HandoffUnavailable(handoff=handoff, reason="max_wait", opens_at="soon"),
    lambda handoff: AgentJoined(handoff=handoff, agent="mina", agent_name="Mina"),
    lambda handoff: AgentLeft(handoff=handoff, queue="support"),
    lambda handoff: AgentLeft(handoff=handoff, queue="orders", why="transferred"),
    lambda handoff: HandoffDone(handoff=handoff),
]
ACTS: st.SearchStrategy[Act] = st.one_of(
    WORDS.map(lambda text: lambda customer: customer.says(text)),
    st.integers(0, 9).map(tap),
    st.integers(0, 2).map(tap),
    st.builds(action_returns, st.lists(EVENTS, max_size=3), st.lists(RESPONSES, max_size=2), st.booleans()),
    st.sampled_from(["timeout", "not_found"]).map(action_breaks),
    st.sampled_from(DESK).map(desk),
    st.sampled_from([1, 3, 8, 700, 90_000]).map(lambda seconds: lambda customer: customer.waits(seconds=seconds)),
    hearing(st.text(max_size=20).map(lambda text: TextHeard(text=text, message_id="t"))),
    hearing(st.text(max_size=64).map(lambda token: TapHeard(token=token))),
    hearing(st.sampled_from(["c.", "c.support"]).map(lambda token: TapHeard(token=token))),
    hearing(st.builds(CommandHeard, name=COMMANDS, argument=ARGUMENTS)),
    hearing(PAYLOADS.map(lambda payload: PayloadHeard(payload=payload))),
    hearing(
        st.builds(MediaHeard, attachment=FILES, caption=st.sampled_from(["", "1"]), album=st.sampled_from([None, "a"]))
    ),
    hearing(st.sampled_from(THINGS)),
    hearing(st.sampled_from([TimePassed(), CustomerBlocked()])),
)


@pytest.mark.parametrize("flows", PROGRAMS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    channel=st.sampled_from(["telegram", "webchat", "plain", "voice"]),
    language=st.sampled_from(["en", "fa"]),
    calendars=st.sampled_from([[], ["office"]]),
    acts=st.lists(ACTS, min_size=1, max_size=40),
)
def test_any_walk_is_sound(flows: str, channel: str, language: str, calendars: list[str], acts: list[Act]) -> None:
    customer = CustomerOf(PROGRAMS[flows], channel=channel, language=language, open_calendars=calendars)
    for act in acts:
        act(customer)
        if customer.log:
            is_sound(customer)


BESIDE_FLOWS = ("callback", "language", "offer")  # an old button asks for a call before any flow has begun


def is_sound(customer: CustomerOf) -> None:
    """A conversation rests somewhere, or is over; it is closed once; who waits for people can be reached by them."""
    state = customer.conversation
    closings = [event for event in customer.log if isinstance(event, ConversationClosed)]
    assert len(closings) == (1 if state.closed else 0)
    if state.closed:
        assert state.wait is None
        assert state.due_at is None
        assert state.stack == ()
        return
    assert state.wait is not None
    assert state.stack or state.wait.kind in BESIDE_FLOWS
    assert state.handoff is not None or state.wait.kind != "handoff"
    assert state.handoff is not None or state.due_at is not None
    program: Program = customer.program
    for frame in state.stack:
        assert frame.step in program.flows[frame.flow].steps
    for event in customer.turn:
        if isinstance(event, BotSaid):
            assert event.content.text.text or event.content.attachment or event.choices
