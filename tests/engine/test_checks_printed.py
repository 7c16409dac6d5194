"""How problems are printed: for people, for programs, for GitHub."""

import json

import pytest

from bot.problems import Mark, Problems, as_github, as_json, as_text, did_you_mean, nearest


def some_problems() -> Problems:
    problems = Problems()
    problems.warn(Mark("flows/b.yaml", 2, 3), "unused-slot", "nothing uses the slot 'x'")
    problems.error(
        Mark("flows/a,b.yaml", 12, 11), "unknown-step", "next goes to 'nubmer', which is not a step", "try: 'number'"
    )
    problems.warn(Mark("flows/b.yaml", 2, 3), "unused-slot", "nothing uses the slot 'x'")
    return problems


def test_text_is_one_line_a_problem_sorted_and_once() -> None:
    assert as_text(some_problems().sorted()) == (
        "flows/a,b.yaml:12:11: error[unknown-step]: next goes to 'nubmer', which is not a step (try: 'number')\n"
        "flows/b.yaml:2:3: warning[unused-slot]: nothing uses the slot 'x'\n"
    )


def test_warnings_that_say_the_same_of_many_places_in_a_file_are_one_line_with_the_lines_of_all() -> None:
    problems, line = Problems(), "f.yml:1:3: warning[no-effect]: 'hue' has no effect here"
    for place in (1, 4, 9, 12):
        assert as_text(problems.sorted()).count("\n") == len(problems)
        problems.warn(Mark("f.yml", place, 3), "no-effect", "'hue' has no effect here")
    problems.warn(Mark("g.yml", 2, 3), "no-effect", "'hue' has no effect here")
    one = f"{line} (so it is on the lines 4, 9, 12)\ng.yml:2:3: warning[no-effect]: 'hue' has no effect here\n"
    assert as_text(problems.sorted()) == one
    assert len(json.loads(as_json(problems.sorted()))) == len(as_github(problems.sorted()).splitlines()) == 5


def test_each_error_is_a_line_of_its_own() -> None:
    problems = Problems()
    for place in (1, 4, 9, 12, 20):
        problems.error(Mark("f.yml", place, 3), "unknown-step", "next goes to 'a', which is not a step")
    assert as_text(problems.sorted()).count("\n") == 5


def test_json_is_an_array() -> None:
    first, second = json.loads(as_json(some_problems().sorted()))
    assert first == {
        "file": "flows/a,b.yaml", "line": 12, "column": 11, "code": "unknown-step", "severity": "error",
        "message": "next goes to 'nubmer', which is not a step", "hint": "try: 'number'",
    }  # fmt: skip
    assert "hint" not in second
    assert json.loads(as_json([])) == []


def test_github_gets_annotations_that_text_cannot_break_out_of() -> None:
    problems = some_problems()
    problems.error(Mark("c.yaml"), "yaml", "100% wrong\n::error::ha")
    assert as_github(problems.sorted()).splitlines() == [
        "::error file=c.yaml,line=1,col=1,title=yaml::100%25 wrong%0A::error::ha",
        "::error file=flows/a%2Cb.yaml,line=12,col=11,title=unknown-step::"
        "next goes to 'nubmer', which is not a step (try: 'number')",
        "::warning file=flows/b.yaml,line=2,col=3,title=unused-slot::nothing uses the slot 'x'",
    ]


def test_only_an_error_fails() -> None:
    problems = Problems()
    assert not problems.failed
    problems.warn(Mark("a"), "x", "y")
    assert not problems.failed
    problems.error(Mark("a"), "x", "z")
    assert problems.failed


@pytest.mark.parametrize(
    ("name", "close"),
    [("nubmer", "number"), ("Number", "number"), ("numbers", "number"), ("numbr", "number"), ("x", None), ("", None)],
)
def test_the_nearest_name(name: str, close: str | None) -> None:
    assert nearest(name, ["ask", "number", "top"]) == close
    assert did_you_mean(name, ["ask", "number", "top"]) == (f"did you mean '{close}'?" if close else None)
