"""What all events have in common."""

import re

from bot.content import Value


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Event(Value, frozen=True, kw_only=True, tag_field="kind", tag=_snake):
    """What happened. Its `kind` in the log is the class name in snake case."""
