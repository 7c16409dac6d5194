"""What tests of reading share: small files in which a sign marks the place of each expected problem."""

from bot.desk.desk_file import DeskNames
from bot.engine.reader import read_flows
from bot.problems import Problem

SIGN = "§"
DESK = DeskNames(
    queues=frozenset({"support", "sales"}), calendars=frozenset({"office"}), departments=frozenset({"complaints"})
)


def problems_of(source: str) -> tuple[Problem, ...]:
    """The problems of one file."""
    return read_flows({"f.yaml": source.replace(SIGN, "")}, DESK).problems


def signs_in(source: str) -> list[tuple[int, int]]:
    """Line and column of each sign, as if the signs were not there."""
    places = []
    for number, line in enumerate(source.split("\n"), 1):
        for place, part in enumerate(line.split(SIGN)[:-1]):
            places.append((number, len(SIGN.join(line.split(SIGN)[: place + 1])) - place + 1))
            assert part is not None
    return places


def in_a_flow(steps: str, more: str = "") -> str:
    """A good file with these steps, written at the margin, in its first flow; four lines stand before them."""
    lines = "\n".join(f"      {line}" if line else "" for line in steps.strip("\n").split("\n"))
    other = "  two: {description: another, if: false, steps: [{say: Hi}]}"
    return f"flows:\n  one:\n    description: a flow\n    steps:\n{lines}\n{other}\n{more}"
