"""The demo shop's order book: a table that stands for the shop's own system."""

from typing import NamedTuple

from bot.actions.demo.language import Texts


class Order(NamedTuple):
    """`total_dirhams` includes delivery; `placed` is an ISO 8601 date; `items` are keys of ITEMS."""

    state: str
    items: tuple[str, ...]
    total_dirhams: float
    placed: str


ORDERS: dict[str, Order] = {
    "10234": Order("shipped", ("floor_lamp",), 349.0, "2026-03-02"),
    "10235": Order("delivered", ("vase", "candles"), 164.5, "2026-02-24"),
    "10236": Order("packing", ("rug",), 720.0, "2026-03-04"),
    "10237": Order("received", ("desk_lamp", "bulbs"), 218.0, "2026-03-05"),
    "10238": Order("out_for_delivery", ("mirror",), 415.0, "2026-03-03"),
    "10239": Order("at_branch", ("cushions",), 135.0, "2026-02-27"),
    "10240": Order("delayed", ("pendant",), 560.0, "2026-02-18"),
    "10241": Order("cancelled", ("desk_lamp",), 189.0, "2026-02-20"),
    "10242": Order("returned", ("candles",), 74.5, "2026-02-11"),
    "10243": Order("delivered", ("pendant", "bulbs"), 618.0, "2026-02-16"),
    "10244": Order("delayed", ("rug", "cushions"), 840.0, "2026-02-21"),
    "10245": Order("shipped", ("vase",), 105.0, "2026-03-03"),
    "10246": Order("delivered", ("floor_lamp", "mirror"), 749.0, "2026-02-09"),
}

RETURNABLE = {"delivered"}

ITEMS: dict[str, Texts] = {
    "floor_lamp": {
        "en": "Floor lamp “Sahar”",
        "fa": "آباژور ایستادهٔ سحر",
        "ar": "مصباح أرضي «سحر»",
        "he": "מנורת רצפה ״סהר״",
    },
    "desk_lamp": {
        "en": "Desk lamp “Nima”",
        "fa": "چراغ مطالعهٔ نیما",
        "ar": "مصباح مكتب «نيما»",
        "he": "מנורת שולחן ״נימה״",
    },
    "pendant": {"en": "Brass pendant light", "fa": "لوستر برنجی", "ar": "ثريا نحاسية", "he": "מנורת תלייה מפליז"},
    "bulbs": {
        "en": "LED bulbs, pack of 4",
        "fa": "لامپ ال‌ئی‌دی، بستهٔ ۴تایی",
        "ar": "مصابيح LED، عبوة من 4",
        "he": "נורות LED, מארז של 4",
    },
    "vase": {"en": "Glass vase", "fa": "گلدان شیشه‌ای", "ar": "مزهرية زجاجية", "he": "אגרטל זכוכית"},
    "candles": {
        "en": "Scented candles, set of 3",
        "fa": "شمع معطر، بستهٔ ۳تایی",
        "ar": "شموع معطرة، 3 قطع",
        "he": "נרות ריחניים, סט של 3",
    },
    "rug": {
        "en": "Wool rug 160 × 230",
        "fa": "قالیچهٔ پشمی ۱۶۰ در ۲۳۰",
        "ar": "سجادة صوف 160 × 230",
        "he": "שטיח צמר 160 × 230",
    },
    "mirror": {"en": "Round mirror", "fa": "آینهٔ گرد", "ar": "مرآة مستديرة", "he": "מראה עגולה"},
    "cushions": {
        "en": "Linen cushions, pair",
        "fa": "کوسن کتان، یک جفت",
        "ar": "وسادتان من الكتان",
        "he": "זוג כריות פשתן",
    },
}

STATUSES: dict[str, Texts] = {
    "received": {"en": "received", "fa": "ثبت شده", "ar": "تم استلام الطلب", "he": "התקבלה"},
    "packing": {"en": "being packed", "fa": "در حال بسته‌بندی", "ar": "قيد التغليف", "he": "באריזה"},
    "shipped": {"en": "on its way", "fa": "در راه", "ar": "في الطريق", "he": "בדרך"},
    "out_for_delivery": {"en": "with the courier", "fa": "همراه پیک", "ar": "مع المندوب", "he": "אצל השליח"},
    "at_branch": {
        "en": "waiting at the branch",
        "fa": "آمادهٔ تحویل در شعبه",
        "ar": "جاهز للاستلام من الفرع",
        "he": "מחכה בסניף",
    },
    "delivered": {"en": "delivered", "fa": "تحویل داده شده", "ar": "تم التسليم", "he": "נמסרה"},
    "delayed": {"en": "delayed", "fa": "با تأخیر", "ar": "متأخر", "he": "מתעכבת"},
    "cancelled": {"en": "cancelled", "fa": "لغو شده", "ar": "ملغى", "he": "בוטלה"},
    "returned": {"en": "returned", "fa": "برگردانده شده", "ar": "مُرجَع", "he": "הוחזרה"},
}

DETAILS: dict[str, Texts] = {
    "received": {
        "en": "We pack it within one working day.",
        "fa": "تا یک روز کاری دیگر بسته‌بندی می‌شود.",
        "ar": "نغلّفه خلال يوم عمل واحد.",
        "he": "נארוז אותה תוך יום עבודה אחד.",
    },
    "packing": {
        "en": "It leaves our warehouse tomorrow morning.",
        "fa": "فردا صبح از انبار راهی می‌شود.",
        "ar": "يغادر مستودعنا صباح الغد.",
        "he": "היא יוצאת מהמחסן מחר בבוקר.",
    },
    "shipped": {
        "en": "It arrives within two working days; the courier calls before coming.",
        "fa": "تا دو روز کاری دیگر می‌رسد؛ پیک پیش از آمدن تماس می‌گیرد.",
        "ar": "يصلكم خلال يومي عمل، ويتصل بكم المندوب قبل الوصول.",
        "he": "היא תגיע תוך יומיים; השליח יתקשר לפני ההגעה.",
    },
    "out_for_delivery": {
        "en": "It arrives today before 20:00.",
        "fa": "امروز پیش از ساعت ۲۰ می‌رسد.",
        "ar": "يصلكم اليوم قبل الساعة 20:00.",
        "he": "היא תגיע היום עד 20:00.",
    },
    "at_branch": {
        "en": "Pick it up at the branch you chose within seven days; please bring an identity card.",
        "fa": "تا هفت روز می‌توانید آن را از شعبه‌ای که انتخاب کردید بگیرید؛ لطفاً کارت شناسایی همراه داشته باشید.",
        "ar": "يمكن استلامه من الفرع الذي اخترتموه خلال سبعة أيام، يُرجى إحضار الهوية.",
        "he": "אפשר לאסוף אותה מהסניף שנבחר תוך שבעה ימים; נא להביא תעודה מזהה.",
    },
    "delivered": {
        "en": "We hope you like it. You can return it within 30 days.",
        "fa": "امیدواریم پسندیده باشید. تا ۳۰ روز فرصت مرجوع کردن دارید.",
        "ar": "نأمل أن ينال إعجابكم. يمكن إرجاعه خلال 30 يومًا.",
        "he": "מקווים שאהבתם. אפשר להחזיר תוך 30 יום.",
    },
    "delayed": {
        "en": "Our supplier is late, and we're sorry. We expect it within a week.",
        "fa": "تأمین‌کننده دیر کرده و از این بابت پوزش می‌خواهیم. تا یک هفتهٔ دیگر می‌رسد.",
        "ar": "نعتذر، تأخر المورّد. نتوقع وصوله خلال أسبوع.",
        "he": "הספק שלנו מאחר, ואנחנו מתנצלים. אנחנו מצפים לה תוך שבוע.",
    },
    "cancelled": {
        "en": "Nothing was charged, or the money is already on its way back to you.",
        "fa": "پولی برداشته نشده یا در حال بازگشت به حساب شماست.",
        "ar": "لم يُخصم أي مبلغ، أو أن المبلغ في طريقه إليكم.",
        "he": "לא בוצע חיוב, או שהכסף כבר בדרך חזרה אליך.",
    },
    "returned": {
        "en": "We have it back, and the refund is paid.",
        "fa": "کالا به ما رسید و پول شما برگشت داده شد.",
        "ar": "وصلنا المنتج وتم رد المبلغ.",
        "he": "המוצר חזר אלינו והזיכוי שולם.",
    },
}
