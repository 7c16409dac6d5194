"""`switchboard test`."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.__main__ import main
from bot.content import Content, RichText
from bot.events import AnyEvent, BotSaid, ConversationOpened, CustomerSaid, kind_of, to_json
from storage import conversations, customers, event_log
from storage.database import Connection, Database

TESTS = """
test_cases:
  - test_case: opening hours
    steps: [user: hi, tap: Opening hours, bot: From 9 to 5.]
  - test_case: a person
    channel: webchat
    steps: [user: hi, tap: Talk to a person, handed_off: support]
"""
BEGAN = datetime(2026, 3, 2, 6, tzinfo=UTC)
FAILING = "test_cases: [{test_case: hours, steps: [user: hi, tap: Opening hours, bot: From 8 to 5.]}]"


@pytest.fixture
def tests(home: Path) -> Path:
    folder = home / "flows" / "tests"
    folder.mkdir()
    (folder / "main.yaml").write_text(TESTS, encoding="utf-8")
    return folder


def test_all_pass(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test"]) == main(["test", "flows"]) == main(["test", "flows/tests/main.yaml"]) == 0
    assert "2 passed" in capsys.readouterr().out
    assert main(["test", "flows/tests/main.yaml::a person", "--coverage-minimum", "60"]) == 0
    said = capsys.readouterr().out
    assert "1 passed" in said
    assert "flows/main.yaml:10:43: not reached: top.option_1.say" in said
    assert main(["check"]) == 0


def test_a_failure_is_told_and_is_the_exit_status(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tests / "hours.yaml").write_text(FAILING, encoding="utf-8")
    assert main(["test", "--junit", "results.xml"]) == 1
    said = capsys.readouterr().out
    assert "flows/tests/hours.yaml:1:71: expected the bot to say\n      From 8 to 5.\n      but it said\n" in said
    assert "2 passed, 1 failed" in said
    results = ElementTree.parse("results.xml").getroot()
    assert (results.get("tests"), results.get("failures")) == ("3", "1")
    assert [suite.get("name") for suite in results] == ["flows/tests/hours.yaml", "flows/tests/main.yaml"]
    failure = results.find(".//failure")
    assert failure is not None
    assert "From 8 to 5." in failure.get("message", "")
    assert "the conversation so far" in (failure.text or "")


def test_for_programs(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tests / "hours.yaml").write_text(FAILING, encoding="utf-8")
    assert main(["test", "--format", "json", "--channel", "all"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["failed"]) == (5, 4)
    assert {one["channel"] for one in told["tests"]} == {"telegram", "webchat", "plain", "voice"}
    failed = next(one for one in told["tests"] if not one["passed"])
    assert failed["failures"][0]["line"] == 1
    assert failed["conversation"][-1]["who"] == "bot"
    assert told["coverage"]["percent"] == 100


def test_too_few_steps_are_a_failure(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "--channel", "voice", "--coverage-minimum", "100"]) == 1
    assert capsys.readouterr().out.endswith("66.7 % of the steps were reached, but 100 % are wanted\n")


@pytest.mark.parametrize(
    ("source", "arguments", "told"),
    [
        ("test_cases: [{test_case: t, stps: []}]", [], "flows/tests/bad.yaml:1:29: error[unknown-key]"),
        (TESTS, ["flows/tests/bad.yaml::opening hour"], "(did you mean 'opening hours'?)"),
        (TESTS, ["nowhere"], "nowhere cannot be read"),
        (TESTS, ["--language", "fa"], "the flows do not speak 'fa'"),
        (TESTS, ["--flows", "config"], "nothing was tested"),
        ("stories: []", ["flows/tests/bad.yaml"], "there is no test in flows/tests/bad.yaml"),
        ("scenario: {name: a talk}", ["flows/tests/bad.yaml"], "flows/tests/bad.yaml:1:1: warning[needs-model]"),
    ],
)
def test_what_cannot_be_read_is_another_failure(
    tests: Path, source: str, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tests / "bad.yaml").write_text(source, encoding="utf-8")
    assert main(["test", *arguments]) == 2
    said = capsys.readouterr()
    assert told in said.out + said.err


def test_names_that_nobody_has_are_warned_of(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = "steps: [user: hi, bot_did_not_utter: {utter_name: utter_nothing}]"
    wrong = f"test_cases: [{{test_case: t, desk: {{ordres: full}}, language: de, {steps}}}]"
    (tests / "main.yaml").write_text(wrong, encoding="utf-8")
    assert main(["test"]) == 0
    *warnings, _ = capsys.readouterr().out.splitlines()
    assert [warning.partition(": ")[0] for warning in warnings if warning] == ["flows/tests/main.yaml:1:26"] * 2 + [
        "flows/tests/main.yaml:1:83"
    ]
    assert "(did you mean 'orders'?)" in "".join(warnings)


def test_a_logged_conversation_becomes_a_test_that_passes(
    home: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    number = asyncio.run(logged(database))
    assert main(["test", "--record", str(number)]) == 0
    recorded = capsys.readouterr().out
    (home / "recorded.yaml").write_text(recorded, encoding="utf-8")
    assert main(["test", "recorded.yaml"]) == 0
    assert recorded.count("\n      - ") == 4
    assert main(["test", "--record", "999"]) == 1
    assert capsys.readouterr().err == "switchboard: there is no conversation 999\n"


async def logged(url: str) -> int:
    """The number of a conversation about opening hours in the database."""
    log: list[AnyEvent] = [
        ConversationOpened(channel="webchat", language="en", revision="r", flow="main_menu", entry="/start"),
        CustomerSaid(content=text("/start")),
        BotSaid(content=text("How can we help?")),
        CustomerSaid(content=text("Opening hours"), tapped="Opening hours"),
        BotSaid(content=text("From 9 to 5.")),
    ]
    database = Database(url)
    try:
        return await database.run(lambda connection: keep(connection, log))
    finally:
        await database.close()


def text(said: str) -> Content:
    return Content(text=RichText(text=said))


def keep(connection: Connection, log: list[AnyEvent]) -> int:
    key = ("webchat", "visitor")
    who = customers.find_or_make(connection, [customers.Caller(channel=key[0], address=key[1])], BEGAN)[key]
    row = conversations.Started(
        id="c1",
        customer_id=who.id,
        channel=key[0],
        address=key[1],
        revision="r",
        language="en",
        state="{}",
        opened_at=BEGAN,
        heard_at=BEGAN,
    )
    conversations.start(connection, [row])
    entries = [
        event_log.Entry(conversation_id="c1", number=place, at=BEGAN, kind=kind_of(event), body=to_json(event))
        for place, event in enumerate(log, 1)
    ]
    event_log.append(connection, entries)
    stored = conversations.get(connection, "c1")
    assert stored is not None
    return stored.number
