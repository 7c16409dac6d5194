"""The words of the pictures themselves, in the languages of the house."""

from collections.abc import Iterable

from bot.engine.formats import locale_of, shown
from bot.pictures.measuring import ISOLATE, ISOLATED

Filling = str | int | float

WORDS: dict[str, dict[str, str]] = {
    # Kinds of steps
    "say": {"en": "Says", "fa": "می‌گوید", "ar": "يقول", "he": "אומר"},
    "menu": {"en": "Menu", "fa": "منو", "ar": "قائمة", "he": "תפריט"},
    "collect": {"en": "Asks", "fa": "می‌پرسد", "ar": "يسأل", "he": "שואל"},
    "action": {"en": "Action", "fa": "عملیات", "ar": "إجراء", "he": "פעולה"},
    "handoff": {"en": "Hand-off to people", "fa": "سپردن به کارشناس", "ar": "تحويل إلى موظف", "he": "העברה לנציג"},
    "callback": {"en": "Call back", "fa": "تماس با مشتری", "ar": "معاودة الاتصال", "he": "שיחה חוזרת"},
    "ticket": {"en": "Ticket", "fa": "پرونده", "ar": "تذكرة", "he": "פנייה"},
    "ticket_state": {
        "en": "Tells how a ticket stands",
        "fa": "وضعیت پرونده را می‌گوید",
        "ar": "يخبر بحالة التذكرة",
        "he": "אומר מה מצב הפנייה",
    },
    "follow_up": {"en": "Follows up later", "fa": "پیگیری بعدی", "ar": "متابعة لاحقة", "he": "מעקב בהמשך"},
    "survey": {"en": "Survey", "fa": "نظرسنجی", "ar": "استبيان", "he": "סקר"},
    "hours": {"en": "Open now?", "fa": "الان باز است؟", "ar": "مفتوح الآن؟", "he": "פתוח עכשיו?"},
    "language": {"en": "Language", "fa": "زبان", "ar": "اللغة", "he": "שפה"},
    "link": {"en": "Goes over to", "fa": "می‌رود به", "ar": "ينتقل إلى", "he": "עובר אל"},
    "call": {"en": "Runs and comes back", "fa": "اجرا می‌کند و برمی‌گردد", "ar": "يشغّل ثم يعود", "he": "מריץ וחוזר"},
    "set_slots": {"en": "Remembers", "fa": "به خاطر می‌سپارد", "ar": "يتذكّر", "he": "זוכר"},
    "noop": {"en": "Decides", "fa": "تصمیم می‌گیرد", "ar": "يقرّر", "he": "מחליט"},
    "start": {"en": "Begins", "fa": "آغاز", "ar": "البداية", "he": "התחלה"},
    "flow": {"en": "Flow", "fa": "جریان", "ar": "مسار", "he": "זרימה"},
    "queue": {"en": "People", "fa": "کارشناسان", "ar": "الموظفون", "he": "נציגים"},
    "around": {"en": "Around the flows", "fa": "پیرامون جریان‌ها", "ar": "حول المسارات", "he": "מסביב לזרימות"},
    # Ways out
    "end": {"en": "end", "fa": "پایان", "ar": "النهاية", "he": "סוף"},
    "back": {"en": "back to the caller", "fa": "بازگشت به فراخواننده", "ar": "عودة إلى المستدعي", "he": "חזרה לקורא"},
    "if": {"en": "if {condition}", "fa": "اگر {condition}", "ar": "إذا {condition}", "he": "אם {condition}"},
    "otherwise": {"en": "otherwise", "fa": "وگرنه", "ar": "وإلا", "he": "אחרת"},
    "fails": {"en": "if it fails", "fa": "اگر نشد", "ar": "عند الفشل", "he": "אם נכשל"},
    "no_answer": {
        "en": "no answer after all tries",
        "fa": "بی‌پاسخ پس از همهٔ تلاش‌ها",
        "ar": "لا إجابة بعد كل المحاولات",
        "he": "אין תשובה אחרי כל הניסיונות",
    },
    "afterwards": {"en": "afterwards", "fa": "پس از آن", "ar": "بعد ذلك", "he": "לאחר מכן"},
    "open": {"en": "open", "fa": "باز", "ar": "مفتوح", "he": "פתוח"},
    "closed": {"en": "closed", "fa": "بسته", "ar": "مغلق", "he": "סגור"},
    "nobody": {"en": "nobody is there", "fa": "کسی نیست", "ar": "لا يوجد أحد", "he": "אין אף אחד"},
    "unknown": {"en": "not theirs", "fa": "پرونده‌ای نیست", "ar": "غير موجودة", "he": "לא נמצאה"},
    "nothing_listed": {
        "en": "nothing to choose",
        "fa": "چیزی برای انتخاب نیست",
        "ar": "لا خيارات",
        "he": "אין ממה לבחור",
    },
    # Notes
    "kept_as": {"en": "kept as {slot}", "fa": "در {slot} می‌ماند", "ar": "يُحفظ في {slot}", "he": "נשמר ב־{slot}"},
    "one_for_each": {
        "en": "one for each of {slot}",
        "fa": "یکی برای هر یک از {slot}",
        "ar": "واحد لكل من {slot}",
        "he": "אחד לכל {slot}",
    },
    "refused_if": {
        "en": "refused if {condition}",
        "fa": "رد می‌شود اگر {condition}",
        "ar": "يُرفض إذا {condition}",
        "he": "נדחה אם {condition}",
    },
    "asked_by": {"en": "asked by {action}", "fa": "{action} می‌پرسد", "ar": "يسأله {action}", "he": "נשאל ע״י {action}"},
    "forgets": {"en": "forgets {slot}", "fa": "{slot} فراموش می‌شود", "ar": "ينسى {slot}", "he": "שוכח את {slot}"},
    "hours_of": {
        "en": "hours: {calendar}",
        "fa": "ساعت کار: {calendar}",
        "ar": "الدوام: {calendar}",
        "he": "שעות: {calendar}",
    },
    "default_queue": {"en": "the default queue", "fa": "صف پیش‌فرض", "ar": "الطابور الافتراضي", "he": "תור ברירת המחדל"},
    "asks_which": {"en": "asks which", "fa": "می‌پرسد کدام", "ar": "يسأل أيّها", "he": "שואל איזו"},
    "asks_when": {"en": "asks when", "fa": "می‌پرسد چه وقت", "ar": "يسأل متى", "he": "שואל מתי"},
    "picture_shown": {"en": "with a picture", "fa": "همراه تصویر", "ar": "مع صورة", "he": "עם תמונה"},
    "file_shown": {"en": "with a file", "fa": "همراه فایل", "ar": "مع ملف", "he": "עם קובץ"},
    "lost": {
        "en": "nothing leads here",
        "fa": "هیچ راهی به اینجا نیست",
        "ar": "لا شيء يؤدي إلى هنا",
        "he": "שום דבר לא מוביל לכאן",
    },
    "every_beginning": {
        "en": "every conversation begins here",
        "fa": "هر گفت‌وگو از اینجا آغاز می‌شود",
        "ar": "هنا تبدأ كل محادثة",
        "he": "כל שיחה מתחילה כאן",
    },
    "words": {"en": "words: {words}", "fa": "واژه‌ها: {words}", "ar": "كلمات: {words}", "he": "מילים: {words}"},
    "only_if": {
        "en": "only if {condition}",
        "fa": "فقط اگر {condition}",
        "ar": "فقط إذا {condition}",
        "he": "רק אם {condition}",
    },
    "from_flows": {"en": "from: {flows}", "fa": "از: {flows}", "ar": "من: {flows}", "he": "מתוך: {flows}"},
    "by_itself": {
        "en": "begins by itself",
        "fa": "خودبه‌خود آغاز می‌شود",
        "ar": "يبدأ من تلقاء نفسه",
        "he": "מתחיל מעצמו",
    },
    "after_people": {
        "en": "after people helped",
        "fa": "پس از کمک کارشناس",
        "ar": "بعد مساعدة موظف",
        "he": "אחרי עזרה של נציג",
    },
    "after_bot": {
        "en": "after the bot alone helped",
        "fa": "پس از کمک ربات",
        "ar": "بعد مساعدة البوت وحده",
        "he": "אחרי עזרה של הבוט לבדו",
    },
    # Figures and titles
    "reached": {"en": "{reached} came", "fa": "{reached} رسیدند", "ar": "وصل {reached}", "he": "הגיעו {reached}"},
    "ended": {
        "en": "{ended} ended here ({share}%)",
        "fa": "{ended} همین‌جا تمام شد ({share}٪)",
        "ar": "انتهى هنا {ended} ({share}٪)",
        "he": "הסתיימו כאן {ended} ({share}%)",
    },
    "all_flows": {"en": "All flows", "fa": "همهٔ جریان‌ها", "ar": "كل المسارات", "he": "כל הזרימות"},
    "period": {
        "en": "conversations opened {first} to {last}",
        "fa": "گفت‌وگوهای {first} تا {last}",
        "ar": "محادثات {first} إلى {last}",
        "he": "שיחות מ־{first} עד {last}",
    },
    # Legend
    "sort_start": {"en": "beginning", "fa": "آغاز", "ar": "بداية", "he": "התחלה"},
    "sort_talk": {"en": "says", "fa": "گفتن", "ar": "قول", "he": "אמירה"},
    "sort_question": {"en": "asks and waits", "fa": "پرسش و انتظار", "ar": "سؤال وانتظار", "he": "שאלה והמתנה"},
    "sort_work": {"en": "works", "fa": "کار", "ar": "عمل", "he": "עבודה"},
    "sort_people": {"en": "people", "fa": "کارشناسان", "ar": "موظفون", "he": "נציגים"},
    "sort_rating": {"en": "survey", "fa": "نظرسنجی", "ar": "استبيان", "he": "סקר"},
    "sort_flow": {"en": "another flow", "fa": "جریان دیگر", "ar": "مسار آخر", "he": "זרימה אחרת"},
    "how_trouble": {"en": "when it goes wrong", "fa": "وقتی نشود", "ar": "عند التعذّر", "he": "כשמשהו משתבש"},
    "how_link": {
        "en": "goes over, does not come back",
        "fa": "می‌رود و برنمی‌گردد",
        "ar": "ينتقل ولا يعود",
        "he": "עובר ולא חוזר",
    },
    "goes_on_at": {
        "en": "goes on at the card with this number",
        "fa": "ادامه در کارت با این شماره",
        "ar": "يتابع عند البطاقة ذات هذا الرقم",
        "he": "ממשיך בכרטיס שזה מספרו",
    },
    "how_call": {"en": "runs and comes back", "fa": "اجرا می‌شود و برمی‌گردد", "ar": "يُشغَّل ثم يعود", "he": "רץ וחוזר"},
}


def word(name: str, language: str, **filling: Filling) -> str:
    """The word in the language, else in English, with what is filled in kept from turning the words around it."""
    spoken = WORDS[name]
    source = spoken.get(language) or spoken.get(language.partition("-")[0]) or spoken["en"]
    return source.format(**{name: _filled(value, language) for name, value in filling.items()})


def _filled(value: Filling, language: str) -> str:
    if not isinstance(value, str):
        return shown(value, "number", language)
    return value if value.startswith(ISOLATE) else f"{ISOLATE}{value}{ISOLATED}"


def listed(names: Iterable[str]) -> str:
    """The names beside each other, each in its own direction."""
    return " · ".join(f"{ISOLATE}{name}{ISOLATED}" for name in names)


def is_right_to_left(language: str) -> bool:
    """Whether people of this language read from the right."""
    return str(locale_of(language).character_order) == "right-to-left"
