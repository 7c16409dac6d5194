"""Slips of the hand that look right on the screen, or stop a parser lines below them."""

import re
from typing import Any, NamedTuple

from ruamel.yaml.error import MarkedYAMLError

_UNSEEN = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # marks of direction and the like
_BLANKS = "\u00a0\u2000-\u200a\u202f\u205f\u3000"  # as wide as a space, and none to YAML
_TYPESET = "“”„‟‘’‚‛"
_STRANGE = re.compile(f"[{_UNSEEN}{_BLANKS}]")
_AROUND = re.compile(f"^[{_BLANKS} ]+|(?<![{_BLANKS} ])[{_BLANKS} ]+$|[{_UNSEEN}]")  # each run of blanks is tried once
_INDENTED_STRANGELY = re.compile(f"[ ]*([{_BLANKS}])")
_TIGHT_DASH = re.compile(r" *-[^\W\d][^:#\"']*:(?:\s|$)")
_TIGHT_COLON = re.compile(r"[^\s:]+:[^\s:/]")
_TIGHT_KEY = re.compile(r" *(?:- )?([a-z_]+):[^\s:/]")
_TYPESET_VALUE = re.compile(f"(?:^ *- |: +|[\\[{{,] *)([{_TYPESET}])")
_LINE_END = re.compile("\r\n|[\n\r]")  # what YAML 1.2 counts as one
_NO_KEY_BEFORE = re.compile(r"[ -]*\Z")


class Slip(NamedTuple):
    """Where it is, counted from 1, what it is and how to mend it."""

    line: int
    column: int
    message: str
    hint: str


def slip_above(text: str, error: MarkedYAMLError, last: Any) -> Slip | None:
    """What probably made the parser stop further down; `last` is the event of the scalar before that, if any."""
    stopped = error.problem_mark or error.context_mark
    if stopped is None:
        return None
    lines = _LINE_END.split(text)
    strange = _strange_blank(lines, stopped.line)
    if strange is not None:
        return strange
    if last is not None and last.start_mark.line < last.end_mark.line:
        if last.style in ("'", '"') and last.end_mark.line == stopped.line:
            message = f"this quote is closed as late as on line {stopped.line + 1}"
            return Slip(*_place(last), message, "put the closing quote where the text ends")
        if last.style is None and "mapping values" in str(error.problem):
            return _lacking_colon(lines, last, stopped.line)
    if error.context_mark is not None and "flow" in str(error.context) and error.context_mark.line < stopped.line:
        return _open_bracket(lines, error.context_mark, stopped.line)
    if "mapping values" in str(error.problem):
        return _in_one_line(lines[stopped.line], stopped)
    if "expected <block end>" in str(error.problem) and error.context_mark is not None:
        return _tight_dash(lines, error.context_mark.line, stopped.line)
    return None


def strange_blank(line: str) -> str | None:
    """What is strange about how the line is indented."""
    found = _INDENTED_STRANGELY.match(line)
    return f"this indentation has a sign in it that is no space (U+{ord(found[1]):04X})" if found else None


def seen_key(key: str) -> tuple[str, str | None]:
    """The key as it looks, and what is strange about how it is written."""
    if key.isascii():
        return key, None
    seen = _AROUND.sub("", key)
    if len(seen) > 2 and seen[0] in _TYPESET and seen[-1] in _TYPESET:
        seen = seen[1:-1]
    if seen == key or not seen:
        return key, None
    strange = _STRANGE.search(key)
    if strange is None:
        return seen, f"the quotes around '{seen}' are none that YAML knows"
    return seen, f"'{seen}' has a sign in it that nobody sees (U+{ord(strange[0]):04X})"


def strange_quotes(text: str) -> str | None:
    """What is strange about the quotes of a text that has none around it to YAML."""
    if len(text) > 2 and text[0] in _TYPESET and text[-1] in _TYPESET:
        return f"the quotes {text[0]} {text[-1]} are none to YAML, so they are part of the text"
    if text.endswith('"') and text.count('"') == 1 and not text[-2:-1].isdigit():  # 15" may be inches
        return "this text ends with a quote, and begins with none"
    return None


def _place(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _strange_blank(lines: list[str], stopped: int) -> Slip | None:
    for number in range(min(stopped, len(lines) - 1), -1, -1):
        message, found = strange_blank(lines[number]), _INDENTED_STRANGELY.match(lines[number])
        if message is not None and found is not None:
            return Slip(number + 1, found.start(1) + 1, f"{message}: type spaces", "delete what is before the word")
    return None


def _lacking_colon(lines: list[str], last: Any, stopped: int) -> Slip | None:
    number, column = last.start_mark.line, last.start_mark.column
    below = len(lines[stopped]) - len(lines[stopped].lstrip(" "))
    first = lines[number][column:].split(" #")[0].rstrip()
    if below < column or not _NO_KEY_BEFORE.match(lines[number][:column]):
        return None
    if _TIGHT_COLON.match(first):
        return Slip(*_place(last), "a space is missing behind the ':'", "write 'key: value'")
    return Slip(*_place(last), "a ':' is missing in this line", "write 'key: value'")


def _in_one_line(line: str, stopped: Any) -> Slip | None:
    quote = _TYPESET_VALUE.search(line[: stopped.column])
    if quote is not None:
        message = f"the quote {quote[1]} is none to YAML"
        return Slip(stopped.line + 1, quote.start(1) + 1, message, 'write straight quotes: "…"')
    key = _TIGHT_KEY.match(line)
    if key is not None:
        return Slip(stopped.line + 1, key.start(1) + 1, "a space is missing behind the ':'", "write 'key: value'")
    return None


def _open_bracket(lines: list[str], opened: Any, stopped: int) -> Slip | None:
    """A bracket that is still open where the next thing begins: only a comma would lead from line to line."""
    for number in range(opened.line, min(stopped, len(lines))):
        code = re.sub(r"(^|\s)#.*", "", lines[number]).rstrip()
        if code and number < stopped and code[-1] not in ",[{":
            hint = "close it where its contents end, or put a ',' between them"
            return Slip(opened.line + 1, opened.column + 1, "this bracket is never closed", hint)
    return None


def _tight_dash(lines: list[str], begun: int, stopped: int) -> Slip | None:
    for number in range(min(stopped, len(lines) - 1), begun - 1, -1):
        if _TIGHT_DASH.match(lines[number]):
            column = lines[number].index("-") + 1
            return Slip(number + 1, column, "a space is missing behind the '-'", "write '- key: value'")
    return None
