"""What is said to a customer who turns out to be one whom we know from another channel."""

CUSTOMER_WORDING: dict[str, dict[str, str]] = {
    # The first line becomes a link.
    "utter_switchboard_telegram_link": {
        "en": "Continue in Telegram\nThis link is for you alone. It works once, within {minutes} minutes.",
        "fa": "ادامه در تلگرام\nاین پیوند فقط برای شماست و تا {minutes} دقیقه، یک بار کار می‌کند.",
        "ar": "المتابعة في تيليغرام\nهذا الرابط لكم وحدكم، ويعمل مرة واحدة خلال {minutes} دقيقة.",
        "he": "להמשיך בטלגרם\nהקישור הזה מיועד רק לך. הוא עובד פעם אחת, במשך {minutes} דקות.",
    },
    "utter_switchboard_same_person": {
        "en": "Good to see you here! Now we know that you also wrote to us in the web chat, and keep both together. "
        "If that wasn't you, please tell us with /agent.",
        "fa": "چه خوب که اینجا هم هستید! حالا می‌دانیم که در چت سایت هم شما به ما پیام داده‌اید و هر دو را کنار هم "
        "نگه می‌داریم. اگر آن‌جا شما نبودید، با ‎/agent به ما بگویید.",
        "ar": "سعداء بوجودكم هنا! نعرف الآن أنكم راسلتمونا أيضًا من دردشة الموقع، وسنحفظ المحادثتين معًا. "
        "إن لم تكونوا أنتم هناك فأخبرونا عبر ‎/agent.",
        "he": "כיף לראות אותך כאן! עכשיו אנחנו יודעים שכתבת לנו גם בצ׳אט באתר, ונשמור את שתי השיחות יחד. "
        "אם לא היית שם, אפשר לספר לנו עם ‎/agent.",
    },
    "utter_switchboard_same_person_there": {
        "en": "We've met in Telegram now. You can go on here or there, as you like.",
        "fa": "حالا در تلگرام هم شما را می‌شناسیم. هر جا راحت‌ترید ادامه بدهید؛ این‌جا یا آن‌جا.",
        "ar": "تعرّفنا إليكم في تيليغرام أيضًا. يمكنكم المتابعة هنا أو هناك كما تشاؤون.",
        "he": "עכשיו אנחנו מכירים אותך גם בטלגרם. אפשר להמשיך כאן או שם, איך שנוח.",
    },
    "utter_switchboard_same_person_already": {
        "en": "We already know that it's you. Just write to us.",
        "fa": "شما را از قبل می‌شناسیم. فقط پیام‌تان را بنویسید.",
        "ar": "نعرف مسبقًا أن هذا أنتم. اكتبوا لنا فحسب.",
        "he": "אנחנו כבר מכירים אותך. אפשר פשוט לכתוב.",
    },
    "utter_switchboard_same_person_expired": {
        "en": "This link has been used or is too old. For a new one, write /telegram in the web chat.",
        "fa": "این پیوند قبلاً استفاده شده یا زمانش گذشته است. برای پیوند تازه در چت سایت بنویسید: ‎/telegram",
        "ar": "هذا الرابط استُخدم من قبل أو انتهت صلاحيته. للحصول على رابط جديد اكتبوا في دردشة الموقع: ‎/telegram",
        "he": "הקישור הזה כבר נוצל או שפג תוקפו. לקישור חדש, בצ׳אט באתר: ‎/telegram",
    },
}
