"""What happened, as custom actions see it in the tracker's events."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.content import Json
from bot.events import AnyEvent, BotSaid, CustomerSaid, FlowStarted, SlotsSet

EVENTS_SHOWN = 60  # the newest


def text_of(said: CustomerSaid) -> str:
    """What the customer wrote, or what the tapped button sends in rasa: its payload."""
    return said.payload or said.tapped or said.content.text.text


def in_rasas_words(happened: Iterable[tuple[datetime, AnyEvent]], channel: str) -> Iterator[dict[str, Json]]:
    """The events of a conversation in this channel as rasa's tracker knows them; those that it does not know are left
    out. Source: rasa_sdk.events.
    """
    for moment, event in happened:
        at = moment.timestamp()
        match event:
            case CustomerSaid():
                text = text_of(event)
                parsed = {"text": text, "intent": {}, "entities": []}
                said = {"text": text, "parse_data": parsed, "input_channel": channel, "metadata": {}}
                yield {"event": "user", "timestamp": at, **said}
            case BotSaid(content=content):
                yield {"event": "bot", "timestamp": at, "text": content.text.text, "data": {}, "metadata": {}}
            case SlotsSet(values=values):
                for name, value in values.items():
                    yield {"event": "slot", "timestamp": at, "name": name, "value": value}
            case FlowStarted(flow=flow):
                yield {"event": "flow_started", "timestamp": at, "flow_id": flow}
