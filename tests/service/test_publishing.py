"""Flows from the folder to new conversations."""

import asyncio
from pathlib import Path

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.service.programs import PROGRAMS_KEPT, NothingPublished, Programs, UnknownRevision
from bot.service.publishing import Publishing, revision_of
from tests.service.shop import FLOWS, START, Shop, flow_set

OTHER = "flows: {main: {start: true, description: another, steps: [{say: Something else.}]}}"


def publishing(shop: Shop, folder: Path) -> Publishing:
    return Publishing(database=shop.database, programs=shop.programs, folder=folder, desk=None, clock=shop.clock)


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
    async with asyncio.timeout(20):
        while shop.programs.newest == first:
            (tmp_path / "main.yaml").write_text(OTHER)
            await asyncio.sleep(0.1)
    watching.cancel()
    program = shop.programs.newest_program()
    assert program is not None
    assert program.flow_set.flows["main"].description == "another"


async def test_another_process_begins_with_what_was_published_here(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "main.yaml").write_text(OTHER)
    other = publishing(shop, tmp_path)
    published = await other.publish("me", "")
    fresh = Programs()
    follower = Publishing(database=shop.database, programs=fresh, folder=tmp_path, desk=None, clock=shop.clock)
    await follower.follow()
    assert fresh.newest == published.revision
    assert fresh.newest_program() is not None


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
