"""What agents read about customers, and what is said about who is the same person."""

CUSTOMER_WORDS: dict[str, dict[str, str]] = {
    "channel_telegram": {"en": "Telegram", "fa": "تلگرام", "ar": "تيليغرام", "he": "טלגרם"},
    "channel_webchat": {"en": "web chat", "fa": "چت سایت", "ar": "دردشة الموقع", "he": "צ'אט האתר"},
    # The card
    "customer_channels": {"en": "Writes from", "fa": "می‌نویسد از", "ar": "يكتب من", "he": "כותב מ־"},
    "customer_blocked": {"en": "blocked the bot", "fa": "ربات را بسته", "ar": "حظر البوت", "he": "חסם את הבוט"},
    "customer_phone": {"en": "Phone", "fa": "تلفن", "ar": "الهاتف", "he": "טלפון"},
    "customer_since": {"en": "Known since", "fa": "آشنا از", "ar": "معروف منذ", "he": "מוכר מאז"},
    "customer_no_follow_ups": {
        "en": "Does not want us to write first",
        "fa": "نمی‌خواهد ما اول پیام بدهیم",
        "ar": "لا يريد أن نراسله أولًا",
        "he": "לא רוצה שנפנה ראשונים",
    },
    "customer_tags": {"en": "Tags", "fa": "برچسب‌ها", "ar": "الوسوم", "he": "תגיות"},
    "customer_calls": {"en": "To be called", "fa": "منتظر تماس", "ar": "بانتظار اتصال", "he": "ממתין לשיחה"},
    "customer_cases": {"en": "Open tickets", "fa": "پرونده‌های باز", "ar": "الطلبات المفتوحة", "he": "פניות פתוחות"},
    "customer_past": {
        "en": "Earlier conversations ({count})",
        "fa": "گفت‌وگوهای پیشین ({count})",
        "ar": "محادثات سابقة ({count})",
        "he": "שיחות קודמות ({count})",
    },
    "customer_returns": {
        "en": "Back: {agent} is asked first, as in conversation {number}",
        "fa": "بازگشته است: اول از {agent} پرسیده می‌شود، مانند گفت‌وگوی {number}",
        "ar": "عاد إلينا: يُعرض أولًا على {agent}، كما في المحادثة {number}",
        "he": "חזר אלינו: קודם כול {agent}, כמו בשיחה {number}",
    },
    "customer_same_phone": {
        "en": "Same phone number as in conversation {numbers}. The same person? {join}",
        "fa": "شمارهٔ تلفن با گفت‌وگوی {numbers} یکی است. همان شخص است؟ {join}",
        "ar": "رقم الهاتف نفسه في المحادثة {numbers}. الشخص نفسه؟ {join}",
        "he": "אותו מספר טלפון כמו בשיחה {numbers}. אותו אדם? {join}",
    },
    # How a conversation ended
    "ended_open": {"en": "still open", "fa": "هنوز باز", "ar": "ما زالت مفتوحة", "he": "עדיין פתוחה"},
    "ended_contained": {"en": "with the bot", "fa": "با ربات", "ar": "مع البوت", "he": "עם הבוט"},
    "ended_handed_off": {"en": "with {agent}", "fa": "با {agent}", "ar": "مع {agent}", "he": "עם {agent}"},
    "ended_abandoned": {"en": "left the queue", "fa": "صف را ترک کرد", "ar": "غادر الطابور", "he": "עזב את התור"},
    "ended_called_back": {"en": "asked for a call", "fa": "تماس خواست", "ar": "طلب اتصالًا", "he": "ביקש שיחה"},
    "ended_refused": {
        "en": "nobody was free",
        "fa": "کسی آزاد نبود",
        "ar": "لم يكن أحد متاحًا",
        "he": "לא היה נציג פנוי",
    },
    # Tags
    "tags_now": {"en": "Tags: {tags}", "fa": "برچسب‌ها: {tags}", "ar": "الوسوم: {tags}", "he": "תגיות: {tags}"},
    "tags_none": {"en": "No tags.", "fa": "برچسبی ندارد.", "ar": "لا وسوم.", "he": "אין תגיות."},
    "tag_how": {
        "en": "Write the tag after the command: /tag wholesale",
        "fa": "برچسب را بعد از دستور بنویسید: ‎/tag عمده",
        "ar": "اكتبوا الوسم بعد الأمر: ‎/tag جملة",
        "he": "נא לכתוב את התגית אחרי הפקודה: ‎/tag סיטונאי",
    },
    "tag_unfit": {
        "en": "A tag has 1 to {most} letters on one line.",
        "fa": "برچسب ۱ تا {most} نویسه در یک خط است.",
        "ar": "الوسم من حرف إلى {most} حرفًا في سطر واحد.",
        "he": "תגית היא עד {most} תווים בשורה אחת.",
    },
    "tag_full": {
        "en": "No more tags fit. /untag one first.",
        "fa": "جای برچسب دیگری نیست. اول یکی را بردارید: ‎/untag",
        "ar": "لا مكان لوسم آخر. أزيلوا واحدًا أولًا: ‎/untag",
        "he": "אין מקום לעוד תגית. קודם להסיר אחת: ‎/untag",
    },
    "command_customer": {
        "en": "All about this customer",
        "fa": "همه‌چیز دربارهٔ این مشتری",
        "ar": "كل شيء عن هذا العميل",
        "he": "הכול על הלקוח",
    },
    "command_tag": {"en": "Tag this customer", "fa": "برچسب زدن به مشتری", "ar": "وسم العميل", "he": "לתייג את הלקוח"},
    "command_untag": {"en": "Take a tag off", "fa": "برداشتن برچسب", "ar": "إزالة وسم", "he": "להסיר תגית"},
}
