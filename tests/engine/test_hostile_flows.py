"""Flows that are well formed and far beyond what anybody writes: each is read at once, or refused in a few words.

What grew with the square of its length took minutes at these sizes.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.engine.reader import read_flows
from bot.problems import Problem

pytestmark = pytest.mark.timeout(20)


def problems_of(**sections: Any) -> tuple[Problem, ...]:
    flow = {"description": "d", "start": True, "steps": [{"action": "utter_a"}, {"collect": "a"}]}
    document = {"version": "3.1", "flows": {"f": flow}, "slots": {"a": {"type": "text"}}} | sections
    return read_flows({"f.yaml": json.dumps(document)}).problems


def codes_of(problems: tuple[Problem, ...]) -> set[str]:
    assert all(len(str(problem)) < 500 for problem in problems)
    return {problem.code for problem in problems if problem.severity == "error"}


def text(words: str) -> Mapping[str, Any]:
    return {"responses": {"utter_a": [{"text": words}], "utter_ask_a": [{"text": "?"}]}}


@pytest.mark.parametrize("braces", ["{" * 100_000, "{{ a" * 60_000, "{% a" * 60_000, "<speak>" + "{{" * 60_000])
def test_braces_without_end_are_read_at_once(braces: str) -> None:
    assert codes_of(problems_of(**text(braces))) == set()


def test_a_thousand_languages_are_too_many() -> None:
    codes = [f"e{place:x}" for place in range(20_000)]
    settings = {"languages": codes[:10_000]}
    assert "too-many" in codes_of(problems_of(settings=settings, **text("Hi")))
    says = [{"say": dict.fromkeys(codes[begin : begin + 100], "Hi")} for begin in range(0, 5_000, 100)]
    assert "unknown-language" in codes_of(problems_of(flows={"f": {"description": "d", "steps": says}}))


def flow(*steps: Mapping[str, Any], **more: Any) -> Mapping[str, Any]:
    return {"description": "d", "steps": steps, **more}


def test_thousands_of_flows_may_call_or_link_each_other() -> None:
    chain = {f"f{place}": flow({"call": f"f{place + 1}"}) for place in range(3_000)}
    asks = flow({"collect": "a", "ask": "?"})
    keeping = flow({"call": "f0"}, start=True, persisted_slots=["a"])
    assert codes_of(problems_of(flows={"f": keeping, **chain, "f3000": asks})) == {"duplicate-description"}
    star = {f"f{place}": flow({"link": "hub"}) for place in range(3_000)}
    calls = [{"call": name} for name in star]
    assert "link-in-called-flow" in codes_of(problems_of(flows={"hub": flow(*calls), **star}))


def test_thousands_of_values_are_compared_each_once() -> None:
    values = [f"v{place}" for place in range(6_000)]
    buttons = [{"title": f"b{value}", "payload": f"p{value}"} for value in values]
    slots = {"a": {"type": "categorical", "values": values}}
    sets = flow(*({"set_slots": [{"a": f"w{value}"}]} for value in values), {"collect": "a"})
    problems = problems_of(
        flows={"f": sets}, slots=slots, responses={"utter_ask_a": [{"text": "?", "buttons": buttons}]}
    )
    assert codes_of(problems) == {"value"}


def test_thousands_of_questions_may_lead_round() -> None:
    names = [f"a{place}" for place in range(3_000)]
    round_about = zip(names, [*names[1:], names[0]], strict=True)
    steps = [{"id": f"q{name}", "collect": name, "ask": "?", "next": f"q{after}"} for name, after in round_about]
    problems = problems_of(
        flows={"f": flow(*steps, persisted_slots=names)}, slots={name: {"type": "text"} for name in names}
    )
    assert codes_of(problems) == set()
