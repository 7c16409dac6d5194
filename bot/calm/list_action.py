"""The code of a custom action that offers choices made of a list, as a menu with `from` does."""

import msgspec

from bot.calm.project import named
from bot.engine.flow import ListedOptions, Text
from bot.engine.program import spoken

HEADER = '''"""Actions of menus whose choices are made of a list slot."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

MOST = 200


def filled(template: str, item: Any) -> str:
    """The template with the values of the item in it."""
    shown = template.replace("{item}", "" if isinstance(item, dict) else str(item))
    for name, value in item.items() if isinstance(item, dict) else ():
        shown = shown.replace("{item." + str(name) + "}", str(value))
    return shown


def button(label: str, slot: str, value: str) -> dict[str, str]:
    """A button that gives the slot this value, which stands there without commas and parentheses in CALM."""
    if not value.strip() or set(value) & set("""\'",()"""):
        value = '"' + value.replace("\\\\", "\\\\\\\\").replace('"', '\\\\"') + '"'
    return {"title": label, "payload": f"/SetSlots({slot}={value})"}
'''

CLASS = '''

class {class_name}(Action):
    """Asks with a button for each item of a list."""

    def name(self) -> str:
        return {action}

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        labels = {labels}
        label = labels.get(tracker.get_slot("language") or "", {label})
        items = (tracker.get_slot({source}) or [])[:MOST]
        buttons = [button(filled(label, item), {slot}, filled({value}, item)) for item in items]
        dispatcher.utter_message(response={response}, buttons=buttons)
        return []
'''


def name_of(slot: str) -> str:
    """The action that CALM runs to ask for the slot."""
    return f"action_ask_{slot}"


def code_of(slot: str, response: str, listed: ListedOptions, label: Text, languages: tuple[str, ...]) -> str:
    """The class of the action that asks for the slot with what the response says."""
    by_language = {code: source for code, source in label.by_language.items() if code != "*"}
    return CLASS.format(
        class_name="".join(word.capitalize() for word in named(name_of(slot)).split("_")),
        action=_written(name_of(slot)),
        slot=_written(slot),
        source=_written(listed.source),
        labels=_written(by_language),
        label=_written(spoken(label.by_language, languages[0], languages)),
        value=_written(listed.value),
        response=_written(response),
    )


def _written(value: str | dict[str, str]) -> str:
    """As Python writes it: what stands in a flow file is data in code too."""
    return msgspec.json.encode(value).decode()
