"""Yes and no, in the languages that flows are written in. Customers type them; so do the buttons of CALM's projects."""

import re

from bot.engine.normal import normalise

_PAUSES = re.compile(r"[!¡؟?¿،,，.。]")


def _words(*listed: str) -> frozenset[str]:
    return frozenset(_plain(word) for line in listed for word in line.split("|"))


def _plain(text: str) -> str:
    return " ".join(_PAUSES.sub(" ", normalise(text)).split())


YES = _words(
    "yes|y|yeah|yep|yup|sure|of course|certainly|yes please|true|ok|okay|1",
    "بله|بلی|آره|اره|آری|باشه|حتما|البته|بله لطفا|ہاں|جی ہاں|جی",
    "بلى|نعم|أيوه|ايوا|أجل|صح|طبعا|أكيد|حسنا|تمام|نعم من فضلك",
    "כן|נכון|בטח|בוודאי|ברור|בסדר|אוקיי|כן בבקשה",
    "sí|si|claro|claro que sí|sí por favor|sim|sim por favor|oui|bien sûr|oui merci|sì|certo|da|ja|ja bitte|jawohl",
    "já|igen|kyllä|joo|jah|jā|taip|tak|ano|áno|да|конечно|так|ναι|evet|bəli|ya|iya|betul|benar|có|vâng|dạ|đúng|ใช่",
    "ndiyo|oo|opo|हाँ|हां|जी हाँ|হ্যাঁ|ஆம்|అవును|是|是的|对|對|好|好的|はい|네|예",
)
NO = _words(
    "no|n|nope|nah|no thanks|no thank you|false|0",
    "نه|خیر|نخیر|نه ممنون|نه مرسی|نہیں|جی نہیں|لا|كلا|لا شكرا|לא|לא תודה|ממש לא",
    "no gracias|não|nao|não obrigado|não obrigada|non|non merci|no grazie|nu|nein|nein danke|nee|nei|nej|nem|ei|nē",
    "ne|nie|не|нет|ні|όχι|hayır|hayir|xeyr|tidak|bukan|không|ไม่|ไม่ใช่|hapana",
    "नहीं|जी नहीं|না|இல்லை|కాదు|不|不是|不要|否|いいえ|아니요|아니오|아니",
)


def yes_or_no(text: str) -> bool | None:
    """What the text says, if it says nothing else."""
    words = _plain(text)
    return words in YES if words in YES or words in NO else None
