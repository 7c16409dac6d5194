"""A logged conversation becomes a test that passes where it was held."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.content import Choice, Content, RichText
from bot.engine.conversation import Customer
from bot.engine.program import Program
from bot.events import (
    ActionFailed,
    ActionFinished,
    ActionRequested,
    AnyEvent,
    BotSaid,
    ConversationClosed,
    ConversationOpened,
    CustomerSaid,
    CustomersJoined,
    FlowStarted,
    HandoffQueued,
    HandoffRequested,
    HandoffTaken,
    HandoffTransferred,
    InputIgnored,
    LanguageChanged,
    NoteWritten,
    RevisionChanged,
    SlotsSet,
    StepReached,
    TicketAnswered,
    TicketOpened,
    WaitTold,
)
from bot.rehearsal.case import Case
from bot.rehearsal.performing import perform
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.reading import read_tests
from bot.rehearsal.recording import script_of
from bot.rehearsal.rendering import failed_text
from bot.rehearsal.scene import Moment
from bot.rehearsal.stage import Stage, world_of
from bot.rehearsal.writing import Script, write_case
from tests.rehearsal.theatre import SHIPPED, SHIPPED_TESTS, ZONE, cases_of, play, program_of, shipped_desk

SARA = Customer(
    id="c1",
    name="Sara",
    phone="+971501234567",
    surveyed={"csat": datetime(2026, 3, 1, tzinfo=UTC), "quick": datetime(2026, 3, 3, tzinfo=UTC)},
)
BOOK = PhraseBook(program_of(SHIPPED))
BEGAN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


def said(text: str) -> Content:
    return Content(text=RichText(text=text))


async def held(cases: tuple[Case, ...], program: Program) -> list[Moment]:
    """Each case as it goes without any expectation, a second between two acts."""
    actions = InProcessActions(load_actions("bot.actions.demo"))
    world, book = world_of(program, shipped_desk(), actions, ZONE), PhraseBook(program)
    ends = []
    for case in cases:
        stage = Stage(world, case, "telegram", "en")
        moment = stage.opening()
        for turn in case.turns:
            moment = await perform(stage, book, await stage.wait(moment, 1), turn.act)
        ends.append(moment)
    await actions.close()
    return ends


def test_every_shipped_test_that_is_recorded_passes_again() -> None:
    cases = read_tests(SHIPPED_TESTS, ZONE).cases
    single = [case for case in cases if not case.channels]
    plays = []
    for case, moment in zip(single, asyncio.run(held(tuple(single), program_of(SHIPPED))), strict=True):
        script = script_of([(each.at, each.event) for each in moment.happened], BOOK, ZONE)
        plays.append((cases_of(write_case(case.name, script))[0], "telegram", "en"))
    results = play(SHIPPED, plays)
    assert "".join(failed_text(result) for result in results if not result.passed) == ""
    assert {type(turn.act).__name__ for case, _, _ in plays for turn in case.turns} == {
        "Says",
        "Taps",
        "Sends",
        "Waits",
        "AgentActs",
    }


OPENED = ConversationOpened(channel="voice", language="fa", revision="r", flow="main")
ASKED = ActionRequested(call_id="c1", action="action_look", flow="f", step="look", timeout_seconds=5)
LOG: list[tuple[float, AnyEvent]] = [
    (0, OPENED),
    (0, CustomerSaid(content=said("/start"))),
    (0, ASKED),
    (3, BotSaid(content=said("One moment"))),
    (4, ActionFinished(call_id="c1", action="action_look", seconds=4.0)),
    (4, BotSaid(content=said("Found it"), flow="f", step="look")),
    (4, SlotsSet(values={"found": True})),
    (4, BotSaid(content=said("Anything else?"), flow="f", step="ask")),
    (4, ASKED),
    (9, ActionFailed(call_id="c2", action="action_look", code="timeout", seconds=5.0)),
    (30, WaitTold(handoff="h", position=1)),
    (30, BotSaid(content=said("You are the next"))),
    (35, NoteWritten(agent="a", text="knows us")),
    (40, HandoffTransferred(handoff="h", by="a", queue="orders")),
    (3700, BotSaid(content=said("Still there?"))),
    (3800, CustomerSaid(content=said("Yes"), tapped="Yes")),
    (90_200, ConversationClosed(reason="expired")),
]


def test_what_others_did_is_told_apart_from_what_time_did() -> None:
    script = script_of([(BEGAN + timedelta(seconds=after), event) for after, event in LOG], BOOK, ZONE, SARA)
    assert script.customer == {"name": "Sara", "phone": "+971501234567", "surveyed": ["csat"]}
    assert script.channel == "voice"
    assert script.language == "fa"
    assert script.at == "2026-03-02T10:00:00+04:00"
    assert script.steps == (
        {"user": "/start"},
        {"bot": "One moment"},
        {"bot": "Found it"},
        {"bot": "Anything else?"},
        {"agent": "/transfer orders"},
        {"wait": "1h1m"},
        {"bot": "Still there?"},
        {"tap": "Yes"},
        {"wait": "1d"},
        {"ended": "expired"},
    )
    looked_up = {
        "takes": "4s",
        "events": [{"event": "slot", "name": "found", "value": True}],
        "responses": [{"text": "Found it"}],
    }
    assert script.stubs == {"action_look": [looked_up, {"fails": "timeout"}]}


def test_a_question_that_an_action_asks_is_the_actions_with_its_buttons() -> None:
    def asked(action: str, seconds: float) -> list[tuple[float, AnyEvent]]:
        choices = Choice(label="42", token="1.1.0"), Choice(label="Back", token="1.1.b", role="back")
        return [
            (seconds, ActionRequested(call_id=action, action=action, flow="f", step="shoe", timeout_seconds=5)),
            (seconds + 1, ActionFinished(call_id=action, action=action, seconds=1.0)),
            (seconds + 1, BotSaid(content=said("Size?"), choices=choices, menu=True, flow="f", step="shoe")),
        ]

    log = [*LOG[:2], *asked("action_ask_shoe", 0), *asked("validate_shoe", 1)]
    script = script_of([(BEGAN + timedelta(seconds=after), event) for after, event in log], BOOK, ZONE)
    question = {"text": "Size?", "buttons": [{"title": "42", "payload": "42"}]}
    assert script.stubs == {
        "action_ask_shoe": {"events": [], "responses": [question]},
        "validate_shoe": {"events": [], "responses": []},
    }
    assert script.steps == ({"user": "/start"}, *[{"bot": "Size?"}, {"menu": ["42"]}] * 2)


JOINED = "We're finding someone for you. You can keep writing: they will read it all."
OPENED_TICKET = TicketOpened(
    ticket="t", number=7, department="complaints", ticket_kind="complaint", title="t", flow="f", step="s"
)
WITH_OTHERS: list[tuple[float, AnyEvent]] = [
    (0, ConversationOpened(channel="telegram", language="en", revision="r", flow="main_menu")),
    (0, CustomerSaid(content=said("/start"))),
    (1, CustomersJoined(customer="c1", other="c2", by="phone")),
    (1, CustomerSaid(content=said("agent"))),
    (1, HandoffRequested(handoff="h", queue="support", flow="f", step="s", reason="agent_word")),
    (1, HandoffQueued(handoff="h", queue="support", position=2)),
    (1, WaitTold(handoff="h", position=2)),
    (1, BotSaid(content=said(f"{JOINED}\nYou are number 2 in the queue."))),
    (2, HandoffTaken(handoff="h", agent="a", agent_name="Omid")),
    (2, BotSaid(content=said("Omid has joined the conversation."))),
    (3, OPENED_TICKET),
    (3, BotSaid(content=said("Noted. The number of your case is 7.\nWe are sorry."))),
    (4, CustomerSaid(content=said("/ticket 7"))),
    (4, BotSaid(content=said("Here it is."))),
    (5, InputIgnored(reason="stale")),
    (5, BotSaid(content=said("That menu is old. Here is where we are:"))),
    (6, TicketAnswered(ticket="t", number=7, agent="a", content=said("Mended."))),
    (6, BotSaid(content=said("The answer to case 7: Mended."))),
    (7, RevisionChanged(revision="r2", restarted=True)),
    (7, BotSaid(content=said("Our menus have just changed, so we're back at the start. Sorry about that."))),
    (7, BotSaid(content=said("Which way?"))),
    (8, ConversationClosed(reason="blocked")),
]


def test_what_the_bot_said_of_others_is_not_expected() -> None:
    """A rehearsal has one agent, one ticket after the other, no departments, and nobody else who waits."""
    script = script_of([(BEGAN + timedelta(seconds=after), event) for after, event in WITH_OTHERS], BOOK, ZONE)
    assert script.steps == (
        {"user": "/start"},
        {"user": "agent"},
        {"handed_off": "support"},
        {"bot_uttered": {"text_matches": JOINED}},
        {"agent": "/take"},
        {"utter": "utter_switchboard_agent_joined"},
        {"wait": "1s"},
        {"ticket_opened": "complaints"},
        {"utter": "utter_switchboard_ticket_opened"},
        {"bot_uttered": {"text_matches": "We are sorry."}},
        {"user": "/ticket 1"},
        {"bot": "Here it is."},
        {"user": "/start"},
        {"bot": "Which way?"},
    )


def test_who_was_asked_for_a_rating_just_before_is_not_asked_again() -> None:
    taps = "{tap: Frequent questions}, {tap: How can I pay?}, {tap: That's all}, {tap: \"No, that's all\"}"
    steps = f"steps: [{{user: /start}}, {taps}"
    asked = f"{{test_case: asked, {steps}, {{survey_asked: quick}}]}}"
    known = f"{{test_case: known, customer: {{surveyed: [quick]}}, {steps}, {{ended: completed}}]}}"
    results = play(SHIPPED, [(case, "telegram", "en") for case in cases_of(f"test_cases: [{asked}, {known}]")])
    assert "".join(failed_text(result) for result in results if not result.passed) == ""


HASTY: list[tuple[float, AnyEvent]] = [
    (0, ConversationOpened(channel="telegram", language="en", revision="r", flow="main_menu")),
    (0, CustomerSaid(content=said("/branches"))),
    (0, FlowStarted(flow="branches", by="trigger")),
    (0, ASKED),
    (1, CustomerSaid(content=said("hurry up"))),
    (1, BotSaid(content=said("One moment…"))),
    (1, ActionFinished(call_id="c1", action="action_look", seconds=1.0)),
    (1, BotSaid(content=said("Found it"), flow="f", step="look")),
    (1, ASKED),
    (3, CustomerSaid(content=said("stop"))),
    (3, FlowStarted(flow="main_menu", by="start")),
    (3, StepReached(flow="main_menu", step="choose_language", step_kind="language")),
    (3, BotSaid(content=said("Please choose your language."))),
    (4, CustomerSaid(content=said("1"))),
    (4, LanguageChanged(language="en")),
    (4, FlowStarted(flow="main_menu", by="start")),
    (4, StepReached(flow="main_menu", step="choose_language", step_kind="language")),
]


def test_what_is_said_while_an_action_runs_counts_where_it_does_something() -> None:
    script = script_of([(BEGAN + timedelta(seconds=after), event) for after, event in HASTY], BOOK, ZONE)
    assert script.steps == (
        {"user": "/branches"},
        {"bot": "Found it"},
        {"user": "stop"},
        {"bot": "Please choose your language."},
        {"user": "1"},
    )
    assert script.customer == {"language": "none"}, "the flow that asks every newcomer asked them"


def test_several_lines_of_persian_stand_in_a_block() -> None:
    written = write_case("t", Script(steps=({"bot": "سلام.\nمی‌بینید؟"},)))
    assert "bot: |-" in written
    assert cases_of(written)


SECRETS = """
settings: {languages: [en]}
slots: {pin: {type: text}, mail: {type: text}, age: {type: float}, size: {type: categorical, values: [small, large]}}
flows:
  main:
    start: true
    description: asks what nobody may know
    steps:
      - {collect: pin, ask: Your PIN?, secret: true, digits: {min: 4, max: 6}}
      - {collect: mail, ask: Your mail?, secret: true, kind: email, confirm: true}
      - {collect: age, ask: Your age?, secret: true}
      - {collect: size, ask: Your size?, secret: true}
      - say: Your PIN is {pin}.
"""
ANSWERS = ["12", "1234567", "7788", "no mail", "a@b.de", "No", "c@d.de", "perhaps", "Yes", "old", "44", "large"]


def test_secrets_are_made_up_so_that_the_same_comes_of_them() -> None:
    """The log has bullets in their place."""
    flows = {"flows/f.yaml": SECRETS.encode()}
    acts = ", ".join(f"{{user: '{answer}'}}" for answer in ["hi", *ANSWERS])
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{acts}]}}]")[0]
    program = program_of(flows)
    [moment] = asyncio.run(held((case,), program))
    script = script_of([(each.at, each.event) for each in moment.happened], PhraseBook(program), ZONE)
    written = write_case("t", script)
    assert not any(f'"{answer}"' in written for answer in ("7788", "a@b.de", "c@d.de", "44", "large"))
    [result] = play(flows, [(cases_of(written)[0], "telegram", "en")])
    assert result.passed, failed_text(result)
    assert {"ended": "completed"} in script.steps
