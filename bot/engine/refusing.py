"""What authors refuse: answers, and slots filled by buttons, that a rejection forbids."""

from collections.abc import Iterable

from bot.content import Json, RichText
from bot.engine.flow import Rejection
from bot.engine.speech import Message, say, words
from bot.engine.talk import Talk


def refusal(talk: Talk, rejections: Iterable[Rejection], slot: str, value: Json) -> RichText | None:
    """Why the value is refused, none when it is not; conditions see it as if the slot held it."""
    former = talk.slots.get(slot)
    talk.slots[slot] = value
    try:
        for rejection in rejections:
            if talk.holds(rejection.condition):
                return words(talk, rejection.text)
    finally:
        talk.slots[slot] = former
    return None


def refused(talk: Talk, slot: str, value: Json) -> bool:
    """Whether the slot itself forbids the value, wherever it comes from; the reason is said."""
    declared = talk.program.flow_set.slots.get(slot)
    why = refusal(talk, declared.rejections, slot, value) if declared is not None else None
    if why is not None:
        say(talk, Message(text=why))
    return why is not None
