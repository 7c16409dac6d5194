"""Menus: what is on offer, and what follows from a choice."""

from collections.abc import Iterator, Mapping

import msgspec

from bot.content import Json
from bot.engine.asking import ask, buttons_just_shown, reach, rest_at_buttons
from bot.engine.calm_payloads import NamesIntent, read_payload
from bot.engine.context import within
from bot.engine.conversation import Offered
from bot.engine.flow import ListedOptions, Menu
from bot.engine.matching import Match
from bot.engine.patterns import START_MENU
from bot.engine.retries import times_out_at
from bot.engine.speech import message, resolved, say_wording, words
from bot.engine.talk import Place, Talk
from bot.events import ChoiceMade

MAX_LISTED = 200  # choices made of data; a longer list is a search, not a menu


def run_menu(talk: Talk, step: Menu) -> Place:
    """Ask, or go on where there is nothing to choose."""
    talk.reset_brought(menu=talk.where[1])
    offered = tuple(_listed(talk, step.listed) if step.listed else _options(talk, step))
    if not offered:
        return step.listed.empty if step.listed and step.listed.empty else talk.next_of(step)
    if talk.where[0] == START_MENU and _on_buttons_already(talk, offered) and rest_at_buttons(talk):
        return None
    reach(talk, "menu")
    ask(
        talk,
        "menu",
        message(talk, step.text),
        offered,
        columns=step.columns,
        times_out_at=times_out_at(talk, step.retry),
    )
    return None


def _on_buttons_already(talk: Talk, offered: tuple[Offered, ...]) -> bool:
    """Whether the words before the menu of flows, such as a greeting, bring buttons for each of those flows."""
    payloads = (read_payload(button.payload) for button in buttons_just_shown(talk)[1])
    started = {talk.program.intents.get(read.intent) for read in payloads if isinstance(read, NamesIntent)}
    return all(one.value in started for one in offered)


def _options(talk: Talk, step: Menu) -> Iterator[Offered]:
    for place, option in enumerate(step.options):
        if talk.holds(option.condition):
            yield Offered(
                label=words(talk, option.label).text,
                value=option.value,
                key=option.key,
                option=place,
                to=option.to,
                say_as=words(talk, option.say_as).text if option.say_as else None,
            )


def _listed(talk: Talk, listed: ListedOptions) -> Iterator[Offered]:
    items = talk.slots.get(listed.source)
    for item in items[:MAX_LISTED] if isinstance(items, list) else ():
        filling = _Item(item)
        label = words(talk, listed.label, filling).text.strip()
        if label:
            yield Offered(label=label, value=resolved(talk, listed.value, filling), to=listed.to)


def choose(talk: Talk, step: Menu, match: Match) -> Place:
    """Take the choice and go on where it leads. Of one that is gone that is said, and the menu asks anew."""
    assert talk.wait is not None
    chosen = talk.wait.offered[match.place]
    flow, here = talk.where
    if chosen.gone:
        say_wording(talk, "choice_gone")
        return run_menu(talk, step)
    value, label = chosen.value, chosen.label
    if step.into is not None:
        value, label = talk.shown_in_log(step.into, value), str(talk.shown_in_log(step.into, label))
    talk.record(ChoiceMade(flow=flow, step=here, value=value, label=label, via=match.via))
    talk.wait = None
    talk.stack[-1] = msgspec.structs.replace(talk.stack[-1], menu=here)
    if step.into is not None:
        fits, value = talk.program.fits(step.into, chosen.value, talk.language)
        if fits:
            talk.fill(step.into, value)
    return chosen.to or talk.next_of(step)


class _Item(Mapping[str, Json]):
    """`item` and `item.field` of one entry of a list slot."""

    def __init__(self, item: Json) -> None:
        self.item = item

    def __getitem__(self, name: str) -> Json:
        if name == "item":
            return self.item
        if name.startswith("item."):
            return within(self.item, name.removeprefix("item."))
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("item",))

    def __len__(self) -> int:
        return 1
