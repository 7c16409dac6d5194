"""`switchboard desk tickets`."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.__main__ import main
from storage import customers, tickets
from storage.engines import make_engine
from storage.tables import OutboxRow
from tests.service.shop import DESK
from tests.service.test_ticket_acts import DEPARTMENTS, House

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def complaint(home: Path, database: str) -> None:
    """Sara's photo of a broken cup, and a suggestion."""
    desk = home / "config" / "desk.yaml"
    desk.write_text(desk.read_text() + "departments: {complaints: {due: 3d}, ideas: {}}\n")
    engine = make_engine(database, 1, writes=True)
    with engine.begin() as connection:
        caller = customers.Caller(channel="telegram", address="7", name="سارا")
        sara = customers.find_or_make(connection, [caller], NOW)["telegram", "7"].id
        for number, department in enumerate(("complaints", "ideas")):
            row = tickets.Request(
                id=f"t{number}",
                conversation_id="c",
                customer_id=sara,
                channel="telegram",
                language="fa",
                department=department,
                kind="complaint",
                title="فنجان شکسته",
                shared=[("order", "7")],
                attachments=[{"kind": "photo", "file": "telegram:1"}],
                flow="f",
                step="s",
                opened_at=NOW,
                due_at=NOW,
            )
            tickets.open_new(connection, row)
        tickets.add_comment(connection, tickets.Comment(ticket_id="t0", text="Still broken.", at=NOW))
    engine.dispose()


@pytest.mark.usefixtures("complaint")
def test_what_waits_for_an_answer_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "tickets"]) == 0
    table = capsys.readouterr().out
    assert "\u2068فنجان شکسته\u2069" in table
    assert "2026-03-21 12:00" in table
    assert main(["desk", "tickets", "--department", "complaints", "--format", "json"]) == 0
    (card,) = json.loads(capsys.readouterr().out)
    assert (card["number"], card["customer_name"], card["words"]) == (1, "سارا", ["Still broken."])
    assert (card["shared"], card["attachments"]) == (
        [["order", "7"]],
        [{"kind": "photo", "file": "telegram:1"}],
    )


@pytest.mark.usefixtures("complaint")
def test_what_cannot_be_done_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["agent", "add", "Ali", "--telegram", "7001"]) == 0
    assert main(["desk", "tickets", "take", "9", "--as", "Ali"]) == 1
    assert "there is no ticket 9" in capsys.readouterr().err
    assert main(["desk", "tickets", "take", "1", "--as", "Alli"]) == 1
    assert "nobody at the desk is called 'Alli'" in capsys.readouterr().err
    assert main(["desk", "tickets", "move", "1", "idea", "--as", "Ali"]) == 2
    assert "'idea' is no department" in capsys.readouterr().err
    assert main(["desk", "tickets", "answer", "1", " ", "--as", "Ali"]) == 2
    assert "nothing in the text" in capsys.readouterr().err


async def complain(database: str) -> None:
    house = House(database, desk_source=DESK + DEPARTMENTS)
    await house.complain()
    await house.close(1)


def test_one_is_taken_answered_and_closed_by_commands(
    home: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config" / "desk.yaml").write_text(DESK + DEPARTMENTS)
    asyncio.run(complain(database))
    assert main(["desk", "tickets", "take", "1", "--as", "ali"]) == 0
    assert main(["desk", "tickets", "answer", "1", "Tomorrow.", "--as", "Reza"]) == 1
    assert "Ali looks after ticket 1" in capsys.readouterr().err
    assert main(["desk", "tickets", "answer", "1", "Tomorrow.", "--as", "Ali"]) == 0
    assert "ticket 1 is answered" in capsys.readouterr().out
    assert main(["desk", "tickets", "close", "1", "--as", "Ali"]) == 0
    assert main(["desk", "tickets", "note", "1", "A regular", "--as", "Reza"]) == 0
    assert main(["desk", "tickets", "answer", "1", "Sorry.", "--as", "Ali"]) == 1
    assert "ticket 1 is closed" in capsys.readouterr().err
    assert main(["desk", "tickets"]) == 0
    assert capsys.readouterr().out == "no ticket waits for an answer\n"
    engine = make_engine(database, 1, writes=False)
    with engine.begin() as connection:
        waiting = select(OutboxRow.body, OutboxRow.leased_by).where(OutboxRow.state == "pending")
        rows = connection.execute(waiting.where(OutboxRow.channel == "telegram")).all()
    engine.dispose()
    assert [leased_by for _, leased_by in rows] == [None], "for the processes that serve"
    assert "Tomorrow." in rows[0].body


@pytest.mark.usefixtures("database")
def test_nothing_to_answer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "tickets"]) == 0
    assert capsys.readouterr().out == "no ticket waits for an answer\n"
    assert main(["desk", "tickets", "--department", "complaint"]) == 2
    assert "'complaint' is no department" in capsys.readouterr().err
