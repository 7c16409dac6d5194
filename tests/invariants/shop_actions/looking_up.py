# mypy: ignore-errors
"""Actions of the flows that are tested here."""

from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class LookUp(Action):
    """Finds every thing there is, by its name."""

    def name(self):
        return "action_look_up"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("found", f"<{tracker.get_slot('thing')}>")]


class FailWith(Action):
    """Raises an error whose text quotes the customer."""

    def name(self):
        return "action_fail"

    def run(self, dispatcher, tracker, domain):
        raise ValueError(f"no such thing: {tracker.get_slot('thing')} {tracker.latest_message['text']}")
