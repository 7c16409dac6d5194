"""The desk's file is edited while the service runs."""

import asyncio
from pathlib import Path

import pytest

from bot.desk.desk_file import DeskNames
from bot.service.admin_notices import AdminNotices
from bot.service.desk_changes import DeskChanges
from bot.service.publishing import Publishing
from bot.settings import DeskFile, FlowFiles, Settings
from tests.invariants.waiting import until
from tests.service.shop import Shop

ADMINS = "-500"
DESK = "queues: {support: {default: true}}\n"
WITH_SALES = "queues: {support: {default: true}, sales: {calendar: office}}\ncalendars: {office: {}}\n"
WITHOUT_SUPPORT = "queues: {sales: {default: true}}\n"
BROKEN = "queues: {support: {calender: always}}\n"
TO_SUPPORT = "flows: {main: {start: true, description: d, steps: [{handoff: support}]}}\n"
TO_SALES = TO_SUPPORT.replace("support", "sales")


class Folder:
    """Flows of one file, and the desk's, which a running service follows."""

    def __init__(self, shop: Shop, path: Path) -> None:
        self.shop, self.path = shop, path
        self.desk, self.flows = path / "desk.yaml", path / "main.yaml"
        self.desk.write_text(DESK)
        self.flows.write_text(TO_SUPPORT)
        notices = AdminNotices(int(ADMINS))
        self.publishing = Publishing(
            database=shop.database,
            programs=shop.programs,
            folder=self.flows,
            desk=DeskNames(queues=frozenset({"support"})),
            clock=shop.clock,
            notices=notices,
        )
        self.changes = DeskChanges(
            Settings(flows=FlowFiles(path=str(self.flows)), desk=DeskFile(path=str(self.desk))),
            database=shop.database,
            installation=shop.installation,
            publishing=self.publishing,
            notices=notices,
            clock=shop.clock,
        )

    async def saved(self, source: str) -> None:
        self.desk.write_text(source)
        await self.changes.take_over()

    def told(self) -> list[str]:
        return self.shop.customers.texts(ADMINS)


@pytest.fixture
async def folder(shop: Shop, tmp_path: Path) -> Folder:
    made = Folder(shop, tmp_path)
    await made.publishing.publish("me", "")
    shop.run()
    await shop.customers.wait_for(1)
    return made


async def test_flows_may_name_a_queue_as_soon_as_the_desk_has_it(folder: Folder) -> None:
    shop = folder.shop
    first = shop.programs.newest

    async def published() -> bool:
        return shop.programs.newest != first

    async def closed() -> bool:
        return shop.installation.desk.calendars["office"].weekly is not None

    following = asyncio.create_task(folder.changes.run())
    folder.flows.write_text(TO_SALES)
    assert (await folder.publishing.publish_change("folder", "")).revision is None
    folder.desk.write_text(WITH_SALES)
    await until(published, 20, "the flows were not looked at again")
    assert shop.installation.desk.queues["sales"].calendar == "office"
    folder.desk.replace(folder.path / "elsewhere.yaml")
    folder.desk.write_text(WITH_SALES.replace("office: {}", "office: {weekly: {}}"))
    await until(closed, 20, "a file put in the place of another was not read")
    following.cancel()


async def test_a_broken_desk_changes_nothing_and_is_told_once(folder: Folder) -> None:
    for source in (BROKEN, BROKEN, WITH_SALES, BROKEN):
        await folder.saved(source)
    assert folder.shop.installation.desk.queues.keys() == {"support", "sales"}
    await folder.shop.customers.wait_for(3)
    told = folder.told()[1:]
    assert len(told) == 2, "news only after it was mended in between"
    for head, problem in (each.split("\n") for each in told):
        assert head.startswith("The changed desk file has errors and was refused.")
        assert "desk.yaml:1:" in problem
        assert "calender" in problem
    folder.desk.unlink()
    await folder.changes.take_over()
    assert folder.shop.installation.desk.queues.keys() == {"support", "sales"}


async def test_what_published_flows_miss_at_the_new_desk_is_told(folder: Folder) -> None:
    await folder.saved(WITHOUT_SUPPORT)
    await folder.shop.customers.wait_for(3)
    assert folder.told()[-1].split("\n") == [
        "The desk file holds now, but the published flows name what it does not have:",
        "the queue 'support', which step 'handoff' of 'main' needs",
    ]
