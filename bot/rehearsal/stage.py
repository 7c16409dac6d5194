"""A conversation and the world around it: its customer, the clock, custom actions and the desk. No database."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial

import msgspec

from bot.content import Json
from bot.desk.desk_file import Desk
from bot.engine.action_messages import messages_of
from bot.engine.asking import ask_again
from bot.engine.carrying import may_carry
from bot.engine.conversation import Conversation, Customer
from bot.engine.ending import belongs_to_closed
from bot.engine.following_up import is_wanted, slots_now
from bot.engine.inputs import AnyHeard, CustomerSilent, FollowUpDue, HandoffUnavailable, TimePassed
from bot.engine.interpreter import Turn, open_conversation, take_turn
from bot.engine.languages import SLOT as LANGUAGE_SLOT
from bot.engine.program import Program
from bot.engine.speech import say
from bot.engine.talk import Talk
from bot.events import (
    AnyEvent,
    BotSaid,
    FollowUpBooked,
    HandoffRequested,
    LanguageChanged,
    OptedIn,
    OptedOut,
    TicketAskedAbout,
    TicketOpened,
)
from bot.ports import Actions
from bot.rehearsal.action_side import ActionSide, outcome_of
from bot.rehearsal.calms_own import CalmPart, calm_part
from bot.rehearsal.case import EVERY_LANGUAGE, Case
from bot.rehearsal.desk_side import DeskSide
from bot.rehearsal.scene import Happened, Moment, Opened, Promise
from bot.rehearsal.trail import Trail

A_MORNING = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001  # a Monday; its zone is the business's
MOST_ANSWERS = 100  # of actions and the desk to one act; flows that ask for ever must end
BUSY = timedelta(minutes=10)  # who is in the middle of something is not disturbed for so long
MOST_WAKINGS = 10_000  # while a test waits; reminders that set themselves again must end
MOST_BUTTONS = 80  # shown so far that can still be tapped


class World(msgspec.Struct, frozen=True):
    """What is the same for all tests of a run. Without `actions` only those run that are stubbed."""

    trail: Trail
    calm: CalmPart
    desk: Desk
    actions: Actions | None
    zone: tzinfo


def world_of(program: Program, desk: Desk, actions: Actions | None, zone: tzinfo) -> World:
    """The world in which tests of these flows are played; times without a zone are in this one."""
    return World(Trail(program), calm_part(program), desk, actions, zone)


class Stage:
    """One customer of one test. Each method gives the next moment from the one before, which stays as it was."""

    def __init__(self, world: World, case: Case, channel: str, language: str) -> None:
        self.program = world.trail.program
        self.desk = DeskSide(world.desk, case)
        self.actions = ActionSide(world.actions, case, world.calm)
        self.case = case
        self.channel = channel
        self.language = self.program.speaks(str(case.slots.get(LANGUAGE_SLOT))) or language
        self._zone = world.zone

    def opening(self) -> Moment:
        """Before anything was said."""
        now = self.case.at or A_MORNING.replace(tzinfo=self._zone)
        caller = self.case.customer
        chose = self.language if caller.chose == EVERY_LANGUAGE else caller.chose
        surveyed = dict.fromkeys(caller.surveyed, now)
        customer = Customer(id="customer", name=caller.name, phone=caller.phone, language=chose, surveyed=surveyed)
        return Moment(now=now, conversation=self._conversation(1, customer, now))

    def _conversation(
        self, number: int, customer: Customer, now: datetime, earlier: Conversation | None = None
    ) -> Conversation:
        opened = open_conversation(
            self.program,
            id=f"rehearsal{number}",
            channel=self.channel,
            customer=customer,
            language=self.language,
            now=now,
            earlier=earlier,
        )
        if earlier is not None and may_carry(self.program.flow_set):
            return opened
        known = {slot: value for slot, value in self.case.slots.items() if slot in self.program.initial_slots}
        return msgspec.structs.replace(opened, slots=opened.slots | known, ahead=tuple(known))

    # What reaches the conversation

    async def hear(self, moment: Moment, heard: AnyHeard) -> Moment:
        """The conversation hears this, and a new one if it is over; whom it asks for something answers."""
        return await self.settle(self.hear_alone(moment, heard))

    def hear_alone(self, moment: Moment, heard: AnyHeard) -> Moment:
        """The same, but nobody answers yet."""
        before = moment.conversation
        if before.closed and not belongs_to_closed(self.program, before, heard, moment.now):
            moment = self._begin_anew(moment)
        return self._turn(moment, heard)

    async def hear_out(self, moment: Moment, heard: AnyHeard) -> Moment:
        """The same, with the actions that run at every turn, before which nothing is done about it."""
        moment = self.hear_alone(moment, heard)
        while moment.conversation.put_off is not None and (wait := moment.conversation.wait) is not None:
            moment = await self._act(moment, str(wait.call_id), str(wait.action))
        return moment

    def _begin_anew(self, moment: Moment) -> Moment:
        """The next conversation; what is known of the one before stands in the place of what the test gives."""
        earlier = (*moment.earlier, moment.conversation)
        opened = self._conversation(len(earlier) + 1, moment.conversation.customer, moment.now, moment.conversation)
        return msgspec.structs.replace(moment, conversation=opened, earlier=earlier, gives_up_at=None)

    def add(self, moment: Moment, *events: AnyEvent) -> Moment:
        """Something that the log knows and the engine does not hear, such as an agent's words."""
        noted = tuple(Happened(moment.now, event, moment.conversation.language) for event in events)
        return msgspec.structs.replace(moment, happened=moment.happened + noted)

    async def wait(self, moment: Moment, seconds: float) -> Moment:
        """Time passes, and whatever is due on the way happens when it is due."""
        until = moment.now + timedelta(seconds=seconds)
        for _ in range(MOST_WAKINGS):
            due = _due(moment)
            if due is None or due > until:
                break
            moment = _at(moment, max(due, moment.now))
            if moment.gives_up_at == due:
                moment = self._give_up(msgspec.structs.replace(moment, gives_up_at=None))
            elif moment.silent_at == due and (handoff := moment.conversation.handoff) is not None:
                moment = self._turn(moment, CustomerSilent(handoff=handoff.handoff))
            elif (promise := next((each for each in moment.promises if each.at == due), None)) is not None:
                moment = self._keep(moment, promise)
            else:
                moment = self._turn(moment, TimePassed())
            moment = await self.settle(moment)
            if _due(moment) == due:  # nothing came of it: it would come again for ever
                break
        return _at(moment, until)

    def speak(self, moment: Moment, answers: Sequence[Json]) -> Moment:
        """The bot says this of itself, in the form of rasa's responses, and asks again what it asked."""
        now = moment.now.astimezone(self._zone)
        talk = Talk(self.program, moment.conversation, now, partial(self.desk.is_open, now=now))
        for said in messages_of(talk, answers):
            say(talk, said)
        ask_again(talk)
        turn = Turn(conversation=talk.settled(moment.conversation.due_at), events=tuple(talk.events))
        return self._after(moment, turn, TimePassed())

    def _turn(self, moment: Moment, heard: AnyHeard) -> Moment:
        now = moment.now.astimezone(self._zone)
        turn = take_turn(self.program, moment.conversation, heard, now, partial(self.desk.is_open, now=now))
        return self._after(moment, turn, heard)

    def _after(self, moment: Moment, turn: Turn, heard: AnyHeard) -> Moment:
        now = moment.now.astimezone(self._zone)
        language, happened = moment.conversation.language, []
        tickets, promises = list(moment.tickets), list(moment.promises)
        for event in turn.events:
            if isinstance(event, LanguageChanged):
                language = event.language
            elif isinstance(event, TicketOpened):
                event = msgspec.structs.replace(event, number=len(tickets) + 1)
                tickets.append(Opened(now, event))
            elif isinstance(event, FollowUpBooked):
                promises.append(Promise(datetime.fromisoformat(event.due_at), event))
            happened.append(Happened(now, event, language))
        shown = [choice for event in turn.events[::-1] if isinstance(event, BotSaid) for choice in event.choices]
        return msgspec.structs.replace(
            moment,
            conversation=turn.conversation,
            tickets=tuple(tickets),
            promises=tuple(promises),
            shown=(*shown, *moment.shown)[:MOST_BUTTONS],
            silent_at=self.desk.silent_at(moment.silent_at, turn.conversation.handoff, heard, now),
            happened=(*moment.happened, *happened),
        )

    # Who answers

    async def settle(self, moment: Moment) -> Moment:
        """Until the conversation rests with its customer or with people."""
        for _ in range(MOST_ANSWERS):
            request, wait = _unanswered(moment), moment.conversation.wait
            if request is not None:
                moment = self._ask_desk(moment, request)
            elif wait is not None and wait.kind == "action" and wait.call_id is not None:
                moment = await self._act(moment, wait.call_id, str(wait.action))
            elif wait is not None and wait.kind == "ticket":
                moment = self._turn(
                    moment, self.desk.ticket(moment.tickets, _asked_for(moment), moment.conversation.language)
                )
            else:
                break
        return moment

    async def _act(self, moment: Moment, call_id: str, action: str) -> Moment:
        """Run the action, or answer for it; one that takes long is overtaken by the clock."""
        count = moment.calls.get(action, 0)
        moment = msgspec.structs.replace(moment, calls=moment.calls | {action: count + 1})
        stub = self.actions.stub(action, count)
        if stub is None:
            call = self.actions.call(moment, call_id, action, self.program.flow_set.domain)
            return self._turn(moment, await self.actions.run(call))
        until = moment.now + timedelta(seconds=stub.seconds)
        while _awaits(moment, call_id) and (due := moment.conversation.due_at) is not None and due <= until:
            moment = self._turn(_at(moment, due), TimePassed())
        return self._turn(_at(moment, until), outcome_of(stub, call_id)) if _awaits(moment, call_id) else moment

    def _ask_desk(self, moment: Moment, request: HandoffRequested) -> Moment:
        handoff = moment.conversation.handoff
        assert handoff is not None
        admission = self.desk.answer(request, handoff.queue, moment.now)
        if admission.queue is not None:
            handoff = msgspec.structs.replace(handoff, queue=admission.queue)
        conversation = msgspec.structs.replace(moment.conversation, handoff=handoff)
        moment = msgspec.structs.replace(moment, conversation=conversation, gives_up_at=admission.until)
        return self._turn(moment, admission.heard)

    def _give_up(self, moment: Moment) -> Moment:
        """The queue has no patience any more with who still waits in it."""
        handoff = moment.conversation.handoff
        if handoff is None or handoff.agent is not None:
            return moment
        return self._turn(moment, HandoffUnavailable(handoff=handoff.handoff, reason="max_wait"))

    # What was promised

    def _keep(self, moment: Moment, promise: Promise) -> Moment:
        """Speak to the customer unasked, in the calling hours, unless they or the condition don't want it any more."""
        later = self.desk.speaks_from(self.program.flow_set.settings.calling_hours, moment.now)
        others = tuple(each for each in moment.promises if each is not promise)
        moment = msgspec.structs.replace(moment, promises=others)
        if later > moment.now:
            return self._look_again(moment, promise, later)
        booked = promise.booked
        booked_in = next(
            each for each in (*moment.earlier, moment.conversation) if booked.follow_up.startswith(f"{each.id}.")
        )
        slots = slots_now(self.program, booked.slots, booked_in)
        is_open = partial(self.desk.is_open, now=moment.now)
        if _opted_out(moment) or not is_wanted(self.program, booked_in, booked.condition, slots, moment.now, is_open):
            return moment
        due = FollowUpDue(flow=booked.flow, slots=slots)
        if not moment.conversation.closed:
            moment = self._turn(moment, due)
        if not moment.conversation.closed:
            return self._look_again(moment, promise, moment.now + BUSY)
        return self._turn(self._begin_anew(moment), due)

    def _look_again(self, moment: Moment, promise: Promise, at: datetime) -> Moment:
        return msgspec.structs.replace(moment, promises=(*moment.promises, Promise(at, promise.booked)))


def _opted_out(moment: Moment) -> bool:
    said = [each.event for each in moment.happened if isinstance(each.event, OptedOut | OptedIn)]
    return bool(said) and isinstance(said[-1], OptedOut)


def _asked_for(moment: Moment) -> int:
    """The number of the ticket that the conversation wants to hear of."""
    asked = (
        each.event for each in reversed(moment.happened) if isinstance(each.event, TicketOpened | TicketAskedAbout)
    )
    return next(asked).number


def _at(moment: Moment, now: datetime) -> Moment:
    return msgspec.structs.replace(moment, now=now)


def _due(moment: Moment) -> datetime | None:
    moments = (
        moment.conversation.due_at,
        moment.gives_up_at,
        moment.silent_at,
        *(promise.at for promise in moment.promises),
    )
    return min((due for due in moments if due is not None), default=None)


def _unanswered(moment: Moment) -> HandoffRequested | None:
    """A hand-off that the desk has not answered yet."""
    handoff = moment.conversation.handoff
    if handoff is None or handoff.position is not None or handoff.agent is not None:
        return None
    wanted = (each.event for each in reversed(moment.happened) if isinstance(each.event, HandoffRequested))
    return next((event for event in wanted if event.handoff == handoff.handoff), None)


def _awaits(moment: Moment, call_id: str) -> bool:
    wait = moment.conversation.wait
    return wait is not None and wait.call_id == call_id
