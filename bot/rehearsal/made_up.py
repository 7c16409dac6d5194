"""Answers in the place of those that were secret: the log does not have them, and a test needs some."""

from bot.engine.flow import Collect, FlowSet
from bot.engine.program import SECRET
from bot.events import AnswerGiven, AnyEvent, BotSaid, CustomerSaid, InputRejected, StepReached
from bot.rehearsal.writing import Step

OF_KIND = {
    "number": "12",
    "date": "2031-03-21",
    "time": "9:30",
    "phone": "+971501234567",
    "email": "name@example.com",
}
OF_TYPE = {"float": "12", "bool": "true"}


class Secrets:
    """Follows a conversation's events, and puts an answer of its own in the place of each that was secret."""

    def __init__(self, flow_set: FlowSet) -> None:
        self._flow_set = flow_set
        self._place: int | None = None  # of the step with the answer, until it is seen what came of it
        self._confirms: tuple[str, ...] = ()  # the labels of yes and no, while it is asked whether the answer is right

    def take(self, event: AnyEvent, steps: list[Step]) -> None:
        """After the event's own step, if it has one, is among them."""
        match event:
            case CustomerSaid(content=content) if content.text.text == SECRET:
                self._place = len(steps) - 1
            case InputRejected(flow=flow, step=step, reason=reason) if not self._confirms:
                self._put(flow, step, steps, refused_for=reason)
            case BotSaid(flow=str(flow), step=str(step), menu=True, choices=choices) if not self._confirms:
                if self._put(flow, step, steps):
                    self._confirms = tuple(choice.label for choice in choices if choice.role == "option")
            case AnswerGiven(flow=flow, step=step):
                self._put(flow, step, steps, instead=self._confirms[:1])
                self._confirms = ()
            case StepReached(flow=flow, step=step):
                self._put(flow, step, steps, instead=self._confirms[1:2])
                self._confirms = ()
            case _:
                pass

    def _put(
        self, flow: str, step: str, steps: list[Step], instead: tuple[str, ...] = (), refused_for: str | None = None
    ) -> bool:
        """Whether there was a secret to put an answer for."""
        known = self._flow_set.flows.get(flow)
        question = known.steps.get(step) if known is not None else None
        if self._place is None or not isinstance(question, Collect) or not question.secret:
            return False
        refused = None if refused_for is None else made_up_refused(question, refused_for)
        steps[self._place] = {"user": instead[0] if instead else refused or made_up(question, self._flow_set)}
        self._place = None
        return True


def made_up(step: Collect, flow_set: FlowSet) -> str:
    """One that the question takes, unless it refuses answers by a condition."""
    if step.digits is not None:
        return _digits(step.digits.min)
    slot = flow_set.slots.get(step.slot)
    if slot is not None and slot.values:
        return str(slot.values[0])
    usual = OF_TYPE.get(slot.type, "something") if slot is not None else "something"
    return OF_KIND.get(step.kind, usual)


def made_up_refused(step: Collect, reason: str) -> str:
    """One that it refuses for this reason: bullets are no number, no date, and no address."""
    if step.digits is None:
        return SECRET
    lengths = {"too_short": step.digits.min - 1, "too_long": step.digits.max + 1}
    return _digits(lengths[reason]) if reason in lengths else SECRET


def _digits(count: int) -> str:
    return ("1234567890" * (count // 10 + 1))[: max(1, count)]
