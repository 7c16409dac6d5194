"""An input is taken once, in order, with all that follows from it."""

from bot.ports import Say
from tests.service.shop import START, Shop


async def test_a_customer_is_greeted_asked_and_answered(shop: Shop) -> None:
    taken = await shop.hears("1", START)
    await shop.customers.wait_for(1)
    menu = shop.customers.to("1")[0]
    assert isinstance(menu, Say)
    assert [choice.label for choice in menu.choices] == ["Tell us your name", "More", "Talk to a person"]
    await shop.hears("1", "1")
    await shop.hears("1", "Ada")
    await shop.customers.wait_for(4)
    assert shop.customers.texts("1")[:3] == ["How can we help?", "Your name?", "Hello Ada."]
    assert taken.conversation is not None
    assert "ConversationOpened" in await shop.kinds(taken.conversation)
