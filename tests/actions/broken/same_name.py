# mypy: ignore-errors
from rasa_sdk import Action


class First(Action):
    def name(self):
        return "action_twin"

    def run(self, dispatcher, tracker, domain):
        return []


class Second(Action):
    def name(self):
        return "action_twin"

    def run(self, dispatcher, tracker, domain):
        return []
