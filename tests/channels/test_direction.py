"""Right-to-left texts: each paragraph begins on the right, and numbers keep their order."""

import pytest

from bot.channels.direction import FIRST_STRONG_ISOLATE as FSI
from bot.channels.direction import LEFT_TO_RIGHT_MARK as LRM
from bot.channels.direction import POP_ISOLATE as PDI
from bot.channels.direction import RIGHT_TO_LEFT_MARK as RLM
from bot.channels.direction import directed
from bot.channels.telegram.rendering import plain
from bot.content import RichText, Span


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("سلام Sara", "سلام Sara"),
        ("Sara، سلام", f"{RLM}Sara، سلام"),
        ("3 سفارش", "3 سفارش"),
        ("سلام\nSara جان", f"سلام\n{RLM}Sara جان"),
        ("Sara", "Sara"),
        ("ORD-17\nسفارش شما", "ORD-17\nسفارش شما"),
        ("تماس: +98 912 123 4567.", f"تماس: {FSI}+98 912 123 4567{PDI}."),
        ("تماس: 021-12345678", f"تماس: {FSI}021-12345678{PDI}"),
        ("تاریخ 2026-03-21 است", f"تاریخ {FSI}2026-03-21{PDI} است"),
        ("ساعت 9-17 باز است", "ساعت 9-17 باز است"),
        ("ببینید: https://shop.example/2026-03-21", "ببینید: https://shop.example/2026-03-21"),
        ("بنویسید: /ticket 12", f"بنویسید: {LRM}/ticket 12"),
        ("/menu و /stop، 021-12345678", f"{RLM}{LRM}/menu و {LRM}/stop، {FSI}021-12345678{PDI}"),
        ("و/یا a/b نه shop.example/menu", "و/یا a/b نه shop.example/menu"),
        (f"{RLM}Sara، سلام", f"{RLM}Sara، سلام"),
        ("۱۴۰۵/۰۱/۰۱ Sara شنبه", f"{RLM}۱۴۰۵/۰۱/۰۱ Sara شنبه"),
        ("👍 Sara، سلام", f"{RLM}👍 Sara، سلام"),
    ],
)
def test_marks_where_they_are_needed(text: str, shown: str) -> None:
    assert directed(plain(text), "fa").text == shown


def test_other_languages_are_left_alone() -> None:
    assert directed(plain("Sara، سلام"), "en").text == "Sara، سلام"


def test_without_a_language_the_letters_decide() -> None:
    assert directed(plain("Sara، سلام دوست من")).text.startswith(RLM)
    assert directed(plain("The word سلام is Persian")).text == "The word سلام is Persian"


def test_styles_stay_on_their_letters() -> None:
    content = RichText(
        text="Sara: +98 912 سلام",
        spans=(
            Span(start=0, end=4, style="bold"),
            Span(start=6, end=13, style="code"),
            Span(start=14, end=18, style="bold"),
        ),
    )
    shown = directed(content, "fa")
    assert [shown.text[span.start : span.end] for span in shown.spans] == ["Sara", "+98 912", "سلام"]
