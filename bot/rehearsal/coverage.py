"""Which steps of the flows the tests came to."""

from collections.abc import Iterable, Mapping, Sequence

from bot.content import Value
from bot.engine.flow import FlowSet
from bot.problems import Mark
from bot.rehearsal.trail import Place


class Missed(Value, frozen=True, kw_only=True):
    """A step that no test came to in these languages; `mark` is where it is written, none if nobody wrote it."""

    step: str
    mark: Mark | None
    languages: tuple[str, ...]


class FlowCoverage(Value, frozen=True, kw_only=True):
    """How many steps of a flow the tests came to, in each of the languages they ran in."""

    flow: str
    steps: int
    missed: tuple[Missed, ...] = ()

    @property
    def percent(self) -> float:
        return share(self.steps - len(self.missed), self.steps)


class Coverage(Value, frozen=True, kw_only=True):
    """All flows of a folder, the least covered first; `languages` are those that the tests ran in."""

    flows: tuple[FlowCoverage, ...]
    languages: tuple[str, ...]

    @property
    def steps(self) -> int:
        return sum(flow.steps for flow in self.flows)

    @property
    def missed(self) -> int:
        return sum(len(flow.missed) for flow in self.flows)

    @property
    def percent(self) -> float:
        return share(self.steps - self.missed, self.steps)


def share(part: int, whole: int) -> float:
    """Percent; all of nothing is 100."""
    return 100.0 * part / whole if whole else 100.0


def coverage_of(
    flow_set: FlowSet, marks: Mapping[Place, Mark], ran: Iterable[tuple[str, frozenset[Place]]]
) -> Coverage:
    """`ran` is, for each test that ran, its language and the steps that it came to."""
    reached: dict[str, set[Place]] = {}
    for language, places in ran:
        reached.setdefault(language, set()).update(places)
    languages = tuple(code for code in flow_set.settings.languages if code in reached)
    flows = [
        FlowCoverage(
            flow=flow.id, steps=len(flow.steps), missed=_missed(flow.id, flow.steps, marks, reached, languages)
        )
        for flow in flow_set.flows.values()
        if any((flow.id, step) in marks for step in flow.steps)
    ]
    return Coverage(flows=tuple(sorted(flows, key=lambda each: (each.percent, each.flow))), languages=languages)


def _missed(
    flow: str,
    steps: Iterable[str],
    marks: Mapping[Place, Mark],
    reached: Mapping[str, set[Place]],
    languages: Sequence[str],
) -> tuple[Missed, ...]:
    missed = []
    for step in steps:
        without = tuple(code for code in languages if (flow, step) not in reached[code])
        if without or not languages:
            missed.append(Missed(step=step, mark=marks.get((flow, step)), languages=without))
    return tuple(missed)
