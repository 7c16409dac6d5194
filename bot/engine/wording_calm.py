"""What the engine itself says where CALM's files leave the words to CALM."""

CALM_WORDING: dict[str, dict[str, str]] = {
    "utter_switchboard_start_greeting": {
        "en": "Hello! Good to have you here.",
        "fa": "سلام! خوش آمدید.",
        "ar": "أهلًا وسهلًا بكم!",
        "he": "שלום, טוב שבאת!",
    },
    "utter_switchboard_start_menu": {
        "en": "What would you like to do?",
        "fa": "چه کاری می‌خواهید انجام بدهید؟",
        "ar": "ماذا تودون أن تفعلوا؟",
        "he": "מה תרצו לעשות?",
    },
    "utter_switchboard_ask_slot": {
        "en": "Please tell us: {slot}.",
        "fa": "لطفاً بنویسید: {slot}.",
        "ar": "يُرجى كتابة: {slot}.",
        "he": "נא לכתוב: {slot}.",
    },
    "utter_switchboard_listening": {
        "en": "Please go on.",
        "fa": "بفرمایید.",
        "ar": "تفضلوا بالمتابعة.",
        "he": "אפשר להמשיך.",
    },
    "utter_switchboard_paused": {
        "en": "We are pausing here. To go on write “menu”, or “agent” to talk to a person.",
        "fa": "گفت‌وگو فعلاً متوقف است. برای ادامه «منو» و برای گفت‌وگو با همکاران ما «کارشناس» را بنویسید.",
        "ar": "المحادثة متوقفة مؤقتًا. للمتابعة اكتبوا «القائمة»، أو «موظف» للتحدث إلى أحد الزملاء.",
        "he": "השיחה בהשהיה. כדי להמשיך אפשר לכתוב ״תפריט״, או ״נציג״ כדי לדבר עם נציג או נציגה.",
    },
    "utter_switchboard_anything_else": {
        "en": "Is there anything else we can do for you?",
        "fa": "کار دیگری هم هست که برایتان انجام بدهیم؟",
        "ar": "هل من شيء آخر نساعدكم به؟",
        "he": "אפשר לעזור בעוד משהו?",
    },
    "utter_switchboard_closing_words": {
        "en": "All right. We are here whenever you need us.",
        "fa": "بسیار خوب. هر وقت لازم بود، ما اینجا هستیم.",
        "ar": "حسنًا. نحن هنا متى احتجتم إلينا.",
        "he": "בסדר גמור. אנחנו כאן בכל עת.",
    },
    "utter_switchboard_continue_with": {
        "en": "Shall we go on with “{context.interrupted_flow_options}”?",
        "fa": "«{context.interrupted_flow_options}» را ادامه بدهیم؟",
        "ar": "هل نتابع «{context.interrupted_flow_options}»؟",
        "he": "להמשיך עם ״{context.interrupted_flow_options}״?",
    },
    "utter_switchboard_going_on": {
        "en": "Back to “{context.previous_flow_name}”.",
        "fa": "برگردیم به «{context.previous_flow_name}».",
        "ar": "نعود إلى «{context.previous_flow_name}».",
        "he": "חוזרים אל ״{context.previous_flow_name}״.",
    },
    "utter_switchboard_none_of_them": {
        "en": "None of them",
        "fa": "هیچ‌کدام",
        "ar": "لا شيء منها",
        "he": "אף אחד מהם",
    },
    "utter_switchboard_corrected": {
        "en": "All right, we have changed that: {context.new_slot_values}.",
        "fa": "بسیار خوب، تغییر دادیم: {context.new_slot_values}.",
        "ar": "حسنًا، غيّرنا ذلك: {context.new_slot_values}.",
        "he": "בסדר, שינינו את זה: {context.new_slot_values}.",
    },
    "utter_switchboard_not_corrected": {
        "en": "All right, it stays as it was.",
        "fa": "بسیار خوب، همان‌طور که بود می‌ماند.",
        "ar": "حسنًا، يبقى كما كان.",
        "he": "בסדר, זה נשאר כפי שהיה.",
    },
    "utter_switchboard_correct_it": {
        "en": "Shall we change it to: {context.new_slot_values}?",
        "fa": "به این تغییرش بدهیم: {context.new_slot_values}؟",
        "ar": "هل نغيّره إلى: {context.new_slot_values}؟",
        "he": "לשנות את זה ל: {context.new_slot_values}?",
    },
}
