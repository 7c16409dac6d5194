"""Where the steps of a flow lead."""

from collections.abc import Iterator

from bot.engine.flow import Action, Collect, Handoff, Hours, Link, Menu, Step, TicketState


def targets(step: Step) -> Iterator[str]:
    """Where a step can lead inside its flow: step ids and END."""
    if not isinstance(step, Link):
        yield from (branch.to for branch in step.next)
    match step:
        case Menu():
            yield from (option.to for option in step.options if option.to is not None)
            if step.listed is not None:
                yield from (to for to in (step.listed.to, step.listed.empty) if to is not None)
            if step.retry.on_fail is not None:
                yield step.retry.on_fail
        case Collect():
            if step.retry.on_fail is not None:
                yield step.retry.on_fail
        case Action():
            if step.on_error is not None:
                yield step.on_error
        case Handoff():
            yield from (to for to in (step.on_closed, step.on_no_agent) if to is not None)
        case TicketState(on_unknown=str(to)):
            yield to
        case Hours():
            yield from (to for to in (step.open, step.closed) if to is not None)
