"""Short ways to write what the house says."""

from typing import Any

from bot.content import Attachment, Choice, Content, RichText
from bot.ports import Say


def said(text: str, *labels: str, **more: Any) -> Say:
    """A text with these buttons; their tokens are 1.1.0, 1.1.1 and so on."""
    return Say(content=Content(text=RichText(text=text)), choices=choices(*labels), **more)


def showed(kind: Any, file: str, text: str = "", *labels: str, name: str | None = None) -> Say:
    """A file with a caption and buttons."""
    content = Content(text=RichText(text=text), attachment=Attachment(kind=kind, file=file, name=name))
    return Say(content=content, choices=choices(*labels))


def choices(*labels: str) -> tuple[Choice, ...]:
    """Buttons as the engine makes them."""
    return tuple(Choice(label=label, token=f"1.1.{number}") for number, label in enumerate(labels))
