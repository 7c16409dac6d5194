"""What judges say of an expectation."""

import msgspec

STATE = -1  # it holds, but no single event says so


class Met(msgspec.Struct, frozen=True):
    """The expectation holds; `place` is that of the event that shows it."""

    place: int = STATE


class Unmet(msgspec.Struct, frozen=True):
    """What was wanted and what came in its place; they read well after `expected` and after `but`."""

    wanted: str
    came: str


Verdict = Met | Unmet
