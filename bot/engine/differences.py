"""What has changed from one set of flows to another, told by flow and step as their authors think of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from bot.content import Json, Value
from bot.engine.flow import Flow, FlowSet, Menu, Option, Step
from bot.engine.identity import Steps, in_order, kind_of, leaves, match_steps

What = Literal["flow", "step", "option", "slot", "response", "survey", "setting", "action", "domain"]
Change = Literal["added", "removed", "changed"]

DOMAIN_MAPPINGS = ("slots", "responses")  # what is in them is told of the slots and responses themselves
GONE = " (removed)"


class Detail(Value, frozen=True, kw_only=True):
    """One value that is another now. `language` when it is one text of several; null stands for none."""

    field: str
    language: str | None = None
    before: Json = None
    after: Json = None


class Difference(Value, frozen=True, kw_only=True):
    """`name` is a slot, a response, an option's value and so on; a step is known by `flow` and `step`.

    `kind` is the step's; `was` the id that it had before, where an edit beside it gave it another.
    """

    what: What
    change: Change
    flow: str | None = None
    step: str | None = None
    name: str | None = None
    kind: str | None = None
    was: str | None = None
    details: tuple[Detail, ...] = ()


def differences(before: FlowSet, after: FlowSet) -> tuple[Difference, ...]:
    """Everything that was added, removed or changed; nothing when both say the same."""
    told = [
        *_flow_differences(before, after),
        *_named("slot", before.slots, after.slots),
        *_named("response", before.responses, after.responses),
        *_named("survey", before.surveys, after.surveys),
        *_settings(before, after),
        *_listed("action", before.actions, after.actions),
    ]
    return tuple(told + list(_domain(before, after, told)))


def _flow_differences(before: FlowSet, after: FlowSet) -> Iterator[Difference]:
    for name in sorted(before.flows.keys() | after.flows.keys()):
        old, new = before.flows.get(name), after.flows.get(name)
        if old is None or new is None:
            yield Difference(what="flow", change="added" if old is None else "removed", flow=name)
        elif old != new:
            yield from _in_flow(old, new)


def _in_flow(old: Flow, new: Flow) -> Iterator[Difference]:
    steps = match_steps(old, new)
    was, now = (msgspec.structs.replace(flow, steps={}, first="") for flow in (old, new))
    details = list(_details(was, now))
    if (first := _renamed(old.first, steps)) != new.first:
        details.append(Detail(field="first", before=first, after=new.first))
    if details:
        yield Difference(what="flow", change="changed", flow=old.id, details=tuple(details))
    known = {now: was for was, now in steps.items()}
    for step in in_order(new):
        if step.id not in known:
            added = tuple(each for each in _details(None, _outside_options(step)) if each.field != "id")
            yield Difference(what="step", change="added", flow=new.id, step=step.id, kind=kind_of(step), details=added)
        else:
            yield from _in_step(new.id, old.steps[known[step.id]], step, steps)
    for step in in_order(old):
        if step.id not in steps:
            yield Difference(what="step", change="removed", flow=old.id, step=step.id, kind=kind_of(step))


def _in_step(flow: str, old: Step, new: Step, steps: Steps) -> Iterator[Difference]:
    details = tuple(
        detail for detail in _details(_outside_options(old), _outside_options(new), steps) if detail.field != "id"
    )
    was = old.id if old.id != new.id else None
    if details:
        yield Difference(
            what="step", change="changed", flow=flow, step=new.id, kind=kind_of(new), was=was, details=details
        )
    if isinstance(old, Menu) and isinstance(new, Menu):
        for each in _named("option", _options(old), _options(new), steps):
            yield msgspec.structs.replace(each, flow=flow, step=new.id)
        kept = [
            [name for name in _options(menu) if name in _options(old) and name in _options(new)] for menu in (old, new)
        ]
        if kept[0] != kept[1]:
            order = Detail(field="order of options", before=kept[0], after=kept[1])
            yield Difference(what="step", change="changed", flow=flow, step=new.id, kind="menu", details=(order,))


def _outside_options(step: Step) -> Step:
    return msgspec.structs.replace(step, options=()) if isinstance(step, Menu) else step


def _options(menu: Menu) -> dict[str, Option]:
    """By value; those that have the same one, under different conditions, are counted."""
    options: dict[str, Option] = {}
    for option in menu.options:
        name, number = str(option.value), 1
        while name in options:
            number += 1
            name = f"{option.value} ({number})"
        options[name] = option
    return options


def _named(
    what: What, before: Mapping[str, Any], after: Mapping[str, Any], steps: Steps | None = None
) -> Iterator[Difference]:
    for name in [*after, *(name for name in before if name not in after)]:
        if name not in before:
            yield Difference(what=what, change="added", name=name, details=tuple(_details(None, after[name])))
        elif name not in after:
            yield Difference(what=what, change="removed", name=name)
        elif details := tuple(_details(before[name], after[name], steps)):
            yield Difference(what=what, change="changed", name=name, details=details)


def _settings(before: FlowSet, after: FlowSet) -> Iterator[Difference]:
    details = list(_details(before.settings, after.settings))
    if before.start != after.start:
        details.append(Detail(field="start", before=before.start, after=after.start))
    for detail in details:
        name = detail.field
        yield Difference(what="setting", change="changed", name=name, details=(detail,))


def _listed(what: What, before: Iterable[str], after: Iterable[str]) -> Iterator[Difference]:
    old, new = set(before), set(after)
    yield from (Difference(what=what, change="added", name=name) for name in sorted(new - old))
    yield from (Difference(what=what, change="removed", name=name) for name in sorted(old - new))


def _domain(before: FlowSet, after: FlowSet, told: list[Difference]) -> Iterator[Difference]:
    """What only custom actions can see of the files."""
    known = {(f"{each.what}s", each.name) for each in told}
    old, new = (_flat_domain(each.domain) for each in (before, after))
    for path in sorted(old.keys() | new.keys()):
        if path not in known and path != ("actions", "") and old.get(path) != new.get(path):
            detail = Detail(field=path[0], before=old.get(path), after=new.get(path))
            yield Difference(what="domain", change="changed", name=" ".join(filter(None, path)), details=(detail,))


def _flat_domain(domain: Json) -> dict[tuple[str, str], Json]:
    sections: dict[str, Json] = domain if isinstance(domain, dict) else {}
    return {
        (section, name): value
        for section, content in sections.items()
        for name, value in (content.items() if section in DOMAIN_MAPPINGS else [("", content)])
    }


def _details(before: Any, after: Any, steps: Steps | None = None) -> Iterator[Detail]:
    """What differs between two records of one kind; ids of steps that only moved are no difference."""
    defaults = before is not None
    old = _by_place(before, lambda name: _renamed(name, steps), defaults)
    new = _by_place(after, lambda name: name, defaults)
    for place in [*new, *(place for place in old if place not in new)]:
        if (place in old) != (place in new) or old[place] != new[place]:
            path, language = place
            yield Detail(field=" ".join(path), language=language, before=old.get(place), after=new.get(place))


def _by_place(
    record: Any, rename: Callable[[str], str], defaults: bool
) -> dict[tuple[tuple[str, ...], str | None], Json]:
    found = leaves(record, defaults=defaults) if record is not None else ()
    return {
        (leaf.path, leaf.language): rename(leaf.value) if leaf.leads and isinstance(leaf.value, str) else leaf.value
        for leaf in found
        if leaf.value is not None and leaf.value != []
    }


def _renamed(step: str, steps: Steps | None) -> str:
    """The step's id now."""
    if steps is None or step == "END":
        return step
    return steps.get(step, f"{step}{GONE}")
