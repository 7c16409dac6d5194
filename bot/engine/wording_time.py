"""How a coming moment and a length of waiting are said in the four languages that the engine speaks of its own.

Other languages (`*`) get what needs no words. Lengths are by the plural form, after Unicode's rules, of the number
that ends them.
"""

COMING: dict[str, dict[str, str]] = {
    "today": {
        "en": "today at {clock}",
        "fa": "امروز ساعت {clock}",
        "ar": "اليوم عند الساعة {clock}",
        "he": "היום בשעה {clock}",
        "*": "{clock}",
    },
    "tomorrow": {
        "en": "tomorrow at {clock}",
        "fa": "فردا ساعت {clock}",
        "ar": "غدًا عند الساعة {clock}",
        "he": "מחר בשעה {clock}",
        "*": "{moment}",
    },
    "later": {"en": "on {moment}", "fa": "{moment}", "ar": "يوم {moment}", "he": "ב{moment}", "*": "{moment}"},
}

MINUTES_BELOW: dict[str, dict[str, str]] = {
    "en": {"one": "less than a minute", "other": "less than {to} minutes"},
    "fa": {"one": "کمتر از یک دقیقه", "other": "کمتر از {to} دقیقه"},
    "ar": {
        "one": "أقل من دقيقة",
        "two": "أقل من دقيقتين",
        "few": "أقل من {to} دقائق",
        "other": "أقل من {to} دقيقة",
    },
    "he": {"one": "פחות מדקה", "two": "פחות משתי דקות", "other": "פחות מ־{to} דקות"},
    "*": {"other": "≤ {to} min"},
}
MINUTES: dict[str, dict[str, str]] = {
    "en": {"other": "{low} to {to} minutes"},
    "fa": {"other": "{low} تا {to} دقیقه"},
    "ar": {
        "two": "من دقيقة إلى دقيقتين",
        "few": "من {low} إلى {to} دقائق",
        "other": "من {low} إلى {to} دقيقة",
    },
    "he": {"two": "דקה עד שתי דקות", "other": "{low} עד {to} דקות"},
    "*": {"other": "{low}–{to} min"},
}
HOURS_BELOW: dict[str, dict[str, str]] = {
    "en": {"other": "less than {to} hours"},
    "fa": {"other": "کمتر از {to} ساعت"},
    "ar": {"two": "أقل من ساعتين", "other": "أقل من {to} ساعات"},
    "he": {"two": "פחות משעתיים", "other": "פחות מ־{to} שעות"},
    "*": {"other": "≤ {to} h"},
}
HOURS: dict[str, dict[str, str]] = {
    "en": {"other": "{low} to {to} hours"},
    "fa": {"other": "{low} تا {to} ساعت"},
    "ar": {"two": "من ساعة إلى ساعتين", "other": "من {low} إلى {to} ساعات"},
    "he": {"two": "שעה עד שעתיים", "other": "{low} עד {to} שעות"},
    "*": {"other": "{low}–{to} h"},
}
