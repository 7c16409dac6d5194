"""One flow of CALM while it is written: its steps, each with an id and ways on; links stand inside of branches."""

from typing import NamedTuple

from bot.calm.project import Project, named
from bot.content import Json
from bot.engine.flow import Branch, Flow

Written = dict[str, Json]


class _Step(NamedTuple):
    """`then` is none for a link, which nothing follows."""

    body: Written
    then: tuple[Branch, ...] | None


class FlowWriter:
    """Collects the steps of a flow."""

    def __init__(self, flow: Flow, project: Project) -> None:
        self.flow = flow
        self.project = project
        self.persisted: dict[str, None] = dict.fromkeys(slot for slot in flow.persisted_slots if slot in project.slots)
        self._steps: dict[str, _Step] = {}
        self._ids: set[str] = set(flow.steps)

    def new_id(self, beside: str) -> str:
        """The id of a further step that is made of this one."""
        number = 2
        while f"{beside}_{number}" in self._ids:
            number += 1
        made = f"{beside}_{number}"
        self._ids.add(made)
        self.project.losses.stand_together(self.flow.id, made, beside)
        return made

    def add(self, step: str, body: Written, then: str | tuple[Branch, ...] | None) -> None:
        """Write one step; `then` is where it leads, none for one that leaves the flow."""
        self._steps[step] = _Step(body, (Branch(to=then),) if isinstance(then, str) else then)

    def lose(self, step: str, what: str, instead: str | None = None) -> None:
        """CALM can't say this of the step."""
        self.project.losses.of_step(self.flow.id, step, what, instead)

    def response(self, step: str) -> str:
        """What a response is called that this step says."""
        return f"utter_{named(self.flow.id)}_{named(step)}"

    def steps(self) -> list[Written]:
        """The steps that can be reached, the first one first, as CALM wants them."""
        order = self._reached()
        alone = [step for step in order if self._steps[step].then is None and step == self.flow.first]
        return [self._written(step) for step in order if self._steps[step].then is not None or step in alone]

    def _reached(self) -> list[str]:
        first = self.flow.first
        reached, waiting = {first}, [first]
        while waiting:
            step = self._steps.get(waiting.pop())
            fresh = {branch.to for branch in step.then or ()} - reached if step is not None else set()
            reached |= fresh
            waiting.extend(fresh)
        others = [step for step in self._steps if step in reached and step != first]
        return [first, *others] if first in self._steps else others

    def _written(self, step: str) -> Written:
        body, then = self._steps[step]
        written = {"id": step, **body}
        if then is None:
            return written
        if len(then) == 1 and isinstance(to := self._goal(then[0].to), str):
            return {**written, "next": to}
        ways: list[Written] = [
            {"if": self.project.condition(each.condition, self.flow.id, step), "then": self._goal(each.to)}
            for each in then
            if each.condition is not None
        ]
        return {**written, "next": [*ways, {"else": self._goal(then[-1].to)}]}

    def _goal(self, to: str) -> Json:
        """A step's id, or the link itself: it must be the last of its list."""
        step = self._steps.get(to)
        return [step.body] if step is not None and step.then is None else to
