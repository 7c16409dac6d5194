"""A customer in a test: says things to flows and sees what they see. Every turn is held to what must always hold."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import structs

from bot.content import Attachment, Choice, ContactCard, Place
from bot.engine.conversation import Conversation, Customer, conversation_from_json, conversation_to_json
from bot.engine.flow import FlowSet
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CommandHeard,
    ContactHeard,
    CustomerSilent,
    HandoffDone,
    HandoffUnavailable,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    QueueJoined,
    TapHeard,
    TextHeard,
    TicketStands,
    TimePassed,
)
from bot.engine.interpreter import open_conversation, take_turn
from bot.engine.program import Program, compile_program
from bot.engine.reader import read_flows
from bot.events import ActionRequested, AnyEvent, BotSaid, HandoffRequested, from_json, to_json

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
SHOP = Path(__file__).parents[2] / "flows"


def program_of(*files: str) -> Program:
    """The program of YAML texts; what the reader has against them fails the test."""
    reading = read_flows({f"flows/{number}.yaml": text for number, text in enumerate(files)})
    assert reading.flow_set is not None, "\n".join(map(str, reading.problems))
    return compile_program(reading.flow_set, "test")


def shop() -> Program:
    """The flows that are shipped."""
    return program_of(*(path.read_text() for path in sorted(SHOP.glob("*.yaml"))))


class CustomerOf:
    """One customer in one conversation of a program."""

    def __init__(
        self,
        program: Program | FlowSet,
        *,
        channel: str = "telegram",
        language: str = "en",
        customer: Customer | None = None,
        open_calendars: Sequence[str] = (),
        id: str = "01HZY0000000000000000000AA",
        now: datetime = NOON,
    ) -> None:
        self.program = program if isinstance(program, Program) else compile_program(program, "test")
        self.now = now
        self.open_calendars = set(open_calendars)
        self.log: list[AnyEvent] = []
        self.turn: tuple[AnyEvent, ...] = ()
        self.conversation: Conversation = open_conversation(
            self.program,
            id=id,
            channel=channel,
            customer=customer or Customer(id="c1", name="Sara"),
            language=language,
            now=self.now,
        )

    # What a customer does

    def hears(self, heard: AnyHeard) -> list[str]:
        """What the bot says to it, and nothing else; the turn is taken twice and must come out the same."""
        before = conversation_to_json(self.conversation)
        turn = take_turn(self.program, self.conversation, heard, self.now, self.open_calendars.__contains__)
        again = take_turn(
            self.program, conversation_from_json(before), heard, self.now, self.open_calendars.__contains__
        )
        assert conversation_to_json(self.conversation) == before, "the state of before was changed"
        assert [to_json(event) for event in turn.events] == [to_json(event) for event in again.events]
        kept = conversation_to_json(turn.conversation)
        assert kept == conversation_to_json(again.conversation)
        assert all(from_json(to_json(event)) == event for event in turn.events)
        self.conversation = conversation_from_json(kept)
        self.turn = turn.events
        self.log.extend(turn.events)
        for event in turn.events:
            if isinstance(event, BotSaid):
                assert all(len(choice.token.encode()) <= 64 for choice in event.choices)
        return self.seen()

    def starts(self, payload: str = "") -> list[str]:
        return self.hears(CommandHeard(name="start", argument=payload))

    def says(self, text: str) -> list[str]:
        return self.hears(TextHeard(text=text))

    def commands(self, name: str, argument: str = "") -> list[str]:
        return self.hears(CommandHeard(name=name, argument=argument))

    def sends_payload(self, payload: str) -> list[str]:
        return self.hears(PayloadHeard(payload=payload))

    def taps(self, label: str) -> list[str]:
        """The newest button with this label."""
        return self.hears(TapHeard(token=self.token(label)))

    def sends(self, thing: Attachment | ContactCard | Place, caption: str = "", album: str | None = None) -> list[str]:
        if isinstance(thing, ContactCard):
            return self.hears(ContactHeard(contact=thing))
        if isinstance(thing, Place):
            return self.hears(PlaceHeard(place=thing))
        return self.hears(MediaHeard(attachment=thing, caption=caption, album=album))

    # What the world does

    def waits(self, **duration: float) -> list[str]:
        """Time passes, in the steps in which the conversation asks to be woken."""
        until = self.now + timedelta(**duration)
        heard: list[str] = []
        while self.conversation.due_at is not None and self.conversation.due_at <= until:
            assert self.conversation.due_at >= self.now, "it asks to be woken in the past"
            self.now = max(self.now, self.conversation.due_at)
            due = self.conversation.due_at
            heard += self.hears(TimePassed())
            assert self.conversation.due_at != due, "it asks to be woken at the same moment for ever"
        self.now = until
        return heard

    def action_returns(
        self,
        slots: Mapping[str, object] | None = None,
        *,
        says: str | None = None,
        events: Sequence[object] = (),
        responses: Sequence[object] = (),
    ) -> list[str]:
        """The action that was asked for last comes back."""
        made = [{"event": "slot", "name": name, "value": value} for name, value in (slots or {}).items()]
        said = [{"text": says}] if says else []
        return self.hears(
            ActionReturned(
                call_id=self.call.call_id, seconds=0.1, events=(*made, *events), responses=(*said, *responses)
            )
        )

    def action_breaks(self, code: str = "error") -> list[str]:
        return self.hears(ActionBroke(call_id=self.call.call_id, code=code, seconds=0.1))

    def queue_joined(
        self, position: int = 1, wait: tuple[int, int] | None = None, *, longer: bool = False
    ) -> list[str]:
        """The desk tells the place and from how many to how many minutes it will take."""
        low, high = wait or (None, None)
        return self.hears(
            QueueJoined(
                handoff=self.handoff.handoff, position=position, from_minutes=low, to_minutes=high, longer=longer
            )
        )

    def is_silent(self) -> list[str]:
        """The desk has noticed that nothing was said for long."""
        return self.hears(CustomerSilent(handoff=self.handoff.handoff))

    def nobody_there(
        self, reason: str = "no_agent", opens_at: str | None = None, closure: Mapping[str, str] | None = None
    ) -> list[str]:
        return self.hears(
            HandoffUnavailable(
                handoff=self.handoff.handoff,
                reason=reason,  # type: ignore[arg-type]
                opens_at=opens_at,
                closure=dict(closure or {}),
            )
        )

    def agent_joins(self, name: str = "Mina") -> list[str]:
        return self.hears(AgentJoined(handoff=self.handoff.handoff, agent=name.lower(), agent_name=name))

    def agent_leaves(self, queue: str = "support", why: str = "released") -> list[str]:
        return self.hears(AgentLeft(handoff=self.handoff.handoff, queue=queue, why=why))  # type: ignore[arg-type]

    def agent_writes(self) -> None:
        """The desk notes that a person has written; the words themselves are nothing that is heard."""
        handoff = self.conversation.handoff
        assert handoff is not None
        answered = structs.replace(handoff, answered_by=handoff.agent)
        self.conversation = structs.replace(self.conversation, handoff=answered)

    def agent_closes(self, disposition: str | None = None) -> list[str]:
        return self.hears(HandoffDone(handoff=self.handoff.handoff, disposition=disposition))

    def desk_tells(self, number: int, state: str | None = "open", due_at: str | None = None) -> list[str]:
        """What the desk says of a ticket."""
        return self.hears(
            TicketStands(
                number=number,
                state=state,  # type: ignore[arg-type]
                department="Complaints",
                title="A late parcel",
                due_at=due_at,
            )
        )

    # What there is to see

    def seen(self) -> list[str]:
        return [event.content.text.text for event in self.turn if isinstance(event, BotSaid)]

    def happened(self, kind: type[AnyEvent]) -> list[AnyEvent]:
        """The events of that kind in the last turn."""
        return [event for event in self.turn if isinstance(event, kind)]

    def last(self, kind: type) -> AnyEvent:
        """The last event of that kind so far."""
        return next(event for event in reversed(self.log) if isinstance(event, kind))

    @property
    def call(self) -> ActionRequested:
        event = self.last(ActionRequested)
        assert isinstance(event, ActionRequested)
        return event

    @property
    def handoff(self) -> HandoffRequested:
        event = self.last(HandoffRequested)
        assert isinstance(event, HandoffRequested)
        return event

    @property
    def choices(self) -> list[Choice]:
        """Those under the last message."""
        said = self.last(BotSaid)
        assert isinstance(said, BotSaid)
        return list(said.choices)

    @property
    def buttons(self) -> list[str]:
        return [choice.label for choice in self.choices]

    @property
    def slots(self) -> dict[str, object]:
        return self.conversation.slots

    def token(self, label: str) -> str:
        for event in reversed(self.log):
            if isinstance(event, BotSaid):
                for choice in event.choices:
                    if choice.label == label:
                        return choice.token
        raise AssertionError(f"no button says {label!r}")
