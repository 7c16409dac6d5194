"""What agents read of a conversation besides what was written in it, on whatever desk they work."""

from zlib import crc32

DESK_WORDS: dict[str, dict[str, str]] = {
    "customer": {"en": "Customer", "fa": "مشتری", "ar": "عميل", "he": "לקוח"},
    "webchat": {"en": "Web visitor", "fa": "بازدیدکنندهٔ سایت", "ar": "زائر الموقع", "he": "מבקר באתר"},
    "bot": {"en": "Bot", "fa": "ربات", "ar": "البوت", "he": "בוט"},
    "joined": {
        "en": "This customer and another one turned out to be the same person: /customer shows all of them.",
        "fa": "روشن شد که این مشتری و مشتری دیگری یک نفرند. همه‌چیز دربارهٔ او: ‎/customer",
        "ar": "تبيّن أن هذا العميل وعميلًا آخر هما الشخص نفسه. كل شيء عنه: ‎/customer",
        "he": "התברר שהלקוח הזה ולקוח אחר הם אותו אדם. הכול עליו: ‎/customer",
    },
    "undelivered": {
        "en": "A message did not reach the customer.",
        "fa": "یک پیام به دست مشتری نرسید.",
        "ar": "لم تصل رسالة إلى العميل.",
        "he": "הודעה אחת לא הגיעה ללקוח.",
    },
    "undelivered_blocked": {
        "en": "A message did not reach the customer: they have blocked the bot.",
        "fa": "یک پیام به دست مشتری نرسید: ربات را مسدود کرده است.",
        "ar": "لم تصل رسالة إلى العميل: لقد حظر البوت.",
        "he": "הודעה אחת לא הגיעה ללקוח: הבוט חסום אצלו.",
    },
    "agent_unreachable": {
        "en": "{agent} can't be reached in their private chat with the bot any more and is away now. "
        "Customers given back to their queues: {count}.",
        "fa": "دیگر نمی‌شود در گفت‌وگوی خصوصی با ربات به {agent} پیام داد و حالا غایب است. "
        "مشتریانی که به صف برگشتند: {count}.",
        "ar": "لم يعد ممكنًا الوصول إلى {agent} في المحادثة الخاصة مع البوت، وحالته الآن غير متاح. "
        "عدد العملاء الذين عادوا إلى طوابيرهم: {count}.",
        "he": "אי אפשר יותר להגיע אל {agent} בצ'אט הפרטי עם הבוט, והסטטוס כעת הוא ״לא זמין״. "
        "לקוחות שהוחזרו לתורים: {count}.",
    },
    "customer_left": {
        "en": "The customer has ended the conversation.",
        "fa": "مشتری گفت‌وگو را تمام کرد.",
        "ar": "أنهى العميل المحادثة.",
        "he": "הלקוח סיים את השיחה.",
    },
    "unshown": {
        "en": "A message of the customer could not be shown here.",
        "fa": "یک پیام مشتری را نشد اینجا نشان داد.",
        "ar": "تعذّر عرض رسالة من العميل هنا.",
        "he": "לא ניתן היה להציג כאן הודעה של הלקוח.",
    },
    "missed_offers": {
        "en": "{agent} has not answered the last three offers, so they are away now. /back to get customers again.",
        "fa": "{agent} به سه پیشنهاد آخر پاسخ نداد، پس اکنون «دور از کار» است. برای گرفتن مشتری: ‎/back",
        "ar": "لم يردّ {agent} على آخر ثلاثة عروض، لذا حالته الآن «غير متاح». للعودة إلى استقبال العملاء: ‎/back",
        "he": "{agent} לא הגיב לשלוש ההצעות האחרונות, ולכן הסטטוס כעת הוא ״לא זמין״. כדי לקבל שוב לקוחות: ‎/back",
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
