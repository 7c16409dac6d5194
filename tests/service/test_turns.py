"""An input is taken once, in order, with all that follows from it."""

import asyncio
import threading
from datetime import datetime

import msgspec
import pytest
from sqlalchemy import text

from bot.content import Content, RichText
from bot.engine.flow import FlowSet, Menu
from bot.engine.inputs import CustomerBlocked, EditHeard
from bot.engine.program import compile_program
from bot.events import ConversationOpened, CustomerSaid, HandoffRequested, TurnFailed
from bot.ports import Say
from bot.service.publishing import revision_of
from storage import conversations, customers, event_log, revisions
from storage.conversations import Saved
from storage.database import Connection, Database, DatabaseDown
from tests.service.shop import ECHO, START, Shop, flow_set, tap


async def test_a_customer_is_greeted_asked_and_answered(shop: Shop) -> None:
    taken = await shop.hears("1", START)
    await shop.customers.wait_for(1)
    menu = shop.customers.to("1")[0]
    assert isinstance(menu, Say)
    assert [choice.label for choice in menu.choices] == ["Tell us your name", "More", "Talk to a person"]
    await shop.hears("1", "1")
    await shop.hears("1", "Ada")
    await shop.customers.wait_for(4)
    assert shop.customers.texts("1") == ["How can we help?", "Your name?", "Hello Ada.", "How can we help?"]
    assert taken.conversation is not None
    assert "ConversationOpened" in await shop.kinds(taken.conversation)


async def test_the_same_input_counts_once_in_one_batch_and_later(shop: Shop) -> None:
    first, second = await asyncio.gather(shop.hears("1", "hi", "u1"), shop.hears("1", "hi", "u1"))
    third = await shop.hears("1", "hi", "u1")
    assert [taken.duplicate for taken in (first, second, third)] == [False, True, True]
    assert first.conversation is not None
    assert (await shop.kinds(first.conversation)).count("CustomerSaid") == 1


async def test_a_flood_of_one_address_is_taken_and_answered_in_order(shop: Shop) -> None:
    await shop.publish(ECHO)
    await shop.hears("1", START)
    taken = await asyncio.gather(*(shop.hears("1", f"word {number}") for number in range(40)))
    assert taken[0].conversation is not None
    said = [event for event in await shop.events(taken[0].conversation) if isinstance(event, CustomerSaid)]
    assert [event.content.text.text for event in said[1:]] == [f"word {number}" for number in range(40)]
    await shop.customers.wait_for(81)
    answers = [text for text in shop.customers.texts("1") if text.startswith("You said")]
    assert answers == [f"You said word {number}." for number in range(40)]


async def test_inputs_that_come_together_share_a_transaction(shop: Shop) -> None:
    await asyncio.gather(*(shop.hears(str(number), START) for number in range(50)))
    sizes = shop.registry.get_sample_value("switchboard_turn_batch_size_sum")
    transactions = shop.registry.get_sample_value("switchboard_turn_batch_size_count")
    assert sizes is not None
    assert transactions is not None
    assert sizes >= 50
    assert transactions < 50


def with_a_hole(flows: FlowSet) -> FlowSet:
    """Flows that no check has seen: the choice `More` leads to a step that does not exist."""
    main = flows.flows["main"]
    top = main.steps["top"]
    assert isinstance(top, Menu)
    options = tuple(
        msgspec.structs.replace(option, to="nowhere") if option.value == "more" else option for option in top.options
    )
    steps = {**main.steps, "top": msgspec.structs.replace(top, options=options)}
    return msgspec.structs.replace(flows, flows={**flows.flows, "main": msgspec.structs.replace(main, steps=steps)})


async def poison(shop: Shop) -> None:
    """Publish flows with a hole in them."""
    flows = with_a_hole(flow_set())
    revision, body = revision_of(flows)
    now = shop.clock.now()
    await shop.database.run(lambda connection: revisions.publish(connection, revision, body, "test", "", now))
    shop.programs.keep(compile_program(flows, revision))
    shop.programs.newest = revision


async def test_a_bug_is_apologised_for_and_a_person_is_asked_for(shop: Shop) -> None:
    await poison(shop)
    await shop.hears("1", START)
    taken = await shop.hears("1", "2", "poison")
    assert taken.failed
    assert (await shop.hears("1", "2", "poison")).duplicate
    assert taken.conversation is not None
    events = await shop.events(taken.conversation)
    failed = next(event for event in events if isinstance(event, TurnFailed))
    assert failed.error.startswith("KeyError at ")
    request = next(event for event in events if isinstance(event, HandoffRequested))
    assert request.reason == "internal_error"
    await shop.customers.wait_for(3)
    assert any("went wrong" in text for text in shop.customers.texts("1")), shop.customers.texts("1")


async def test_a_bug_in_one_conversation_leaves_its_neighbours_alone(shop: Shop) -> None:
    await poison(shop)
    addresses = [str(number) for number in range(10)]
    await asyncio.gather(*(shop.hears(address, START) for address in addresses))
    words = {address: "2" if address == "5" else "1" for address in addresses}
    taken = await asyncio.gather(*(shop.hears(address, word) for address, word in words.items()))
    assert [one.failed for one in taken] == [address == "5" for address in addresses]
    await shop.customers.wait_for(20)
    for address in addresses:
        assert ("Your name?" in shop.customers.texts(address)) == (address != "5")


async def test_after_a_bug_the_conversation_goes_on(shop: Shop) -> None:
    await poison(shop)
    await shop.hears("1", START)
    await shop.hears("1", "2")
    taken = await shop.hears("1", "/menu")
    assert not taken.failed


async def spoil(shop: Shop, conversation: str, due_at: datetime | None = None) -> None:
    """Put a state into the database that this version cannot read."""

    def work(connection: Connection) -> None:
        stored = conversations.lock(connection, [conversation])[conversation]
        row = Saved(
            id=conversation,
            language="en",
            state='{"from": "the future"}',
            heard_at=stored.heard_at,
            event_count=stored.event_count,
            due_at=due_at,
        )
        conversations.save(connection, [row])

    await shop.database.run(work)


async def test_a_state_that_cannot_be_read_is_answered_with_a_person(shop: Shop) -> None:
    await shop.add_agent("Ali")
    first = await shop.hears("1", START)
    assert first.conversation is not None
    await spoil(shop, first.conversation)
    stuck, neighbour = await asyncio.gather(shop.hears("1", "hello"), shop.hears("2", START))
    assert stuck.failed
    assert not neighbour.failed
    kinds = await shop.kinds(first.conversation)
    assert kinds[kinds.index("TurnFailed") :][:4] == ["TurnFailed", "BotSaid", "HandoffRequested", "HandoffQueued"]
    again = await shop.hears("1", "hello again")
    assert not again.failed
    assert again.conversation == first.conversation


async def test_without_a_database_nothing_is_taken() -> None:
    shop = Shop("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseDown):
        await shop.hears("1", START)
    await shop.close(1)


async def test_a_conversation_ends_with_the_flows_it_began_with_even_after_a_restart(
    shop: Shop, database_url: str
) -> None:
    taken = await shop.hears("1", START)
    await shop.publish(FLOWS_OF_TODAY)
    await shop.hears("1", "1")
    await shop.customers.wait_for(2)
    assert shop.customers.texts("1")[1] == "Your name?"
    restarted = Shop(database_url, process="two")
    restarted.run()
    await restarted.publish(FLOWS_OF_TODAY)
    after = await restarted.hears("1", "Ada")
    assert after.conversation == taken.conversation
    await restarted.customers.wait_for(2)
    assert restarted.customers.texts("1")[0] == "Hello Ada."
    other = await restarted.hears("2", START)
    assert other.conversation is not None
    await restarted.customers.wait_for(3)
    assert restarted.customers.texts("2") == ["We have moved."]
    await restarted.close(1)


FLOWS_OF_TODAY = """
flows:
  main: {start: true, description: the new shop, steps: [{say: We have moved.}]}
"""


async def test_a_new_conversation_names_the_one_before(shop: Shop) -> None:
    await shop.publish(FLOWS_OF_TODAY)
    first = await shop.hears("1", START)
    second = await shop.hears("1", "hi again")
    assert first.conversation is not None
    assert second.conversation is not None
    stored = await shop.database.read(lambda connection: conversations.latest(connection, "telegram", "1"))
    assert stored is not None
    assert stored.id == second.conversation
    opened = (await shop.events(second.conversation))[0]
    assert isinstance(opened, ConversationOpened)
    assert opened.previous == first.conversation


async def test_an_edit_or_a_block_opens_no_conversation(shop: Shop) -> None:
    edit = EditHeard(content=Content(text=RichText(text="x")), message_id="1")
    assert (await shop.hears("1", edit)).conversation is None
    assert (await shop.hears("2", CustomerBlocked())).conversation is None
    known = await shop.database.read(lambda connection: customers.find(connection, [("telegram", "2")]))
    assert known[("telegram", "2")].blocked_at is not None


async def test_who_blocks_in_the_middle_ends_the_conversation(shop: Shop) -> None:
    taken = await shop.hears("1", START)
    await shop.hears("1", CustomerBlocked())
    assert taken.conversation is not None
    assert (await shop.kinds(taken.conversation))[-1] == "ConversationClosed"


async def test_a_tap_that_leads_to_a_menu_replaces_it_and_any_other_keeps_the_choice(shop: Shop) -> None:
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    top = shop.customers.to("1")[0]
    await shop.hears("1", tap(top, "More", "m1"))
    await shop.customers.wait_for(2)
    more = shop.customers.to("1")[1]
    assert isinstance(more, Say)
    assert more.replaces == "m1"
    await shop.hears("1", tap(more, "Back to the top", "m1"))
    await shop.customers.wait_for(3)
    top = shop.customers.to("1")[2]
    await shop.hears("1", tap(top, "Tell us your name", "m1"))
    await shop.customers.wait_for(5)
    shown, question = shop.customers.to("1")[3:]
    assert (shown.message_id, shown.label, shown.text.text) == ("m1", "Tell us your name", "How can we help?")  # type: ignore[union-attr]
    assert isinstance(question, Say)
    assert question.replaces is None


async def test_buttons_that_count_no_more_go_when_the_answer_is_typed_or_the_question_comes_again(shop: Shop) -> None:
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    await shop.hears("1", "no such choice")
    await shop.customers.wait_for(3)
    assert shop.customers.texts("1")[0] == shop.customers.texts("1")[2]
    await shop.hears("1", "More")
    await shop.customers.wait_for(4)
    await shop.hears("1", tap(shop.customers.to("1")[0], "More", "m1"))  # from an old screen
    await shop.customers.wait_for(6)
    await shop.hears("1", "/menu")
    await shop.customers.hide(5)
    assert shop.customers.hidden == ["m1", "m3", "m1", "m4", "m6"]


LOOSE = """
slots: {name: {type: text}, order: {type: text}}
responses: {utter_hello: [{text: Hello., buttons: [{title: Our shops, payload: shops}]}]}
flows:
  main:
    start: true
    description: greets and asks
    steps:
      - action: utter_hello
      - {collect: name, ask: Your name?}
      - {collect: order, ask: Your order?}
  shops: {description: d, triggers: [shops], steps: [{say: Everywhere.}]}
"""


async def test_an_answer_to_a_question_without_buttons_leaves_those_of_other_messages(shop: Shop) -> None:
    await shop.publish(LOOSE)
    await shop.hears("1", START)
    await shop.hears("1", "Sara")
    await shop.customers.says_last("1", "Your order?")
    await shop.hears("1", "12")
    await shop.customers.hide(1)  # the way back from the second question
    assert shop.customers.hidden == ["m3"]


BESIDE = """
flows:
  main:
    start: true
    description: greets and offers
    steps:
      - action: utter_hello
      - id: top
        menu: What else?
        options: [{label: Bye, then: END}]
responses: {utter_hello: [{text: Hello., buttons: [{title: Our shops, payload: /SetSlots(near=true)}]}]}
slots: {near: {type: bool}}
"""


async def test_a_button_beside_the_question_edits_no_message_and_leaves_one_question_with_buttons(shop: Shop) -> None:
    await shop.publish(BESIDE)
    await shop.hears("1", START)
    await shop.customers.wait_for(2)
    await shop.hears("1", tap(shop.customers.to("1")[0], "Our shops", "m1"))
    await shop.customers.wait_for(3)
    again = shop.customers.to("1")[2]
    assert isinstance(again, Say)
    assert (again.content.text.text, again.replaces) == ("What else?", None)
    await shop.customers.hide(1)
    assert shop.customers.hidden == ["m2"]


@pytest.mark.parametrize("at_once", [False, True])
async def test_buttons_go_from_a_message_that_was_still_under_way(shop: Shop, at_once: bool) -> None:
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    may_go = asyncio.Event()
    shop.customers.before = lambda address, outgoing: may_go.wait()
    if at_once:  # then both turns may be one transaction
        await asyncio.gather(shop.hears("1", "More"), shop.hears("1", "/menu"))
    else:
        await shop.hears("1", "More")
        await shop.hears("1", "/menu")
    may_go.set()
    await shop.customers.hide(2)
    assert shop.customers.hidden == ["m1", "m2"]


async def test_what_waited_for_its_conversation_happens_when_it_has_it(postgres_database: str) -> None:
    shop, other = Shop(postgres_database), Database(postgres_database)
    await shop.publish()
    conversation = (await shop.hears("1", START)).conversation
    assert conversation is not None
    is_held, may_go = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        conversations.lock(connection, {conversation})
        is_held.set()
        may_go.wait(20)

    def somebody_waits(connection: Connection) -> bool:
        return bool(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())

    holding = asyncio.create_task(other.run(hold))
    await asyncio.to_thread(is_held.wait)
    waiting = asyncio.create_task(shop.hears("1", "1"))
    async with asyncio.timeout(20):
        while not await other.read(somebody_waits):  # noqa: ASYNC110 - a lock rings no bell
            await asyncio.sleep(0.01)
    shop.test_clock.pass_by(5)
    freed_at = shop.test_clock.now()
    may_go.set()
    await asyncio.gather(holding, waiting)
    entries = await shop.database.read(lambda connection: event_log.read_conversation(connection, conversation))
    assert [entry.at >= freed_at for entry in entries if entry.kind == "choice_made"] == [True]
    await other.close()
    await shop.close(1)
