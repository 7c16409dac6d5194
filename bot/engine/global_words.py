"""The words that work at every question. `settings.globals` replaces those of a language."""

from typing import Literal

GlobalName = Literal["back", "menu", "agent", "repeat", "cancel", "language", "help", "skip", "stop"]

GLOBAL_WORDS: dict[GlobalName, dict[str, tuple[str, ...]]] = {
    "back": {
        "en": ("back", "go back"),
        "fa": ("بازگشت", "برگشت", "عقب"),
        "ar": ("رجوع", "ارجع"),
        "he": ("חזרה", "אחורה"),
    },
    "menu": {
        "en": ("menu", "main menu"),
        "fa": ("منو", "منوی اصلی"),
        "ar": ("القائمة", "القائمة الرئيسية"),
        "he": ("תפריט", "תפריט ראשי"),
    },
    "agent": {
        "en": ("agent", "person", "human", "talk to a person"),
        "fa": ("کارشناس", "پشتیبان", "گفت‌وگو با کارشناس"),
        "ar": ("موظف", "خدمة العملاء", "التحدث إلى موظف"),
        "he": ("נציג", "נציגה", "שיחה עם נציג או נציגה"),
    },
    "repeat": {"en": ("repeat",), "fa": ("تکرار",), "ar": ("أعد", "كرر"), "he": ("שוב",)},
    "cancel": {"en": ("cancel",), "fa": ("انصراف", "لغو"), "ar": ("إلغاء",), "he": ("ביטול",)},
    "language": {"en": ("language",), "fa": ("زبان", "تغییر زبان"), "ar": ("اللغة", "لغة"), "he": ("שפה", "החלפת שפה")},
    "skip": {"en": ("skip",), "fa": ("رد شو", "رد شدن"), "ar": ("تخطي", "تخط"), "he": ("דלג", "דילוג")},
    "stop": {
        "en": ("stop", "unsubscribe"),
        "fa": ("لغو اشتراک", "دیگر پیام ندهید"),
        "ar": ("إلغاء الاشتراك", "أوقفوا الرسائل"),
        "he": ("הסר", "הסרה"),
    },
    "help": {"en": ("help",), "fa": ("راهنما",), "ar": ("مساعدة",), "he": ("עזרה",)},
}
