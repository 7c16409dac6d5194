"""What a test expects: the assertions of CALM's tests, and those of a support desk, as steps of their own or listed."""

from collections.abc import Callable, Iterator

import msgspec

from bot.content import Json
from bot.problems import did_you_mean
from bot.rehearsal.case import (
    EVERY_LANGUAGE,
    ActionRuns,
    AnyExpectation,
    AsksSurvey,
    BooksCallback,
    BooksFollowUp,
    BotSays,
    Ends,
    FlowEnds,
    FlowStarts,
    HandsOver,
    OffersMenu,
    OpensTicket,
    SlotIs,
    Words,
)
from bot.yaml_fields import LANGUAGE_CODE, Fields, NodeProblems, mappings_in, word_of, words_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

NEED_A_MODEL = frozenset(
    {"pattern_clarification_contains", "generative_response_is_relevant", "generative_response_is_grounded"}
)
"""Judged by a language model in CALM's own tests; here they are read, and said not to be checked."""
INNER_KEYS = frozenset({"flow_id", "flow_ids", "flow_step_id", "operator", "utter_name", "text_matches", "buttons"})
INDENTED = "it is a key within an assertion: indent it further than the line before"


def read_words(node: Node, found: NodeProblems, what: str) -> Words | None:
    """A text, as it is written or by language."""
    if isinstance(node, Scalar):
        return Words(by_language={EVERY_LANGUAGE: "" if node.value is None else node.text})
    if isinstance(node, Mapping) and all(isinstance(entry.value, Scalar) for entry in node.entries.values()):
        texts = {code: entry.value.text for code, entry in node.entries.items() if isinstance(entry.value, Scalar)}
        for code in (code for code in texts if code != EVERY_LANGUAGE and not LANGUAGE_CODE.match(code)):
            where, hint = node.entries[code].key, "put a text with braces, or with ': ' in it, in quotes"
            found.error(where, "unknown-language", f"'{code}' is not a language code, such as 'en' or 'fa'", hint)
        return Words(by_language=texts)
    found.wrong_type(node, what, "a text, or texts by language")
    return None


def read_expectation(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    """What a step of its own, `bot: …` or `menu: …`, expects."""
    yield from AS_STEPS[entry.key.text](entry, found)


def read_assertions(node: Node, found: NodeProblems) -> Iterator[AnyExpectation]:
    """The list under `assertions`."""
    if not isinstance(node, Listing):
        found.wrong_type(node, "'assertions'", "a list")
        return
    for item in mappings_in(node.items, found, "an assertion"):
        for name, entry in item.entries.items():
            if name in AS_ASSERTIONS:
                yield from AS_ASSERTIONS[name](entry, found)
            elif name in NEED_A_MODEL:
                found.warn(entry.key, "needs-model", f"'{name}' needs a language model and is not checked here")
            else:
                hint = did_you_mean(name, AS_ASSERTIONS) or f"there are: {', '.join(sorted(AS_ASSERTIONS))}"
                hint = INDENTED if name in INNER_KEYS else hint
                found.error(entry.key, "unknown-assertion", f"there is no assertion '{name}'", hint)


# Messages


def _bot(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    words = read_words(entry.value, found, "'bot'")
    if words is not None:
        yield BotSays(mark=entry.key.mark, text=words)


def _utter(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    name = word_of(entry.value, found, "'utter'")
    if name is not None and " " in name.strip():
        found.warn(entry.value, "no-name", "'utter' is the name of a response, and this is a text", "write 'bot: …'")
        yield from _bot(entry, found)
    elif name is not None:
        yield BotSays(mark=entry.key.mark, response=name)


def _bot_uttered(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    name = entry.key.text
    if not isinstance(entry.value, Mapping):
        found.wrong_type(entry.value, f"'{name}'", "a mapping with utter_name, text_matches or buttons")
        return
    fields = Fields(entry.value, found, f"'{name}'")
    fields.only({"utter_name", "text_matches", "buttons"})
    pattern = fields.get("text_matches")
    buttons = tuple(_buttons(fields.listing("buttons"), found)) if fields.given("buttons") else None
    yield BotSays(
        mark=entry.key.mark,
        response=fields.word("utter_name"),
        pattern=read_words(pattern, found, "'text_matches'") if pattern else None,
        buttons=buttons,
        never=name == "bot_did_not_utter",
    )


def _buttons(items: tuple[Node, ...], found: NodeProblems) -> Iterator[tuple[Words, str | None]]:
    for item in mappings_in(items, found, "a button"):
        fields = Fields(item, found, "a button")
        fields.only({"title", "payload"})
        title = fields.required("title")
        words = read_words(title, found, "'title'") if title else None
        if words is not None:
            yield words, fields.word("payload")


def _menu(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    if not isinstance(entry.value, Listing):
        found.wrong_type(entry.value, "'menu'", "a list of labels")
        return
    labels = tuple(read_words(item, found, "a label") for item in entry.value.items)
    yield OffersMenu(mark=entry.key.mark, labels=tuple(label for label in labels if label is not None))


# Slots


def _slots(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    """As a step: names, and names with values; `name: …` alone is the slot that is called so."""
    yield from _slots_in(entry, found, {"name", "value"})


def _asserted_slots(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    """As an assertion: `name: …` and, if it matters, `value: …`."""
    for expected in _slots_in(entry, found, {"name", "value"}, {"name"}):
        yield msgspec.structs.replace(expected, now=True)


def _slots_in(entry: Entry, found: NodeProblems, *named: set[str]) -> Iterator[SlotIs]:
    node, never = entry.value, entry.key.text == "slot_was_not_set"
    for item in node.items if isinstance(node, Listing) else (node,):
        match item:
            case Scalar():
                name = word_of(item, found, "a slot")
                if name is not None:
                    yield SlotIs(mark=item.mark, slot=name, never=never)
            case Mapping(entries=entries) if set(entries) in named:
                name, value = word_of(entries["name"].value, found, "'name'"), item.get("value")
                if name is not None:
                    known = plain(value) if value else None
                    yield SlotIs(mark=item.mark, slot=name, value=known, given=value is not None, never=never)
            case Mapping(entries=entries):
                for slot, each in entries.items():
                    yield SlotIs(mark=each.key.mark, slot=slot, value=plain(each.value), given=True, never=never)
            case _:
                found.wrong_type(item, f"an item of '{entry.key.text}'", "a slot's name, or a name and a value")


# Flows and actions


def _flow_started(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    node, any_of = entry.value, False
    if isinstance(node, Mapping):
        fields = Fields(node, found, "'flow_started'")
        fields.only({"operator", "flow_ids", "flow_id"})
        any_of = fields.choice("operator", ("all", "any"), "all") == "any"
        names = (*fields.words("flow_ids"), *fields.words("flow_id"))
    else:
        names = words_of(node, found, "'flow_started'")
    if names:
        yield FlowStarts(mark=entry.key.mark, flows=tuple(name for name, _ in names), any=any_of)


def _flow_ended(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    cancelled = entry.key.text == "flow_cancelled"
    flow, step = _word_or_keys(entry, found, "flow_id", "flow_step_id")
    is_misspelt = isinstance(entry.value, Mapping) and not entry.value.entries.keys() <= {"flow_id", "flow_step_id"}
    if flow is not None:
        yield FlowEnds(mark=entry.key.mark, flow=flow, step=step, cancelled=cancelled)
    elif not is_misspelt:
        found.error(entry.value, "missing-key", f"'{entry.key.text}' lacks 'flow_id'", "add 'flow_id: …'")


def _action(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    """A step that CALM's pages do not know, and its projects have."""
    found.warn(entry.key, "unknown-step", "'action' is read as 'action_executed'", "write 'action_executed: …'")
    yield from _action_executed(entry, found)


def _action_executed(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    name = word_of(entry.value, found, "'action_executed'")
    if name is not None:
        yield ActionRuns(mark=entry.key.mark, action=name)


# The desk


def _handed_off(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    queue, reason = _word_or_keys(entry, found, "queue", "reason")
    yield HandsOver(mark=entry.key.mark, queue=queue, reason=reason)


def _survey_asked(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    survey, _ = _word_or_keys(entry, found, "survey")
    yield AsksSurvey(mark=entry.key.mark, survey=survey)


def _callback_requested(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    queue, _ = _word_or_keys(entry, found, "queue")
    yield BooksCallback(mark=entry.key.mark, queue=queue)


def _ticket_opened(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    department, kind = _word_or_keys(entry, found, "department", "kind")
    yield OpensTicket(mark=entry.key.mark, department=department, kind=kind)


def _follow_up_booked(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    flow, _ = _word_or_keys(entry, found, "flow")
    yield BooksFollowUp(mark=entry.key.mark, flow=flow)


def _ended(entry: Entry, found: NodeProblems) -> Iterator[AnyExpectation]:
    reason, _ = _word_or_keys(entry, found, "reason")
    yield Ends(mark=entry.key.mark, reason=reason)


def _word_or_keys(entry: Entry, found: NodeProblems, first: str, second: str | None = None) -> tuple[Json, Json]:
    """`handed_off: orders`, `handed_off: true` (whatever it is), or the keys one by one."""
    node = entry.value
    if isinstance(node, Mapping):
        fields = Fields(node, found, f"'{entry.key.text}'")
        fields.only({first, second} - {None} if second else {first})
        return fields.word(first), fields.word(second) if second else None
    if isinstance(node, Scalar) and (node.value is None or node.value is True):
        return None, None
    return word_of(node, found, f"'{entry.key.text}'"), None


Reader = Callable[[Entry, NodeProblems], Iterator[AnyExpectation]]

AS_STEPS: dict[str, Reader] = {
    "bot": _bot,
    "utter": _utter,
    "bot_uttered": _bot_uttered,
    "bot_did_not_utter": _bot_uttered,
    "menu": _menu,
    "slot_was_set": _slots,
    "slot_was_not_set": _slots,
    "flow_started": _flow_started,
    "flow_completed": _flow_ended,
    "flow_cancelled": _flow_ended,
    "action": _action,
    "action_executed": _action_executed,
    "handed_off": _handed_off,
    "survey_asked": _survey_asked,
    "callback_requested": _callback_requested,
    "ticket_opened": _ticket_opened,
    "follow_up_booked": _follow_up_booked,
    "ended": _ended,
}
AS_ASSERTIONS: dict[str, Reader] = {
    **AS_STEPS,
    "slot_was_set": _asserted_slots,
    "slot_was_not_set": _asserted_slots,
}
