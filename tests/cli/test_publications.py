"""`switchboard flows`."""

import asyncio
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
import pytest

from bot.__main__ import main
from bot.ports import Say
from bot.service.parcels import outgoing_from_json
from storage import outbox
from storage.database import Connection
from tests.service.shop import START, Shop

pytestmark = pytest.mark.usefixtures("database")


def history(capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert main(["flows", "history", "--format", "json"]) == 0
    return [each["revision"] for each in json.loads(capsys.readouterr().out)]


def test_flows_are_published_once_and_again_when_they_change(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "publish", "--message", "the first"]) == 0
    assert main(["flows", "publish"]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    [first] = history(capsys)
    file = home / "flows" / "main.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("9 to 5", "9 to 6"), encoding="utf-8")
    assert main(["flows", "publish"]) == 0
    second, again = history(capsys)
    assert again == first != second
    assert main(["flows", "history"]) == 0
    assert "the first" in capsys.readouterr().out


def test_broken_flows_are_refused_and_what_was_published_stays(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["flows", "publish"])
    before = history(capsys)
    (home / "flows" / "more.yaml").write_text("flows: {a: {steps: [{say: hi, next: nowhere}]}}\n", encoding="utf-8")
    assert main(["flows", "publish"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "flows/more.yaml:1:" in said.err
    assert history(capsys) == before


def test_a_revision_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "show"]) == 1
    assert "nothing is published yet" in capsys.readouterr().err
    main(["flows", "publish"])
    [revision] = history(capsys)
    assert main(["flows", "show"]) == 0
    assert "main_menu" in capsys.readouterr().out
    assert main(["flows", "show", revision, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["start"] == "main_menu"
    assert main(["flows", "show", "0000"]) == 1


def edit(home: Path, was: str, now: str) -> None:
    file = home / "flows" / "main.yaml"
    source = file.read_text(encoding="utf-8")
    assert was in source
    file.write_text(source.replace(was, now), encoding="utf-8")


def test_differences_are_told_by_flow_and_step(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["flows", "publish"])
    edit(home, "      - id: top", "      - say: Welcome.\n      - id: top")
    edit(home, "How can we help?", "{en: What can we do?, fa: چه کنیم؟}")
    edit(home, "          - {label: Talk", "          - {label: Prices, then: top}\n          - {label: Talk")
    capsys.readouterr()
    assert main(["flows", "diff"]) == 0
    head, *told = capsys.readouterr().out.splitlines()
    assert head.startswith("from revision ")
    assert told == [
        "~ flow main_menu",
        '    first: "top" → "say"',
        "  + say say",
        '      next 1 to: "top"',
        '      texts 1: "Welcome."',
        "  ~ menu top",
        '      text [en]: nothing → "What can we do?"',
        '      text [fa]: nothing → "چه کنیم؟"',
        '      text: "How can we help?" → nothing',
        "  + option prices of top",
        '      label: "Prices"',
        '      value: "prices"',
        '      to: "top"',
        "~ setting languages",
        "    languages: ['en'] → ['en', 'fa']",
    ]
    main(["flows", "publish"])
    new, old = history(capsys)
    assert main(["flows", "diff", new[:6], old, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["from"], found["to"]) == (new, old)
    assert {"what": "option", "change": "removed", "flow": "main_menu", "step": "top", "name": "prices"} in found[
        "differences"
    ]
    assert main(["flows", "diff", old]) == 0
    assert main(["flows", "diff", new]) == 0
    assert capsys.readouterr().out.endswith("no differences\n")


def test_an_earlier_revision_comes_back_unless_the_desk_is_another(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["flows", "publish", "--author", "Sara"])
    edit(home, "9 to 5", "9 to 6")
    main(["flows", "publish", "--message", "longer"])
    second, first = history(capsys)
    assert main(["flows", "rollback", first[:8], "--message", "too long"]) == 0
    assert history(capsys) == [first, second, first]
    assert main(["flows", "show", first]) == 0
    shown = capsys.readouterr().out
    assert "by Sara" in shown
    assert "too long" in shown
    (home / "config" / "desk.yaml").write_text("queues: {sales: {default: true}}", encoding="utf-8")
    assert main(["flows", "rollback", second, "--restart"]) == 1
    refused = capsys.readouterr()
    assert "conversations" not in refused.out, "nobody is asked about what can't be"
    assert "config/desk.yaml lacks what it needs" in refused.err
    assert "the queue 'support', which step 'person' of 'main_menu' needs" in refused.err
    assert main(["flows", "rollback", "zz"]) == 1
    assert "there is no revision 'zz'" in capsys.readouterr().err


def test_a_draft_is_kept_and_not_published(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["flows", "publish"])
    edit(home, "9 to 5", "9 to 6")
    assert main(["flows", "draft"]) == 0
    draft = capsys.readouterr().out.split()[-1]
    assert draft not in history(capsys)
    assert main(["flows", "show", draft]) == 0
    assert "a draft: it was never published" in capsys.readouterr().out


def test_customers_in_the_middle_are_counted_before_and_moved_after(
    database: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(home, '[{say: "From 9 to 5.", next: top}]', "[{menu: Which day?, options: [{label: Any, then: top}]}]")
    main(["flows", "publish"])
    asyncio.run(_talk(database, {"1": ["Opening hours"], "2": []}))
    edit(home, "[{menu: Which day?, options: [{label: Any, then: top}]}]", "top")
    before = history(capsys)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert main(["flows", "publish", "--migrate"]) == 1
    told = capsys.readouterr().out
    assert "1 go over, 0 begin again, 1 stay as they are" in told
    assert "top.option_1.menu" in told
    assert history(capsys) == before
    assert main(["flows", "publish", "--migrate", "--restart", "--yes"]) == 0
    assert "of the conversations 1 went over, 1 began again, 0 stayed" in capsys.readouterr().out
    assert main(["flows", "history", "--format", "json"]) == 0
    assert [each["running"] for each in json.loads(capsys.readouterr().out)] == [2, 0]
    assert asyncio.run(_unsent(database)) == [
        "Our menus have just changed, so we're back at the start. Sorry about that.",
        "How can we help?",
    ]


class Hesitating:
    """Somebody who says yes, after a colleague has published something else."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def readline(self) -> str:
        edit(self.home, "How can we help?", "What can we do?")
        with ThreadPoolExecutor() as colleague:
            assert colleague.submit(main, ["flows", "publish", "--author", "Omid"]).result() == 0
        return "y\n"


def test_what_a_colleague_has_published_meanwhile_is_not_overwritten_unseen(
    database: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["flows", "publish"])
    asyncio.run(_talk(database, {"1": []}))
    edit(home, "9 to 5", "9 to 6")
    monkeypatch.setattr("sys.stdin", Hesitating(home))
    assert main(["flows", "publish", "--restart"]) == 1
    told = capsys.readouterr().err
    newest, _ = history(capsys)
    assert f"nothing is published, as Omid has published revision {newest} meanwhile" in told


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100', DETAIL = 'the values of a row'; END $$;
CREATE TRIGGER full_disk BEFORE UPDATE ON conversations FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def test_what_a_database_that_fails_amid_conversations_leaves_undone_the_same_command_does(
    postgres_database: str, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_DATABASE__URL", postgres_database)
    main(["flows", "publish"])
    asyncio.run(_talk(postgres_database, {"1": [], "2": []}))
    edit(home, "9 to 5", "9 to 6")
    capsys.readouterr()
    with psycopg.connect(postgres_database.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(FULL)
        assert main(["flows", "publish", "--migrate"]) == 1
        told = capsys.readouterr()
        assert "new conversations begin with revision" in told.out
        assert "the database stopped answering (no space left on device): the same command, given again" in told.err
        connection.execute("DROP TRIGGER full_disk ON conversations")
    assert main(["flows", "publish", "--migrate"]) == 0
    assert "of the conversations 2 went over" in capsys.readouterr().out


async def _talk(url: str, said: dict[str, list[str]]) -> None:
    shop = Shop(url)
    await shop.publishing.follow()
    for address, words in said.items():
        await shop.hears(address, START)
        for word in words:
            await shop.hears(address, word)
    await shop.close(1)


async def _unsent(url: str) -> list[str]:
    """What a process that serves would send, within a while."""
    shop = Shop(url, process="another")
    rows: list[outbox.Leased] = []
    while leased := await shop.database.run(partial(_send, shop.clock.now() + timedelta(minutes=1))):
        rows += leased
    await shop.close(1)
    said = [outgoing_from_json(row.body) for row in rows]
    return [say.content.text.text for say in said if isinstance(say, Say)]


def _send(now: datetime, connection: Connection) -> list[outbox.Leased]:
    leased = outbox.lease(connection, "another", now, now + timedelta(seconds=9), 9, ["telegram"])
    outbox.mark(connection, [outbox.Mark(id=row.id, state="sent") for row in leased])
    return leased
