"""A picture as text that other programs draw: Mermaid, which many wikis and code hosts show, and Graphviz's DOT."""

from collections import Counter

import msgspec

from bot.pictures.boxes import boxes_of, figures_line
from bot.pictures.colours import COLOURS, DASHED, LINES, LOST
from bot.pictures.jumps import levels_of
from bot.pictures.measuring import ISOLATE, ISOLATED, MARK
from bot.pictures.picture import Card, Picture, Way
from bot.pictures.words import is_right_to_left

LONGEST_LINE = 60
END_OF_ALL = "ended"
MOST_COLUMNS = 12
MERMAID_LETTERS, MERMAID_LINES = 50_000, 500  # what Mermaid draws unless its host raises maxTextSize and maxEdges
FROM_THE_RIGHT = "\u2067"

# Mermaid's own names of characters that would end a label or be read as Markdown in it.
_MERMAID = str.maketrans({
    "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;", "*": "#42;", "_": "#95;",
    "\\": "#92;", ";": "#59;",
})  # fmt: skip
_DOT = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "&": "&amp;"})


def as_mermaid(picture: Picture) -> str:
    """A Mermaid flowchart: one node a card, the labels at the lines."""
    names = _names(picture)
    lines = ["---", f"title: {_quoted(_title(picture))}", "---", f"flowchart {_direction(picture)}"]
    for card in picture.cards:
        label = "<br/>".join(line.translate(_MERMAID) for line in _lines(card, picture.language))
        lines.append(f'  {names[card.id]}["{label}"]:::{"lost" if card.lost else card.sort}')
    if _ends(picture):
        lines.append(f'  {END_OF_ALL}(["{picture.ending.translate(_MERMAID)}"])')
    for card in picture.cards:
        for way in card.ways:
            arrow = "-.->" if way.how in DASHED else "-->"
            label = f'|"{_short(way.label, picture.language).translate(_MERMAID)}"|' if way.label else ""
            lines.append(f"  {names[card.id]} {arrow}{label} {_goal(way, names)}")
    for sort, (ground, ink, edge) in COLOURS.items():
        lines.append(f"  classDef {sort} fill:{ground},color:{ink},stroke:{edge}")
    lines.append(f"  classDef lost fill:#ffffff,color:{LOST},stroke:{LOST},stroke-dasharray:6 4")
    return "\n".join(lines) + "\n"


def is_too_much_for_mermaid(picture: Picture, drawn: str) -> bool:
    """Whether Mermaid as it comes refuses it."""
    return len(drawn) > MERMAID_LETTERS or sum(len(card.ways) for card in picture.cards) > MERMAID_LINES


def as_dot(picture: Picture) -> str:
    """A graph for Graphviz: one node a card, the labels at the lines."""
    names = _names(picture)
    lines = [
        "digraph flows {",
        f'  graph [rankdir={_direction(picture)}, label="{_title(picture).translate(_DOT)}", labelloc=t]',
        '  node [shape=box, style="rounded,filled", fontname="sans-serif", fontsize=11]',
        '  edge [fontname="sans-serif", fontsize=10]',
    ]
    for card in picture.cards:
        label = "\n".join(_lines(card, picture.language)).translate(_DOT)
        ground, ink, edge = COLOURS[card.sort]
        colours = f'fillcolor="{ground}", fontcolor="{ink}", color="{LOST if card.lost else edge}"'
        lines.append(f'  {names[card.id]} [label="{label}", {colours}]')
    if _ends(picture):
        lines.append(f'  {END_OF_ALL} [shape=oval, label="{picture.ending.translate(_DOT)}"]')
    for card in picture.cards:
        for way in card.ways:
            style = ", style=dashed" if way.how in DASHED else ""
            label = _short(way.label, picture.language).translate(_DOT)
            colour = LINES[way.how]
            lines.append(f'  {names[card.id]} -> {_goal(way, names)} [label="{label}", color="{colour}"{style}]')
    return "\n".join([*lines, "}"]) + "\n"


def _names(picture: Picture) -> dict[str, str]:
    """Names that mean nothing to the other program, whatever the steps are called."""
    return {card.id: f"n{number}" for number, card in enumerate(picture.cards)}


def _goal(way: Way, names: dict[str, str]) -> str:
    return END_OF_ALL if way.to is None else names[way.to]


def _ends(picture: Picture) -> bool:
    return any(way.to is None for card in picture.cards for way in card.ways)


def _direction(picture: Picture) -> str:
    """As one reads, or downwards where many follow one another."""
    levels = levels_of(boxes_of(msgspec.structs.replace(picture, joined=False)))
    in_columns = Counter(levels.values())
    if max(MOST_COLUMNS, *in_columns.values()) < len(in_columns):
        return "TB"
    return "RL" if is_right_to_left(picture.language) else "LR"


def _title(picture: Picture) -> str:
    title = f"{picture.title} · {picture.subtitle}" if picture.subtitle else picture.title
    return _undirected(title)


def _quoted(text: str) -> str:
    """As YAML takes any text."""
    return msgspec.json.encode(text).decode()


def _lines(card: Card, language: str) -> list[str]:
    lines = [card.heading, *card.text.splitlines(), *card.notes, figures_line(card, language)]
    return [_short(line, language) for line in lines if line.strip()]


def _short(line: str, language: str) -> str:
    """The line, cut where it is too long, in the direction of its language whatever the other program's is."""
    line = _undirected(line)
    line = line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1].rstrip() + MARK
    return f"{FROM_THE_RIGHT}{line}{ISOLATED}" if is_right_to_left(language) and not line.isascii() else line


def _undirected(text: str) -> str:
    """On one line, without the marks of directions, which other programs count and show."""
    return " ".join(text.replace(ISOLATE, "").replace(ISOLATED, "").split())
