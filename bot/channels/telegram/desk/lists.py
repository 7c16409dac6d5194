"""Names and counts as agents of a language read them in a sentence."""

from collections.abc import Iterable

from bot.channels.direction import isolated
from bot.engine.formats import native_digits

COMMAS = {"fa": "، ", "ar": "، "}


def listed(names: Iterable[str], language: str | None) -> str:
    """One after the other, each in its own direction."""
    return COMMAS.get(language or "en", ", ").join(isolated(name, language) for name in names)


def counted(count: int, language: str | None) -> str:
    """In the digits of the language."""
    return native_digits(str(count), language or "en")
