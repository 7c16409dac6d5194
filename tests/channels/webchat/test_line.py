"""What a page and the house say to each other, over a real line."""

import asyncio

import aiohttp
import pytest

from bot.channels.webchat.visitors import PACE, address_of
from bot.content import Content, RichText
from bot.engine.inputs import CommandHeard
from bot.events import AgentSaid, CustomerSaid, NoteWritten, SlotsSet
from bot.ports import Inbound
from tests.channels.webchat.house import AGENT, House
from tests.channels.webchat.visitor import line_to, text_of, visitor_at

POLICY_VIOLATION = 1008


async def test_a_new_visitor_is_given_a_secret_and_greeted(house: House) -> None:
    async with visitor_at(house.origin) as page:
        assert page.items == []
        answer = await page.does("start")
        assert answer["kind"] == "taken"
        assert page.said == ["bot: Welcome to the lamp shop.", "bot: What shall it be?"]
        assert [run for run in page.messages[0]["runs"] if run.get("bold")] == [{"text": "lamp shop", "bold": True}]
        assert [button["label"] for button in page.messages[1]["buttons"]][:2] == ["A lamp", "Leave a number"]
        assert page.messages[1]["columns"] == 2
        assert page.messages[1]["asks"] == "question"
    async with visitor_at(house.origin) as another:
        assert another.visitor != page.visitor
        assert another.items == []


async def test_taps_words_and_numbers_are_answers(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("tap", token=page.token("A lamp"))
        assert page.said[-2:] == ["customer: A lamp", "bot: Which size?"]
        await page.does("tap", token=page.token("More ›"))
        assert [button["label"] for button in page.messages[-1]["buttons"]][:1] == ["Large"]
        await page.does("write", text="large")
        assert "bot: A large lamp it is." in page.said
        await page.does("write", text="1")
        assert page.said[-1] == "bot: Which size?"
        chosen = [item["shown"]["label"] for item in page.items if item["shown"]["kind"] == "chosen"]
        assert chosen == ["A lamp", "Large", "A lamp"]


async def test_what_is_sent_twice_happens_once(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start", id="start-0001")
        assert (await page.does("write", id="same-0001", text="A lamp"))["kind"] == "taken"
        shown = len(page.items)
        assert (await page.does("write", id="same-0001", text="A lamp"))["kind"] == "taken"
        assert len(page.items) == shown
    async with visitor_at(house.origin, page.visitor) as again:
        await again.does("write", id="same-0001", text="A lamp")
        assert [text for text in again.said if text == "customer: A lamp"] == ["customer: A lamp"]
    async with visitor_at(house.origin) as another:
        await another.does("write", id="same-0001", text="hello")
        assert "customer: hello" in another.said, "ids of one visitor are not another's"


async def test_the_log_is_read_on_where_the_line_broke(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
    async with visitor_at(house.origin, page.visitor) as reloaded:
        assert reloaded.said == page.said
        await reloaded.does("write", id="lamp-0001", text="A lamp")
    async with visitor_at(house.origin, page.visitor, cursor=page.cursor) as resumed:
        assert resumed.said == ["customer: A lamp", "bot: Which size?"]
        assert resumed.messages[0]["id"] == "lamp-0001"


async def test_every_open_page_of_a_visitor_shows_the_same(house: House) -> None:
    async with visitor_at(house.origin) as one, visitor_at(house.origin, one.visitor) as other:
        await one.does("start")
        await one.does("write", text="A lamp")
        await other.sees("bot: Which size?")
        assert other.said == one.said


async def test_a_conversation_of_hundreds_of_messages_is_read_to_its_end(house: House) -> None:
    async with visitor_at(house.origin) as page:
        address = address_of(page.visitor)
        for number in range(60):
            heard = CommandHeard(name="menu")
            await house.turns.take(Inbound(channel="webchat", external_id=f"x{number}", address=address, heard=heard))
        await page.does("write", text="A lamp")
    async with visitor_at(house.origin, page.visitor) as reloaded:
        assert reloaded.said[-1] == "bot: Which size?"
        seen = {(item["conversation"], item["number"]) for item in reloaded.items}
        assert len(seen) == len(reloaded.items)


async def test_however_long_a_conversation_is_a_page_knows_how_it_stands(house: House) -> None:
    async with visitor_at(house.origin, language="fa") as page:
        await house.add_agent()
        await page.does("start")
        await page.does("write", text="A person")
        await house.agent_joins("Mina")
        said = Content(text=RichText(text="One moment."))
        await house.happens(*(AgentSaid(agent=AGENT, content=said, message_id=f"m{number}") for number in range(210)))
    async with visitor_at(house.origin, page.visitor) as reloaded:
        assert reloaded.items[0]["shown"] == {"kind": "opened", "language": "fa"}
        desk = [item["shown"] for item in reloaded.items if item["shown"]["kind"] == "desk"]
        assert desk[-1] == {"kind": "desk", "state": "agent", "agent": "Mina"}
        places = [(item["conversation"], item["number"]) for item in reloaded.items]
        assert places == sorted(set(places))


async def test_agents_are_seen_and_their_notes_are_not(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await house.add_agent()
        await page.does("start")
        await page.does("write", text="A person")
        await house.agent_joins("Mina")
        await house.happens(NoteWritten(agent=AGENT, text="a difficult one"), SlotsSet(values={"size": "secret"}))
        await house.agent_says("Hello, see https://example.com/lamps.")
        await page.sees("agent: Hello, see https://example.com/lamps.")
        desk = [item["shown"] for item in page.items if item["shown"]["kind"] == "desk"]
        assert [one["state"] for one in desk] == ["queue", "agent"]
        assert desk[-1]["agent"] == "Mina"
        assert [run.get("url") for run in page.messages[-1]["runs"]] == [None, "https://example.com/lamps", None]
        assert "difficult" not in str(page.items)
        assert "secret" not in str(page.items)
        assert AGENT not in str(page.items), "agents are names, not accounts"


async def test_a_page_sees_that_something_is_looked_up(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="Look it up")
        works = [item["shown"] for item in page.items if item["shown"]["kind"] == "works"]
        assert [one["busy"] for one in works] == [True]
        await house.action_returns(responses=[{"text": "Found it."}])
        await page.sees("bot: Found it.")
        works = [item["shown"] for item in page.items if item["shown"]["kind"] == "works"]
        assert [one["busy"] for one in works] == [True, False]
        assert works[0]["call"] == works[1]["call"]


async def test_a_deep_link_begins_where_it_points(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start", flow="lamp")
        assert page.said[-1] == "bot: Which size?"


async def test_the_language_of_the_browser_is_spoken(house: House) -> None:
    async with visitor_at(house.origin, language="fa-IR") as page:
        await page.does("start")
        assert page.said[-1] == "bot: چه می‌خواهید؟"
        assert page.items[0]["shown"] == {"kind": "opened", "language": "fa"}


async def test_a_language_that_is_none_is_passed_over(house: House) -> None:
    async with visitor_at(house.origin, language="<b>\u0000") as page:
        await page.does("start")
        assert page.items[0]["shown"] == {"kind": "opened", "language": "en"}


async def test_a_place_is_an_answer(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="Where are you")
        assert page.messages[-1]["expects"] == "location"
        await page.does("locate", latitude=35.7, longitude=51.4)
        assert "bot: Not far." in page.said
        assert [one["place"] for one in page.messages if one.get("place")] == [{"latitude": 35.7, "longitude": 51.4}]


async def test_commands_are_typed_as_in_other_messengers(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="A lamp")
        await page.does("write", text="/menu")
        assert "customer: /menu" in page.said
        assert page.said[-1] == "bot: What shall it be?"
        await page.does("write", text="/SetSlots(size=evil)")
        assert not any(isinstance(event, SlotsSet) for event in await house.log())


@pytest.mark.parametrize(
    "message",
    [
        "not json",
        "[]",
        '{"kind": "unknown"}',
        '{"kind": "write", "id": "x", "text": "an id that is too short"}',
        '{"kind": "write", "id": "../../../../", "text": "an id that is no id"}',
        '{"kind": "tap", "id": "abcdefgh", "token": "' + "x" * 65 + '"}',
        '{"kind": "locate", "id": "abcdefgh", "latitude": 91, "longitude": 0}',
        '{"kind": "start", "id": "abcdefgh", "flow": "a\\u0000b"}',
        '{"kind": "ping", "deep": ' + "[" * 30_000 + "]" * 30_000 + "}",
        '{"kind": "hello"}',
    ],
)
async def test_what_no_page_would_say_ends_the_line(house: House, message: str) -> None:
    async with visitor_at(house.origin) as page:
        await page.socket.send_str(message)
        assert await page.closed() in (POLICY_VIOLATION, 1000)
    assert await house.log() == []


@pytest.mark.parametrize(
    "first",
    [
        "nonsense",
        '{"kind": "ping"}',
        '{"kind": "write", "id": "abcdefgh", "text": "before hello"}',
        '{"kind": "hello", "cursor": {"x": -1}}',
        '{"kind": "hello", "cursor": {"x": 99999999999999999999}}',
        '{"kind": "hello", "language": "' + "x" * 36 + '"}',
        '{"kind": "hello", "deep": ' + "[" * 30_000 + "]" * 30_000 + "}",
    ],
)
async def test_a_line_begins_with_hello(house: House, first: str) -> None:
    async with line_to(house.origin) as line:
        await line.socket.send_str(first)
        assert await line.closed() == POLICY_VIOLATION
    assert await house.log() == []


async def test_a_secret_that_we_did_not_make_is_replaced(house: House) -> None:
    async with visitor_at(house.origin, "guess me") as page:
        assert page.visitor != "guess me"
        assert len(page.visitor) == 43


async def test_the_secret_is_not_in_the_log_of_events(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="hello")
    text = (house.folder / "switchboard.db").read_bytes() + (house.folder / "switchboard.db-wal").read_bytes()
    assert address_of(page.visitor).encode() in text
    assert page.visitor.encode() not in text


async def test_a_text_may_be_long_but_not_endless(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        assert (await page.does("write", text="x" * 4000))["kind"] == "taken"
        refused = await page.does("write", text="x" * 4001)
        assert (refused["kind"], refused["reason"]) == ("refused", "too_long")
        texts = [event.content.text.text for event in await house.log() if isinstance(event, CustomerSaid)]
        assert [len(text) for text in texts] == [len("/start"), 4000]
        await page.send(kind="write", id="abcdefgh", text="x" * 70_000)
        assert await page.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_zero_byte_is_not_kept(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await page.does("write", text="A\x00 lamp")
        assert page.said[-1] == "bot: Which size?"


async def test_who_writes_too_fast_is_asked_to_wait(house: House) -> None:
    async with visitor_at(house.origin) as page, visitor_at(house.origin) as another:
        answers = [await page.does("write", text="menu") for _ in range(PACE.burst + 1)]
        assert [answer["kind"] for answer in answers] == ["taken"] * PACE.burst + ["refused"]
        assert answers[-1]["reason"] == "too_fast"
        assert 0 < answers[-1]["after_seconds"] <= PACE.interval_seconds
        assert (await another.does("start"))["kind"] == "taken", "others don't wait"


async def test_pings_are_answered(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.send(kind="ping")
        assert await page.receive() == {"kind": "pong"}


async def test_lines_end_when_the_server_stops_and_come_back_to_the_next(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await asyncio.wait_for(house.stop(), 5)
        assert await page.closed() == aiohttp.WSCloseCode.GOING_AWAY
    await house.serve()
    async with visitor_at(house.origin, page.visitor, cursor=page.cursor) as resumed:
        assert resumed.items == []
        await resumed.does("write", text="A lamp")
        assert [text_of(one) for one in resumed.messages] == ["A lamp", "Which size?"]


async def test_a_page_that_reads_nothing_does_not_hold_up_a_stop(house: House) -> None:
    async with visitor_at(house.origin) as page, visitor_at(house.origin, page.visitor) as other:
        await page.does("start")
        page.stops_reading()
        for _ in range(16):  # more than all the buffers between them
            await house.agent_says("x" * 2**20)
            await other.receive()
        await house.agent_says("Are you there?")
        await other.sees("agent: Are you there?")
        await asyncio.wait_for(house.stop(), 20)


async def test_a_house_without_its_database_asks_to_come_again(house: House) -> None:
    async with visitor_at(house.origin) as page:
        await page.does("start")
        await house.database.close()
        await page.send(kind="write", id="abcdefgh", text="A lamp")
        assert await page.closed() == aiohttp.WSCloseCode.TRY_AGAIN_LATER
