"""What a custom action says, in rasa's form, made messages: texts, responses, pictures, files, buttons and cards.

It is data: its texts are never markup, and what is malformed is left out. Cards are the elements of Messenger's
"generic template", which rasa-sdk sends as `elements` or within an `attachment`; here each is a message.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.content import Json, RichText, Span
from bot.engine.speech import Message, response
from bot.engine.talk import Talk
from bot.engine.text import joined

MAX_CARDS = 10  # as many as Messenger shows

SHOWN = ("text", "response", "template", "image", "attachment", "elements", "buttons", "quick_replies")
NOT_FILLING = (*SHOWN, "custom")


def messages_of(talk: Talk, responses: Sequence[Json]) -> list[Message]:
    """The responses as messages, empty ones left out."""
    said = [message for answer in responses for message in _messages(talk, mapping(answer))]
    return [message for message in said if not message.is_empty]


def shows_nothing(answer: Mapping[str, Any]) -> bool:
    """Whether it is JSON for a channel of its author's own, in which there is nothing that ours could show."""
    own = answer.get("custom")
    return bool(own) and not any(part.get(name) for part in (answer, mapping(own)) for name in SHOWN)


def _message(talk: Talk, answer: Mapping[str, Any]) -> Message:
    """The message without its cards."""
    name = words(answer.get("response")) or words(answer.get("template"))
    said = response(talk, name, _filling(answer)) if name else Message()
    attached = mapping(answer.get("attachment"))
    inside = mapping(attached.get("payload"))
    text = words(answer.get("text")) or words(inside.get("text"))
    buttons = [*_list(answer.get("buttons")), *_list(answer.get("quick_replies")), *_list(inside.get("buttons"))]
    links = [*_links(buttons), *_attached(attached)]
    lines = [RichText(text=text) if text else said.text, *links]
    return Message(
        text=joined(*lines),
        image=_address(answer.get("image")) or said.image,
        attachment=_address(answer.get("attachment")) or said.attachment,
        buttons=(*said.buttons, *_buttons(buttons)),
    )


def _messages(talk: Talk, answer: Mapping[str, Any]) -> Iterator[Message]:
    yield _message(talk, answer)
    own = mapping(answer.get("custom"))
    if not words(answer.get("text")):  # else it says the same for another channel
        yield _message(talk, own)
    inside = mapping(mapping(answer.get("attachment")).get("payload"))
    cards = [*_list(answer.get("elements")), *_list(inside.get("elements")), *_list(own.get("elements"))]
    yield from (_card(mapping(card)) for card in cards[:MAX_CARDS])


def _card(card: Mapping[str, Any]) -> Message:
    """Its title, what stands below it, its links, and its picture and buttons."""
    title, subtitle = words(card.get("title")) or "", words(card.get("subtitle")) or ""
    buttons = _list(card.get("buttons"))
    links = [*_links([{"title": title, "url": card.get("item_url")}]), *_links(buttons)]
    bold = (Span(start=0, end=len(title), style="bold"),) if title else ()
    return Message(
        text=joined(RichText(text=title, spans=bold), RichText(text=subtitle), *links),
        image=_address(card.get("image_url")),
        buttons=_buttons(buttons),
    )


def _attached(attached: Mapping[str, Any]) -> list[RichText]:
    """A link to what is attached by more than its address: a video or a page, which no messenger takes as a file."""
    inside = mapping(attached.get("payload"))
    url = _address(inside.get("src")) or _address(inside.get("url")) or _address(attached.get("url"))
    return _links([{"title": words(inside.get("title")) or url, "url": url}])


def _links(buttons: Sequence[Json]) -> list[RichText]:
    """Those of the buttons that lead to a page."""
    made = []
    for button in map(mapping, buttons):
        title, url = words(button.get("title")), _address(button.get("url"))
        if title and url and not words(button.get("payload")):
            made.append(RichText(text=title, spans=(Span(start=0, end=len(title), style="link", url=url),)))
    return made


def _buttons(buttons: Sequence[Json]) -> tuple[tuple[str, str], ...]:
    """Label and payload of those that can be tapped; one for a page whose address is none is left out."""
    made = []
    for button in map(mapping, buttons):
        title, payload = words(button.get("title")), words(button.get("payload"))
        if title and title.strip() and (payload or not words(button.get("url"))):
            made.append((title, payload or title))
    return tuple(made)


def _filling(answer: Mapping[str, Any]) -> dict[str, Json]:
    """The keyword arguments of `utter_message(response=…, **kwargs)`."""
    return {name: value for name, value in answer.items() if name not in NOT_FILLING}


def _address(value: Any) -> str | None:
    return value if isinstance(value, str) and value.startswith(("https://", "http://")) else None


def words(value: Any) -> str | None:
    """A text with something in it, or a number as one; none for all else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value else None


def mapping(value: Any) -> Mapping[str, Any]:
    """A JSON object, an empty one for all else."""
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
