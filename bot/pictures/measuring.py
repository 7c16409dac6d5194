"""How wide text comes out, nearly: a picture is made without knowing the fonts of who will look at it."""

import unicodedata

# Ems, as in the widest of the usual fonts: a line may be shorter than it was thought to be, never longer.
NARROW, WIDE = set("iljtfrI.,:;'|!()[]·• \u200c"), set("mwMW@%—…")
NARROW_EM, USUAL_EM, CAPITAL_EM, WIDE_EM, ARABIC_EM, SQUARE_EM = 0.38, 0.62, 0.72, 0.98, 0.56, 1.05
MARK = "…"
ISOLATE, ISOLATED = "\u2068", "\u2069"  # around what has a direction of its own


def width_of(text: str, size: float) -> float:
    """The width in pixels of a line of this size."""
    return sum(map(_ems, text)) * size


def _ems(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Cf"):
        return 0.0
    if letter in NARROW:
        return NARROW_EM
    if letter in WIDE:
        return WIDE_EM
    if "\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufefc":
        return ARABIC_EM
    if unicodedata.east_asian_width(letter) in "WF" or letter > "\u2fff":
        return SQUARE_EM
    return CAPITAL_EM if letter.isupper() else USUAL_EM


def wrapped(text: str, size: float, width: float, most: int) -> tuple[str, ...]:
    """The text in lines that fit into the width, at most so many; what is cut off shows as an ellipsis."""
    lines: list[str] = []
    for paragraph in filter(None, map(str.strip, text.splitlines())):
        lines.extend(_isolated_anew(_lines(paragraph, size, width)))
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    if width_of(last, size) < width / 2:  # a long word is better cut than left out
        last = f"{last} {lines[most]}"
    while last and width_of(last + MARK, size) > width:
        last = last[:-1]
    return (*lines[: most - 1], *_isolated_anew([last.rstrip() + MARK]))


def _isolated_anew(lines: list[str]) -> list[str]:
    """What is isolated over the end of a line is isolated on both of them."""
    whole, depth = [], 0
    for line in lines:
        begun = ISOLATE * depth + line
        depth = begun.count(ISOLATE) - begun.count(ISOLATED)
        whole.append(begun + ISOLATED * depth)
    return whole


def _lines(paragraph: str, size: float, width: float) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, size) <= width:
            lines[-1] = longer
            continue
        pieces = _pieces(word, size, width)
        lines += pieces if lines[-1] else []
        if not lines[0]:
            lines = pieces
    return lines


def _pieces(word: str, size: float, width: float) -> list[str]:
    """A word that is longer than a line, broken."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
