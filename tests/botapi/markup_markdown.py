"""MarkdownV2 as Telegram reads it, after parse_markdown_v2 of TDLib."""

import re

from tests.botapi.entities import MarkupError, Opened, Wire, Written, byte_offset, in_order

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS = {"__": "underline", "_": "italic", "*": "bold", "~": "strikethrough", "||": "spoiler", "[": "text_link"}
ENDS = {kind: mark for mark, kind in MARKS.items()} | {
    "text_link": "]",
    "custom_emoji": "]",
    "code": "`",
    "pre": "```",
}
NAMES = {
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "pre": "Pre",
    "code": "Code",
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
}
EMOJI_LINK = re.compile(r"tg:(?://)?emoji\?id=(\d+)")
FENCE = re.compile(r"```(?:([^\s`]+)(?=\s))?(?:\r\n|\n)?")


class Markdown:
    """One reading of one source; at is the place of the reader."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.written = Written()
        self.stack: list[Opened] = []
        self.quote: Opened | None = None

    def read(self) -> tuple[str, list[Wire]]:
        while self.at < len(self.source):
            self._step()
        self._end_quote()
        if self.stack:
            raise self._unfinished(self.stack[-1])
        return "".join(self.written.pieces), in_order(self.written.entities)

    def _step(self) -> None:
        character = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        inside = self.stack[-1].kind if self.stack else ""
        if character == "\\" and following and "\0" < following <= "~":
            self.written.add(following)
            self.at += 2
        elif inside and self._mark() == ENDS[inside]:
            self._close()
        elif inside in ("code", "pre") or not (character in RESERVED or character == "\n"):
            self.written.add(character)
            self.at += 1
        elif character == "\n":
            self._new_line()
        else:
            self._open(character)

    def _mark(self) -> str:
        """The closing mark that stands here, read as long as it can be."""
        for mark in ("```", "__", "||"):
            if self.source.startswith(mark, self.at) and not (mark == "```" and self.stack[-1].kind == "code"):
                return mark
        return self.source[self.at]

    def _new_line(self) -> None:
        quoted = self.source.startswith("\n>", self.at)
        if self.quote and not quoted:
            if self.stack:
                raise self._unfinished(self.stack[-1])
            self._end_quote()
        self.written.add("\n")
        self.at += 1
        if quoted:
            self._start_quote()

    def _start_quote(self) -> None:
        self.at += 1
        if self.quote is None:
            self.quote = Opened("blockquote", ">", "", self.written.length, self.at)

    def _end_quote(self) -> None:
        if self.quote:
            self.written.close(self.quote)
            self.quote = None

    def _open(self, character: str) -> None:
        start = self.at
        if character == ">" and start == 0:
            self._start_quote()
            return
        if character == "`":
            fence = FENCE.match(self.source, start)
            kind, argument = ("pre", fence[1] or "") if fence else ("code", "")
            self.at = fence.end() if fence else start + 1
        elif self.source.startswith("![", start):
            kind, argument, self.at = "custom_emoji", "", start + 2
        else:
            double = self.source[start : start + 2]
            mark = double if double in MARKS else character
            if mark not in MARKS:
                words = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
                raise MarkupError(words)
            kind, argument, self.at = MARKS[mark], "", start + len(mark)
        self.stack.append(Opened(kind, kind, argument, self.written.length, start))

    def _close(self) -> None:
        opened = self.stack.pop()
        self.at += len(ENDS[opened.kind])
        if opened.kind == "text_link" and self.source.startswith("(", self.at):
            opened.argument = self._address("URL")
        elif opened.kind == "custom_emoji":
            if not self.source.startswith("(", self.at):
                raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
            link = EMOJI_LINK.fullmatch(self._address("custom emoji URL"))
            if link is None:
                raise MarkupError("Custom emoji URL must have an emoji identifier")
            opened.argument = link[1]
        self.written.close(opened)

    def _address(self, what: str) -> str:
        begins, address = self.at + 1, ""
        at = begins
        while at < len(self.source) and self.source[at] != ")":
            at += self.source[at] == "\\" and at + 1 < len(self.source)
            address += self.source[at]
            at += 1
        if at == len(self.source):
            raise MarkupError(f"Can't find end of a {what} at byte offset {byte_offset(self.source, begins)}")
        self.at = at + 1
        return address

    def _unfinished(self, opened: Opened) -> MarkupError:
        offset = byte_offset(self.source, opened.starts_at)
        return MarkupError(f"Can't find end of {NAMES[opened.kind]} entity at byte offset {offset}")


def parse_markdown(source: str) -> tuple[str, list[Wire]]:
    return Markdown(source).read()
