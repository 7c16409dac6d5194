"""What the engine itself says while the customer waits for a person, talks to one or leaves a number."""

DESK_WORDING: dict[str, dict[str, str]] = {
    "utter_switchboard_queue_joined": {
        "en": "We're finding someone for you. You can keep writing: they will read it all.",
        "fa": "داریم شما را به یک همکار وصل می‌کنیم. می‌توانید همین‌جا بنویسید؛ همه را می‌خواند.",
        "ar": "نبحث لكم عن أحد الزملاء. يمكنكم متابعة الكتابة، وسيقرأ كل ما كتبتم.",
        "he": "מחפשים מי שיענה לך. אפשר להמשיך לכתוב, הכול ייקרא.",
    },
    "utter_switchboard_queue_position": {
        "en": "You are number {position} in the queue.",
        "fa": "شما نفر {position} در صف هستید.",
        "ar": "ترتيبكم في قائمة الانتظار: {position}.",
        "he": "המקום שלך בתור: {position}.",
    },
    "utter_switchboard_agent_joined": {
        "en": "{agent} has joined the conversation.",
        "fa": "{agent} به گفت‌وگو پیوست.",
        "ar": "معكم الآن {agent}.",
        "he": "{agent} כאן בשבילך.",
    },
    "utter_switchboard_agent_transferred": {
        "en": "We're passing you on to a colleague who can help better. Nothing you wrote is lost.",
        "fa": "شما را به همکاری که بهتر می‌تواند کمک کند می‌سپاریم. هرچه نوشته‌اید می‌ماند.",
        "ar": "سنحوّلكم إلى زميل يمكنه المساعدة بشكل أفضل. كل ما كتبتموه محفوظ.",
        "he": "מעבירים אותך למי שיוכל לעזור טוב יותר. כל מה שכתבת נשמר.",
    },
    "utter_switchboard_agent_left": {
        "en": "Your conversation with our team is closed. Thank you!",
        "fa": "گفت‌وگوی شما با همکار ما به پایان رسید. سپاس از شما!",
        "ar": "انتهت المحادثة مع فريقنا. شكرًا لكم!",
        "he": "השיחה עם הצוות שלנו הסתיימה. תודה!",
    },
    "utter_switchboard_handoff_closed": {
        "en": "Our team is closed right now.",
        "fa": "همکاران ما الان در دسترس نیستند؛ ساعت کاری تمام شده است.",
        "ar": "فريقنا خارج ساعات العمل الآن.",
        "he": "הצוות שלנו לא פעיל כרגע.",
    },
    "utter_switchboard_handoff_closed_opens": {
        "en": "Our team is closed right now and will be back {opens}.",
        "fa": "همکاران ما الان در دسترس نیستند و {opens} برمی‌گردند.",
        "ar": "فريقنا خارج ساعات العمل الآن ويعود {opens}.",
        "he": "הצוות שלנו לא פעיל כרגע ויחזור {opens}.",
    },
    "utter_switchboard_handoff_no_agent": {
        "en": "Nobody is free to answer right now. We're sorry.",
        "fa": "متأسفانه الان کسی از همکاران برای پاسخ‌گویی آزاد نیست.",
        "ar": "نعتذر، لا يوجد أحد متاح للرد الآن.",
        "he": "מצטערים, אין כרגע מי שפנוי לענות.",
    },
    "utter_switchboard_queue_cancel_offer": {
        "en": "You are still in the queue. What would you like to do?",
        "fa": "هنوز در صف هستید. چه کار کنیم؟",
        "ar": "ما زلتم في قائمة الانتظار. ماذا تفضلون؟",
        "he": "עדיין בתור. מה תרצו לעשות?",
    },
    "utter_switchboard_keep_waiting": {
        "en": "Keep waiting",
        "fa": "منتظر می‌مانم",
        "ar": "سأنتظر",
        "he": "להמשיך לחכות",
    },
    "utter_switchboard_call_me_back": {
        "en": "Call me back",
        "fa": "با من تماس بگیرید",
        "ar": "اتصلوا بي لاحقًا",
        "he": "התקשרו אליי",
    },
    "utter_switchboard_back_to_menu": {
        "en": "Back to the menu",
        "fa": "بازگشت به منو",
        "ar": "العودة إلى القائمة",
        "he": "חזרה לתפריט",
    },
    "utter_switchboard_callback_ask_phone": {
        "en": "Which number shall we call? Please include the country code.",
        "fa": "با چه شماره‌ای تماس بگیریم؟ لطفاً با کد کشور بنویسید.",
        "ar": "على أي رقم نتصل؟ يُرجى كتابته مع رمز الدولة.",
        "he": "לאיזה מספר להתקשר? נא לציין קידומת מדינה.",
    },
    "utter_switchboard_callback_ask_when": {
        "en": "When suits you? You can also write a day and a time, like “tomorrow 14:30”.",
        "fa": "چه زمانی برای شما مناسب است؟ می‌توانید روز و ساعت را هم بنویسید؛ مثلاً «فردا ۱۴:۳۰».",
        "ar": "متى يناسبكم الاتصال؟ يمكنكم أيضًا كتابة اليوم والساعة، مثل «غدًا 14:30».",
        "he": "מתי נוח לך? אפשר גם לכתוב יום ושעה, למשל ״מחר 14:30״.",
    },
    "utter_switchboard_callback_not_a_moment": {
        "en": "We need a day and a time that are still to come, like “tomorrow 14:30” or just “14:30”.",
        "fa": "لطفاً روز و ساعتی را که هنوز نگذشته بنویسید؛ مثلاً «فردا ۱۴:۳۰» یا فقط «۱۴:۳۰».",
        "ar": "يُرجى كتابة يوم وساعة لم يحينا بعد، مثل «غدًا 14:30» أو «14:30» فقط.",
        "he": "צריך יום ושעה שעוד לא עברו, למשל ״מחר 14:30״ או רק ״14:30״.",
    },
    "utter_switchboard_callback_asap": {
        "en": "As soon as possible",
        "fa": "در اولین فرصت",
        "ar": "في أقرب وقت",
        "he": "בהקדם האפשרי",
    },
    "utter_switchboard_callback_taken": {
        "en": "Noted: we'll call {phone} as soon as we can.",
        "fa": "ثبت شد: در اولین فرصت با {phone} تماس می‌گیریم.",
        "ar": "تم التسجيل: سنتصل بالرقم {phone} في أقرب وقت.",
        "he": "נרשם: נתקשר אל {phone} בהקדם האפשרי.",
    },
    "utter_switchboard_callback_taken_at": {
        "en": "Noted: we'll call {phone} on {when}.",
        "fa": "ثبت شد: {when} با {phone} تماس می‌گیریم.",
        "ar": "تم التسجيل: سنتصل بالرقم {phone} في الموعد الآتي: {when}.",
        "he": "נרשם: נתקשר אל {phone} במועד הזה: {when}.",
    },
    "utter_switchboard_callback_keeps_place": {
        "en": "You keep your place in the queue, so there's no need to wait here.",
        "fa": "نوبت شما در صف محفوظ است و لازم نیست اینجا منتظر بمانید.",
        "ar": "دوركم في الانتظار محفوظ، ولا داعي للبقاء هنا.",
        "he": "המקום שלך בתור נשמר ואין צורך לחכות כאן.",
    },
}
