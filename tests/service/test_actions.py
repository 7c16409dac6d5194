"""Custom actions run outside any transaction; their outcome is an input like others."""

from bot.events import ActionRequested
from bot.ports import ActionCall, ActionError, ActionOutcome, RunAction
from tests.service.shop import START, Shop

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
    assert [event["event"] for event in call.events if event["event"] in ("user", "bot")][-1] == "user"
    assert call.domain is not None


async def test_an_action_that_fails_takes_the_flows_way_for_it(shop: Shop) -> None:
    await shop.publish(FLOWS)
    shop.run_actions(Lookup(ActionError("unreachable", "nobody answers")))
    await shop.hears("1", START)
    await shop.hears("1", "4711")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "We cannot look now."


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
