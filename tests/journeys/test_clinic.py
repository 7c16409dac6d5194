"""Flows of somebody else, with every step and every key of the language: walked everywhere, and judged in detail."""

import re

import pytest

from bot.content import RichText
from bot.engine.conversation import Customer
from bot.engine.inputs import AnyHeard, CommandHeard, TapHeard, TextHeard
from bot.engine.program import compile_program
from bot.engine.talk import Talk
from bot.engine.wording import WORDING
from bot.events import ActionRequested, BotSaid, FlowStarted, HandoffRequested, InputIgnored
from bot.ports import ActionCall, ActionOutcome
from tests.engine.customers import CustomerOf, program_of
from tests.journeys.clinic import clinic, reading
from tests.journeys.explorer import ELSEWHERE, PHOTO, Explorer, Seen, only_in

CLINIC = compile_program(clinic(), "test")
ANSWERS = {
    "patient_name": ("…", "…" * 50),
    "national_id": ("12345", "00000", "12"),
    "age": ("30", "10", "3", "400"),
    "visit_day": ("2026-04-02",),
    "visit_time": ("14:30",),
    "ward": ("heart",),
    "mobile": ("+971501234567",),
    "mail": ("a@b.cd",),
    "relative": ("+971501234567",),
    "home": ("35.7, 51.4",),
    "scans": (PHOTO,),
    "mood": ("…",),
    "callback.phone": ("+971501234567", "12"),
    "callback.when": ("14:30",),
    "survey.": ("3", "99"),
    "survey.comment": ("…",),
}


def run(call: ActionCall) -> ActionOutcome:
    """What the clinic's actions answer; their words belong to no language."""
    slots: dict[str, object] = {}
    match call.name:
        case "action_find_doctors":
            slots = {"doctors": [{"id": f"{number}", "name": f"№ {number}", "fee": 20.5} for number in range(10)]}
        case "action_book":
            slots = {"booked": "77", "price": "20 EUR"}
        case "validate_national_id":
            typed = call.slots["national_id"]
            slots = {"national_id": None if typed == "00000" else typed}
        case "action_ask_mood":
            return ActionOutcome(responses=({"text": "☺?", "buttons": [{"title": "☺", "payload": "☺"}]},))
    return ActionOutcome(events=tuple({"event": "slot", "name": name, "value": slots[name]} for name in slots))


@pytest.fixture(scope="module", params=["en telegram", "fa plain", "ar webchat", "he voice"])
def walked(request: pytest.FixtureRequest) -> tuple[list[Seen], set[tuple[str, str]], str]:
    language, channel = request.param.split()
    program = compile_program(only_in(clinic(), language), "test")
    steps: set[tuple[str, str]] = set()
    go_to = Talk.go_to

    def noted(talk: Talk, step: str) -> object:
        steps.add((talk.stack[-1].flow, step))
        return go_to(talk, step)

    turns = []
    links: tuple[AnyHeard, ...] = tuple(CommandHeard(name="start", argument=flow) for flow in program.flow_set.flows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Talk, "go_to", noted)
        for is_open in (True, False):
            explorer = Explorer(
                program,
                language,
                ANSWERS,
                run,
                read_by_actions=("national_id",),
                read_later=("age", "insured"),
                other_outcomes={"action_find_doctors": {"doctors": []}},
                is_open=lambda _calendar, is_open=is_open: is_open,  # type: ignore[misc]
                channel=channel,
                stays=True,
            )
            explorer.walk((CommandHeard(name="start"), TextHeard(text="…"), *links))
            turns += explorer.turns
    return turns, steps, language


def test_it_is_read_without_errors() -> None:
    read = reading()
    assert read.flow_set is not None
    assert {problem.code for problem in read.problems} == {"many-options", "no-effect", "secret-shown"}


def test_every_step_is_reached(walked: tuple[list[Seen], set[tuple[str, str]], str]) -> None:
    _turns, steps, language = walked
    unreached = {(flow.id, step) for flow in clinic().flows.values() for step in flow.steps} - steps
    assert unreached == ({("front_desk", "top.option_9.language")} if language == "fa" else set())


def test_what_is_said_is_there_and_in_the_language(walked: tuple[list[Seen], set[tuple[str, str]], str]) -> None:
    turns, _steps, language = walked
    own = re.compile(
        {"en": "[A-Za-z]", "fa": "[\u0600-\u06ff]", "ar": "[\u0600-\u06ff]", "he": "[\u0590-\u05ff]"}[language]
    )
    wrong = set()
    for turn in turns:
        for said in turn.events:
            if isinstance(said, BotSaid) and turn.after.language == language:
                texts = [said.content.text.text, *(choice.label for choice in said.choices)]
                wrong |= {
                    (said.flow, said.step, text)
                    for text in texts
                    if (not text.strip() and said.content.attachment is None)
                    or ELSEWHERE in text
                    or re.search(r"[{}]", text)
                    or (
                        re.search(r"[^\W\d_]", text)
                        and not own.search(text)
                        and text not in WORDING["utter_switchboard_language_name"].values()
                    )
                }
    assert wrong == set()


def test_nobody_is_left_without_a_word(walked: tuple[list[Seen], set[tuple[str, str]], str]) -> None:
    turns, _steps, _language = walked
    answered = BotSaid | ActionRequested | HandoffRequested | InputIgnored
    silent = {
        (turn.before.stack, str(turn.heard))
        for turn in turns
        if isinstance(turn.heard, TapHeard | TextHeard | CommandHeard)
        and turn.before.handoff is None
        and not turn.before.closed
        and (turn.before.wait is None or turn.before.wait.kind != "action")
        and not any(isinstance(event, answered) for event in turn.events)
        and not turn.after.closed
    }
    assert silent == set()
    started = {event.flow for turn in turns for event in turn.events if isinstance(event, FlowStarted)}
    assert "pattern_internal_error" not in started


# In detail


def at_the_age(**options: object) -> CustomerOf:
    customer = CustomerOf(CLINIC, **options)  # type: ignore[arg-type]
    customer.starts()
    for text in ("1", "Sara", "12345"):
        customer.says(text)
    customer.action_returns({"national_id": "12345"})
    return customer


def booking(ward: str = "Heart") -> CustomerOf:
    customer = at_the_age()
    for text in ("30", "14 April 2026", "yes", "14:30", ward):
        customer.says(text)
    return customer


def test_why_an_answer_is_rejected_is_said_and_not_that_it_was_not_understood() -> None:
    customer = at_the_age()
    assert customer.says("3")[0] == "We only see people over five."
    customer.says("none")
    assert customer.happened(HandoffRequested), "the second try was the last"


def test_a_number_is_an_answer_before_it_is_a_command() -> None:
    customer = at_the_age(channel="plain")
    assert customer.says("9") == ["Which day?"], "nine years, and not the menu"
    assert customer.says("9")[0].startswith("Good day"), "no day is a 9: it goes back to the menu"


@pytest.mark.parametrize("text", ["please book nothing", "no agent", "I go back home", "cancel that menu"])
def test_commands_and_triggers_inside_a_sentence_are_only_words(text: str) -> None:
    customer = CustomerOf(CLINIC)
    customer.starts()
    assert customer.says(text)[0] == "One of these, please."


def test_a_survey_is_repeated_like_any_question() -> None:
    customer = CustomerOf(CLINIC)
    customer.starts()
    customer.says("Rate us")
    for word in ("help", "repeat"):
        assert customer.says(word)[-1] == "Would you recommend us?"
        assert len(customer.choices) == 11
    assert customer.says("9") == ["Thank you for telling us!", "And the waiting room?"]


def test_back_never_leads_to_before_a_final_action_whatever_became_of_it() -> None:
    customer = booking()
    assert customer.says("back") == ["Booking…"], "it can't be undone by leaving"
    for _attempt in range(3):
        customer.action_breaks("timeout")
    assert customer.seen() == ["The book is closed.", "What can we do?"]
    assert customer.says("back")[0] == "There's nothing to go back to here."


def test_a_flow_that_a_button_interrupted_is_offered_again_without_a_welcome() -> None:
    customer = booking("Prices")
    assert customer.seen() == ["A visit in skin is 20.", "Shall we go on with “Booking”?"]
    assert customer.taps("Continue") == ["Which ward?"]


KEYS = program_of("""
flows:
  keys:
    start: true
    description: keys of their own
    steps:
      - id: top
        menu: Pick
        page_size: 3
        options:
          - {label: one, then: END}
          - {label: four, key: 4, then: END}
          - {label: hidden, if: session.channel is "webchat", then: END}
          - {label: two, then: END}
          - {label: nine, key: 9, then: END}
          - {label: five, then: END}
""")


@pytest.mark.parametrize("channel", ["plain", "voice", "telegram", "webchat"])
def test_what_is_typed_is_what_is_shown_on_every_page(channel: str) -> None:
    pages = 2
    for page in range(pages):
        for place in range(3):
            customer = CustomerOf(KEYS, channel=channel)
            customer.starts()
            for _turned in range(page):
                customer.says(next(choice.key or "" for choice in customer.choices if choice.role == "page"))
            keys = [choice.key for choice in customer.choices if choice.key]
            assert len(keys) == len(set(keys))
            options = [choice for choice in customer.choices if choice.role == "option"]
            if place < len(options):
                label = options[place].label
                customer.says(options[place].key or "")
                assert any(getattr(event, "label", None) == label for event in customer.turn)


@pytest.mark.parametrize(
    "name", ["*x*", "[a](javascript:alert(1))", "{national_id}", "_x_", "`x`", "<b>x</b>", "x" * 5000]
)
def test_a_name_is_shown_as_it_is(name: str) -> None:
    customer = CustomerOf(CLINIC, customer=Customer(id="c", name=name))
    customer.starts()
    said = next(event.content.text for event in customer.turn if isinstance(event, BotSaid))
    assert said.text == f"Good day {name}, this is Mehr Clinic."
    assert [said.text[span.start : span.end] for span in said.spans] == ["Mehr Clinic"]


def test_a_name_cannot_turn_the_words_around_it() -> None:
    customer = CustomerOf(CLINIC, customer=Customer(id="c", name="\u202elive\u2069"))
    customer.starts()
    said = next(event.content.text for event in customer.turn if isinstance(event, BotSaid))
    assert said == RichText(text="Good day live, this is Mehr Clinic.", spans=said.spans)
