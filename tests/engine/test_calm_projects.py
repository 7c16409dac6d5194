"""CALM projects in the shapes in which the public writes them: they load, and every flow of theirs can be walked."""

from collections import Counter
from pathlib import Path

import pytest

from bot.engine.patterns import INTERNAL_ERROR, is_pattern
from bot.engine.program import Program, compile_program
from bot.engine.reader import Reading, read_flows
from bot.service.flow_files import gather
from tests.engine.calm_walks import Walk
from tests.engine.customers import CustomerOf

PROJECTS = Path(__file__).parent / "calm"
NAMES = sorted(path.name for path in PROJECTS.iterdir())


def read(name: str) -> Reading:
    folder = PROJECTS / name
    return read_flows({str(Path(file).relative_to(folder)): body for file, body in gather(folder).items()})


def program(name: str) -> Program:
    reading = read(name)
    assert reading.flow_set is not None, "\n".join(map(str, reading.problems))
    return compile_program(reading.flow_set, "test")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "bank",
            {
                "no-effect": 7,
                "needs-language-model": 3,
                "duplicate-name": 1,
                "not-a-flow-file": 1,
                "unused-slot": 1,
                "other-slot": 1,
                "start-menu": 1,
            },
        ),
        (
            "clinic",
            {
                "needs-language-model": 4,
                "unused-response": 1,
                "no-step-kind": 1,
                "bad-address": 1,
                "bad-name": 1,
                "start-menu": 1,
            },
        ),
        ("shop", {"no-effect": 1, "unknown-slot": 1, "start-menu": 1}),
        ("treadmill", {"start-menu": 1, "no-effect": 1}),
    ],
)
def test_projects_load_and_what_has_no_effect_is_told_once(name: str, told: dict[str, int]) -> None:
    reading = read(name)
    assert [str(each) for each in reading.problems if each.severity == "error"] == []
    codes = Counter(each.code for each in reading.problems)
    del codes["missing-translation"]
    assert codes == told


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channel", ["telegram", "plain", "voice"])
def test_every_flow_is_walked_and_nothing_is_a_dead_end(name: str, channel: str) -> None:
    walk = Walk(program(name), channel, seed=7)
    for _ in range(2000):
        walk.step()
    flows = {flow for flow in walk.program.flow_set.flows if not is_pattern(flow)}
    assert walk.begun >= flows
    assert (INTERNAL_ERROR in walk.begun) == (name == "treadmill")


def talk_to(name: str, channel: str = "telegram") -> CustomerOf:
    customer = CustomerOf(program(name), channel=channel)
    customer.starts()
    return customer


def test_a_called_flows_answers_live_as_long_as_its_caller() -> None:
    customer = talk_to("bank")
    customer.sends_payload("/send_money")
    customer.says("Ann")
    customer.says("50")
    assert customer.slots["account"] == "any"
    assert customer.action_returns({"funds": "low"}) == ["Your account holds less.", "How much for Ann?"]
    customer.says("20")
    assert customer.action_returns({"funds": "enough"}) == ["Send 20 to Ann?"]
    customer.taps("Yes")
    customer.action_returns()
    assert customer.says("agent") == ["Thank you.", "What would you like to do?"], "words are only answers there"
    assert (customer.slots["recipient"], customer.slots["amount"]) == ("Ann", None)


def test_calms_own_questions_have_words_and_buttons() -> None:
    customer = talk_to("bank")
    customer.taps("Verify account")
    customer.says("none")
    assert customer.action_returns() == ["What would you like to do?"], "the pattern knows which flow ended"
    customer.taps("Verify account")
    customer.says("1234")
    assert customer.buttons == ["Transfer money", "Transfer money (Transfer to self)", "Back"]
    customer.taps("Transfer money (Transfer to self)")
    assert customer.says("5") == ["On its way.", "Is there anything else we can do for you?"]
    assert customer.buttons == ["Yes", "No", "Back"]
    assert customer.taps("No") == ["All right. We are here whenever you need us.", "How did we do?"]
    assert customer.buttons == ["satisfied", "unsatisfied", "Back"]
    assert customer.taps("satisfied") == ["Thank you for telling us!", "What would you like to do?"]


def test_a_pattern_that_cancels_once_more_does_not_go_round() -> None:
    customer = talk_to("bank")
    customer.taps("Transfer money")
    assert customer.says("cancel") == ["Stopped Transfer money.", "What would you like to do?"]


@pytest.mark.parametrize(("answer", "asked"), [("Yes", "How much for Ann?"), ("No", "What would you like to do?")])
def test_what_was_interrupted_is_gone_on_with_or_given_up(answer: str, asked: str) -> None:
    customer = talk_to("bank")
    customer.taps("Transfer money")
    customer.says("Ann")
    customer.sends_payload("/verify")
    assert customer.says("1234") == ["Shall we go on with “Transfer money”?"]
    assert customer.taps(answer) == [asked]


def test_slots_refuse_values_wherever_they_come_from() -> None:
    customer = talk_to("shop")
    customer.taps('Order: "anything"')
    assert customer.taps("Odd one") == ["That is no e-mail.", "Which size?"]
    assert customer.slots["email"] is None
    customer.taps("Small")
    assert customer.slots["color"] == "red", "a button fills more than what was asked"
    assert customer.says("nonsense") == ["That is no e-mail.", "Once more, with an @?"]
    assert customer.says("a@b.io") == ["Anything to add?"]


def test_what_is_only_said_elsewhere_is_better_than_nothing() -> None:
    customer = talk_to("clinic", "voice")
    assert customer.says("1") == ["From nine to five."]
    customer = talk_to("clinic")
    assert customer.taps("Read results") == ["Your number?"]


def test_a_question_without_words_is_asked_by_its_name() -> None:
    customer = talk_to("shop")
    customer.taps('Order: "anything"')
    customer.taps("Large")
    customer.says("blue")
    customer.says("a@b.io")
    assert customer.says("no") == ["Please tell us: gift."], "no variation fits"
    assert customer.buttons == ["Yes", "No", "Back"]
    customer = talk_to("treadmill")
    customer.taps("Asks by action")
    assert customer.action_returns() == ["Please tell us: name."]
    customer.says("Ann")
    assert customer.action_returns() == ["Please tell us: reason."]
    assert customer.buttons == ["this", "that", "Back"]


def test_what_is_listened_for_may_be_anything() -> None:
    customer = talk_to("clinic")
    assert customer.taps("Book appointment") == ["From nine to five. Say anything to go on."]
    assert customer.says("good") == []
    assert customer.call.action == "action_ask_doctor"


def test_what_listens_in_a_circle_lets_the_customer_speak_each_time() -> None:
    customer = talk_to("treadmill")
    customer.taps("Listens")
    assert customer.action_returns() == ["Please go on."]
    customer.says("one thing")
    assert customer.action_returns(says="And?") == ["And?"]
    customer.says("another")
    assert customer.action_returns({"found": True}) == ["What would you like to do?"]


def test_actions_that_only_lead_to_actions_end_with_a_person() -> None:
    customer = talk_to("treadmill")
    customer.taps("Only actions")
    calls = 0
    while customer.conversation.handoff is None:
        customer.action_returns()
        calls += 1
    assert calls == 30
    assert customer.seen()[0].startswith("Something went wrong")
