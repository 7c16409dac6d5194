"""From the flow to people and back."""

import asyncio
from functools import partial

from bot.content import Content, RichText
from bot.engine.inputs import CommandHeard, CustomerBlocked, EditHeard, TapHeard, TextHeard
from bot.events import (
    AgentSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
    SurveyAnswered,
    SurveySent,
)
from bot.ports import AnyOutgoing, ChannelRefused, DeskCard, DeskLine, DeskState, Say
from storage import agents, callbacks, handoffs, legs
from storage.identifiers import new_id
from tests.service.shop import DESK, FLOWS, START, Shop


def said(text: str, reply_to: str | None = None) -> Content:
    return Content(text=RichText(text=text), reply_to=reply_to)


async def ask_for_a_person(shop: Shop, address: str = "1") -> str:
    """A customer asks for a person. Gives the hand-off."""
    await shop.hears(address, START)
    taken = await shop.hears(address, "3")
    return f"{taken.conversation}.h1"


def shown(shop: Shop, handoff: str) -> list[AnyOutgoing]:
    return shop.desk_side.to(f"desk:{handoff}")


async def test_a_customer_is_taken_answered_closed_and_asked_for_a_rating(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)
    card = shown(shop, handoff)[0]
    assert isinstance(card, DeskCard)
    assert (card.queue, card.customer, card.state, card.group) == ("support", "Customer 1", "queued", "-100")
    assert card.transcript == (("Customer 1", "/start"), ("Bot", "How can we help?"), ("Customer 1", "3"))
    assert (await shop.handoffs.take(handoff, sara, "a1")).done
    await shop.hears("1", TextHeard(text="it is broken", message_id="c7"))
    await shop.desk_side.wait_for(3)
    line = shown(shop, handoff)[2]
    assert isinstance(line, DeskLine)
    assert (line.author, line.content.text.text, line.source_message_id) == ("Customer 1", "it is broken", "c7")
    assert (await shop.handoffs.reply(handoff, sara, "a2", said("we mend it"), "d1")).done
    assert (await shop.handoffs.close(handoff, sara, "a3", disposition="solved", note="was easy")).done
    conversation = handoff.partition(".")[0]
    events = await shop.events(conversation)
    assert any(isinstance(event, AgentSaid) for event in events)
    assert any(isinstance(event, HandoffClosed) and event.disposition == "solved" for event in events)
    survey = next(event for event in events if isinstance(event, SurveySent))
    assert (survey.agent, survey.queue, survey.after) == (sara, "support", "handoff")
    stretches = await shop.database.read(lambda connection: legs.of_conversation(connection, conversation))
    assert [(leg.kind, leg.end_reason) for leg in stretches] == [
        ("bot", "queued"),
        ("queue", "taken"),
        ("agent", "closed"),
        ("bot", "conversation_closed"),
    ]
    assert stretches[2].agent_id == sara
    assert stretches[2].first_reply_at is not None
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert (kept.state, kept.disposition) == ("closed", "solved")
    assert kept.first_reply_at is not None
    await shop.desk_side.wait_for(4)
    states = [state.state for state in shown(shop, handoff) if isinstance(state, DeskState)]
    assert states == ["taken", "closed"]


async def test_a_rating_is_taken_from_nobody_but_who_was_asked(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    await shop.handoffs.close(handoff, sara, "a2")
    conversation = handoff.partition(".")[0]
    for other, survey in (("2", f"{conversation}.s1"), ("1", f"{new_id()}.s1")):
        assert (await shop.hears(other, TapHeard(token=f"s.{survey}.1", message_id="m1"))).notice == "closed"
    assert (await shop.hears("1", TapHeard(token=f"s.{conversation}.s1.5", message_id="m1"))).notice is None
    answered = [event for event in await shop.events(conversation) if isinstance(event, SurveyAnswered)]
    assert [event.score for event in answered] == [5]


async def test_of_two_agents_at_once_one_wins_and_the_other_is_told_who(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    handoff = await ask_for_a_person(shop)
    answers = await asyncio.gather(
        *(shop.handoffs.take(handoff, agent, f"{agent} {number}") for number in range(3) for agent in (sara, omid))
    )
    winner = answers[0].agent_name
    assert [answer.done for answer in answers] == [True, False] * 3
    assert {answer.agent_name for answer in answers} == {winner}
    assert answers[1].why == "theirs"
    taken = [event for event in await shop.events(handoff.partition(".")[0]) if isinstance(event, HandoffTaken)]
    assert len(taken) == 1


async def test_agents_of_two_processes_cannot_both_take_a_customer(postgres_database: str) -> None:
    shops = [Shop(postgres_database, process=name) for name in ("one", "two")]
    for shop in shops:
        await shop.publish()
    sara, omid = await shops[0].add_agent("Sara"), await shops[0].add_agent("Omid")
    for number in range(5):
        handoff = await ask_for_a_person(shops[0], str(number))
        answers = await asyncio.gather(
            shops[0].handoffs.take(handoff, sara, f"s{number}"), shops[1].handoffs.take(handoff, omid, f"o{number}")
        )
        assert sorted(answer.why for answer in answers) == ["done", "theirs"]
        loser = next(answer for answer in answers if not answer.done)
        assert loser.agent_name in ("Sara", "Omid")
    for shop in shops:
        await shop.close(1)


async def test_to_answer_who_waits_is_to_take_them_and_the_same_act_counts_once(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    answers = [await shop.handoffs.reply(handoff, sara, "a1", said("hello"), "d1") for _ in range(2)]
    assert [answer.why for answer in answers] == ["done", "again"]
    kinds = await shop.kinds(handoff.partition(".")[0])
    assert (kinds.count("HandoffTaken"), kinds.count("AgentSaid")) == (1, 1)
    await shop.customers.wait_for(4)
    assert shop.customers.texts("1")[-1] == "hello"


async def test_edits_and_replies_find_the_other_sides_message(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)
    await shop.hears("1", TextHeard(text="question", message_id="c1"))
    await shop.desk_side.wait_for(2)  # the desk calls it m2
    await shop.handoffs.reply(handoff, sara, "a1", said("anser", reply_to="m2"), "d1")
    await shop.customers.wait_for(4)
    answer = shop.customers.to("1")[3]
    assert isinstance(answer, Say)
    assert answer.content.reply_to == "c1"
    await shop.handoffs.edit(handoff, sara, "a2", said("answer"), "d1")
    await shop.customers.wait_for(5)
    edited = shop.customers.to("1")[4]
    assert isinstance(edited, Say)
    assert (edited.replaces, edited.edited, edited.content.text.text) == ("m4", True, "answer")
    await shop.hears("1", EditHeard(content=said("a better question"), message_id="c1"))
    await shop.desk_side.wait_for(4)
    line = shown(shop, handoff)[-1]
    assert isinstance(line, DeskLine)
    assert (line.edited, line.replaces) == (True, "m2")


async def test_a_released_customer_waits_again_and_a_transferred_one_has_another_agent(shop: Shop) -> None:
    sara, omid = await shop.add_agent("Sara"), await shop.add_agent("Omid")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    assert (await shop.handoffs.release(handoff, omid, "a2")).why == "theirs"
    assert (await shop.handoffs.release(handoff, sara, "a3")).done
    assert (await shop.handoffs.release(handoff, sara, "a4")).why == "waiting"
    await shop.handoffs.take(handoff, omid, "a5")
    assert (await shop.handoffs.transfer(handoff, omid, "a6", to_agent=sara)).agent_name == "Sara"
    assert (await shop.handoffs.reply(handoff, omid, "a7", said("still me"), "d1")).why == "theirs"
    conversation = handoff.partition(".")[0]
    events = await shop.events(conversation)
    kinds = [type(event) for event in events]
    assert [kind for kind in kinds if kind in (HandoffTaken, HandoffReleased, HandoffTransferred)] == [
        HandoffTaken,
        HandoffReleased,
        HandoffTaken,
        HandoffTransferred,
        HandoffTaken,
    ]
    stretches = await shop.database.read(lambda connection: legs.of_conversation(connection, conversation))
    assert [(leg.kind, leg.end_reason) for leg in stretches] == [
        ("bot", "queued"),
        ("queue", "taken"),
        ("agent", "released"),
        ("queue", "taken"),
        ("agent", "transferred"),
        ("agent", None),
    ]


async def test_a_transfer_goes_to_a_queue_that_exists_and_is_served(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    assert (await shop.handoffs.transfer(handoff, sara, "a2", queue="nowhere")).why == "unknown_queue"
    assert (await shop.handoffs.transfer(handoff, sara, "a3", queue="night")).why == "nobody_there"
    omid = await shop.add_agent("Omid", "night")
    assert (await shop.handoffs.transfer(handoff, sara, "a4", queue="night")).done
    kept = await shop.handoffs.get(handoff)
    assert kept is not None
    assert (kept.queue, kept.agent, kept.state) == ("night", None, "transferred")
    assert (await shop.handoffs.take(handoff, omid, "a5")).done


async def test_an_act_on_what_is_over_or_unknown_is_refused(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    assert (await shop.handoffs.take("nothing.h1", sara, "a0")).why == "unknown"
    assert (await shop.handoffs.take(handoff, "nobody", "a1")).why == "unknown"
    await shop.handoffs.take(handoff, sara, "a2")
    assert (await shop.handoffs.close(handoff, sara, "a3", disposition="nonsense")).why == "unknown_disposition"
    await shop.handoffs.close(handoff, sara, "a4", disposition="solved")
    assert (await shop.handoffs.reply(handoff, sara, "a5", said("too late"), "d1")).why == "over"


async def test_who_leaves_the_queue_is_no_longer_waited_on(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.hears("1", CustomerBlocked())
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert kept.state == "abandoned"
    events = await shop.events(handoff.partition(".")[0])
    assert HandoffAbandoned(handoff=handoff, reason="blocked") in events
    await shop.desk_side.wait_for(2)
    state = shown(shop, handoff)[-1]
    assert isinstance(state, DeskState)
    assert (state.state, state.outcome) == ("abandoned", "blocked")


async def refusal(shop: Shop, handoff: str) -> HandoffRefused:
    events = await shop.events(handoff.partition(".")[0])
    return next(event for event in events if isinstance(event, HandoffRefused))


async def test_without_agents_the_customer_is_told_at_once(shop: Shop) -> None:
    handoff = await ask_for_a_person(shop)
    assert (await refusal(shop, handoff)).reason == "no_agent"
    await shop.customers.wait_for(2)
    assert "Nobody is free" in shop.customers.texts("1")[-1]
    assert shop.desk_side.sent == []


async def test_a_number_that_is_left_has_the_queue_that_would_have_answered(shop: Shop) -> None:
    await shop.publish(FLOWS.replace("queue: support, ", ""))
    await shop.hears("1", START)
    taken = await shop.hears("1", CommandHeard(name="agent"))
    assert (await refusal(shop, f"{taken.conversation}.h1")).queue == "support"
    await shop.hears("1", "Call me back")
    await shop.hears("1", "+49 1512 3456789")
    kept = await shop.database.read(callbacks.unfinished)
    assert [(one.queue, one.phone) for one in kept] == [("support", "+4915123456789")]


async def test_a_flow_that_asks_again_and_again_for_nobody_comes_to_an_end(shop: Shop) -> None:
    await shop.publish(
        """
flows:
  main: {start: true, description: never gives up, steps: [{id: person, handoff: support, on_no_agent: person}]}
"""
    )
    taken = await shop.hears("1", START)
    assert taken.conversation is not None
    assert (await shop.kinds(taken.conversation))[-1] == "BotSaid"
    await shop.customers.wait_for(1)


async def test_agents_who_are_away_and_desks_that_cannot_be_reached_count_for_nothing(shop: Shop) -> None:
    sara = await shop.add_agent("Sara")
    now = shop.clock.now()
    await shop.database.run(lambda connection: agents.be(connection, sara, "away", None, now))
    assert (await refusal(shop, await ask_for_a_person(shop, "1"))).reason == "no_agent"
    await shop.database.run(lambda connection: agents.be(connection, sara, "available", None, now))
    shop.installation.desk_groups = lambda: ()
    assert (await refusal(shop, await ask_for_a_person(shop, "2"))).reason == "no_agent"


async def test_a_full_queue_takes_nobody_in_unless_it_overflows(database_url: str) -> None:
    source = DESK.replace("max_waiting: 3", "max_waiting: 1\n    overflow: second") + "\n"
    shop = Shop(database_url, desk_source=source.replace("  night:", "  second: {max_waiting: 1}\n  night:"))
    await shop.publish()
    await shop.add_agent("Sara", "support", "second")
    for number in range(2):
        await ask_for_a_person(shop, str(number))
    for queue in ("support", "second"):
        assert await shop.database.read(partial(handoffs.waiting_count, queue=queue)) == 1
    assert (await refusal(shop, await ask_for_a_person(shop, "3"))).reason == "full"
    await shop.close(1)


async def test_who_was_just_added_is_there_and_who_went_offline_is_not(shop: Shop) -> None:
    agent = await shop.add_agent("Sara")
    assert [card.presence for card in await shop.agents.every()] == ["available"]
    now = shop.clock.now()
    await shop.database.run(lambda connection: agents.be(connection, agent, "offline", None, now))
    assert (await refusal(shop, await ask_for_a_person(shop))).reason == "no_agent"


async def test_a_closed_queue_says_when_it_opens(database_url: str) -> None:
    shop = Shop(database_url, desk_source=DESK.replace("calendar: always", "calendar: never"))
    await shop.publish()
    await shop.add_agent("Sara")
    assert (await refusal(shop, await ask_for_a_person(shop))).reason == "closed"
    await shop.close(1)


async def test_who_waited_longest_allowed_is_not_left_waiting(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    wakeups = shop.wakeups
    await wakeups.wake_due()
    shop.test_clock.pass_by(31 * 60)
    await wakeups.wake_due()
    assert (await refusal(shop, handoff)).reason == "max_wait"
    kept = await shop.database.read(lambda connection: handoffs.get(connection, handoff))
    assert kept is not None
    assert kept.state == "refused"
    assert await wakeups.wake_due() == 0


async def test_whose_agent_works_here_no_more_is_taken_by_another(shop: Shop) -> None:
    sara, ali = await shop.add_agent("Sara"), await shop.add_agent("Ali")
    handoff = await ask_for_a_person(shop)
    await shop.handoffs.take(handoff, sara, "a1")
    assert (await shop.handoffs.take(handoff, ali, "a2")).why == "theirs"
    await shop.agents.remove(sara)
    assert await shop.wakeups.wake_due() == 1
    assert await shop.wakeups.wake_due() == 0
    assert (await shop.handoffs.take(handoff, ali, "a3")).done
    events = await shop.events(handoff.partition(".")[0])
    assert [event.agent for event in events if isinstance(event, HandoffReleased | HandoffTaken)] == [sara, sara, ali]
    await shop.desk_side.wait_for(4)
    states = [state.state for state in shown(shop, handoff) if isinstance(state, DeskState)]
    assert states == ["taken", "released", "taken"]


async def test_a_deleted_topic_is_made_again_with_its_history(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)
    gone = iter([ChannelRefused("thread_gone", "message thread not found")])

    def once_gone(_address: str, outgoing: AnyOutgoing) -> None:
        if isinstance(outgoing, DeskLine):
            for refused in gone:
                raise refused

    shop.desk_side.before = once_gone
    await shop.hears("1", "are you there?")
    await shop.desk_side.wait_for(3)
    card, line = shown(shop, handoff)[1:]
    assert isinstance(card, DeskCard)
    assert ("Customer 1", "are you there?") in card.transcript
    assert isinstance(line, DeskLine)
    assert shop.desk_side.sent[-1][2] == "-100:2"
    found = await shop.handoffs.in_thread("-100:2")
    assert found is not None
    assert found.id == handoff


async def test_when_the_desk_refuses_the_card_the_customer_does_not_wait_for_nobody(shop: Shop) -> None:
    await shop.add_agent("Sara")

    def refuse(_address: str, outgoing: AnyOutgoing) -> None:
        raise ChannelRefused("refused", "the group is gone")

    shop.desk_side.before = refuse
    handoff = await ask_for_a_person(shop)
    await shop.customers.wait_for(3)
    assert (await refusal(shop, handoff)).reason == "no_agent"


async def test_what_the_desk_cannot_show_is_not_lost_without_a_word(shop: Shop) -> None:
    await shop.add_agent("Sara")
    handoff = await ask_for_a_person(shop)
    await shop.desk_side.wait_for(1)

    def refuse(_address: str, outgoing: AnyOutgoing) -> None:
        if isinstance(outgoing, DeskLine) and outgoing.author is not None:
            raise ChannelRefused("refused", "wrong file identifier")

    shop.desk_side.before = refuse
    await shop.hears("1", "look at this")
    await shop.desk_side.wait_for(2)
    notice = shown(shop, handoff)[1]
    assert isinstance(notice, DeskLine)
    assert notice.author is None
    assert notice.content.text.text == "A message of the customer could not be shown here."


async def test_agents_who_pick_by_themselves_may_have_more_than_they_would_be_given(shop: Shop) -> None:
    sara = (await shop.agents.add("Sara", telegram_id=None, queues=["support"], capacity=1)).id
    omid = (await shop.agents.add("Omid", telegram_id=None, queues=["support"], capacity=1)).id
    first, second = await ask_for_a_person(shop, "1"), await ask_for_a_person(shop, "2")
    assert (await shop.handoffs.take(first, sara, "a1")).done
    assert (await shop.handoffs.take(second, sara, "a2")).done
    third = await ask_for_a_person(shop, "3")
    assert (await shop.handoffs.transfer(third, omid, "a3", to_agent=sara)).why == "full"
