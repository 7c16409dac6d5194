"""The tests that ship with the flows: each passes everywhere, and no step is without one."""

import re

from bot.engine.reader import read_marked_flows
from bot.rehearsal.coverage import coverage_of
from bot.rehearsal.reading import read_tests
from bot.rehearsal.reading_cases import CHANNELS
from bot.rehearsal.rendering import as_text, failed_text
from tests.rehearsal.theatre import ROOT, SHIPPED, SHIPPED_TESTS, ZONE, cases_of, play


def test_every_step_is_reached_in_every_language_and_every_test_passes_on_every_channel() -> None:
    reading, marks = read_marked_flows(SHIPPED)
    tests = read_tests(SHIPPED_TESTS, ZONE)
    assert tests.problems == ()
    assert reading.flow_set is not None
    languages = reading.flow_set.settings.languages
    plays = [
        (case, channel, language)
        for case in tests.cases
        for channel in case.channels or CHANNELS
        for language in case.languages or languages
    ]
    results = play(SHIPPED, plays)
    coverage = coverage_of(reading.flow_set, marks, ((result.language, result.steps) for result in results))
    assert all(result.passed for result in results), as_text(results, coverage)
    assert coverage.missed == 0, as_text(results, coverage, coverage.flows)
    assert coverage.languages == ("en", "fa", "ar", "he")
    assert {result.remarks for result in results} == {()}


def test_every_example_of_the_guide_to_tests_passes() -> None:
    guide = (ROOT / "flows" / "tests" / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    cases = [case for example in examples for case in cases_of(example)]
    results = play(SHIPPED, [(case, "telegram", None) for case in cases])
    assert "".join(failed_text(result) for result in results if not result.passed) == ""
    assert len(results) == 2
