"""Customers as people call them outside of their topic: by number."""

import msgspec

from bot.channels.direction import isolated
from bot.channels.telegram.desk.commands import Call
from bot.channels.telegram.wording.words import word
from bot.service.desk.handoffs import Handoffs

MOST_DIGITS = 12


async def with_number(call: Call, handoffs: Handoffs) -> Call:
    """The command for the customer whose number it begins with; in a topic it is for the one whose topic it is."""
    number = _number_in(call)
    if number is None or (call.handoff is not None and call.message.topic is not None):
        return call
    rest = call.argument.partition(" ")[2].strip()
    return msgspec.structs.replace(call, handoff=await handoffs.numbered(number), argument=rest)


def nobody_meant(call: Call) -> str:
    """What is told when the command, as it was given, is for no customer."""
    number = _number_in(call)
    if number is not None:
        return word("no_such_number", call.language, number=isolated(str(number), call.language))
    example = isolated(f"/{call.name} 12", call.language)
    return f"{word('no_handoff_here', call.language)} {word('which_number', call.language, example=example)}"


def _number_in(call: Call) -> int | None:
    """`12` or `#12` at the beginning."""
    first = call.argument.partition(" ")[0].removeprefix("#")
    return int(first) if first.isdecimal() and len(first) <= MOST_DIGITS else None
