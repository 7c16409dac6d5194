"""One slip of the hand in good files is reported, or does no harm; and nothing at all makes the reader fall over."""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.desk_file import read_desk
from bot.engine.flow import flow_set_from_json, flow_set_to_json
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.problems import Problem, Problems
from bot.yaml_nodes import Listing, Mapping, plain, read_yaml
from tests.engine.slips import DEEP, changed, delete, misspell, paths, retype

ROOT = Path(__file__).parents[2]
DESK = read_desk("desk.yaml", (ROOT / "config" / "desk.yaml").read_bytes()).names
SHIPPED = {file.name: file.read_bytes() for file in sorted((ROOT / "flows").glob("*.yaml"))}
EXAMPLE = (Path(__file__).parent / "example.yaml").read_text(encoding="utf-8")
SAMPLE = 36

# Keys that a file may lack: each has a stated default, or leaves out what it adds.
OPTIONAL = {
    *("settings", "languages", "queue", "globals", "tries", "timeout", "expires", "survey_after", "handoff"),
    *("self_service", "back", "menu", "agent", "repeat", "cancel", "language", "help"),
    *("start", "triggers", "if", "name", "resume", "persisted_slots", "run_pattern_completed"),
    *("id", "next", "then", "columns", "page_size", "value", "key", "match", "say_as", "into"),
    *("digits", "min", "max", "finish_on", "kind", "secret", "confirm", "files", "kinds", "max_mb", "rejections"),
    *("no_match", "no_input", "on_fail", "retries", "slow", "on_error", "final", "image", "attachment"),
    *("hours", "note", "share", "priority", "skills", "max_wait", "on_closed", "on_no_agent", "phone", "when"),
    *("open", "closed", "empty", "label", "scale", "labels", "thanks", "comment", "once_per", "on_low"),
    *("condition", "channel", "translation", "buttons", "initial_value", "noop", "title", "body", "ask_before_filling"),
}  # fmt: skip


def is_harmless(path: tuple[Any, ...], change: Callable[[Any, Any], bool]) -> bool:
    """Whether the language lets this pass: an optional key, an item of a list, the name of what nobody names."""
    if change is delete:
        is_pattern = str(path[-1]).startswith("pattern_") or path == ("flows",)  # the built-in ones serve
        defaulted = "condition" in path and path[-1] == "type"
        is_item = isinstance(path[-1], int) or (len(path) > 1 and path[-2] in OPTIONAL)
        return path[-1] in OPTIONAL or is_item or is_pattern or defaulted
    return change is misspell and is_name(path)


def is_name(path: tuple[Any, ...]) -> bool:
    """Whether an author chose it: under another name it is missed where it is named."""
    return len(path) == 2 and path[0] in ("flows", "slots", "responses", "surveys", "actions")


def problems_of(document: Any, others: dict[str, bytes | str]) -> list[Problem]:
    """The problems of the document, written with each value on a line of its own."""
    return list(read_flows({**others, "f.yaml": json.dumps(document, indent=1)}, DESK).problems)


def lines_of(document: Any, path: tuple[Any, ...]) -> range:
    """The lines on which the key and its value stand."""
    node = read_yaml("f.yaml", json.dumps(document, indent=1), Problems())
    first = node.mark.line if node is not None else 0
    for key in path:
        if isinstance(node, Mapping):
            first, node = node.entries[key].key.mark.line, node.entries[key].value
        elif isinstance(node, Listing):
            node = node.items[key]
            first = node.mark.line
    assert node is not None
    return range(first, first + json.dumps(plain(node), indent=1).count("\n") + 1)


def unreported(document: Any, others: dict[str, bytes | str], sample: int) -> list[Any]:
    """The changes that go by unnoticed and are not harmless, or are reported where they are not."""
    before = {(problem.code, problem.message) for problem in problems_of(document, others)}
    every = [(path, change) for path in paths(document) for change in (misspell, delete, retype)]
    missed = []
    for path, change in every if DEEP else random.Random(7).sample(every, min(sample, len(every))):
        after = changed(document, path, change)
        if after is None:
            continue
        news = [each for each in problems_of(after, others) if (each.code, each.message) not in before]
        if not news:
            if not is_harmless(path, change):
                missed.append((change.__name__, path, "unreported"))
        elif change is not delete and not is_name(path):
            lines = lines_of(after, path if change is retype else (*path[:-1], f"{path[-1]}q"))
            if not any(each.file == "f.yaml" and each.line in lines for each in news):
                missed.append((change.__name__, path, str(news[0])))
    return missed


def document_of(source: bytes | str) -> Any:
    return plain(read_yaml("f.yaml", source, Problems()) or pytest.fail("unreadable"))


def test_slips_in_the_example_are_reported_at_their_place() -> None:
    assert unreported(document_of(EXAMPLE), {}, 150) == []


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_slips_in_the_shipped_flows_are_reported_at_their_place(name: str) -> None:
    others: dict[str, bytes | str] = {other: source for other, source in SHIPPED.items() if other != name}
    assert unreported(document_of(SHIPPED[name]), others, SAMPLE // len(SHIPPED)) == []


pytestmark = pytest.mark.timeout(900 if DEEP else 120)
FUZZ = settings(max_examples=20_000 if DEEP else 60, deadline=None, suppress_health_check=list(HealthCheck))


def read_safely(source: bytes | str) -> None:
    reading = read_flows({"f.yaml": source}, DESK)
    lines = [str(problem) for problem in reading.problems]
    assert len(set(lines)) == len(lines)
    assert (reading.flow_set is None) == any(problem.severity == "error" for problem in reading.problems)
    assert all(problem.line >= 1 and problem.column >= 1 and problem.file for problem in reading.problems), lines
    assert all(line.encode() and "\n" not in line for line in lines)
    if reading.flow_set is not None:
        compile_program(flow_set_from_json(flow_set_to_json(reading.flow_set)), "test")


@FUZZ
@given(st.binary(max_size=300))
def test_any_bytes_are_read(source: bytes) -> None:
    read_safely(source)


@FUZZ
@given(st.text(max_size=300))
def test_any_text_is_read(source: str) -> None:
    read_safely(source)


@FUZZ
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.text("[]{}:,-#&*!|>'\"%@`\t\n ?<~=\\§ء٣", max_size=6))
def test_any_slip_of_the_editor_is_read(place: int, length: int, typed: str) -> None:
    read_safely(EXAMPLE[:place] + typed + EXAMPLE[place + length :])


WORDS = sorted({
    *OPTIONAL, *("flows", "slots", "responses", "actions", "surveys", "settings", "session_config", "steps"),
    *("menu", "options", "say", "collect", "action", "handoff", "callback", "survey", "link", "call", "set_slots"),
    *("noop", "ask", "if", "else", "from", "utter", "type", "values", "mappings", "text", "title", "payload", "en"),
    *("fa", "length", "ticket", "at_most", "nlu_trigger", "intent", "silence_timeout", "metadata", "custom", "support"),
    *("office", "a", "b", "utter_a", "utter_ask_a", "action_a", "action_ask_a", "validate_a", "pattern_search", "END"),
    "description",
})  # fmt: skip
VALUES = [
    "slots.a is 1",
    "{a}",
    "{a:money}",
    "1-5",
    "/SetSlots(a=1)",
    '/x{"a": 1}',
    "5s",
    "none",
    "categorical",
    "text",
]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 12), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS), st.sampled_from(VALUES), st.text(max_size=4),
)  # fmt: skip
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)
STEPS = st.lists(st.dictionaries(st.sampled_from(WORDS), TREES, min_size=1, max_size=4), min_size=1, max_size=4)


@FUZZ
@given(
    st.dictionaries(st.sampled_from(["flows", "slots", "responses", "actions", "surveys", "settings"]), TREES),
    STEPS,
    STEPS,
)
def test_any_shape_of_known_words_is_read(document: dict[str, Any], steps: Any, others: Any) -> None:
    flows = document.get("flows")
    document["flows"] = {
        **(flows if isinstance(flows, dict) else {}),
        "a": {"description": "d", "steps": steps},
        "b": {"description": "d", "start": True, "steps": [*others, {"link": "a"}]},
    }
    read_safely(json.dumps(document))


@pytest.mark.parametrize(
    "steps",
    [
        [{"say": "Hi"}] * 2000,
        [{"menu": "?", "options": [{"label": str(place), "then": [{"say": "a"}]} for place in range(500)]}],
        [{"id": f"s{place}", "noop": True, "next": f"s{(place * 7) % 2000}"} for place in range(2000)],
    ],
)
def test_large_flows_are_read(steps: Any) -> None:
    read_safely(json.dumps({"flows": {"a": {"description": "d", "steps": steps}}}))
