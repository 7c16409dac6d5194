// What the page itself says. What the bot says comes from the flows.

const WORDS = {
  en: {
    write: "Write a message…", writePhone: "Your phone number", send: "Send", attach: "Attach a file",
    locate: "Share my location", close: "Close the chat", log: "Conversation", you: "You", bot: "Assistant",
    agent: "Our team", withAgent: (name) => `You are talking to ${name}`, queued: "Waiting for a person",
    reconnecting: "Reconnecting…", sending: "Sending…", edited: "edited", typing: "Looking it up…",
    tooLarge: (size) => `This file is too large. Up to ${size} fit.`, emptyFile: "This file is empty.",
    notSent: "That could not be sent.", noPlace: "Your location could not be read. You can type an address instead.",
    today: "Today", yesterday: "Yesterday", place: "Location on the map", newer: "To the newest message",
    ended: "This conversation has ended.", again: "Start again", file: "File", image: "Picture",
    telegram: "Continue in Telegram",
    tooMuch: "Too much has come from your network. It goes on in a moment.",
  },
  fa: {
    write: "پیام خود را بنویسید…", writePhone: "شماره تلفن شما", send: "فرستادن", attach: "پیوست فایل",
    locate: "فرستادن موقعیت من", close: "بستن گفت‌وگو", log: "گفت‌وگو", you: "شما", bot: "دستیار",
    agent: "همکار ما", withAgent: (name) => `با ${name} گفت‌وگو می‌کنید`, queued: "در انتظار همکاران ما",
    reconnecting: "در حال اتصال دوباره…", sending: "در حال فرستادن…", edited: "ویرایش‌شده", typing: "در حال بررسی…",
    tooLarge: (size) => `حجم این فایل زیاد است؛ حداکثر ${size}.`, emptyFile: "این فایل خالی است.",
    notSent: "فرستاده نشد.", noPlace: "موقعیت شما خوانده نشد. می‌توانید نشانی را بنویسید.",
    today: "امروز", yesterday: "دیروز", place: "موقعیت روی نقشه", newer: "به تازه‌ترین پیام",
    ended: "این گفت‌وگو به پایان رسید.", again: "شروع دوباره", file: "فایل", image: "تصویر",
    telegram: "ادامه در تلگرام",
    tooMuch: "از شبکهٔ شما درخواست‌های زیادی رسیده است؛ کمی بعد ادامه می‌یابد.",
  },
  ar: {
    write: "اكتبوا رسالتكم…", writePhone: "رقم هاتفكم", send: "إرسال", attach: "إرفاق ملف",
    locate: "مشاركة موقعي", close: "إغلاق المحادثة", log: "المحادثة", you: "أنتم", bot: "المساعد",
    agent: "فريقنا", withAgent: (name) => `تتحدثون الآن مع ${name}`, queued: "في انتظار أحد الزملاء",
    reconnecting: "جارٍ إعادة الاتصال…", sending: "جارٍ الإرسال…", edited: "معدّلة", typing: "جارٍ البحث…",
    tooLarge: (size) => `حجم الملف كبير جدًا، الحد الأقصى ${size}.`, emptyFile: "هذا الملف فارغ.",
    notSent: "تعذّر الإرسال.", noPlace: "تعذّرت قراءة موقعكم. يمكنكم كتابة العنوان.",
    today: "اليوم", yesterday: "أمس", place: "الموقع على الخريطة", newer: "إلى أحدث رسالة",
    ended: "انتهت هذه المحادثة.", again: "البدء من جديد", file: "ملف", image: "صورة",
    telegram: "المتابعة في تيليغرام",
    tooMuch: "وصلت طلبات كثيرة من شبكتكم، وسيُستأنف الإرسال بعد قليل.",
  },
  he: {
    write: "כתיבת הודעה…", writePhone: "מספר הטלפון שלך", send: "שליחה", attach: "צירוף קובץ",
    locate: "שיתוף המיקום שלי", close: "סגירת הצ׳אט", log: "השיחה", you: "ההודעה שלך", bot: "העוזר",
    agent: "הצוות שלנו", withAgent: (name) => `בשיחה עם ${name}`, queued: "ממתינים לנציג או לנציגה",
    reconnecting: "מתחברים מחדש…", sending: "נשלח…", edited: "נערך", typing: "רגע, בודקים…",
    tooLarge: (size) => `הקובץ גדול מדי, אפשר עד ${size}.`, emptyFile: "הקובץ ריק.",
    notSent: "השליחה לא הצליחה.", noPlace: "לא הצלחנו לקרוא את המיקום. אפשר לכתוב כתובת.",
    today: "היום", yesterday: "אתמול", place: "מיקום על המפה", newer: "להודעה האחרונה",
    ended: "השיחה הסתיימה.", again: "להתחיל מחדש", file: "קובץ", image: "תמונה",
    telegram: "להמשיך בטלגרם",
    tooMuch: "הגיעו יותר מדי בקשות מהרשת שלך. השליחה תימשך בעוד רגע.",
  },
};
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "ckb", "sd", "ug", "yi", "dv"]);

const primary = (language) => (language || "en").toLowerCase().split(/[-_]/)[0];

export const wordsOf = (language) => WORDS[primary(language)] ?? WORDS.en;
export const directionOf = (language) => (RIGHT_TO_LEFT.has(primary(language)) ? "rtl" : "ltr");

// Times, days and sizes in the language's own calendar and digits.
export class Formats {
  constructor(language) {
    this.words = wordsOf(language);
    const locale = supported(language);
    this.time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.date = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
    // A Latin "kB" would stand on the wrong side of its number in a line that runs from right to left.
    const unit = { style: "unit", unitDisplay: directionOf(language) === "rtl" ? "long" : "short" };
    this.megabytes = new Intl.NumberFormat(locale, { ...unit, unit: "megabyte", maximumFractionDigits: 1 });
    this.kilobytes = new Intl.NumberFormat(locale, { ...unit, unit: "kilobyte", maximumFractionDigits: 0 });
  }

  clock(at) {
    return this.time.format(at);
  }

  day(at) {
    const yesterday = new Date();
    yesterday.setDate(yesterday.getDate() - 1);
    if (dayOf(at) === dayOf(Date.now())) return this.words.today;
    return dayOf(at) === dayOf(yesterday) ? this.words.yesterday : this.date.format(at);
  }

  size(bytes) {
    const kilobytes = bytes / 1024;
    return kilobytes < 1000 ? this.kilobytes.format(Math.max(1, kilobytes)) : this.megabytes.format(kilobytes / 1024);
  }
}

export const dayOf = (at) => new Date(at).toDateString();

function supported(language) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    return "en";
  }
}
