"""What agents do by buttons, what stands on the card at each state, and how it ends."""

import asyncio

import pytest

from bot.service.desk import offers, wrapping_up
from bot.service.jobs import Job
from bot.service.work import Work
from storage import agents, desk_timers, handoffs
from tests.botapi.people import Person, Seen
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, ask, talk
from tests.channels.telegram.served import Shop


@pytest.fixture
def shop(desk_shop: Shop) -> Shop:
    return desk_shop


def card_of(agent: Person) -> Seen:
    return next(seen for seen in agent.screen() if "Queue:" in seen.text)


async def handoff_in(shop: Shop, agent: Person) -> str:
    """The hand-off of this topic, once it is kept whose the topic is."""
    async with asyncio.timeout(10):
        while True:
            glance = await shop.handoffs.in_thread(f"{agent.chat.chat_id}:{agent.thread_id}")
            if glance is not None:
                return glance.id
            await asyncio.sleep(0.01)


async def pressed(agent: Person, label: str, on: Seen | None = None) -> str:
    query = await agent.tap(label, on=on)
    assert query
    return str((await query.answer()).get("text", ""))


async def offer(shop: Shop, handoff_id: str, name: str) -> None:
    agent = await shop.agents.named(name)
    assert agent

    def make(work: Work) -> bool:
        case, handoff = work.case(handoff_id.partition(".")[0]), handoffs.get(work.connection, handoff_id)
        assert case
        assert handoff
        return offers.make(work, case, handoff, agent.id)

    assert await shop.turns.do(Job(act=make, again=False, conversation=handoff_id.partition(".")[0]))


async def test_a_customer_is_passed_on_by_buttons(shop: Shop, sara: Person, ali: Person, reza: Person) -> None:
    ali = await talk(sara, ali)
    assert await pressed(ali, "Transfer") == "Choose a queue or an agent."
    await ali.wait_until(lambda _: card_of(ali).labels == ["🗂 sales", "👤 Reza", "‹ Back"])
    await pressed(ali, "‹ Back")
    await ali.wait_until(lambda _: card_of(ali).labels == ["Release", "Transfer", "Close"])
    await pressed(ali, "Transfer")
    await ali.wait_until(lambda _: "👤 Reza" in card_of(ali).labels)
    assert await pressed(ali, "👤 Reza") == "Passed on."
    await ali.wait_until(lambda _: "Reza has it." in card_of(ali).text)
    called = await ali.wait_for("this is yours now", ever=True)
    assert called.styled("text_mention") == ["Reza"]
    await sara.wait_for("Reza")
    reza = reza.in_topic(ali.topic)
    await pressed(reza, "Transfer")
    await reza.wait_until(lambda _: "🗂 sales" in card_of(reza).labels)
    await pressed(reza, "🗂 sales")
    await reza.wait_for("Waiting in sales.", where=lambda seen: "Queue:" not in seen.text)
    assert card_of(reza).labels == ["Take", "Transfer", "Close"]
    assert "Queue: sales" in card_of(reza).text


async def test_nobody_is_offered_where_a_button_was_that_is_old(shop: Shop, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    card, handoff = card_of(ali), await handoff_in(shop, ali)
    query = ali.forge(f"pass {handoff} 00000000", on=card)
    assert (await query.answer())["text"] == "That button is old."
    query = ali.forge("outcome nothing -", on=card)
    assert (await query.answer())["text"] == "That button is old."
    assert await pressed(ali, "Take", on=None) if "Take" in card.labels else True


async def test_an_offer_is_shown_to_all_and_taken_by_whom_it_is_for(
    shop: Shop, sara: Person, ali: Person, reza: Person
) -> None:
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_for(button="Take", ever=True)
    handoff = await handoff_in(shop, ali)
    await offer(shop, handoff, "Reza")
    shown = await ali.wait_for("Offered to Reza, 30 s.", ever=True)
    assert shown.styled("text_mention") == ["Reza"]
    assert shown.labels == ["Accept", "Decline"]
    await ali.wait_until(lambda _: "Offered to Reza." in card_of(ali).text)
    assert await pressed(ali, "Take") == "It is offered to Reza right now."
    assert await pressed(ali, "Accept") == "It is offered to Reza right now."
    reza = reza.in_topic(ali.topic)
    assert await pressed(reza, "Decline") == "Declined."
    over = await ali.wait_for("Reza declined.", ever=True)
    assert (over.message_id, over.labels) == (shown.message_id, [])
    await ali.wait_until(lambda _: "Waiting in support." in card_of(ali).text)
    await offer(shop, handoff, "Ali")
    await ali.wait_for("Offered to Ali, 30 s.", ever=True)
    assert await pressed(ali, "Accept") == "It's yours."
    await ali.wait_for("Ali accepted.", ever=True)
    await ali.wait_until(lambda _: "Ali has it." in card_of(ali).text)


async def test_how_it_ended_is_asked_when_it_is_over_for_the_customer(
    shop: Shop, sara: Person, ali: Person, reza: Person
) -> None:
    ali = await talk(sara, ali)
    assert await pressed(ali, "Close") == "Closed."
    await sara.wait_for("How was it?", ever=True)
    await ali.wait_until(lambda _: card_of(ali).labels == ["solved", "spam", "No outcome"] and ali.topic.closed)
    assert "How did it end? A note of yours: /note" in card_of(ali).text
    reza = reza.in_topic(ali.topic)
    assert await pressed(reza, "spam") == "Ali has it."
    assert await pressed(ali, "solved") == "Noted."
    await ali.wait_until(lambda _: card_of(ali).labels == [] and "Closed: solved." in card_of(ali).text)
    assert ali.topic.name.endswith("Sara · solved")
    assert ali.topic.closed


async def test_an_agent_who_never_says_how_it_ended_is_not_asked_for_ever(
    shop: Shop, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    handoff = await handoff_in(shop, ali)
    await ali.command("/close")
    await ali.wait_until(lambda _: "No outcome" in card_of(ali).labels)
    timers = await shop.database.read(lambda connection: desk_timers.running(connection, handoff))
    assert "wrap_up" in timers

    def give_up(work: Work) -> None:
        case = work.case(handoff.partition(".")[0])
        assert case
        wrapping_up.give_up(work, case, handoff)

    await shop.turns.do(Job(act=give_up, again=None, conversation=handoff.partition(".")[0]))
    await ali.wait_until(lambda _: card_of(ali).labels == [])
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept
    assert kept.wrapped_up_at is not None
    assert kept.disposition is None


async def test_what_is_written_when_it_is_over_is_not_sent(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    ali = await talk(sara, ali)
    await ali.command("/close solved called back")
    await ali.wait_until(lambda _: ali.topic.closed)
    ali.chat.members[ALI].status = "administrator"
    ali.chat.members[ALI].rights = frozenset({"can_manage_topics"})
    await ali.say("One more thing")
    await ali.wait_for("Not sent")
    await ali.wait_until(lambda _: ali.topic.closed)
    await ali.command("/close spam")
    await ali.wait_until(lambda _: ali.topic.name.endswith("Sara · spam"))
    await sara.wait_for("How was it?", ever=True)
    assert "One more thing" not in [seen.text for seen in sara.screen()]


async def test_a_card_that_somebody_deleted_is_there_again_with_the_next_state(sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    first = card_of(ali)
    del ali.chat.posts[first.message_id]
    await ali.command("/release")
    await ali.wait_until(lambda screen: any("Queue:" in seen.text for seen in screen))
    assert card_of(ali).labels == ["Take", "Transfer", "Close"]
    assert card_of(ali).message_id != first.message_id
    await pressed(ali, "Take")
    await ali.wait_until(lambda _: "Ali has it." in card_of(ali).text)


async def test_a_topic_that_is_gone_when_an_agent_takes_it_is_made_again(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person
) -> None:
    await ask(sara)
    ali = await ali.wait_for_topic("Sara")
    await ali.wait_for(button="Take", ever=True)
    handoff = await handoff_in(shop, ali)
    server.delete_topic(ali.chat, ali.topic.thread_id)
    agent = await shop.agents.named("Ali")
    assert agent
    await shop.handoffs.take(handoff, agent.id, "by another way")
    again = await ali.wait_for_topic("Sara", where=lambda topic: topic.thread_id != ali.thread_id)
    await again.wait_until(lambda screen: any("Ali has it." in seen.text for seen in screen))
    await sara.say("There?")
    await again.wait_for("There?")
    await again.say("Here.")
    await sara.wait_for("Here.")


async def test_nobody_is_given_more_than_they_can_have(shop: Shop, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    other = await shop.agents.named("Reza")
    assert other
    await shop.database.run(lambda connection: agents.change(connection, other.id, capacity=0))
    await pressed(ali, "Transfer")
    await ali.wait_until(lambda _: "👤 Reza" in card_of(ali).labels)
    assert await pressed(ali, "👤 Reza") == "Reza can't take any more customers now."
    await ali.command("/transfer reza")
    await ali.wait_for("Reza can't take any more customers now.")
