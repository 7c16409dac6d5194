"""Files that declare no language are in that of their own texts, as far as letters tell; so are the house's words."""

import pytest

from tests.engine.customers import CustomerOf, program_of

CALM = """
flows:
  order: {{name: {name}, description: order, steps: [{{collect: number}}]}}
  bill: {{name: {name} 2, description: bill, steps: [{{collect: number}}]}}
slots: {{number: {{type: text}}}}
responses: {{utter_ask_number: [{{text: "{text}"}}]}}
"""


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("پیگیری سفارش", "شمارهٔ سفارش Parsa Shop خود را بنویسید.", "fa"),
        ("تتبع الطلب", "ما رقم طلبكم؟", "ar"),
        ("מעקב אחר הזמנה", "מה מספר ההזמנה?", "he"),
        ("Track an order", "What is your order's number? (فارسی)", "en"),
        ("Seguir un pedido", "¿Cuál es el número?", "en"),
    ],
)
def test_the_letters_tell_the_language(name: str, text: str, language: str) -> None:
    program = program_of(CALM.format(name=name, text=text))
    assert program.languages == (language,)
    customer = CustomerOf(program, language=language)
    customer.starts()
    assert customer.conversation.language == language


def test_the_greeting_is_in_it() -> None:
    program = program_of(CALM.format(name="پیگیری سفارش", text="شمارهٔ سفارش خود را بنویسید."))
    assert CustomerOf(program, language="en").starts()[0] == "سلام! خوش آمدید."


def test_what_is_declared_or_marked_counts() -> None:
    declared = "settings: {languages: [en]}" + CALM.format(name="x", text="شمارهٔ سفارش")
    assert program_of(declared).languages == ("en",)
    marked = "flows: {f: {start: true, description: f, steps: [{say: {fa: سلام}}]}}"
    assert program_of(marked).languages == ("fa",)
    mixed = "flows: {f: {start: true, description: f, steps: [{say: سلام به شما}, {say: {en: Hi, fa: سلام}}]}}"
    assert program_of(mixed).languages == ("fa", "en")
