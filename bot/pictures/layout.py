"""Where boxes stand and how the lines between them run. Graphviz finds that out; nothing of it is drawn here."""

from collections.abc import Iterator

import msgspec
from pygraphviz import AGraph

from bot.content import Value
from bot.pictures.boxes import WIDTH, Box
from bot.pictures.picture import How

IN = "in"  # the port at which lines arrive; rows have ports of their own

Point = tuple[float, float]


class Place(Value, frozen=True, kw_only=True):
    """The upper left corner of a box."""

    x: float
    y: float


class Curve(Value, frozen=True, kw_only=True):
    """A line between boxes: cubic Bézier points, the first and every third after it on the line."""

    how: How
    points: tuple[Point, ...]


class Layout(Value, frozen=True, kw_only=True):
    """Pixels. `places` are by box."""

    width: float
    height: float
    places: dict[str, Place]
    curves: tuple[Curve, ...]


class _Item(msgspec.Struct):
    name: str
    pos: str = ""


class _Line(msgspec.Struct):
    pos: str
    comment: How


class _Drawn(msgspec.Struct):
    bb: str
    objects: list[_Item]
    edges: list[_Line] = []


def lay_out(boxes: tuple[Box, ...], *, mirrored: bool) -> Layout:
    """Boxes in columns in the direction in which one reads, from the left or, `mirrored`, from the right."""
    graph = AGraph(string=_graph(boxes, mirrored=mirrored))
    drawn = msgspec.json.decode(graph.draw(format="json0", prog="dot"), type=_Drawn)
    graph.close()
    _, _, width, height = map(float, drawn.bb.split(","))
    heights = {f"b{number}": box for number, box in enumerate(boxes)}
    places = {}
    for item in drawn.objects:
        box = heights[item.name]
        x, y = map(float, item.pos.split(","))
        places[box.id] = Place(x=x - WIDTH / 2, y=height - y - box.height / 2)
    curves = tuple(Curve(how=line.comment, points=_points(line.pos, height)) for line in drawn.edges)
    return Layout(width=width, height=height, places=places, curves=curves)


def _points(pos: str, height: float) -> tuple[Point, ...]:
    """Graphviz's spline, which counts upwards and names its end first; the last stretch to the tip is straight."""
    tip: Point | None = None
    points: list[Point] = []
    for part in pos.split():
        x, y = map(float, part.removeprefix("e,").split(","))
        if part.startswith("e,"):
            tip = (x, height - y)
        else:
            points.append((x, height - y))
    return (*points, points[-1], tip, tip) if tip is not None else tuple(points)


def _graph(boxes: tuple[Box, ...], *, mirrored: bool) -> str:
    names = {section.card.id: f"b{number}" for number, box in enumerate(boxes) for section in box.sections}
    direction = "RL" if mirrored else "LR"
    lines = [
        f"digraph {{ graph [rankdir={direction}, nodesep=0.35, ranksep=0.75, remincross=true, pad=0]",
        f'node [shape=plain, margin=0] edge [headport="{IN}:{"e" if mirrored else "w"}"]',
    ]
    lines += (f"{names[box.id]} [label=<{_table(box)}>]" for box in boxes)
    for box in boxes:
        lines.extend(_edges(box, names, "w" if mirrored else "e"))
    return "\n".join([*lines, "}"])


def _table(box: Box) -> str:
    """The box as Graphviz sees it: cells of fixed sizes with a port each, and no text, so that no font is asked for."""
    cells = []
    for number, section in enumerate(box.sections):
        ports = [IN if number == 0 else f"s{number}", *(f"s{number}r{row}" for row in range(len(section.rows)))]
        heights = [section.body, *(row.height for row in section.rows)]
        for port, height in zip(ports, heights, strict=True):
            size = f'FIXEDSIZE="TRUE" WIDTH="{WIDTH}" HEIGHT="{height}"'
            cells.append(f'<TR><TD PORT="{port}" {size}></TD></TR>')
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{"".join(cells)}</TABLE>'


def _edges(box: Box, names: dict[str, str], side: str) -> Iterator[str]:
    tail = names[box.id]
    last = len(box.sections) - 1
    for number, section in enumerate(box.sections):
        for row, each in enumerate(section.rows):
            if each.way.to is not None and not each.jump:
                yield f"{tail}:s{number}r{row}:{side} -> {names[each.way.to]} [comment={each.way.how}]"
    for way in box.out:
        if way.to is not None:
            port = IN if last == 0 else f"s{last}"
            yield f"{tail}:{port}:{side} -> {names[way.to]} [comment={way.how}]"
