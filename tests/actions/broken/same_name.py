# mypy: ignore-errors
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class First(Action):
    def name(self):
        return "action_twin"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("by", "first")]


class Second(Action):
    def name(self):
        return "action_twin"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("by", "second")]
