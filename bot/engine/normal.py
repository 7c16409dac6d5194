"""One spelling for what people type in many: what is compared is normal, what is stored and shown is the original."""

import re
import unicodedata

_INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad"  # zero-width characters, byte order mark, soft hyphen
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # bidi marks, embeddings and isolates
)
_DROPPED = (
    _INVISIBLE
    + "\ufe0e\ufe0f\u20e3"  # how an emoji is drawn, and the keycap around a digit
    + "\u0640"  # tatweel
    + "".join(map(chr, range(0x064B, 0x0656)))  # Arabic vowel signs; few type them, all may copy them
    + "\u0670"
    + "".join(map(chr, range(0x0591, 0x05BE)))  # Hebrew points, likewise
    + "\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
)
_SAME = {
    "ي": "ی", "ى": "ی",  # Arabic keyboards and Persian ones differ; a final yeh has its dots or not
    "ك": "ک",
    "ة": "ه", "ۀ": "ه", "ە": "ه",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا",  # hamza and madda are mostly left out in haste
    "ؤ": "و",
    "״": '"', "׳": "'", "’": "'", "‘": "'", "“": '"', "”": '"',
    "🔟": "10",
}  # fmt: skip
_TABLE = str.maketrans({**dict.fromkeys(_DROPPED), **_SAME})
_NO_MARKS = str.maketrans(dict.fromkeys(_INVISIBLE))
_KEYCAP = re.compile("(?<=[0-9])\ufe0f?\u20e3")
_DIGIT = re.compile(r"\d")


def normalise(text: str) -> str:
    """The form in which texts are matched; normalising it again changes nothing.

    NFKC; digits of every script and keycaps to ASCII; no zero-width characters, bidi marks, tatweel, Arabic vowel signs
    or Hebrew points; Arabic and Persian yeh, kaf, heh and alef each one letter; case folded; one space for any white
    space, none around; no `.` `)` `-` at the end.
    """
    if text.isascii():
        folded = text.lower()
    else:
        # Twice, because dropping and folding make letters and accents meet that NFKC then joins.
        folded = _fold(_fold(text))
    return " ".join(folded.split()).rstrip(" .)-")


def _fold(text: str) -> str:
    return ascii_digits(unicodedata.normalize("NFKC", text).translate(_TABLE).casefold())


def ascii_digits(text: str) -> str:
    """The same text with every Unicode decimal digit and keycap emoji as an ASCII digit."""
    if text.isascii():
        return text
    return _KEYCAP.sub("", _DIGIT.sub(lambda digit: str(int(digit.group())), text)).replace("🔟", "10")


def visible(text: str) -> str:
    """The same text without zero-width characters and bidi marks, trimmed."""
    return text.strip() if text.isascii() else text.translate(_NO_MARKS).strip()
