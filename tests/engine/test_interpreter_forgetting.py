"""/forget: asked once, meant or not."""

import pytest

from bot.engine.conversation import Customer
from bot.events import ConversationClosed
from tests.engine.customers import CustomerOf, shop


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
