"""Makes mixed text read in the right direction.

Telegram's apps and browsers take the direction of each paragraph from its first strong character. A Persian sentence
that begins with a Latin word would run from left to right, and in one that doesn't, the groups of a telephone number
would stand in reverse and the stroke of a command behind its word. Source: Unicode Standard Annex 9, rules P2, P3, W2
to W4 and N2.
"""

import re
from bisect import bisect_left, bisect_right
from operator import itemgetter

import msgspec

from bot.content import RichText

RIGHT_TO_LEFT = frozenset({"fa", "ar", "he", "ur", "ckb", "ps", "yi"})
RIGHT_TO_LEFT_MARK = "\u200f"
LEFT_TO_RIGHT_MARK = "\u200e"
FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
MARKS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

LETTER = re.compile(r"(?P<right>[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])(?<=[^\W\d_])|[^\W\d_]")

# Telephone numbers and dates, whose groups belong in one order: +98 912 123 4567 · (021) 1234 · 021-1234 · 2026-03-21.
# A range like 9-17 is read in the direction of the sentence, and an address on the web is left whole.
GROUPED_NUMBER = re.compile(
    r"(?<![\w+.,/=&#?@:%-])"
    r"(?:\+\d+(?:[ -]\(?\d+\)?)*|\(\d+\)[ -]?\d+(?:[ -]\d+)*|0\d{2,3}(?: \d{2,})+"
    r"|\d{4}-\d\d?-\d\d?|\d{2,4}-\d{3,}(?:-\d+)*)"
    r"(?![\w/])"
)

COMMAND = re.compile(r"(?<![\w/.:@-])/(?=[A-Za-z])")


def is_right_to_left(language: str) -> bool:
    """Whether the language is written from right to left."""
    return language.partition("-")[0].lower() in RIGHT_TO_LEFT


def isolated(text: str, language: str | None) -> str:
    """A name, a number or a link for a line of that language: it reads in its own direction and turns nothing else."""
    turns = is_right_to_left(language or "") or any(letter["right"] for letter in LETTER.finditer(text))
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}" if turns and text else text


def line_of(text: str, language: str | None) -> str:
    """A line of that language: it runs in its direction, whatever it begins with."""
    return f"{RIGHT_TO_LEFT_MARK}{text}" if is_right_to_left(language or "") else text


def directed(content: RichText, language: str | None = None) -> RichText:
    """The text with the marks that a right-to-left language needs; other languages need none.

    Without a language, the text's own letters decide: it is right to left when most of them are.
    """
    text = content.text
    if text.isascii() or not (is_right_to_left(language) if language else _is_mostly_right_to_left(text)):
        return content
    marks = _marks(text)
    return _with_marks(content, marks) if marks else content


def _marks(text: str) -> list[tuple[int, str]]:
    """What to insert, and before which place of the text."""
    marks: list[tuple[int, str]] = []
    start = 0
    for line in text.split("\n"):
        letters = LETTER.finditer(line)
        first = next(letters, None)
        if first is not None and not MARKS.search(line):
            is_right = first["right"] is not None
            if is_right or any(letter["right"] for letter in letters):
                if not is_right:
                    marks.append((start, RIGHT_TO_LEFT_MARK))
                for number in GROUPED_NUMBER.finditer(line):
                    marks.append((start + number.start(), FIRST_STRONG_ISOLATE))
                    marks.append((start + number.end(), POP_ISOLATE))
                marks.extend((start + command.start(), LEFT_TO_RIGHT_MARK) for command in COMMAND.finditer(line))
        start += len(line) + 1
    return sorted(marks, key=itemgetter(0))


def _with_marks(content: RichText, marks: list[tuple[int, str]]) -> RichText:
    """The text with the marks in it; styles stay on the letters that they were on."""
    pieces, last = [], 0
    for place, mark in marks:
        pieces += [content.text[last:place], mark]
        last = place
    places = [place for place, _ in marks]
    spans = tuple(
        msgspec.structs.replace(
            span,
            start=span.start + bisect_right(places, span.start),
            end=span.end + bisect_left(places, span.end),
        )
        for span in content.spans
    )
    return RichText(text="".join([*pieces, content.text[last:]]), spans=spans)


def _is_mostly_right_to_left(text: str) -> bool:
    letters = [letter["right"] is not None for letter in LETTER.finditer(text)]
    return letters.count(True) * 2 > len(letters)
