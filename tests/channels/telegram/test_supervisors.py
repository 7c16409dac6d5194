"""Supervisors in their own chat, and admins who say who works here."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.channels.telegram.api import Api
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from tests.botapi.people import Person
from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import ALI, DESK, FLOWS, REZA, SARA, ask, bot_says, talk
from tests.channels.telegram.served import Shop
from tests.service.shop import TestClock

MONA = 300
OMID = 301
SUPERVISORS = -1005678
LINK = re.compile(r"https://t\.me/\w+\?start=(\S+)")


@pytest.fixture
async def shop(tmp_path: Path, server: BotApiServer, stack: AsyncExitStack) -> Shop:
    server.forum(DESK)
    server.group(SUPERVISORS, "Supervisors")
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], clock=TestClock())
    shop.supervisors = SUPERVISORS
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Reza", telegram_id=REZA, queues=["support", "sales"])
    await shop.agents.add("Mona", telegram_id=MONA, queues=["support"], role="admin")
    return shop


@pytest.fixture
def ali(server: BotApiServer, shop: Shop) -> Person:
    return server.member(server.world.chats[DESK], ALI, "Ali")


@pytest.fixture
def mona(server: BotApiServer, shop: Shop) -> Person:
    """In the supervisors' group."""
    return server.member(server.world.chats[SUPERVISORS], MONA, "Mona")


@pytest.fixture
def sara(server: BotApiServer, shop: Shop) -> Person:
    return server.customer(SARA, "Sara")


async def after(shop: Shop, seconds: float) -> None:
    """So much time passes, and what is due then is done."""
    assert isinstance(shop.clock, TestClock)
    shop.clock.pass_by(seconds)
    await shop.wakeups.wake_due()


async def test_their_group_is_offered_the_commands_of_supervisors(server: BotApiServer, shop: Shop) -> None:
    await server.log.wait_for("setMyCommands", where=lambda call: call.took_effect, times=3)
    offered = [command["command"] for command in server.world.commands[f"chat:{SUPERVISORS}", ""]]
    assert {"agents", "help"} <= set(offered)


async def number_of(sara: Person, ali: Person) -> str:
    """The number by which agents call her."""
    ali = await ali.wait_for_topic(sara.user.first_name)
    return ali.topic.name.partition("#")[2].partition(" ")[0]


async def test_an_alert_says_who_waits_and_is_taken_over_by_its_button(
    shop: Shop, sara: Person, ali: Person, mona: Person
) -> None:
    ali = await talk(sara, ali)
    await after(shop, 60)
    alert = await mona.wait_for("no first answer within 1 minute", button="#1 Take over")
    assert alert.text == "🔴 #1 Sara · support · no first answer within 1 minute · Ali has it"
    assert alert.labels == ["#1 Take over", "#1 Reassign", "#1 Back to queue"]
    await ali.wait_for("Ali ℹ️ Late: no first answer within 1 minute. The supervisors know.")
    query = await mona.tap("#1 Take over")
    assert query
    assert (await query.answer())["text"] == "It's yours."
    await sara.wait_for("Mona")
    await mona.wait_for("✅ #1 Sara · support · no first answer within 1 minute · taken")
    assert "https://t.me/c/1234/" in bot_says(mona)[-1]
    await ali.say("Hello?")
    await ali.wait_for("Not sent: Mona has it.")


async def test_an_alert_lets_a_supervisor_give_the_customer_to_somebody_else(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person, mona: Person
) -> None:
    ali = await talk(sara, ali)
    await after(shop, 60)
    await mona.wait_for("no first answer", button="#1 Reassign")
    nosy = server.member(mona.chat, ALI, "Ali")
    query = await nosy.tap("#1 Reassign")
    assert query
    assert (await query.answer())["text"].startswith("Only supervisors")
    await mona.tap("#1 Reassign")
    await mona.wait_for("To whom shall #1 go?", button="👤 Reza")
    assert "👤 Ali" not in mona.latest().labels
    await mona.tap("👤 Reza")
    await sara.wait_for("Reza")
    await mona.wait_for("✅ #1 Sara", ever=True)


async def test_the_desk_at_a_glance_and_acts_by_number(
    server: BotApiServer, shop: Shop, sara: Person, ali: Person, mona: Person
) -> None:
    await talk(sara, ali)
    nima = server.customer(400, "Nima")
    await ask(nima)
    await ali.wait_for_topic("Nima")
    await shop.agents.be((await shop.agents.named("Reza")).id, "break", "lunch")  # type: ignore[union-attr]
    await mona.command("/queue")
    seen = (await mona.wait_for("Waiting: 1")).text.split("\n")
    assert re.fullmatch(r"🟡 #2 Nima · support · \d+ seconds?", seen[1])
    assert re.fullmatch(r"🟢 Ali · there for \d+ seconds? · 1/5", seen[4])
    assert re.fullmatch(r"   #1 Sara · support · \d+ seconds?", seen[5])
    assert re.fullmatch(r"🟢 Mona · admin · there for \d+ seconds? · 0/5", seen[6])
    assert re.fullmatch(r"☕ Reza · on a break for \d+ seconds? \(lunch\) · 0/5", seen[7])
    await mona.command("/take 1")
    await mona.wait_for("It's yours.")
    await sara.wait_for("Mona")
    await mona.command("/transfer 1 Ali")
    await mona.wait_for("Passed on.")
    await mona.command("/release #1")
    await mona.wait_for("Released.")
    await mona.command("/close 2 spam")
    await mona.wait_for("Closed.")
    await nima.wait_for("is closed", ever=True)
    await mona.command("/close 99")
    await mona.wait_for("There is no customer with the number 99.")
    await mona.command("/take")
    await mona.wait_for("Or write the customer's number after the command: /take 12.")


async def test_who_is_no_supervisor_is_told_that_only_they_may(server: BotApiServer, sara: Person, ali: Person) -> None:
    ali = await talk(sara, ali)
    reza = server.member(ali.chat, REZA, "Reza").in_topic(ali.topic)
    await reza.command("/release")
    await reza.wait_for("Ali has it. Only supervisors can do that to another agent's customer.")
    await reza.command("/agents")
    await reza.wait_for("Only supervisors can do this.")


async def test_somebody_becomes_an_agent_by_a_link_that_works_once(
    server: BotApiServer, shop: Shop, mona: Person
) -> None:
    alone = server.customer(MONA, "Mona", started=True)
    await mona.command("/invite agent support sales")
    await mona.wait_for("The link is in your private chat")
    told = await alone.wait_for("agent, support, sales", ever=True)
    found = LINK.search(told.text)
    assert found
    omid = server.customer(OMID, "Omid")
    await omid.start(found[1])
    welcome = await omid.wait_for("Welcome, Omid! You answer customers of: sales, support.")
    assert "https://t.me/+" in welcome.text
    await alone.wait_for("Omid has opened your invitation", ever=True)
    late = server.customer(302, "Late")
    await late.start(found[1])
    await late.wait_for("Somebody has used this invitation already")
    await omid.start(found[1])
    await omid.wait_for("Welcome, Omid!", where=lambda seen: seen.message_id != welcome.message_id)
    await late.start("join_nonsense")
    await late.wait_for("This invitation is not valid here.")
    joined = await shop.agents.named("Omid")
    assert joined
    assert (joined.role, joined.queues, joined.presence) == ("agent", ("sales", "support"), "offline")


async def test_admins_say_who_works_here_and_how(server: BotApiServer, shop: Shop, mona: Person, ali: Person) -> None:
    await mona.command("/addagent 777 Sara Ahmadi sales")
    await mona.wait_for("Sara Ahmadi is an agent now.")
    for command, told in (
        ("/capacity Sara Ahmadi 3", "Sara Ahmadi now has at most 3 customers at once."),
        ("/serve sara ahmadi support", "Sara Ahmadi now serves: support."),
        ("/serve Sara Ahmadi suport", "There are these queues: support, sales"),
        ("/role Sara Ahmadi supervisor", "Sara Ahmadi is now: supervisor."),
        ("/role Sara Ahmadi boss", "Like this: /role Sara Ahmadi supervisor"),
        ("/role Sahar admin", "Nobody here is called Sahar admin."),
        ("/addagent 777 Somebody", "Somebody is an agent already."),
        ("/role Mona agent", "Mona is the last admin"),
        ("/addagent", "Answer a message of theirs"),
    ):
        await mona.command(command)
        await mona.wait_for(told)
    changed = await shop.agents.named("Sara Ahmadi")
    assert changed
    assert (changed.capacity, changed.queues, changed.role) == (3, ("support",), "supervisor")
    await ali.command("/capacity Ali 9")
    await ali.wait_for("Only admins can do this.")


async def test_nobody_is_removed_without_a_question_and_whom_they_had_wait_again(
    shop: Shop, sara: Person, ali: Person, mona: Person
) -> None:
    ali = await talk(sara, ali)
    await mona.command("/removeagent Ali")
    await mona.wait_for("Remove Ali? Their customers (1) go back to the queue.", button="Keep")
    await mona.tap("Keep")
    await mona.wait_for("Ali stays.")
    assert await shop.agents.named("Ali")
    await mona.command("/removeagent Ali")
    await mona.wait_for("Remove Ali?", button="Remove")
    await mona.tap("Remove")
    await mona.wait_for("Ali works here no more.")
    await after(shop, 1)
    await ali.wait_for("Waiting again in support.", ever=True)
    await mona.command("/removeagent Mona")
    await mona.wait_for("Remove Mona?", button="Remove")
    await mona.tap("Remove")
    await mona.wait_for("Mona is the last admin")


async def test_a_supervisors_chat_that_cannot_be_used_is_told(server: BotApiServer) -> None:
    group = server.group(SUPERVISORS)
    api = Api(server.url, server.token)
    chat = SupervisorsChat(api, Identity(api), SUPERVISORS)
    await chat.look()
    assert chat.problems() == ()
    group.members[server.world.bot.user_id].status = "kicked"
    await chat.look()
    assert chat.problems() == (
        f"supervisors' chat {SUPERVISORS} is not there: "
        "write the id of a group that the bot is in, or of a person who has started the bot",
    )
    group.members[server.world.bot.user_id].status = "restricted"
    await chat.look()
    assert chat.problems() == (
        f"supervisors' chat {SUPERVISORS} does not let the bot write: "
        "give it the right to send messages, or unblock it",
    )
    person = SupervisorsChat(api, Identity(api), server.customer(MONA, "Mona", started=True).user.user_id)
    await person.look()
    assert person.problems() == ()
    person.suspect(MONA)
    await person.look()
    assert "unblock it" in person.problems()[0]
    person.trust(MONA)
    assert person.problems() == ()
    await api.close()


async def test_a_supervisor_may_be_alerted_in_their_private_chat(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    server.forum(DESK)
    shop = Shop(tmp_path, server, FLOWS, desk_chats=[DESK], clock=TestClock())
    shop.supervisors = MONA
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"])
    await shop.agents.add("Mona", telegram_id=MONA, queues=["support"], role="supervisor")
    sara, mona = server.customer(SARA, "Sara"), server.customer(MONA, "Mona", started=True)
    await ask(sara)
    await sara.wait_for("finding someone")
    await after(shop, 60)
    await mona.wait_for("nobody has it", button="#1 Take over", ever=True)
    await mona.tap("#1 Take over")
    await sara.wait_for("Mona")
    await mona.command("/release 1")
    await mona.wait_for("Released.")
    await mona.start()  # everything else is what any customer can do
    await mona.wait_for("Welcome to the shop.")


async def test_whose_message_is_answered_becomes_an_agent(server: BotApiServer, shop: Shop, mona: Person) -> None:
    omid = server.member(mona.chat, OMID, "Omid")
    hello = await omid.say("I am here, too")
    await mona.say("/addagent support", reply_to=hello)
    await mona.wait_for("Omid is an agent now.")
    added = await shop.agents.with_telegram(OMID)
    assert added
    assert (added.name, added.queues) == ("Omid", ("support",))


async def test_a_supervisor_without_a_group_takes_over_by_number(
    tmp_path: Path, server: BotApiServer, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    await shop.agents.add("Ali", telegram_id=ALI, queues=["support"], works_privately=True)
    await shop.agents.add("Mona", telegram_id=MONA, queues=["support"], role="supervisor", works_privately=True)
    sara, ali, mona = server.customer(SARA, "Sara"), server.customer(ALI, "Ali"), server.customer(MONA, "Mona")
    for agent in (ali, mona):
        agent.chat.started = True
    await ask(sara)
    await ali.wait_for("Sara", button="Take", ever=True)
    await ali.command("/take 1")
    await sara.wait_for("Ali")
    await mona.command("/take 1")
    await sara.wait_for("Mona is taking over")
    await mona.wait_for("It's yours.", ever=True)
    await ali.say("Hello?")
    await ali.wait_for("Not sent")
