"""`switchboard export` and `switchboard forget`."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.__main__ import main
from storage.engines import make_engine
from tests.reports.stories import Story

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def customer(database: str) -> str:
    """The id of a customer who wrote to us twice from Telegram's address 7."""
    engine = make_engine(database, 1, writes=True)
    with engine.begin() as connection:
        Story(connection, NOON, "7").close()
        customer = (
            Story(connection, NOON, "7").queue("support").after(60).leave_number().leave_queue("callback").customer
        )
    engine.dispose()
    return customer


def test_all_that_is_kept_is_exported(customer: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "telegram:7"]) == 0
    kept = json.loads(capsys.readouterr().out)
    assert kept["customer"] == customer
    assert {name: len(rows) for name, rows in kept["rows"].items()} == {
        "customers": 1, "addresses": 1, "conversations": 2, "legs": 4, "events": 2, "handoffs": 1, "callbacks": 1,
    }  # fmt: skip
    assert main(["export", customer]) == 0
    assert json.loads(capsys.readouterr().out) == kept


def test_who_is_forgotten_is_not_found_any_more_and_still_counted(
    customer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["forget", "telegram:7"]) == 0
    assert capsys.readouterr().out == "telegram:7 is forgotten, with 2 conversations\n"
    assert main(["export", "telegram:7"]) == main(["forget", "telegram:7"]) == 1
    assert main(["export", customer]) == 0
    assert "+4915112345678" not in capsys.readouterr().out
    assert main(["report", "--from", "2026-11-22", "--to", "2026-11-22", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["conversations"] == {"count": 2}


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Somebody who sits at a terminal and types this."""
    terminal, typed = os.openpty()
    monkeypatch.setattr("sys.stdin", os.fdopen(typed))
    return lambda line: _write(terminal, line)


def _write(terminal: int, line: str) -> None:
    os.write(terminal, f"{line}\n".encode())


def test_who_sits_at_a_terminal_is_asked_before_anything_is_erased(
    customer: str, types: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    types("")
    assert main(["forget", customer]) == 1
    said = capsys.readouterr()
    assert f"Erase {customer} and 2 conversations for good? [y/N]" in said.out
    assert said.err == "switchboard: nothing was erased\n"
    types("y")
    assert main(["forget", customer]) == 0
    assert "is forgotten" in capsys.readouterr().out


def test_who_is_sure_is_not_asked(
    customer: str, types: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    types("n")
    assert main(["forget", customer, "--yes"]) == 0
    assert capsys.readouterr().out == f"{customer} is forgotten, with 2 conversations\n"


@pytest.mark.parametrize("command", ["export", "forget"])
@pytest.mark.parametrize("nobody", ["telegram:8", "webchat:7", "06H0000000000000000000000", "7"])
@pytest.mark.usefixtures("customer")
def test_nobody_is_nobody(command: str, nobody: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, nobody]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"switchboard: nobody is known as {nobody!r}")
