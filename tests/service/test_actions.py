"""Custom actions run outside any transaction; their outcome is an input like others."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.engine.inputs import CommandHeard
from bot.events import ActionRequested
from bot.ports import ActionCall, ActionError, ActionOutcome, AnyOutgoing, ChannelBusy, RunAction, Say, ShowTyping
from bot.service import action_runs, sending, typing_sign
from bot.service.consequences import ACTIONS, RETRY_PAUSE
from bot.service.holder import LEASE
from bot.service.written import Written
from storage.database import Connection, Database, DatabaseDown, Last
from tests.service.shop import START, KeepingChannel, Shop, tap

FLOWS = """
slots: {order: {type: text}, other: {type: text}, status: {type: text}}
actions: [action_fetch]
flows:
  main:
    start: true
    description: looks an order up
    steps:
      - {collect: order, ask: Which order?}
      - action: action_fetch
        timeout: 5s
        on_error: [{say: We cannot look now., next: END}]
      - {say: "It is {status}."}
      - {collect: other, ask: Another order?}
"""


class Lookup:
    """Actions that answer as they are told, and keep what they were asked."""

    def __init__(self, failure: ActionError | None = None) -> None:
        self.calls: list[ActionCall] = []
        self.failure = failure

    async def run(self, call: ActionCall) -> ActionOutcome:
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure
        return ActionOutcome(events=({"event": "slot", "name": "status", "value": "on its way"},))


async def test_an_action_is_told_what_it_needs_and_its_outcome_goes_on(shop: Shop) -> None:
    await shop.publish(FLOWS)
    lookup = Lookup()
    shop.run_actions(lookup)
    taken = await shop.hears("1", START)
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "It is on its way."
    call = lookup.calls[0]
    assert (call.name, call.conversation, call.slots["order"]) == ("action_fetch", taken.conversation, "4711")
    assert (call.latest_text, call.active_flow, call.channel) == ("4711", "main", "telegram")
    said = [event for event in call.events if event["event"] in ("user", "bot")]
    assert (said[-1]["event"], said[-1]["input_channel"]) == ("user", "telegram")
    assert call.domain is not None


class Mute(Lookup):
    """Actions that speak to a channel of their author's own."""

    async def run(self, call: ActionCall) -> ActionOutcome:
        self.calls.append(call)
        return ActionOutcome(responses=({"custom": {"blocks": ["secret words"]}},))


async def test_whose_words_no_channel_shows_is_told_once(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    await shop.publish(FLOWS)
    mute = Mute()
    shop.run_actions(mute)
    for customer in ("1", "2"):
        await shop.hears(customer, START)
        await shop.hears(customer, "4711")
    await shop.customers.wait_for(6)
    told = [record for record in caplog.records if record.message == "action_shows_nothing"]
    assert [vars(record)["action"] for record in told] == ["action_fetch"]
    assert "secret words" not in caplog.text


EVERY_TURN = """
version: "3.1"
slots:
  status: {type: text, mappings: [{type: controlled, run_action_every_turn: action_fetch}]}
  order: {type: text}
responses: {utter_ask_order: [{text: "It is {status}. Which order?"}], utter_done: [{text: "{order} is {status}."}]}
actions: [action_fetch, action_then]
flows:
  look: {description: looks an order up, steps: [{collect: order}, {action: utter_done}]}
"""


MORE_EVERY_TURN = """order: {type: text}
  then: {type: text, mappings: [{type: controlled, run_action_every_turn: action_then}]}"""


async def test_what_runs_at_every_turn_is_told_what_was_said_and_comes_before_it(shop: Shop) -> None:
    await shop.publish(EVERY_TURN)
    lookup = Lookup()
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    assert shop.customers.texts("1") == ["It is on its way. Which order?"]
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "4711 is on its way."
    assert [(call.latest_text, call.active_flow) for call in lookup.calls] == [("/start", None), ("4711", "look")]


async def test_what_is_said_while_one_runs_has_its_turn_later(shop: Shop) -> None:
    heard_all = asyncio.Event()

    class Waiting(Lookup):
        async def run(self, call: ActionCall) -> ActionOutcome:
            await heard_all.wait()
            return await super().run(call)

    lookup = Waiting()
    await shop.publish(EVERY_TURN.replace("order: {type: text}", MORE_EVERY_TURN))
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    heard_all.set()
    await shop.customers.wait_for(2)
    assert [call.latest_text for call in lookup.calls] == ["/start", "/start", "4711", "4711"]


PAYLOADS = """
slots: {status: {type: text}}
actions: [action_fetch]
responses:
  utter_question:
    - text: Do you like music?
      buttons: [{title: "Yes, rock", payload: '/affirm{"genre": ["rock", "punk"]}'}]
flows:
  main:
    start: true
    description: asks and lets an action understand the answer
    steps:
      - action: utter_question
      - action: action_listen
      - action: action_fetch
      - {say: "It is {status}."}
      - action: action_listen
      - action: action_fetch
      - {say: Bye.}
"""


async def test_an_action_is_told_which_intent_a_button_named(shop: Shop) -> None:
    await shop.publish(PAYLOADS)
    lookup = Lookup()
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    await shop.hears("1", tap(shop.customers.to("1")[0], "Yes, rock", "m"))
    await shop.customers.says_last("1", "It is on its way.")
    await shop.hears("1", "thank you")
    await shop.customers.says_last("1", "Bye.")
    first, second = lookup.calls
    payload = '/affirm{"genre": ["rock", "punk"]}'
    assert (first.latest_text, first.latest_intent) == (payload, "affirm")
    assert [event["text"] for event in first.events if event["event"] == "user"][-1] == payload
    assert first.latest_entities == {"genre": ["rock", "punk"]}
    assert (second.latest_text, second.latest_intent, second.latest_entities) == ("thank you", None, {})


async def test_an_action_that_fails_takes_the_flows_way_for_it(shop: Shop) -> None:
    await shop.publish(FLOWS)
    shop.run_actions(Lookup(ActionError("unreachable", "nobody answers")))
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "We cannot look now."


async def test_an_action_is_tried_again_after_a_moment(shop: Shop) -> None:
    await shop.publish(FLOWS.replace("timeout: 5s", "retries: 1"))
    pauses: list[timedelta] = []

    def note_pauses(written: Written) -> None:
        runs = [parcel for parcel in written.parcels if parcel.channel == ACTIONS]
        pauses.extend(run.due_at - (run.leased_until - LEASE) for run in runs)

    shop.turns.on_commit(note_pauses)
    lookup = Lookup(ActionError("unreachable", "nobody answers"))
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "We cannot look now."
    assert len(lookup.calls) == 2
    assert pauses == [timedelta(), RETRY_PAUSE]


async def test_an_action_that_runs_twice_has_one_effect(shop: Shop) -> None:
    """As after a crash between its end and the mark of its row."""
    await shop.publish(FLOWS)
    shop.run_actions(Lookup())
    await shop.hears("1", START)
    taken = await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert taken.conversation is not None
    requested = next(event for event in await shop.events(taken.conversation) if isinstance(event, ActionRequested))
    again = RunAction(call_id=requested.call_id, action=requested.action, timeout_seconds=5)
    await shop.channels["action"].send(requested.call_id, again, None)
    kinds = await shop.kinds(taken.conversation)
    assert (kinds.count("ActionFinished"), kinds.count("BotSaid")) == (1, 3)


class SlowLookup(Lookup):
    """An action that comes back when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.lets_go = asyncio.Event()

    async def run(self, call: ActionCall) -> ActionOutcome:
        await self.lets_go.wait()
        return await super().run(call)


class Screen:
    """What the customer's chat shows, in order."""

    def __init__(self, channel: KeepingChannel) -> None:
        self.shown: list[str] = []
        self._changed = asyncio.Condition()
        channel.before = self._see

    async def shows(self, what: str, times: int = 1) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: self.shown.count(what) >= times)

    async def _see(self, _address: str, outgoing: AnyOutgoing) -> None:
        async with self._changed:
            self.shown.append(outgoing.content.text.text if isinstance(outgoing, Say) else type(outgoing).__name__)
            self._changed.notify_all()


@pytest.fixture
def quick_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typing_sign, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(typing_sign, "AGAIN_SECONDS", 0.01)


@pytest.mark.usefixtures("quick_signs")
async def test_while_an_action_runs_the_customer_sees_that_an_answer_is_made(shop: Shop) -> None:
    await shop.publish(FLOWS)
    lookup, screen = SlowLookup(), Screen(shop.customers)
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    await screen.shows("ShowTyping", times=2)
    lookup.lets_go.set()
    await screen.shows("Another order?")
    assert "ShowTyping" not in screen.shown[screen.shown.index("It is on its way.") :]


@pytest.mark.usefixtures("quick_signs")
async def test_a_sign_that_cannot_be_shown_stops_nothing(shop: Shop) -> None:
    await shop.publish(FLOWS)
    lookup, tried = SlowLookup(), asyncio.Event()

    def refuse(_address: str, outgoing: AnyOutgoing) -> None:
        if isinstance(outgoing, ShowTyping):
            tried.set()
            raise ChannelBusy("not now")

    shop.customers.before = refuse
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    async with asyncio.timeout(20):
        await tried.wait()
    lookup.lets_go.set()
    await shop.customers.wait_for(3)
    assert shop.customers.texts("1")[1] == "It is on its way."


async def test_an_action_that_nobody_waits_for_any_more_does_not_run(shop: Shop) -> None:
    await shop.publish(FLOWS)
    lookup = Lookup()
    await shop.hears("1", START)
    taken = await shop.hears("1", "4711")  # nobody runs actions yet
    await shop.hears("1", CommandHeard(name="menu"))
    assert taken.conversation is not None
    requested = next(event for event in await shop.events(taken.conversation) if isinstance(event, ActionRequested))
    shop.run_actions(lookup)
    run = RunAction(call_id=requested.call_id, action=requested.action, timeout_seconds=5)
    await shop.channels["action"].send(requested.call_id, run, None)
    assert lookup.calls == []


async def test_an_action_whose_time_is_over_does_not_run(shop: Shop) -> None:
    """The process that ran it may have died of it, and so would the next ones."""
    await shop.publish(FLOWS)
    lookup = Lookup()
    await shop.hears("1", START)
    taken = await shop.hears("1", "4711")  # nobody runs actions yet
    assert taken.conversation is not None
    requested = next(event for event in await shop.events(taken.conversation) if isinstance(event, ActionRequested))
    shop.test_clock.pass_by(8)
    shop.run_actions(lookup)
    run = RunAction(call_id=requested.call_id, action=requested.action, timeout_seconds=5)
    await shop.channels["action"].send(requested.call_id, run, None)
    assert lookup.calls == []
    await shop.wakeups.wake_due()
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "We cannot look now."


@pytest.mark.parametrize(
    ("retry_seconds", "tries"), [(0.0, 2), (0.1, 15)], ids=["short", "longer than the channel waits"]
)
async def test_an_outage_after_an_action_does_not_run_it_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, retry_seconds: float, tries: int
) -> None:
    monkeypatch.setattr(action_runs, "DATABASE_RETRY_SECONDS", retry_seconds)
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.1)
    await shop.publish(FLOWS.replace("timeout: 5s", "timeout: 1s"))
    lookup = SlowLookup()
    shop.run_actions(lookup)
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    answers, outages = Database.run_to_last, iter(range(tries))
    over = asyncio.Event()

    async def falters(database: Database, work: Callable[[Connection], Last[object]]) -> object:
        if lookup.calls and next(outages, None) is not None:
            raise DatabaseDown("away")
        if lookup.calls:
            over.set()
        return await answers(database, work)

    monkeypatch.setattr(Database, "run_to_last", falters)
    lookup.lets_go.set()
    await over.wait()
    shop.run()  # what was booked before an outage may have to be taken over
    await shop.customers.wait_for(3)
    assert shop.customers.texts("1")[1] == "It is on its way."
    assert (len(lookup.calls), next(outages, None)) == (1, None)


async def test_what_went_wrong_with_an_action_stands_in_the_log(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    await shop.publish(FLOWS)
    shop.run_actions(Lookup(ActionError("unreachable", "the server hangs up")))
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    (failed,) = [record for record in caplog.records if record.message == "action_failed"]
    facts = vars(failed)
    assert (facts["action"], facts["code"], facts["reason"]) == ("action_fetch", "unreachable", "the server hangs up")
