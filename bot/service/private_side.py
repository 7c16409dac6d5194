"""What agents who work in their private chats see of hand-offs: offers, the card of whom they have, what became of it.

Each of these chats is an address of its own, so that one agent's slow or lost chat holds nobody else back.
"""

import msgspec

from bot.ports import AnyDeskOutgoing, DeskOffer, DeskOfferOver, DeskPrompt, DeskState, Served
from bot.service.case import Case
from bot.service.desk_cards import DESK, card_of, customer_name, name_of
from bot.service.work import Work
from storage import agents, handoffs, private_desk
from storage.agents import Agent
from storage.database import Connection
from storage.handoffs import FREE, Handoff


def private_place(agent: Agent) -> str | None:
    """The chat in which this agent works alone, none if they don't."""
    is_private = agent.active and agent.works_privately and agent.telegram_id is not None
    return private_desk.place_at(agent.telegram_id or 0) if is_private else None


def are_there(work: Work, queue: str) -> list[Agent]:
    """Who could take a customer of this queue in their private chat now."""
    found = agents.serving(work.connection, queue)
    return [agent for agent in found if agent.presence == "available" and private_place(agent) is not None]


def invite(work: Work, case: Case, handoff: Handoff) -> None:
    """Where agents pick by themselves, show who waits to all of them."""
    queue = work.installation.desk.queues.get(handoff.queue)
    if handoff.state not in FREE or queue is None or queue.distribution != "manual":
        return
    for agent in are_there(work, handoff.queue):
        offer_to(work, case, handoff, agent, 0)


def offer_to(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: int) -> None:
    """Show it to this agent, if they work privately; for so long, or without `seconds` until somebody takes it."""
    place = private_place(agent)
    if place is not None:
        private_desk.enter(work.connection, handoff.id, place, "offered")
        _book(work, case, place, offer_of(work, case, handoff, agent, seconds))


def offer_of(work: Work, case: Case, handoff: Handoff, agent: Agent, seconds: int) -> DeskOffer:
    """What is shown of a hand-off to whom it is offered."""
    return DeskOffer(
        handoff=handoff.id,
        number=handoff.number,
        agent=agent.id,
        agent_name=agent.name,
        telegram_id=agent.telegram_id,
        queue=handoff.queue,
        customer=customer_name(work, case),
        language=handoff.language,
        reason=handoff.reason,
        seconds=seconds,
        collected=tuple((label, text) for label, text in handoff.collected),
    )


def withdraw(work: Work, case: Case, place: str, over: DeskOfferOver) -> None:
    """What was offered there can't be taken there any more."""
    seen = private_desk.place(work.connection, over.handoff, place)
    if seen is not None and seen.role == "offered":
        private_desk.enter(work.connection, over.handoff, place, "past")
        _book(work, case, place, over)


def served_by(connection: Connection, agent_id: str, language: str) -> tuple[Served, ...]:
    """The customers whom an agent has, as they are told apart."""
    held = sorted(handoffs.held_by(connection, agent_id), key=lambda handoff: handoff.number)
    return tuple(served_as(connection, handoff, language) for handoff in held)


def served_as(connection: Connection, handoff: Handoff, language: str) -> Served:
    """One of them."""
    return Served(handoff=handoff.id, number=handoff.number, customer=name_of(connection, handoff, language))


def prompt(work: Work, case: Case, agent: Agent, words: DeskPrompt) -> None:
    """Say this to the agent, if they work privately."""
    place = private_place(agent)
    if place is not None:
        _book(work, case, place, words)


def follow(work: Work, case: Case, handoff: Handoff, state: DeskState) -> None:
    """The hand-off's state changed: in each private chat that knows of it, what stands there follows."""
    holder = private_desk.place_of_holder(work.connection, handoff.id)
    before = private_desk.places(work.connection, handoff.id)
    for seen in before:
        if seen.role == "offered":
            withdraw(work, case, seen.place, _over(handoff, state, is_holder=seen.place == holder))
        elif seen.role == "holder" and seen.place != holder:
            private_desk.enter(work.connection, handoff.id, seen.place, "past")
            _book(work, case, seen.place, state)
    had = next((seen.place for seen in before if seen.role == "holder"), None)
    if holder is not None and holder != had:
        private_desk.enter(work.connection, handoff.id, holder, "holder")
        _book(work, case, holder, msgspec.structs.replace(card_of(work, case, handoff), group=""))
    invite(work, case, handoff)


def _over(handoff: Handoff, state: DeskState, *, is_holder: bool) -> DeskOfferOver:
    return DeskOfferOver(
        handoff=handoff.id,
        number=handoff.number,
        agent=handoff.agent_id or "",
        agent_name=state.agent_name or "",
        customer=state.customer,
        outcome="accepted" if is_holder else "withdrawn",
        taken_by=state.agent_name if state.state == "taken" and not is_holder else None,
    )


def _book(work: Work, case: Case, place: str, outgoing: AnyDeskOutgoing) -> None:
    work.book_elsewhere(case, DESK, place, msgspec.structs.replace(outgoing, to=place))
