"""Questions in CALM: what is typed is taken as it is, so a check of its form is written as a rejection."""

from bot.calm.flow_writer import FlowWriter, Written
from bot.calm.project import Project
from bot.content import Json
from bot.engine.flow import Branch, Collect, Digits, Duration, Menu, Slot, Text
from bot.engine.text import PLACEHOLDER

CONFIRM = "utter_switchboard_confirm_value"
YES, NO = "utter_switchboard_yes", "utter_switchboard_no"


def write_collect(writer: FlowWriter, step: Collect) -> None:
    """The question, and the one whether its answer was understood."""
    _note_losses(writer, step)
    writer.project.ask_for(step.slot, writer.flow.id, step.id)
    if not step.reset_after_flow_ends:
        writer.persisted.setdefault(step.slot)
    body: Written = {"collect": step.slot, **patience(step)}
    if step.ask is not None and step.ask.response != f"utter_ask_{step.slot}":
        body["utter"] = writer.project.say(step.ask, writer.response(step.id), writer.flow.id, step.id)
    elif step.ask is not None:
        writer.project.say(step.ask, f"utter_ask_{step.slot}", writer.flow.id, step.id)
    elif step.ask_action not in (None, f"action_ask_{step.slot}"):
        body["utter"] = step.ask_action
    if step.ask_before_filling:
        body["ask_before_filling"] = True
    if step.forced:
        body["force_slot_filling"] = True
    if step.digits is not None and (keys := _keys(step.digits)):
        body["dtmf"] = {**keys, "allow_audio_input": False}
    rejections = _rejections(writer, step)
    if rejections:
        body["rejections"] = rejections
    if step.confirm:
        _write_confirmed(writer, step, body)
    else:
        writer.add(step.id, body, step.next)


def _keys(digits: Digits) -> Written:
    """How the keys of a telephone end the answer; empty where they don't."""
    if digits.min == digits.max:
        return {"length": digits.max}
    return {"finish_on_key": digits.finish_on} if digits.finish_on else {}


def _rejections(writer: FlowWriter, step: Collect) -> list[Json]:
    project, flow = writer.project, writer.flow.id
    rejections: list[Json] = []
    if step.digits is not None:
        text = step.retry.no_match[0] if step.retry.no_match else Text(response="utter_switchboard_not_a_number")
        pattern = f"^[0-9]{{{step.digits.min},{step.digits.max}}}$"
        utter = project.say(text, f"{writer.response(step.id)}_digits", flow, step.id)
        rejections.append({"if": f'not slots.{step.slot} matches "{pattern}"', "utter": utter})
    for rejection in step.rejections:
        utter = project.say(rejection.text, f"{writer.response(step.id)}_rejected", flow, step.id)
        rejections.append({"if": project.condition(rejection.condition, flow, step.id), "utter": utter})
    return rejections


def _write_confirmed(writer: FlowWriter, step: Collect, body: Written) -> None:
    """Ask whether it is right; if not, ask for it again."""
    project, flow = writer.project, writer.flow.id
    sure = project.add_slot(Slot(name=f"{step.slot}_confirmed", type="bool"))
    project.collected.add(sure)
    asks, forgets = writer.new_id(step.id), writer.new_id(step.id)
    response = project.respond_with_buttons(
        _with_value(project, step.slot),
        f"utter_ask_{sure}",
        flow,
        step.id,
        (
            project.button(Text(response=YES), sure, True, flow, step.id),
            project.button(Text(response=NO), sure, False, flow, step.id),
        ),
    )
    writer.add(step.id, body, asks)
    is_wrong = Branch(to=forgets, condition=f"slots.{sure} is false")
    writer.add(asks, {"collect": sure, "utter": response, "ask_before_filling": True}, (is_wrong, *step.next))
    writer.add(forgets, {"set_slots": [{step.slot: None}]}, step.id)


def _with_value(project: Project, slot: str) -> Text:
    """The engine's own words of it, with the slot in the place of the value."""
    said = project.own_words(CONFIRM)
    return Text(by_language={
        code: PLACEHOLDER.sub(lambda found: f"{{{slot if found.group(1) == 'value' else found.group(1)}}}", source)
        for code, source in said.by_language.items()
    })  # fmt: skip


def note_retry(writer: FlowWriter, step: Menu | Collect) -> None:
    """How bad answers and silence are treated is CALM's own affair."""
    retry, timeout = step.retry, step.retry.timeout or Duration()
    given = {
        "'no_match'": retry.no_match,
        "'no_input'": retry.no_input,
        "'tries'": retry.tries,
        "'on_fail'": retry.on_fail,
        "'timeout' but on telephones": timeout.seconds is not None or timeout.by_channel.keys() - {"voice"},
    }
    lost = [name for name, value in given.items() if value]
    if lost:
        writer.lose(step.id, f"CALM has no {', '.join(lost)} for a question", "see to it in 'pattern_cannot_handle'")


def patience(step: Menu | Collect) -> Written:
    """How long an answer is waited for on telephones, in CALM's words."""
    seconds = step.retry.timeout.on("voice") if step.retry.timeout is not None else None
    return {} if seconds is None else {"silence_timeout": seconds}


def _note_losses(writer: FlowWriter, step: Collect) -> None:
    note_retry(writer, step)
    if step.kind != "text":
        writer.lose(step.id, f"CALM has no 'kind: {step.kind}': any text is taken", f"write 'validate_{step.slot}'")
    if step.digits is not None:
        told = "CALM counts digits on the telephone alone: a rejection looks at what is typed"
        writer.lose(step.id, told, "digits of other scripts are refused")
    lost = {"secret": step.secret, "files": step.files is not None}
    for key in (key for key, is_set in lost.items() if is_set):
        writer.lose(step.id, f"CALM has no '{key}' for a question")
