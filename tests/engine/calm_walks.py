"""A customer who walks flows at random, but the same way each time: answers each question by what its slot can hold."""

import random
from collections.abc import Sequence
from datetime import timedelta

from bot.engine.flow import Collect
from bot.engine.inputs import ActionReturned, HandoffDone, HandoffUnavailable, TapHeard, TextHeard
from bot.engine.program import Program
from bot.events import BotSaid, FlowStarted, InputIgnored
from tests.engine.customers import NOON, CustomerOf

TEXTS = ("Ann", "2026-05-05", "12345", "a@b.io", "+14155550100", "1234", "no", "something longer, with a comma")
NUMBERS = ("1", "7.5", "250", "20000", "-3")
ANYWHERE = ("menu", "back", "cancel", "zzz zzz", "repeat", "help", "1", "2", "9")


class Walk:
    """Conversations one after another. `begun` are the flows that were started on the way."""

    def __init__(self, program: Program, channel: str, seed: int) -> None:
        self.program, self.channel = program, channel
        self.dice = random.Random(seed)
        self.begun: set[str] = set()
        self.opened = 0
        self.customer = self._open()

    def _open(self) -> CustomerOf:
        customer = CustomerOf(
            self.program,
            channel=self.channel,
            id=f"01HZY{self.opened:021d}",
            now=NOON + timedelta(hours=self.opened),
        )
        self.opened += 1
        customer.starts()
        self.customer = customer
        self._look()
        return customer

    def step(self) -> None:
        """One thing happens: an action comes back, people are done, or the customer says something."""
        customer, wait = self.customer, self.customer.conversation.wait
        if wait is None:
            self._open()
            return
        if wait.kind == "action":
            assert wait.call_id is not None
            customer.hears(ActionReturned(call_id=wait.call_id, seconds=0.1))
        elif customer.conversation.handoff is not None:
            handoff = customer.conversation.handoff.handoff
            done = HandoffDone(handoff=handoff), HandoffUnavailable(handoff=handoff, reason="no_agent")
            customer.hears(self.dice.choice(done))
        else:
            self._say_something()
        self._look()

    def _say_something(self) -> None:
        tokens = [choice.token for event in self._said() for choice in event.choices]
        chance = self.dice.random()
        if tokens and chance < 0.7:
            self.customer.hears(TapHeard(token=self.dice.choice(tokens)))
        else:
            self.customer.hears(TextHeard(text=self.dice.choice(self._answers() if chance < 0.95 else ANYWHERE)))

    def _answers(self) -> Sequence[str]:
        frame = self.customer.conversation.stack[-1]
        step = self.program.flows[frame.flow].steps[frame.step]
        slot = self.program.flow_set.slots.get(step.slot) if isinstance(step, Collect) else None
        match slot.type if slot is not None else None:
            case "float":
                return NUMBERS
            case "bool":
                return ("yes", "no")
            case "categorical":
                return [str(value) for value in slot.values] if slot is not None else ()
            case None:
                return ANYWHERE
        return TEXTS

    def _said(self) -> list[BotSaid]:
        return [event for event in self.customer.turn if isinstance(event, BotSaid)]

    def _look(self) -> None:
        """The conversation rests where something was asked, or is over; nothing is ever asked in silence."""
        self.begun |= {event.flow for event in self.customer.turn if isinstance(event, FlowStarted)}
        state = self.customer.conversation
        if state.closed:
            return
        assert state.wait is not None
        assert state.stack or state.put_off
        assert state.due_at is not None or state.handoff is not None
        asks = state.wait.kind not in ("action", "handoff")
        ignored = any(isinstance(event, InputIgnored) for event in self.customer.turn)
        assert not asks or ignored or any(self._is_something(event) for event in self._said())

    @staticmethod
    def _is_something(said: BotSaid) -> bool:
        return bool(said.content.text.text.strip() or said.content.attachment or said.choices)
