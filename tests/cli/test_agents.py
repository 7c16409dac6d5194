"""`switchboard agent`."""

import json
from typing import Any

import pytest

from bot.__main__ import main

pytestmark = pytest.mark.usefixtures("database")


def listed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["agent", "list", "--format", "json"]) == 0
    agents: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return agents


def add(*words: str) -> int:
    return main(["agent", "add", *words])


def test_agents_are_added_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert add("سارا احمدی", "--telegram", "123", "--queue", "support", "--queue", "orders", "--role", "admin") == 0
    assert add("Anna", "--telegram", "7000000000") == 0
    anna, sara = listed(capsys)
    assert (anna["name"], anna["role"], anna["telegram_id"], anna["queues"]) == (
        "Anna", "agent", 7_000_000_000, ["support"],
    )  # fmt: skip
    assert (sara["name"], sara["role"], sara["queues"]) == ("سارا احمدی", "admin", ["orders", "support"])
    assert main(["agent", "list"]) == 0
    table = capsys.readouterr().out
    assert "\u2068سارا احمدی\u2069" in table
    assert "7000000000" in table


def test_an_agent_may_work_in_a_private_chat(capsys: pytest.CaptureFixture[str]) -> None:
    add("Anna", "--telegram", "123", "--private")
    assert [agent["works_privately"] for agent in listed(capsys)] == [True]
    add("Anna", "--telegram", "123")
    assert [agent["works_privately"] for agent in listed(capsys)] == [True]
    assert main(["agent", "change", "Anna", "--no-private"]) == 0
    assert [agent["works_privately"] for agent in listed(capsys)] == [False]


def test_one_telegram_account_is_one_agent(capsys: pytest.CaptureFixture[str]) -> None:
    add("Anna", "--telegram", "123")
    add("Anna Maria", "--telegram", "123", "--queue", "orders")
    [anna] = listed(capsys)
    assert (anna["name"], anna["queues"]) == ("Anna Maria", ["orders"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["Anna", "--telegram", "1", "--queue", "suport"],
            "'suport' is no queue of config/desk.yaml: did you mean 'su",
        ),
        (["Anna", "--telegram", "1", "--queue", "x"], "'x' is no queue of config/desk.yaml: there are support, orders"),
        ([" ", "--telegram", "1"], "an agent needs a name"),
        (["Anna", "--telegram=-100"], "-100 is no person's Telegram account"),
        (["Anna", "--telegram", "9" * 20], f"{'9' * 20} is no person's Telegram account"),
        (["Anna", "--telegram", "1", "--capacity", "0"], "an agent can have from 1 to 1000 customers at once, not 0"),
        (["Anna", "--telegram", "1", "--language", "farsi!"], "'farsi!' is not a language code"),
    ],
)
def test_an_agent_who_cannot_be_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert add(*words) == 2
    assert said in capsys.readouterr().err
    assert listed(capsys) == []


def test_what_is_not_said_of_an_agent_stays_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    add("Anna", "--telegram", "1", "--capacity", "3", "--language", "fa", "--language", "en", "--skill", "refunds")
    assert main(["agent", "change", "anna", "--capacity", "2", "--queue", "orders", "--role", "supervisor"]) == 0
    [anna] = listed(capsys)
    assert (anna["capacity"], anna["languages"], anna["skills"]) == (2, ["fa", "en"], ["refunds"])
    assert (anna["queues"], anna["role"], anna["name"]) == (["orders"], "supervisor", "Anna")
    add("Anna", "--telegram", "1")
    assert main(["agent", "change", "Anna", "--language", "all", "--skill", "none", "--name", "Anna M."]) == 0
    [anna] = listed(capsys)
    assert (anna["capacity"], anna["languages"], anna["skills"], anna["name"]) == (2, [], [], "Anna M.")
    assert main(["agent", "change", "Omid", "--capacity", "2"]) == 1
    assert main(["agent", "change", "1", "--name", " "]) == main(["agent", "change", "1", "--queue", "x"]) == 2


def test_agents_are_removed_by_name_id_and_account(capsys: pytest.CaptureFixture[str]) -> None:
    for place, name in enumerate(["Anna", "Omid", "Sara", "Sara"], 1):
        add(name, "--telegram", str(place))
    sara = listed(capsys)[-1]
    assert main(["agent", "remove", "anna"]) == main(["agent", "remove", "2"]) == 0
    assert main(["agent", "remove", "Sara"]) == 1
    assert sara["id"] in capsys.readouterr().err
    assert main(["agent", "remove", sara["id"]]) == 0
    assert [agent["name"] for agent in listed(capsys)] == ["Sara"]


def test_nobody_is_removed_by_a_wrong_name(capsys: pytest.CaptureFixture[str]) -> None:
    add("Anna", "--telegram", "1")
    assert main(["agent", "remove", "Anja"]) == 1
    assert "nobody at the desk is called 'Anja': did you mean 'Anna'?" in capsys.readouterr().err
    assert len(listed(capsys)) == 1
