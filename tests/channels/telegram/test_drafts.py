"""A tester tries the flow folder in Telegram while customers stay on what is published."""

from contextlib import AsyncExitStack
from pathlib import Path

from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop

FLOWS = """
flows:
  main:
    start: true
    description: the shop
    steps:
      - id: top
        menu: How can we help?
        options: [{label: Again, then: top}]
"""


async def test_a_draft_is_for_testers_alone(server: BotApiServer, stack: AsyncExitStack, tmp_path: Path) -> None:
    shop = Shop(tmp_path, server, FLOWS)
    await shop.open(stack)
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOWS.replace("How can we", "What shall we try to"))
    await shop.agents.add("Mina", telegram_id=300, queues=("support",), role="supervisor")
    mina, sara = server.customer(300, "Mina", language_code="en"), server.customer(100, "Sara")
    for person in (mina, sara):
        await person.start()
        await person.wait_for("How can we help?")
        await person.command("/draft")
    await mina.wait_for("which only you see")
    await mina.wait_for("What shall we try to help?")
    await sara.tap("Again")
    await server.all_delivered()
    assert "try" not in sara.shown()
    await mina.command("/draft off")
    await mina.wait_for("This is what customers see.")
    await mina.wait_for("How can we help?")
