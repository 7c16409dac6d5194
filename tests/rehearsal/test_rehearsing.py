"""Tests of conversations: what they can make happen, what they can expect, and how a failure reads."""

import pytest

from bot.rehearsal.rendering import failed_text
from tests.rehearsal.theatre import play_one, told

FLOWS = """
settings: {languages: [en, fa], queue: support}
slots:
  color: {type: categorical, values: [red, blue]}
  pin: {type: text}
  visits: {type: float}
  places: {type: list}
actions: [action_look, action_send]
surveys:
  happy: {kind: custom, ask: {en: "Happy?", fa: "راضی هستید؟"}, scale: 1-3}
responses:
  utter_color:
    - text: "You chose {color}."
      translation: {fa: "{color} را انتخاب کردید."}
  utter_offer:
    - text: "Shall we?"
      buttons: [{title: "Yes, do", payload: "/SetSlots(pin=1234)"}, {title: "Not now", payload: "/look"}]
flows:
  main:
    start: true
    description: Begin
    steps:
      - say: {en: "Hello, {customer.name}!", fa: "سلام {customer.name}!"}
      - id: top
        menu: {en: "What now?", fa: "حالا چه؟"}
        page_size: 2
        options:
          - {label: {en: Choose a color, fa: رنگ}, value: color, then: [{call: paint, next: top}]}
          - {label: {en: Ask, fa: پرسش}, then: [{call: ask, next: top}]}
          - {label: {en: Look, fa: نگاه}, then: [{call: look, next: top}]}
          - {label: {en: Complain, fa: شکایت}, then: [{call: complain, next: top}]}
          - {label: {en: Bye, fa: خداحافظ}, then: [{survey: happy, next: END}]}
  paint:
    description: Colors
    steps:
      - collect: color
        ask: {en: "Red or blue?", fa: "قرمز یا آبی؟"}
        timeout: 1m
      - say: utter_color
  ask:
    description: People
    steps:
      - handoff: orders
        hours: office
        max_wait: 5m
        on_closed: [{say: {en: Closed., fa: بسته}, next: END}]
        on_no_agent: [{say: {en: Nobody., fa: هیچ‌کس}, next: END}]
  look:
    description: An action
    steps:
      - action: action_look
        timeout: 5s
        retries: 1
        slow: {en: "Wait…", fa: "صبر کنید…"}
        on_error: [{say: {en: It broke., fa: خراب شد}, next: END}]
      - say: utter_offer
  complain:
    description: Tickets and calls
    steps:
      - ticket: complaints
        kind: complaint
        title: {en: A complaint, fa: شکایت}
      - follow_up: paint
        in: 1d
"""


def test_a_label_is_found_by_its_words_in_any_language_its_place_or_its_value() -> None:
    for label in ("Choose a color", "رنگ", "1", "color"):
        for language in ("en", "fa"):
            for channel in ("telegram", "plain", "voice"):
                result = play_one(FLOWS, f"steps: [user: hi, tap: {label}, bot: Red or blue?]", channel, language)
                assert result.passed, failed_text(result)


def test_where_there_are_no_buttons_keys_are_pressed_page_by_page_on_the_telephone() -> None:
    steps = "steps: [user: hi, tap: Complain, tap: Choose a color, tap: Back, bot: What now?]"
    typed = {}
    for channel in ("telegram", "plain", "voice"):
        result = play_one(FLOWS, steps, channel)
        assert result.passed, failed_text(result)
        typed[channel] = [line.text for line in result.conversation if line.who == "customer"]
    assert typed["telegram"] == ["hi", "[Complain]", "[Choose a color]", "[Back]"]
    assert typed["plain"] == ["hi", "Complain", "1", "*"]
    assert typed["voice"] == ["hi", "9", "2", "1", "*"]


def test_every_page_of_a_menu_counts() -> None:
    every = "menu: [Choose a color, Ask, Look, Complain, Bye]"
    steps = f"steps: [user: hi, {every}, tap: More ›, {every}, tap: Complain, ticket_opened: true]"
    assert play_one(FLOWS, steps).passed


def test_a_test_written_in_the_first_language_speaks_of_the_others() -> None:
    steps = """
    customer: {name: Sara}
    steps:
      - user: hi
      - bot: Hello, Sara!
      - tap: Choose a color
      - tap: red
      - utter: utter_color
      - bot_uttered: {text_matches: "You chose"}
      - bot_did_not_utter: {text_matches: "Closed"}
      - slot_was_set: [{color: red}]
    """
    for language in ("en", "fa"):
        result = play_one(FLOWS, steps, language=language)
        assert result.passed, failed_text(result)


def test_another_text_is_told_apart_in_every_language() -> None:
    steps = "steps: [user: hi, tap: Choose a color, bot: What now?]"
    assert told(play_one(FLOWS, steps)) == [
        (3, "the bot to say\n  What now?", "it said\n  Red or blue?\n    [red]\n    [blue]\n    [Back]")
    ]
    assert not play_one(FLOWS, steps, language="fa").passed
    assert not play_one(FLOWS, "steps: [user: hi, bot: 'Hello, Ali!']").passed


def test_time_passes_and_what_was_due_happens_on_the_way() -> None:
    steps = """
    steps:
      - user: hi
      - tap: Choose a color
      - wait: 59s
      - bot_did_not_utter: {text_matches: "."}
      - wait: 1s
      - utter: utter_switchboard_no_input
      - wait: 2m
      - handed_off: {queue: support, reason: failed_question}
    """
    result = play_one(FLOWS, steps)
    assert result.passed, failed_text(result)


def test_an_action_is_what_its_stubs_say_one_after_another() -> None:
    steps = """
    stub_custom_actions:
      action_look:
        - {takes: 3s, fails: unreachable}
        - {takes: 9s}
        - events: [{event: slot, name: visits, value: 2}]
          responses: [{text: Twice.}]
    steps:
      - user: hi
      - tap: Look
      - bot: Wait…
      - bot: It broke.
      - tap: Look
      - bot: Twice.
      - slot_was_set: [{visits: 2.0}]
      - bot_uttered:
          utter_name: utter_offer
          buttons: [{title: "Yes, do", payload: /SetSlots(pin=1234)}, {title: Not now, payload: /look}]
      - action_executed: action_look
      - tap: Yes, do
      - slot_was_set: [{pin: "1234"}]
    """
    result = play_one(FLOWS, steps)
    assert result.passed, failed_text(result)


@pytest.mark.parametrize(
    ("surroundings", "said"),
    [
        ("desk: closed", "Closed."),
        ("at: 2026-03-01 12:00", "Closed."),
        ("desk: no_agent", "Nobody."),
        ("desk: {orders: full, support: no_agent}", "Nobody."),
        ("desk: {orders: closed}", "Closed."),
    ],
)
def test_nobody_can_come(surroundings: str, said: str) -> None:
    result = play_one(
        FLOWS, f"{surroundings}\nsteps: [user: hi, tap: Ask, handed_off: orders, bot: {said}, bot: What now?]"
    )
    assert result.passed, failed_text(result)


def test_an_agent_takes_passes_on_and_closes() -> None:
    steps = """
    at: 2026-03-02 10:00
    desk: {orders: no_agent}
    steps:
      - user: hi
      - tap: Ask
      - handed_off: {queue: orders, reason: step}
      - agent: Good morning.
      - user: Hello
      - agent: /transfer returns
      - agent: /note Keep an eye on it
      - agent: /release
      - agent: /close return_accepted
      - bot: What now?
    """
    result = play_one(FLOWS, steps)
    assert result.passed, failed_text(result)
    assert [line.text for line in result.conversation if line.who == "agent"] == ["Good morning."]


def test_the_queue_has_no_more_patience_than_the_step() -> None:
    steps = "steps: [user: hi, tap: Ask, wait: 4m, bot_did_not_utter: {text_matches: Nobody}, wait: 61s, bot: Nobody.]"
    assert play_one(FLOWS, steps).passed


def test_tickets_have_numbers_and_follow_ups_come_when_they_are_due() -> None:
    steps = """
    steps:
      - user: hi
      - tap: Complain
      - ticket_opened: {department: complaints, kind: complaint}
      - bot_uttered: {text_matches: "1"}
      - follow_up_booked: paint
      - bot: What now?
      - user: /ticket 1
      - bot_uttered: {text_matches: "1"}
      - wait: 25h
      - bot_uttered: {utter_name: utter_switchboard_follow_up_notice}
      - bot: Red or blue?
      - tap: blue
      - ended: completed
    """
    result = play_one(FLOWS, steps)
    assert result.passed, failed_text(result)


def test_an_answer_to_a_ticket_is_promised_as_the_department_does() -> None:
    steps = """
    at: 2026-03-20T23:30:00+00:00
    steps:
      - user: hi
      - tap: Complain
      - bot_uttered: {text_matches: "by March 24, 2026"}
      - wait: 2d
      - user: /ticket 1
      - bot_uttered: {text_matches: "by March 24, 2026"}
    """
    result = play_one(FLOWS, steps)
    assert result.passed, failed_text(result)


def test_a_survey_is_answered_after_the_end() -> None:
    thanks = "utter: utter_switchboard_survey_thanks"
    result = play_one(FLOWS, f"steps: [user: hi, tap: Bye, survey_asked: happy, tap: 3, {thanks}, ended: completed]")
    assert result.passed, failed_text(result)


def test_the_order_of_what_happened_counts_where_it_is_wanted() -> None:
    steps = """
    steps:
      - user: hi
      - tap: Choose a color
      - tap: red
        assertion_order_enabled: {ordered}
        assertions: [{{flow_completed: paint}}, {{slot_was_set: [{{name: color}}]}}]
    """
    assert play_one(FLOWS, steps.format(ordered="false")).passed
    assert [wanted for _, wanted, _ in told(play_one(FLOWS, steps.format(ordered="true")))] == [
        "this after what is listed before it"
    ]


@pytest.mark.parametrize(
    ("step", "came"),
    [
        ("tap: Choose a colour", "there is no button 'Choose a colour' (did you mean 'Choose a color'?)"),
        ("agent: hello", "no agent can do anything: the conversation is not handed off"),
    ],
)
def test_what_cannot_be_done_is_told(step: str, came: str) -> None:
    assert told(play_one(FLOWS, f"steps: [user: hi, {step}]")) == [(3, "this to be done", came)]


def test_agents_name_queues_and_outcomes_that_there_are() -> None:
    begun = "steps: [user: hi, tap: Ask, agent: {act}]"
    assert "did you mean 'returns'?" in told(play_one(FLOWS, begun.format(act="/transfer return")))[0][2]
    assert "did you mean 'solved'?" in told(play_one(FLOWS, begun.format(act="/close solvd")))[0][2]


@pytest.mark.parametrize(
    ("expected", "wanted"),
    [
        ("utter: utter_color", "the bot to say utter_color"),
        (
            "bot_uttered: {text_matches: x, buttons: [{title: a}]}",
            "the bot to say something that matches\n  x, something with the buttons 'a'",
        ),
        ("bot_did_not_utter: {text_matches: What}", "the bot never to say something that matches\n  What"),
        ("menu: [Ask]", "these choices\n  Ask"),
        ("slot_was_set: [color]", "the slot color to be set"),
        ("slot_was_set: [{color: red}]", "the slot color to be set to 'red'"),
        ("slot_was_not_set: [{color: null}]", "the slot color not to be set to None"),
        ("flow_started: {operator: any, flow_ids: [ask, look]}", "the flow ask or look to start"),
        ("flow_completed: main", "the flow main to be completed"),
        ("flow_cancelled: {flow_id: main, flow_step_id: top}", "the flow main to be cancelled"),
        ("action_executed: action_look", "the action action_look to run"),
        ("handed_off: orders", "a person to be asked for in the queue orders"),
        ("survey_asked: happy", "a survey to be asked: happy"),
        ("callback_requested: true", "a call back to be booked"),
        ("ticket_opened: {kind: complaint}", "a ticket to be opened of the kind complaint"),
        ("follow_up_booked: paint", "a follow-up to be booked with the flow paint"),
        ("ended: completed", "the conversation to be over: completed"),
    ],
)
def test_each_expectation_can_fail_and_says_what_it_wanted(expected: str, wanted: str) -> None:
    assert [failure[1] for failure in told(play_one(FLOWS, f"desk: open\nsteps: [user: hi, {expected}]"))] == [wanted]


def test_what_was_not_expected_in_a_menu_is_seen_in_any_language() -> None:
    labels = "menu: [Choose a color, Ask, Look, Bye]"
    failure = failed_text(play_one(FLOWS, f"steps: [user: hi, {labels}]", language="fa"))
    assert "شکایت  ← not expected\n" in failure
    assert failure.count("← not expected") == 1


def test_a_failure_shows_the_conversation_so_far() -> None:
    result = play_one(FLOWS, "customer: {name: Ann}\nsteps: [user: hi, tap: Ask, agent: Hello, user: No., ended: true]")
    assert (
        failed_text(result)
        == """\
tests/t.yaml:2:14: FAILED the test (telegram, en)
tests/t.yaml:4:56: expected the conversation to be over,
      but it goes on
  the conversation so far:
    customer  hi
    bot       Hello, Ann!
    bot       What now?
              [Choose a color]  [Ask]  [More ›]
    customer  [Ask]
              (a person is asked for: queue orders)
    bot       We're finding someone for you. You can keep writing: they will read it all.
              You are next.
              [Call me back]  [Back to the menu]  [Leave the queue]
              (Sara takes over)
    bot       Sara has joined the conversation.
    agent     Hello
    customer  No.
"""
    )
