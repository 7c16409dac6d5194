"""Markup and interpolation: an author's small Markdown becomes a template once, and a template becomes text many times.

The markup is parsed before any value is filled in, so a value can never become markup or a link.
"""

import re
from collections.abc import Callable

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.content import Json, RichText, Span
from bot.engine.formats import shown

PLACEHOLDER = re.compile(r"(?<!\\)\{([^\s{}:\\]+)(?::(\w+|,?\.\d[f%]|,))?\}")
_MARKS = re.compile("[\U00100000-\U0010fffd]")  # private letters that stand for placeholders while markup is parsed
_FIRST_MARK = 0x100000
# Marks that turn around all that follows them, up to a mark that a value may lack.
_TURNING = str.maketrans(dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_ENCODED_MARK = re.compile("((?:%[89A-F][0-9A-F]){4})", re.IGNORECASE)

LookUp = Callable[[str], Json]
"""The value of a name such as `order_id` or `customer.name`; null when there is none."""


class Placeholder(msgspec.Struct, frozen=True):
    """A `{name}` or `{name:form}` of a text."""

    name: str
    form: str | None = None


class _Style(msgspec.Struct, frozen=True):
    """A style from before one part to before another; `url` may hold placeholders."""

    first: int
    last: int
    style: str
    url: tuple[str | Placeholder, ...] = ()


class Template(msgspec.Struct, frozen=True):
    """A parsed text. `fixed` is the whole of it when there is nothing to fill in."""

    parts: tuple[str | Placeholder, ...]
    styles: tuple[_Style, ...]
    fixed: RichText | None = None


def names_in(source: str) -> tuple[Placeholder, ...]:
    """The placeholders of a text, in order."""
    return tuple(Placeholder(*found.groups()) for found in PLACEHOLDER.finditer(source))


def parse_text(source: str) -> Template:
    """The template of a text in the small Markdown: bold, italic, code, link."""
    placeholders = names_in(source)
    marks = iter(range(_FIRST_MARK, _FIRST_MARK + len(placeholders)))
    marked = PLACEHOLDER.sub(lambda _found: chr(next(marks)), _MARKS.sub("", source))
    children = _markdown.parseInline(marked.strip("\n"))[0].children or []
    template = _Reader(placeholders).read(children)
    if placeholders:
        return template
    return msgspec.structs.replace(template, fixed=render(template, lambda _name: None, "en"))


def render(template: Template, look_up: LookUp, language: str) -> RichText:
    """The text with its values filled in, formatted as the language does."""
    if template.fixed is not None:
        return template.fixed
    texts = [part if isinstance(part, str) else _filled(part, look_up, language) for part in template.parts]
    if not template.styles:
        return RichText(text="".join(texts))
    places = [0]
    for text in texts:
        places.append(places[-1] + len(text))
    spans = (_span(style, places, look_up, language) for style in template.styles)
    return RichText(text="".join(texts), spans=tuple(span for span in spans if span.start < span.end))


def plain(text: str) -> RichText:
    """A text that is data: nothing in it is markup."""
    return RichText(text=text)


def _filled(placeholder: Placeholder, look_up: LookUp, language: str) -> str:
    """The value as text, which cannot turn the words around it."""
    return shown(look_up(placeholder.name), placeholder.form, language).translate(_TURNING)


def _span(style: _Style, places: list[int], look_up: LookUp, language: str) -> Span:
    url = "".join(part if isinstance(part, str) else encoded(_filled(part, look_up, language)) for part in style.url)
    return Span(start=places[style.first], end=places[style.last], style=style.style, url=url or None)  # type: ignore[arg-type]  # the parser knows these four


def encoded(value: str) -> str:
    """Percent-encoded as one part of a path or query: it can't lead the link elsewhere."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in value.encode())


def _small_markdown() -> MarkdownIt:
    rules = ["newline", "escape", "backticks", "emphasis", "link"]
    return MarkdownIt("zero").enable(rules)


_markdown = _small_markdown()


class _Reader:
    """Walks the tokens of one text and lays out its parts and styles."""

    def __init__(self, placeholders: tuple[Placeholder, ...]) -> None:
        self.placeholders = placeholders
        self.parts: list[str | Placeholder] = []
        self.styles: list[_Style] = []
        self.open: list[tuple[int, tuple[str | Placeholder, ...]]] = []

    def read(self, tokens: list[Token]) -> Template:
        for token in tokens:
            self.take(token)
        return Template(parts=tuple(self.parts), styles=tuple(sorted(self.styles, key=lambda style: style.first)))

    def take(self, token: Token) -> None:
        match token.type:
            case "softbreak" | "hardbreak":
                self.parts.append("\n")
            case "code_inline":
                self.open.append((len(self.parts), ()))
                self.parts.extend(self.split(token.content))
                self.close("code")
            case "strong_open" | "em_open":
                self.open.append((len(self.parts), ()))
            case "link_open":
                self.open.append((len(self.parts), self.link(str(token.attrs.get("href", "")))))
            case "strong_close":
                self.close("bold")
            case "em_close":
                self.close("italic")
            case "link_close":
                self.close("link")
            case _:
                self.parts.extend(self.split(token.content))

    def close(self, style: str) -> None:
        first, url = self.open.pop()
        self.styles.append(_Style(first, len(self.parts), style, url))

    def split(self, text: str) -> list[str | Placeholder]:
        """The text around the marks, and the placeholders for which they stand."""
        parts: list[str | Placeholder] = []
        place = 0
        for found in _MARKS.finditer(text):
            parts.append(text[place : found.start()])
            parts.append(self.placeholders[ord(found.group()) - _FIRST_MARK])
            place = found.end()
        parts.append(text[place:])
        return [part for part in parts if part != ""]

    def link(self, href: str) -> tuple[str | Placeholder, ...]:
        """The address with its placeholders back in place, which the parser percent-encoded."""
        return tuple(self.split(_ENCODED_MARK.sub(_decoded_mark, href)))


def _decoded_mark(found: re.Match[str]) -> str:
    letter = bytes.fromhex(found.group().replace("%", "")).decode(errors="replace")
    return letter if _MARKS.fullmatch(letter) else found.group()


def joined(*texts: RichText) -> RichText:
    """The texts below each other, each with its styles."""
    whole, spans = "", []
    for text in texts:
        if not text.text:
            continue
        whole += "\n" if whole else ""
        spans += [msgspec.structs.replace(s, start=s.start + len(whole), end=s.end + len(whole)) for s in text.spans]
        whole += text.text
    return RichText(text=whole, spans=tuple(spans))
