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
