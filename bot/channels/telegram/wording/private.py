"""What agents read in their private chats with the bot."""

PRIVATE_WORDS: dict[str, dict[str, str]] = {
    # Offers
    "private_offer": {
        "en": "{customer} asks for a person",
        "fa": "{customer} می‌خواهد با کارشناس حرف بزند",
        "ar": "{customer} يطلب التحدث إلى موظف",
        "he": "{customer} רוצה לדבר עם נציג",
    },
    "private_offer_seconds": {
        "en": "Please answer within {seconds} seconds; then somebody else is asked.",
        "fa": "لطفاً تا {seconds} ثانیهٔ دیگر پاسخ دهید؛ بعد از آن از دیگری پرسیده می‌شود.",
        "ar": "يُرجى الرد خلال {seconds} ثانية، وبعدها يُسأل موظف آخر.",
        "he": "נא לענות תוך {seconds} שניות; אחר כך נפנה לנציג אחר.",
    },
    "private_offer_open": {
        "en": "Whoever takes it first has it.",
        "fa": "هر کس زودتر بردارد، با اوست.",
        "ar": "من يستلم أولًا يتولّى المحادثة.",
        "he": "מי שלוקח ראשון, זה אצלו.",
    },
    "private_offer_accepted": {"en": "It's yours.", "fa": "با شماست.", "ar": "أصبح لديكم.", "he": "זה אצלך."},
    "private_offer_declined": {
        "en": "You declined.",
        "fa": "نپذیرفتید.",
        "ar": "رفضتم العرض.",
        "he": "דחית את הפנייה.",
    },
    "private_offer_lapsed": {
        "en": "The time is over: somebody else is asked.",
        "fa": "وقت تمام شد: از دیگری پرسیده می‌شود.",
        "ar": "انتهى الوقت، وسيُسأل موظف آخر.",
        "he": "הזמן עבר: פונים לנציג אחר.",
    },
    "private_offer_withdrawn": {
        "en": "Nobody has to answer any more.",
        "fa": "دیگر نیازی به پاسخ نیست.",
        "ar": "لم تعد هناك حاجة إلى الرد.",
        "he": "כבר אין צורך לענות.",
    },
    "private_offer_taken": {
        "en": "{agent} was faster and has it.",
        "fa": "{agent} زودتر برداشت.",
        "ar": "سبقكم {agent} واستلمه.",
        "he": "{agent} היה מהיר יותר, וזה אצלו.",
    },
    # To whom words go
    "private_faced": {
        "en": "✍️ What you write here goes to {customer}.",
        "fa": "✍️ آنچه اینجا می‌نویسید به {customer} می‌رسد.",
        "ar": "✍️ ما تكتبونه هنا يصل إلى {customer}.",
        "he": "✍️ מה שנכתב כאן מגיע אל {customer}.",
    },
    "private_not_faced": {
        "en": "What you write does not go to {customer} yet: tap the button with ✍️ first, or reply to one of "
        "their messages.",
        "fa": "آنچه می‌نویسید هنوز به {customer} نمی‌رسد: اول دکمهٔ ✍️ را بزنید یا به یکی از پیام‌هایش پاسخ دهید.",
        "ar": "ما تكتبونه لا يصل إلى {customer} بعد: اضغطوا أولًا الزر ذا العلامة ✍️ أو ردّوا على إحدى رسائله.",
        "he": "מה שנכתב כאן עוד לא מגיע אל {customer}: קודם ללחוץ על הכפתור עם ✍️, או להשיב לאחת ההודעות שלו.",
    },
    "private_facing": {
        "en": "✍️ What you write now goes to {customer}.",
        "fa": "✍️ از حالا آنچه می‌نویسید به {customer} می‌رسد.",
        "ar": "✍️ من الآن يصل ما تكتبونه إلى {customer}.",
        "he": "✍️ מעכשיו מה שנכתב מגיע אל {customer}.",
    },
    "private_to_whom": {
        "en": "Not sent yet. To whom?",
        "fa": "هنوز فرستاده نشده. برای چه کسی؟",
        "ar": "لم تُرسل بعد. إلى من؟",
        "he": "עוד לא נשלח. למי?",
    },
    "private_sent_to": {
        "en": "✍️ Sent to {customer}. What you write now goes there, too.",
        "fa": "✍️ برای {customer} فرستاده شد. آنچه از حالا می‌نویسید هم به او می‌رسد.",
        "ar": "✍️ أُرسلت إلى {customer}. وما تكتبونه من الآن يصل إليه أيضًا.",
        "he": "✍️ נשלח אל {customer}. גם מה שנכתב מעכשיו מגיע לשם.",
    },
    "private_held_gone": {
        "en": "That message was sent already, or has waited too long: please write it again.",
        "fa": "آن پیام پیش‌تر فرستاده شده یا زیادی منتظر مانده است: لطفاً دوباره بنویسید.",
        "ar": "أُرسلت تلك الرسالة من قبل أو طال انتظارها: يُرجى كتابتها من جديد.",
        "he": "ההודעה כבר נשלחה, או חיכתה יותר מדי זמן: נא לכתוב אותה שוב.",
    },
    "private_switched_since": {
        "en": "You have chosen somebody else since.",
        "fa": "از آن زمان کس دیگری را انتخاب کرده‌اید.",
        "ar": "اخترتم عميلًا آخر بعد ذلك.",
        "he": "מאז נבחר לקוח אחר.",
    },
    "private_over": {
        "en": "Not sent: the conversation with {customer} is over.",
        "fa": "فرستاده نشد: گفت‌وگو با {customer} تمام شده است.",
        "ar": "لم تُرسل: انتهت المحادثة مع {customer}.",
        "he": "לא נשלח: השיחה עם {customer} הסתיימה.",
    },
    "private_theirs": {
        "en": "Not sent: {agent} has {customer} now.",
        "fa": "فرستاده نشد: {customer} حالا با {agent} است.",
        "ar": "لم تُرسل: {customer} الآن لدى {agent}.",
        "he": "לא נשלח: {customer} עכשיו אצל {agent}.",
    },
    "private_untaken": {
        "en": "Not sent: {customer} is waiting in the queue. Take them first.",
        "fa": "فرستاده نشد: {customer} در صف منتظر است. اول او را بردارید.",
        "ar": "لم تُرسل: {customer} في انتظار الرد في الطابور. استلموه أولًا.",
        "he": "לא נשלח: {customer} ממתין בתור. קודם צריך לקחת אותו.",
    },
    "private_nobody": {
        "en": "Not sent: you have no customer now. /queue shows who is waiting, /desk off makes this an ordinary chat "
        "with the bot again.",
        "fa": "فرستاده نشد: الان مشتری ندارید. ‎/queue نشان می‌دهد چه کسی منتظر است و ‎/desk off این‌جا را دوباره "
        "گفت‌وگوی عادی با ربات می‌کند.",
        "ar": "لم تُرسل: ليس لديكم عميل الآن. يعرض ‎/queue من ينتظر، ويعيد ‎/desk off هذه المحادثة محادثةً عادية مع البوت.",
        "he": "לא נשלח: אין אצלך לקוח כרגע. ‎/queue מראה מי ממתין, ו־‎/desk off מחזיר את הצ'אט הזה לשיחה רגילה עם הבוט.",
    },
    "private_unsent": {
        "en": "Nothing was changed: that message has reached no customer.",
        "fa": "چیزی تغییر نکرد: آن پیام به دست هیچ مشتری نرسیده بود.",
        "ar": "لم يتغير شيء: تلك الرسالة لم تصل إلى أي عميل.",
        "he": "שום דבר לא השתנה: ההודעה הזאת לא הגיעה לאף לקוח.",
    },
    "private_no_answer": {
        "en": "You wrote nothing to a customer whom you had taken, so you count as away. /back when you are here.",
        "fa": "به مشتری‌ای که برداشته بودید چیزی ننوشتید و غایب به شمار می‌آیید. وقتی برگشتید: ‎/back",
        "ar": "لم تكتبوا شيئًا لعميل استلمتموه، لذا تُعدّون غير متاحين. عند العودة: ‎/back",
        "he": "לא נכתב דבר ללקוח שלקחת, ולכן רשמנו שיצאת. כשחוזרים: ‎/back",
    },
    "private_missed": {
        "en": "You did not answer several offers, so you count as away. /back when you are here.",
        "fa": "به چند پیشنهاد پاسخ ندادید و غایب به شمار می‌آیید. وقتی برگشتید: ‎/back",
        "ar": "لم تردّوا على عدة عروض، لذا تُعدّون غير متاحين. عند العودة: ‎/back",
        "he": "לא ענית לכמה פניות, ולכן רשמנו שיצאת. כשחוזרים: ‎/back",
    },
    "private_waiting": {
        "en": "These customers are waiting. Whom do you take?",
        "fa": "این مشتریان منتظرند. کدام را برمی‌دارید؟",
        "ar": "هؤلاء العملاء ينتظرون. من تستلمون؟",
        "he": "הלקוחות האלה ממתינים. את מי לקחת?",
    },
    "private_open": {
        "en": "To whom do you write?",
        "fa": "برای چه کسی می‌نویسید؟",
        "ar": "إلى من تكتبون؟",
        "he": "למי לכתוב?",
    },
    "private_for_whom": {
        "en": "Not done: for which customer? Choose one with /switch, or reply to one of their messages.",
        "fa": "انجام نشد: برای کدام مشتری؟ با ‎/switch انتخاب کنید یا به یکی از پیام‌هایش پاسخ دهید.",
        "ar": "لم يُنفَّذ: لأي عميل؟ اختاروا بالأمر ‎/switch أو ردّوا على إحدى رسائله.",
        "he": "לא בוצע: לאיזה לקוח? אפשר לבחור עם ‎/switch, או להשיב לאחת ההודעות שלו.",
    },
    "private_no_such": {
        "en": "You have no customer #{number}.",
        "fa": "مشتری #{number} ندارید.",
        "ar": "ليس لديكم عميل برقم #{number}.",
        "he": "אין אצלך לקוח #{number}.",
    },
    # The desk in this chat
    "private_on": {
        "en": "This chat is your desk now: customers who need a person come here. /help shows what you can do, "
        "/desk off makes it an ordinary chat with the bot again.",
        "fa": "این گفت‌وگو حالا میز کار شماست: مشتریانی که کارشناس می‌خواهند به اینجا می‌آیند. ‎/help نشان می‌دهد چه "
        "می‌توانید بکنید و ‎/desk off آن را دوباره گفت‌وگوی عادی با ربات می‌کند.",
        "ar": "أصبحت هذه المحادثة مكتبكم: يصل إليها العملاء الذين يطلبون موظفًا. يعرض ‎/help ما يمكنكم فعله، ويعيدها "
        "‎/desk off محادثةً عادية مع البوت.",
        "he": "הצ'אט הזה הוא עכשיו הדלפק שלך: לקוחות שצריכים נציג מגיעים לכאן. ‎/help מראה מה אפשר לעשות, "
        "ו־‎/desk off מחזיר אותו לשיחה רגילה עם הבוט.",
    },
    "private_off": {
        "en": "This is an ordinary chat with the bot again. /desk makes it your desk.",
        "fa": "این دوباره یک گفت‌وگوی عادی با ربات است. ‎/desk آن را میز کار شما می‌کند.",
        "ar": "عادت هذه محادثةً عادية مع البوت. يجعلها ‎/desk مكتبكم.",
        "he": "זו שוב שיחה רגילה עם הבוט. ‎/desk הופך אותה לדלפק שלך.",
    },
    "private_not_off": {
        "en": "Not yet: close, release or transfer your customers first ({customers}).",
        "fa": "هنوز نه: اول مشتریان خود را ببندید، رها کنید یا بسپارید ({customers}).",
        "ar": "ليس بعد: أغلقوا محادثات عملائكم أو أعيدوها أو حوّلوها أولًا ({customers}).",
        "he": "עוד לא: קודם לסגור, לשחרר או להעביר את הלקוחות שלך ({customers}).",
    },
    "private_is_desk": {
        "en": "This chat is your desk. /desk off makes it an ordinary chat with the bot.",
        "fa": "این گفت‌وگو میز کار شماست. ‎/desk off آن را گفت‌وگوی عادی با ربات می‌کند.",
        "ar": "هذه المحادثة مكتبكم. يجعلها ‎/desk off محادثةً عادية مع البوت.",
        "he": "הצ'אט הזה הוא הדלפק שלך. ‎/desk off הופך אותו לשיחה רגילה עם הבוט.",
    },
    "command_desk": {
        "en": "This chat as your desk: on or off",
        "fa": "این گفت‌وگو میز کار باشد یا نه: on، off",
        "ar": "هذه المحادثة مكتبًا لكم: on أو off",
        "he": "הצ'אט הזה כדלפק: on או off",
    },
    "command_switch": {
        "en": "To whom you write",
        "fa": "برای چه کسی می‌نویسید",
        "ar": "إلى من تكتبون",
        "he": "למי לכתוב",
    },
}
