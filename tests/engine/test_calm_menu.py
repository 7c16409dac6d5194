"""The menu of flows that do not say where conversations begin: what it offers, when, in which words, who returns."""

import pytest

from bot.engine.reader import read_flows
from bot.events import FlowEnded, FlowStarted
from tests.engine.customers import CustomerOf, program_of

SHOP = """
flows:
  track_order:
    name: Track an order
    translation: {fa: {name: پیگیری سفارش}}
    description: d
    steps: [{collect: order}, {action: utter_near}]
  return-item: {description: return-item, steps: [{action: utter_near}]}
  refund: {description: refund, if: slots.order is not null, steps: [{action: utter_near}]}
  hidden: {description: hidden, if: "False", steps: [{action: utter_near}]}
  known: {description: known, nlu_trigger: [{intent: order_known}], steps: [{action: action_know}]}
slots: {order: {type: text}}
actions: [action_know]
responses:
  utter_ask_order: [{text: Which order?}]
  utter_near: [{text: It is near.}]
"""
COMPLETED = "  pattern_completed: {description: pattern_completed, steps: [{action: utter_more}]}\n"
GREETS = "  pattern_session_start: {description: pattern_session_start, steps: [{action: utter_hi}]}\n"
WORDS = "  utter_more: [{text: 'After {context.previous_flow_name}: more?'}]\n  utter_hi: [{text: Hi!}]\n"
OFFERED = ["Track an order", "Return item", "Known"]
ASKED = "What would you like to do?"


def shop(patterns: str = "", words: str = WORDS) -> str:
    return SHOP.replace("slots:", f"{patterns}slots:", 1) + (words if patterns else "")


def customer_of(source: str, *, language: str = "en", channel: str = "telegram") -> CustomerOf:
    return CustomerOf(program_of(source), language=language, channel=channel)


def test_the_author_is_told_of_it() -> None:
    problems = [each for each in read_flows({"f.yaml": SHOP}).problems if each.code == "start-menu"]
    assert [(each.line, each.severity) for each in problems] == [(3, "warning")]
    assert problems[0].message.endswith("track_order, return-item, refund, known")


def test_it_greets_and_offers_what_may_begin_now() -> None:
    customer = customer_of(SHOP)
    assert customer.starts() == ["Hello! Good to have you here.", ASKED]
    assert customer.buttons == OFFERED
    customer.taps("Known")
    customer.action_returns({"order": "7"})
    assert customer.seen() == [ASKED]
    assert customer.buttons == ["Track an order", "Return item", "Refund", "Known"]


@pytest.mark.parametrize(
    ("language", "hello", "asked", "first"),
    [
        ("fa", "سلام! خوش آمدید.", "چه کاری می‌خواهید انجام بدهید؟", "پیگیری سفارش"),
        ("ar", "أهلًا وسهلًا بكم!", "ماذا تودون أن تفعلوا؟", "Track an order"),
        ("he", "שלום, טוב שבאת!", "מה תרצו לעשות?", "Track an order"),
    ],
)
def test_it_speaks_every_language(language: str, hello: str, asked: str, first: str) -> None:
    customer = customer_of(SHOP + "settings: {languages: [en, fa, ar, he]}", language=language)
    assert customer.starts() == [hello, asked]
    assert customer.buttons[0] == first


@pytest.mark.parametrize(("language", "offered"), [("en", "track order"), ("fa", "پیگیری سفارش")])
def test_a_name_in_another_language_alone_is_no_name_in_this(language: str, offered: str) -> None:
    source = SHOP.replace("    name: Track an order\n", "") + "settings: {languages: [en, fa]}"
    customer = customer_of(source, language=language)
    customer.starts()
    assert customer.buttons[0] == offered


def test_its_words_are_responses_like_others() -> None:
    customer = customer_of(SHOP + "  utter_switchboard_start_menu: [{text: Well?}]")
    assert customer.starts()[-1] == "Well?"


def test_a_flow_comes_back_to_it_with_its_slots_reset() -> None:
    customer = customer_of(SHOP)
    customer.starts()
    assert customer.taps("Track an order") == ["Which order?"]
    assert customer.says("12") == ["It is near.", ASKED]
    assert customer.buttons == [*OFFERED, "Back"], "nothing is known of the order any more"
    assert customer.taps("Track an order") == ["Which order?"]
    assert customer.says("cancel") == ["All right, cancelled.", ASKED]


@pytest.mark.parametrize(
    ("said", "after"), [("1", "After Track an order: more?"), ("/order_known", "After known: more?")]
)
def test_calms_last_word_comes_before_it(said: str, after: str) -> None:
    customer = customer_of(shop(COMPLETED), channel="plain")
    customer.starts()
    if said == "1":
        customer.says(said)
        customer.says("12")
    else:
        customer.sends_payload(said)
        customer.action_returns()
    assert customer.seen()[-2:] == [after, ASKED]


def test_what_runs_no_last_word_has_none() -> None:
    source = shop(COMPLETED).replace("return-item: {", "return-item: {run_pattern_completed: false, ")
    customer = customer_of(source)
    customer.starts()
    assert customer.taps("Return item") == ["It is near.", ASKED]


def test_the_flows_own_greeting_takes_the_place_of_ours() -> None:
    customer = customer_of(shop(GREETS))
    assert customer.starts() == ["Hi!", ASKED]
    customer.taps("Track an order")
    assert customer.says("menu") == [ASKED]
    assert customer.starts() == ["Hi!", ASKED]


def test_calms_action_of_a_new_session_runs_though_no_flow_says_so() -> None:
    customer = customer_of(SHOP.replace("[action_know]", "[action_know, action_session_start]"))
    assert customer.starts() == []
    assert customer.call.action == "action_session_start"
    assert customer.action_returns({"order": "5"}, says="Welcome.") == ["Welcome.", ASKED]
    assert "Refund" in customer.buttons
    customer.starts()
    assert customer.action_breaks() == [ASKED], "what it would have brought is done without"


def test_a_flow_of_the_intent_of_a_new_session_greets() -> None:
    hello = "  hello: {description: hello, nlu_trigger: [{intent: session_start}], steps: [{say: Hi there.}]}\n"
    customer = customer_of(SHOP.replace("slots:", f"{hello}slots:", 1))
    assert customer.starts() == ["Hi there.", ASKED]
    assert customer.buttons == [*OFFERED, "Hello"]


def test_a_greeting_that_leads_somewhere_goes_first() -> None:
    linked = GREETS.replace("[{action: utter_hi}]", "[{action: utter_hi}, {link: track_order}]")
    customer = customer_of(shop(linked))
    assert customer.starts() == ["Hi!", "Which order?"]
    assert customer.says("3") == ["It is near.", ASKED]


def test_buttons_that_offer_all_of_it_are_menu_enough() -> None:
    words = "  utter_hi: [{text: Hi!, buttons: [{title: Look, payload: /look}, {title: Buy, payload: /buy}]}]\n"
    flows = """
flows:
  look: {description: look, nlu_trigger: [{intent: look}], steps: [{action: utter_seen}]}
  buy: {description: buy, nlu_trigger: [{intent: buy}], steps: [{action: utter_seen}]}
  pattern_session_start: {description: pattern_session_start, steps: [{action: utter_hi}]}
responses:
  utter_seen: [{text: Seen.}]
"""
    customer = customer_of(flows + words)
    assert customer.starts() == ["Hi!"]
    assert customer.buttons == ["Look", "Buy"]
    assert customer.taps("Buy") == ["Seen.", ASKED]
    fewer = customer_of(flows + words.replace(", {title: Buy, payload: /buy}", ""))
    assert fewer.starts() == ["Hi!", ASKED]
    assert fewer.buttons == ["Look", "Buy"]


def test_where_nothing_may_begin_people_are_asked() -> None:
    customer = customer_of("""
flows:
  a: {description: a, if: slots.x, steps: [{say: A}]}
  b: {description: b, if: slots.x, steps: [{say: B}]}
slots: {x: {type: bool}}
""")
    assert customer.starts()[0] == "Hello! Good to have you here."
    assert customer.happened(FlowStarted)[-1] == FlowStarted(flow="pattern_human_handoff", by="link")
    assert customer.handoff.handoff


def test_many_flows_are_paged_and_alike_ones_told_apart() -> None:
    flows = "\n".join(f"  flow_{number}: {{name: Same, description: d, steps: [{{say: Hi}}]}}" for number in range(12))
    customer = customer_of(f"flows:\n{flows}\n")
    customer.starts()
    assert customer.buttons[:2] == ["Same", "Same (Flow 1)"]
    assert customer.buttons[-1] == "More ›"
    customer.taps("More ›")
    assert customer.buttons == ["Same (Flow 8)", "Same (Flow 9)", "Same (Flow 10)", "Same (Flow 11)", "‹ Previous"]


def test_a_flow_of_its_name_takes_its_place() -> None:
    own = "  start_menu: {description: d, steps: [{menu: Mine?, options: [{label: A, then: [{call: known}]}]}]}\n"
    customer = customer_of(shop(own))
    assert customer.starts() == ["Mine?"]


def test_a_word_for_a_flow_goes_back_to_it_too() -> None:
    customer = customer_of(SHOP)
    customer.starts()
    customer.sends_payload("/order_known")
    assert customer.happened(FlowStarted) == [FlowStarted(flow="known", by="payload")]
    assert customer.action_returns() == [ASKED]
    assert FlowEnded(flow="known", outcome="completed") in customer.turn
