"""Names of days, months and parts of the day in English, Persian, Arabic and Hebrew, as customers type them.

Keys are compared after `word_key`, so that spaces, hamza, vowel signs, half-spaces and fillers make no difference.
"""

from bot.engine.normal import normalise

# Words around the parts of a date or a time that say nothing about it.
_FILLERS = "of|the|on|at|in|from|ماه|سال|روز|ساعت|في|من|شهر|يوم|الساعة|ב|ל|של|ה|יום|ביום|בשעה|שעה"
FILLERS = {normalise(word) for word in _FILLERS.split("|")}


def word_key(text: str) -> str:
    """The form in which words are looked up; empty when there are only fillers."""
    words = normalise(text).split()
    return normalise("".join(word for word in words if word not in FILLERS).replace(".", ""))


def _numbered(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {word_key(name): number for number, row in enumerate(rows, first) for name in row.split("|")}


DAYS_FROM_TODAY = _numbered(
    (
        "day before yesterday|پریروز|أول أمس|أول من أمس|שלשום",
        "yesterday|دیروز|أمس|امبارح|البارحة|אתמול",
        "today|امروز|اليوم|النهارده|היום",
        "tomorrow|فردا|غدا|غدًا|بكرة|بكرا|מחר",
        "day after tomorrow|پس فردا|بعد غد|بعد بكرة|מחרתיים",
    ),
    -2,
)

WEEKDAYS = _numbered(
    (
        "monday|mon|دوشنبه|الاثنين|اثنين|שני",
        "tuesday|tue|tues|سه شنبه|الثلاثاء|ثلاثاء|שלישי",
        "wednesday|wed|چهارشنبه|الأربعاء|أربعاء|רביעי",
        "thursday|thu|thur|thurs|پنجشنبه|الخميس|خميس|חמישי",
        "friday|fri|جمعه|آدینه|الجمعة|שישי",
        "saturday|sat|شنبه|السبت|سبت|שבת",
        "sunday|sun|یکشنبه|الأحد|أحد|ראשון",
    ),
    0,
)

GREGORIAN_MONTHS = _numbered(
    (
        "january|jan|ژانویه|يناير|كانون الثاني|ינואר",
        "february|feb|فوریه|فبراير|شباط|פברואר",
        "march|mar|مارس|آذار|מרץ|מרס",
        "april|apr|آوریل|أبريل|نيسان|אפריל",
        "may|مه|می|مايو|أيار|מאי",
        "june|jun|ژوئن|يونيو|يونيه|حزيران|יוני",
        "july|jul|ژوئیه|جولای|يوليو|يوليه|تموز|יולי",
        "august|aug|اوت|آگوست|أغسطس|آب|אוגוסט",
        "september|sep|sept|سپتامبر|سبتمبر|أيلول|ספטמבר",
        "october|oct|اکتبر|أكتوبر|تشرين الأول|אוקטובר",
        "november|nov|نوامبر|نوفمبر|تشرين الثاني|נובמבר",
        "december|dec|دسامبر|ديسمبر|كانون الأول|דצמבר",
    ),
    1,
)

JALALI_MONTHS = _numbered(
    (
        "farvardin|فروردین",
        "ordibehesht|اردیبهشت",
        "khordad|خرداد",
        "tir|تیر",
        "mordad|مرداد|امرداد",
        "shahrivar|شهریور",
        "mehr|مهر",
        "aban|آبان",
        "azar|آذر",
        "dey|دی",
        "bahman|بهمن",
        "esfand|اسفند",
    ),
    1,
)

# Which part of the day a word says. Night is the evening before midnight and the small hours after it.
_PARTS_OF_DAY = {
    "morning": "am|morning|ق.ظ|قبل از ظهر|صبح|بامداد|ص|صباحا|الصباح|الصبح|فجرا|בבוקר|לפנה״צ|לפני הצהריים",
    "noon": "noon|ظهر|ظهرا|الظهر|בצהריים",
    "evening": "pm|afternoon|evening|ب.ظ|بعد از ظهر|عصر|غروب|م|مساء|المساء|عصرا|بعد الظهر|אחה״צ|אחר הצהריים|בערב",
    "night": "night|شب|نیمه شب|نصفه شب|ليلا|الليل|בלילה",
}
PARTS_OF_DAY = {word_key(word): part for part, row in _PARTS_OF_DAY.items() for word in row.split("|")}
