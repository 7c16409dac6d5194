"""The commands that Telegram's apps offer."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.botapi.server import BotApiServer
from tests.channels.telegram.desk_shop import DESK, FLOWS
from tests.channels.telegram.served import Shop

PRIVATE = "all_private_chats"
BOTH = "settings: {languages: [en, fa]}\n" + FLOWS


def texts(server: BotApiServer, place: str, language: str) -> dict[str, str]:
    offered = server.world.commands.get((place, language), [])
    return {command["command"]: command["description"] for command in offered}


async def test_customers_and_agents_have_lists_in_their_languages(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    server.forum(DESK)
    await Shop(tmp_path, server, BOTH, desk_chats=[DESK]).open(stack)
    await server.log.wait_for("setMyCommands", where=lambda call: call.took_effect, times=6)
    lists = {
        place: [(command["command"], command["description"]) for command in commands]
        for place, commands in server.world.commands.items()
    }
    assert set(lists) == {
        (PRIVATE, ""),
        (PRIVATE, "fa"),
        (f"chat:{DESK}", ""),
        (f"chat:{DESK}", "fa"),
        (f"chat:{DESK}", "ar"),
        (f"chat:{DESK}", "he"),
    }
    names = ["start", "menu", "agent", "language", "cancel", "help", "forget"]
    assert [name for name, _ in lists[PRIVATE, ""]] == [name for name, _ in lists[PRIVATE, "fa"]] == names
    assert ("agent", "Talk to a person") in lists[PRIVATE, ""]
    assert ("menu", "منوی اصلی") in lists[PRIVATE, "fa"]
    assert ("take", "Take this customer") in lists[f"chat:{DESK}", ""]


async def test_lists_that_are_right_are_left_alone(server: BotApiServer, tmp_path: Path) -> None:
    for run in range(2):
        async with AsyncExitStack() as stack:
            (tmp_path / str(run)).mkdir()
            await Shop(tmp_path / str(run), server, BOTH).open(stack)
            if run == 0:
                await server.log.wait_for("setMyCommands", where=lambda call: call.took_effect, times=2)
            else:
                await server.log.wait_for("getMyCommands", times=10)
    assert len(server.log.to("setMyCommands")) == 2


async def test_lists_are_set_though_telegram_is_busy(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    server.fail_next("server_error", method="getMyCommands")
    await Shop(tmp_path, server, BOTH).open(stack)
    await server.log.wait_for("setMyCommands", times=2)


async def test_lists_follow_the_flows_that_are_published(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    shop = Shop(tmp_path, server, BOTH)
    await shop.open(stack)
    await server.log.wait_for("setMyCommands", times=2)
    words = "{utter_switchboard_command_agent: [{text: Call *us*, translation: {ar: كلّمونا}}]}"
    languages = "settings: {languages: [en, ar]}"
    await shop.publish(f"{languages}\nresponses: {words}\n{FLOWS}", "next")
    await server.log.wait_for("deleteMyCommands")
    await server.log.wait_for("setMyCommands", times=4)
    assert texts(server, PRIVATE, "fa") == {}
    assert (texts(server, PRIVATE, "")["agent"], texts(server, PRIVATE, "ar")["agent"]) == ("Call us", "كلّمونا")
    assert texts(server, PRIVATE, "ar")["help"] == "مساعدة"


async def test_a_first_language_that_telegram_has_no_code_for_takes_no_other_s_list(
    server: BotApiServer, tmp_path: Path, stack: AsyncExitStack
) -> None:
    await Shop(tmp_path, server, f"settings: {{languages: [ckb, fa]}}\n{FLOWS}").open(stack)
    await server.log.wait_for("setMyCommands", times=2)
    assert texts(server, PRIVATE, "fa")["help"] == "راهنما"
