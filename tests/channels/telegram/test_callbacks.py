"""Numbers that customers left, in the agents' group, with the real house behind it."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop
from tests.service.shop import TestClock

SARA, ALI, REZA = 100, 201, 202
DESK = -1001234
PHONE = "+989121234567"

FLOWS = """
flows:
  main:
    description: the start
    start: true
    steps:
      - id: top
        menu: What can we do?
        options:
          - {label: Call me back, then: [{call: calling, next: top}]}
  calling:
    description: callbacks
    if: false
    steps:
      - {callback: support, when: asap}
"""
QUEUES = "queues: {support: {default: true, callbacks: {tries: 2, again_after: 30m}}}"


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], desk=QUEUES, clock=TestClock())
    await shop.open(stack)
    for name, telegram_id in (("Ali", ALI), ("Reza", REZA)):
        await shop.agents.add(name, telegram_id=telegram_id, queues=["support"])
    return shop


async def leave_number(customer: Person) -> None:
    """The customer wants to be called."""
    await customer.start()
    await customer.wait_for("What can we do?", button="Call me back")
    await customer.tap("Call me back")
    await customer.wait_for("Which number")
    await customer.say(PHONE)
    await customer.wait_for("we'll call")


async def press(agent: Person, label: str, card: Seen) -> str:
    """The agent presses the button. Gives the notice."""
    query = await agent.tap(label, on=card)
    assert query
    return str((await query.answer()).get("text", ""))


async def test_a_number_that_nobody_answers_comes_up_again(server: BotApiServer, shop: Shop) -> None:
    sara = server.customer(SARA, "Sara")
    ali, reza = (server.member(server.world.chats[DESK], one, name) for one, name in ((ALI, "Ali"), (REZA, "Reza")))
    await leave_number(sara)
    card = await ali.wait_for(f"📞 {PHONE}", button="I'll call", ever=True)
    for shown in ("Sara asks for a call", "When: As soon as possible", "Queue: support", "Nobody has it in hand."):
        assert shown in card.text

    assert "It's yours." in await press(ali, "I'll call", card)
    assert await press(reza, "I'll call", card) == "Ali has it in hand."
    card = await ali.wait_for("Ali is calling.", ever=True)
    assert card.labels == ["Reached", "No answer", "Busy", "Wrong number", "Give back"]
    assert "It comes up again" in await press(ali, "No answer", card)
    await ali.wait_for("Last call: no answer (call 1 of 2)", button="I'll call")
    await ali.command("/callbacks")
    await ali.wait_for("Nobody waits for a call now.")

    assert isinstance(shop.clock, TestClock)
    shop.clock.pass_by(31 * 60)
    await shop.wakeups.wake_due()
    again = await ali.wait_for("It is time to call.", button="I'll call")
    assert again.message_id != card.message_id
    left = await ali.wait_for("It is shown again below.", ever=True)
    assert (left.message_id, left.labels) == (card.message_id, [])
    await ali.command("/callbacks")
    assert (await ali.wait_for(f"🟡 📞 {PHONE} · Sara · support")).from_bot


async def test_who_is_given_up_is_told_and_may_ask_again(server: BotApiServer, shop: Shop) -> None:
    sara, ali = server.customer(SARA, "Sara"), server.member(server.world.chats[DESK], ALI, "Ali")
    await leave_number(sara)
    card = await ali.wait_for(f"📞 {PHONE}", button="I'll call", ever=True)
    await press(ali, "I'll call", card)
    card = await ali.wait_for("Ali is calling.", ever=True)
    assert "the customer is told" in await press(ali, "Wrong number", card)
    over = await ali.wait_for("Not reached (Ali")
    assert over.labels == []
    told = await sara.wait_for(f"We called {PHONE}, but it seems to be the wrong number.", button="Call me back")
    await sara.tap("Call me back", on=told)
    await sara.wait_for("Which number")
    await sara.say("+989127654321")
    await sara.wait_for("we'll call +989127654321")
    card = await ali.wait_for("📞 +989127654321", button="I'll call")
    await press(ali, "I'll call", card)
    card = await ali.wait_for("Ali is calling.", ever=True)
    assert await press(ali, "Reached", card) == "Noted: done."
    over = await ali.wait_for("Ali has reached the customer")
    assert over.labels == []


async def test_without_any_group_it_is_called_from_an_agents_own_chat(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server, FLOWS, desk=QUEUES)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    sara, ali = server.customer(SARA, "Sara"), server.customer(ALI, "Ali")
    await ali.command("/desk")
    await ali.wait_for("This chat is your desk now")
    await leave_number(sara)
    await ali.wait_for("Sara asks for a call", button="I'll call")
    await ali.command("/callbacks")
    listed = await ali.wait_for(PHONE, button=f"📞 {PHONE}")
    await ali.tap(f"📞 {PHONE}", on=listed)
    card = await ali.wait_for("Sara asks for a call", button="I'll call")
    await ali.tap("I'll call", on=card)
    card = await ali.wait_for("Ali is calling.", button="Reached")
    await ali.tap("Reached", on=card)
    over = await ali.wait_for("Ali has reached the customer")
    assert (over.message_id, over.labels) == (card.message_id, [])
