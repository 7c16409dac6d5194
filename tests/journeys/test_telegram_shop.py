"""The shipped shop in Telegram, walked by customers and agents through the real program."""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.environment import without_settings
from tests.invariants.house import Mode
from tests.invariants.nursery import ROOT
from tests.invariants.process import Process
from tests.invariants.waiting import until
from tests.journeys.telegram_shop import ALI, DESK, TelegramShop, hire, open_shop


@dataclass(frozen=True, slots=True)
class Words:
    """What a customer taps, writes and reads in one language."""

    name: str
    language: str
    track: str
    number: str
    found: str
    person: str
    anything: str
    sorry: str


EVERY = [
    Words("Sara", "English", "Track an order", "10234", "Order", "Talk to a person", "Anything else", "We're sorry"),
    Words("سارا", "فارسی", "پیگیری سفارش", "۱۰۲۳۴", "سفارش", "گفت‌وگو با کارشناس", "موضوع دیگر", "متأسفیم"),
    Words("سارة", "العربية", "تتبّع طلب", "١٠٢٣٤", "الطلب", "التحدث إلى موظف", "موضوع آخر", "نأسف"),
    Words("שרה", "עברית", "מעקב אחרי הזמנה", "10234", "הזמנה", "שיחה עם נציג או נציגה", "נושא אחר", "חבל לנו"),
]


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    """The server; at the end the bot must have made no mistake and left no tap unanswered."""
    async with BotApiServer() as running:
        yield running
        assert running.violations == []
        assert list(running.world.queries.unanswered()) == []


async def reach_a_person(customer: Person, words: Words) -> None:
    """From the first word to the queue, past the language and the status of an order."""
    await customer.start()
    await customer.wait_for(button=words.language)
    await customer.tap(words.language)
    await customer.wait_for(button=words.track)
    await customer.tap(words.track)
    await customer.wait_for(where=lambda seen: "✓" not in seen.text and len(seen.labels) == 1)
    await customer.say(words.number)
    await customer.wait_for(words.found, where=lambda seen: 10234 in map(int, re.findall(r"\d+", seen.text)))
    await customer.wait_for(button=words.person)
    await customer.tap(words.person)
    await customer.wait_for(button=words.anything)
    await customer.tap(words.anything)
    await customer.wait_for(where=lambda seen: "✓" not in seen.text and len(seen.labels) == 1)
    await customer.say(f"{words.name} needs help")


async def talk(customer: Person, agent: Person) -> None:
    """Both sides write, send and correct, and the agent keeps a note."""
    await customer.wait_for(agent.user.first_name, ever=True)
    await agent.wait_for(button="Release", ever=True)
    await customer.send_photo(caption="Look")
    await agent.wait_for("Look", where=lambda seen: "photo" in seen.content)
    first = await customer.say("Frist")
    await agent.wait_for("Frist")
    await customer.edit(first, "First")
    corrected = await agent.wait_for("First", ever=True)
    await agent.say("// not for customers")
    await agent.wait_for("Noted.")
    await agent.say("I see it", reply_to=corrected)
    answer = await customer.wait_for("I see it")
    await agent.send_voice()
    await customer.wait_for(where=lambda seen: "voice" in seen.content, ever=True)
    await customer.say("Thanks", reply_to=answer)
    await agent.wait_for("Thanks")


async def rate(customer: Person, agent: Person, words: Words) -> None:
    """The agent closes, and the customer is not content."""
    await agent.command("/close solved")
    await customer.wait_for(button="⭐", ever=True)
    await customer.tap("⭐")
    await customer.wait_for(words.sorry)
    await customer.say("Too slow")
    await customer.wait_for(where=lambda seen: not seen.buttons)
    await agent.wait_until(lambda screen: agent.topic.closed)


def without_old_buttons(screen: list[Seen]) -> bool:
    """A survey keeps its stars, since a rating may be changed; nothing else does."""
    return all("⭐" in seen.labels for seen in screen if seen.buttons)


async def walk(shop: TelegramShop, number: int, words: Words) -> None:
    """The whole journey of one customer; agents take by the button or by writing."""
    customer = shop.server.customer(1000 + number, words.name, language_code="de")
    await reach_a_person(customer, words)
    agent = await shop.agent(ALI, "Ali").wait_for_topic(words.name)
    await agent.wait_for(button="Take", ever=True)
    if number % 2:
        await agent.tap("Take")
    else:
        await agent.say("Hello")
        await customer.wait_for("Hello", where=lambda seen: seen.text == "Hello")
    await talk(customer, agent)
    await rate(customer, agent, words)
    await customer.wait_until(without_old_buttons)
    assert not [seen for seen in customer.screen() if "not for customers" in seen.text]


async def report_of(database_url: str) -> Any:
    """What `switchboard report --by agent` says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "report", "--by", "agent", "--format", "json"),
        cwd=ROOT,
        env=without_settings() | {"SWITCHBOARD_DATABASE__URL": database_url},
        stdout=asyncio.subprocess.PIPE,
    )
    return json.loads((await process.communicate())[0])


@pytest.mark.parametrize(("mode", "count"), [("polling", 1), ("webhook", 2)])
async def test_the_whole_journey_in_every_language(
    tmp_path: Path, server: BotApiServer, postgres_database: str, mode: Mode, count: int
) -> None:
    database_url = postgres_database if count > 1 else f"sqlite:///{tmp_path / 'switchboard.db'}"
    async with open_shop(tmp_path, server, database_url, mode, count=count) as shop:
        await hire(database_url, Ali=ALI)
        await asyncio.gather(*(walk(shop, number, words) for number, words in enumerate(EVERY)))
        await server.all_delivered()
    (ali,) = (await report_of(database_url))["groups"]
    figures = ali["figures"]
    assert (ali["title"], figures["conversations"]["count"]) == ("Ali", 4)
    assert (figures["csat"]["part"], figures["csat"]["of"]) == (0, 4)


async def readiness(process: Process) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as session, session.get(f"{await process.address()}/health/ready") as answer:
        return answer.status, await answer.json()


async def test_readiness_names_a_desk_that_cannot_be_used_and_a_token_that_is_refused(
    tmp_path: Path, server: BotApiServer
) -> None:
    server.group(DESK, bot="administrator")
    url = f"sqlite:///{tmp_path / 'switchboard.db'}"
    async with open_shop(tmp_path, server, url) as shop:

        async def names_the_group() -> bool:
            status, said = await readiness(shop.processes[0])
            return status == 200 and any(f"{DESK} has no topics" in warning for warning in said["warnings"])

        await until(names_the_group, PATIENCE_SECONDS, "readiness does not name the group")
    async with open_shop(tmp_path, server, url, TELEGRAM__TOKEN="1234567:no-such-bot") as shop:

        async def refuses() -> bool:
            status, said = await readiness(shop.processes[0])
            return status == 503 and any("Telegram refuses the bot" in missing for missing in said["missing"])

        await until(refuses, PATIENCE_SECONDS, "readiness does not tell of the refused token")
