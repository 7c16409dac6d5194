"""Names of days, months and parts of the day in English, Persian, Arabic and Hebrew, as customers type them.

Keys are compared after `key()`, so that spaces, hamza, vowel signs and half-spaces make no difference.
"""

from bot.engine.normal import normalise


def key(text: str) -> str:
    """The form in which a word is looked up."""
    return normalise(text).replace(" ", "").replace(".", "")


def _numbered(rows: tuple[str, ...], first: int) -> dict[str, int]:
    return {key(name): number for number, row in enumerate(rows, first) for name in row.split("|")}


DAYS_FROM_TODAY = _numbered(
    (
        "day before yesterday|the day before yesterday|پریروز|أول أمس|أول من أمس|שלשום",
        "yesterday|دیروز|أمس|امبارح|البارحة|אתמול",
        "today|امروز|اليوم|النهارده|היום",
        "tomorrow|فردا|غدا|غدًا|بكرة|بكرا|מחר",
        "day after tomorrow|the day after tomorrow|پس فردا|بعد غد|بعد بكرة|מחרתיים",
    ),
    -2,
)

WEEKDAYS = _numbered(
    (
        "monday|mon|دوشنبه|الاثنين|الإثنين|اثنين|יום שני|שני",
        "tuesday|tue|tues|سه شنبه|الثلاثاء|ثلاثاء|יום שלישי|שלישי",
        "wednesday|wed|چهارشنبه|چهار شنبه|الأربعاء|أربعاء|יום רביעי|רביעי",
        "thursday|thu|thur|thurs|پنجشنبه|پنج شنبه|الخميس|خميس|יום חמישי|חמישי",
        "friday|fri|جمعه|آدینه|الجمعة|יום שישי|שישי",
        "saturday|sat|شنبه|السبت|سبت|יום שבת|שבת",
        "sunday|sun|یکشنبه|یک شنبه|الأحد|احد|יום ראשון|ראשון",
    ),
    0,
)

GREGORIAN_MONTHS = _numbered(
    (
        "january|jan|ژانویه|يناير|كانون الثاني|ינואר",
        "february|feb|فوریه|فبراير|شباط|פברואר",
        "march|mar|مارس|آذار|מרץ|מרס",
        "april|apr|آوریل|أبريل|إبريل|نيسان|אפריל",
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

# Words between the parts of a date or before a time that say nothing about it.
_FILLERS = "of|the|on|at|from|ماه|سال|روز|ساعت|من|شهر|يوم|الساعة|ב|ל|של|ה|בשעה|שעה"
FILLERS = {key(word) for word in _FILLERS.split("|")}


def part_key(text: str) -> str:
    """The form in which a part of the day is looked up: without fillers."""
    return key(" ".join(word for word in normalise(text).split() if word not in FILLERS))


# Which half of the day a word says. Night is the evening before midnight and the small hours after it.
_PARTS_OF_DAY = {
    "morning": "am|a.m.|in the morning|morning|ق.ظ|قبل از ظهر|صبح|بامداد|ص|صباحا|صباحًا|الصبح|فجرا"
    "|בבוקר|לפנה״צ|לפני הצהריים",
    "noon": "noon|at noon|ظهر|ظهرا|ظهرًا|الظهر|בצהריים",
    "evening": "pm|p.m.|in the afternoon|in the evening|afternoon|evening|ب.ظ|بعد از ظهر|عصر|غروب"
    "|م|مساء|مساءً|المساء|عصرا|عصرًا|بعد الظهر|אחה״צ|אחר הצהריים|בערב",
    "night": "at night|night|شب|نیمه شب|نصفه شب|ليلا|ليلًا|בלילה",
}
PARTS_OF_DAY = {part_key(word): part for part, row in _PARTS_OF_DAY.items() for word in row.split("|")}
