"""Ways told by a number in place of a line, where lines would be a tangle; and long menus beside what they lead to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set

import msgspec

from bot.engine.formats import shown
from bot.pictures.boxes import CHOICE, MOST_NOTES, NOTE_HEIGHT, PADDING, WIDTH, Box, Row, Section, row_of
from bot.pictures.measuring import wrapped
from bot.pictures.picture import Way
from bot.pictures.words import is_right_to_left

MOST_ARRIVALS = 12  # more lines than these at one box can't be told apart
MANY_ROWS = 8
APART = 26  # what Graphviz leaves between two boxes of a column, and one

Pair = tuple[str, str]
"""From which box to which."""


def pairs_of(boxes: tuple[Box, ...]) -> tuple[Pair, ...]:
    """What leads where, each once, in reading order."""
    return tuple(dict.fromkeys((box.id, way.to) for box in boxes for way in _ways(box) if way.to is not None))


def _ways(box: Box) -> Iterator[Way]:
    for section in box.sections:
        yield from (row.way for row in section.rows)
    yield from box.out


def levels_of(boxes: tuple[Box, ...]) -> dict[str, int]:
    """How many ways each box is from where one begins; of those to which nothing leads the first begins anew."""
    following: dict[str, list[str]] = {box.id: [] for box in boxes}
    for source, to in pairs_of(boxes):
        following[source].append(to)
    arrived_at = {to for source, to in pairs_of(boxes) if source != to}
    beginnings = [boxes[0].id, *(box.id for box in boxes if box.id not in arrived_at), *following]
    levels: dict[str, int] = {}
    for beginning in beginnings:
        waiting = [] if beginning in levels else [beginning]
        levels.setdefault(beginning, 0)
        for box in waiting:
            fresh = [to for to in dict.fromkeys(following[box]) if to not in levels]
            levels |= dict.fromkeys(fresh, levels[box] + 1)
            waiting += fresh
    return levels


def crowded(boxes: tuple[Box, ...], levels: Mapping[str, int]) -> frozenset[Pair]:
    """Of many pairs that lead to one box all but the nearest."""
    arriving: dict[str, list[str]] = {}
    for source, to in pairs_of(boxes):
        arriving.setdefault(to, []).append(source)
    return frozenset(
        (source, to)
        for to, sources in arriving.items()
        if len(sources) > MOST_ARRIVALS
        for source in sorted(sources, key=levels.__getitem__)[1:]
    )


def marked(boxes: tuple[Box, ...], jumps: Set[Pair], language: str) -> tuple[Box, ...]:
    """The boxes with these ways told by the number of the box where they go."""
    reached = {to for _, to in jumps}
    goals = [box.id for box in boxes if box.id in reached]
    marks = {goal: str(shown(number, "number", language)) for number, goal in enumerate(goals, 1)}
    going: dict[str, dict[str | None, str]] = {box.id: {} for box in boxes}
    for source, to in jumps:
        going[source][to] = marks[to]
    return tuple(_marked(box, going[box.id], marks, language) for box in boxes)


def jump_to(goal: str, language: str) -> str:
    """What is written for a jump to the box of that mark, or to the boxes of several."""
    return f"{'←' if is_right_to_left(language) else '→'} {goal}"


def _marked(box: Box, jumps: Mapping[str | None, str], marks: Mapping[str, str], language: str) -> Box:
    in_rows = {to: jump_to(mark, language) for to, mark in jumps.items()}
    sections = [_with_jumps(section, in_rows) for section in box.sections]
    goals = [jumps[way.to] for way in box.out if way.to in jumps]
    if goals:
        lines = wrapped(jump_to(" · ".join(goals), language), CHOICE, WIDTH - 2 * PADDING, MOST_NOTES)
        body = sections[-1].body + len(lines) * NOTE_HEIGHT
        sections[-1] = msgspec.structs.replace(sections[-1], jumps=lines, body=body)
    out = tuple(way for way in box.out if way.to not in jumps)
    return msgspec.structs.replace(box, sections=tuple(sections), out=out, mark=marks.get(box.id, ""))


def _with_jumps(section: Section, jumps: Mapping[str | None, str]) -> Section:
    rows = tuple(row_of(row.way, jumps[row.way.to]) if row.way.to in jumps else row for row in section.rows)
    return msgspec.structs.replace(section, rows=rows)


def stretched(boxes: tuple[Box, ...]) -> tuple[Box, ...]:
    """Long menus with each choice as high as the box to which it alone leads, so that both stand side by side."""
    arriving = Counter(way.to for box in boxes for way in _ways(box))
    alone = {to for to, times in arriving.items() if times == 1}
    done: dict[str, Box] = {}
    for box in reversed(boxes):  # what a menu leads to stands behind it
        heights: dict[str | None, int] = {to: done[to].height + APART for to in alone if to in done}
        sections = tuple(_stretched(section, heights) for section in box.sections)
        done[box.id] = msgspec.structs.replace(box, sections=sections)
    return tuple(done[box.id] for box in boxes)


def _stretched(section: Section, heights: Mapping[str | None, int]) -> Section:
    if len(section.rows) <= MANY_ROWS:
        return section
    return msgspec.structs.replace(section, rows=tuple(_row(row, heights) for row in section.rows))


def _row(row: Row, heights: Mapping[str | None, int]) -> Row:
    return row if row.jump else msgspec.structs.replace(row, height=max(row.height, heights.get(row.way.to, 0)))
