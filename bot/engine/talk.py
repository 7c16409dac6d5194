"""The conversation while a turn runs: the state opened up for change, and the facts that come of it."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec

from bot.content import Json
from bot.engine.context import Context, Openness, context_of, within
from bot.engine.conversation import Brought, Conversation, Frame, KnownTicket, Snapshot, Wait
from bot.engine.filling import over_with
from bot.engine.flow import END, Flow, Step
from bot.engine.formats import coming_moment
from bot.engine.patterns import START_MENU, is_pattern
from bot.engine.program import SECRET, Program
from bot.events import AnyEvent, FlowEnded, FlowStarted, SlotsSet

MAX_STACK = 50  # flows that call each other at every turn must end
MAX_HISTORY = 20

Place = str | None
"""Where the top flow goes on: a step id, END, or none where the conversation rests."""


class Unheard(enum.Enum):
    """What somebody answers to whom the input does not belong."""

    UNHEARD = enum.auto()


UNHEARD = Unheard.UNHEARD

Because = Literal["agent_word", "failed_question", "action_error", "internal_error"]
StartedBy = Literal["start", "link", "call", "trigger", "payload", "deep_link", "pattern", "action", "follow_up"]
Outcome = Literal["completed", "cancelled", "linked", "failed", "expired"]


class EndlessError(Exception):
    """The flows do not come to rest for the customer."""


class StackTooDeepError(EndlessError):
    """More than MAX_STACK flows have called each other."""


class Talk:
    """One turn's working state: everything that a Conversation holds, changeable. `settled` makes it one again."""

    passed_over = False  # the words of this turn passed a rating over
    prefill: str | None = None  # the deep link's value, until a question takes it

    def __init__(
        self, program: Program, conversation: Conversation, now: datetime, is_open: Callable[[str], bool]
    ) -> None:
        self.program = program
        self.before = conversation
        self.now = now.astimezone(UTC)
        self.local_now = now  # in the zone in which customers mean the times that they type
        self.is_open = is_open
        self.events: list[AnyEvent] = []
        self.language = conversation.language
        self.customer = conversation.customer
        self.heard_at = conversation.heard_at
        self.resumed_at, self.opens_at = conversation.resumed_at, conversation.opens_at
        self.stack = list(conversation.stack)
        self.wait = conversation.wait
        self.slots, self.ahead = dict(conversation.slots), conversation.ahead
        self.history = _changeable(conversation.history)
        self.handoff = conversation.handoff
        self.ticket = conversation.ticket
        self.surveys = conversation.surveys
        self.reminders = conversation.reminders
        self.buttons = conversation.buttons
        self.last_tap = conversation.last_tap
        self.last_handoff = conversation.last_handoff
        self.last_flow = conversation.last_flow
        self.last_album, self.heard_album = conversation.last_album, conversation.heard_album
        self.secret_messages = conversation.secret_messages
        self.unanswered, self.understood = conversation.unanswered, conversation.understood
        self.put_off, self.paused = conversation.put_off, conversation.paused
        self.turns = conversation.turns + 1
        self.frames = conversation.frames
        self.waits = conversation.waits
        self.calls = conversation.calls
        self.handoffs, self.tickets = conversation.handoffs, conversation.tickets
        self.acted = conversation.acted
        self.refused = conversation.refused
        self.served_by, self.served_queue = conversation.served_by, conversation.served_queue
        self.closed = conversation.closed
        self.earlier_traces = conversation.traces
        self.traces: list[int] = []  # of this turn

    @property
    def namespace(self) -> dict[str, Any]:
        """What conditions and texts may name. Made anew each time: kept, it would hold a turn's memory in a circle, and
        the collector stops everybody for longer than a turn takes.
        """
        customer = msgspec.structs.asdict(self.customer)
        ticket = msgspec.structs.asdict(self.ticket) if self.ticket else {}
        return {
            "slots": self.slots,
            "context": Context(self._context),
            "session": Session(self),
            "customer": customer,
            "ticket": ticket,
        }

    def _context(self) -> dict[str, Json]:
        return context_of(self.program, self.stack, self.last_flow, self.language)

    def settled(self, due_at: datetime | None) -> Conversation:
        """The state as it is now, for keeping."""
        return msgspec.structs.replace(
            self.before,
            language=self.language,
            customer=self.customer,
            heard_at=self.heard_at,
            resumed_at=self.resumed_at,
            opens_at=self.opens_at,
            stack=tuple(self.stack),
            wait=self.wait,
            slots=self.slots,
            ahead=self.ahead,
            history=tuple(self.history),
            handoff=self.handoff,
            ticket=self.ticket,
            surveys=self.surveys,
            reminders=self.reminders,
            buttons=self.buttons,
            last_tap=self.last_tap,
            last_handoff=self.last_handoff,
            last_flow=self.last_flow,
            last_album=self.last_album,
            heard_album=self.heard_album,
            secret_messages=self.secret_messages,
            unanswered=self.unanswered,
            understood=self.understood,
            put_off=None if self.closed else self.put_off,
            paused=self.paused,
            **self._numbers(),
            traces=self._kept_traces(),
            refused=self.refused,
            served_by=self.served_by,
            served_queue=self.served_queue,
            closed=self.closed,
            due_at=due_at,
        )

    def _numbers(self) -> dict[str, int]:
        """What was counted so far."""
        given = {"turns": self.turns, "frames": self.frames, "waits": self.waits, "calls": self.calls}
        return given | {"handoffs": self.handoffs, "tickets": self.tickets, "acted": self.acted}

    def _kept_traces(self) -> tuple[int, ...]:
        if self.wait is None or self.wait.kind != "action":
            return ()
        return tuple(dict.fromkeys((*self.earlier_traces, *self.traces)))

    @property
    def id(self) -> str:
        return self.before.id

    @property
    def channel(self) -> str:
        return self.before.channel

    @property
    def frame(self) -> Frame | None:
        """The flow that runs."""
        return self.stack[-1] if self.stack else None

    @property
    def step(self) -> Step | None:
        """The step at which the running flow stands."""
        return self.step_of(self.stack[-1]) if self.stack else None

    @property
    def where(self) -> tuple[str, str]:
        """Flow and step, as events name them."""
        return (self.stack[-1].flow, self.stack[-1].step) if self.stack else ("", "")

    def flow_of(self, frame: Frame) -> Flow:
        return self.program.flows[frame.flow]

    def step_of(self, frame: Frame) -> Step | None:
        return self.program.flows[frame.flow].steps.get(frame.step)

    def record(self, *events: AnyEvent) -> None:
        self.events.extend(events)

    # Conditions

    def holds(self, condition: str | None) -> bool:
        """Whether the condition (its source) is true now; no condition always is."""
        return condition is None or self.program.conditions[condition].holds(self.namespace)

    def next_of(self, step: Step) -> str:
        """Where the step's `next` leads."""
        for branch in step.next:
            if branch.condition is None or self.holds(branch.condition):
                return branch.to
        return END

    # The stack of flows

    def begin(self, flow: str, by: StartedBy, because: Because | None = None, *, called: bool = False) -> str:
        """Put the flow on top; its first step. Raises StackTooDeepError."""
        if len(self.stack) >= MAX_STACK:
            raise StackTooDeepError(flow)
        self.frames += 1
        first = self.program.flows[flow].first
        self.stack.append(Frame(number=self.frames, flow=flow, step=first, because=because, called=called))
        self.record(FlowStarted(flow=flow, by=by))
        return first

    def go_to(self, step: str) -> Step:
        """Move the running flow to the step."""
        frame = self.stack[-1]
        if frame.step != step:
            self.stack[-1] = msgspec.structs.replace(frame, step=step)
        return self.program.flows[frame.flow].steps[step]

    def leave(self, outcome: Outcome) -> Frame:
        """Take the top flow off and reset the slots that it filled; those of a called flow are its caller's then."""
        frame = self.stack.pop()
        filled, self.ahead = over_with(self.flow_of(frame), frame, self.ahead, links=outcome == "linked")
        if frame.called and self.stack:
            caller = self.stack[-1]
            known = {*caller.filled, *(one.slot for one in caller.brought)}
            new = tuple(
                Brought(slot=slot, flow=frame.flow, menu=caller.menu)
                for slot in dict.fromkeys(filled)
                if slot not in known
            )
            self.stack[-1] = msgspec.structs.replace(caller, brought=caller.brought + new)
        else:
            for slot in filled:
                self.put_slot(slot, self.program.initial_slots.get(slot))
        is_start = frame.flow == self.program.flow_set.start
        is_its_own = not is_start or (outcome == "completed" and self.last_flow is None)
        if is_its_own and frame.flow != START_MENU and not is_pattern(frame.flow):
            self.last_flow = frame.flow
        self.record(FlowEnded(flow=frame.flow, outcome=outcome))
        return frame

    def reset_brought(self, *, flow: str | None = None, menu: str | None = None) -> None:
        """Reset what this flow, called from the running one, has filled, or whatever was filled below this menu."""
        frame = self.stack[-1]
        over = [one for one in frame.brought if one.flow == flow or (menu is not None and one.menu == menu)]
        for one in over:
            self.put_slot(one.slot, self.program.initial_slots.get(one.slot))
        if over:
            left = tuple(one for one in frame.brought if one not in over)
            self.stack[-1] = msgspec.structs.replace(frame, brought=left)

    def leave_all(self, outcome: Outcome) -> None:
        while self.stack:
            self.leave(outcome)

    def leave_chain(self, outcome: Outcome) -> None:
        """Leave the running flow and those that called it, but for the flow with which conversations begin."""
        start = self.program.flow_set.start
        while self.stack[-1].called and self.stack[-2].flow != start:
            self.leave(outcome)
        self.leave(outcome)

    # Slots

    def put_slot(self, slot: str, value: Json) -> None:
        """Change the value, and remember the former one for `back`."""
        former = self.slots.get(slot)
        if former == value and type(former) is type(value):
            return
        if self.history and slot not in self.history[-1].changed:
            self.history[-1].changed[slot] = former
        self.slots[slot] = value

    def set_slots(self, values: Mapping[str, Json]) -> None:
        """Change the values and say so in the log, where secrets are bullets."""
        for slot, value in values.items():
            self.put_slot(slot, value)
        self.record(SlotsSet(values={slot: self.shown_in_log(slot, value) for slot, value in values.items()}))

    def fill(self, slot: str, value: Json, *, keep: bool = False) -> None:
        """Set it for the running flow, if one runs, at whose end it is reset unless it is to be kept."""
        self.set_slots({slot: value})
        if not keep:
            self.reset_at_end(slot)

    def reset_at_end(self, slot: str) -> None:
        """The running flow, if one runs, has filled the slot."""
        frame = self.frame
        if frame is not None and slot not in frame.filled:
            self.stack[-1] = msgspec.structs.replace(frame, filled=(*frame.filled, slot))

    def fill_ahead(self, values: Mapping[str, Json]) -> None:
        """Set what nobody has asked for yet: it is reset with the flow that runs, or else with the one that asks."""
        frame = self.frame
        if frame is not None and frame.flow != START_MENU and not is_pattern(frame.flow):
            for slot, value in values.items():
                self.fill(slot, value)
        elif values:
            self.set_slots(values)
            self.ahead = tuple(dict.fromkeys((*self.ahead, *values)))

    def shown_in_log(self, slot: str, value: Json) -> Json:
        return self.program.hidden(slot, value)

    def look_up(self, name: str) -> Json:
        """The value of a name in a text: a slot, or `customer.name` and the like; a secret is bullets."""
        root, _, rest = name.partition(".")
        if name in self.slots:
            return self.shown_in_log(name, self.slots[name])
        if not rest:
            return None
        if root == "slots":
            return self.look_up(rest)
        if root in self.program.secret_slots:
            return SECRET
        return within(self.slots[root] if root in self.slots else self.namespace.get(root), rest)

    # Rest

    def change_wait(self, **changes: Any) -> Wait:
        """The wait with these fields changed."""
        assert self.wait is not None
        self.wait = msgspec.structs.replace(self.wait, **changes)
        return self.wait

    def next_wait(self) -> int:
        self.waits += 1
        return self.waits

    def remember(self) -> None:
        """Make this wait point one that `back` can restore."""
        stack = tuple(self.stack)
        if self.history and places(self.history[-1].stack) == places(stack):
            return
        self.history.append(Snapshot(stack=stack, changed={}))
        del self.history[:-MAX_HISTORY]

    def know(self, **changes: Any) -> None:
        """Learn something about the customer."""
        self.customer = msgspec.structs.replace(self.customer, **changes)

    def know_ticket(self, ticket: KnownTicket) -> None:
        """The ticket that texts and conditions speak of from now on."""
        self.ticket = ticket

    def after(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else self.now + timedelta(seconds=seconds)


def _changeable(history: Sequence[Snapshot]) -> list[Snapshot]:
    """What changes is noted in the last of them, and the state of before must not change with it."""
    if not history:
        return []
    *earlier, last = history
    return [*earlier, Snapshot(stack=last.stack, changed=dict(last.changed))]


def places(stack: Sequence[Frame]) -> list[tuple[int, str]]:
    """Which flows stand where: what tells one wait point from another."""
    return [(frame.number, frame.step) for frame in stack]


class Session(Mapping[str, Any]):
    """What conditions and texts read as `session.…`."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    def __getitem__(self, name: str) -> Json:
        talk = self.talk
        match name:
            case "channel":
                return talk.channel
            case "language":
                return talk.language
            case "tries":
                return talk.wait.no_match + talk.wait.no_input if talk.wait else 0
            case "position":
                return talk.handoff.position if talk.handoff else None
            case "open":
                return Openness(talk.is_open)
            case "opens":
                return coming_moment(talk.opens_at, talk.now, talk.language)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("channel", "language", "tries", "position", "open", "opens"))

    def __len__(self) -> int:
        return 6
