"""What a set of flows needs of the desk: flows that were checked once may come back when the desk is another."""

from collections.abc import Iterator

from bot.content import Value
from bot.engine.checks.names import DeskNames
from bot.engine.flow import Callback, Handoff, Hours, Step, Ticket
from bot.engine.program import Program

OPENNESS = "session.open."


class Use(Value, frozen=True, kw_only=True, order=True):
    """A `kind` of thing (queue, calendar, department) by its name, and where it is named."""

    kind: str
    name: str
    where: str

    def __str__(self) -> str:
        return f"the {self.kind} '{self.name}', which {self.where} needs"


def missing_at_desk(program: Program, desk: DeskNames) -> tuple[Use, ...]:
    """What the flows name and the desk does not have."""
    known = {"queue": desk.queues, "calendar": desk.calendars, "department": desk.departments}
    return tuple(sorted({use for use in _uses(program) if use.name not in known[use.kind]}))


def _uses(program: Program) -> Iterator[Use]:
    for flow in program.flow_set.flows.values():
        for step in flow.steps.values():
            for kind, name in _needed_by(step):
                if name is not None:
                    yield Use(kind=kind, name=name, where=f"step '{step.id}' of '{flow.id}'")
    settings = program.flow_set.settings
    for kind, name, key in (("queue", settings.queue, "queue"), ("calendar", settings.calling_hours, "calling_hours")):
        if name is not None:
            yield Use(kind=kind, name=name, where=f"settings.{key}")
    for survey in program.flow_set.surveys.values():
        if survey.low_department is not None:
            yield Use(kind="department", name=survey.low_department, where=f"the survey '{survey.name}'")
    for condition in program.conditions.values():
        for name in condition.names:
            if name.startswith(OPENNESS):
                calendar = name.removeprefix(OPENNESS)
                yield Use(kind="calendar", name=calendar, where=f"the condition '{condition.source}'")


def _needed_by(step: Step) -> Iterator[tuple[str, str | None]]:
    match step:
        case Handoff():
            yield "queue", step.queue
            yield "calendar", step.hours
        case Callback():
            yield "queue", step.queue
        case Hours():
            yield "calendar", step.calendar
        case Ticket():
            yield "department", step.department
