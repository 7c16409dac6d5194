"""Conditions against pypred, whose language they are, and the three places where they differ on purpose."""

import random
from collections.abc import Callable, Iterator
from typing import Any

import ply.lex  # type: ignore[import-untyped]
import ply.yacc  # type: ignore[import-untyped]
import pypred.parser
import pypred.predicate
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.conditions import MAX_DEPTH, MAX_LENGTH, Condition, ConditionError, Reference, parse_condition

Pypred = Callable[[str], pypred.predicate.Predicate]

SHOP = {
    "slots": {
        "lookup": "found",
        "total": 120,
        "city": "تهران",
        "tags": ["vip", 7],
        "note": None,
        "empty": "",
        "no": False,
    },
    "session": {"language": "fa", "open": {"office": True}},
}


@pytest.fixture(scope="module")
def reference() -> Iterator[Pypred]:
    """pypred with its parser built once, in memory: by itself it builds one a predicate and writes its tables."""
    grammar = ply.yacc.yacc(module=pypred.parser, write_tables=False, debug=False, errorlog=ply.yacc.NullLogger())
    lexicon = ply.lex.lex(module=pypred.parser)

    def get_lexer() -> Any:
        lexer = lexicon.clone()
        lexer.errors = []
        return lexer

    def get_parser(lexer: Any, debug: int = 0) -> Any:
        grammar.errors = []
        lexer.parser = grammar
        return grammar

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pypred.predicate, "get_lexer", get_lexer)
        patch.setattr(pypred.predicate, "get_parser", get_parser)
        yield pypred.predicate.Predicate


def holds(source: str, namespace: dict[str, Any] = SHOP) -> bool:
    return parse_condition(source).holds(namespace)


def read_or_refused(source: str) -> Condition | ConditionError:
    try:
        return parse_condition(source)
    except ConditionError as error:
        return error


def error_of(source: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse_condition(source)
    return caught.value


class Writer:
    """Writes random conditions and namespaces; the same seed writes the same."""

    NAMES = (
        "slots.a",
        "slots.b",
        "slots.c",
        "context.d",
        "session.open.office",
        "slots.missing",
        "slots",
        "slots.سلام",
    )
    TEXTS = ("", "a", "b", "ab", "7", "true", "سلام", "a b", "it's")
    NUMBERS = ("0", "1", "-1", "2.5", "-0.5", "7", "٧", "100")
    PATTERNS = ("'a'", '"^a$"', "'b|c'", "ab", "'.*'", "''", "'سل'", "'[0-9]+'", "'^$'")
    SIGNS = ("=", "==", "!=", "is", "is not", "IS", "Is Not", ">", ">=", "<", "<=")

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def value(self) -> Any:
        kind = self.chance.randrange(8)
        if kind < 2:
            return self.chance.choice(self.TEXTS)
        if kind == 2:
            return [self.chance.choice(("a", 1, None, "b", 2.5)) for _ in range(self.chance.randrange(3))]
        return self.chance.choice((0, 1, 7, -1, 2.5, 7.0, True, False, None, {}, {"a": 1}))

    def namespace(self) -> dict[str, Any]:
        return {
            "slots": {name: self.value() for name in ("a", "b", "c", "سلام")},
            "context": {"d": self.value()} if self.chance.random() < 0.8 else {},
            "session": {"open": {"office": self.chance.random() < 0.5}},
        }

    def element(self) -> str:
        kind = self.chance.randrange(6)
        if kind < 2:
            return self.chance.choice(self.NAMES)
        if kind < 4:
            text = self.chance.choice(self.TEXTS)
            return f'"{text}"' if "'" in text or self.chance.random() < 0.5 else f"'{text}'"
        if kind == 4:
            return self.chance.choice(self.NUMBERS)
        return self.chance.choice(("true", "False", "null", "NULL"))

    def factor(self, depth: int) -> str:
        kind = self.chance.randrange(12)
        if kind == 0 and depth:
            return f"({self.expression(depth - 1)})"
        if kind == 1:
            return "{" + " ".join(self.element() for _ in range(self.chance.randrange(4))) + "}"
        if kind < 4:
            return self.chance.choice(("undefined", "empty", "Undefined"))
        return self.element()

    def term(self, depth: int) -> str:
        kind = self.chance.randrange(10)
        left = self.factor(depth)
        if kind == 0:
            return left
        if kind == 1:
            return f"{left} contains {self.element()}"
        if kind == 2:
            return f"{left} {self.chance.choice(('matches', 'Matches'))} {self.chance.choice(self.PATTERNS)}"
        gap = self.chance.choice((" ", "  ", "\n", "\t"))
        return f"{left}{gap}{self.chance.choice(self.SIGNS)} {self.factor(depth)}"

    def expression(self, depth: int) -> str:
        kind = self.chance.randrange(6)
        if kind == 0 and depth:
            return f"not {self.part(depth - 1)}"
        if kind < 3 and depth:
            words = (" and ", " or ", " AND ", " Or ")
            rest = (self.chance.choice(words) + self.part(depth - 1) for _ in range(self.chance.randint(1, 4)))
            return "".join((self.part(depth - 1), *rest))
        return self.term(depth)

    def part(self, depth: int) -> str:
        return self.term(depth) if self.chance.random() < 0.6 else f"({self.expression(depth)})"


@pytest.mark.parametrize("seed", range(10))
def test_means_what_pypred_means(seed: int, reference: Pypred) -> None:
    writer = Writer(seed)
    raised = 0
    outcomes = {True: 0, False: 0}
    for _ in range(3000):
        source = writer.expression(3)
        condition = read_or_refused(source)
        predicate = reference(source)
        if isinstance(condition, ConditionError):
            assert "alone" in condition.message, f"seed {seed}: {source!r}: {condition}"
            assert not predicate.is_valid(), f"seed {seed}: {source!r}"
            continue
        assert predicate.is_valid(), f"seed {seed}: {source!r}"
        for _ in range(2):
            namespace = writer.namespace()
            ours = condition.holds(namespace)
            try:
                theirs = predicate.evaluate(namespace)
            except TypeError:  # ordering without an order, or a list in a set: false here, see below
                raised += 1
                continue
            assert ours == theirs, f"seed {seed}: {source!r} on {namespace!r}"
            outcomes[theirs] += 1
    assert min(outcomes.values()) > 1000
    assert raised < 2500


SOUP = (
    "and", "or", "not", "is", "contains", "matches", "true", "null", "undefined", "empty", "=", "==", "!=", ">", ">=",
    "<", "(", ")", "{", "}", "slots.a", "3", "-2.5", "'x'", '"y"', "3a", ".5", "$", "'", "# note\n",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_reads_what_pypred_reads(seed: int, reference: Pypred) -> None:
    chance = random.Random(seed)
    ours_only_refuses = ("a set holds",)
    read = 0
    for _ in range(4000):
        source = chance.choice((" ", "")).join(chance.choice(SOUP) for _ in range(chance.randint(1, 7)))
        theirs = reference(source).is_valid()
        ours = read_or_refused(source)
        if isinstance(ours, Condition):
            read += 1
            assert theirs, f"seed {seed}: {source!r}"
        else:
            stricter = any(words in ours.message for words in ours_only_refuses)
            assert stricter or not theirs, f"seed {seed}: {source!r}: {ours}"
    assert read > 100


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('slots.lookup is "found"', True),
        ("slots.lookup is not 'found'", False),
        ("slots.lookup is found", False),  # a bare word is a name
        ("slots.total > 100 and slots.total <= 120", True),
        ("slots.city is 'تهران'", True),
        ("slots.city matches '^ته'", True),
        ("slots.city contains 'هر'", True),
        ("slots.tags contains 'vip'", True),
        ("slots.tags contains 7", True),
        ("{'en' 'fa'} contains session.language", True),
        ("session.open.office", True),
        ("not session.open.elsewhere", True),
        ("slots.note is null", True),
        ("slots.note is undefined", False),
        ("slots.note is empty", False),
        ("slots.nobody is undefined", True),
        ("slots.nobody is empty", True),
        ("slots.nobody is null", False),
        ("slots.empty is empty", True),
        ("slots.no is false", True),
        ("not slots.no and slots.total", True),
        ("(slots.no or slots.total) and slots.lookup", True),
        ("slots.total is 120.0", True),
        ("slots.total > -1", True),
        ("slots.total > ۱۱۹", True),
        ("slots.lookup.upper is undefined", True),  # no attributes
        ("slots.tags.0 is undefined", True),
        ("slots.lookup is 'found' # a note", True),
    ],
)
def test_examples(source: str, expected: bool) -> None:
    assert holds(source) is expected


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("slots.a and slots.b or slots.c", 21),
        ("slots.a or (slots.b) and slots.c", 22),
        ("slots.a and slots.b and slots.c", None),
        ("slots.a and (slots.b or slots.c)", None),
    ],
)
def test_where_and_meets_or_is_noted(source: str, column: int | None) -> None:
    assert parse_condition(source).mixed_at == column


def test_and_beside_or_for_ever_is_refused() -> None:
    assert "deep" in error_of(" and a or b".join(["a"] * 5000)[:9000]).message


def test_a_bare_name_of_the_top_is_read_too() -> None:
    assert parse_condition("score <= 3").holds({"score": 2})


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("", 1, "not the end"),
        ("  # only a note", 16, "not the end"),
        ("slots.a is", 11, "not the end"),
        ("slots.a is not", 15, "not the end"),
        ("slots.a and", 12, "not the end"),
        ("slots.a is 'x", 12, "never closed"),
        ("(slots.a", 1, "never closed"),
        ("slots.a)", 8, "closes nothing"),
        ("slots.a is {'x' 'y'", 12, "never closed"),
        ("slots.a 'x'", 9, "expected 'and', 'or' or the end"),
        ("slots.a is 'x' is 'y'", 16, "expected 'and', 'or' or the end"),
        ("slots.a && slots.b", 9, "write 'and'"),
        ("slots.a ≥ 3", 9, "write '>='"),
        ("slots.a is “x”", 12, "straight quotes"),
        ("{'a', 'b'} contains slots.a", 5, "separated by spaces"),
        ("{'a' undefined} contains slots.a", 6, "a set holds"),
        ("{'a' {'b'}} contains slots.a", 6, "a set holds"),
        ("slots.a contains {'b'}", 18, "looks for"),
        ("slots.a matches 3", 17, "pattern in quotes"),
        ("slots.a matches '('", 17, "not valid"),
        ("slots.a matches '" + "(" * 2000 + ")" * 2000 + "'", 17, "nested too deeply"),
        ("slots.a matches 'a{100000000}'", 17, "repeats too much"),
        ("slots.a matches '(?:(?:a{300}){300}){300}'", 17, "repeats too much"),
        ("slots.a matches 'a{" + "9" * 5000 + "}'", 17, "repeats too much"),
        ("slots.a matches 'a{0," + "9" * 5000 + "}'", 17, "not valid"),
        ("slots.a matches '(?:a){e<=" + "9" * 5000 + "}'", 17, "not valid"),
        ("{{ slots.a }} is 'x'", 1, "Jinja"),
        ("slots.a is '{{ slots.b }}'", 13, "Jinja"),
        ("{% if slots.a %}", 1, "Jinja"),
        ("slots.upper()", 12, "expected 'and'"),
        ("(empty)", 2, "alone"),
        ("{}", 1, "alone"),
        ("x" * (MAX_LENGTH + 1), MAX_LENGTH + 1, "longer than"),
    ],
)
def test_mistakes_are_shown_at_their_place(source: str, column: int, words: str) -> None:
    error = error_of(source)
    assert words in error.message
    assert error.column == column


def test_nests_as_deep_as_stated() -> None:
    deepest = "(" * (MAX_DEPTH - 1) + "not slots.lookup" + ")" * (MAX_DEPTH - 1)
    assert holds(deepest) is False
    assert error_of("(" + deepest + ")").column == MAX_DEPTH + 1
    assert "deep" in error_of("not " * 2000 + "true").message


def test_long_chains_are_not_deep() -> None:
    chain = " or ".join(f"slots.total is {number}" for number in range(400))
    assert holds(chain)


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        ("slots.note > 3", "column 1: null > a number"),
        ("slots.nobody <= 3", "column 1: undefined <= a number"),
        ("true and slots.total < 'x'", "column 10: a number < a text"),
        ("slots.lookup contains 3", "column 1: a text cannot contain a number"),
        ("{'a' 'b'} contains slots.tags", "column 1: a set cannot contain a list"),
    ],
)
def test_what_has_no_order_is_false_and_warns(source: str, warning: str) -> None:
    notes: list[str] = []
    assert parse_condition(source).holds(SHOP, notes.append) is False
    assert len(notes) == 1
    assert notes[0].startswith(warning)


def test_a_list_in_a_set_is_in_no_set() -> None:
    assert not holds("{slots.tags} contains 'vip'")


def test_a_catastrophic_pattern_is_false_and_warns() -> None:
    notes: list[str] = []
    condition = parse_condition("slots.text matches '^(a|aa)+$'")
    assert not condition.holds({"slots": {"text": "a" * 100 + "!"}}, notes.append)
    assert condition.holds({"slots": {"text": "aaa"}})
    assert len(notes) == 1
    assert "took longer" in notes[0]


def test_names_and_columns() -> None:
    condition = parse_condition("slots.a is 'slots.b' and {slots.c} contains slots.a and slots.d matches abc")
    assert condition.names == {"slots.a", "slots.c", "slots.d"}
    assert condition.references == (
        Reference("slots.a", 1),
        Reference("slots.c", 27),
        Reference("slots.a", 45),
        Reference("slots.d", 57),
    )


def test_conditions_are_equal_by_source() -> None:
    assert parse_condition("slots.a") == parse_condition("slots.a")
    assert len({parse_condition("slots.a"), parse_condition("slots.b"), parse_condition("slots.a")}) == 2


anything = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("(){}'\"<>=! .#and or not is slots.a3-")))
soup = st.lists(st.one_of(st.sampled_from(SOUP), st.text(max_size=3)), max_size=30).map(" ".join)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=6,
)


@given(st.one_of(anything, soup), values, values)
def test_never_raises_anything_else(source: str, first: Any, second: Any) -> None:
    read = read_or_refused(source)
    if isinstance(read, Condition):
        assert isinstance(read.holds({"slots": {"a": first, "b": second}, "a": second}), bool)
    else:
        assert 1 <= read.column <= len(source) + 1
        assert read.message


@given(st.text(alphabet="ab09(){}[]?*+|\\^$.,:<=!-dwx"))
def test_no_pattern_is_too_strange(pattern: str) -> None:
    read = read_or_refused(f'slots.a matches "{pattern}"')
    if isinstance(read, Condition):
        assert isinstance(read.holds({"slots": {"a": "abba 9"}}), bool)


@given(values, values, st.sampled_from(("=", "is not", "<", ">=", "contains", "matches")))
def test_any_two_values_can_be_compared(first: Any, second: Any, sign: str) -> None:
    condition = parse_condition(f"slots.a {sign} slots.b")
    assert isinstance(condition.holds({"slots": {"a": first, "b": second}}), bool)
