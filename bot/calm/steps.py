"""Each kind of step in CALM's six: action, collect, link, call, set_slots, noop. What they can't say is told."""

from typing import assert_never

from bot.calm.flow_writer import FlowWriter, Written
from bot.calm.menus import write_menu
from bot.calm.project import named
from bot.calm.questions import write_collect
from bot.content import Json
from bot.engine.acting import BUILT_IN
from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Branch,
    Call,
    Callback,
    Collect,
    FollowUp,
    Handoff,
    Hours,
    Link,
    Menu,
    Noop,
    Say,
    SetSlots,
    Slot,
    Step,
    SwitchLanguage,
    Text,
    Ticket,
    TicketState,
)
from bot.engine.formats import language_name
from bot.engine.patterns import HUMAN_HANDOFF, INTERNAL_ERROR, is_pattern
from bot.engine.text import PLACEHOLDER

LANGUAGE = "language"  # the slot by which CALM knows what is spoken
TO_WRITE = "write that action: it may call your own system"


def write_step(writer: FlowWriter, step: Step) -> None:  # noqa: C901  # one line a kind of step
    """Write the step, and tell what is lost of it."""
    match step:
        case Say():
            _say(writer, step)
        case Menu():
            write_menu(writer, step)
        case Collect():
            write_collect(writer, step)
        case Action():
            _action(writer, step)
        case Handoff():
            _hand_off(writer, step)
        case Callback():
            _stand_in(writer, step, "action_request_callback", f"a call back by '{step.queue or 'the default queue'}'")
        case Ticket():
            _stand_in(writer, step, "action_open_ticket", f"a ticket for '{step.department}'")
        case TicketState():
            _stand_in(writer, step, "action_tell_ticket", "how a ticket stands")
        case FollowUp():
            _stand_in(writer, step, "action_follow_up", f"a later '{step.flow}'")
        case AskSurvey():
            _stand_in(writer, step, f"action_survey_{named(step.survey)}", f"the survey '{step.survey}'")
        case Hours():
            _hours(writer, step)
        case SwitchLanguage():
            _language(writer, step)
        case Link():
            _link(writer, step.id, writer.project.flow_name(step.flow))
        case Call():
            _call(writer, step)
        case SetSlots():
            _set_slots(writer, step)
        case Noop():
            writer.add(step.id, {"noop": True}, step.next)
        case _:
            assert_never(step)


def _link(writer: FlowWriter, step: str, target: str) -> None:
    """Lead on to the flow, or end where CALM lets nothing lead there."""
    own = writer.flow.id
    why = None
    if own == INTERNAL_ERROR:
        why = f"CALM's '{INTERNAL_ERROR}' leads nowhere"
    elif is_pattern(target) and target != HUMAN_HANDOFF and not is_pattern(own):
        why = f"CALM's flows lead to no pattern but '{HUMAN_HANDOFF}'"
    if why is None:
        writer.add(step, {"link": target}, None)
        return
    writer.lose(step, f"{why}: '{target}' is left out")
    writer.add(step, {"noop": True}, END)


def _call(writer: FlowWriter, step: Call) -> None:
    target = writer.project.flow_name(step.flow)
    if is_pattern(writer.flow.id):
        writer.lose(step.id, f"CALM's patterns call nothing: this one leads to '{target}', and does not go on")
        _link(writer, step.id, target)
    else:
        writer.add(step.id, {"call": target}, step.next)


def _say(writer: FlowWriter, step: Say) -> None:
    """One action for each text; a picture goes with the first."""
    names = [_response(writer, step, place) for place in range(len(step.texts) or 1)]
    ids = [step.id, *(writer.new_id(step.id) for _ in names[1:])]
    if not step.barge_in:
        writer.lose(step.id, "CALM's flows have no 'barge_in'", "a voice channel of its own knows such a setting")
    for place, name in enumerate(names):
        writer.add(ids[place], {"action": name}, ids[place + 1] if place + 1 < len(names) else step.next)


def _response(writer: FlowWriter, step: Say, place: int) -> str:
    text = step.texts[place] if step.texts else Text()
    wanted = writer.response(step.id) + (f"_{place + 1}" if place else "")
    if place or not (step.image or step.attachment):
        return writer.project.say(text, wanted, writer.flow.id, step.id)
    return writer.project.respond_with(text, wanted, writer.flow.id, step.id, step.image, step.attachment)


def _action(writer: FlowWriter, step: Action) -> None:
    if step.name not in BUILT_IN:
        writer.project.actions.setdefault(step.name)
    if step.on_error is not None:
        writer.lose(step.id, "CALM has no 'on_error'", f"have '{step.name}' set a slot when it fails, and ask for it")
    kept = {
        "timeout": step.timeout_seconds != 5.0,
        "retries": step.retries,
        "slow": step.slow is not None,
        "final": step.final,
    }
    lost = [f"'{key}'" for key, is_set in kept.items() if is_set]
    if lost:
        writer.lose(step.id, f"CALM has no {', '.join(lost)} for an action")
    writer.add(step.id, {"action": step.name}, step.next)


def _hand_off(writer: FlowWriter, step: Handoff) -> None:
    """CALM leaves it to a pattern, and does not come back from it."""
    given: dict[str, Json] = {
        f"the queue '{step.queue}'": step.queue,
        "'hours'": step.hours,
        "'note'": step.note,
        "'share'": step.share,
        "'priority'": step.priority,
        "'skills'": step.skills,
        "'max_wait'": step.max_wait,
        "'on_closed'": step.on_closed,
        "'on_no_agent'": step.on_no_agent,
        "'next'": step.next != (Branch(to=END),),
    }
    lost = [name for name, value in given.items() if value]
    if lost:
        writer.lose(step.id, f"CALM hands over without {', '.join(lost)}", f"see to it in your own {HUMAN_HANDOFF}")
    _link(writer, step.id, HUMAN_HANDOFF)


def _stand_in(writer: FlowWriter, step: Step, action: str, what: str) -> None:
    """An action that the author must write stands where CALM has no such step."""
    writer.project.actions.setdefault(action)
    writer.lose(step.id, f"CALM has no step for {what}: '{action}' stands there", TO_WRITE)
    writer.add(step.id, {"action": action}, step.next)


def _hours(writer: FlowWriter, step: Hours) -> None:
    """An action tells whether it is open now, by a slot."""
    slot, action = f"{named(step.calendar)}_open", f"action_check_{named(step.calendar)}"
    writer.project.slots.setdefault(slot, Slot(name=slot, type="bool"))
    writer.project.actions.setdefault(action)
    writer.lose(step.id, f"CALM has no calendars: '{action}' fills the slot '{slot}'", TO_WRITE)
    decides = writer.new_id(step.id)
    writer.add(step.id, {"action": action}, decides)
    ways = [Branch(to=step.open, condition=f"slots.{slot} is true")] if step.open is not None else []
    ways += [Branch(to=step.closed, condition=f"slots.{slot} is not true")] if step.closed is not None else []
    writer.add(decides, {"noop": True}, (*ways, *step.next))


def _language(writer: FlowWriter, step: SwitchLanguage) -> None:
    project, languages = writer.project, writer.project.flow_set.settings.languages
    project.slots.setdefault(LANGUAGE, Slot(name=LANGUAGE, type="categorical", values=languages))
    if step.language != "ask":
        writer.add(step.id, {"set_slots": [{LANGUAGE: step.language}]}, step.next)
        return
    asked = Text(response="utter_switchboard_choose_language")
    names = {code: Text(by_language={"*": language_name(code)}) for code in languages}
    buttons = tuple(project.button(name, LANGUAGE, code, writer.flow.id, step.id) for code, name in names.items())
    response = project.respond_with_buttons(asked, writer.response(step.id), writer.flow.id, step.id, buttons)
    project.collected.add(LANGUAGE)
    writer.persisted.setdefault(LANGUAGE)
    writer.add(step.id, {"collect": LANGUAGE, "utter": response, "ask_before_filling": True}, step.next)


def _set_slots(writer: FlowWriter, step: SetSlots) -> None:
    for slot, value in step.values.items():
        if isinstance(value, str) and PLACEHOLDER.search(value):
            writer.lose(step.id, f"CALM gives '{slot}' the text as it stands, and fills in nothing")
        if value is not None:
            writer.project.fill(slot, writer.flow.id, step.id)
    values: list[Written] = [{slot: value} for slot, value in step.values.items()]
    writer.add(step.id, {"set_slots": values}, step.next)
