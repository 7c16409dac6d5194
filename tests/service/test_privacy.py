"""What is kept about a customer can be seen, and forgotten."""

import asyncio
from pathlib import Path

from bot.engine.inputs import CommandHeard, MediaHeard
from bot.service.files import Files
from bot.service.privacy import Privacy
from tests.service.shop import START, Shop
from tests.service.test_delivery import settled
from tests.service.test_files import chunks


async def test_a_customer_who_is_forgotten_leaves_no_word_and_no_file(shop: Shop, tmp_path: Path) -> None:
    files = Files(tmp_path, 1000)
    privacy = Privacy(database=shop.database, files=files, clock=shop.clock)
    stored = await files.save("passport.png", chunks(b"\x89PNG\r\n\x1a\n"))
    await shop.hears("1", START)
    taken = await shop.hears("1", MediaHeard(attachment=stored.attachment, caption="my passport"))
    customer = await privacy.find("telegram", "1")
    assert customer is not None
    kept = await privacy.export(customer)
    assert any("my passport" in row["body"] for row in kept.rows["events"])
    assert await privacy.forget(customer) == 1
    assert files.path(stored.key) is None
    assert "my passport" not in str((await privacy.export(customer)).rows)
    assert await privacy.find("telegram", "1") is None
    again = await shop.hears("1", START)
    assert again.conversation not in (None, taken.conversation)


async def test_nothing_is_known_of_a_stranger(shop: Shop, tmp_path: Path) -> None:
    privacy = Privacy(database=shop.database, files=Files(tmp_path, 10), clock=shop.clock)
    assert await privacy.find("telegram", "nobody") is None
    assert (await privacy.export("nobody")).rows == {}


async def test_who_asks_to_be_forgotten_reads_the_goodbye_and_is_then_unknown(shop: Shop, tmp_path: Path) -> None:
    privacy = Privacy(database=shop.database, files=Files(tmp_path, 10), clock=shop.clock)
    line = asyncio.Event()
    shop.customers.before = lambda _address, _outgoing: line.wait()
    await shop.hears("1", START)
    await shop.hears("1", "my secret plan")
    customer = await privacy.find("telegram", "1")
    assert customer is not None
    await shop.hears("1", CommandHeard(name="forget"))
    await shop.hears("1", "yes")
    assert await privacy.find("telegram", "1") is None, "who writes now is somebody new"
    await shop.hears("1", START)
    shop.test_clock.pass_by(61)
    assert await privacy.forget_leaving() == 0, "the goodbye was not sent yet"
    line.set()
    await settled(shop)
    assert any("Goodbye" in text for text in shop.customers.texts("1"))
    assert await privacy.forget_leaving() == 1
    assert await privacy.forget_leaving() == 0
    assert "secret plan" not in str((await privacy.export(customer)).rows)
    somebody = await privacy.find("telegram", "1")
    assert somebody not in (None, customer), "the one who came after is not forgotten"
