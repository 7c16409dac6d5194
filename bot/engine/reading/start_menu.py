"""The menu with which conversations begin when no flow says so, as in CALM, where a language model picks the flow."""

import re

import msgspec

from bot.engine.checks.starting import offered_in_menu
from bot.engine.flow import END, Action, Branch, Call, Flow, FlowSet, Link, Menu, Option, Say, Step, Text
from bot.engine.patterns import HUMAN_HANDOFF, SESSION_START, START_MENU
from bot.engine.reading.values import EVERY_LANGUAGE

SESSION_ACTION, SESSION_INTENT = "action_session_start", "session_start"
GREETING, MENU, NOTHING = "greeting", "menu", "nothing_on_offer"


def with_beginning(flow_set: FlowSet) -> FlowSet:
    """The set with what CALM begins with where nobody wrote it: what a new session runs, and a menu of flows."""
    flows = dict(flow_set.flows)
    steps = _first_of_a_session(flow_set)
    if steps and SESSION_START not in flows:
        flows[SESSION_START] = Flow(
            id=SESSION_START,
            description="what a new session runs",
            steps={step.id: step for step in steps},
            first=steps[0].id,
            run_pattern_completed=False,
        )
    if flow_set.start == START_MENU and START_MENU not in flows:
        flows[START_MENU] = _menu_of(flows)
    return msgspec.structs.replace(flow_set, flows=flows)


def _first_of_a_session(flow_set: FlowSet) -> list[Step]:
    """CALM's action, without which the conversation begins all the same, and before a menu the flow of its intent."""
    greeter = next((name for name, flow in flow_set.flows.items() if SESSION_INTENT in flow.intents), None)
    steps: list[Step] = []
    if greeter is not None and flow_set.start == START_MENU:
        steps.append(Link(id="greet", flow=greeter))
    if SESSION_ACTION in flow_set.actions:
        then = (Branch(to=steps[0].id if steps else END),)
        steps.insert(0, Action(id=SESSION_ACTION, name=SESSION_ACTION, on_error=then[0].to, next=then))
    return steps


def _menu_of(flows: dict[str, Flow]) -> Flow:
    """Greets, offers each flow while its guard holds, and comes back when the flow is over."""
    names = offered_in_menu(flows)
    labels = _labels([flows[name] for name in names])
    steps: list[Step] = [
        Menu(
            id=MENU,
            text=Text(response="utter_switchboard_start_menu"),
            options=tuple(
                Option(label=label, value=name, condition=flows[name].guard, to=_call(name))
                for name, label in zip(names, labels, strict=True)
            ),
            next=(Branch(to=NOTHING),),
        ),
        Link(id=NOTHING, flow=HUMAN_HANDOFF),
        *(Call(id=_call(name), flow=name, next=(Branch(to=MENU),)) for name in names),
    ]
    if SESSION_START not in flows:
        greeting = Text(response="utter_switchboard_start_greeting")
        steps.insert(0, Say(id=GREETING, texts=(greeting,), next=(Branch(to=MENU),)))
    return Flow(
        id=START_MENU,
        description="made of the flows that customers may start",
        steps={step.id: step for step in steps},
        first=steps[0].id,
        run_pattern_completed=False,
    )


def _call(flow: str) -> str:
    return f"call.{flow}"


def _labels(flows: list[Flow]) -> list[Text]:
    """The names of the flows, else their ids made readable; those that share a name are told apart by their ids."""
    labels: list[Text] = []
    taken: set[str] = set()
    for flow in flows:
        names = flow.name.by_language if flow.name else {EVERY_LANGUAGE: _named_for_people(flow.id)}
        label = Text(by_language={language: _without_id(name) for language, name in names.items()})
        if not taken.isdisjoint(label.by_language.values()):
            told_apart = {language: f"{name} ({readable(flow.id)})" for language, name in label.by_language.items()}
            label = Text(by_language=told_apart)
        labels.append(label)
        taken.update(label.by_language.values())
    return labels


def _without_id(name: str) -> str:
    """The name, made readable where it is an id: `book_tour` stands as the name of some."""
    return _named_for_people(name) if "_" in name and " " not in name else name


def _named_for_people(flow: str) -> str:
    """What the flow is about: to customers it is none, whatever its id says."""
    words = readable(flow)
    return readable(re.sub(r"^flow | flow$", "", words, flags=re.IGNORECASE))


def readable(name: str) -> str:
    """`transfer_money` as people write it: `Transfer money`."""
    words = " ".join(name.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:]
