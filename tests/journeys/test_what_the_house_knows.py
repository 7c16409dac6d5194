"""What the service tells the flows about a customer: the language they chose, and the hour in the business's zone."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.engine.inputs import CommandHeard, TextHeard
from bot.events import CallbackRequested
from bot.ports import Inbound, Taken
from storage import customers
from storage.identifiers import new_id
from tests.databases import sqlite_copy
from tests.service.shop import Shop

FLOWS = """
settings: {languages: [en, fa], queue: support}
flows:
  main:
    start: true
    description: asks once which language to speak
    steps:
      - noop: true
        next:
          - if: customer.language is null
            then: [{language: ask, next: top}]
          - else: top
      - id: top
        menu: {en: How can we help?, fa: چه کمکی؟}
        options:
          - {label: {en: Call me, fa: تماس}, value: call, then: call}
          - {label: {en: Bye, fa: خداحافظ}, value: bye, then: END}
      - {id: call, callback: support, when: ask, next: END}
"""
START = CommandHeard(name="start")


async def says(shop: Shop, heard: str | CommandHeard, app_language: str | None) -> Taken:
    inbound = Inbound(
        channel="telegram",
        external_id=new_id(),
        address="1",
        heard=TextHeard(text=heard, message_id=new_id()) if isinstance(heard, str) else heard,
        name="Sara",
        language=app_language,
    )
    return await shop.turns.take(inbound)


async def opened(tmp_path: Path) -> Shop:
    shop = Shop(sqlite_copy(tmp_path / "house.db"))
    await shop.publish(FLOWS)
    return shop


async def test_the_app_is_spoken_to_in_its_language_and_the_customer_still_asked_once(tmp_path: Path) -> None:
    shop = await opened(tmp_path)
    await says(shop, START, "fa")
    await shop.customers.wait_for(1)
    assert shop.customers.texts("1") == ["لطفاً زبان خود را انتخاب کنید."]
    await says(shop, "فارسی", "fa")
    await says(shop, "خداحافظ", "fa")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[-1] == "چه کمکی؟"
    known = await shop.database.read(lambda connection: customers.find(connection, [("telegram", "1")]))
    assert known["telegram", "1"].language == "fa", "chosen, though it was spoken already"
    await says(shop, START, None)
    await shop.customers.wait_for(3)
    assert shop.customers.texts("1")[-1] == "چه کمکی؟", "not asked again, and not spoken to in English"
    await shop.close()


async def test_a_typed_time_is_meant_in_the_zone_of_the_business(tmp_path: Path) -> None:
    shop = await opened(tmp_path)
    tehran = ZoneInfo("Asia/Tehran")
    shop.installation.time_zone = tehran
    for heard in (START, "English", "1", "+971501234567"):
        await says(shop, heard, "en")
    taken = await says(shop, "tomorrow 14:30", "en")
    assert taken.conversation is not None
    [booked] = [event for event in await shop.events(taken.conversation) if isinstance(event, CallbackRequested)]
    tomorrow = datetime.now(tehran).date() + timedelta(days=1)
    assert booked.due_at == datetime(tomorrow.year, tomorrow.month, tomorrow.day, 14, 30, tzinfo=tehran).isoformat()
    await shop.close()
