"""The flows that ship, walked everywhere they lead, in each language: nobody is left without a word.

Every option of every menu is tapped, every question answered well and badly, every action comes back and fails, every
wish for a person finds a closed desk, nobody, and somebody.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.content import Attachment
from bot.engine.flow import FlowSet, Menu
from bot.engine.inputs import AnyHeard, CommandHeard, FollowUpDue, TapHeard, TextHeard
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.engine.talk import Talk
from bot.engine.wording import WORDING
from bot.events import (
    ActionRequested,
    BotSaid,
    ChoiceMade,
    ConversationClosed,
    FlowStarted,
    HandoffAbandoned,
    HandoffRequested,
    InputIgnored,
    SurveyCommented,
    TicketAskedAbout,
    TicketOpened,
)
from tests.journeys.explorer import ELSEWHERE, NONSENSE, PHOTO, Explorer, RealActions, Seen, only_in

FLOWS = Path(__file__).parents[2] / "flows"
LANGUAGES = ("en", "fa", "ar", "he")
LETTERS = {"en": "[A-Za-z]", "fa": "[\u0600-\u06ff]", "ar": "[\u0600-\u06ff]", "he": "[\u0590-\u05ff]"}
ANSWERS: dict[str, tuple[str | Attachment, ...]] = {
    "order_number": ("10234", "10235", "10240", "99999"),
    "question": ("…",),
    "callback_phone": ("+971501234567", "12"),
    "complaint": ("…",),
    "idea": ("…",),
    "ticket_number": ("12",),
    "return_story": ("…", "…" * 301),
    "return_photos": (PHOTO, Attachment(kind="voice", file="file:2")),
    "callback.phone": ("+971501234567", "12"),
    "callback.when": ("14:30", "2020-01-01"),
}
NEVER_BY_THEMSELVES = {  # patterns that serve other flows, or only a failure of ours
    "pattern_internal_error",
    "pattern_skip_question",
    "pattern_user_silence",  # only where a question has a timeout
}
BEGINNINGS: tuple[AnyHeard, ...] = (
    CommandHeard(name="start"),
    CommandHeard(name="agent"),
    TextHeard(text="…"),
    FollowUpDue(flow="after_return", slots={"return_number": "R-1"}),
)


def shipped() -> FlowSet:
    reading = read_flows({path.name: path.read_bytes() for path in sorted(FLOWS.glob("*.yaml"))})
    assert reading.flow_set is not None
    return reading.flow_set


@pytest.fixture(scope="module")
def actions() -> Iterator[RealActions]:
    real = RealActions(InProcessActions(load_actions("bot.actions.demo")))
    yield real
    real.close()


class Walked:
    """Everything that was seen in one language, and every step that ran."""

    def __init__(self, language: str, actions: RealActions) -> None:
        self.language = language
        self.flow_set = only_in(shipped(), language)
        self.program = compile_program(self.flow_set, "test")
        self.steps: set[tuple[str, str]] = set()
        self.turns: list[Seen] = []
        [word] = [flow.triggers[language][-1] for flow in self.flow_set.flows.values() if flow.id == "faq"]
        links = (CommandHeard(name="start", argument=flow) for flow in self.flow_set.flows if flow[:7] != "pattern")
        for is_open in (True, False):
            explorer = Explorer(
                self.program,
                language,
                ANSWERS,
                actions,
                read_by_actions=("order_number", "branch"),
                interruptions=(word,),
                other_outcomes={"action_list_branches": {"branches": []}},
                is_open=lambda _calendar, is_open=is_open: is_open,  # type: ignore[misc]
            )
            if is_open:
                explorer.walk((*BEGINNINGS, *links))
            else:
                explorer.walk((CommandHeard(name="start", argument="branches"),), deep=False)
            self.turns += explorer.turns

    def spoken(self) -> Iterator[tuple[BotSaid, str]]:
        for turn in self.turns:
            for event in turn.events:
                if isinstance(event, BotSaid):
                    yield event, event.content.text.text
                    yield from ((event, choice.label) for choice in event.choices)


@pytest.fixture(scope="module", params=LANGUAGES)
def walked(request: pytest.FixtureRequest, actions: RealActions) -> Walked:
    steps: set[tuple[str, str]] = set()
    go_to = Talk.go_to

    def noted(talk: Talk, step: str) -> object:
        steps.add((talk.stack[-1].flow, step))
        return go_to(talk, step)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Talk, "go_to", noted)
        done = Walked(request.param, actions)
    done.steps = steps
    return done


def test_every_step_is_reached(walked: Walked) -> None:
    flows = [flow for flow in walked.flow_set.flows.values() if flow.id not in NEVER_BY_THEMSELVES]
    assert {(flow.id, step) for flow in flows for step in flow.steps} - walked.steps == set()


def test_every_option_of_every_menu_is_taken(walked: Walked) -> None:
    chosen = {
        (event.flow, event.step, str(event.value))
        for turn in walked.turns
        for event in turn.events
        if isinstance(event, ChoiceMade)
    }
    offered = {
        (flow.id, step.id, str(option.value))
        for flow in walked.flow_set.flows.values()
        for step in flow.steps.values()
        if isinstance(step, Menu)
        for option in step.options
    }
    assert offered - chosen == set()


def test_everything_is_said_in_the_language(walked: Walked) -> None:
    own = re.compile(LETTERS[walked.language])
    names = set(WORDING["utter_switchboard_language_name"].values())
    strange = {
        (said.flow, said.step, text)
        for said, text in walked.spoken()
        if ELSEWHERE in text or (re.search(r"[^\W\d_]", text) and not own.search(text) and text not in names)
    }
    assert strange == set()


def test_nothing_is_empty_or_unfilled(walked: Walked) -> None:
    wrong = {
        (said.flow, said.step, text)
        for said, text in walked.spoken()
        if not text.strip() or text != text.strip() or re.search(r"[{}]|  |\n\n\n|: ?$|None|null", text)
    }
    assert wrong == set()


def test_nobody_is_left_without_a_word(walked: Walked) -> None:
    """Whatever a customer does outside a queue is followed by words, a running action, or a question to the desk."""
    answered = BotSaid | ActionRequested | HandoffRequested | TicketOpened | TicketAskedAbout | InputIgnored
    silent = {
        (turn.before.stack, str(turn.heard))
        for turn in walked.turns
        if isinstance(turn.heard, TapHeard | TextHeard | CommandHeard)
        and not turn.before.closed
        and (turn.before.handoff is None or any(isinstance(event, HandoffAbandoned) for event in turn.events))
        and (turn.before.wait is None or turn.before.wait.kind != "action")
        and not any(isinstance(event, answered) for event in turn.events)
    }
    assert silent == set()


def test_nothing_breaks_on_the_way(walked: Walked) -> None:
    started = {event.flow for turn in walked.turns for event in turn.events if isinstance(event, FlowStarted)}
    assert "pattern_internal_error" not in started
    reasons = {event.reason for turn in walked.turns for event in turn.events if isinstance(event, ConversationClosed)}
    assert reasons == {"completed", "customer", "expired"}, "opted out of a follow-up, silent while they waited"


def test_a_low_score_is_asked_about(walked: Walked) -> None:
    assert any(isinstance(event, SurveyCommented) for turn in walked.turns for event in turn.events)


def test_who_was_refused_is_not_asked_for_again_without_end(walked: Walked) -> None:
    """Writing what nobody understands does not bring somebody before the desk for whom it has just had nobody."""
    again = {
        (turn.before.stack, str(turn.heard))
        for turn in walked.turns
        if turn.heard == TextHeard(text=NONSENSE)
        and turn.before.last_handoff is not None
        and turn.before.wait is not None
        and turn.before.wait.kind != "language"
        and any(frame.because is not None for frame in turn.before.stack)
        and any(isinstance(event, HandoffRequested) for event in turn.events)
    }
    assert again == set()
