"""/forget: asked once, meant or not."""

import pytest

from bot.engine.conversation import Customer
from bot.events import ConversationClosed
from tests.engine.customers import CustomerOf, program_of, shop


@pytest.mark.parametrize(
    ("language", "yes", "goodbye"),
    [("en", "yes", "Goodbye"), ("fa", "بله", "خدانگهدار"), ("ar", "نعم", "مع السلامة"), ("he", "כן", "להתראות")],
)
def test_who_means_it_is_told_and_the_conversation_is_over(language: str, yes: str, goodbye: str) -> None:
    customer = CustomerOf(shop(), customer=Customer(id="c1", language=language))
    customer.starts()
    assert len(customer.commands("forget")) == 1
    assert customer.says(yes)[-1].startswith(goodbye)
    assert customer.conversation.closed
    assert [event.reason for event in customer.happened(ConversationClosed)] == ["forgotten"]  # type: ignore[union-attr]


def test_who_does_not_mean_it_goes_on_where_they_were() -> None:
    customer = CustomerOf(shop(), customer=Customer(id="c1", language="en"))
    customer.starts()
    (question,) = customer.taps("Track an order")
    customer.commands("forget")
    assert customer.says("no") == [question]
    assert not customer.conversation.closed


def test_who_asks_for_it_with_their_first_words_is_asked_too() -> None:
    customer = CustomerOf(shop(), customer=Customer(id="c1", language="en"))
    (asked,) = customer.commands("forget")
    assert asked.startswith("Shall we delete everything")
    customer.says("yes")
    assert [event.reason for event in customer.happened(ConversationClosed)] == ["forgotten"]  # type: ignore[union-attr]
    customer = CustomerOf(shop(), customer=Customer(id="c1", language="en"))
    customer.commands("forget")
    assert customer.says("no")
    assert not customer.conversation.closed


def test_who_did_not_mean_their_first_words_begins_at_the_beginning() -> None:
    customer = CustomerOf(
        program_of("""
actions: [action_order]
flows: {f: {description: f, start: true, steps: [{action: action_order}, {say: Ordered.}]}}
""")
    )
    customer.commands("forget")
    customer.says("no")
    assert customer.action_returns() == ["Ordered."]


def test_an_action_that_runs_is_not_run_twice_for_who_asks_meanwhile() -> None:
    customer = CustomerOf(
        program_of("""
actions: [action_order]
flows: {f: {description: f, start: true, steps: [{action: action_order}, {say: Ordered.}]}}
""")
    )
    customer.starts()
    assert customer.commands("forget") == ["One moment, please…"]
    assert customer.action_returns() == ["Ordered."]
