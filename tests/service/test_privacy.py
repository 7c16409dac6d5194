"""What is kept about a customer can be seen, and forgotten."""

import asyncio
from pathlib import Path

import pytest

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


async def test_who_stopped_before_the_files_were_gone_can_forget_again(shop: Shop, tmp_path: Path) -> None:
    files = Files(tmp_path, 1000)
    privacy = Privacy(database=shop.database, files=files, clock=shop.clock)
    stored = await files.save("passport.png", chunks(b"\x89PNG\r\n\x1a\n"))
    await shop.hears("1", START)
    await shop.hears("1", MediaHeard(attachment=stored.attachment))
    customer = await privacy.find("telegram", "1")
    path = files.path(stored.key)
    assert customer is not None
    assert path is not None
    aside = path.rename(tmp_path / "aside")
    path.mkdir()  # it can't be deleted like a file
    with pytest.raises(OSError, match=stored.key):
        await privacy.forget(customer)
    path.rmdir()
    aside.rename(path)
    await privacy.forget(customer)
    assert files.path(stored.key) is None


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


async def test_a_file_that_can_not_be_deleted_keeps_nobody_else_waiting(shop: Shop, tmp_path: Path) -> None:
    files = Files(tmp_path, 1000)
    privacy = Privacy(database=shop.database, files=files, clock=shop.clock)
    stored = await files.save("passport.png", chunks(b"\x89PNG\r\n\x1a\n"))
    await shop.hears("1", START)
    await shop.hears("1", MediaHeard(attachment=stored.attachment))
    await shop.hears("2", START)
    customers = [await privacy.find("telegram", address) for address in ("1", "2")]
    for address in ("1", "2"):
        await shop.hears(address, CommandHeard(name="forget"))
        await shop.hears(address, "yes")
    await settled(shop)
    shop.test_clock.pass_by(61)
    path = files.path(stored.key)
    assert path is not None
    path.unlink()
    path.mkdir()  # it can't be deleted like a file
    assert await privacy.forget_leaving() == 2
    names = [str((await privacy.export(customer or "")).rows["events"]) for customer in customers]
    assert ["passport.png" in name for name in names] == [True, False]
    path.rmdir()
    assert await privacy.forget_leaving() == 1
    assert await privacy.forget_leaving() == 0
