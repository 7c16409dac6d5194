"""Short ways to write what the house says."""

from typing import Any

from bot.content import Attachment, Choice, Content, RichText
from bot.ports import Say


def said(text: str, *labels: str, **more: Any) -> Say:
    """A text with these buttons, each with its own label as its token."""
    choices = tuple(Choice(label=label, token=label) for label in labels)
    return Say(content=Content(text=RichText(text=text)), choices=choices, **more)


def showed(kind: Any, file: str, text: str = "", *labels: str, name: str | None = None) -> Say:
    """A file with a caption and buttons."""
    content = Content(text=RichText(text=text), attachment=Attachment(kind=kind, file=file, name=name))
    return Say(content=content, choices=tuple(Choice(label=label, token=label) for label in labels))
