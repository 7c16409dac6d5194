"""Who is offered which customer next."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.desk_file import DISTRIBUTIONS, Queue
from bot.desk.routing import Agent, Asked, Customer, Offer, in_order, may_be_asked, route

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SUPPORT = Queue(name="support", distribution="longest_idle")


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def customer(number: int = 1, waited: float = 60, **about: object) -> Customer:
    known = {"queue": SUPPORT, "handoff": f"h{number}", **about}
    return Customer(number=number, queued_at=ago(waited), **known)  # type: ignore[arg-type]


def agent(name: str, free: float = 60, **about: object) -> Agent:
    known = {"queues": frozenset({"support"}), "capacity": 2, "room": 2, **about}
    return Agent(id=name, free_since=ago(free), **known)  # type: ignore[arg-type]


def given_to(customers: list[Customer], agents: list[Agent]) -> list[tuple[str, str]]:
    return [(offer.handoff, offer.agent) for offer in route(customers, agents, NOW)]


def first(agents: list[Agent], **about: object) -> str | None:
    """Who is asked first for a customer like this."""
    offers = route([customer(**about)], agents, NOW)  # type: ignore[arg-type]
    return offers[0].agent if offers else None


# In which order


def test_the_longest_waiting_comes_first_within_a_priority() -> None:
    urgent, old, new = customer(1, 1, priority=5), customer(2, 90), customer(3, 30)
    assert given_to([new, old, urgent], [agent("ann", room=2)]) == [("h1", "ann"), ("h2", "ann")]


def test_a_queue_s_priority_is_added_to_that_of_each_of_its_customers() -> None:
    vip = Queue(name="support", distribution="longest_idle", priority=5)
    assert [one.number for one in in_order([customer(1, priority=4), customer(2, queue=vip)])] == [2, 1]
    assert [one.number for one in in_order([customer(1, priority=6), customer(2, queue=vip)])] == [1, 2]


def test_of_those_who_came_at_once_the_lower_number_comes_first() -> None:
    assert [one.number for one in in_order([customer(3), customer(1), customer(2)])] == [1, 2, 3]


def test_who_can_be_given_to_nobody_holds_nobody_back() -> None:
    surgeon = customer(1, 900, priority=9, skills=frozenset({"surgery"}))
    assert given_to([surgeon, customer(2)], [agent("ann")]) == [("h2", "ann")]


# To whom


def test_the_longest_idle_agent_comes_first_and_who_has_nobody_before_who_has_somebody() -> None:
    assert first([agent("ann", 10), agent("bob", 20), agent("cem", 15)]) == "bob"
    assert first([agent("ann", 500, room=1), agent("bob", 20)]) == "bob"


def test_the_least_busy_agent_is_who_has_the_smallest_share_of_what_they_can_have() -> None:
    queue = Queue(name="support", distribution="least_busy")
    agents = [agent("ann", capacity=2, room=1), agent("bob", capacity=10, room=8)]
    assert first(agents, queue=queue) == "bob"


def test_in_turn_each_is_asked_who_was_given_somebody_least_recently() -> None:
    queue = Queue(name="support", distribution="round_robin")
    agents = [agent("ann", given_at=ago(5)), agent("bob", given_at=ago(50)), agent("cem", 1, room=1)]
    assert first(agents, queue=queue) == "cem", "who had nobody yet"
    everybody = [agent(name, given_at=ago(number), room=9) for number, name in enumerate(("ann", "bob", "cem"), 1)]
    offers = given_to([customer(number, queue=queue) for number in range(1, 7)], everybody)
    assert [agent for _, agent in offers] == ["cem", "bob", "ann", "cem", "bob", "ann"]


@pytest.mark.parametrize("distribution", [name for name in DISTRIBUTIONS if name != "manual"])
def test_who_is_wanted_comes_first_in_every_queue(distribution: str) -> None:
    queue = Queue(name="support", distribution=distribution)  # type: ignore[arg-type]
    agents = [agent("ann", 500), agent("bob", 1, room=1, given_at=NOW)]
    assert first(agents, queue=queue, wanted="bob") == "bob"
    assert first([agents[0]], queue=queue, wanted="bob") == "ann", "not there: nobody waits for them"
    full = msgspec.structs.replace(agents[1], room=0)
    assert first([agents[0], full], queue=queue, wanted="bob") == "ann"


def test_agents_pick_by_themselves_but_who_is_wanted_is_asked_once() -> None:
    queue = Queue(name="support")
    assert first([agent("ann")], queue=queue) is None
    assert first([agent("ann"), agent("bob")], queue=queue, wanted="bob") == "bob"
    assert first([agent("ann"), agent("bob")], queue=queue, wanted="bob", asked={"bob": Asked(times=1)}) is None


def test_skills_are_those_of_the_queue_and_of_the_customer() -> None:
    queue = Queue(name="support", distribution="longest_idle", skills=("cards",))
    agents = [agent("ann", 90), agent("bob", 80, skills=frozenset({"cards"}))]
    assert first(agents, queue=queue) == "bob"
    assert first(agents, queue=queue, skills=frozenset({"loans"})) is None


def test_who_speaks_the_customer_s_language_comes_first_and_else_whoever_is_there() -> None:
    agents = [agent("ann", 90, languages=frozenset({"en"})), agent("bob", 10, languages=frozenset({"fa", "en"}))]
    assert first(agents, language="fa") == "bob"
    assert first(agents, language="fa-AF") == "bob"
    assert first(agents, language="en") == "ann"
    assert first(agents, language="he") == "ann", "nobody speaks it: as the queue says"
    assert first([*agents, agent("cem", 50)], language="he") == "cem", "who names no language speaks all"


def test_who_did_not_take_the_customer_is_asked_again_after_all_others() -> None:
    agents = [agent("ann", 90), agent("bob", 10, languages=frozenset({"en"}))]
    assert first(agents, language="fa", asked={"ann": Asked(times=1)}) == "bob"
    assert first(agents, language="fa", asked={"ann": Asked(times=1), "bob": Asked(times=1)}) == "ann"
    assert first(agents, wanted="ann", asked={"ann": Asked(times=2), "bob": Asked(times=1)}) == "bob"


def test_who_has_just_declined_is_left_alone_for_a_while() -> None:
    assert first([agent("ann")], asked={"ann": Asked(times=1, declined_at=ago(29))}) is None
    assert first([agent("ann")], asked={"ann": Asked(times=1, declined_at=ago(30))}) == "ann"


# Whatever there is


names = st.sampled_from(["ann", "bob", "cem", "dua"])
few = st.integers(0, 4)
queues = st.builds(
    Queue,
    name=st.sampled_from(["support", "sales"]),
    distribution=st.sampled_from(DISTRIBUTIONS),
    skills=st.sampled_from([(), ("cards",)]),
)
customers = st.lists(
    st.builds(
        customer,
        number=st.integers(1, 30),
        waited=st.integers(0, 600),
        queue=queues,
        priority=few,
        skills=st.sampled_from([frozenset(), frozenset({"loans"})]),
        language=st.sampled_from(["", "en", "fa"]),
        wanted=st.none() | names,
        asked=st.dictionaries(names, st.builds(Asked, times=st.integers(1, 3)), max_size=2),
    ),
    unique_by=lambda one: one.number,
    max_size=8,
)
agents = st.lists(
    st.builds(
        agent,
        names,
        free=st.integers(0, 600),
        capacity=st.integers(1, 4),
        room=st.integers(0, 4),
        queues=st.sampled_from([frozenset({"support"}), frozenset({"support", "sales"}), frozenset()]),
        skills=st.sampled_from([frozenset(), frozenset({"cards"}), frozenset({"cards", "loans"})]),
        languages=st.sampled_from([frozenset(), frozenset({"en"}), frozenset({"fa"})]),
        given_at=st.none() | st.just(ago(7)),
    ).map(lambda one: msgspec.structs.replace(one, room=min(one.room, one.capacity))),
    unique_by=lambda one: one.id,
    max_size=4,
)


@settings(deadline=None)
@given(customers, agents)
def test_nobody_is_given_more_than_they_have_room_for_or_what_they_cannot_do(
    waiting: list[Customer], there: list[Agent]
) -> None:
    offers = route(waiting, there, NOW)
    by_id, known = {one.handoff: one for one in waiting}, {one.id: one for one in there}
    assert len({offer.handoff for offer in offers}) == len(offers)
    assert all(may_be_asked(known[offer.agent], by_id[offer.handoff], NOW) for offer in offers)
    for agent in there:
        assert sum(offer.agent == agent.id for offer in offers) <= agent.room


@settings(deadline=None)
@given(customers, agents)
def test_nobody_is_passed_over_for_who_came_later(waiting: list[Customer], there: list[Agent]) -> None:
    """Whoever gets no offer could, with the room that those before them have left, be given to nobody."""
    offers = {offer.handoff: offer for offer in route(waiting, there, NOW)}
    left = {one.id: one for one in there}
    for one in in_order(waiting):
        offer: Offer | None = offers.get(one.handoff)
        if offer is None:
            assert not any(may_be_asked(agent, one, NOW) for agent in left.values())
        else:
            left[offer.agent] = msgspec.structs.replace(left[offer.agent], room=left[offer.agent].room - 1)


@settings(deadline=None, max_examples=30)
@given(st.data(), st.sampled_from([name for name in DISTRIBUTIONS if name != "manual"]))
def test_nobody_waits_for_ever_while_agents_work(data: st.DataObject, distribution: str) -> None:
    """Agents let offers lapse or take and close as they like: as long as somebody takes at all, all are served."""
    queue = Queue(name="support", distribution=distribution)  # type: ignore[arg-type]
    waiting = {f"h{number}": customer(number, 100 - number, queue=queue) for number in range(1, 7)}
    there = {name: agent(name, capacity=1, room=1) for name in ("ann", "bob", "cem")}
    lazy = data.draw(st.sets(st.sampled_from(["ann", "bob"])))
    rounds = 0
    while waiting:
        rounds += 1
        assert rounds < 50
        for offer in route(waiting.values(), list(there.values()), NOW + timedelta(minutes=rounds)):
            if offer.agent in lazy:
                one = waiting[offer.handoff]
                times = one.asked[offer.agent].times if offer.agent in one.asked else 0
                asked = {**one.asked, offer.agent: Asked(times=times + 1)}
                waiting[offer.handoff] = msgspec.structs.replace(one, asked=asked)
            else:
                del waiting[offer.handoff]
                free_since = NOW + timedelta(minutes=rounds)
                there[offer.agent] = msgspec.structs.replace(there[offer.agent], free_since=free_since)
