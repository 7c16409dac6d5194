"""`switchboard desk tickets`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.__main__ import main
from storage import customers, tickets
from storage.engines import make_engine

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


@pytest.mark.usefixtures("database")
def test_nothing_to_answer_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "tickets"]) == 0
    assert capsys.readouterr().out == "no ticket waits for an answer\n"
    assert main(["desk", "tickets", "--department", "complaint"]) == 2
    assert "'complaint' is no department" in capsys.readouterr().err
