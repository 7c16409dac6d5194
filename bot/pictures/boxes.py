"""Cards made ready to be placed: their lines broken, their heights known, those that follow one another in one box."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from bot.content import Value
from bot.pictures.measuring import wrapped
from bot.pictures.picture import Card, Picture, Way
from bot.pictures.words import word

WIDTH = 264  # all in pixels, and whole: Graphviz reads no others
PADDING = 12
HEADING, TEXT, NOTE, CHOICE = 11, 13, 11, 12  # sizes of letters
BOLD = 1.1  # how much wider
HEADING_HEIGHT, LINE_HEIGHT, NOTE_HEIGHT = 22, 18, 16
FIGURES_HEIGHT = 22
GAP = 10
ENDING_WIDTH, ENDING_HEIGHT = 96, 18  # what the mark of an end takes of its row, or adds to a box
MOST_LINES, MOST_NOTES, MOST_WAY_LINES = 6, 4, 2


class Row(Value, frozen=True, kw_only=True):
    """A way out with a label, at the foot of a section. A `jump` tells the mark of its goal, in place of a line."""

    way: Way
    lines: tuple[str, ...]
    height: int
    jump: str = ""


class Section(Value, frozen=True, kw_only=True):
    """One card in a box. `body` is the height of what stands above the rows; the `jumps` do, too."""

    card: Card
    heading: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    body: int
    jumps: tuple[str, ...] = ()

    @property
    def height(self) -> int:
        """With the rows."""
        return self.body + sum(row.height for row in self.rows)


class Box(Value, frozen=True, kw_only=True):
    """Cards below one another. `out` is where the last one goes on without a label; `mark` is what jumps name it by."""

    id: str
    sections: tuple[Section, ...]
    out: tuple[Way, ...]
    mark: str = ""

    @property
    def height(self) -> int:
        """Of all sections."""
        return sum(section.height for section in self.sections)


def boxes_of(picture: Picture) -> tuple[Box, ...]:
    """The picture's cards, each in one box."""
    cards = {card.id: card for card in picture.cards}
    followers = _followers(picture) if picture.joined else {}
    following = set(followers.values())
    heads = [card for card in picture.cards if card.id not in following]
    boxes = []
    for head in heads:
        chain = [head]
        while chain[-1].id in followers:
            chain.append(cards[followers[chain[-1].id]])
        boxes.append(_box(chain, picture.language))
    return tuple(boxes)


def _followers(picture: Picture) -> dict[str, str]:
    """Which card simply follows which, and nothing else leads to it. A circle has a head of its own."""
    arriving = Counter(way.to for card in picture.cards for way in card.ways)
    followers = {
        card.id: card.ways[0].to
        for card in picture.cards
        if card.sort != "start"
        and len(card.ways) == 1
        and not card.ways[0].label
        and card.ways[0].to is not None
        and arriving[card.ways[0].to] == 1
    }
    for card in picture.cards:
        if _comes_round(card.id, followers):
            del followers[card.id]
    return followers


def _comes_round(card: str, followers: dict[str, str]) -> bool:
    at = followers.get(card)
    while at is not None and at != card:
        at = followers.get(at)
    return at == card


def _box(chain: list[Card], language: str) -> Box:
    out = tuple(way for way in chain[-1].ways if not way.label)
    sections = [_section(card, language) for card in chain]
    if any(way.to is None for way in out):
        sections[-1] = msgspec.structs.replace(sections[-1], body=sections[-1].body + ENDING_HEIGHT)
    return Box(id=chain[0].id, sections=tuple(sections), out=out)


def _section(card: Card, language: str) -> Section:
    inner = WIDTH - 2 * PADDING
    lines = wrapped(card.text, TEXT, inner, MOST_LINES)
    notes = tuple(_notes(card, inner))
    rows = tuple(row_of(way) for way in card.ways if way.label)
    body = HEADING_HEIGHT + len(lines) * LINE_HEIGHT + len(notes) * NOTE_HEIGHT + GAP
    body += FIGURES_HEIGHT if card.figures is not None else 0
    heading = "".join(wrapped(card.heading, HEADING * BOLD, inner, 1))
    return Section(card=card, heading=heading, lines=lines, notes=notes, rows=rows, body=body)


def _notes(card: Card, width: int) -> Iterator[str]:
    for note in card.notes:
        yield from wrapped(note, NOTE, width, MOST_NOTES)


def row_of(way: Way, jump: str = "") -> Row:
    """The row, with room for the mark of an end or of a jump."""
    room = 0 if way.to and not jump else ENDING_WIDTH
    lines = wrapped(way.label, CHOICE, WIDTH - 2 * PADDING - room, MOST_WAY_LINES)
    return Row(way=way, lines=lines, height=len(lines) * NOTE_HEIGHT + GAP, jump=jump)


def share_of(card: Card) -> int | None:
    """Percent of those who reached the card and ended there; none when nobody reached it."""
    figures = card.figures
    return round(100 * figures.ended / figures.reached) if figures is not None and figures.reached else None


def figures_line(card: Card, language: str) -> str:
    """How many reached the card and how many of them ended there."""
    figures, share = card.figures, share_of(card)
    if figures is None:
        return ""
    reached = word("reached", language, reached=figures.reached)
    if share is None:
        return reached
    return f"{reached} – {word('ended', language, ended=figures.ended, share=share)}"
