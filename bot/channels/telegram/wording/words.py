"""What this room says by itself to people whose Telegram speaks one of our languages; English to all others."""

from bot.channels.telegram.wording.callbacks import CALLBACK_WORDS
from bot.channels.telegram.wording.cards import CARD_WORDS
from bot.channels.telegram.wording.customers import CUSTOMER_WORDS
from bot.channels.telegram.wording.desk import DESK_WORDS
from bot.channels.telegram.wording.private import PRIVATE_WORDS
from bot.channels.telegram.wording.supervisors import SUPERVISOR_WORDS
from bot.channels.telegram.wording.tickets import TICKET_WORDS

WORDS: dict[str, dict[str, str]] = {
    **CARD_WORDS,
    **DESK_WORDS,
    **PRIVATE_WORDS,
    **CUSTOMER_WORDS,
    **SUPERVISOR_WORDS,
    **TICKET_WORDS,
    **CALLBACK_WORDS,
    "old_button": {
        "en": "That button is old.",
        "fa": "این دکمه قدیمی است.",
        "ar": "هذا الزر قديم.",
        "he": "הכפתור הזה כבר לא בתוקף.",
    },
}
LANGUAGES = ("en", "fa", "ar", "he")


def word(name: str, language: str | None, /, **values: str) -> str:
    """The text in that language, with the values in their places."""
    texts = WORDS[name]
    return texts.get(language or "en", texts["en"]).format(**values)
