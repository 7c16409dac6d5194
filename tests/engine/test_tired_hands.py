"""What tired people do to a file is told where they did it, once, and not where a parser noticed."""

import pytest

from bot.engine.reader import read_flows
from bot.problems import Problem
from bot.rehearsal.reading import read_tests
from tests.engine.authoring import SIGN, signs_in

FLOWS = """settings: {languages: [en, fa]}
slots:
  size: {type: text}
  fit: {type: bool}
responses:
  utter_ask_fit: [{text: {en: Fit?, fa: خوبه؟}}]
flows:
  shop:
    description: sells hats
    start: true
    steps:
      - say:
          en: "Hello: come in."
          fa: "سلام"
      - id: top
        menu: {en: What, fa: چی}
        options:
          - label: {en: A hat, fa: کلاه}
            then: ask
          - label: {en: Bye, fa: خداحافظ}
            then: END
      - id: ask
        collect: size
        ask: {en: Which size?, fa: چه اندازه‌ای؟}
        next:
          - if: slots.size is "small"
            then: END
          - else: [{call: fitting, next: top}]
  fitting:
    description: tries it on
    if: false
    steps:
      - collect: fit
      - say: {en: "Fits: {fit}", fa: "{fit}"}
"""


def told(source: str) -> list[Problem]:
    return list(read_flows({"f.yaml": source.replace(SIGN, "")}).problems)


def test_the_file_itself_is_good() -> None:
    assert told(FLOWS) == []


SLIPS = [
    # quotes
    ('en: "Hello: come in."', 'en: §"Hello: come in.', "closed as late as on line 14"),
    ('fa: "سلام"', 'fa: §"سلام', "closed as late as on line"),
    ("{en: A hat,", '{en: §"A hat,', "closed as late as on line"),
    ('"Hello: come in."', "§“Hello: come in.”", "write straight quotes"),
    # spaces
    ("        collect: size", "§\u00a0       collect: size", "no space (U+00A0)"),
    ("        collect: size", "    §\u3000   collect: size", "no space (U+3000)"),
    ("    start: true", "§\u00a0\u00a0  start: true", "no space (U+00A0)"),
    ("      - say:\n", "      §-say:\n", "a space is missing behind the '-'"),
    ("        menu: {", "        §menu:{", "a space is missing behind the ':'"),
    ("        collect: size", "        §collect:size", "write 'key: value'"),
    ("        collect: size", "        §collect size", "write 'key: value'"),
    ("    start: true", "§\tstart: true", "a tab stands where YAML wants spaces"),
    # brackets
    ("label: {en: A hat, fa: کلاه}", "label: §{en: A hat, fa: کلاه", "this bracket is never closed"),
    ("[{call: fitting, next: top}]", "§[{call: fitting, next: top}", "this bracket is never closed"),
    # keys
    ("    start: true", "    §“start”: true", "the quotes around 'start' are none"),
    ("    start: true", "    §start\u200f: true", "nobody sees (U+200F)"),
    ("  fitting:\n", "  §fitting\u200e:\n", "nobody sees (U+200E)"),
    ("      - id: ask", "      - §Id: ask", "did you mean 'id'?"),
    ("      - id: ask", "      - §😀id: ask", "did you mean 'id'?"),
    ("        ask: {", "        §ak: {", "did you mean 'ask'?"),
    ("flows:\n", "§flws:\n", "did you mean 'flows'?"),
    ("flows:\n  shop:", "  §shop:", "write 'flows:' above it"),
    # what stands twice
    ("    start: true", "    start: true\n    §start: true", "remove one"),
    ("slots:\n", "slots:\n§slots:\n", "remove one"),
    ("          - label: {en: Bye", "            §label: {en: Bye", "begin a list's item with '- '"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "words"), SLIPS)
def test_a_slip_is_told_once_where_it_is(before: str, after: str, words: str) -> None:
    assert FLOWS.count(before) == 1, before
    source = FLOWS.replace(before, after)
    problems = told(source)
    found = [(each.severity, each.line, each.column) for each in problems]
    assert found == [("error", *place) for place in signs_in(source)], "\n".join(map(str, problems))
    assert words in f"{problems[0].message} {problems[0].hint}", str(problems[0])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("{en: A hat,", "{en: §“A hat”,", "are none to YAML"),
        ("{en: A hat,", '{en: §A hat",', "begins with none"),
    ],
)
def test_quotes_that_people_would_see_are_a_warning(before: str, after: str, words: str) -> None:
    source = FLOWS.replace(before, after)
    (problem,) = told(source)
    assert [(problem.line, problem.column)] == signs_in(source)
    assert (problem.severity, words in problem.message) == ("warning", True)


def test_inches_and_quotations_are_no_slips() -> None:
    assert told(FLOWS.replace("{en: A hat,", '{en: A 15",').replace("en: Bye", "en: He said “bye” to us")) == []


def test_where_the_block_begins_is_told_where_a_line_stands_askew() -> None:
    (problem,) = told(FLOWS.replace("        collect: size", "       collect: size"))
    assert (problem.line, problem.column) == (23, 8)
    assert "those above begin in column 7, from line 12 on" in str(problem.hint)


def test_a_comma_leads_a_list_over_lines() -> None:
    source = FLOWS.replace("[en, fa]", "[en,\n  fa]").replace("{type: bool}", "{type: bool,\n  §}: x}")
    (problem,) = told(source)
    assert [(problem.line, problem.column)] != [(4, 8)], str(problem)


def test_a_flow_at_the_margin_is_told_and_nobody_misses_it_elsewhere() -> None:
    fitting = FLOWS.partition("  fitting:")[2].replace("\n    ", "\n  ")
    (problem,) = read_flows({"f.yaml": FLOWS.partition("  fitting:")[0], "g.yaml": f"fitting:{fitting}"}).problems
    assert (problem.file, problem.line, problem.severity, problem.code) == ("g.yaml", 1, "error", "unknown-key")
    assert problem.hint == "a flow stands below the key 'flows': indent it"


def test_an_empty_file_is_told_and_harmless() -> None:
    reading = read_flows({"f.yaml": FLOWS, "orders.yaml": "# nothing yet\n"})
    assert [(each.file, each.line, each.severity, each.code) for each in reading.problems] == [
        ("orders.yaml", 1, "warning", "empty-file")
    ]
    calm = {"flows.yml": "flows:\n  a:\n    description: a\n    steps:\n      - action: utter_a\n", "more.yml": ""}
    domain = 'version: "3.1"\nresponses: {utter_a: [{text: A}]}\n'
    assert read_flows({**calm, "domain.yml": domain}).problems == ()


def test_a_copy_of_a_file_is_told_in_a_line_and_its_flows_one_by_one() -> None:
    copied = FLOWS.partition("flows:")[0].partition("slots:")[2]
    told_of = read_flows({"a.yaml": FLOWS, "b.yaml": f"slots:{copied}"}).problems
    assert [(each.file, each.line, each.severity) for each in told_of] == [("b.yaml", 2, "warning")]
    assert "and so are 2 more of this file" in told_of[0].message


CASE = "test_cases:\n  - test_case: a\n    steps:\n      - "


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("user: {§a: b}", "put a text with braces"),
        ("tap: {en: x, §english: y}", "put a text with braces"),
        ("press: §abc", "write digits, * and #"),
        ("§{}", "this step does nothing"),
        ("user: a\n        assertions: [{flow_completed: {§flow: x}}]", "there are: flow_id"),
        ("user: a\n        assertions: [{flow_completed: §{flow_step_id: x}}]", "add 'flow_id: …'"),
    ],
)
def test_a_slip_in_a_conversation_test(step: str, words: str) -> None:
    source = CASE + step + "\n"
    problems = read_tests({"t.yaml": source.replace(SIGN, "").encode()}).problems
    assert [(each.line, each.column) for each in problems] == signs_in(source), "\n".join(map(str, problems))
    assert words in f"{problems[0].message} {problems[0].hint}"
