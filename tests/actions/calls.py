"""Calls of actions, as the house makes them."""

from typing import Any

from bot.content import Json
from bot.ports import ActionCall, ActionOutcome


def call_of(name: str, **more: Any) -> ActionCall:
    """A call with everything else at a plain value."""
    plain: dict[str, Any] = {
        "name": name,
        "call_id": "call-1",
        "conversation": "conversation-1",
        "channel": "webchat",
        "language": "en",
        "slots": {},
        "domain": {},
        "timeout_seconds": 20.0,
    }
    return ActionCall(**plain | more)


def slots_in(outcome: ActionOutcome) -> dict[str, Json]:
    """What the outcome's slot events set."""
    return {event["name"]: event["value"] for event in outcome.events if event["event"] == "slot"}
