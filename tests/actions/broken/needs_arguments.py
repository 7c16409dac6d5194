# mypy: ignore-errors
from rasa_sdk import Action


class NeedsArguments(Action):
    def __init__(self, database):
        self.database = database

    def name(self):
        return "action_needs_arguments"

    def run(self, dispatcher, tracker, domain):
        return []
