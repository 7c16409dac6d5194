"""Texts of CALM that are Jinja templates, as in ArjanCodes/rasa-concert-agent and RasaHQ/lakera-agent-security."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content import Json
from bot.engine.reader import read_flows
from bot.engine.reading.jinja import branches
from bot.problems import as_text
from tests.engine.customers import CustomerOf

CONCERTS = (
    "Unfortunately I don't see {% if artist %}{{artist}}{% elif genre and genre != 'any' %}any {{genre}} concerts"
    "{% else %}any concerts{% endif %}{% if price and price < 50 %} for {{price}}{% endif %}."
)


def said(text: str, slots: dict[str, Json], **more: Json) -> str:
    """What is said while the slots have these values."""
    variation = {"text": text, "metadata": {"template": "jinja"}, **more}
    known = {"artist": {"type": "text"}, "genre": {"type": "text"}, "price": {"type": "float"}}
    domain = {"version": "3.1", "slots": known, "responses": {"utter_none": [variation, {"text": "None at all."}]}}
    steps = [{"set_slots": [slots]}, {"action": "utter_none"}] if slots else [{"action": "utter_none"}]
    flows = {"flows": {"find": {"description": "d", "start": True, "steps": steps}}}
    reading = read_flows({"domain.yml": json.dumps(domain), "flows.yml": json.dumps(flows)})
    assert reading.flow_set is not None, as_text(reading.problems)
    return CustomerOf(reading.flow_set).starts()[0]


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


def test_filters_leave_the_value_as_it_is() -> None:
    text = "Under ${{ (price | float) | round(1) | int }}, {{artist|default('all')}}."
    assert said(text, {"price": 20, "artist": "X"}, condition="slots.price > 1") == "Under $20, X."


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in artist %}x{% endfor %}",
        "{% if artist %}x",
        "x{% endif %}",
        "{% if artist in genre %}x{% endif %}",
        "{% if artist %}x{% else %}y{% else %}z{% endif %}",
        "{% if artist | length %}x{% endif %}",
        "{% if %}x{% endif %}",
        "{% if artist %}a{% endif %}" * 7,
        "{% if artist %}" * 5000,
    ],
)
def test_what_is_more_than_branches_is_told_and_shown_as_written(text: str) -> None:
    assert branches(text) is None
    if len(text) < 1000:
        assert said(text, {"artist": "x"}, condition="slots.artist is 'x'") == text


def test_translations_have_the_same_branches() -> None:
    german = "{% if artist %}Kein {{artist}}{% else %}Nichts{% endif %}"
    text = "{% if artist %}No {{artist}}{% else %}Nothing{% endif %}"
    assert said(text, {"artist": "X"}, condition="true", translation={"de": german}) == "No X"


@given(
    st.lists(
        st.sampled_from(["{% if a %}", "{% elif b %}", "{% else %}", "{% endif %}", "{%", "%}", " ", "x", "{{a}}"])
    )
)
def test_no_template_makes_it_stumble(parts: list[str]) -> None:
    found = branches("".join(parts))
    assert found is None or all("{%" not in text for _, text in found)


def test_no_template_keeps_it_busy() -> None:
    """Looking again from every place would take hours, which the suite's time limit ends."""
    value = "{{ a " + "| b " * 400_000
    assert branches(value) == (((), value),)
    assert branches("{% if " + " " * 1_000_000) is None
    assert branches("{%" * 1_000_000) is None
