"""YAML with places: the core schema of YAML 1.2, exact lines and columns, and limits instead of exceptions."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.problems import Mark, Problems
from bot.yaml_events import NotAlike, NotYaml, exact_events, quick_events
from bot.yaml_nodes import Composer, Listing, Mapping, Scalar, Unreadable, plain, read_yaml
from bot.yaml_signs import MAX_BYTES
from tests.engine.authoring import SIGN, signs_in

SCALARS = [
    ("Yes", "Yes"), ("no", "no"), ("on", "on"), ("true", True), ("False", False), ("~", None), ("null", None),
    ("", None),
    ("12", 12), ("-3", -3), ("012", 12), ("0x1F", 31), ("0o17", 15), ("1_000", "1_000"), ("1.5", 1.5), ("1e3", 1000.0),
    (".5", 0.5), ("1e999", "1e999"), (".inf", ".inf"), (".nan", ".nan"), ("12:30", "12:30"),
    ("2026-03-20", "2026-03-20"),
    ("6037991234567890123456", "6037991234567890123456"), ("'12'", "12"), ('"true"', "true"), ("!!str 12", "12"),
    ("!!int 12", 12), ("!!float 1", 1), ("۱۲", "۱۲"), ("1.2.3", "1.2.3"), ("-", "-"), ("+", "+"), (".", "."),
    ('"\\ud83d\\ude00"', "😀"), ('"a\\tb\\n"', "a\tb\n"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "value"), SCALARS)
def test_scalars_follow_the_core_schema(source: str, value: object) -> None:
    problems = Problems()
    node = read_yaml("f.yaml", f"a: {source}" if source != "-" else "a: '-'", problems)
    assert node is not None
    assert not problems.sorted()
    assert plain(node) == {"a": value}
    assert type(plain(node)["a"]) is type(value)


BROKEN = [
    ("duplicate-key", "a: 1\nb: 2\n§a: 3"),
    ("duplicate-key", "a: {x: 1, §x: 2}"),
    ("yaml", "a:\n§\tb: 1"),
    ("yaml", "a: b§: c"),
    ("yaml", "a: 1\n§---\nb: 2"),
    ("yaml", 'a: "x\\§q"'),
    ("yaml", "a: 1\nb: §'x\nc: 1"),
    ("unknown-tag", "a: §!thing b"),
    ("unknown-tag", "a: §!!python/object:os.system {}"),
    ("unknown-tag", "a: §!!int b"),
    ("unknown-tag", "a: §!!seq {}"),
    ("alias", "a: §*b"),
    ("alias", "a: &a [§*a]"),
    ("bad-key", "§[a]: 1"),
    ("bad-key", "§: 1"),
    ("encoding", "a: b\nc: d§\x00"),
    ("encoding", "a: '§\x1b[0m'"),
    ("encoding", "a: §\ud800"),
    ("encoding", 'a: §"\\ud83d"'),
    ("encoding", 'a: {§"b\\0": c}'),
    ("too-deep", "[" * 64 + "§["),
    ("too-deep", f"a: &a {'[' * 40}{']' * 40}\nb: {'[' * 24}§*a{']' * 24}"),
    ("yaml", "§<<: 1"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "source"), BROKEN)
def test_what_is_no_yaml_of_ours_is_told_at_its_place(code: str, source: str) -> None:
    problems = Problems()
    read_yaml("f.yaml", source.replace(SIGN, ""), problems)
    assert [(problem.line, problem.column, problem.code) for problem in problems.sorted()] == [
        (*place, code) for place in signs_in(source)
    ], [str(problem) for problem in problems.sorted()]


@pytest.mark.parametrize(
    ("source", "place"),
    [(b"a: \xff", (1, 4)), (b"a: b\n\xc3\xa9: \xe2\x82", (2, 4)), ("\ufeffa: 1".encode("utf-16"), (1, 1))],
)
def test_bytes_that_are_not_utf_8(source: bytes, place: tuple[int, int]) -> None:
    problems = Problems()
    assert read_yaml("f.yaml", source, problems) is None
    assert [(problem.line, problem.column, problem.code) for problem in problems.sorted()] == [(*place, "encoding")]


def test_a_byte_order_mark_is_no_character() -> None:
    problems = Problems()
    node = read_yaml("f.yaml", "\ufeffa: 1".encode(), problems)
    assert isinstance(node, Mapping)
    assert node.entries["a"].key.mark == Mark("f.yaml", 1, 1)


def test_a_file_beyond_a_mebibyte_is_not_parsed() -> None:
    problems = Problems()
    assert read_yaml("f.yaml", b"#" * (MAX_BYTES + 1), problems) is None
    assert [str(problem) for problem in problems.sorted()] == [
        "f.yaml:1:1: error[too-large]: the file is larger than 1 MiB"
    ]


def test_an_alias_bomb_is_defused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 30)]
    problems = Problems()
    assert read_yaml("f.yaml", "\n".join(lines), problems) is None
    assert [problem.code for problem in problems.sorted()] == ["too-large"]


@pytest.mark.parametrize("source", ["[" * MAX_BYTES, "- " * 500_000, "{a: " * 200_000, "? " * 500_000, "[a," * 300_000])
def test_depth_is_limited_before_it_costs_anything(source: str) -> None:
    problems = Problems()
    assert read_yaml("f.yaml", source, problems) is None
    assert len(problems) == 1


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("wrong", "column"), [("b: : c", 4), ("b: “c: d", 4)])
def test_a_slip_is_told_at_its_line_whatever_ends_the_lines(end: str, wrong: str, column: int) -> None:
    problems = Problems()
    assert read_yaml("f.yaml", f"a: 1{end}{wrong}{end}", problems) is None
    assert [(problem.line, problem.column) for problem in problems.sorted()] == [(2, column)]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("? é§b\n: 1", "bad-key"),
        ('? "é§b"\n: 1', "bad-key"),
        ("? é\u00a0§b\n: 1", "bad-key"),
        ("a: &a 'b§'\nc: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]", "too-large"),
        ("%TAG ! tag:§\n---\na: !b c", "too-large"),
        ("a: !b§ c", "yaml"),
        ("a: [!<§> c]", "yaml"),
    ],
)
def test_words_without_end_are_refused_at_once(source: str, code: str) -> None:
    problems = Problems()
    read_yaml("f.yaml", source.replace(SIGN, (" " if "?" in source else "b") * 500_000), problems)
    assert [problem.code for problem in problems.sorted()] == [code]
    assert all(len(str(problem)) < 200 for problem in problems.sorted())


def test_tags_beyond_a_line_are_still_tags() -> None:
    problems = Problems()
    read_yaml("f.yaml", f"a: !{'b' * 900} c", problems)
    assert [problem.code for problem in problems.sorted()] == ["unknown-tag"]
    assert len(str(problems.sorted()[0])) < 200


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_lines_may_end_as_they_do_elsewhere(end: str) -> None:
    source = "a: |\n  b\n  c\nd: 'e\n\n  f'\ng: {h: 1}\n"
    node, problems = read_yaml("f.yaml", source.replace("\n", end), Problems()), Problems()
    assert node == read_yaml("f.yaml", source, problems)
    assert not problems


def test_aliases_and_merges_repeat() -> None:
    problems = Problems()
    node = read_yaml("f.yaml", "a: &a {x: 1, y: 2}\nb: *a\nc: {<<: *a, y: 3}\nd: {<<: [*a, {z: 4}]}", problems)
    assert node is not None
    assert plain(node) == {
        "a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 2}, "c": {"y": 3, "x": 1}, "d": {"x": 1, "y": 2, "z": 4},
    }  # fmt: skip


def test_keys_and_values_know_where_they_stand() -> None:
    node = read_yaml("f.yaml", "a:\n  - {b: c,  d: e}\nf: |\n  block\n", Problems())
    assert isinstance(node, Mapping)
    inner = node.get("a")
    assert isinstance(inner, Listing)
    assert isinstance(inner.items[0], Mapping)
    entry = inner.items[0].entries["d"]
    assert (entry.key.mark.line, entry.key.mark.column, entry.value.mark.column) == (2, 13, 16)


@pytest.mark.parametrize(
    ("source", "column"), [("a: bcd", 6), ("a: 'bcd'", 7), ('a: "bcd"', 7), ("a: 'b''cd'", 4), ("a: |\n  bcd", 4)]
)
def test_a_place_inside_a_text_is_known_where_it_is_written_as_it_reads(source: str, column: int) -> None:
    node = read_yaml("f.yaml", source, Problems())
    assert isinstance(node, Mapping)
    scalar = node.get("a")
    assert isinstance(scalar, Scalar)
    assert scalar.mark_at(3) == Mark("f.yaml", 1, column)


@pytest.mark.parametrize("source", ["", "# only a comment\n", "---\n", "\n\n"])
def test_an_empty_file_says_nothing(source: str) -> None:
    problems = Problems()
    node = read_yaml("f.yaml", source, problems)
    assert node is None or plain(node) is None
    assert not problems.sorted()


def composed(text: str) -> tuple[object, object]:
    """What comes of the text by the quick parser and by the exact one; none where a parser does not take it."""
    quick = exact = None
    problems = Problems()
    with suppress(NotAlike, Unreadable):
        quick = Composer("f.yaml", problems).compose(quick_events(text))
    if problems:
        quick = None
    with suppress(NotYaml, Unreadable):
        exact = Composer("f.yaml", Problems()).compose(exact_events("f.yaml", text))
    return quick, exact


@pytest.mark.parametrize(
    "file", sorted((Path(__file__).parents[2] / "flows").glob("*.yaml")), ids=lambda file: file.name
)
def test_good_files_are_read_by_the_quick_parser_as_by_the_exact_one(file: Path) -> None:
    quick, exact = composed(file.read_text(encoding="utf-8"))
    assert quick is not None
    assert quick == exact


def test_where_libyaml_is_not_at_hand_files_are_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yaml.__with_libyaml__", False)
    assert composed("a: {b: [c, 1]}")[0] is None
    node = read_yaml("f.yaml", "a: {b: [c, 1]}", Problems())
    assert node is not None
    assert plain(node) == {"a": {"b": ["c", 1]}}


PIECES = [
    *("a", "b", " ", "  ", "\n", "- ", "-", ": ", ":", "? ", "?", ", ", ",", "[", "]", "{", "}", "#", " #"),
    *("'", '"', "\\"),
    *("|\n", ">-\n", "|#", "&a ", "*a", "&a:b ", "<<: ", "!", "!!str ", "%YAML 1.1\n", "---\n", "...\n", "\t", "\r"),
    *("\x85", "\u2028", "\ufeff", "ش", "1", "~", ".", "@", "`", "\\n", "<", "=", "*"),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=18).map("".join))
def test_the_quick_parser_sees_what_the_exact_one_sees_or_leaves_it_to_it(source: str) -> None:
    quick, exact = composed(f"a:\n  b: &a c\n  d: {source}")
    assert quick is None or quick == exact


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("a:\n  b: 1\n §c: 2", "this line does not belong to those above it (check its indentation: "),
        ("a:\n  - b: 1\n  §c: 2", "this line does not belong to those above it (check its indentation: "),
        ("a:\n  - b: 1\n  §-c: 2", "a space is missing behind the '-' (write '- key: value')"),
        ("a: 1\n§b c\nd: 2", "a key without a ':' (write 'key: value'"),
        ("a: b§: c", "a ':' stands where no key can be (put the text in quotes, "),
        ("a: {b: c§: d}", "a ':' stands where a ',' or a closing bracket should be (put a text with ': ' in quotes)"),
        ("a: §{b: c", "this bracket is never closed"),
        ("a: {b: Hi §{c}}", "a '{' stands in the middle of a text without quotes (put the text in quotes)"),
        ("a: [b, {c: d§]}", "a ']' stands where a '}' should be (the last bracket is closed first)"),
        ("a: [§", "the file ends within brackets (close the bracket opened last)"),
        ("a: {b: §]", "nothing stands before this ']' (write it, or put a text in quotes)"),
        ("{a: b} §c", "this does not belong to what is above it (check its indentation, "),
        ("a: {§- b}", "no list with '- ' can stand within brackets (put ',' between its items)"),
        ("a: §- b", "no list can begin here (begin it on the next line, or use quotes)"),
        ("a: |§x\n b", "a text stands behind the '|' or '>' (write it on the lines below, indented, or put "),
        ("a: > §0", "a text stands behind the '|' or '>' (write it on the lines below, indented, or put "),
        ('a: "b\\§q"', "this '\\' changes nothing that YAML knows (write '\\\\', "),
        ("a: &§ b", "a '&' or '*' stands before no name (put the text in quotes)"),
        ("a: §!x!y b", "this is no tag that means anything here (a text that begins with '!' needs quotes)"),
        ("%YAML §x\n---\na: b", "no text can begin with '%' at the margin (put the text in quotes, "),
        ("a: {b: c}§}", "'}' stands where no bracket is open (put the text in quotes, or remove it)"),
        ("a: §@b", "no text can begin like this (put the text in quotes)"),
        ("a: 'it'§s'", "a second text stands behind the first (put the whole text in quotes, "),
        ("a: {b: 'it'§s'}", "a second text stands behind the first (put the whole text in quotes)"),
        ("a: §*bold* text", "'*bold*' repeats nothing; a text that begins with '*' needs quotes"),
    ],
)
def test_slips_of_the_hand_are_told_in_an_authors_words(source: str, told: str) -> None:
    before = source.partition(SIGN)[0]
    place = f"f.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    problems = Problems()
    assert read_yaml("f.yaml", source.replace(SIGN, ""), problems) is None
    (line,) = map(str, problems.sorted())
    assert (line[: len(place)], told in line) == (place, True), line
