"""Moving about: back, home, cancel, triggers, deep links, languages, coming back."""

from collections.abc import Callable

import pytest

from bot.engine.conversation import Customer
from bot.engine.inputs import TapHeard
from bot.events import FlowEnded, FlowStarted, LanguageChanged, WentBack
from tests.engine.customers import CustomerOf, program_of

SHOP = """
settings: {languages: [en, fa]}
slots: {name: {type: text}, size: {type: text}, email: {type: text}, whom: {type: text}, much: {type: text}}
actions: [action_pay]
flows:
  main:
    start: true
    description: the main menu
    name: {en: Main menu, fa: منو}
    steps:
      - id: top
        menu: {en: "How can we help?", fa: "چه کمکی؟"}
        options:
          - label: {en: Order, fa: سفارش}
            then: [{call: order, next: top}]
          - label: {en: Bye, fa: خداحافظ}
            then: END
  order:
    description: an order
    name: {en: Your order, fa: سفارش شما}
    if: false
    steps:
      - collect: name
        ask: {en: "Your name?", fa: "نام شما؟"}
      - menu: {en: "What size, {name}?", fa: "چه اندازه؟"}
        into: size
        options: [{label: {en: Small, fa: کوچک}}, {label: {en: Large, fa: بزرگ}}]
        next: mail
      - id: mail
        collect: email
        ask: {en: "E-mail?", fa: "ایمیل؟"}
        kind: email
      - action: action_pay
        final: true
      - menu: {en: "Paid. Receipt for {name}?", fa: "رسید؟"}
        options: [{label: {en: "Yes, please", fa: بله}, then: END}]
  faq:
    description: questions
    triggers: {en: [/faq, questions], fa: [پرسش]}
    steps:
      - menu: {en: "Which question?", fa: "کدام پرسش؟"}
        options: [{label: {en: Delivery, fa: ارسال}, then: END}]
  gift:
    description: a gift card
    name: {en: Gift card, fa: کارت هدیه}
    resume: ask
    triggers: {en: [gift]}
    steps:
      - collect: whom
        ask: {en: "For whom?", fa: "برای که؟"}
      - collect: much
        ask: {en: "How much, {whom}?", fa: "چقدر؟"}
      - say: {en: "{whom} gets {much}.", fa: "باشد."}
"""
PROGRAM = program_of(SHOP)


def shopper(**options: object) -> CustomerOf:
    customer = CustomerOf(PROGRAM, **options)  # type: ignore[arg-type]
    customer.starts()
    return customer


def at_the_email() -> CustomerOf:
    customer = shopper()
    customer.taps("Order")
    customer.says("Sara")
    customer.taps("Large")
    return customer


# Back


def test_back_goes_question_by_question_with_the_slots_of_then() -> None:
    customer = at_the_email()
    assert customer.says("back") == ["What size, Sara?"]
    assert customer.slots["size"] is None
    assert customer.taps("Back") == ["Your name?"]
    assert customer.slots["name"] is None
    assert customer.happened(WentBack) == [WentBack(flow="order", step=customer.conversation.stack[-1].step)]
    assert customer.commands("back") == ["How can we help?"]
    assert customer.says("back") == ["There's nothing to go back to here.", "How can we help?"]


def test_forward_again_after_back() -> None:
    customer = at_the_email()
    customer.says("back")
    assert customer.taps("Small") == ["E-mail?"]
    assert customer.slots["size"] == "small"
    assert customer.slots["name"] == "Sara"


def test_back_leads_into_a_flow_that_ended() -> None:
    customer = at_the_email()
    customer.says("menu")
    assert customer.slots["name"] is None
    assert customer.says("back") == ["E-mail?"]
    assert customer.slots["name"] == "Sara"


def test_back_never_leads_past_a_final_action() -> None:
    customer = at_the_email()
    customer.says("a@b.io")
    assert customer.says("back") == ["One moment, please…"], "it is being paid just now"
    assert customer.action_returns() == ["Paid. Receipt for Sara?"]
    assert customer.buttons == ["Yes, please"]
    assert customer.says("back")[0] == "There's nothing to go back to here."


def test_back_remembers_no_more_than_it_must() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: two questions for ever
    steps:
      - {id: a, menu: A?, options: [{label: Next, then: b}]}
      - {id: b, menu: B?, options: [{label: Next, then: a}]}
""")
    )
    customer.starts()
    for _ in range(60):
        customer.says("next")
    assert len(customer.conversation.history) == 20


# Home, cancel, repeat, help, restart


def test_menu_goes_home() -> None:
    customer = at_the_email()
    assert customer.commands("menu") == ["How can we help?"]
    assert [frame.flow for frame in customer.conversation.stack] == ["main"]


def test_cancel_leaves_the_flow_and_says_so() -> None:
    customer = at_the_email()
    assert customer.says("cancel") == ["All right, cancelled.", "How can we help?"]
    assert customer.slots["name"] is None
    assert FlowEnded(flow="order", outcome="cancelled") in customer.turn
    assert customer.says("cancel") == ["There's nothing to cancel.", "How can we help?"]


def test_repeat_and_help_ask_again() -> None:
    customer = at_the_email()
    assert customer.says("repeat") == ["E-mail?"]
    assert customer.says("help")[1:] == ["E-mail?"]


def test_restart_forgets_all() -> None:
    customer = at_the_email()
    assert customer.commands("restart") == ["All right, from the start.", "How can we help?"]
    assert customer.says("back")[0] == "There's nothing to go back to here."


def test_digits_are_commands_on_the_telephone() -> None:
    customer = CustomerOf(PROGRAM, channel="voice")
    customer.starts()
    customer.says("1")
    assert customer.says("*") == ["How can we help?"]
    assert customer.says("#") == ["How can we help?"]
    customer.says("0")
    assert customer.handoff.reason == "agent_word"


# Triggers


def test_a_trigger_starts_its_flow_anywhere_and_the_old_one_comes_back() -> None:
    customer = at_the_email()
    assert customer.says("Questions") == ["Which question?"]
    assert customer.taps("Delivery") == ["Shall we go on with “Your order”?"]
    assert customer.taps("Continue") == ["E-mail?"]
    assert customer.slots["name"] == "Sara"


def test_start_over_instead() -> None:
    customer = at_the_email()
    customer.commands("faq")
    customer.taps("Delivery")
    assert customer.taps("Start over") == ["How can we help?"]
    assert customer.slots["name"] is None


def test_the_main_menu_just_comes_back() -> None:
    customer = shopper()
    customer.says("پرسش")
    assert customer.taps("Delivery") == ["How can we help?"]


def test_a_trigger_of_the_running_flow_begins_it_anew() -> None:
    customer = shopper()
    customer.says("gift")
    customer.says("Ali")
    assert customer.says("gift") == ["For whom?"]
    assert [frame.flow for frame in customer.conversation.stack] == ["main", "gift"]


@pytest.mark.parametrize(("resume", "then"), [("auto", ["For whom?"]), ("never", ["How can we help?"])])
def test_resume_as_the_flow_says(resume: str, then: list[str]) -> None:
    customer = CustomerOf(program_of(SHOP.replace("resume: ask", f"resume: {resume}")))
    customer.starts()
    customer.says("gift")
    customer.says("questions")
    assert customer.taps("Delivery") == then


def test_a_pattern_of_the_flows_own_says_how_it_goes_on() -> None:
    own = """
  pattern_continue_interrupted:
    description: pattern_continue_interrupted
    steps: [{say: "Back to {context.interrupted_flow_name}."}]
"""
    customer = CustomerOf(program_of(SHOP + own))
    customer.starts()
    customer.says("gift")
    customer.says("questions")
    assert customer.taps("Delivery") == ["Back to Gift card.", "For whom?"]


def test_a_guarded_flow_is_no_trigger() -> None:
    customer = CustomerOf(
        program_of("""
slots: {vip: {type: bool}}
flows:
  f: {start: true, description: d, steps: [{menu: M?, options: [{label: A, then: END}]}]}
  g: {description: g, if: slots.vip is true, triggers: [lounge], steps: [{say: Welcome to the lounge.}]}
""")
    )
    customer.starts()
    assert customer.says("lounge")[0].startswith("Sorry")
    customer.sends_payload("/SetSlots(vip=true)")
    customer = CustomerOf(customer.program)
    assert customer.starts("g") == ["M?"]


# Opening, deep links


@pytest.mark.parametrize("words", ["hello", "سلام", "42", "back"])
def test_any_first_words_begin_at_the_start(words: str) -> None:
    assert CustomerOf(PROGRAM).says(words) == ["How can we help?"]


def test_first_words_that_are_a_trigger_or_ask_for_a_person() -> None:
    customer = CustomerOf(PROGRAM)
    assert customer.says("questions") == ["Which question?"]
    assert customer.happened(FlowStarted) == [FlowStarted(flow="faq", by="trigger")]
    customer = CustomerOf(PROGRAM)
    customer.says("agent")
    assert customer.handoff.reason == "agent_word"


def test_a_first_tap_on_something_old_begins_at_the_start() -> None:
    assert CustomerOf(PROGRAM).hears(TapHeard(token="1.2.3")) == ["How can we help?"]


def test_a_deep_link_starts_its_flow_and_answers_its_first_question() -> None:
    assert CustomerOf(PROGRAM).starts("gift") == ["For whom?"]
    assert CustomerOf(PROGRAM).starts("gift-Ali") == ["How much, Ali?"]
    assert CustomerOf(PROGRAM).starts("gifted") == ["How can we help?"]
    assert CustomerOf(PROGRAM).starts("order-Ali") == ["How can we help?"], "its guard lets only menus in"


def test_a_deep_link_to_a_menu() -> None:
    customer = CustomerOf(PROGRAM)
    assert customer.starts("faq-nonsense") == ["Which question?"]
    assert CustomerOf(PROGRAM).starts("faq-delivery") == []


def test_a_deep_link_in_the_middle() -> None:
    customer = at_the_email()
    assert customer.starts("gift-Ali") == ["How much, Ali?"]
    assert [frame.flow for frame in customer.conversation.stack] == ["main", "order", "gift"]


# Coming back


def test_start_in_the_middle_asks_whether_to_go_on() -> None:
    customer = at_the_email()
    assert customer.starts() == ["Welcome back. Shall we go on with “Your order”?"]
    assert customer.says("continue") == ["E-mail?"]
    customer.starts()
    assert customer.taps("Start over") == ["How can we help?"]


def test_start_at_the_main_menu_is_a_start() -> None:
    assert shopper().starts() == ["How can we help?"]


# Languages


def test_a_language_in_the_middle_asks_the_question_again_in_it() -> None:
    customer = at_the_email()
    assert customer.commands("language") == ["Please choose your language."]
    assert customer.taps("Back") == ["E-mail?"]
    customer.commands("language")
    assert customer.buttons == ["English", "فارسی", "Back"]
    assert customer.taps("فارسی") == ["از اینجا به بعد فارسی حرف می‌زنیم.", "ایمیل؟"]
    assert customer.happened(LanguageChanged) == [LanguageChanged(language="fa")]
    assert customer.slots["name"] == "Sara"
    assert customer.conversation.customer.language == "fa"


def test_a_language_named_at_once() -> None:
    customer = shopper()
    assert customer.commands("language", "fa")[-1] == "چه کمکی؟"
    assert customer.commands("language", "xx") == ["لطفاً زبان خود را انتخاب کنید."]


@pytest.mark.parametrize("words", ["/language", "language"])
def test_a_language_that_is_asked_for_first_is_chosen_first(words: str) -> None:
    customer = CustomerOf(PROGRAM)
    asked = customer.commands("language") if words == "/language" else customer.says(words)
    assert asked == ["Please choose your language."]
    assert customer.buttons == ["English", "فارسی"]
    assert customer.taps("فارسی") == ["از اینجا به بعد فارسی حرف می‌زنیم.", "چه کمکی؟"]
    assert [event.flow for event in customer.happened(FlowStarted)] == ["main"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("does", "sees"),
    [
        (lambda customer: customer.commands("language", "fa"), ["چه کمکی؟"]),
        (lambda customer: customer.commands("menu"), ["How can we help?"]),
        (lambda customer: customer.commands("start"), ["How can we help?"]),
        (
            lambda customer: customer.commands("back"),
            ["There's nothing to go back to here.", "Please choose your language."],
        ),
        (lambda customer: customer.commands("cancel"), ["There's nothing to cancel.", "Please choose your language."]),
        (lambda customer: customer.says("gift"), ["For whom?"]),
    ],
)
def test_who_is_asked_for_the_language_first_may_do_all_else(
    does: Callable[[CustomerOf], list[str]], sees: list[str]
) -> None:
    customer = CustomerOf(PROGRAM)
    customer.commands("language")
    assert does(customer)[-len(sees) :] == sees


def test_who_names_no_language_goes_on_in_the_one_they_have() -> None:
    customer = CustomerOf(PROGRAM)
    customer.commands("language")
    customer.says("x")
    customer.says("x")
    assert customer.says("x")[-1] == "How can we help?"


def test_a_conversation_speaks_what_the_customer_chose_once() -> None:
    assert CustomerOf(PROGRAM, customer=Customer(id="c", language="fa")).starts() == ["چه کمکی؟"]
    assert CustomerOf(PROGRAM, language="fa-IR").starts() == ["چه کمکی؟"]
    assert CustomerOf(PROGRAM, language="de").starts() == ["How can we help?"]
