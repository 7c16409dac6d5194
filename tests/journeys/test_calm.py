"""Files in CALM's own dialect, as the public writes them: they load, and whoever talks to them gets on."""

from datetime import timedelta

from bot.engine.inputs import TimePassed
from bot.events import ConversationClosed, FlowEnded
from tests.engine.customers import CustomerOf, program_of

CARS = program_of("""
flows:
  rent:
    description: rent a car
    nlu_trigger: [{intent: rent}]
    steps:
      - collect: city
      - action: utter_car
  pattern_session_start:
    description: greets
    nlu_trigger: [{intent: session_start}]
    steps:
      - action: utter_greet
  pattern_completed:
    description: what else
    steps:
      - action: utter_anything_else
  pattern_cannot_handle:
    description: what was not understood
    steps:
      - action: utter_cannot
slots:
  city: {type: text}
responses:
  utter_ask_city: [{text: "Which city?", buttons: [{title: Paris, payload: "/SetSlots(city=Paris)"}]}]
  utter_car: [{text: "A car in {city}."}]
  utter_greet: [{text: "Hi, I rent cars.", buttons: [{title: Rent, payload: "/rent"}]}]
  utter_anything_else:
    - text: "Anything else?"
      buttons: [{title: Another, payload: "/rent"}, {title: Nothing, payload: "no"}]
  utter_cannot: [{text: "I can't do that."}]
""")


def greeted(channel: str = "telegram") -> CustomerOf:
    customer = CustomerOf(CARS, channel=channel)
    assert customer.starts() == ["Hi, I rent cars."]
    return customer


def test_buttons_at_the_end_of_everything_can_be_pressed_named_and_numbered() -> None:
    customer = greeted()
    assert not customer.conversation.closed
    assert customer.taps("Rent") == ["Which city?"]
    assert greeted().says("rent") == ["Which city?"]
    assert greeted("plain").says("1") == ["Which city?"]


def test_what_comes_after_has_an_end_of_its_own() -> None:
    customer = greeted()
    customer.taps("Rent")
    assert customer.taps("Paris") == ["A car in Paris.", "Anything else?"]
    assert FlowEnded(flow="rent", outcome="completed") in customer.turn
    assert customer.taps("Another") == ["Which city?"], "asked anew: the flow before was over"
    customer.says("Rome")
    assert customer.seen() == ["A car in Rome.", "Anything else?"]


def test_what_is_not_understood_there_is_said_so() -> None:
    customer = greeted()
    assert customer.says("zzzz zzzz") == ["I can't do that.", "Hi, I rent cars."]
    assert customer.taps("Rent") == ["Which city?"]


def test_starting_again_greets_again() -> None:
    customer = greeted()
    customer.taps("Rent")
    customer.taps("Paris")
    assert customer.starts() == ["Hi, I rent cars."]


def test_buttons_that_nobody_presses_end_in_silence() -> None:
    customer = greeted()
    customer.taps("Rent")
    customer.taps("Paris")
    customer.now += timedelta(days=2)
    assert customer.hears(TimePassed()) == [], "it was over: there is nothing to be sorry about"
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=True)]
