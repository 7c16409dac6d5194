"""Which language the customer reads."""

from rasa_sdk.interfaces import Tracker

Texts = dict[str, str]  # by language; English is always there


def language_of(tracker: Tracker) -> str:
    """The language of the conversation: of the message's metadata, or else of the slot `language`."""
    metadata = tracker.latest_message.get("metadata") or {}
    return str(metadata.get("language") or tracker.get_slot("language") or "en")


def in_language(texts: Texts, language: str) -> str:
    """The text in that language, or in English."""
    return texts.get(language, texts["en"])
