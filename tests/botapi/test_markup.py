"""HTML and MarkdownV2 as Telegram reads them."""

import pytest
from aiogram.types import MessageEntity
from aiogram.utils.text_decorations import html_decoration, markdown_decoration
from hypothesis import given
from hypothesis import strategies as st

from tests.botapi.entities import MarkupError, Wire, misplaced, trimmed, utf16_length, with_detected
from tests.botapi.markup_html import parse_html
from tests.botapi.markup_markdown import parse_markdown

TEXTS = st.text(st.sampled_from("ab <>&\"'_*[]()~`#+-=|{}.!\\\n😀سé"), min_size=1, max_size=20)


def spans(text: str, entities: list[Wire]) -> list[tuple[str, str]]:
    units = text.encode("utf-16-le")
    return [(e["type"], units[e["offset"] * 2 : (e["offset"] + e["length"]) * 2].decode("utf-16-le")) for e in entities]


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("<b>a</b> &lt;&amp;&#x1F600;", "a <&😀", [("bold", "a")]),
        ("😀<u>x<s>y</s></u>", "😀xy", [("underline", "xy"), ("strikethrough", "y")]),
        ('<a href="https://a.io/?x=1&amp;y=2">l</a>', "l", [("text_link", "l")]),
        ('<pre><code class="language-py">x</code></pre>', "x", [("pre", "x")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", "x")]),
        ("&nbsp; & &lt", "&nbsp; & <", []),
    ],
)
def test_html(source: str, text: str, found: list[tuple[str, str]]) -> None:
    assert parse_html(source)[0] == text
    assert spans(*parse_html(source)) == found


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        (
            "*a* _b_ __c__ ~d~ ||e|| `f`",
            "a b c d e f",
            ["bold", "italic", "underline", "strikethrough", "spoiler", "code"],
        ),
        ("___a_ b__", "a b", ["underline", "italic"]),
        ("[a\\]](https://a.io/\\))", "a]", ["text_link"]),
        ("```py\nx=1\n```", "x=1\n", ["pre"]),
        (">a\n>b\nc", "a\nb\nc", ["blockquote"]),
        ("![👍](tg://emoji?id=7)", "👍", ["custom_emoji"]),
    ],
)
def test_markdown(source: str, text: str, found: list[str]) -> None:
    parsed, entities = parse_markdown(source)
    assert (parsed, [entity["type"] for entity in entities]) == (text, found)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<b>", 'Can\'t find end tag corresponding to start tag "b"'),
        ("😀<font>", 'Unsupported start tag "font" at byte offset 4'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
    ],
)
def test_broken_html(source: str, words: str) -> None:
    with pytest.raises(MarkupError) as broken:
        parse_html(source)
    assert str(broken.value) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("😀*x", "Can't find end of Bold entity at byte offset 4"),
        ("a!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("[a](b", "Can't find end of a URL at byte offset 4"),
        ("|a|", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        (">*a\nb*", "Can't find end of Bold entity at byte offset 1"),
    ],
)
def test_broken_markdown(source: str, words: str) -> None:
    with pytest.raises(MarkupError) as broken:
        parse_markdown(source)
    assert str(broken.value) == words


@given(TEXTS)
def test_what_aiogram_escapes_is_read_as_it_was_written(text: str) -> None:
    bold = [MessageEntity(type="bold", offset=0, length=utf16_length(text))]
    assert spans(*parse_html(html_decoration.unparse(text, bold))) == [("bold", text)]
    assert spans(*parse_markdown(markdown_decoration.unparse(text, bold))) == [("bold", text)]


@given(TEXTS)
def test_any_text_is_either_read_or_refused(source: str) -> None:
    for parse in (parse_html, parse_markdown):
        try:
            text, entities = parse(source)
        except MarkupError:
            continue
        assert misplaced(text, entities) is None


def test_ends_are_trimmed_and_entities_follow() -> None:
    text, entities = trimmed("  😀bold ", [{"type": "bold", "offset": 0, "length": 9}])
    assert spans(text, entities) == [("bold", "😀bold")]


def test_what_telegram_finds_by_itself() -> None:
    text = "/start@shop_bot 😀 see https://a.io/x. or @someone #tag a@b.io +989121234567"
    assert spans(text, with_detected(text, [])) == [
        ("bot_command", "/start@shop_bot"),
        ("url", "https://a.io/x"),
        ("mention", "@someone"),
        ("hashtag", "#tag"),
        ("email", "a@b.io"),
        ("phone_number", "+989121234567"),
    ]
