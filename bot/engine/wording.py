"""What the engine itself says, in the four languages it speaks of its own.

A response of the same name in the flows takes the place of an entry here. A language missing here is spoken in
English. Words in {braces} are filled in by whoever says the text.
"""

from bot.engine.wording_calm import CALM_WORDING
from bot.engine.wording_customers import CUSTOMER_WORDING
from bot.engine.wording_desk import DESK_WORDING
from bot.engine.wording_later import LATER_WORDING

WORDING: dict[str, dict[str, str]] = {
    **CALM_WORDING,
    **CUSTOMER_WORDING,
    **DESK_WORDING,
    **LATER_WORDING,
    "utter_switchboard_language_name": {"en": "English", "fa": "فارسی", "ar": "العربية", "he": "עברית"},
    # An answer that does not fit the question
    "utter_switchboard_no_match": {
        "en": "Sorry, I didn't get that.",
        "fa": "ببخشید، متوجه نشدم.",
        "ar": "عذرًا، لم أفهم ذلك.",
        "he": "סליחה, לא הבנתי.",
    },
    "utter_switchboard_no_match_options": {
        "en": "Sorry, I didn't get that. Please choose one of these, or write its number.",
        "fa": "ببخشید، متوجه نشدم. لطفاً یکی از گزینه‌ها را انتخاب کنید یا شماره‌اش را بنویسید.",
        "ar": "عذرًا، لم أفهم ذلك. يُرجى اختيار أحد الخيارات أو كتابة رقمه.",
        "he": "סליחה, לא הבנתי. נא לבחור אחת מהאפשרויות או לכתוב את המספר שלה.",
    },
    "utter_switchboard_no_input": {
        "en": "Are you still there? Take your time.",
        "fa": "هنوز همراه ما هستید؟ عجله‌ای نیست.",
        "ar": "هل ما زلتم معنا؟ خذوا وقتكم.",
        "he": "עדיין כאן? אין שום לחץ.",
    },
    "utter_switchboard_not_a_number": {
        "en": "Please send a number, for example 12.",
        "fa": "لطفاً یک عدد بفرستید؛ مثلاً ۱۲.",
        "ar": "يُرجى إرسال رقم، مثل 12.",
        "he": "נא לשלוח מספר, למשל 12.",
    },
    "utter_switchboard_too_short": {
        "en": "That is too short: at least {min} are needed.",
        "fa": "این کوتاه است؛ دست‌کم {min} نویسه لازم است.",
        "ar": "هذا قصير جدًا، المطلوب {min} على الأقل.",
        "he": "זה קצר מדי, צריך לפחות {min}.",
    },
    "utter_switchboard_too_long": {
        "en": "That is too long: at most {max} fit.",
        "fa": "این بلند است؛ حداکثر {max} نویسه جا می‌شود.",
        "ar": "هذا طويل جدًا، الحد الأقصى {max}.",
        "he": "זה ארוך מדי, אפשר עד {max}.",
    },
    "utter_switchboard_not_a_date": {
        "en": "Please type a date like 2026-03-21 or 21 March.",
        "fa": "لطفاً تاریخ را این‌طور بنویسید: ۱۴۰۵/۰۱/۰۱ یا ۱ فروردین.",
        "ar": "يُرجى كتابة التاريخ هكذا: 2026-03-21 أو 21 مارس.",
        "he": "נא לכתוב תאריך כך: 21.3.2026 או 21 במרץ.",
    },
    "utter_switchboard_not_a_time": {
        "en": "Please type a time like 14:30.",
        "fa": "لطفاً ساعت را این‌طور بنویسید: ۱۴:۳۰.",
        "ar": "يُرجى كتابة الوقت هكذا: 14:30.",
        "he": "נא לכתוב שעה כך: 14:30.",
    },
    "utter_switchboard_not_a_phone": {
        "en": "That doesn't look like a phone number. Please send it with the country code, e.g. +971 50 123 4567.",
        "fa": "این شبیه شماره تلفن نیست. لطفاً شماره را با کد کشور بفرستید؛ مثلاً +98 912 123 4567.",
        "ar": "لا يبدو هذا رقم هاتف. يُرجى إرساله مع رمز الدولة، مثل +971 50 123 4567.",
        "he": "זה לא נראה כמו מספר טלפון. נא לשלוח אותו עם קידומת המדינה, למשל +972 50 123 4567.",
    },
    "utter_switchboard_not_an_email": {
        "en": "That doesn't look like an e-mail address. It should read like name@example.com.",
        "fa": "این شبیه نشانی ایمیل نیست. نمونهٔ درست: name@example.com",
        "ar": "لا يبدو هذا بريدًا إلكترونيًا. مثال صحيح: name@example.com",
        "he": "זו לא נראית כתובת דוא״ל. דוגמה נכונה: name@example.com",
    },
    "utter_switchboard_not_a_file": {
        "en": "Please send a file or a photo here.",
        "fa": "لطفاً همین‌جا یک فایل یا عکس بفرستید.",
        "ar": "يُرجى إرسال ملف أو صورة هنا.",
        "he": "נא לשלוח כאן קובץ או תמונה.",
    },
    "utter_switchboard_file_kind": {
        "en": "That kind of file can't be used here. Please send: {kinds}.",
        "fa": "این نوع فایل اینجا به کار نمی‌آید. لطفاً یکی از این‌ها را بفرستید: {kinds}.",
        "ar": "لا يمكن استخدام هذا النوع من الملفات هنا. يُرجى إرسال: {kinds}.",
        "he": "אי אפשר להשתמש כאן בקובץ מסוג זה. נא לשלוח: {kinds}.",
    },
    "utter_switchboard_kind_photo": {"en": "photo", "fa": "عکس", "ar": "صورة", "he": "תמונה"},
    "utter_switchboard_kind_document": {"en": "file", "fa": "فایل", "ar": "ملف", "he": "קובץ"},
    "utter_switchboard_kind_voice": {
        "en": "voice message",
        "fa": "پیام صوتی",
        "ar": "رسالة صوتية",
        "he": "הודעה קולית",
    },
    "utter_switchboard_kind_video": {"en": "video", "fa": "ویدئو", "ar": "فيديو", "he": "סרטון"},
    "utter_switchboard_kind_audio": {"en": "audio", "fa": "فایل صوتی", "ar": "مقطع صوتي", "he": "קובץ שמע"},
    "utter_switchboard_kind_animation": {"en": "animation", "fa": "گیف", "ar": "صورة متحركة", "he": "אנימציה"},
    "utter_switchboard_kind_video_note": {
        "en": "video message",
        "fa": "پیام ویدئویی",
        "ar": "رسالة فيديو",
        "he": "הודעת וידאו",
    },
    "utter_switchboard_kind_sticker": {"en": "sticker", "fa": "استیکر", "ar": "ملصق", "he": "מדבקה"},
    "utter_switchboard_file_too_large": {
        "en": "That file is too large: up to {max_mb} MB, please.",
        "fa": "حجم این فایل زیاد است؛ لطفاً حداکثر {max_mb} مگابایت.",
        "ar": "حجم الملف كبير جدًا، الحد الأقصى {max_mb} ميغابايت.",
        "he": "הקובץ גדול מדי, אפשר עד {max_mb} מגה־בייט.",
    },
    "utter_switchboard_too_many_files": {
        "en": "Up to {max} files, please.",
        "fa": "لطفاً حداکثر {max} فایل.",
        "ar": "يُرجى إرسال {max} ملفات كحد أقصى.",
        "he": "אפשר לשלוח עד {max} קבצים.",
    },
    "utter_switchboard_files_received": {
        "en": "Got it. Send another one, or press “Done”.",
        "fa": "رسید. یکی دیگر بفرستید یا «تمام شد» را بزنید.",
        "ar": "وصل الملف. أرسلوا ملفًا آخر أو اضغطوا «تم».",
        "he": "התקבל. אפשר לשלוח עוד או ללחוץ על ״סיום״.",
    },
    "utter_switchboard_files_done": {"en": "Done", "fa": "تمام شد", "ar": "تم", "he": "סיום"},
    "utter_switchboard_not_a_location": {
        "en": "Please share a location: use the button, or your app's attach menu.",
        "fa": "لطفاً موقعیت مکانی را با همین دکمه یا از بخش پیوست برنامه بفرستید.",
        "ar": "يُرجى مشاركة الموقع عبر الزر أو من قائمة المرفقات.",
        "he": "נא לשתף מיקום בעזרת הכפתור או מתפריט הצירוף.",
    },
    "utter_switchboard_not_a_contact": {
        "en": "Please share a contact: use the button, or your app's attach menu.",
        "fa": "لطفاً مخاطب را با همین دکمه یا از بخش پیوست برنامه بفرستید.",
        "ar": "يُرجى مشاركة جهة الاتصال عبر الزر أو من قائمة المرفقات.",
        "he": "נא לשתף איש קשר בעזרת הכפתור או מתפריט הצירוף.",
    },
    "utter_switchboard_not_allowed": {
        "en": "That answer can't be used here. Please try another one.",
        "fa": "این پاسخ اینجا پذیرفته نیست. لطفاً پاسخ دیگری بدهید.",
        "ar": "لا يمكن قبول هذه الإجابة هنا. يُرجى تجربة إجابة أخرى.",
        "he": "התשובה הזאת לא מתאימה כאן. נא לנסות תשובה אחרת.",
    },
    "utter_switchboard_confirm_value": {
        "en": "{value}: is that right?",
        "fa": "«{value}» درست است؟",
        "ar": "{value}: هل هذا صحيح؟",
        "he": "{value}: זה נכון?",
    },
    "utter_switchboard_yes": {"en": "Yes", "fa": "بله", "ar": "نعم", "he": "כן"},
    "utter_switchboard_no": {"en": "No", "fa": "نه", "ar": "لا", "he": "לא"},
    # Buttons and words around every question
    "utter_switchboard_stale_tap": {
        "en": "That menu is old. Here is where we are:",
        "fa": "آن منو قدیمی است. الان اینجا هستیم:",
        "ar": "هذه القائمة قديمة. نحن الآن هنا:",
        "he": "התפריט הזה כבר לא בתוקף. אנחנו כאן:",
    },
    "utter_switchboard_page": {
        "en": "Page {page} of {pages}",
        "fa": "صفحهٔ {page} از {pages}",
        "ar": "صفحة {page} من {pages}",
        "he": "עמוד {page} מתוך {pages}",
    },
    "utter_switchboard_page_next": {"en": "More ›", "fa": "بیشتر ‹", "ar": "المزيد ‹", "he": "עוד ‹"},
    "utter_switchboard_page_previous": {"en": "‹ Previous", "fa": "› قبلی", "ar": "› السابق", "he": "› הקודם"},
    "utter_switchboard_back": {"en": "Back", "fa": "بازگشت", "ar": "رجوع", "he": "חזרה"},
    "utter_switchboard_menu": {"en": "Main menu", "fa": "منوی اصلی", "ar": "القائمة الرئيسية", "he": "תפריט ראשי"},
    "utter_switchboard_agent": {
        "en": "Talk to a person",
        "fa": "گفت‌وگو با کارشناس",
        "ar": "التحدث إلى موظف",
        "he": "שיחה עם נציג או נציגה",
    },
    "utter_switchboard_cancel": {"en": "Cancel", "fa": "انصراف", "ar": "إلغاء", "he": "ביטול"},
    "utter_switchboard_skip": {"en": "Skip", "fa": "رد شدن", "ar": "تخطٍّ", "he": "דילוג"},
    "utter_switchboard_share_contact": {
        "en": "Share my phone number",
        "fa": "فرستادن شمارهٔ من",
        "ar": "مشاركة رقمي",
        "he": "שיתוף המספר שלי",
    },
    "utter_switchboard_share_location": {
        "en": "Share my location",
        "fa": "فرستادن موقعیت من",
        "ar": "مشاركة موقعي",
        "he": "שיתוף המיקום שלי",
    },
    "utter_switchboard_choose_language": {
        "en": "Please choose your language.",
        "fa": "لطفاً زبان خود را انتخاب کنید.",
        "ar": "يُرجى اختيار اللغة.",
        "he": "נא לבחור שפה.",
    },
    "utter_switchboard_language_changed": {
        "en": "We'll go on in English.",
        "fa": "از اینجا به بعد فارسی حرف می‌زنیم.",
        "ar": "سنتابع بالعربية.",
        "he": "ממשיכים בעברית.",
    },
    # The course of a conversation
    "utter_switchboard_action_slow": {
        "en": "One moment, please…",
        "fa": "یک لحظه، لطفاً…",
        "ar": "لحظة من فضلكم…",
        "he": "רק רגע…",
    },
    "utter_switchboard_action_error": {
        "en": "Sorry, we couldn't look that up just now.",
        "fa": "ببخشید، همین الان نتوانستیم این را بررسی کنیم.",
        "ar": "عذرًا، تعذّر علينا التحقق من ذلك الآن.",
        "he": "סליחה, לא הצלחנו לבדוק את זה כרגע.",
    },
    "utter_switchboard_internal_error": {
        "en": "Something went wrong on our side. Our team has been told.",
        "fa": "مشکلی از سمت ما پیش آمد. همکاران ما باخبر شدند.",
        "ar": "حدث خطأ من جانبنا، وقد أُبلغ فريقنا به.",
        "he": "משהו השתבש אצלנו. הצוות שלנו כבר יודע.",
    },
    "utter_switchboard_conversation_expired": {
        "en": "It has been quiet for a while, so we closed this conversation. Write any time to start again.",
        "fa": "مدتی خبری نبود و این گفت‌وگو را بستیم. هر وقت خواستید، بنویسید تا از نو شروع کنیم.",
        "ar": "مرّ وقت دون رد فأغلقنا هذه المحادثة. اكتبوا لنا متى شئتم لنبدأ من جديد.",
        "he": "עבר זמן בלי תגובה, אז סגרנו את השיחה. אפשר לכתוב בכל רגע ולהתחיל מחדש.",
    },
    "utter_switchboard_conversation_ended": {
        "en": "The conversation has ended. Write any time to start a new one.",
        "fa": "گفت‌وگو به پایان رسید. هر وقت خواستید، بنویسید.",
        "ar": "انتهت المحادثة. اكتبوا لنا متى شئتم.",
        "he": "השיחה הסתיימה. אפשר לכתוב לנו בכל רגע.",
    },
    "utter_switchboard_resume_question": {
        "en": "Welcome back. Shall we go on with “{flow}”?",
        "fa": "خوش برگشتید. «{flow}» را ادامه بدهیم؟",
        "ar": "أهلًا بعودتكم. هل نتابع «{flow}»؟",
        "he": "טוב שחזרת. להמשיך עם ״{flow}״?",
    },
    "utter_switchboard_resume_interrupted": {
        "en": "Shall we go on with “{flow}”?",
        "fa": "«{flow}» را ادامه بدهیم؟",
        "ar": "هل نتابع «{flow}»؟",
        "he": "להמשיך עם ״{flow}״?",
    },
    "utter_switchboard_resume_continue": {"en": "Continue", "fa": "ادامه بدهیم", "ar": "متابعة", "he": "להמשיך"},
    "utter_switchboard_resume_start_over": {
        "en": "Start over",
        "fa": "از اول شروع کنیم",
        "ar": "البدء من جديد",
        "he": "להתחיל מחדש",
    },
    "utter_switchboard_restarted": {
        "en": "All right, from the start.",
        "fa": "باشد، از اول شروع می‌کنیم.",
        "ar": "حسنًا، نبدأ من جديد.",
        "he": "בסדר, מתחילים מחדש.",
    },
    "utter_switchboard_flows_changed": {
        "en": "Our menus have just changed, so we're back at the start. Sorry about that.",
        "fa": "منوهای ما همین الان تازه شد و به اول برگشتیم. از این بابت پوزش می‌خواهیم.",
        "ar": "تغيّرت قوائمنا للتو فعدنا إلى البداية. نعتذر عن ذلك.",
        "he": "התפריטים שלנו התעדכנו הרגע, ולכן חזרנו להתחלה. סליחה על כך.",
    },
    "utter_switchboard_cancelled": {
        "en": "All right, cancelled.",
        "fa": "باشد، لغو شد.",
        "ar": "حسنًا، تم الإلغاء.",
        "he": "בסדר, בוטל.",
    },
    "utter_switchboard_nothing_to_go_back": {
        "en": "There's nothing to go back to here.",
        "fa": "از اینجا نمی‌شود عقب‌تر رفت.",
        "ar": "لا يمكن الرجوع أكثر من هنا.",
        "he": "אין לאן לחזור מכאן.",
    },
    "utter_switchboard_nothing_to_cancel": {
        "en": "There's nothing to cancel.",
        "fa": "کاری برای لغو کردن نیست.",
        "ar": "لا يوجد ما يمكن إلغاؤه.",
        "he": "אין מה לבטל.",
    },
    "utter_switchboard_cannot_skip": {
        "en": "We need this one to go on.",
        "fa": "برای ادامه به این پاسخ نیاز داریم.",
        "ar": "نحتاج إلى هذه الإجابة للمتابعة.",
        "he": "צריך את התשובה הזאת כדי להמשיך.",
    },
    "utter_switchboard_help": {
        "en": "Tap a button or write its number. At any time: “back”, “menu”, “cancel”, “language” or “agent”.",
        "fa": "یک دکمه را بزنید یا شماره‌اش را بنویسید. هر وقت هم خواستید: «بازگشت»، «منو»، «لغو»، «زبان» یا «کارشناس».",
        "ar": "اضغطوا زرًا أو اكتبوا رقمه. ويمكن كتابة: «رجوع» أو «القائمة» أو «إلغاء» أو «اللغة» أو «موظف» في أي وقت.",
        "he": "אפשר ללחוץ על כפתור או לכתוב את המספר שלו. ובכל רגע: ״חזרה״, ״תפריט״, ״ביטול״, ״שפה״ או ״נציג״.",
    },
    # Surveys
    "utter_switchboard_survey_ask": {
        "en": "How did we do?",
        "fa": "از ما راضی بودید؟",
        "ar": "ما تقييمكم لخدمتنا؟",
        "he": "איך היינו?",
    },
    "utter_switchboard_survey_comment": {
        "en": "What should we have done better?",
        "fa": "چه کاری را باید بهتر انجام می‌دادیم؟",
        "ar": "ما الذي كان علينا أن نفعله بشكل أفضل؟",
        "he": "מה היינו צריכים לעשות טוב יותר?",
    },
    "utter_switchboard_survey_thanks": {
        "en": "Thank you for telling us!",
        "fa": "سپاس که نظرتان را گفتید!",
        "ar": "شكرًا على رأيكم!",
        "he": "תודה על המשוב!",
    },
    "utter_switchboard_survey_changed": {
        "en": "We've changed your rating. Thank you!",
        "fa": "امتیاز شما عوض شد. سپاس!",
        "ar": "تم تغيير تقييمكم. شكرًا!",
        "he": "הדירוג שלך עודכן. תודה!",
    },
    "utter_switchboard_survey_expired": {
        "en": "This survey has closed. Thank you all the same!",
        "fa": "مهلت این نظرسنجی تمام شده است. باز هم سپاس!",
        "ar": "انتهت مدة هذا الاستطلاع. شكرًا لكم على أي حال!",
        "he": "הסקר הזה כבר נסגר. תודה בכל זאת!",
    },
    # What the bot cannot take
    "utter_switchboard_group_not_supported": {
        "en": "I only work in private chats. Please write to me there.",
        "fa": "من فقط در گفت‌وگوی خصوصی کار می‌کنم. لطفاً آنجا به من پیام بدهید.",
        "ar": "أعمل في المحادثات الخاصة فقط. يُرجى مراسلتي هناك.",
        "he": "אני כאן רק לשיחות פרטיות. נא לכתוב לי שם.",
    },
    "utter_switchboard_media_not_supported": {
        "en": "I can't use that here. Please answer in words or with the buttons.",
        "fa": "این را اینجا نمی‌توانم به کار ببرم. لطفاً با نوشتن یا با دکمه‌ها پاسخ دهید.",
        "ar": "لا يمكنني استخدام هذا هنا. يُرجى الرد كتابةً أو بالأزرار.",
        "he": "אי אפשר להשתמש בזה כאן. נא לענות במילים או בכפתורים.",
    },
    "utter_switchboard_forget_ask": {
        "en": "Shall we delete everything we know about you? This can't be undone.",
        "fa": "همهٔ داده‌های شما را پاک کنیم؟ این کار برگشت ندارد.",
        "ar": "هل نحذف كل ما نعرفه عنكم؟ لا يمكن التراجع عن ذلك.",
        "he": "למחוק את כל המידע שלנו עליך? אי אפשר לבטל את זה אחר כך.",
    },
    "utter_switchboard_forget_done": {
        "en": "Goodbye. In a few minutes, everything we knew about you is deleted.",
        "fa": "خدانگهدار. تا چند دقیقهٔ دیگر هرچه از شما داشتیم پاک می‌شود.",
        "ar": "مع السلامة. خلال دقائق نحذف كل ما كان لدينا عنكم.",
        "he": "להתראות. בתוך כמה דקות נמחק את כל המידע שהיה לנו עליך.",
    },
    # The command list of a messenger
    "utter_switchboard_command_start": {"en": "Start", "fa": "شروع", "ar": "ابدأ", "he": "התחלה"},
    "utter_switchboard_command_menu": {
        "en": "Main menu",
        "fa": "منوی اصلی",
        "ar": "القائمة الرئيسية",
        "he": "תפריט ראשי",
    },
    "utter_switchboard_command_agent": {
        "en": "Talk to a person",
        "fa": "گفت‌وگو با کارشناس",
        "ar": "التحدث إلى موظف",
        "he": "שיחה עם נציג או נציגה",
    },
    "utter_switchboard_command_language": {
        "en": "Change language",
        "fa": "تغییر زبان",
        "ar": "تغيير اللغة",
        "he": "החלפת שפה",
    },
    "utter_switchboard_command_cancel": {"en": "Cancel", "fa": "انصراف", "ar": "إلغاء", "he": "ביטול"},
    "utter_switchboard_command_help": {"en": "Help", "fa": "راهنما", "ar": "مساعدة", "he": "עזרה"},
    "utter_switchboard_command_forget": {
        "en": "Delete my data",
        "fa": "پاک کردن داده‌های من",
        "ar": "حذف بياناتي",
        "he": "מחיקת המידע שלי",
    },
}
