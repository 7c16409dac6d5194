"""`switchboard desk`."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.__main__ import main
from storage import agents, handoffs, legs
from storage.engines import make_engine
from storage.legs import Change
from tests.storage.test_handoffs import ask

NOW = datetime.now(UTC)


@pytest.fixture
def shift(database: str) -> None:
    """Sara is there and has one customer; another one has waited for a month."""
    engine = make_engine(database, 1, writes=True)
    with engine.begin() as connection:
        sara = agents.add(connection, name="سارا", role="agent", telegram_id=7, queues=["support"], now=NOW)
        agents.be(connection, sara, "available", None, NOW)
        for address in ("1", "2"):
            handoff = ask(connection, address)
            asked_at = NOW - timedelta(days=30)
            handoffs.enqueue(connection, handoff, asked_at)
            conversation = handoff.partition(".")[0]
            queued = Change(
                conversation_id=conversation, at=asked_at, kind="queue", queue="support", handoff_id=handoff
            )
            legs.change(connection, [queued])
            if address == "1":
                handoffs.claim(connection, handoff, sara, NOW)
                taken = Change(conversation_id=conversation, at=NOW, kind="agent", agent_id=sara, handoff_id=handoff)
                legs.change(connection, [taken])
    engine.dispose()


@pytest.mark.usefixtures("shift")
def test_queues_agents_and_who_waits_are_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "--once"]) == 0
    table = capsys.readouterr().out
    assert "\u2068سارا\u2069" in table
    waits = next(line for line in table.splitlines() if line.split()[:1] == ["2"])
    assert waits.split()[:4] == ["2", "Sara", "support", "telegram"]
    assert "30.0 d" in waits
    assert "1/5" in table


@pytest.mark.usefixtures("shift")
def test_programs_read_it_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk", "--format", "json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    support = next(queue for queue in seen["queues"] if queue["name"] == "support")
    assert (support["waiting"], support["there"], support["free"]) == (1, 1, 1)
    assert [agent["customers"][0]["number"] for agent in seen["agents"]] == [1]
    assert [waits["number"] for waits in seen["waiting"]] == [2]
    assert seen["today"]["total"]["service_level"]["of"] == 0


@pytest.mark.usefixtures("database")
def test_an_empty_desk_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["desk"]) == 0
    shown = capsys.readouterr().out
    assert "nobody is waiting" in shown
    assert "nobody works at the desk yet" in shown


@pytest.mark.usefixtures("shift")
def test_a_terminal_shows_it_until_q_is_pressed() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bot", "desk"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as desk:
        os.close(theirs)
        shown = b""
        while b"Agents" not in shown:
            shown += os.read(ours, 65536)
        os.write(ours, b"q")
        with suppress(OSError):  # a terminal is gone with its last program
            while os.read(ours, 65536):
                pass
    os.close(ours)
    assert desk.returncode == 0
