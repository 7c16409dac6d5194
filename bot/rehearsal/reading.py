"""Test files -> cases, or problems at file:line:column. No file is opened here: the caller brings their contents."""

from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from pathlib import PurePath
from typing import cast

from bot.content import Json, Value
from bot.problems import Mark, Problem
from bot.rehearsal.case import Case
from bot.rehearsal.reading_cases import Known, read_case
from bot.rehearsal.reading_stubs import read_stubs
from bot.yaml_fields import Fields, NodeProblems, mappings_in
from bot.yaml_nodes import Listing, Node, plain, read_yaml
from bot.yaml_nodes import Mapping as MappingNode

FILE_KEYS = frozenset({"version", "test_cases", "fixtures", "metadata", "stub_custom_actions"})
SHARED = ("conftest.yml", "conftest.yaml")  # their fixtures serve the files of their folder and below
SHARED_KEYS = FILE_KEYS | {"evaluation", "llm_judge", "simulation"}


class TestReading(Value, frozen=True, kw_only=True):
    """What came of the files: the cases in order, and all problems, sorted. With errors no case should run."""

    cases: tuple[Case, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


def read_tests(files: Mapping[str, bytes], zone: tzinfo = UTC) -> TestReading:
    """Read all test files, contents by name. `zone` is the one of times that are written without one."""
    found = NodeProblems()
    shared = {name: files[name] for name in files if PurePath(name).name in SHARED}
    fixtures = {str(PurePath(name).parent): _shared_fixtures(name, body, found) for name, body in shared.items()}
    cases: list[Case] = []
    for name in sorted(files.keys() - shared.keys()):
        cases += _cases(name, files[name], _inherited(name, fixtures), zone, found)
    _name_twice(cases, found)
    return TestReading(cases=tuple(cases), problems=found.sorted())


def _cases(
    file: str, body: bytes, inherited: dict[str, dict[str, Json]], zone: tzinfo, found: NodeProblems
) -> Iterator[Case]:
    document = read_yaml(file, body, found)
    if document is None:
        return
    if isinstance(document, MappingNode) and "test_case" in document.entries:
        found.warn(document, "lone-test", "CALM passes over a test that is not in a list", "put it below 'test_cases:'")
        lone = read_case(document, Known(fixtures=inherited, metadata={}, stubs={}, zone=zone), found)
        yield from filter(None, [lone])
        return
    if isinstance(document, MappingNode) and "scenario" in document.entries:
        message = "a scenario is played by a language model, of which there is none here: it is left out"
        found.warn(document.entries["scenario"].key, "needs-model", message)
        return
    if not isinstance(document, MappingNode) or "test_cases" not in document.entries:
        found.warn(Mark(file), "no-tests", "there is no key 'test_cases' in this file: it is left out")
        return
    fields = Fields(document, found, "a test file")
    fields.only(FILE_KEYS)
    stubs = fields.get("stub_custom_actions")
    known = Known(
        fixtures=inherited | _named(fields.get("fixtures"), found, "fixtures"),
        metadata=_named(fields.get("metadata"), found, "metadata"),
        stubs=read_stubs(stubs, found) if stubs else {},
        zone=zone,
    )
    for node in mappings_in(fields.listing("test_cases"), found, "a test case"):
        case = read_case(node, known, found)
        if case is not None:
            yield case


def _shared_fixtures(file: str, body: bytes, found: NodeProblems) -> dict[str, dict[str, Json]]:
    document = read_yaml(file, body, found)
    if not isinstance(document, MappingNode):
        return {}
    fields = Fields(document, found, "a file of shared fixtures")
    fields.only(SHARED_KEYS)
    return _named(fields.get("fixtures"), found, "fixtures")


def _inherited(file: str, fixtures: Mapping[str, dict[str, dict[str, Json]]]) -> dict[str, dict[str, Json]]:
    """The fixtures of the folders above, the nearest winning."""
    gathered: dict[str, dict[str, Json]] = {}
    for folder in reversed(PurePath(file).parents):
        gathered |= fixtures.get(str(folder), {})
    return gathered


def _named(node: Node | None, found: NodeProblems, key: str) -> dict[str, dict[str, Json]]:
    """Values by name: `- premium: {slot: value}`, or with a list of such pairs, or all in one mapping."""
    if node is None:
        return {}
    items = node.items if isinstance(node, Listing) else (node,)
    named: dict[str, dict[str, Json]] = {}
    for item in mappings_in(items, found, f"an item of '{key}'"):
        for name, entry in item.entries.items():
            pairs = entry.value.items if isinstance(entry.value, Listing) else (entry.value,)
            each = [plain(pair) for pair in mappings_in(pairs, found, f"'{name}'")]
            named[name] = {slot: value for pair in each for slot, value in cast(dict[str, Json], pair).items()}
    return named


def _name_twice(cases: list[Case], found: NodeProblems) -> None:
    first: dict[tuple[str, str], Mark] = {}
    for case in cases:
        before = first.setdefault((case.mark.file, case.name), case.mark)
        if before is not case.mark:
            where = f"{before.line}:{before.column}"
            found.warn(case.mark, "same-name", f"there is another test '{case.name}' at {where} of this file")
