"""What the house tells agents about answers that are late."""

NOTICE_WORDS: dict[str, dict[str, str]] = {
    "first_answer_soon": {
        "en": "The customer still waits for a first answer, promised within {time}.",
        "fa": "مشتری هنوز منتظر نخستین پاسخ است. قرار بود ظرف {time} پاسخ بگیرد.",
        "ar": "ما زال العميل ينتظر أول رد. الوعد كان خلال {time}.",
        "he": "הלקוח עדיין ממתין לתשובה ראשונה. ההבטחה: תוך {time}.",
    },
    "first_answer": {
        "en": "Late: no first answer within {time}.",
        "fa": "دیر شد: ظرف {time} نخستین پاسخ داده نشد.",
        "ar": "تأخر الرد الأول: لم يُرسل خلال {time}.",
        "he": "איחור: אין תשובה ראשונה תוך {time}.",
    },
    "next_answer_soon": {
        "en": "The customer wrote and waits for an answer, promised within {time}.",
        "fa": "مشتری پیام داده و منتظر پاسخ است. قرار بود ظرف {time} پاسخ بگیرد.",
        "ar": "كتب العميل وينتظر الرد. الوعد كان خلال {time}.",
        "he": "הלקוח כתב וממתין לתשובה. ההבטחה: תוך {time}.",
    },
    "next_answer": {
        "en": "Late: the customer wrote and got no answer within {time}.",
        "fa": "دیر شد: مشتری پیام داد و ظرف {time} پاسخی نگرفت.",
        "ar": "تأخير: كتب العميل ولم يتلقَّ ردًا خلال {time}.",
        "he": "איחור: הלקוח כתב ולא קיבל תשובה תוך {time}.",
    },
    "unanswered_soon": {
        "en": "You took this customer and have not written yet. In {time} they go back to the queue.",
        "fa": "این مشتری را برداشته‌اید و هنوز چیزی ننوشته‌اید. تا {time} دیگر به صف برمی‌گردد.",
        "ar": "استلمتم هذا العميل ولم تكتبوا له بعد. بعد {time} يعود إلى الطابور.",
        "he": "לקחת את הלקוח ועוד לא נכתב לו דבר. בעוד {time} הוא יחזור לתור.",
    },
    "unanswered": {
        "en": "The customer has been waiting for your answer for {time}.",
        "fa": "مشتری {time} است که منتظر پاسخ شماست.",
        "ar": "ينتظر العميل ردكم منذ {time}.",
        "he": "הלקוח ממתין לתשובתך כבר {time}.",
    },
    "released": {
        "en": "Nothing was written for {time}: the customer is back in the queue. You are away until you send /back.",
        "fa": "در {time} چیزی نوشته نشد: مشتری به صف برگشت و تا وقتی ‎/back نفرستید غایب به شمار می‌آیید.",
        "ar": "لم يُكتب شيء خلال {time}: عاد العميل إلى الطابور، وأنتم غير متاحين حتى ترسلوا ‎/back.",
        "he": "לא נכתב דבר במשך {time}: הלקוח חזר לתור, ועד שליחת ‎/back הסטטוס שלך הוא לא זמין.",
    },
    "supervisors_told": {
        "en": "The supervisors know.",
        "fa": "سرپرستان خبر دارند.",
        "ar": "المشرفون على علم.",
        "he": "המנהלים יודעים.",
    },
    "nobody_told": {
        "en": "Nobody else is told: no supervisors' chat is set.",
        "fa": "کس دیگری خبر ندارد: گفت‌وگویی برای سرپرستان تنظیم نشده است.",
        "ar": "لم يُبلَّغ أحد آخر: لم تُحدَّد محادثة للمشرفين.",
        "he": "איש מלבדכם לא קיבל הודעה: לא הוגדר צ'אט למנהלים.",
    },
}


def notice_word(name: str, language: str, /, **values: str) -> str:
    """The text in that language, in English where we do not speak it."""
    texts = NOTICE_WORDS[name]
    return texts.get(language, texts["en"]).format(**values)
