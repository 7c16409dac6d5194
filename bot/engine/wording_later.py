"""What the engine itself says of what comes later: tickets that a department answers, and follow-ups."""

LATER_WORDING: dict[str, dict[str, str]] = {
    "utter_switchboard_ticket_opened": {
        "en": "Noted. The number of your case is {number}.",
        "fa": "ثبت شد. شمارهٔ پروندهٔ شما {number} است.",
        "ar": "تم التسجيل. رقم طلبكم هو {number}.",
        "he": "נרשם. מספר הפנייה שלך הוא {number}.",
    },
    "utter_switchboard_ticket_due": {
        "en": "You'll have an answer by {due}.",
        "fa": "تا {due} پاسخ می‌گیرید.",
        "ar": "سيصلكم الرد في موعد أقصاه {due}.",
        "he": "התשובה תגיע עד {due}.",
    },
    "utter_switchboard_ticket_how_to_ask": {
        "en": "To see how it stands, write /ticket {number}.",
        "fa": "برای پیگیری بنویسید: /ticket {number}",
        "ar": "لمعرفة حالته اكتبوا: /ticket {number}",
        "he": "כדי לבדוק מה מצבה: /ticket {number}",
    },
    "utter_switchboard_ticket_ask_number": {
        "en": "What is the number of your case?",
        "fa": "شمارهٔ پروندهٔ شما چند است؟",
        "ar": "ما رقم طلبكم؟",
        "he": "מה מספר הפנייה?",
    },
    "utter_switchboard_ticket_unknown": {
        "en": "We have no case of yours with the number {number}.",
        "fa": "پرونده‌ای به شمارهٔ {number} از شما نداریم.",
        "ar": "لا يوجد لدينا طلب لكم بالرقم {number}.",
        "he": "אין אצלנו פנייה שלך שמספרה {number}.",
    },
    "utter_switchboard_ticket_open": {
        "en": "Case {number}, “{title}”, waits at {department}.",
        "fa": "پروندهٔ {number}، «{title}»، در نوبت بررسی است ({department}).",
        "ar": "الطلب {number}، «{title}»، بانتظار المراجعة لدى {department}.",
        "he": "פנייה {number}, ״{title}״, ממתינה לטיפול ({department}).",
    },
    "utter_switchboard_ticket_taken": {
        "en": "Case {number}, “{title}”: {department} is working on it.",
        "fa": "پروندهٔ {number}، «{title}»، در دست بررسی است ({department}).",
        "ar": "الطلب {number}، «{title}»، قيد المعالجة لدى {department}.",
        "he": "פנייה {number}, ״{title}״, נמצאת בטיפול ({department}).",
    },
    "utter_switchboard_ticket_answered": {
        "en": "Case {number}, “{title}”, has been answered by {department}.",
        "fa": "به پروندهٔ {number}، «{title}»، پاسخ داده شده است ({department}).",
        "ar": "تم الرد على الطلب {number}، «{title}»، من {department}.",
        "he": "פנייה {number}, ״{title}״, נענתה ({department}).",
    },
    "utter_switchboard_ticket_closed": {
        "en": "Case {number}, “{title}”, is closed.",
        "fa": "پروندهٔ {number}، «{title}»، بسته شده است.",
        "ar": "تم إغلاق الطلب {number}، «{title}».",
        "he": "פנייה {number}, ״{title}״, נסגרה.",
    },
    "utter_switchboard_follow_up_notice": {
        "en": "A message from us. To get no more of these, send /stop.",
        "fa": "پیامی از طرف ما. اگر نمی‌خواهید باز هم برسد، /stop را بفرستید.",
        "ar": "رسالة منا. لإيقاف مثل هذه الرسائل أرسلوا /stop.",
        "he": "הודעה מאיתנו. להפסקת הודעות כאלה: /stop",
    },
    "utter_switchboard_opted_out": {
        "en": "All right: we won't write to you first any more. To change that, send /subscribe.",
        "fa": "باشد؛ دیگر خودمان به شما پیام نمی‌دهیم. اگر نظرتان عوض شد، /subscribe را بفرستید.",
        "ar": "حسنًا، لن نبادر بمراسلتكم بعد الآن. إذا غيّرتم رأيكم فأرسلوا /subscribe.",
        "he": "בסדר, לא נכתוב לך יותר ביוזמתנו. כדי לשנות את זה: /subscribe",
    },
    "utter_switchboard_opted_in": {
        "en": "All right: from time to time we may write to you first again.",
        "fa": "باشد؛ اگر لازم شد، دوباره خودمان هم به شما پیام می‌دهیم.",
        "ar": "حسنًا، قد نبادر بمراسلتكم من جديد.",
        "he": "בסדר, נוכל שוב לכתוב לך ביוזמתנו.",
    },
}
