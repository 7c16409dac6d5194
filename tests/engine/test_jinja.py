"""Texts of CALM that are Jinja templates, as in ArjanCodes/rasa-concert-agent and RasaHQ/lakera-agent-security."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.content import Json
from bot.engine.flow import Text
from bot.engine.jinja import TemplateError, fill_in, outlines, read_template, without_tags
from bot.engine.jinja_bounds import MARK
from bot.engine.reader import read_flows
from bot.events import BotSaid
from bot.problems import Problem, as_text
from tests.engine.customers import CustomerOf

CONCERTS = (
    "Unfortunately I don't see {% if artist %}{{artist}}{% elif genre and genre != 'any' %}any {{genre}} concerts"
    "{% else %}any concerts{% endif %}{% if price and price < 50 %} for {{price}}{% endif %}."
)


def said(text: str, slots: dict[str, Json], **more: Json) -> str:
    """What is said while the slots have these values."""
    return customer_of(text, slots, **more).starts()[0]


def customer_of(text: str, slots: dict[str, Json], **more: Json) -> CustomerOf:
    """Somebody who will be told this."""
    variation = {"condition": "true", "text": text, "metadata": {"template": "jinja"}, **more}
    known = {
        "artist": {"type": "text"},
        "genre": {"type": "text"},
        "price": {"type": "float"},
        "songs": {"type": "any"},
    }
    domain = {"version": "3.1", "slots": known, "responses": {"utter_none": [variation, {"text": "None at all."}]}}
    steps = [{"action": "utter_none"}]
    flows = {"flows": {"find": {"description": "d", "start": True, "steps": steps}}}
    reading = read_flows({"domain.yml": json.dumps(domain), "flows.yml": json.dumps(flows)})
    assert reading.flow_set is not None, as_text(reading.problems)
    customer = CustomerOf(reading.flow_set)
    customer.conversation = structs.replace(customer.conversation, slots=customer.conversation.slots | slots)
    return customer


@pytest.mark.parametrize(
    ("slots", "expected"),
    [
        ({"artist": "Björk"}, "Unfortunately I don't see Björk."),
        ({"artist": "Björk", "price": 20}, "Unfortunately I don't see Björk for 20."),
        ({"genre": "jazz", "price": 70}, "Unfortunately I don't see any jazz concerts."),
        ({"genre": "any", "price": 7}, "Unfortunately I don't see any concerts for 7."),
        ({"genre": "any"}, "Unfortunately I don't see any concerts."),
    ],
)
def test_the_branch_is_said_that_holds(slots: dict[str, Json], expected: str) -> None:
    condition = "slots.artist is not null or slots.genre is not null"
    assert said(CONCERTS, slots, condition=condition) == expected


def test_what_the_variation_needs_itself_is_needed_by_each_branch() -> None:
    assert said(CONCERTS, {}, condition="slots.artist is not null") == "None at all."


def test_one_branch_within_another() -> None:
    text = (
        "{% if not artist %}{% if genre is defined %}G{% else %}N{%endif%}{%- else -%}A {{ slots.artist }}{% endif %}!"
    )
    assert said(text, {"artist": "X"}, condition="slots.price is null") == "A X!"
    assert said(text, {"genre": "jazz"}, condition="slots.price is null") == "G!"


def test_what_only_calms_patterns_know_is_nothing() -> None:
    text = "Within {% if context.info.max_characters %}{{context.info.max_characters}}{% else %}reason{% endif %}."
    assert said(text, {}, condition="true") == "Within reason."


@pytest.mark.parametrize(
    ("text", "slots", "expected"),
    [
        (
            "Under ${{ (price | float) | round(1) | int }}, {{artist|default('all')}}.",
            {"price": 20.4},
            "Under $20, all.",
        ),
        ("{{ slots.artist.upper() }}, {{ artist.split()[0] }}", {"artist": "nick cave"}, "NICK CAVE, nick"),
        (
            "{% for s in slots.songs %}{% if not loop.first %}\n{% endif %}{{ loop.index }} {{ s.name }}{% endfor %}",
            {"songs": [{"name": "One"}, {"name": "Two"}]},
            "1 One\n2 Two",
        ),
        ("{% for each in songs %}x{% else %}No songs.{% endfor %}", {}, "No songs."),
        ("{% for name, at in songs.items() %}{{ name }}: {{ at }}.{% endfor %}", {"songs": {"One": 1}}, "One: 1."),
        ("{% set all = songs | sum(attribute='n') %}{{ all }} in all", {"songs": [{"n": 2}, {"n": 3}]}, "5 in all"),
        ("{{ songs | join(', ') }} and {{ songs | length }}", {"songs": ["a", "b"]}, "a, b and 2"),
        ("{{ songs }}", {"songs": ["a", "b"]}, "a and b"),
        ("{{ '%.2f' % price }} {{ '{:,.1f}'.format(price) }}", {"price": 1234.5}, "1234.50 1,234.5"),
        ("{{ 'dear' if price > 9 else 'cheap' }}{# no #}", {"price": 10}, "dear"),
        ("{{ 'b' in songs }}, {{ artist is none }}", {"songs": ["b"]}, "Yes, Yes"),
        ("a {b} {{ artist }} {% raw %}{{ c }}{% endraw %}", {"artist": "X"}, "a {b} X {{ c }}"),
        ("{{ artist | upper }}", {"artist": "*x* [a](http://b) {price}"}, "*X* [A](HTTP://B) {PRICE}"),
    ],
)
def test_values_are_shown_as_jinja_makes_them(text: str, slots: dict[str, Json], expected: str) -> None:
    assert said(text, slots, condition="true") == expected


@pytest.mark.parametrize("value", ["_x_", f"{MARK}0{MARK}**x**"])
def test_markup_is_the_authors_alone(value: str) -> None:
    text = "{% set y %}**{{ artist | upper }}**{% endset %}{{ y }}"
    customer = customer_of(text, {"artist": value}, condition="true")
    customer.starts()
    (said,) = (event for event in customer.turn if isinstance(event, BotSaid))
    shown = value.replace(MARK, "").upper()
    assert (said.content.text.text, [span.style for span in said.content.text.spans]) == (shown, ["bold"])


@pytest.mark.parametrize(
    "text",
    [
        "{{ artist.price }}{{ artist.__class__ }}{{ nobody.at.all }}",
        "{{ artist + 1 }}{{ price | round }}{{ 1 / 0 }}{{ songs[7] }}{{ artist.get('x') }}",
        "{% for each in price %}x{% endfor %}{% if artist < 3 %}x{% endif %}",
        "{{ 'x' * 10 ** 9 }}{{ 9 ** 999 }}{{ '%999999d' | format(1) }}{{ artist.replace('', 'x' * 9999) }}",
    ],
)
def test_what_comes_to_nothing_shows_nothing(text: str) -> None:
    assert said(f"A{text}B", {"artist": "X"}, condition="true") == "AB"


@pytest.mark.parametrize(
    ("text", "column", "why"),
    [
        ("{% if artist %}x", 1, "that needs to be closed is 'if'"),
        ("x{% endif %}", 5, "unknown tag 'endif'"),
        ("{% if artist %}x{% else %}y{% else %}z{% endif %}", 31, "unknown tag 'else'"),
        ("Hello\n{% if %}x{% endif %}", 7, "Expected an expression"),
        ("{{ artist | uper }}", 13, "No filter named 'uper'"),
        ("{{ artist is uper }}", 14, "No test named 'uper'"),
        ("{{ songs | random }}", 12, "No filter named 'random'"),
        ("{% include 'x' %}", 1, "there is no 'include' here"),
        ("{% if artist %}{% macro a() %}{% endmacro %}{% endif %}", 1, "there is no 'macro' here"),
        ("x {{ artist", 3, "unexpected end of template"),
        ("{{ " + "(" * 40 + " }}", 1, "unexpected '}', expected ')'"),
        ("{% if artist %}" * 1200, 1, "too many blocks or parentheses within each other"),
        ("{{ a " + "| upper" * 200 + "}}", 1, "too many blocks or parentheses within each other"),
        ("x" * 20_001, 1, "more than 20000 letters"),
    ],
)
def test_what_cannot_be_read_is_told_where_it_stands_and_never_said(text: str, column: int, why: str) -> None:
    with pytest.raises(TemplateError, match=re.escape(why)) as wrong:
        read_template(text)
    assert (wrong.value.column, "{%" in without_tags(text), "{{" in without_tags(text)) == (column, False, False)


def test_where_it_stands_is_a_file_a_line_and_a_column() -> None:
    domain = (
        "version: '3.1'\nresponses:\n  utter_x:\n    - text: Hi {{ a | nope }}!\n      metadata: {template: jinja}\n"
    )
    flows = "flows: {a: {description: d, steps: [{action: utter_x}]}}"
    reading = read_flows({"domain.yml": domain, "flows.yml": flows})
    (problem,) = (each for each in reading.problems if each.code == "bad-template")
    assert (problem.file, problem.line, problem.column, problem.severity) == ("domain.yml", 4, 23, "warning")
    assert reading.flow_set is not None
    assert reading.flow_set.responses["utter_x"][0].text == Text(by_language={"*": "Hi !"})


def test_a_template_that_does_not_say_so_is_none_the_less_no_text_for_customers() -> None:
    """As in rasa-customers/starterpack-help-desk: CALM would show the braces."""
    text = "Your case number is {{ price }}{% if artist %}, {artist}{% endif %}."
    assert said(text, {"price": 7.0, "artist": "X"}, metadata={}) == "Your case number is 7, X."
    german = {"translation": {"de": "{artist}: {{ price }}"}}
    assert said("{{ price }}", {"price": 7.0, "artist": "X"}, metadata={}, **german) == "7"
    problems = problems_of({"text": text})
    assert [(each.code, each.severity) for each in problems if each.code == "template"] == [("template", "warning")]
    assert said('Write {{"a": 1}}.', {}, metadata={}) == 'Write {"a": 1}.'


def test_all_of_the_message_is_a_template() -> None:
    buttons = [{"title": "{{ artist }}"}, {"title": "{{ artist | upper }}"}, {"title": "No", "payload": "stop"}]
    image = "https://a.org/{{ slots.artist }}.png"
    customer = customer_of("A", {"artist": "Ann"}, image=image, buttons=buttons, condition="true")
    customer.starts()
    (said,) = (event for event in customer.turn if isinstance(event, BotSaid))
    assert said.content.attachment is not None
    assert said.content.attachment.file == "https://a.org/Ann.png"
    assert [choice.label for choice in said.choices] == ["Ann", "ANN", "No"]
    offered = customer.conversation.wait.offered if customer.conversation.wait else ()
    assert [each.payload for each in offered] == ["Ann", "ANN", "stop"], "what stands on it is what it says"


def test_what_is_for_no_channel_of_here_is_told() -> None:
    silent = [each.message for each in problems_of({"custom": {"a": 1}}) if each.code == "no-effect"]
    assert silent == ["'custom' is for a channel that is not here, so nothing is said"]
    assert not [each for each in problems_of({"custom": {"a": 1}, "text": "Hi"}) if each.code == "no-effect"]


def problems_of(variation: Json) -> tuple[Problem, ...]:
    """What is told of this response."""
    slots = {"artist": {"type": "text"}, "price": {"type": "float"}}
    domain = {"version": "3.1", "slots": slots, "responses": {"utter_x": [variation]}}
    flows = {"flows": {"find": {"description": "d", "steps": [{"action": "utter_x"}]}}}
    return read_flows({"domain.yml": json.dumps(domain), "flows.yml": json.dumps(flows)}).problems


def test_translations_have_the_same_branches() -> None:
    german = "{% if artist %}Kein {{artist}}{% else %}Nichts{% endif %}"
    text = "{% if artist %}No {{artist}}{% else %}Nothing{% endif %}"
    assert said(text, {"artist": "X"}, condition="true", translation={"de": german}) == "No X"


PARTS = st.sampled_from([
    "{% if a %}", "{% elif b %}", "{% else %}", "{% endif %}", "{% for a in b %}", "{% endfor %}", "{% set a = b %}",
    "{{ a", "}}", "{%", "%}", " ", "x", "{{a}}", "| join", "(", ")", "[", "]", "'", ".b", " is ", " if ", "**", "{#",
])  # fmt: skip


@given(st.lists(PARTS))
def test_no_template_makes_it_stumble(parts: list[str]) -> None:
    with contextlib.suppress(TemplateError):
        template = read_template("".join(parts))
        fill_in(template, lambda name: ["x", {"b": 1}] if name == "b" else None)
        outlines(template)


ENDLESS = "{% for i in range(1000) %}"
DOUBLED = "{% set n = namespace(x=VALUE) %}" + ENDLESS + "{% set n.x = n.x SIGN n.x %}{% endfor %}{{ n.x }}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ a.b.replace('', 'y' * 9000) }}",
        ENDLESS * 4 + "{% endfor %}" * 4,
        ENDLESS * 2 + "{{ i }}" + "{% endfor %}" * 2,
        ENDLESS + "{{ range(1000) | sort | unique | list | tojson }}{% endfor %}",
        DOUBLED.replace("VALUE", "'ab'").replace("SIGN", "~"),
        DOUBLED.replace("VALUE", "[1]").replace("SIGN", "+"),
        DOUBLED.replace("VALUE", "3").replace("SIGN", "*"),
        ENDLESS + "{{ '{:>{w}}'.format(1, w=10 ** 9) }}{{ (5).to_bytes(10 ** 9, 'big') }}{% endfor %}",
        "{{ '\\t'.expandtabs(tabsize=10 ** 9) }}{{ '%*d' % (10 ** 9, 1) }}{{ a | indent(10 ** 9) }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{{ loop([1]) }}{% endfor %}",
        "{{ 99999 | round(-999999999) }}{{ 5 | round(999999999) }}",
        "{% if " + " " * 50_000,
        "{%" * 50_000,
        "{{" * 50_000,
        "{{ '" + "x" * 50_000,
        "{{ a " + "| b " * 20_000,
        "{{ " + "not " * 20_000 + "a }}",
    ],
)
@pytest.mark.timeout(20)
def test_no_template_keeps_it_busy_or_says_too_much(text: str) -> None:
    with contextlib.suppress(TemplateError):
        shown = fill_in(read_template(text), lambda _name: {"b": "x" * 9000})
        assert sum(len(str(part)) for part in shown) < 50_000
    without_tags(text)


def test_what_a_template_may_become_is_known_beforehand() -> None:
    template = read_template("A {% if x %}b {{c}}{% elif y %}c{% endif %} {% for z in q %}..{% endfor %}!")
    assert outlines(template) == ("A b {_} {_}!", "A c {_}!", "A  {_}!")
    assert len(outlines(read_template("{% if a %}x{% else %}y{% endif %}" * 9))) == 32
