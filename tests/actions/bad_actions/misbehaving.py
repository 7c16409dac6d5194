# mypy: ignore-errors
"""Actions that do what actions in the wild do.

`entered` tells that one hangs; `release` lets those that hang go, so that tests leave no threads.
"""

import asyncio
import json
import sys
import threading

from rasa_sdk import Action
from rasa_sdk.events import SlotSet

entered = threading.Event()
release = threading.Event()


class Hangs(Action):
    def name(self):
        return "action_hangs"

    def run(self, dispatcher, tracker, domain):
        entered.set()
        release.wait()
        return []


class HangsAsync(Action):
    def name(self):
        return "action_hangs_async"

    async def run(self, dispatcher, tracker, domain):
        await asyncio.Event().wait()
        return []


class Spins(Action):
    def name(self):
        return "action_spins"

    def run(self, dispatcher, tracker, domain):
        while True:
            try:
                sum(range(1000))
            except Exception:
                continue


class Exits(Action):
    def name(self):
        return "action_exits"

    def run(self, dispatcher, tracker, domain):
        sys.exit(3)


class Interrupts(Action):
    def name(self):
        return "action_interrupts"

    async def run(self, dispatcher, tracker, domain):
        raise KeyboardInterrupt


class CancelsItself(Action):
    def name(self):
        return "action_cancels_itself"

    async def run(self, dispatcher, tracker, domain):
        raise asyncio.CancelledError


class Raises(Action):
    def name(self):
        return "action_raises"

    def run(self, dispatcher, tracker, domain):
        raise ValueError(f"the customer wrote {tracker.latest_message['text']}")


class FailsInALibrary(Action):
    def name(self):
        return "action_fails_in_a_library"

    def run(self, dispatcher, tracker, domain):
        json.loads("no JSON")
        return []


class RaisesTimeout(Action):
    def name(self):
        return "action_raises_timeout"

    def run(self, dispatcher, tracker, domain):
        raise TimeoutError("of some library")


class Recurses(Action):
    def name(self):
        return "action_recurses"

    def run(self, dispatcher, tracker, domain):
        return self.run(dispatcher, tracker, domain)


class MutatesEverything(Action):
    def name(self):
        return "action_mutates"

    def run(self, dispatcher, tracker, domain):
        tracker.slots["items"].append("mutated")
        tracker.slots["new"] = 1
        tracker.events.clear()
        tracker.latest_message.clear()
        domain["slots"]["items"]["type"] = "mutated"
        domain.pop("actions")
        return []


class ReturnsTooMuch(Action):
    def name(self):
        return "action_returns_too_much"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="x" * 10_000_000)
        return []


class NotJson(Action):
    def name(self):
        return "action_not_json"

    def run(self, dispatcher, tracker, domain):
        return [SlotSet("connection", object())]


class NotANumber(Action):
    def name(self):
        return "action_not_a_number"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="NaN means: no number", price=float("nan"))
        return [SlotSet("price", float("nan")), SlotSet("most", float("-inf")), SlotSet("count", 1)]


class Cyclic(Action):
    def name(self):
        return "action_cyclic"

    def run(self, dispatcher, tracker, domain):
        knot = []
        knot.append(knot)
        return [SlotSet("knot", knot)]


class UnknownEvents(Action):
    def name(self):
        return "action_unknown_events"

    def run(self, dispatcher, tracker, domain):
        return [{"event": "telepathy", "to": "you"}, {"no": "event"}, "text", None, 7, SlotSet("kept", True)]


class ReturnsNone(Action):
    def name(self):
        return "action_returns_none"

    def run(self, dispatcher, tracker, domain):
        print("a print of an action")
        dispatcher.utter_message(text="said")


class ReturnsNumber(Action):
    def name(self):
        return "action_returns_number"

    def run(self, dispatcher, tracker, domain):
        return 7


class ForgetsToEndItsStream(Action):
    def name(self):
        return "action_streams"

    async def run(self, dispatcher, tracker, domain):
        await dispatcher.stream_start()
        await dispatcher.stream_chunk(text="one")
        await dispatcher.stream_chunk(text="two")
        return []


class LeavesAFailingTask(Action):
    def name(self):
        return "action_leaves_a_failing_task"

    async def run(self, dispatcher, tracker, domain):
        async def fail(text):
            raise ValueError(f"the customer wrote {text}")

        asyncio.create_task(fail(tracker.latest_message["text"]))  # noqa: RUF006 - left alone on purpose
        await asyncio.sleep(0)
        return []
