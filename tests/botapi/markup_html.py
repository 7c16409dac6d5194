"""HTML as Telegram reads it, after parse_html of TDLib: plain text with entities, or a MarkupError."""

import re

from tests.botapi.entities import MarkupError, Opened, Wire, Written, byte_offset, in_order

TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![A-Za-z]));?")
ATTRIBUTE = re.compile(r"""\s*([^\s=>]*)\s*(?:(=)\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.\-]*)))?""")
START_TAG_NAME = re.compile(r"[^\s>]*")
END_TAG = re.compile(r"</([^\s>]*)\s*>")


def parse_html(source: str) -> tuple[str, list[Wire]]:
    written, stack, at = Written(), list[Opened](), 0
    while at < len(source):
        character = source[at]
        if character == "&" and (match := CHARACTER.match(source, at)):
            written.add(_decoded(match))
            at = match.end()
        elif character != "<":
            written.add(character)
            at += 1
        elif source.startswith("</", at):
            at = _end_tag(source, at, stack, written)
        else:
            at = _start_tag(source, at, stack, written)
    if stack:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    for entity in written.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return "".join(written.pieces), in_order(written.entities)


def _start_tag(source: str, at: int, stack: list[Opened], written: Written) -> int:
    where = f"at byte offset {byte_offset(source, at)}"
    name_match = START_TAG_NAME.match(source, at + 1)
    assert name_match is not None
    name, position = name_match[0].lower(), name_match.end()
    if position == len(source):
        raise MarkupError(f"Unclosed start tag {where}")
    if name not in TAGS:
        raise MarkupError(f'Unsupported start tag "{name}" {where}')
    attributes, position = _attributes(source, position, name, where)
    argument = ""
    if name == "a":
        argument = attributes.get("href", "")
    elif name == "code":
        argument = attributes.get("class", "").removeprefix("language-")
    elif name == "tg-emoji":
        argument = attributes.get("emoji-id", "")
        if not argument.isdigit():
            raise MarkupError("Invalid custom emoji identifier specified")
    elif name == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" {where}')
    kind = "expandable_blockquote" if name == "blockquote" and "expandable" in attributes else TAGS[name]
    stack.append(Opened(kind, name, argument, written.length, at))
    return position


def _attributes(source: str, at: int, tag: str, where: str) -> tuple[dict[str, str], int]:
    found: dict[str, str] = {}
    while True:
        while at < len(source) and source[at].isspace():
            at += 1
        if at == len(source):
            raise MarkupError(f'Unclosed start tag "{tag}" {where}')
        if source[at] == ">":
            return found, at + 1
        match = ATTRIBUTE.match(source, at)
        assert match is not None
        name = match[1].lower()
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" {where}')
        if match[2] is None and name != "expandable":
            raise MarkupError(f'Expected equal sign in declaration of an attribute of the tag "{tag}" {where}')
        at = match.end()
        if match[5] is not None and at < len(source) and not source[at].isspace() and source[at] != ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {byte_offset(source, match.start(5))}")
        value = match[3] or match[4] or (match[5] or "").lower()
        found[name] = CHARACTER.sub(_decoded, value)


def _end_tag(source: str, at: int, stack: list[Opened], written: Written) -> int:
    offset = byte_offset(source, at)
    if not stack:
        raise MarkupError(f"Unexpected end tag at byte offset {offset}")
    match = END_TAG.match(source, at)
    if match is None:
        raise MarkupError(f"Unclosed end tag at byte offset {offset}")
    name, opened = match[1].lower(), stack.pop()
    if name and name != opened.tag:
        raise MarkupError(f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{name}>"')
    _close_tag(opened, written)
    return match.end()


def _close_tag(opened: Opened, written: Written) -> None:
    last = written.entities[-1] if written.entities else None
    same = last is not None and (last["offset"], last["length"]) == (opened.offset, written.length - opened.offset)
    if opened.tag == "pre" and same and last is not None and last["type"] == "code" and "language" in last:
        last["type"] = "pre"
        return
    written.close(opened)
    if opened.tag == "code" and opened.argument and written.length > opened.offset:
        written.entities[-1]["language"] = opened.argument


def _decoded(match: re.Match[str]) -> str:
    if match[3]:
        return CHARACTERS[match[3]]
    code = int(match[1], 16) if match[1] else int(match[2])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else match[0]
