"""What an intent says besides its name: entities, and the slots that mappings fill with them."""

from collections.abc import Collection, Mapping

from bot.content import Json
from bot.engine.flow import Mapped, Slot
from bot.engine.talk import Talk

Entities = Mapping[str, Json]


def slots_of_intent(talk: Talk, intent: str, entities: Entities, *, starting: bool = False) -> dict[str, Json]:
    """The slots that the intent fills, as their mappings say; those without mappings by entities of their names."""
    running = {frame.flow for frame in talk.stack}
    slots = talk.program.flow_set.slots
    filled = {name: _value(slot, intent, entities, running, starting=starting) for name, slot in slots.items()}
    return {name: value for name, value in filled.items() if value is not None}


def may_fill(slot: Slot, intent: str, entities: Collection[str]) -> bool:
    """Whether the intent fills the slot in some flow."""
    if slot.mapped is None:
        return slot.name in entities
    return any(
        _is_meant(mapped, intent) and (mapped.entity is None or mapped.entity in entities) for mapped in slot.mapped
    )


def _value(slot: Slot, intent: str, entities: Entities, running: Collection[str], *, starting: bool) -> Json:
    if slot.mapped is None:
        return entities.get(slot.name)
    for mapped in slot.mapped:
        applies = not mapped.flows or any(flow in running for flow in mapped.flows)
        value = mapped.value if mapped.entity is None else entities.get(mapped.entity)
        if value is not None and applies and (starting or not mapped.starting) and _is_meant(mapped, intent):
            return value
    return None


def _is_meant(mapped: Mapped, intent: str) -> bool:
    return intent not in mapped.not_intents and (not mapped.intents or intent in mapped.intents)
