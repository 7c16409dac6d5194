"""Customers in Telegram, by polling and by webhook: what they say comes in, what is said to them is on their screen."""

from collections.abc import Sequence

from bot.content import Choice, Content, RichText, Span
from bot.engine.inputs import CommandHeard, TapHeard, TextHeard
from bot.ports import AnyOutgoing, Inbound, Say, ShowChoice
from tests.botapi.server import BotApiServer
from tests.channels.telegram.scripted import Scripted
from tests.channels.telegram.served import Shop

SARA = 100
HELLO = RichText(text="Hello Sara", spans=(Span(start=6, end=10, style="bold"),))
MENU = Say(
    content=Content(text=HELLO), choices=(Choice(label="Orders", token="1.1.0"), Choice(label="Help", token="1.1.1"))
)


def menu_then_answer(inbound: Inbound) -> Sequence[AnyOutgoing]:
    match inbound.heard:
        case TapHeard(message_id=str(message_id)):
            chosen = ShowChoice(message_id=message_id, text=HELLO, label="Orders")
            return chosen, Say(content=Content(text=RichText(text="Which order?")))
        case _:
            return (MENU,)


async def test_a_customer_starts_taps_and_types(server: BotApiServer, house: Scripted, shop: Shop) -> None:
    house.script = menu_then_answer
    sara = server.customer(SARA, "Sara", last_name="Lee", username="sara", language_code="en-GB")
    await sara.start("orders-17")
    menu = await sara.wait_for("Hello Sara", button="Orders")
    assert menu.styled("bold") == ["Sara"]
    assert menu.buttons == [
        [{"text": "Orders", "callback_data": "1.1.0"}],
        [{"text": "Help", "callback_data": "1.1.1"}],
    ]
    query = await sara.tap("Orders")
    assert query
    assert await query.answer() == {}
    await sara.wait_for("Which order?")
    [shown, _] = [seen for seen in sara.screen() if seen.from_bot]
    assert (shown.text, shown.labels) == ("Hello Sara\n\n✓ Orders", [])
    assert shown.styled("bold") == ["Sara"]
    await sara.say("17")
    await house.wait_for(3)
    await server.all_delivered()
    assert house.heard == [
        CommandHeard(name="start", argument="orders-17", message_id=house.heard[0].message_id),
        TapHeard(token="1.1.0", message_id=str(menu.message_id)),
        TextHeard(text="17", message_id=house.heard[2].message_id),
    ]
    first = house.inbounds[0]
    assert (first.channel, first.address, first.name) == ("telegram", str(SARA), "Sara Lee")
    assert (first.username, first.language) == ("sara", "en")
