"""What a turn leaves behind: nothing that only the collector of garbage can take away, which makes everybody wait."""

import gc
from collections.abc import Iterator

import pytest

from bot.content import RichText, Span
from tests.engine.customers import CustomerOf, shop

TURNS = 20


@pytest.fixture
def uncollected() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_turns_leave_nothing_to_the_collector() -> None:
    customer = CustomerOf(shop())
    customer.starts()
    gc.collect()
    for _ in range(TURNS):
        customer.says("1")
    assert gc.collect() < TURNS


def test_the_collector_does_not_look_at_values() -> None:
    assert not gc.is_tracked(RichText(text="a", spans=(Span(start=0, end=1, style="bold"),)))
