"""What can happen to a hand-off: its states, and every move between them with who may make it.

A hand-off is one customer who asked for a person. It begins as `requested`. While it waits, nobody has it: `queued`,
`offered` to one agent, `released` by an agent, or `transferred` to another queue. Exactly one agent has it while it is
`taken`. It is over when it is `closed` by an agent, `abandoned` or `called_back` (they left a number) by the customer,
or `refused` by the house; nothing happens to it any more then.
"""

from typing import Literal

from bot.content import Value
from bot.desk_events import (
    HandoffAbandoned,
    HandoffClosed,
    HandoffOffered,
    HandoffOfferEnded,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffTaken,
    HandoffTransferred,
)
from bot.event import Event

State = Literal[
    "requested",
    "queued",
    "offered",
    "taken",
    "released",
    "transferred",
    "closed",
    "abandoned",
    "called_back",
    "refused",
]
Move = Literal[
    "enqueue",
    "offer",
    "decline",
    "lapse",
    "withdraw",
    "take",
    "take_over",
    "release",
    "transfer",
    "reassign",
    "close",
    "abandon",
    "call_back",
    "refuse",
]
Who = Literal[
    "customer",
    "holder",  # the agent who has it
    "invited",  # the agent to whom it is offered
    "agent",  # any agent
    "supervisor",  # supervisors and admins
    "house",  # by itself: a queue, a clock, somebody who works here no more
]

FREE: tuple[State, ...] = ("queued", "released", "transferred")
WAITING: tuple[State, ...] = (*FREE, "offered")
OPEN: tuple[State, ...] = ("requested", *WAITING, "taken")
OVER: tuple[State, ...] = ("closed", "abandoned", "called_back", "refused")


class Rule(Value, frozen=True, kw_only=True):
    """From which states a move leads to which, who may make it there, and what it is told as."""

    move: Move
    origins: tuple[State, ...]
    to: State
    by: tuple[Who, ...]
    told_as: type[Event]


HOUSE: tuple[Who, ...] = ("house",)
CUSTOMER: tuple[Who, ...] = ("customer",)
ANYBODY: tuple[Who, ...] = ("agent", "supervisor")
HOLDER: tuple[Who, ...] = ("holder", "supervisor")
INVITED: tuple[Who, ...] = ("invited", "supervisor")

TABLE: tuple[tuple[Move, tuple[State, ...], State, tuple[Who, ...], type[Event]], ...] = (
    # It comes in, or nobody can take it.
    ("enqueue", ("requested",), "queued", HOUSE, HandoffQueued),
    ("refuse", ("requested", *WAITING), "refused", HOUSE, HandoffRefused),
    # It is offered to one agent after the other.
    ("offer", FREE, "offered", HOUSE, HandoffOffered),
    ("decline", ("offered",), "queued", ("invited",), HandoffOfferEnded),
    ("lapse", ("offered",), "queued", HOUSE, HandoffOfferEnded),
    ("withdraw", ("offered",), "queued", HOUSE, HandoffOfferEnded),
    # An agent has it, and gives it back.
    ("take", FREE, "taken", ANYBODY, HandoffTaken),
    ("take", ("offered",), "taken", INVITED, HandoffTaken),
    ("take_over", ("taken",), "taken", ("supervisor",), HandoffTaken),
    ("release", ("taken",), "released", (*HOLDER, "house"), HandoffReleased),
    # It is moved to another queue, or given to another agent.
    ("transfer", FREE, "transferred", (*ANYBODY, "house"), HandoffTransferred),
    ("transfer", ("offered",), "transferred", (*INVITED, "house"), HandoffTransferred),
    ("transfer", ("taken",), "transferred", HOLDER, HandoffTransferred),
    ("reassign", FREE, "taken", ANYBODY, HandoffTaken),
    ("reassign", ("offered",), "taken", INVITED, HandoffTaken),
    ("reassign", ("taken",), "taken", HOLDER, HandoffTaken),
    # It is over.
    ("close", FREE, "closed", ANYBODY, HandoffClosed),
    ("close", ("offered",), "closed", INVITED, HandoffClosed),
    ("close", ("taken",), "closed", HOLDER, HandoffClosed),
    ("abandon", OPEN, "abandoned", (*CUSTOMER, "house"), HandoffAbandoned),
    ("call_back", WAITING, "called_back", CUSTOMER, HandoffAbandoned),
)
RULES = tuple(Rule(move=move, origins=origins, to=to, by=by, told_as=event) for move, origins, to, by, event in TABLE)


def rule_of(move: Move, state: State) -> Rule | None:
    """The rule by which the move is made from this state; none where it can't be made."""
    return next((rule for rule in RULES if rule.move == move and state in rule.origins), None)


def may(move: Move, state: State, who: frozenset[Who]) -> bool:
    """Whether somebody who is all of this may make the move now: who has it is also an agent, maybe a supervisor."""
    rule = rule_of(move, state)
    return rule is not None and not who.isdisjoint(rule.by)
