"""What the colours and lines of a picture mean: only those that it has."""

from collections.abc import Iterator

from bot.content import Value
from bot.pictures.boxes import CHOICE, Box
from bot.pictures.colours import COLOURS
from bot.pictures.jumps import jump_to
from bot.pictures.measuring import width_of
from bot.pictures.picture import How, Picture, Sort
from bot.pictures.words import word

LEGEND_HEIGHT = 48
SAMPLE_AND_GAPS = 54
EXPLAINED: tuple[How, ...] = ("trouble", "call", "link")


class Key(Value, frozen=True, kw_only=True):
    """A sample, of a kind of card or of line or of a `jump`, and what it means."""

    word: str
    sort: Sort | None = None
    how: How | None = None
    jump: str = ""

    @property
    def width(self) -> float:
        """Of sample, word and the gap to the next one."""
        return width_of(self.word, CHOICE) + SAMPLE_AND_GAPS


def keys_of(picture: Picture, boxes: tuple[Box, ...]) -> tuple[Key, ...]:
    """The legend of the picture."""
    return tuple(_keys(picture, boxes))


def _keys(picture: Picture, boxes: tuple[Box, ...]) -> Iterator[Key]:
    sorts = {card.sort for card in picture.cards}
    hows = {way.how for card in picture.cards for way in card.ways}
    yield from (Key(word=word(f"sort_{sort}", picture.language), sort=sort) for sort in COLOURS if sort in sorts)
    yield from (Key(word=word(f"how_{how}", picture.language), how=how) for how in EXPLAINED if how in hows)
    jumps = [jump_to(box.mark, picture.language) for box in boxes if box.mark]
    yield from (Key(word=word("goes_on_at", picture.language), jump=jump) for jump in jumps[:1])
