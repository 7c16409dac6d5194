"""Menus in CALM: a question that fills a slot by buttons, and a way for each of its values."""

from collections.abc import Iterator, Sequence
from itertools import product

import msgspec

from bot.calm.flow_writer import FlowWriter
from bot.calm.list_action import code_of, name_of
from bot.calm.project import literal, named
from bot.calm.questions import note_retry, patience
from bot.calm.resets import resets_at
from bot.engine.flow import Branch, ListedOptions, Menu, Option, Slot, Variation

MOST_CONDITIONS = 4  # each doubles the number of variations
KEPT = "empty them with 'set_slots' where they must be asked for again"


def write_menu(writer: FlowWriter, menu: Menu) -> None:
    """The question and what follows from each answer."""
    _note_losses(writer, menu)
    slot = _slot_of(writer, menu)
    writer.project.ask_for(slot, writer.flow.id, menu.id)
    menu = _emptied(writer, menu)
    if menu.listed is not None:
        _write_listed(writer, menu, menu.listed, slot)
        return
    response = writer.project.respond(writer.response(menu.id), tuple(_variations(writer, menu, slot)))
    question = menu.id
    guards = [option.condition for option in menu.options]
    if all(guards):
        question = _unless(writer, menu, " and ".join(f"not ({guard})" for guard in guards))
    asked = {"collect": slot, "utter": response, "ask_before_filling": True, **patience(menu)}
    writer.add(question, asked, _ways(menu, slot))


def _emptied(writer: FlowWriter, menu: Menu) -> Menu:
    """The menu to be written behind a step that empties what was filled below it; itself if there is nothing."""
    resets = resets_at(menu, writer.flow, writer.project.flow_set)
    if resets.unsure:
        slots = ", ".join(resets.unsure)
        writer.lose(menu.id, f"CALM keeps what flows called below this menu have filled: {slots}", KEPT)
    if not resets.values:
        return menu
    asks = writer.new_id(menu.id)
    writer.add(menu.id, {"set_slots": [{slot: value} for slot, value in resets.values.items()]}, asks)
    return msgspec.structs.replace(menu, id=asks)


def _slot_of(writer: FlowWriter, menu: Menu) -> str:
    """The slot that keeps the choice: the menu's own, or one that nobody else fills."""
    if menu.into is not None:
        return menu.into
    name = f"{'' if writer.flow.id[0].isalpha() else 'flow_'}{named(writer.flow.id)}_{named(menu.id)}"
    values = tuple(dict.fromkeys(option.value for option in menu.options))
    return writer.project.add_slot(Slot(name=name, type="categorical" if values else "any", values=values))


def _ways(menu: Menu, slot: str) -> tuple[Branch, ...]:
    """Where each value leads, and then the menu's own `next`."""
    ways = [
        Branch(to=option.to, condition=f"slots.{slot} is {literal(option.value)}")
        for option in menu.options
        if option.to is not None
    ]
    return (*ways, *menu.next)


def _variations(writer: FlowWriter, menu: Menu, slot: str) -> Iterator[Variation]:
    """The question's variations with the options that are there: for each combination of them one of its own."""
    project, flow = writer.project, writer.flow.id
    buttons = [project.button(option.label, slot, option.value, flow, menu.id) for option in menu.options]
    guarded = [option for option in menu.options if option.condition is not None]
    if len(guarded) > MOST_CONDITIONS:
        writer.lose(menu.id, f"CALM has no 'if' for a button, and {len(guarded)} are too many: all are always offered")
        guarded = []
    said = project.variations(menu.text, flow, menu.id)
    for variation in said:
        others = [other.condition for other in said if other.condition is not None and variation.condition is None]
        for there in product((True, False), repeat=len(guarded)):
            condition = _condition(writer, menu, variation, others, list(zip(guarded, there, strict=True)))
            absent = [option for option, is_there in zip(guarded, there, strict=True) if not is_there]
            if condition is not None:
                offered = (button for option, button in zip(menu.options, buttons, strict=True) if option not in absent)
                yield msgspec.structs.replace(variation, buttons=tuple(offered), condition=condition or None)


def _condition(
    writer: FlowWriter,
    menu: Menu,
    variation: Variation,
    others: Sequence[str],
    guarded: Sequence[tuple[Option, bool]],
) -> str | None:
    """When this combination holds, empty for the last resort, none for never.

    Of several variations whose conditions hold CALM takes any, so each excludes the others.
    """
    project, flow = writer.project, writer.flow.id
    options = [(project.condition(option.condition or "", flow, menu.id), is_there) for option, is_there in guarded]
    holding = [variation.condition] if variation.condition is not None else []
    holding += [condition for condition, is_there in options if is_there]
    if not holding:
        return ""
    failing = [condition for condition, is_there in options if not is_there] + list(others)
    if set(holding) & set(failing):
        return None
    parts = [*dict.fromkeys(holding), *(f"not ({condition})" for condition in dict.fromkeys(failing))]
    return parts[0] if len(parts) == 1 else " and ".join(f"({part})" for part in parts)


def _write_listed(writer: FlowWriter, menu: Menu, listed: ListedOptions, slot: str) -> None:
    """Choices made of a list: an action asks with them."""
    project = writer.project
    nothing = f"slots.{listed.source} is null or slots.{listed.source} is empty"
    question = _unless(writer, menu, nothing, listed.empty)
    response = project.respond(writer.response(menu.id), project.variations(menu.text, writer.flow.id, menu.id))
    label = project.plain(listed.label, writer.flow.id, menu.id)
    project.actions.setdefault(name_of(slot))
    project.code.append(code_of(slot, response, listed, label, project.flow_set.settings.languages))
    writer.lose(
        menu.id, f"CALM has no options made of '{listed.source}'", f"'{name_of(slot)}' of actions.py offers them"
    )
    asked = {"collect": slot, "ask_before_filling": True, **patience(menu)}
    writer.add(question, asked, menu.next if listed.to is None else listed.to)


def _unless(writer: FlowWriter, menu: Menu, nothing: str, to: str | None = None) -> str:
    """Where there is `nothing` to choose, go on `to` there or at the menu's `next`; the id for the question itself."""
    question = writer.new_id(menu.id)
    if to is None and len(menu.next) == 1:
        to = menu.next[0].to
    if to is None:
        to = writer.new_id(menu.id)
        writer.add(to, {"noop": True}, menu.next)
    writer.add(menu.id, {"noop": True}, (Branch(to=to, condition=nothing), Branch(to=question)))
    return question


def _note_losses(writer: FlowWriter, menu: Menu) -> None:
    note_retry(writer, menu)
    if any(option.match for option in menu.options):
        writer.lose(menu.id, "CALM has no 'match' for a button", "a language model must understand other words")
    if any(option.key is not None or option.say_as is not None for option in menu.options):
        writer.lose(menu.id, "CALM has no 'key' and no 'say_as' for a button")
    if menu.columns != 1 or menu.page_size is not None:
        writer.lose(menu.id, "CALM leaves 'columns' and 'page_size' to the channel")
