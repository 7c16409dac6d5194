"""A picture of flows before anybody draws it: cards with what happens, and where each way out of them leads."""

from typing import Literal

from bot.content import Value

Sort = Literal["start", "talk", "question", "work", "people", "rating", "flow"]
How = Literal["next", "choice", "condition", "trouble", "call", "link"]


class Figures(Value, frozen=True, kw_only=True):
    """Of a period: conversations that reached the card, and those of them that ended there."""

    reached: int
    ended: int


class Way(Value, frozen=True, kw_only=True):
    """One way out of a card. `to` is a card's id, or none where the flow ends; `how` says what takes it.

    The `label` is empty where there is nothing to decide.
    """

    to: str | None
    label: str = ""
    how: How = "next"


class Card(Value, frozen=True, kw_only=True):
    """One step, or one flow in the map of flows. `lost`: nothing leads here."""

    id: str
    sort: Sort
    heading: str
    text: str = ""
    notes: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    lost: bool = False
    figures: Figures | None = None


class Picture(Value, frozen=True, kw_only=True):
    """Cards in reading order. `ending` is the word for where a flow ends.

    `joined`: cards that simply follow one another may be drawn as one.
    """

    title: str
    subtitle: str
    language: str
    cards: tuple[Card, ...]
    ending: str
    joined: bool = True
