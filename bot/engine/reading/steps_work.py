"""The steps that do something else than talk: actions, people, hours, other flows, slots."""

import re
from datetime import UTC, datetime
from typing import Literal, cast, get_args

from bot.engine.flow import (
    Action,
    AskSurvey,
    Call,
    Callback,
    FollowUp,
    Handoff,
    Hours,
    Link,
    Noop,
    Say,
    SetSlots,
    Step,
    SwitchLanguage,
    Text,
    Ticket,
    TicketKind,
    TicketState,
)
from bot.engine.moments import moment_of
from bot.engine.reading.agent_calls import calls_agent, read_agent_call
from bot.engine.reading.findings import Findings, Given
from bot.engine.reading.leniency import slots_beside
from bot.engine.reading.step_source import STEP_KEYS, StepSource
from bot.engine.reading.steps_talk import read_collect, read_menu, read_say
from bot.engine.reading.values import (
    RESPONSE_NAME,
    note_language,
    read_condition,
    read_duration,
    read_json,
    read_literal,
    read_seconds,
    read_text,
)
from bot.yaml_fields import mappings_in, word_of
from bot.yaml_nodes import Listing, Mapping, Node, Scalar

ACTION_KEYS = STEP_KEYS | {"action", "timeout", "retries", "slow", "on_error", "final"}
HANDOFF_KEYS = STEP_KEYS | {
    "handoff", "hours", "note", "share", "priority", "skills", "max_wait", "on_closed", "on_no_agent",
}  # fmt: skip
TICKET_KEYS = STEP_KEYS | {"ticket", "kind", "title", "body", "share", "attach"}
FOLLOW_UP_KEYS = STEP_KEYS | {"follow_up", "in", "at", "if"}
ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)  # whether a text is a moment depends on no day
CALLBACK_KEYS = STEP_KEYS | {"callback", "phone", "when"}
CALL_RUNS = "'call' runs"
MAX_RETRIES = 10
MAX_ACTION_SECONDS = 3600.0
MAX_PRIORITY = 1000
PRIORITIES = {"low": -10, "normal": 0, "high": 10, "urgent": 20}


def read_action(step: StepSource) -> Step:
    """`action`: a response of that name is said, anything else runs outside."""
    fields, found = step.fields, step.found
    name = word_of(step.subject, found, "'action'")
    if name is None:
        return step.noop()
    if RESPONSE_NAME.match(name):
        fields.only(STEP_KEYS | {"action"})
        found.use("response", name, step.subject.mark, "'action' says")
        return Say(**step.shape, texts=(Text(response=name),))
    fields.only(ACTION_KEYS)
    found.use("action", name, step.subject.mark, "'action' runs")
    timeout, slow = fields.get("timeout"), fields.get("slow")
    seconds = read_seconds(timeout, found, "'timeout'") if timeout is not None else None
    if timeout is not None and seconds is not None and seconds > MAX_ACTION_SECONDS:
        found.error(timeout, "out-of-range", "'timeout' should be at most 1h: a customer is waiting")
    return Action(
        **step.shape,
        name=name,
        timeout_seconds=seconds or 5.0,
        retries=fields.whole("retries", 0, MAX_RETRIES) or 0,
        slow=read_text(slow, found, "'slow'") if slow is not None else None,
        on_error=step.then("on_error"),
        final=fields.boolean("final", False),
    )


def read_handoff(step: StepSource) -> Step:
    """`handoff`: people take over; without a queue the default one."""
    fields, found = step.fields, step.found
    fields.only(HANDOFF_KEYS)
    queue = _queue(step)
    hours, note, max_wait = fields.word("hours"), fields.get("note"), fields.get("max_wait")
    if hours is not None:
        found.use("calendar", hours, fields.node.entries["hours"].value.mark, "'hours' names")
    for name, scalar in fields.words("share"):
        found.use("slot", name, scalar.mark, "'share' shows")
    return Handoff(
        **step.shape,
        queue=queue,
        hours=hours,
        note=read_text(note, found, "'note'", "words") if note is not None else None,
        share=tuple(name for name, _ in fields.words("share")),
        priority=_priority(step),
        skills=tuple(skill for skill, _ in fields.words("skills")),
        max_wait=read_duration(max_wait, found, "'max_wait'") if max_wait is not None else None,
        on_closed=step.then("on_closed"),
        on_no_agent=step.then("on_no_agent"),
    )


def _priority(step: StepSource) -> int:
    node = step.fields.get("priority")
    if isinstance(node, Scalar) and node.text in PRIORITIES:
        return PRIORITIES[node.text]
    if isinstance(node, Scalar) and isinstance(node.value, str):
        step.fields.choice("priority", PRIORITIES, "normal")
        return 0
    return step.fields.whole("priority", -MAX_PRIORITY, MAX_PRIORITY) or 0


def _queue(step: StepSource) -> str | None:
    if isinstance(step.subject, Scalar) and step.subject.value is None:
        return None
    name = word_of(step.subject, step.found, f"'{step.kind}'")
    if name is not None:
        step.found.use("queue", name, step.subject.mark, f"'{step.kind}' names")
    return name


def read_callback(step: StepSource) -> Step:
    """`callback`: somebody will ring the customer."""
    fields, found = step.fields, step.found
    fields.only(CALLBACK_KEYS)
    phone = fields.word("phone")
    if phone is not None:
        phone = re.sub(r"^\{(.+)\}$", r"\1", phone)
        found.use("slot", phone, fields.node.entries["phone"].value.mark, "'phone' reads")
    when = cast(Literal["asap", "ask"], fields.choice("when", ("asap", "ask"), "asap"))
    return Callback(**step.shape, queue=_queue(step), phone=phone, when=when)


def read_survey_step(step: StepSource) -> Step:
    """`survey`: asks for a rating now."""
    step.fields.only(STEP_KEYS | {"survey"})
    name = word_of(step.subject, step.found, "'survey'")
    if name is None:
        return step.noop()
    step.found.use("survey", name, step.subject.mark, "'survey' asks")
    return AskSurvey(**step.shape, survey=name)


def read_hours(step: StepSource) -> Step:
    """`hours`: one way when the calendar is open, another when it is closed."""
    step.fields.only(STEP_KEYS | {"hours", "open", "closed"})
    name = word_of(step.subject, step.found, "'hours'")
    if name is None:
        return step.noop()
    step.found.use("calendar", name, step.subject.mark, "'hours' names")
    if not step.fields.given("open", "closed"):
        step.found.error(step.fields.node, "missing-key", "'hours' leads nowhere without 'open' or 'closed'")
    return Hours(**step.shape, calendar=name, open=step.then("open"), closed=step.then("closed"))


def read_language(step: StepSource) -> Step:
    """`language`: switches, or asks which."""
    step.fields.only(STEP_KEYS | {"language"})
    code = word_of(step.subject, step.found, "'language'")
    if code is None:
        return step.noop()
    if code != "ask":
        note_language(code, step.subject.mark, step.found, "'language'")
    return SwitchLanguage(**step.shape, language=code)


def read_link(step: StepSource) -> Step:
    """`link`: goes over to another flow."""
    step.fields.only(STEP_KEYS | {"link"})
    name = word_of(step.subject, step.found, "'link'")
    if name is None:
        return step.noop()
    step.found.use("flow", name, step.subject.mark, "'link' goes to")
    if step.fields.given("next") and step.found.is_calms(step.fields.node):
        where = step.fields.node.entries["next"].key
        step.found.error(where, "conflict", "'link' leaves the flow, so nothing is next", "remove 'next'")
    return Link(**step.shape, flow=name)


def read_call(step: StepSource) -> Step:
    """`call`: runs another flow and comes back."""
    name = word_of(step.subject, step.found, "'call'")
    if name is None:
        return step.noop()
    if calls_agent(name, step):
        return read_agent_call(name, step)
    step.fields.only(STEP_KEYS | {"call"})
    step.found.use("flow", name, step.subject.mark, CALL_RUNS)
    return Call(**step.shape, flow=name)


def read_set_slots(step: StepSource) -> Step:
    """`set_slots`: a list of `{slot: value}`, or one mapping."""
    keys = STEP_KEYS | {"set_slots"}
    beside = slots_beside(step.fields.node, keys, step.found)
    if beside is None:
        step.fields.only(keys)
    subject = beside or step.subject
    items = subject.items if isinstance(subject, Listing) else (subject,)
    if not items:
        step.found.error(subject, "empty", "'set_slots' is empty")
    values = {}
    for item in mappings_in(items, step.found, "an item of 'set_slots'"):
        if not item.entries:
            step.found.error(item, "empty", "this sets no slot")
        for name, entry in item.entries.items():
            step.found.use("slot", name, entry.key.mark, "'set_slots' fills", "fill")
            values[name] = read_json(entry.value, step.found, f"'{name}'")
            step.found.given.append(Given(name, values[name], entry.value.mark, "flow"))
    return SetSlots(**step.shape, values=values)


def read_noop(step: StepSource) -> Step:
    """`noop: true`, or just `noop:`: only decides where to go next."""
    fields = step.fields
    fields.only(STEP_KEYS | {"noop"})
    branches = isinstance(step.subject, Listing) and not fields.given("next")
    is_true = isinstance(step.subject, Scalar) and (step.subject.value is None or step.subject.value is True)
    if isinstance(step.subject, Mapping):
        message = "'noop' is true, and its other keys stand beside it"
        step.found.error(step.subject, "wrong-type", message, "write 'noop: true', and 'next' below it")
    elif not branches and not is_true:
        step.found.wrong_type(step.subject, "'noop'", "true")
    elif not branches and not fields.given("next"):
        step.found.error(fields.node, "missing-next", "'noop' only says where to go on, so it needs 'next'")
    return Noop(**step.shape)


def read_ticket(step: StepSource) -> Step:
    """`ticket`: a case for a department of the desk."""
    fields, found = step.fields, step.found
    fields.only(TICKET_KEYS)
    department = word_of(step.subject, found, "'ticket'")
    if department is None:
        return step.noop()
    found.use("department", department, step.subject.mark, "'ticket' names")
    title, body = fields.get("title"), fields.get("body")
    for key in ("share", "attach"):
        for name, scalar in fields.words(key):
            found.use("slot", name, scalar.mark, f"'{key}' shows")
    return Ticket(
        **step.shape,
        department=department,
        kind=cast(TicketKind, fields.choice("kind", get_args(TicketKind), "request")),
        title=read_text(title, found, "'title'", "words") if title is not None else None,
        body=read_text(body, found, "'body'", "words") if body is not None else None,
        share=tuple(name for name, _ in fields.words("share")),
        attach=tuple(name for name, _ in fields.words("attach")),
    )


def read_ticket_state(step: StepSource) -> Step:
    """`ticket_state`: tells how the ticket stands whose number a slot holds."""
    step.fields.only(STEP_KEYS | {"ticket_state", "on_unknown"})
    slot = word_of(step.subject, step.found, "'ticket_state'")
    if slot is None:
        return step.noop()
    step.found.use("slot", slot, step.subject.mark, "'ticket_state' reads")
    return TicketState(**step.shape, slot=slot, on_unknown=step.then("on_unknown"))


def read_follow_up(step: StepSource) -> Step:
    """`follow_up`: a flow that begins with the customer later."""
    fields, found = step.fields, step.found
    fields.only(FOLLOW_UP_KEYS)
    flow = word_of(step.subject, found, "'follow_up'")
    if flow is None:
        return step.noop()
    found.use("flow", flow, step.subject.mark, "'follow_up' begins")
    after, at, condition = fields.get("in"), fields.get("at"), fields.get("if")
    if after is not None and at is not None:
        found.error(fields.node.entries["at"].key, "conflict", "'in' tells the moment already")
    elif after is None and at is None:
        found.error(fields.node, "missing-key", "'follow_up' lacks 'in' or 'at'", "add 'in: 1d'")
    return FollowUp(
        **step.shape,
        flow=flow,
        after=read_duration(after, found, "'in'") if after is not None else None,
        at=_read_moment(at, found) if at is not None else None,
        condition=(read_condition(condition, found, "'if'") or "false") if condition is not None else None,
    )


def _read_moment(node: Node, found: Findings) -> str | None:
    """A date, a time or both, or slots that hold them."""
    source = word_of(node, found, "'at'")
    if source is None:
        return None
    read_literal(node, found, "'at'")
    if "{" not in source and moment_of(source, ANY_DAY) is None:
        hint = "write a date, a time or both, such as 2026-03-21 09:00, or a slot: '{day}'"
        found.error(node, "wrong-type", f"'at' is '{source}', which is no moment", hint)
    return source


STEP_READERS = {
    "action": read_action,
    "call": read_call,
    "callback": read_callback,
    "collect": read_collect,
    "follow_up": read_follow_up,
    "handoff": read_handoff,
    "hours": read_hours,
    "language": read_language,
    "link": read_link,
    "menu": read_menu,
    "noop": read_noop,
    "say": read_say,
    "set_slots": read_set_slots,
    "survey": read_survey_step,
    "ticket": read_ticket,
    "ticket_state": read_ticket_state,
}
