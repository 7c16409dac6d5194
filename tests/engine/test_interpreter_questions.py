"""Collect: kinds of answers, refusals, confirmation, validation, secrets, files, CALM buttons, and filled slots."""

import pytest

from bot.content import Attachment, ContactCard, Content, Place, RichText
from bot.engine.inputs import EditHeard, TextHeard
from bot.events import AnswerGiven, BotSaid, CustomerEdited, CustomerSaid, InputRejected, SlotsSet, to_json
from tests.engine.customers import CustomerOf, program_of


def asks(keys: str, slot: str = "{type: text}", more: str = "", then: str = "", **options: object) -> CustomerOf:
    """A customer who is asked one question; its answer is said back between brackets."""
    customer = CustomerOf(
        program_of(f"""
settings: {{languages: [en, fa]}}
slots: {{x: {slot}, other: {{type: any}}}}
flows:
  f:
    start: true
    description: one question
    steps:
      - id: q
        collect: x
        {keys}
      - id: end
        say: "[{{x}}]"
{then}
{more}
"""),
        **options,  # type: ignore[arg-type]
    )
    customer.starts()
    return customer


@pytest.mark.parametrize(
    ("keys", "slot", "typed", "kept"),
    [
        ("ask: Q", "{type: text}", "  hello ", "hello"),
        ("{ask: Q, kind: number}", "{type: float}", "۱۲٫۵", 12.5),
        ("ask: Q", "{type: float}", "1,250", 1250),
        ("ask: Q", "{type: bool}", "بله", True),
        ("ask: Q", "{type: categorical, values: [small, large]}", "LARGE", "large"),
        ("{ask: Q, digits: {min: 4, max: 6, finish_on: '#'}}", "{type: text}", "0012#", "0012"),
        ("{ask: Q, kind: date}", "{type: text}", "۱۴۰۵/۰۱/۱۵", "2026-04-04"),
        ("{ask: Q, kind: time}", "{type: text}", "2:30 pm", "14:30"),
        ("{ask: Q, kind: phone}", "{type: text}", "+98 912 345 6789", "+989123456789"),
        ("{ask: Q, kind: email}", "{type: text}", "sara@Example.ORG", "sara@example.org"),
        ("{ask: Q, kind: location}", "{type: any}", "35.7, 51.4", {"latitude": 35.7, "longitude": 51.4}),
        ("{ask: Q, kind: location}", "{type: text}", "35.7, 51.4", "35.7, 51.4"),
    ],
)
def test_an_answer_is_kept_in_its_one_form(keys: str, slot: str, typed: str, kept: object) -> None:
    customer = asks(_flat(keys) if keys.startswith("{") else keys, slot)
    customer.says(typed)
    [given] = customer.happened(AnswerGiven)
    assert isinstance(given, AnswerGiven)
    assert next(event for event in customer.turn if isinstance(event, SlotsSet)).values == {"x": kept}


def _flat(keys: str) -> str:
    """The keys of a flow mapping as lines of the step."""
    inside, depth, parts = keys[1:-1], 0, [""]
    for sign in inside:
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return "\n        ".join(part.strip() for part in parts)


def test_what_is_no_answer_is_told_why() -> None:
    customer = asks("ask: Q\n        digits: {min: 4, max: 6}")
    assert customer.says("12") == ["That is too short: at least 4 are needed.", "Q"]
    assert customer.says("twelve") == ["Please send a number, for example 12.", "Q"]
    assert [event.reason for event in customer.log if isinstance(event, InputRejected)] == ["too_short", "not_digits"]


def test_the_steps_own_words_go_before_the_reason() -> None:
    customer = asks("ask: Q\n        kind: phone\n        no_match: Only numbers!")
    assert customer.says("nope") == ["Only numbers!", "Q"]


def test_rejections_see_the_typed_answer() -> None:
    customer = asks(
        "ask: Q\n        kind: number\n        rejections: [{if: slots.x > 10, utter: utter_much}]",
        "{type: float}",
        'responses: {utter_much: [{text: "{x} is too much"}]}',
    )
    assert customer.says("11") == ["11 is too much", "Q"]
    assert customer.says("9") == ["[9]"]


def test_an_answer_is_confirmed() -> None:
    customer = asks("ask: Q\n        confirm: true")
    assert customer.says("Tehran") == ["Tehran: is that right?"]
    assert customer.buttons == ["Yes", "No", "Back"]
    assert customer.taps("Back") == ["Q"]
    customer.says("Tehran")
    assert customer.taps("No") == ["Q"]
    customer.says("Tabriz")
    assert customer.says("yes") == ["[Tabriz]"]


def test_a_slot_that_is_filled_is_not_asked_for() -> None:
    customer = asks("ask: Q", "{type: text, initial_value: known}")
    assert customer.seen()[0] == "[known]"


def test_unless_it_shall_be_asked_before_filling() -> None:
    customer = asks("ask: Q\n        ask_before_filling: true", "{type: text, initial_value: known}")
    assert customer.seen() == ["Q"]


def test_the_answer_of_a_flow_that_ended_is_forgotten() -> None:
    customer = asks("ask: Q")
    customer.says("hello")
    assert customer.slots["x"] is None


def test_unless_it_shall_stay() -> None:
    customer = asks("ask: Q\n        reset_after_flow_ends: false")
    customer.says("hello")
    assert customer.slots["x"] == "hello"


# Secrets


def test_a_secret_is_bullets_in_every_event() -> None:
    customer = asks("ask: Q\n        secret: true\n        confirm: true", then="        next: END")
    customer.hears(TextHeard(text="hunter2", message_id="m1"))
    assert customer.seen() == ["•••: is that right?"]
    customer.taps("Yes")
    customer.hears(EditHeard(message_id="m1", content=Content(text=RichText(text="hunter3"))))
    assert isinstance(customer.turn[0], CustomerEdited)
    log = "".join(to_json(event) for event in customer.log)
    assert "hunter" not in log
    assert "[•••]" in log


def test_a_secret_that_does_not_fit_its_slot_is_not_said_back() -> None:
    documented = "responses: {utter_float_slot_rejection: [{text: 'No: {value}'}]}"
    customer = CustomerOf(
        program_of(f"""
slots: {{pin: {{type: float}}}}
{documented}
flows: {{f: {{description: f, start: true, steps: [{{collect: pin, ask: Q, secret: true}}]}}}}
""")
    )
    customer.starts()
    assert customer.says("hunter2") == ["No: •••", "Q"]


# Files, contacts, places

PHOTO = Attachment(kind="photo", file="telegram:abc", size_bytes=1000)


def test_a_file_answers_a_question_for_one() -> None:
    customer = asks("ask: Q\n        kind: file", "{type: any}")
    said = customer.last(BotSaid)
    assert isinstance(said, BotSaid)
    assert said.expects == "file"
    customer.sends(PHOTO)
    assert any(
        isinstance(event, SlotsSet)
        and event.values["x"] == {"file": "telegram:abc", "kind": "photo", "size_bytes": 1000}
        for event in customer.turn
    )


def test_several_files_until_they_are_enough_or_done() -> None:
    customer = asks("ask: Q\n        kind: file\n        files: {kinds: [photo], max: 3, max_mb: 1}", "{type: list}")
    assert customer.sends(Attachment(kind="voice", file="telegram:v"))[0].startswith("That kind of file")
    assert customer.sends(Attachment(kind="photo", file="t:1", size_bytes=2_000_000))[0].startswith(
        "That file is too large"
    )
    assert customer.sends(PHOTO, album="a") == ["Got it. Send another one, or press “Done”."]
    assert customer.sends(PHOTO, album="a") == []
    assert customer.says("done")[0].startswith("[")
    customer = asks("ask: Q\n        kind: file\n        files: {max: 2}", "{type: list}")
    customer.sends(PHOTO, album="a")
    assert customer.sends(PHOTO, album="a")[0].startswith("[")


def test_the_kinds_of_files_are_named_in_the_customers_language() -> None:
    flows = program_of("""
settings: {languages: [fa]}
slots: {x: {type: any}}
flows:
  f:
    start: true
    description: f
    steps: [{collect: x, ask: Q, confirm: true, files: {kinds: [photo, voice]}}, {say: "{x}"}]
""")
    customer = CustomerOf(flows, language="fa")
    customer.starts()
    assert "عکس یا پیام صوتی" in customer.sends(Attachment(kind="video", file="telegram:v"))[0]
    assert customer.sends(PHOTO) == ["«عکس» درست است؟"], "what is to be confirmed can be seen"


def test_the_rest_of_an_album_is_no_answer_to_the_next_question() -> None:
    customer = asks(
        "ask: Q\n        kind: file\n        files: {max: 2}",
        "{type: list}",
        then="      - collect: other\n        ask: R",
    )
    customer.sends(PHOTO, album="a")
    assert customer.sends(PHOTO, album="a")[-1] == "R"
    assert customer.sends(PHOTO, album="a") == []
    assert customer.happened(CustomerSaid)


def test_the_rest_of_an_album_answers_no_later_question_for_a_file_either() -> None:
    customer = asks("ask: Q\n        kind: file", "{type: any}", then="      - {collect: other, ask: R, kind: file}")
    assert customer.sends(PHOTO, album="a")[-1] == "R"
    assert customer.sends(PHOTO, album="a") == []
    assert not customer.conversation.closed
    customer.sends(PHOTO, album="b")
    assert customer.conversation.closed, "the second question is answered too"


def test_an_album_that_is_of_no_use_is_refused_once() -> None:
    customer = asks("ask: Q\n        tries: 2")
    assert customer.sends(PHOTO, album="a")
    assert [customer.sends(PHOTO, album="a") for _ in range(3)] == [[], [], []], "it is one message to who sent it"
    assert customer.says("an answer")[0].startswith("[")

    customer = asks("ask: Q\n        kind: file\n        tries: 2\n        files: {kinds: [photo]}", "{type: any}")
    film = Attachment(kind="video", file="telegram:v")
    assert customer.sends(film, album="b")[0].startswith("That kind of file")
    assert customer.sends(film, album="b") == []
    assert customer.sends(PHOTO, album="b")[0].startswith("["), "what can be used among them is"


def test_a_file_that_is_to_be_confirmed_stays_itself_when_more_are_sent() -> None:
    customer = asks("ask: Q\n        kind: file\n        confirm: true", "{type: any}")
    customer.sends(PHOTO, album="a")
    assert customer.sends(PHOTO, album="a") == [], "the rest of the album"
    assert customer.sends(PHOTO)[-1] == "photo: is that right?"
    customer.taps("Yes")
    assert {"file": "telegram:abc", "kind": "photo", "size_bytes": 1000} in [
        event.values["x"] for event in customer.turn if isinstance(event, SlotsSet)
    ]


def test_a_caption_is_an_answer_where_words_are_wanted() -> None:
    customer = asks("ask: Q")
    assert customer.sends(PHOTO, caption="like this") == ["[like this]"]


def test_a_picture_without_words_is_none() -> None:
    assert asks("ask: Q").sends(PHOTO)[0].startswith("I can't use that here")


def test_a_contact_is_a_phone_number() -> None:
    customer = asks("ask: Q\n        kind: phone")
    assert customer.sends(ContactCard(phone="989123456789")) == ["[+989123456789]"]


def test_a_place_is_where_it_is() -> None:
    customer = asks("ask: Q\n        kind: location", "{type: any}")
    customer.sends(Place(latitude=1.5, longitude=2.5))
    assert any(
        isinstance(e, SlotsSet) and e.values == {"x": {"latitude": 1.5, "longitude": 2.5}} for e in customer.turn
    )


# CALM's buttons

BUTTONS = """
responses:
  utter_ask_x:
    - text: Which one?
      buttons:
        - {title: The first, payload: "/SetSlots(x=one, other=5)"}
        - {title: The second, payload: "the second"}
        - {title: Leave, payload: /leave}
"""


def test_a_button_sets_slots_or_says_something() -> None:
    customer = asks("description: asked by a response", more=BUTTONS)
    assert customer.seen() == ["Which one?"]
    assert customer.buttons == ["The first", "The second", "Leave"]
    assert customer.taps("The first") == ["[one]"]
    customer = asks("description: asked by a response", more=BUTTONS)
    assert customer.taps("The second") == ["[the second]"]
    customer = asks("description: asked by a response", more=BUTTONS)
    assert customer.says("the first") == ["[one]"]


def test_a_button_that_was_refused_may_be_tapped_again() -> None:
    customer = asks(
        "description: d\n        rejections: [{if: slots.x is 'one', utter: utter_no}]",
        more=BUTTONS + "  utter_no: [{text: Not that one.}]",
    )
    assert customer.taps("The first") == ["Not that one.", "Which one?"]
    assert customer.taps("The first") == ["Not that one.", "Which one?"]


def test_typed_payloads_are_only_words() -> None:
    customer = asks("ask: Q")
    assert customer.says("/SetSlots(other=1)") == ["[/SetSlots(other=1)]"]
    assert customer.slots["other"] is None


def test_a_payload_sent_by_a_program_counts() -> None:
    customer = asks("ask: Q")
    assert customer.sends_payload('/SetSlots(x="a, b")') == ["[a, b]"]


def test_yes_and_no_are_offered_for_a_truth_and_the_values_of_a_category() -> None:
    assert asks("ask: Q", "{type: bool}").buttons == ["Yes", "No"]
    customer = asks("ask: Q", "{type: categorical, values: [small, large]}")
    assert customer.buttons == ["small", "large"]
    assert customer.taps("large") == ["[large]"]


# Words with a meaning of their own


def test_a_number_is_an_answer_before_it_is_a_key() -> None:
    customer = asks("ask: Q\n        kind: number", "{type: float}", channel="plain")
    assert customer.says("0") == ["[0]"]


def test_a_key_is_a_key_where_no_number_is_asked_for() -> None:
    customer = asks("ask: Q", channel="plain")
    customer.says("0")
    assert customer.handoff.reason == "agent_word"


def test_a_command_word_is_no_free_answer() -> None:
    customer = asks("ask: Q")
    assert customer.says("Help!") == ["[Help!]"]
    customer = asks("ask: Q")
    assert customer.says("help")[-1] == "Q"


# Actions that ask and validate


def test_an_action_asks_and_an_action_validates() -> None:
    customer = asks("description: asked by code", more="actions: [action_ask_x, validate_x]")
    assert customer.call.action == "action_ask_x"
    asked = {"text": "How many?", "buttons": [{"title": "Two", "payload": "/SetSlots(x=2)"}]}
    assert customer.action_returns(responses=[asked]) == ["How many?"]
    assert customer.buttons == ["Two"]
    customer.taps("Two")
    assert customer.call.action == "validate_x"
    assert customer.slots["x"] == "2", "the action finds the answer in the slot"
    customer.action_returns({"x": None}, says="Not two!")
    assert customer.seen() == ["Not two!"]
    assert customer.call.action == "action_ask_x"
    customer.action_returns(responses=[asked])
    customer.says("3")
    assert customer.action_returns({"x": "three"}) == ["[three]"]


def test_an_answer_that_was_never_validated_is_forgotten_with_its_flow() -> None:
    customer = asks("ask: Q", more="actions: [validate_x]")
    customer.says("two")
    assert customer.commands("menu") == ["Q"]


def test_a_rejected_answer_counts_as_a_try() -> None:
    customer = asks("ask: Q\n        tries: 2", more="actions: [validate_x]")
    customer.says("a")
    assert customer.action_returns({"x": None}, says="No.") == ["No.", "Q"]
    customer.says("b")
    customer.action_returns({"x": None}, says="No.")
    assert customer.handoff.reason == "failed_question"


def test_why_an_answer_is_refused_is_said_also_at_the_last_try() -> None:
    refused = "ask: Q\n        kind: number\n        tries: 2\n        on_fail: [{say: Over., next: END}]"
    rejections = "\n        rejections: [{if: slots.x > 10, utter: utter_much}]"
    customer = asks(refused + rejections, "{type: float}", 'responses: {utter_much: [{text: "{x} is too much"}]}')
    assert customer.says("11") == ["11 is too much", "Q"]
    assert customer.says("12")[:2] == ["12 is too much", "Over."]


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ("min_value: 1, max_value: 5", "Please send a number from 1 to 5."),
        ("min_value: 1.5", "Please send a number of at least 1.5."),
        ("max_value: 5", "Please send a number of at most 5."),
    ],
)
def test_which_numbers_a_slot_holds_is_told(bounds: str, told: str) -> None:
    customer = asks("ask: Q\n        kind: number", f"{{type: float, {bounds}}}")
    assert customer.says("0.5" if "max" not in bounds else "9") == [told, "Q"]
