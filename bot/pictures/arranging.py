"""Boxes on a page: in one drawing or, where that would be too wide to be looked at, in bands below one another."""

from collections.abc import Iterable, Sequence

import msgspec

from bot.pictures.boxes import WIDTH, Box
from bot.pictures.jumps import crowded, levels_of, marked, pairs_of, stretched
from bot.pictures.layout import Curve, Layout, Place, lay_out
from bot.pictures.words import is_right_to_left

WIDEST = 4_000  # pixels
COLUMN = WIDTH + 60
BETWEEN_BANDS = 64
MOST_IN_ONE_DRAWING = 100  # boxes; Graphviz takes minutes for more that lead to each other in every way


def arrange(boxes: tuple[Box, ...], language: str) -> tuple[tuple[Box, ...], Layout]:
    """The boxes as they are drawn, and where. A way that would cross the bands becomes a jump."""
    mirrored, levels = is_right_to_left(language), levels_of(boxes)
    tangled = crowded(boxes, levels)
    if len(boxes) <= MOST_IN_ONE_DRAWING:
        whole = stretched(marked(boxes, tangled, language))
        layout = lay_out(whole, mirrored=mirrored)
        if layout.width <= WIDEST:
            return whole, layout
    columns = WIDEST // COLUMN
    apart = {
        (source, to) for source, to in pairs_of(boxes) if levels[to] != levels[source] + 1 or levels[to] % columns == 0
    }
    pieces = stretched(marked(boxes, tangled | apart, language))
    bands = [
        tuple(box for box in pieces if levels[box.id] // columns == band)
        for band in range(max(levels.values()) // columns + 1)
    ]
    return pieces, _below_one_another([lay_out(band, mirrored=mirrored) for band in bands], mirrored=mirrored)


def _below_one_another(bands: Sequence[Layout], *, mirrored: bool) -> Layout:
    """Each begins at the side where reading begins."""
    width = max(band.width for band in bands)
    places: dict[str, Place] = {}
    curves: list[Curve] = []
    top = 0.0
    for band in bands:
        left = width - band.width if mirrored else 0.0
        places |= {name: Place(x=place.x + left, y=place.y + top) for name, place in band.places.items()}
        curves += _moved(band.curves, left, top)
        top += band.height + BETWEEN_BANDS
    return Layout(width=width, height=top - BETWEEN_BANDS, places=places, curves=tuple(curves))


def _moved(curves: Iterable[Curve], left: float, top: float) -> list[Curve]:
    return [
        msgspec.structs.replace(curve, points=tuple((x + left, y + top) for x, y in curve.points)) for curve in curves
    ]
