"""What agents read of a conversation besides what was written in it, on whatever desk they work."""

from zlib import crc32

DESK_WORDS: dict[str, dict[str, str]] = {
    "customer": {"en": "Customer", "fa": "مشتری", "ar": "عميل", "he": "לקוח"},
    "webchat": {"en": "Web visitor", "fa": "بازدیدکنندهٔ سایت", "ar": "زائر الموقع", "he": "מבקר באתר"},
    "bot": {"en": "Bot", "fa": "ربات", "ar": "البوت", "he": "בוט"},
    "undelivered": {
        "en": "A message did not reach the customer.",
        "fa": "یک پیام به دست مشتری نرسید.",
        "ar": "لم تصل رسالة إلى العميل.",
        "he": "הודעה אחת לא הגיעה ללקוח.",
    },
    "undelivered_blocked": {
        "en": "A message did not reach the customer: they have blocked the bot.",
        "fa": "یک پیام به دست مشتری نرسید: ربات را بسته است.",
        "ar": "لم تصل رسالة إلى العميل: لقد حظر البوت.",
        "he": "הודעה אחת לא הגיעה ללקוח: הבוט חסום אצלו.",
    },
    "unshown": {
        "en": "A message of the customer could not be shown here.",
        "fa": "یک پیام مشتری را نشد اینجا نشان داد.",
        "ar": "تعذّر عرض رسالة من العميل هنا.",
        "he": "לא ניתן היה להציג כאן הודעה של הלקוח.",
    },
}


def desk_word(name: str, language: str) -> str:
    """The text in that language, in English where we do not speak it."""
    texts = DESK_WORDS[name]
    return texts.get(language, texts["en"])


def shown_name(name: str, channel: str, customer_id: str, language: str) -> str:
    """What agents call a customer: who has no name where they write from has a number, the same each time they come."""
    if name.strip():
        return name
    number = crc32(customer_id.encode()) % 10_000
    return f"{desk_word(channel if channel == 'webchat' else 'customer', language)} {number:04}"
