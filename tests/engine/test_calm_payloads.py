"""What the payloads of CALM buttons say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.calm_payloads import NamesIntent, SetsSlots, read_payload
from bot.engine.reader import read_flows


@pytest.mark.parametrize(
    ("payload", "values"),
    [
        ("/SetSlots(a=1)", {"a": 1}),
        ("/SetSlots(a=1, b=2.5, c=-3)", {"a": 1, "b": 2.5, "c": -3}),
        ("/SetSlots(a=true, b=False, c=null)", {"a": True, "b": False, "c": None}),
        ("/SetSlots(city=New York)", {"city": "New York"}),
        ("/SetSlots(a=\"x, y\", b='it)s')", {"a": "x, y", "b": "it)s"}),
        ('/SetSlots(a="say \\"hi\\"")', {"a": 'say "hi"'}),
        (" /SetSlots( a = 1 ) ", {"a": 1}),
        ("/SetSlots(a=)", {"a": ""}),
        ("/SetSlots()", {}),
        ("SetSlots(a=1)", {"a": 1}),
        ("/SetSlots(code=007, none=0, rate=0.5)", {"code": "007", "none": 0, "rate": 0.5}),
        ("/SetSlots(version=1.50)", {"version": "1.50"}),
    ],
)
def test_slots_are_set(payload: str, values: dict[str, object]) -> None:
    assert read_payload(payload) == SetsSlots(values=values)


@pytest.mark.parametrize(
    ("payload", "intent", "entities"),
    [
        ("/greet", "greet", {}),
        ('/order{"size": "large", "n": 2}', "order", {"size": "large", "n": 2}),
        ('/order {"size": "large"}', "order", {"size": "large"}),
        ("/order{broken}", "order", {}),
        ('/order{"a": [1]}', "order", {"a": [1]}),
        ('/order-a-card@0.9{"a": 1}', "order-a-card", {"a": 1}),
    ],
)
def test_an_intent_is_named(payload: str, intent: str, entities: dict[str, object]) -> None:
    assert read_payload(payload) == NamesIntent(intent=intent, entities=entities)


@pytest.mark.parametrize(
    "payload", ["", "hello", "1/2", "/", "/SetSlots(a)", "/SetSlots(=1)", "/SetSlots(a=1", "/two words"]
)
def test_anything_else_is_text(payload: str) -> None:
    assert read_payload(payload) is None


@pytest.mark.parametrize(
    ("values", "problems"),
    [("s0=a b", 0), ("s0=f(x)", 1), ("s0='a, b'", 1), (", ".join(f"s{place}=x" for place in range(11)), 1)],
)
def test_what_calm_cannot_read_in_a_payload_is_told(values: str, problems: int) -> None:
    slots = ", ".join(f"s{place}: {{type: text}}" for place in range(11))
    said = f'[{{text: A, buttons: [{{title: B, payload: "/SetSlots({values})"}}]}}]'
    source = f"slots: {{{slots}}}\nresponses: {{utter_a: {said}}}\n"
    flows = "flows: {a: {start: true, description: d, steps: [{action: utter_a}]}}"
    for version, count in (("version: '3.1'\n", problems), ("settings: {tries: 2}\n", 0)):
        found = read_flows({"a.yml": version + source + flows})
        assert [each.code for each in found.problems if each.code == "payload"] == ["payload"] * count


@given(st.text(alphabet="/SetSlots(){}=,\"'\\a1 \n", max_size=80))
def test_any_text_is_read_somehow(payload: str) -> None:
    read_payload(payload)


@pytest.mark.parametrize("payload", ["/SetSlots(a=x{blanks}y)", "/x{blanks}y", "/x{blanks}{{{{a"])
def test_blanks_without_end_take_no_time(payload: str) -> None:
    """A million of them, each of which was tried with each."""
    read_payload(payload.format(blanks=" " * 1_000_000))
