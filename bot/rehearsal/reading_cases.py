"""One test case: its surroundings and its turns."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo

import msgspec

from bot.content import Json, Value
from bot.problems import did_you_mean
from bot.rehearsal.calms_own import OF_AGENTS
from bot.rehearsal.case import (
    EVERY_LANGUAGE,
    EVERY_QUEUE,
    ActionRuns,
    AnyExpectation,
    AsksSurvey,
    Begins,
    BooksCallback,
    BooksFollowUp,
    BotSays,
    Caller,
    Case,
    DeskState,
    Ends,
    HandsOver,
    OffersMenu,
    OpensTicket,
    Says,
    SlotIs,
    Stub,
    Turn,
    Understood,
)
from bot.rehearsal.reading_acts import ACTS, read_act, read_commands
from bot.rehearsal.reading_expectations import AS_STEPS, read_assertions, read_expectation
from bot.rehearsal.reading_stubs import read_stubs
from bot.yaml_fields import Fields, NodeProblems, mappings_in
from bot.yaml_nodes import Entry, Listing, Node, Scalar
from bot.yaml_nodes import Mapping as MappingNode

CASE_KEYS = frozenset({
    "test_case", "steps", "fixtures", "metadata", "channel", "language", "at", "desk", "customer",
    "stub_custom_actions",
})  # fmt: skip
OURS = frozenset({"channel", "language", "at", "desk", "customer"})
OF_A_DESK = (HandsOver, AsksSurvey, BooksCallback, OpensTicket, BooksFollowUp, OffersMenu, Ends)
ACT_KEYS = frozenset({"assertions", "assertion_order_enabled", "metadata", "commands"})
DESK_STATES: tuple[DeskState, ...] = ("open", "closed", "no_agent", "full")
CHANNELS = ("telegram", "webchat", "plain", "voice")
MOCKED_DATETIME = "mocked_datetime"  # CALM's own slot: the clock of the test
NOBODY = "none"
PASSED_OVER = "CALM passes over 'bot' and 'utter' beside 'assertions'"


class Known(Value, frozen=True, kw_only=True):
    """What cases may name: fixtures and metadata of their file, stubs of its actions; the zone in which times are."""

    fixtures: Mapping[str, dict[str, Json]]
    metadata: Mapping[str, dict[str, Json]]
    stubs: Mapping[str, tuple[Stub, ...]]
    zone: tzinfo


def read_case(node: MappingNode, known: Known, found: NodeProblems) -> Case | None:
    """The case, none when it lacks a name or steps."""
    fields = Fields(node, found, "a test case")
    fields.only(CASE_KEYS)
    name, steps = fields.word("test_case"), fields.listing("steps")
    if name is None or not steps:
        for key in ("test_case", "steps"):
            empty = fields.required(key)
            if isinstance(empty, Listing) and not empty.items:
                found.error(empty, "empty", f"'{key}' is empty")
        return None
    slots = _fixture_slots(fields, known, found)
    mocked = slots.pop(MOCKED_DATETIME, None)
    turns = tuple(_turns(steps, known, found))
    own_stubs = node.entries.get("stub_custom_actions")
    is_ours = bool(OURS & node.entries.keys()) or any(map(_is_ours, turns))
    return Case(
        name=name,
        mark=node.entries["test_case"].value.mark,
        turns=turns if is_ours else tuple(map(_of_its_turn, turns)),
        channels=_channels(fields, found),
        languages=tuple(word for word, _ in fields.words("language") if word != "all"),
        at=_moment(fields.get("at"), known.zone, found) or _as_moment(mocked, known.zone),
        desk=_desk(fields, found),
        customer=_customer(fields, found),
        slots=slots,
        stubs=_stubs_for(name, known.stubs) | (read_stubs(own_stubs.value, found) if own_stubs else {}),
        metadata=_metadata(fields, known, found),
        word_for_word=is_ours,
    )


def _of_its_turn(turn: Turn) -> Turn:
    """As CALM means it: what is said of slots is about what happened to them in the turn, and agents have own words."""
    has_agent = any(isinstance(each, ActionRuns) and each.action in OF_AGENTS for each in turn.expected)
    expected = (_of_a_turn(each, has_agent) for each in turn.expected)
    return msgspec.structs.replace(turn, expected=tuple(expected))


def _of_a_turn(expected: AnyExpectation, has_agent: bool) -> AnyExpectation:
    match expected:
        case SlotIs():
            return msgspec.structs.replace(expected, now=True)
        case BotSays(response=None, buttons=None, never=False) if has_agent:
            return msgspec.structs.replace(expected, unchecked="an agent of language models says it")
    return expected


def _is_ours(turn: Turn) -> bool:
    """Whether a test for a language model could not hold this turn."""
    if isinstance(turn.act, Says):
        return EVERY_LANGUAGE not in turn.act.text.by_language or any(
            isinstance(each, OF_A_DESK) for each in turn.expected
        )
    return not isinstance(turn.act, Begins)


# Surroundings


def _fixture_slots(fields: Fields[NodeProblems], known: Known, found: NodeProblems) -> dict[str, Json]:
    slots: dict[str, Json] = {}
    for name, node in fields.words("fixtures"):
        if name in known.fixtures:
            slots |= known.fixtures[name]
        else:
            hint = did_you_mean(name, known.fixtures) or "define it under the top-level key 'fixtures'"
            found.error(node, "unknown-fixture", f"there is no fixture '{name}'", hint)
    return slots


def _metadata(fields: Fields[NodeProblems], known: Known, found: NodeProblems) -> dict[str, Json]:
    gathered: dict[str, Json] = {}
    for name, node in fields.words("metadata"):
        if name in known.metadata:
            gathered |= known.metadata[name]
        else:
            hint = did_you_mean(name, known.metadata) or "define it under the top-level key 'metadata'"
            found.error(node, "unknown-metadata", f"there is no metadata '{name}'", hint)
    return gathered


def _stubs_for(case: str, stubs: Mapping[str, tuple[Stub, ...]]) -> dict[str, tuple[Stub, ...]]:
    """Those of the whole file, and in their place those named `case::action`."""
    shared = {action: answers for action, answers in stubs.items() if "::" not in action}
    own = {action.removeprefix(f"{case}::"): each for action, each in stubs.items() if action.startswith(f"{case}::")}
    return shared | own


def _channels(fields: Fields[NodeProblems], found: NodeProblems) -> tuple[str, ...]:
    channels = []
    for word, node in fields.words("channel"):
        if word in CHANNELS:
            channels.append(word)
        elif word != "all":
            hint = did_you_mean(word, CHANNELS) or f"there are: {', '.join(CHANNELS)}"
            found.error(node, "unknown-channel", f"there is no channel '{word}'", hint)
    return tuple(channels)


def _moment(node: Node | None, zone: tzinfo, found: NodeProblems) -> datetime | None:
    if node is None:
        return None
    moment = _as_moment(node.value if isinstance(node, Scalar) else None, zone)
    if moment is None:
        found.error(node, "wrong-type", "'at' should be a date and a time", "write them as 2026-03-02 10:00")
    return moment


def _as_moment(value: Json, zone: tzinfo) -> datetime | None:
    """A time without a zone is meant in the business's own."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _desk(fields: Fields[NodeProblems], found: NodeProblems) -> dict[str, DeskState]:
    node = fields.get("desk")
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        return {EVERY_QUEUE: _desk_state(fields, "desk")}
    queues = Fields(node, found, "'desk'")
    return {queue: _desk_state(queues, queue) for queue in node.entries}


def _desk_state(fields: Fields[NodeProblems], key: str) -> DeskState:
    return next(state for state in DESK_STATES if state == fields.choice(key, DESK_STATES, "open"))


def _customer(fields: Fields[NodeProblems], found: NodeProblems) -> Caller:
    node = fields.mapping("customer")
    if node is None:
        return Caller()
    known = Fields(node, found, "'customer'")
    known.only({"name", "phone", "language", "surveyed"})
    language = known.word("language")
    chose = {None: EVERY_LANGUAGE, NOBODY: None}.get(language, language)
    surveyed = tuple(survey for survey, _ in known.words("surveyed"))
    return Caller(name=known.word("name") or "", phone=known.word("phone"), chose=chose, surveyed=surveyed)


# Turns


def _turns(steps: tuple[Node, ...], known: Known, found: NodeProblems) -> Iterator[Turn]:
    """Each act with all that is expected until the next."""
    turn: Turn | None = None
    for node in mappings_in(steps, found, "a step"):
        act = next((name for name in node.entries if name in ACTS), None)
        if act is not None:
            if turn is not None:
                yield turn
            turn = _begun(node, act, known, found)
            continue
        if not node.entries:
            found.error(node, "empty", "this step does nothing", "write what happens, such as '- user: Hello'")
        turn = turn or Turn(act=Begins(), mark=node.mark)
        turn = _with_outcome(turn, node, found)
    if turn is not None:
        yield turn


def _begun(node: MappingNode, act: str, known: Known, found: NodeProblems) -> Turn | None:
    fields = Fields(node, found, f"the step '{act}'")
    fields.only({act} | ACT_KEYS | AS_STEPS.keys())
    does = read_act(node.entries[act], found)
    if does is None:
        return None
    commands, assertions = fields.get("commands"), fields.get("assertions")
    beside = [entry for name, entry in node.entries.items() if name in AS_STEPS]
    return Turn(
        act=does,
        mark=node.mark,
        expected=(*(read_assertions(assertions, found) if assertions else ()), *_expected(beside, found)),
        in_order=fields.boolean("assertion_order_enabled", False),
        asserted=assertions is not None,
        understood=read_commands(commands, found) if commands else Understood(),
        metadata=_metadata(fields, known, found),
    )


def _with_outcome(turn: Turn, node: MappingNode, found: NodeProblems) -> Turn:
    """The turn with what this step expects of it."""
    outcome: list[AnyExpectation] = []
    for name, entry in node.entries.items():
        if name in AS_STEPS:
            passed_over = PASSED_OVER if turn.asserted and name in ("bot", "utter") else None
            outcome += (
                msgspec.structs.replace(each, unchecked=passed_over) if isinstance(each, BotSays) else each
                for each in read_expectation(entry, found)
            )
        elif name == "assertions":
            outcome += read_assertions(entry.value, found)
        elif name == "commands":
            turn = msgspec.structs.replace(turn, understood=read_commands(entry.value, found))
        else:
            known = ACTS | AS_STEPS.keys() | {"assertions"}
            hint = did_you_mean(name, known) or f"there are: {', '.join(sorted(known))}"
            found.error(entry.key, "unknown-step", f"there is no step '{name}'", hint)
    return msgspec.structs.replace(turn, expected=(*turn.expected, *outcome))


def _expected(entries: list[Entry], found: NodeProblems) -> Iterator[AnyExpectation]:
    for entry in entries:
        yield from read_expectation(entry, found)
