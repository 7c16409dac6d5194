# mypy: ignore-errors
"""Actions as their documentation shows them."""

import asyncio
import time
from datetime import datetime

from rasa_sdk import Action, FormValidationAction, ValidationAction
from rasa_sdk.events import FollowupAction, ReminderScheduled, SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection


class Describe(Action):
    """Says back all that it can see of the conversation."""

    def name(self):
        return "action_describe"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(response="utter_described", order=tracker.get_slot("order"))
        dispatcher.utter_message(
            text="text", buttons=[{"title": "Yes", "payload": "/yes"}], image="https://a.example/b.png"
        )
        seen = {
            "sender": tracker.sender_id,
            "slots": tracker.current_slot_values(),
            "text": tracker.latest_message["text"],
            "intent": tracker.latest_message["intent"]["name"],
            "ranked_intent": tracker.get_intent_of_latest_message(),
            "entities": list(tracker.get_latest_entity_values("any")),
            "metadata": tracker.latest_message["metadata"],
            "channel": tracker.get_latest_input_channel(),
            "latest_channel": tracker.current_state()["latest_input_channel"],
            "flow": tracker.stack[-1]["flow_id"] if tracker.stack else None,
            "loop": tracker.active_loop_name,
            "domain": sorted(domain),
            "events": [event["event"] for event in tracker.events],
            "understood": tracker.get_last_event_for("user")["parse_data"]["intent"]["name"],
        }
        return [SlotSet("seen", seen), FollowupAction("action_next")]


class Waits(Action):
    def name(self):
        return "action_waits"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.sleep(0)
        return [SlotSet("waited", True)]


class Reminds(Action):
    def name(self):
        return "action_reminds"

    def run(self, dispatcher, tracker, domain):
        return [ReminderScheduled("look_again", datetime.fromisoformat(tracker.get_slot("at")))]


class Blocks(Action):
    def name(self):
        return "action_blocks"

    async def run(self, dispatcher, tracker, domain):
        time.sleep(0.05)  # noqa: ASYNC251 - what many public actions do
        return []


class Rejects(Action):
    def name(self):
        return "action_rejects"

    def run(self, dispatcher, tracker, domain):
        raise ActionExecutionRejection(self.name())


class ValidateOrderForm(FormValidationAction):
    def name(self):
        return "validate_order_form"

    def validate_size(self, value, dispatcher, tracker, domain):
        if value in {"small", "large"}:
            return {"size": value}
        dispatcher.utter_message(text="small or large")
        return {"size": None}

    async def required_slots(self, domain_slots, dispatcher, tracker, domain):
        domain_slots.append("extra")  # the domain's own list: a well-known slip
        return domain_slots


class ValidateSlots(ValidationAction):
    async def validate_phone(self, value, dispatcher, tracker, domain):
        return {"phone": value.replace(" ", "")}
