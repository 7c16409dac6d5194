"""Markup, values in texts, and how a language writes numbers, money, days and hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import RichText, Span
from bot.engine.formats import language_name, shown
from bot.engine.text import joined, parse_text, plain, render


def read(source: str, language: str = "en", **values: object) -> RichText:
    return render(parse_text(source), values.get, language)


def test_the_small_markdown_becomes_spans() -> None:
    text = read("Hello *you*, **hurry**: `a-b` and [here](https://example.org/x)")
    assert text.text == "Hello you, hurry: a-b and here"
    assert text.spans == (
        Span(start=6, end=9, style="italic"),
        Span(start=11, end=16, style="bold"),
        Span(start=18, end=21, style="code"),
        Span(start=26, end=30, style="link", url="https://example.org/x"),
    )


def test_lines_lists_and_headings_stay_as_they_are_written() -> None:
    assert read("# One\n\n- two\n1) three\n> four").text == "# One\n\n- two\n1) three\n> four"


def test_a_value_is_never_markup() -> None:
    text = read("Order *{order}* is {status}", order="**7** _x_", status="[gone](https://evil.example) `now`")
    assert text.text == "Order **7** _x_ is [gone](https://evil.example) `now`"
    assert text.spans == (Span(start=6, end=15, style="italic"),)


def test_a_value_in_a_link_is_one_part_of_its_path() -> None:
    text = read("[Track](https://shop.example/{order}?a=1)", order="7/../admin?x=#é")
    assert text.spans[0].url == "https://shop.example/7%2F%2E%2E%2Fadmin%3Fx%3D%23%C3%A9?a=1"


def test_names_with_underscores_are_not_emphasis() -> None:
    assert read("{first_name}_{last_name} _{first_name}_", first_name="A", last_name="B").text == "A_B A"


def test_an_escaped_brace_is_a_brace() -> None:
    assert read("\\{order\\} {order}", order=1).text == "{order} 1"


def test_an_unset_value_shows_nothing_and_a_whole_number_no_decimals() -> None:
    assert read("[{a}|{b}|{c}|{d}]", b=3.0, c=2.5, d="x").text == "[|3|2.5|x]"


def test_each_language_writes_its_own_numbers() -> None:
    source = "{n} {n:number} {m:money} {p:money}"
    values = {"n": 1234567, "m": "1250.5 USD", "p": {"amount": 12, "currency": "EUR"}}
    assert read(source, "en", **values).text == "1234567 1,234,567 $1,250.50 €12"
    assert read(source, "fa", **values).text.startswith("۱۲۳۴۵۶۷ ۱٬۲۳۴٬۵۶۷ ")
    assert read(source, "de", **values).text == "1234567 1.234.567 1.250,50\xa0$ 12\xa0€"


def test_a_code_has_the_language_s_digits_unless_it_has_letters() -> None:
    assert read("{c} {c:code}", "fa", c="010234").text == "010234 ۰۱۰۲۳۴"
    assert read("{c:code} {d:code}", "fa", c="R-10234", d=["1", "2"]).text == "R-10234 ۱ و ۲"
    assert read("{c:code} {d:code}", "ar", c="010234", d=None).text == "010234 "


def test_languages_are_called_as_their_speakers_call_them() -> None:
    named = [language_name(code) for code in ("en", "fa", "de", "fr", "pt-BR", "tr", "xx")]
    assert named == ["English", "فارسی", "Deutsch", "Français", "Português (Brasil)", "Türkçe", "xx"]


def test_persian_days_are_jalali() -> None:
    assert read("{d:date} {d:time}", "fa", d="2026-03-21T14:30:00+00:00").text == "۱ فروردین ۱۴۰۵ ۱۴:۳۰"
    assert read("{d:date}", "en", d="2026-03-21").text == "March 21, 2026"
    assert read("{t:time}", "he", t="14:30").text == "14:30"
    assert read("{d:date}", "fa", d="0001-01-01").text.endswith("۱"), "which some programs write for no day at all"
    assert read("{d:date}", "fa", d="9999-12-31").text == "۳۱ دسامبر ۹۹۹۹", "likewise, for what has no end"
    assert read("{d:date}", "fa", d="9998-12-31").text.endswith("۹۳۷۷")


def test_a_list_is_read_as_a_list() -> None:
    assert read("{x}", x=["a", "b", 3]).text == "a, b, and 3"
    assert read("{x}", "fa", x=["a", "b"]).text == "a و b"


@pytest.mark.parametrize("form", [None, "number", "money", "date", "time", "code"])
def test_what_is_not_known_shows_as_nothing(form: str | None) -> None:
    assert shown(None, form, "fa") == ""


@pytest.mark.parametrize(
    ("form", "shows"),
    [
        (",.2f", ["2,500.50", "۲٬۵۰۰٫۵۰"]),
        (".0f", ["2501", "۲۵۰۱"]),
        (".1%", ["250050.1%", "۲۵۰۰۵۰٫۱%"]),
        (",", ["2,500.501"]),
    ],
)
def test_python_s_forms_of_numbers_are_each_language_s(form: str, shows: list[str]) -> None:
    assert [read(f"{{x:{form}}}", language, x=2500.501).text for language in ("en", "fa")][: len(shows)] == shows
    assert read(f"{{x:{form}}}{{y:{form}}}", x="many").text == "many"


def test_what_has_parts_shows_those_that_are_known() -> None:
    hat = {"name": "Hat", "unit_price": 3.5, "colour": None, "sizes": []}
    assert shown(hat, None, "en") == "name: Hat, unit price: 3.5"
    assert shown([hat, {"name": "Cap"}], None, "fa") == "name: Hat, unit price: ۳٫۵ و name: Cap"


def test_places_and_files_show_as_what_they_are() -> None:
    place = {"latitude": 35.7, "longitude": 51.4}
    photo = {"file": "telegram:1", "kind": "photo"}
    assert shown(place, None, "fa") == "35.70000, 51.40000"
    assert shown([photo, {**photo, "name": "cup.jpg"}], None, "fa") == "عکس و cup.jpg"
    assert shown({**photo, "kind": "hologram"}, None, "fa") == "hologram"


def test_what_is_no_number_or_date_shows_as_it_is() -> None:
    assert read("{a:number} {b:date} {c:money} {d:time}", a="many", b="soon", c="much", d="late").text == (
        "many soon much late"
    )


def test_texts_below_each_other_keep_their_styles() -> None:
    both = joined(read("a **b**"), plain(""), read("*c*"))
    assert both.text == "a b\nc"
    assert both.spans == (Span(start=2, end=3, style="bold"), Span(start=4, end=5, style="italic"))


@given(
    source=st.text(alphabet="ab *_`[](){}\\:\n.<>&!", max_size=60),
    value=st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans(), st.lists(st.integers())),
    form=st.sampled_from(["", ":number", ":money", ":date", ":time", ":nothing"]),
    language=st.sampled_from(["en", "fa", "ar", "he", "xx", ""]),
)
def test_any_text_with_any_value_is_text_with_spans_inside_it(
    source: str, value: object, form: str, language: str
) -> None:
    text = render(parse_text(f"{source}{{v{form}}}{source}"), {"v": value}.get, language)
    for span in text.spans:
        assert 0 <= span.start < span.end <= len(text.text)


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(value=st.text(st.characters(codec="utf-8", exclude_characters=TURNING), max_size=40))
def test_a_text_value_that_turns_nothing_around_stands_in_the_text_unchanged(value: str) -> None:
    text = render(parse_text("<{v}>"), {"v": value}.get, "en")
    assert text == RichText(text=f"<{value}>")
