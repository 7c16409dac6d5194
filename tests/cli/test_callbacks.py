"""`switchboard desk callbacks`."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.__main__ import main
from storage import callbacks, customers
from storage.engines import make_engine

NOW = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def numbers(database: str) -> None:
    """Sara wants to be called tomorrow, a visitor of the web chat at once."""
    engine = make_engine(database, 1, writes=True)
    callers = (
        customers.Caller(channel="telegram", address="7", name="سارا"),
        customers.Caller(channel="webchat", address="v"),
    )
    with engine.begin() as connection:
        known = customers.find_or_make(connection, callers, NOW)
        for number, caller in enumerate(callers):
            wish = callbacks.Request(
                id=f"c{number}",
                conversation_id="c",
                customer_id=known[caller.channel, caller.address].id,
                queue="support",
                phone=f"+98912123456{number}",
                requested_at=NOW,
                due_at=None if number else NOW + timedelta(days=1),
            )
            callbacks.request(connection, [wish])
    engine.dispose()


@pytest.mark.usefixtures("numbers")
def test_who_waits_for_a_call_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "callbacks"]) == 0
    table = capsys.readouterr().out
    assert "\u2068سارا\u2069" in table
    assert "2026-03-22 12:00" in table
    assert "as soon as possible" in table
    assert main(["desk", "callbacks", "--queue", "support", "--format", "json"]) == 0
    visitor, sara = json.loads(capsys.readouterr().out)
    assert (sara["phone"], sara["customer_name"]) == ("+989121234560", "سارا")
    assert visitor["customer_name"].startswith("Web visitor ")


@pytest.mark.usefixtures("database")
def test_nobody_to_call_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "callbacks"]) == 0
    assert capsys.readouterr().out == "nobody waits for a call\n"
    assert main(["desk", "callbacks", "--queue", "suport"]) == 2
    assert "'suport' is no queue" in capsys.readouterr().err
