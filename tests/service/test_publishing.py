"""Flows from the folder to new conversations."""

import asyncio
from itertools import count
from pathlib import Path

import pytest

from bot.desk.desk_file import DeskNames
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.service.admin_notices import NOBODY, AdminNotices
from bot.service.flow_files import flow_files
from bot.service.programs import PROGRAMS_KEPT, NothingPublished, Programs, UnknownRevision
from bot.service.publishing import NotOfThisDesk, Publishing, revision_of
from bot.service.watching import changes_of
from storage import revisions
from tests.invariants.cable import Cable
from tests.invariants.waiting import until
from tests.service.shop import FLOWS, START, Shop, flow_set

OTHER = "flows: {main: {start: true, description: another, steps: [{say: Something else.}]}}"


def publishing(
    shop: Shop, folder: Path, *, desk: DeskNames | None = None, notices: AdminNotices = NOBODY
) -> Publishing:
    return Publishing(
        database=shop.database, programs=shop.programs, folder=folder, desk=desk, clock=shop.clock, notices=notices
    )


async def test_a_good_folder_holds_and_a_broken_one_changes_nothing(shop: Shop, tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    (flows / "tests").mkdir(parents=True)
    (flows / "tests" / "case.yaml").write_text("not: flows")
    (flows / "main.yaml").write_text(OTHER)
    publisher = publishing(shop, flows)
    published = await publisher.publish("me", "new words")
    assert published.changed
    assert shop.programs.newest == published.revision
    assert not (await publisher.publish("me", "again")).changed
    (flows / "main.yaml").write_text("flows: {main: {start: true, steps: [{sya: x}]}}")
    refused = await publisher.publish("me", "a mistake")
    assert refused.revision is None
    assert any("main.yaml:1:" in str(problem) for problem in refused.problems)
    assert shop.programs.newest == published.revision
    await shop.hears("1", START)
    await shop.customers.wait_for(1)
    assert shop.customers.texts("1") == ["Something else."]


PARTS = """
flows: {main: {start: true, description: d, steps: [{id: a, say: One.}, {action: act_one}, {link: other}]}}
actions: [act_two, act_one]
intents: [b, {a: {use_entities: true}}]
forms: {f: {required_slots: [x]}}
---
flows: {other: {description: e, if: false, steps: [{menu: Which?, options: [{label: A}, {label: B}]}]}}
actions: [act_three]
intents: [c]
forms: {g: {}}
"""


def test_a_revision_is_its_content_alone() -> None:
    one, two = PARTS.split("---\n")
    commented = "# nothing\n\n" + one.replace("{id: a, say: One.}", "{say: 'One.',   id: a}")
    turned = two.replace("{label: A}, {label: B}", "{label: B}, {label: A}")

    def revision(files: dict[str, str]) -> str:
        reading = read_flows(files)
        assert reading.flow_set is not None, reading.problems
        return revision_of(reading.flow_set)[0]

    here = revision({"flows/one.yaml": one, "flows/two.yaml": two})
    assert revision({"/elsewhere/b.yml": commented, "/elsewhere/a/deep.yml": two}) == here
    assert revision({"flows/one.yaml": one, "flows/two.yaml": turned}) != here


async def test_an_empty_or_missing_folder_says_so(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        await publishing(shop, tmp_path / "nowhere").publish("me", "")


async def test_a_changed_file_is_published_by_itself(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(FLOWS)
    publisher = publishing(shop, tmp_path)
    first = (await publisher.publish("me", "")).revision
    watching = asyncio.create_task(publisher.run(watch=True))
    (tmp_path / "main.yaml").write_text(OTHER)

    async def is_published() -> bool:
        return shop.programs.newest != first

    await until(is_published, 20, "nobody saw it")
    watching.cancel()
    program = shop.programs.newest_program()
    assert program is not None
    assert program.flow_set.flows["main"].description == "another"


async def test_a_folder_that_is_copied_for_seconds_is_read_when_all_of_it_is_there(tmp_path: Path) -> None:
    files = 30

    async def copy() -> None:
        for number in range(files):
            (tmp_path / f"{number}.yaml").write_text(FLOWS)
            await asyncio.sleep(0.1)

    copying = asyncio.create_task(copy())
    await anext(changes_of(tmp_path))
    assert len(flow_files(tmp_path)) == files
    await copying


async def test_whoever_never_finishes_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.service.watching.MOST_LOOKS", 3)

    async def write_on() -> None:
        for number in count():
            (tmp_path / "main.yaml").write_text(f"# {number}")
            await asyncio.sleep(0.05)

    writing = asyncio.create_task(write_on())
    async with asyncio.timeout(20):
        await anext(changes_of(tmp_path))
    writing.cancel()


async def test_a_file_that_lost_all_it_held_is_not_taken_for_flows_without_it(shop: Shop, tmp_path: Path) -> None:
    """As an editor leaves it on a full disk, or amid saving."""
    (tmp_path / "main.yaml").write_text(FLOWS)
    aside = tmp_path / "aside.yaml"
    aside.write_text("flows: {aside: {description: d, triggers: [aside], steps: [{say: Aside.}]}}")
    publisher = publishing(shop, tmp_path)
    first = (await publisher.publish_change("folder", "")).revision
    aside.write_text("")
    refused = await publisher.publish_change("folder", "")
    assert refused.revision is None
    assert [each.code for each in refused.problems if each.severity == "error"] == ["emptied-file"]
    assert shop.programs.newest == first
    aside.unlink()
    assert (await publisher.publish_change("folder", "")).changed, "deleted, it is meant"
    aside.write_text("")
    assert (await publisher.publish_change("folder", "")).revision is not None, "it never held anything"


async def test_a_change_in_an_outage_is_published_after_it(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.service.publishing.LOOK_SECONDS", 0.1)
    (tmp_path / "main.yaml").write_text(OTHER)

    async def is_refused() -> bool:
        return "flows_not_published" in caplog.text

    async def is_published() -> bool:
        return shop.programs.newest != before

    async with Cable(postgres_database) as cable:
        shop = Shop(cable.url)
        publisher = publishing(shop, tmp_path)
        before = (await publisher.publish("me", "")).revision
        watching = asyncio.create_task(publisher.run(watch=True))
        cable.cut()
        (tmp_path / "main.yaml").write_text(FLOWS)
        await until(is_refused, 20, "nobody tried")
        cable.mend()
        await until(is_published, 20, "it was not tried again")
        watching.cancel()
        await shop.close(1)


async def test_a_folder_put_in_the_place_of_another_is_published_and_watched_on(shop: Shop, tmp_path: Path) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "main.yaml").write_text(FLOWS)
    publisher = publishing(shop, folder)
    first = (await publisher.publish("me", "")).revision
    watching = asyncio.create_task(publisher.run(watch=True))

    seen = {first}

    async def published() -> bool:
        return shop.programs.newest not in seen

    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "main.yaml").write_text(OTHER)
    folder.rename(tmp_path / "old")
    (tmp_path / "new").rename(folder)
    await until(published, 20, "the other folder was not looked at")
    seen.add(shop.programs.newest)
    (folder / "main.yaml").write_text(OTHER.replace("Something else", "Something new"))
    await until(published, 20, "its changes are not seen")
    watching.cancel()


async def test_another_process_begins_with_what_was_published_here(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(OTHER)
    other = publishing(shop, tmp_path)
    published = await other.publish("me", "")
    fresh = Programs()
    follower = Publishing(database=shop.database, programs=fresh, folder=tmp_path, desk=None, clock=shop.clock)
    await follower.follow()
    assert fresh.newest == published.revision
    assert fresh.newest_program() is not None


async def test_who_follows_twice_at_once_begins_with_it_once(
    shop: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "main.yaml").write_text(OTHER)
    published = await publishing(shop, tmp_path).publish("me", "")
    elsewhere = Programs()
    publisher = Publishing(
        database=shop.database, programs=elsewhere, folder=tmp_path, desk=None, clock=shop.clock, notices=NOBODY
    )
    caplog.clear()
    with caplog.at_level("INFO", logger="bot.service.publishing"):
        await asyncio.gather(publisher.follow(), publisher.follow())
    assert elsewhere.newest == published.revision
    assert [record.getMessage() for record in caplog.records] == ["flows_published"]


async def test_going_back_is_publishing_an_earlier_revision_again(shop: Shop, tmp_path: Path) -> None:
    first = shop.programs.newest
    assert first is not None
    (tmp_path / "main.yaml").write_text(OTHER)
    publisher = publishing(shop, tmp_path)
    await publisher.publish("me", "")
    assert (await publisher.roll_back(first, "me")).changed
    assert shop.programs.newest == first
    with pytest.raises(KeyError):
        await publisher.roll_back("nothing", "me")


async def test_what_was_taken_back_stays_so_until_the_folder_is_edited(shop: Shop, tmp_path: Path) -> None:
    first = shop.programs.newest
    assert first is not None
    (tmp_path / "main.yaml").write_text(OTHER)
    publisher = publishing(shop, tmp_path)
    second = (await publisher.publish_change("folder", "")).revision
    await publisher.roll_back(first, "me")
    (tmp_path / "main.yaml").write_text(f"# touched\n{OTHER}")
    assert (await publisher.publish_change("folder", "")).revision == first
    assert shop.programs.newest == first
    (tmp_path / "main.yaml").write_text(OTHER.replace("Something else", "Something new"))
    third = (await publisher.publish_change("folder", "")).revision
    assert third not in (first, second)
    (tmp_path / "main.yaml").write_text(OTHER)
    assert (await publisher.publish_change("folder", "")).revision == second, "edited back by its author"
    held = await shop.database.read(lambda connection: revisions.history(connection, 9))
    assert [each.instead_of for each in held] == [None, None, second, None, None]


async def test_what_was_taken_back_first_stays_so_when_another_is_taken_back(shop: Shop, tmp_path: Path) -> None:
    first = shop.programs.newest
    assert first is not None
    publisher = publishing(shop, tmp_path)
    (tmp_path / "main.yaml").write_text(OTHER)
    second = (await publisher.publish_change("folder", "")).revision
    assert second is not None
    (tmp_path / "main.yaml").write_text(OTHER.replace("Something else", "Something new"))
    third = (await publisher.publish_change("folder", "")).revision
    await publisher.roll_back(second, "me")
    await publisher.roll_back(first, "me")
    assert (await publishing(shop, tmp_path).publish_change("start", "")).revision == first
    assert (await publisher.publish("me", "by hand")).revision == third


async def test_flows_that_name_what_the_desk_has_no_more_do_not_come_back(shop: Shop, tmp_path: Path) -> None:
    source = """
    settings: {queue: night, calling_hours: office}
    slots: {late: {type: bool}}
    flows:
      main:
        start: true
        description: d
        steps:
          - {id: branch, noop: true, next: [{if: session.open.weekend is true, then: END}, {else: person}]}
          - {id: person, handoff: support, hours: always}
          - {id: complain, ticket: complaints}
    """
    first = await shop.publish(source)
    await shop.publish(OTHER)
    desk = DeskNames(queues=frozenset({"support"}), calendars=frozenset({"always"}))
    publisher = publishing(shop, tmp_path, desk=desk)
    with pytest.raises(NotOfThisDesk) as refused:
        await publisher.roll_back(first, "me")
    assert [line.partition(",")[0] for line in str(refused.value).split("\n")] == [
        "the calendar 'office'",
        "the calendar 'weekend'",
        "the department 'complaints'",
        "the queue 'night'",
    ]
    assert (await publishing(shop, tmp_path).roll_back(first, "me")).changed


ADMINS = "-500"


async def test_admins_are_told_once_whatever_process_sees_it(shop: Shop, tmp_path: Path) -> None:
    shop.run()
    (tmp_path / "main.yaml").write_text(FLOWS.replace("What else?", "Anything else?"))
    here, there = (publishing(shop, tmp_path, notices=AdminNotices(int(ADMINS))) for _ in range(2))
    await asyncio.gather(here.publish_change("folder", "a word"), there.publish_change("folder", "a word"))
    await shop.customers.wait_for(1)
    [told] = shop.customers.texts(ADMINS)
    assert "folder (a word)" in told
    assert told.endswith("\n~ step main / more")
    good = (tmp_path / "main.yaml").read_text()
    for _ in range(2):  # mended in between, or else the same mistake is no news
        (tmp_path / "main.yaml").write_text("flows: {main: {start: true, steps: [{sya: x}]}}")
        for publisher in (here, there, here):
            assert (await publisher.publish_change("folder", "")).revision is None
        (tmp_path / "main.yaml").write_text(good)
        await here.publish_change("folder", "")
    await shop.customers.wait_for(3)
    first, second = shop.customers.texts(ADMINS)[1:]
    assert first == second
    assert f"Customers stay on revision {shop.programs.newest}" in first
    assert "main.yaml:1:" in first


async def test_many_revisions_are_not_all_kept_in_memory_but_none_is_lost(shop: Shop) -> None:
    first = shop.programs.newest
    assert first is not None
    for number in range(PROGRAMS_KEPT + 5):
        shop.programs.keep(compile_program(flow_set(OTHER), f"made up {number}"))
    found = await shop.database.read(lambda connection: shop.programs.of(connection, first))
    assert found.revision == first
    with pytest.raises(UnknownRevision):
        await shop.database.read(lambda connection: shop.programs.of(connection, "made up 1"))


def test_before_a_publish_no_conversation_can_begin() -> None:
    with pytest.raises(NothingPublished):
        Programs().current()
