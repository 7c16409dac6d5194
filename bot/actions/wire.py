"""A custom action's request and answer, as rasa-sdk's webhook defines them; the same in process and over HTTP.

Source: rasa_sdk.types (ActionCall, TrackerState) and rasa_sdk.endpoint.
"""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from typing import Any

import msgspec

from bot.content import Json
from bot.ports import ActionCall, ActionError, ActionOutcome

MAX_ANSWER_BYTES = 1024 * 1024  # slots are stored with every turn; more than this is a mistake of the action
MAX_MESSAGES = 50
MAX_CHARACTERS = 32_768  # eight of Telegram's longest messages
NO_NUMBER = re.compile(rb"\b(?:NaN|Infinity)\b")
RASA_VERSION = metadata.version("rasa-sdk")
EMPTY_DOMAIN: dict[str, Json] = {
    "intents": [],
    "entities": [],
    "slots": {},
    "responses": {},
    "actions": [],
    "forms": {},
    "e2e_actions": [],
    "session_config": {},
}


class Answer(msgspec.Struct):
    """What comes back; older servers write null for an empty list, and some that are not rasa-sdk nothing at all."""

    events: list[dict[str, Any]] | None = None
    responses: list[dict[str, Any]] | None = None


_answer_decoder: msgspec.json.Decoder[Answer | None] = msgspec.json.Decoder(Answer | None)


def request_body(call: ActionCall) -> bytes:
    """The webhook's JSON. Raises ActionError when a slot or event holds what JSON can't carry."""
    request = {
        "next_action": call.name,
        "sender_id": call.conversation,
        "tracker": tracker_state(call),
        "domain": EMPTY_DOMAIN | (call.domain or {}),  # an empty one would give actions the domain of an earlier call
        "version": RASA_VERSION,
    }
    return as_json(request, "the tracker or domain")


def as_json(value: Json, what: str) -> bytes:
    """Its JSON. Raises ActionError, which names `what` and never the content."""
    try:
        return msgspec.json.encode(value)
    except (TypeError, ValueError, OverflowError, RecursionError) as failure:
        raise ActionError("error", f"{what} holds what JSON can't carry ({type(failure).__name__})") from None


def tracker_state(call: ActionCall) -> dict[str, Json]:
    """The conversation in the form that rasa_sdk's `Tracker.from_dict` reads."""
    latest = _latest_message(call)
    events = list(call.events)
    said = [place for place, event in enumerate(events) if event.get("event") == "user"]
    if said:
        events[said[-1]] = {**events[said[-1]], "parse_data": latest}
    else:  # actions ask the tracker for the latest input channel, which it looks up in the events
        events.insert(0, _user_event(call, latest))
    return {
        "sender_id": call.conversation,
        "slots": {"language": call.language, **call.slots},
        "latest_message": latest,
        "latest_event_time": events[-1].get("timestamp"),
        "latest_input_channel": call.channel,
        "events": events,
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": "action_listen",
        "latest_action": {"action_name": "action_listen"},
        "stack": _stack(call),
    }


def _latest_message(call: ActionCall) -> dict[str, Json]:
    intent = {"name": call.latest_intent, "confidence": 1.0 if call.latest_intent else 0.0}
    return {
        "intent": intent,
        "intent_ranking": [intent] if call.latest_intent else [],
        "entities": [
            {"entity": name, "value": each}
            for name, value in call.latest_entities.items()
            for each in (value if isinstance(value, list) else [value])
        ],
        "commands": [],
        "text": call.latest_text,
        "message_id": call.call_id,
        "metadata": {"language": call.language, "channel": call.channel, **call.metadata},
    }


def _user_event(call: ActionCall, latest: dict[str, Json]) -> dict[str, Json]:
    return {
        "event": "user",
        "timestamp": None,
        "text": call.latest_text,
        "parse_data": latest,
        "input_channel": call.channel,
        "metadata": latest["metadata"],
    }


def _stack(call: ActionCall) -> list[Json]:
    if call.active_flow is None:
        return []
    return [{"type": "flow", "frame_type": "regular", "frame_id": call.active_flow, "flow_id": call.active_flow}]


def read_answer(body: bytes) -> ActionOutcome:
    """The outcome in an answer. Raises ActionError when it is too large or not of the documented shape."""
    if len(body) > MAX_ANSWER_BYTES:
        raise ActionError("error", f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
    try:
        answer = _answer_decoder.decode(_in_strict_json(body) or b"null") or Answer()
    except (ValueError, RecursionError) as failure:
        raise ActionError("error", f"the answer is not what rasa-sdk documents ({type(failure).__name__})") from None
    events = [_dated(event) for event in answer.events or () if isinstance(event.get("event"), str)]
    responses = answer.responses or []
    _limit([*responses, *(event for event in events if event["event"] == "bot")])
    return ActionOutcome(events=tuple(events), responses=tuple(responses))


def _in_strict_json(body: bytes) -> bytes:
    """What Python's own JSON writes and JSON does not know, NaN, is null: as in process."""
    if not NO_NUMBER.search(body):
        return body
    return as_json(json.loads(body, parse_constant=lambda _name: None), "the answer")


def _limit(said: Sequence[dict[str, Any]]) -> None:
    """More than people read is a mistake of the action, and would hold up what comes after it for minutes."""
    if len(said) > MAX_MESSAGES:
        raise ActionError("error", f"the answer has {len(said)} messages, more than {MAX_MESSAGES}")
    characters = sum(len(text) for message in said if isinstance(text := message.get("text"), str))
    if characters > MAX_CHARACTERS:
        raise ActionError("error", f"the answer's texts have {characters} characters, more than {MAX_CHARACTERS}")


def _dated(event: dict[str, Any]) -> dict[str, Any]:
    """A reminder with its zone: what actions make of `datetime.now()` is the time of this machine, as in rasa."""
    try:
        at = datetime.fromisoformat(event["date_time"])
        return event if at.tzinfo is not None else {**event, "date_time": at.astimezone().isoformat()}
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return event
