"""The demo shop's own actions, run as the house runs them."""

from collections.abc import AsyncIterator

import pytest

from bot.actions.demo.branches import BRANCHES
from bot.actions.demo.order_book import DETAILS, ITEMS, ORDERS, STATUSES
from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from tests.actions.calls import call_of, slots_in

LANGUAGES = ("en", "fa", "ar", "he")


@pytest.fixture
async def actions() -> AsyncIterator[InProcessActions]:
    actions = InProcessActions(load_actions("bot.actions.demo"))
    yield actions
    await actions.close()


def test_the_demo_offers_these_actions() -> None:
    names = {"action_fetch_order", "action_open_return", "action_list_branches", "action_show_branch"}
    assert set(load_actions("bot.actions.demo")) == names


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_order_is_told_in_every_language(actions: InProcessActions, language: str) -> None:
    for number, order in ORDERS.items():
        found = slots_in(
            await actions.run(call_of("action_fetch_order", language=language, slots={"order_number": number}))
        )
        assert found["order_lookup"] == "found"
        assert found["order_status"] == STATUSES[order.state][language]
        assert found["order_detail"] == DETAILS[order.state][language]
        assert all(ITEMS[item][language] in found["order_items"] for item in order.items)
        assert found["order_returnable"] == (order.state == "delivered")


async def test_an_unknown_order_is_missing(actions: InProcessActions) -> None:
    for number in ("99999", None):
        outcome = await actions.run(call_of("action_fetch_order", slots={"order_number": number}))
        assert slots_in(outcome) == {"order_lookup": "missing"}


async def test_a_return_opened_twice_is_one_return(actions: InProcessActions) -> None:
    async def number(conversation: str, order: str) -> str:
        call = call_of("action_open_return", conversation=conversation, slots={"order_number": order})
        return str(slots_in(await actions.run(call))["return_number"])

    assert await number("a", "10235") == await number("a", "10235")
    assert len({await number("a", "10235"), await number("b", "10235"), await number("a", "10243")}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_listed_branch_can_be_shown(actions: InProcessActions, language: str) -> None:
    listed = slots_in(await actions.run(call_of("action_list_branches", language=language)))["branches"]
    assert len(listed) == len(BRANCHES)
    for item in listed:
        call = call_of("action_show_branch", language=language, slots={"branch": item["code"]})
        shown = slots_in(await actions.run(call))
        assert item["city"] in shown["branch_name"]
        assert all(shown.values())


def test_every_text_is_in_every_language() -> None:
    texts = [*ITEMS.values(), *STATUSES.values(), *DETAILS.values()]
    texts += [text for branch in BRANCHES for text in (branch.city, branch.name, branch.address)]
    for text in texts:
        assert tuple(text) == LANGUAGES
        assert all(text.values())
