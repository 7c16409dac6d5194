"""What a custom action's events, in rasa's form, do to the conversation. What is malformed is left out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.content import Json
from bot.engine.action_messages import mapping, messages_of, words
from bot.engine.conversation import Reminder
from bot.engine.languages import heed_slot
from bot.engine.moving import forget_slots
from bot.engine.speech import say
from bot.engine.talk import Talk

MAX_REMINDERS = 20


class Effects(msgspec.Struct):
    """What an action's events ask for besides changed slots."""

    restart: bool = False
    followup: str | None = None


def apply_events(talk: Talk, events: Sequence[Json]) -> Effects:
    """Honour the events that have a meaning here; the others are left alone. Slots set by actions stay."""
    effects = Effects()
    for event in events:
        if isinstance(event, Mapping):
            _apply(talk, event, effects)
    return effects


def _apply(talk: Talk, event: Mapping[str, Any], effects: Effects) -> None:
    match event.get("event"):
        case "slot":
            _set_slot(talk, event.get("name"), event.get("value"))
        case "followup":
            effects.followup = words(event.get("name"))
        case "reset_slots":
            forget_slots(talk)
        case "restart":
            effects.restart = True
        case "session_started":
            forget_slots(talk)
            talk.history.clear()
        case "pause":
            talk.paused = True
        case "resume":
            talk.paused = False
        case "reminder":
            _remind(talk, event)
        case "cancel_reminder":
            _cancel_reminders(talk, event)
        case "bot":
            for said in messages_of(talk, [uttered(event)]):
                say(talk, said)


def uttered(event: Mapping[str, Any]) -> dict[str, Any]:
    """What rasa's `BotUttered` says, in the form of a response."""
    return {**mapping(event.get("data")), "text": event.get("text")}


def _set_slot(talk: Talk, name: Any, value: Json) -> None:
    """A value that the slot can't hold, or a slot that nobody declared, is left out."""
    if not isinstance(name, str) or name not in talk.program.initial_slots:
        return
    fits, fitting = talk.program.fits(name, value, talk.language)
    if fits:
        talk.set_slots({name: fitting})
        talk.ahead = tuple(slot for slot in talk.ahead if slot != name)
        heed_slot(talk, name, fitting)


def _remind(talk: Talk, event: Mapping[str, Any]) -> None:
    intent = words(event.get("intent"))
    try:
        at = datetime.fromisoformat(str(event.get("date_time")))
    except ValueError:
        return
    if intent is None:
        return
    entities = event.get("entities")
    payload = f"/{intent}{msgspec.json.encode(_entities(entities)).decode()}"
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    name = words(event.get("name")) or intent
    reminder = Reminder(name=name, at=at, payload=payload, fragile=event.get("kill_on_user_msg") is not False)
    others = tuple(kept for kept in talk.reminders if kept.name != name)
    talk.reminders = (*others, reminder)[-MAX_REMINDERS:]


def _entities(entities: Any) -> dict[str, Json]:
    if isinstance(entities, Mapping):
        return {str(name): value for name, value in entities.items()}
    if not isinstance(entities, list):
        return {}
    return {str(entity.get("entity")): entity.get("value") for entity in entities if isinstance(entity, Mapping)}


def _cancel_reminders(talk: Talk, event: Mapping[str, Any]) -> None:
    """By name, by intent, or all."""
    name, intent = words(event.get("name")), words(event.get("intent"))
    talk.reminders = tuple(
        kept
        for kept in talk.reminders
        if (name is not None and kept.name != name)
        or (name is None and intent is not None and not kept.payload.startswith(f"/{intent}{{"))
    )
