"""The parts of a CALM project while it is made: what its flows share."""

import re
from collections.abc import Container

import msgspec

from bot.calm.losses import Losses
from bot.content import Json
from bot.engine.answers import Answer, coerce
from bot.engine.calm_payloads import set_slot_payload
from bot.engine.conditions import parse_condition
from bot.engine.flow import Button, FlowSet, Slot, Text, Variation
from bot.engine.patterns import TICKET_STATE
from bot.engine.text import PLACEHOLDER
from bot.engine.wording import WORDING

ROOTS = ("customer", "session", "ticket")  # what only we know
PLAINER = "let it be a text without commas, quotes and parentheses that is no number and no word such as true"


class Project:
    """Collects responses, slots and actions. A name that it gives is nobody else's."""

    def __init__(self, flow_set: FlowSet, losses: Losses) -> None:
        self.flow_set = flow_set
        self.losses = losses
        self.slots: dict[str, Slot] = dict(flow_set.slots)
        self.collected: set[str] = set()  # what customers are asked for
        self.responses: dict[str, tuple[Variation, ...]] = {}
        self.actions: dict[str, None] = dict.fromkeys(flow_set.actions)
        self.intents: dict[str, None] = {}
        self.code: list[str] = []  # of actions that offer choices made of a list

    def flow_name(self, flow: str) -> str:
        """What the flow is called in CALM, where only CALM's own patterns may be called so, and none be called."""
        return named_apart(flow.removeprefix("pattern_"), self.flow_set.flows) if flow == TICKET_STATE else flow

    # Responses

    def say(self, text: Text, wanted: str, flow: str, step: str) -> str:
        """The name of a response for the text: its own, if it is one."""
        if text.response is not None:
            self.responses[text.response] = self.variations(text, flow, step)
            return text.response
        return self.respond(wanted, self.variations(text, flow, step))

    def variations(self, text: Text, flow: str, step: str) -> tuple[Variation, ...]:
        """What the text says, as the variations of a response."""
        if text.response is None:
            return (Variation(text=self.plain(text, flow, step)),)
        known = self.flow_set.responses.get(text.response)
        if known:
            return tuple(self._plain_variation(variation, flow, step) for variation in known)
        return (Variation(text=self.own_words(text.response)),) if text.response in WORDING else ()

    def respond(self, wanted: str, variations: tuple[Variation, ...]) -> str:
        """The name of a response that says this."""
        name, number = wanted, 1
        while name in self.flow_set.responses or self.responses.get(name, variations) != variations:
            number += 1
            name = f"{wanted}_{number}"
        self.responses[name] = variations
        return name

    def respond_with(
        self, text: Text, wanted: str, flow: str, step: str, image: str | None, attachment: str | None
    ) -> str:
        """The name of a response that says the text with a picture or a file."""
        said = (
            msgspec.structs.replace(each, image=image or each.image, attachment=attachment or each.attachment)
            for each in self.variations(text, flow, step)
        )
        return self.respond(wanted, tuple(said))

    def respond_with_buttons(self, text: Text, wanted: str, flow: str, step: str, buttons: tuple[Button, ...]) -> str:
        """The name of a response that says the text over these buttons."""
        said = (msgspec.structs.replace(each, buttons=buttons) for each in self.variations(text, flow, step))
        return self.respond(wanted, tuple(said))

    def own_words(self, name: str) -> Text:
        """What the engine says by that name, or the flows in its place."""
        known = self.flow_set.responses.get(name)
        said = known[0].text if known else None
        return said or Text(by_language=WORDING[name])

    def plain(self, text: Text, flow: str, step: str) -> Text:
        """The text with values as CALM shows them: of slots alone, and without a form. Its own templates stay."""
        if text.jinja:
            return text

        def shown(found: re.Match[str]) -> str:
            name, form = found.groups()
            if form is not None:
                self.losses.of_step(flow, step, f"CALM shows {{{name}}} as it is, and not as a {form}")
            return f"{{{self.slot_of(name, flow, step)}}}"

        return Text(by_language={code: PLACEHOLDER.sub(shown, source) for code, source in text.by_language.items()})

    def _plain_variation(self, variation: Variation, flow: str, step: str) -> Variation:
        return msgspec.structs.replace(
            variation,
            text=self.plain(variation.text, flow, step) if variation.text else None,
            condition=self.condition(variation.condition, flow, step) if variation.condition else None,
        )

    def button(self, title: Text, slot: str, value: Json, flow: str, step: str) -> Button:
        """A button that gives the slot this value."""
        payload = set_slot_payload(slot, value, lambda read: self._kept(slot, read))
        if '"' in payload:
            shown = msgspec.json.encode(value).decode()
            self.losses.of_step(flow, step, f"CALM's buttons can't give the value {shown}", PLAINER)
        said = self.variations(title, flow, step)[0].text
        return Button(title=said or Text(), payload=payload)

    def _kept(self, slot: str, value: Json) -> Json:
        """What the slot makes of the value, none if it can't hold it."""
        known = self.slots[slot]
        kept = coerce(known.type, value, known.values)
        return kept.value if isinstance(kept, Answer) else None

    # Slots and conditions

    def add_slot(self, slot: Slot) -> str:
        """The name of a new slot like this one."""
        name = named_apart(slot.name, self.slots)
        self.slots[name] = msgspec.structs.replace(slot, name=name)
        return name

    def ask_for(self, slot: str, flow: str, step: str) -> None:
        """Note that this step asks for the slot."""
        self.collected.add(slot)
        self.fill(slot, flow, step)

    def fill(self, slot: str, flow: str, step: str) -> None:
        """Note that this step fills the slot: in CALM only actions fill lists."""
        known = self.slots.get(slot)
        if known is not None and known.type == "list":
            self.slots[slot] = msgspec.structs.replace(known, type="any")
            self.losses.of_step(flow, step, f"CALM's steps fill no lists: the slot '{slot}' takes any value there")

    def slot_of(self, name: str, flow: str, step: str) -> str:
        """The slot that holds what the name means: of `customer.name` one that an action must fill."""
        root, _, rest = name.partition(".")
        if root == "slots" and rest:
            return rest
        if root not in ROOTS or root in self.slots:
            return name
        made = named(name)
        self.slots.setdefault(made, Slot(name=made))
        self.losses.of_step(flow, step, f"CALM knows no {name}", f"have an action fill the slot '{made}'")
        return made

    def condition(self, source: str, flow: str, step: str) -> str:
        """The condition with slots in place of what CALM does not know."""
        shift = 0
        for reference in parse_condition(source).references:
            if reference.name.partition(".")[0] not in ROOTS:
                continue  # slots, context, and words that name nothing, here as in CALM
            start, slot = reference.column - 1 + shift, f"slots.{self.slot_of(reference.name, flow, step)}"
            source = source[:start] + slot + source[start + len(reference.name) :]
            shift += len(slot) - len(reference.name)
        return source


def named_apart(wanted: str, taken: Container[str]) -> str:
    """The name, with a number behind it where it is taken."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def named(text: str) -> str:
    """The text as a part of a name."""
    return re.sub(r"\W+", "_", text)


def literal(value: Json) -> str:
    """The value as conditions write it."""
    if isinstance(value, str):
        return f"'{value}'" if '"' in value else f'"{value}"'
    return msgspec.json.encode(value).decode()
