"""What a custom action sends back, in rasa's form: its events applied to the conversation, its responses made messages.

What an action says is data: its texts are never markup, and what is malformed is left out.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.content import Json, RichText
from bot.engine.conversation import Reminder
from bot.engine.languages import heed_slot
from bot.engine.moving import forget_slots
from bot.engine.speech import Message, response, say
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
            effects.followup = _text(event.get("name"))
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
            say(talk, _message_of(talk, {**_mapping(event.get("data")), "text": event.get("text")}))


def _set_slot(talk: Talk, name: Any, value: Json) -> None:
    """A value that the slot can't hold, or a slot that nobody declared, is left out."""
    if not isinstance(name, str) or name not in talk.program.initial_slots:
        return
    fits, fitting = talk.program.fits(name, value, talk.language)
    if fits:
        talk.set_slots({name: fitting})
        heed_slot(talk, name, fitting)


def _remind(talk: Talk, event: Mapping[str, Any]) -> None:
    intent = _text(event.get("intent"))
    try:
        at = datetime.fromisoformat(str(event.get("date_time")))
    except ValueError:
        return
    if intent is None:
        return
    entities = event.get("entities")
    payload = f"/{intent}{msgspec.json.encode(_entities(entities)).decode()}"
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    name = _text(event.get("name")) or intent
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
    name, intent = _text(event.get("name")), _text(event.get("intent"))
    talk.reminders = tuple(
        kept
        for kept in talk.reminders
        if (name is not None and kept.name != name)
        or (name is None and intent is not None and not kept.payload.startswith(f"/{intent}{{"))
    )


def messages_of(talk: Talk, responses: Sequence[Json]) -> list[Message]:
    """The responses as messages, empty ones left out."""
    said = [_message_of(talk, answer) for answer in responses if isinstance(answer, Mapping)]
    return [message for message in said if not message.is_empty]


def _message_of(talk: Talk, answer: Mapping[str, Any]) -> Message:
    name = _text(answer.get("response")) or _text(answer.get("template"))
    said = response(talk, name, _filling(answer)) if name else Message()
    custom = _mapping(answer.get("custom"))
    text = _text(answer.get("text")) or _text(custom.get("text"))
    return Message(
        text=RichText(text=text) if text else said.text,
        image=_address(answer.get("image")) or said.image,
        attachment=_address(answer.get("attachment")) or said.attachment,
        buttons=(*said.buttons, *_buttons(answer.get("buttons"))),
    )


def _filling(answer: Mapping[str, Any]) -> dict[str, Json]:
    """The keyword arguments of `utter_message(response=…, **kwargs)`."""
    known = ("text", "buttons", "elements", "custom", "template", "response", "image", "attachment")
    return {name: value for name, value in answer.items() if name not in known}


def _buttons(buttons: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(buttons, list):
        return ()
    made = []
    for button in buttons:
        title = _text(_mapping(button).get("title"))
        if title:
            made.append((title, _text(button.get("payload")) or title))
    return tuple(made)


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
