"""What is exported to CALM reads back without an error and walks as the original does."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.calm.export import ACTIONS
from bot.calm.menus import KEPT
from bot.calm.yaml_text import yaml_text
from bot.content import Json
from bot.engine.reader import read_flows
from bot.ports import ActionCall, ActionOutcome
from bot.service.flow_files import gather
from tests.calm.twins import House, exported, returns, walk_alike
from tests.journeys.explorer import RealActions

FLOWS = Path(__file__).parents[2] / "flows"
STAND_INS = {"action_request_callback", "action_open_ticket", "action_tell_ticket", "action_follow_up"}
ANSWERS = {
    "ticket_number": ("12",),
    "order_number": ("10234", "10235", "10240", "99999"),
    "callback_phone": ("+971501234567",),
    "question": ("Where is it?",),
    "return_story": ("It broke.",),
}


class Shop:
    """The shipped flows in both forms, and the actions that both call."""

    def __init__(self, folder: Path) -> None:
        self.ours, self.calm, export = exported({path.name: path.read_text() for path in sorted(FLOWS.glob("*.yaml"))})
        (folder / "calm_actions").mkdir()
        (folder / "calm_actions" / "__init__.py").touch()
        (folder / "calm_actions" / "actions.py").write_text(export.files[ACTIONS], encoding="utf-8")
        self.demo = RealActions(InProcessActions(load_actions("bot.actions.demo")))
        self.own = RealActions(InProcessActions(load_actions(str(folder / "calm_actions"))))
        self.is_open = True

    def run(self, call: ActionCall) -> ActionOutcome:
        """As the shop's actions do, and those that the export wants written."""
        if call.name.startswith("action_check_"):
            return returns(**{f"{call.name.removeprefix('action_check_')}_open": self.is_open})
        if call.name in STAND_INS or call.name.startswith("action_survey_"):
            return returns()
        return (self.own if call.name.startswith("action_ask_") else self.demo)(call)

    def close(self) -> None:
        self.demo.close()
        self.own.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("calm"))
    yield made
    made.close()


@pytest.mark.parametrize("language", ["en", "fa", "ar", "he"])
def test_the_shipped_flows_walk_alike(shop: Shop, language: str) -> None:
    told: set[str] = set()
    for seed in range(50):
        shop.is_open = seed % 2 == 0
        houses = [House(program, language, shop.run, is_open=shop.is_open) for program in (shop.ours, shop.calm)]
        told |= set(walk_alike(houses[0], houses[1], ANSWERS, seed, 30))
    assert len(told) > 60


# Flows that nobody wrote

NAMES = st.sampled_from(["a", "b", "c"])
WORDS = st.sampled_from(
    ["Tea", "Coffee {a}", 'Yes: "really"', "چای", "# no", "a\\nb", "- {b}", "{c} & {customer.name}"]
)
TEXTS = st.one_of(WORDS, st.fixed_dictionaries({"en": WORDS, "fa": WORDS}))
VALUES = st.sampled_from(["x", "it's", 3, 2.5, True])
CONDITIONS = st.sampled_from(
    ["slots.a is null", 'slots.a is "x"', "not slots.b", "slots.a is null and slots.b is null", "slots.c is not null"]
)


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Json]:
    """Two flows, the first of which may call the second. Only menus lead back, so that every circle waits."""
    steps = {name: draw(_steps(count)) for name, count in (("main", 6), ("sub", 3))}
    return {
        "settings": {"languages": ["en", "fa"]},
        "slots": {name: {"type": "any"} for name in ("a", "b", "c")},
        "flows": {
            "main": {"start": True, "description": "the first", "steps": steps["main"]},
            "sub": {"description": "the second", "if": False, "steps": steps["sub"]},
        },
    }


@st.composite
def _steps(draw: st.DrawFn, count: int) -> list[dict[str, Json]]:
    ids = [f"s{number}" for number in range(count)]
    return [draw(_step(ids, place, may_call=count > 3)) for place in range(count)]


@st.composite
def _step(draw: st.DrawFn, ids: list[str], place: int, *, may_call: bool) -> dict[str, Json]:
    onward = st.sampled_from([*ids[place + 1 :], "END"])
    branches = [{"if": draw(CONDITIONS), "then": draw(onward)}, {"else": draw(onward)}]
    step: dict[str, Json] = {"id": ids[place], "next": draw(st.one_of(onward, st.just(branches)))}
    match draw(st.sampled_from(["say", "menu", "collect", "set_slots", "noop", *["call"] * may_call])):
        case "say":
            step["say"] = draw(st.one_of(TEXTS, st.lists(TEXTS, min_size=1, max_size=2)))
        case "menu":
            step |= {"menu": draw(TEXTS), "options": draw(_options(ids, onward))}
            step |= draw(st.sampled_from([{}, {"into": "a"}]))
        case "collect":
            step |= {"collect": draw(NAMES), "ask": draw(TEXTS), "ask_before_filling": draw(st.booleans())}
        case "set_slots":
            step["set_slots"] = [{draw(NAMES): draw(st.one_of(st.none(), VALUES))}]
        case "call":
            step["call"] = "sub"
        case _:
            step["noop"] = True
    return step


@st.composite
def _options(draw: st.DrawFn, ids: list[str], onward: st.SearchStrategy[str]) -> list[dict[str, Json]]:
    options: list[dict[str, Json]] = []
    for value in draw(st.lists(VALUES, min_size=1, max_size=4, unique_by=str)):
        option = {"label": draw(TEXTS), "value": value}
        option |= draw(st.one_of(st.just({}), st.fixed_dictionaries({"then": st.one_of(onward, st.sampled_from(ids))})))
        option |= draw(st.one_of(st.just({}), st.fixed_dictionaries({"if": CONDITIONS})))
        options.append(option)
    return options


@given(flows(), st.integers(0, 9))
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_any_flows_walk_alike(written: dict[str, Json], seed: int) -> None:
    source = yaml_text(written)
    if read_flows({"flows.yaml": source}).flow_set is None:
        return  # the reader has its own tests
    ours, calm, export = exported({"flows.yaml": source})
    if any(loss.hint == KEPT for loss in export.losses):
        return  # it says itself that it walks otherwise
    for language in ("en", "fa"):
        houses = [House(program, language, lambda _call: returns()) for program in (ours, calm)]
        walk_alike(houses[0], houses[1], {}, seed, 12)


@pytest.mark.parametrize("project", ["bank", "clinic", "shop", "treadmill"])
def test_a_calm_project_comes_out_as_it_went_in(project: str) -> None:
    folder = Path(__file__).parents[1] / "engine" / "calm" / project
    ours, calm, _ = exported({name: content.decode() for name, content in gather(folder).items()})
    for seed in range(20):
        houses = [House(program, "en", lambda _call: returns()) for program in (ours, calm)]
        walk_alike(houses[0], houses[1], {}, seed, 15)
