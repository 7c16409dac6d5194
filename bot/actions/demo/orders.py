"""Looking up an order, as the shop's own developers would write it with rasa-sdk."""

from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from bot.actions.demo.language import in_language, language_of
from bot.actions.demo.order_book import DETAILS, ITEMS, ORDERS, RETURNABLE, STATUSES


class ActionFetchOrder(Action):
    """Reads the slot `order_number` and tells all about that order in slots; `order_lookup` is found or missing."""

    def name(self) -> str:
        return "action_fetch_order"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        number = str(tracker.get_slot("order_number"))
        order = ORDERS.get(number)
        if order is None:
            return [SlotSet("order_lookup", "missing")]
        language = language_of(tracker)
        separator = "، " if language in {"fa", "ar"} else ", "
        found = {
            "order_lookup": "found",
            "order_state": order.state,
            "order_status": in_language(STATUSES[order.state], language),
            "order_detail": in_language(DETAILS[order.state], language),
            "order_items": separator.join(in_language(ITEMS[item], language) for item in order.items),
            "order_total": order.total_dirhams,
            "order_placed": order.placed,
            "order_returnable": order.state in RETURNABLE,
            "last_order": number,
        }
        return [SlotSet(slot, value) for slot, value in found.items()]
