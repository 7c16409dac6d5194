"""The schema for editors and the reader know the same language: the same keys, the same kinds of values."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, ValidationError

from bot.__main__ import main
from bot.engine.reader import read_flows
from bot.engine.reading.sections import SECTIONS
from bot.engine.reading.step_source import STEP_KINDS
from bot.engine.schema.document import flow_file_schema
from bot.engine.schema.forms import Schema
from bot.engine.schema.steps import STEPS
from bot.problems import Problem, Problems
from bot.yaml_fields import Fields
from bot.yaml_nodes import plain, read_yaml
from tests.engine.slips import DEEP, changed, delete, misspell, paths, put

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
EXPLAINING = ("description", "markdownDescription")
SCHEMA = flow_file_schema()
VALIDATOR = Draft7Validator(SCHEMA)
FILES = {
    **{file.name: file.read_text(encoding="utf-8") for file in sorted((ROOT / "flows").glob("*.yaml"))},
    **{
        name: (HERE / name).read_text(encoding="utf-8")
        for name in ("example.yaml", "everything.yaml", "every_key.yaml")
    },
    **{
        f"README {number}": example
        for number, example in enumerate(
            re.findall(r"```yaml\n(.*?)```", (ROOT / "flows" / "README.md").read_text(encoding="utf-8"), re.DOTALL)
        )
    },
}


def document_of(source: str) -> Any:
    node = read_yaml("f.yaml", source, Problems())
    assert node is not None
    return plain(node)


def fits(document: Any) -> bool:
    return next(VALIDATOR.iter_errors(document), None) is None


def mappings_of(schema: Any) -> Iterator[Schema]:
    """Every mapping of the schema whose keys are all known, wherever it stands."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False and "title" in schema:
            yield schema
        for inner in schema.values():
            yield from mappings_of(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from mappings_of(inner)


def forms_of(schema: Any) -> Iterator[Schema]:
    """Every mapping that the schema is made of."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from forms_of(inner)


def words_of(error: ValidationError) -> str:
    """What an editor says of it."""
    if error.context:
        return words_of(error.context[0])
    return str(error.schema.get("errorMessage", error.message))


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)
    names = set(re.findall(r'"#/definitions/(\w+)"', json.dumps(SCHEMA)))
    assert names == SCHEMA["definitions"].keys()


def test_the_schema_has_the_keys_that_the_reader_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: set[tuple[str, frozenset[str]]] = set()

    def only(fields: Fields[Any], known: Any) -> None:
        taken.add((fields.what, frozenset(known)))

    monkeypatch.setattr(Fields, "only", only)
    half = "slots: {x: {type: text, validation: {rejections: [{if: a}]}}}"  # one that is whole may hold more
    for source in (*FILES.values(), half):
        read_flows({"f.yaml": source})
    offered = {(mapping["title"], frozenset(mapping["properties"])) for mapping in mappings_of(SCHEMA)}
    assert offered - {("a flow file", frozenset(SCHEMA["properties"]))} == taken
    assert SCHEMA["properties"].keys() >= SECTIONS
    assert set(STEP_KINDS) == STEPS.keys()


@pytest.mark.parametrize("name", FILES)
def test_good_files_fit(name: str) -> None:
    assert [
        (list(error.absolute_path), error.message) for error in VALIDATOR.iter_errors(document_of(FILES[name]))
    ] == []


@pytest.mark.parametrize(
    "slip",
    [
        "flows: {a: {descripton: d, steps: [{say: x}]}}",
        "flows: {a: {description: a, steps: [{sey: x}]}}",
        "flows: {a: {description: a, steps: {say: x}}}",
        "flows: {a: {description: a, start: Yes, steps: [{say: x}]}}",
        "flows: {a: {description: a, steps: [{say: x, menu: y, options: [{label: a}]}]}}",
        "flows: {a: {description: a, steps: [{menu: x}]}}",
        "flows: {a: {description: a, steps: [{menu: x, options: [{lable: a}]}]}}",
        "flows: {a: {description: a, steps: [{collect: x, ask: y, kind: e-mail}]}}",
        "flows: {a: {description: a, steps: [{collect: x, ask: y, timeout: 5}]}}",
        "flows: {a: {description: a, steps: [{say: x, next: [{if: a, then: END}]}]}}",
        "flows: {a: {description: a, steps: [{say: {english: x}}]}}",
        "slots: {a: text}",
        "slots: {a: {type: string}}",
        "slots: {a: {type: text, validation: {rejections: []}}}",
        "flows: {a: {description: a, nlu_trigger: [{intent: {name: b}, confidence_threshold: 7}], steps: [{say: x}]}}",
        "surveys: {a: {kind: nsp, ask: x}}",
        "settings: {langauges: [en]}",
        "respones: {}",
    ],
)
def test_typical_slips_do_not_fit(slip: str) -> None:
    assert not fits(document_of(slip))
    assert any(problem.severity == "error" for problem in read_flows({"f.yaml": slip}).problems)


@pytest.mark.parametrize("braces", ["{x}", "{name: x}", "{name: x, ask_before_filling: true}"])
def test_what_calms_files_may_have_and_should_not_is_marked_there_too(braces: str) -> None:
    """An editor does not know whose file it shows: what the reader warns of in one is an error in the other."""
    flows = (
        f"slots: {{x: {{type: text}}}}\nflows: {{a: {{description: d, start: true, steps: [{{collect: {braces}}}]}}}}"
    )
    for source, severity in ((flows, "error"), (f'version: "3.1"\n{flows}', "warning")):
        assert not fits(document_of(source))
        told = [problem.severity for problem in read_flows({"f.yaml": source}).problems if problem.code == "wrong-type"]
        assert told == [severity]


VALUES: list[Any] = [
    None, True, False, 0, 7, 99_999, 1.5, "", "x y", "utter_x", "5s", "none", "1-5", [], [[7]], ["x"], [None], {},
    {"x": {}}, {"en": "x"}, {"en": None}, [{}], [{"say": "x"}],
]  # fmt: skip
SEEN_BY_BOTH = {
    "unknown-key", "wrong-type", "unknown-value", "missing-key", "two-step-kinds", "unknown-step-kind", "empty",
    "out-of-range", "bad-address", "missing-else",
}  # fmt: skip
EMPTY = (None, {"en": None})  # CALM's files may have keys without a value, which editors mark all the same
# Where a value hangs on another one, or on the calendar, the schema is content with its kind.
TAKES_MORE = {"src", "url", "at", "min_value", "max_value", "actions", "surveys"}


def news(document: Any, known: set[str]) -> list[Problem]:
    return [problem for problem in read_flows({"f": json.dumps(document)}).problems if problem.message not in known]


@pytest.mark.timeout(900)  # when every slip is made
@pytest.mark.parametrize("name", FILES if DEEP else ["every_key.yaml"])
def test_reader_and_schema_refuse_the_same(name: str) -> None:
    """What the schema marks is a problem to the reader; what the reader says of kinds and keys, the schema marks."""
    document = document_of(FILES[name])
    known = {problem.message for problem in read_flows({"f": json.dumps(document)}).problems}
    every = [(path, slip) for path in paths(document) for slip in (misspell, delete, *VALUES)]
    differing = []
    for path, slip in every if DEEP else random.Random(name).sample(every, 100):
        after = changed(document, path, slip if callable(slip) else put(slip))
        if after is None:
            continue
        told = news(after, known)
        of_form = [each for each in told if each.code in SEEN_BY_BOTH and each.severity == "error"]
        marks_more = not fits(after) and not told and slip not in EMPTY
        if marks_more or (of_form and fits(after) and not TAKES_MORE.intersection(path)):
            differing.append((path, slip, [str(each) for each in told]))
    assert differing == []


def test_the_command_prints_and_writes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA
    assert main(["flows", "schema", "--output", str(tmp_path / "deep" / "flows.schema.json")]) == 0
    assert json.loads((tmp_path / "deep" / "flows.schema.json").read_text(encoding="utf-8")) == SCHEMA
    assert main(["flows", "schema", "--output", str(tmp_path)]) == 1


def test_every_key_is_explained() -> None:
    for mapping in mappings_of(SCHEMA):
        for key, form in mapping["properties"].items():
            assert re.fullmatch(r"[A-Z`c][^\n]+[.]", form.get("description", "")), (mapping["title"], key)
            if key in mapping.get("required", ()) and mapping["title"] != f"'{key}'":
                assert form["description"].endswith("Required."), (mapping["title"], key)


def test_what_has_no_effect_is_not_offered() -> None:
    offered = {
        key
        for mapping in mappings_of(SCHEMA)
        for key, form in mapping["properties"].items()
        if ("no effect" in form["description"] or "CALM's" in form["description"]) and "doNotSuggest" not in form
    }
    assert offered == set()
    beside_ref = [form for form in forms_of(SCHEMA) if "$ref" in form and form.keys() - {"$ref", *EXPLAINING}]
    assert beside_ref == []  # editors pass over what else stands there


@pytest.mark.parametrize(
    ("slip", "place", "message"),
    [
        ("steps: [Hello]", ["steps", 0], "This should be a step, such as '- say: Hello'."),
        ("steps: [{id: a}]", ["steps", 0], "This is no step. There are: say, menu, "),
        ("steps: [{id: a, sya: Hello, image: b}]", ["steps", 0], "This is no step. There are: say, menu, "),
        ("steps: [{menu: a, optoins: [{label: b}]}]", ["steps", 0], "'options' is a required property"),
        ("steps: [{menu: a, options: {label: b}}]", ["steps", 0, "options"], "'from' is a required property"),
        ("steps: [{menu: a, options: b}]", ["steps", 0, "options"], "This should be a list of options: each begins"),
        ("steps: [{say: {Hello: world}}]", ["steps", 0, "say"], "This should be a text, or one for each language: "),
        ("steps: [{say: true}]", ["steps", 0, "say"], "This should be a text, or one for each language: "),
        ("steps: [{collect: true}]", ["steps", 0, "collect"], "This should be a text. Put it in quotes if "),
        ("steps: [{hours: a}]", ["steps", 0], "'hours' needs open or closed."),
        ("steps: [{noop: false}]", ["steps", 0, "noop"], "This should be true."),
        ("steps: [{noop: yes}]", ["steps", 0, "noop"], "This should be true."),
        ("steps: [{noop: true, next: {if: a}}]", ["steps", 0, "next"], "This should be the id of a step, END, or a"),
        ("steps: [{noop: true, next: [{if: a, then: END}]}]", ["steps", 0, "next"], "These branches must be closed by"),
        ("steps: [{collect: a, timeout: 5}]", ["steps", 0, "timeout"], "This should be a number and a unit, such as"),
        ("steps: [{collect: a, tries: many}]", ["steps", 0, "tries"], "This should be a whole number from 1 to "),
        ("steps: [{handoff: a, priority: hihg}]", ["steps", 0, "priority"], "This should be one of low, normal, high"),
        ("steps: say", ["steps"], "This should be a list: each item begins with '- '."),
        ("start: yes, steps: [{say: a}]", ["start"], "This should be true or false."),
        ("if: [a], steps: [{say: a}]", ["if"], "This should be a condition, such as "),
    ],
)
def test_a_slip_is_told_once_in_an_authors_words(slip: str, place: list[str | int], message: str) -> None:
    told = [
        (list(error.absolute_path)[2:], words_of(error))
        for error in VALIDATOR.iter_errors(document_of(f"flows: {{a: {{description: d, {slip}}}}}"))
        if error.validator != "additionalProperties" or "errorMessage" in error.schema
    ]
    assert [(each, words[: len(message)]) for each, words in told] == [(place, message)]
