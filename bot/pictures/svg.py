"""A picture as SVG, which every browser shows: no scripts, no fonts of its own, nothing to fetch."""

import re
import unicodedata
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.pictures.arranging import arrange
from bot.pictures.boxes import (
    BOLD,
    CHOICE,
    ENDING_HEIGHT,
    FIGURES_HEIGHT,
    HEADING,
    HEADING_HEIGHT,
    LINE_HEIGHT,
    NOTE,
    NOTE_HEIGHT,
    PADDING,
    TEXT,
    WIDTH,
    Box,
    Row,
    Section,
    boxes_of,
    figures_line,
    share_of,
)
from bot.pictures.colours import COLOURS, DASHED, END, FAINT, HAIRLINE, INK, LINES, LOST, PAPER
from bot.pictures.layout import Curve, Layout, Place, Point
from bot.pictures.legend import LEGEND_HEIGHT, Key, keys_of
from bot.pictures.measuring import ISOLATE, ISOLATED, width_of
from bot.pictures.picture import Picture
from bot.pictures.words import is_right_to_left

FONTS = "Vazirmatn, 'Segoe UI', system-ui, Roboto, 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif"
MARGIN, TITLE_HEIGHT = 32, 64
TITLE = 22
LEAST_WIDTH = 560
RADIUS = 8
_ISOLATES = re.compile(f"{ISOLATE}[^{ISOLATED}]*{ISOLATED}")
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def as_svg(picture: Picture) -> str:
    """The picture as one SVG document."""
    mirrored = is_right_to_left(picture.language)
    boxes, layout = arrange(boxes_of(picture), picture.language)
    return _Drawing(picture, boxes, layout, mirrored=mirrored).document()


class _Drawing:
    """Draws one picture, element by element."""

    def __init__(self, picture: Picture, boxes: tuple[Box, ...], layout: Layout, *, mirrored: bool) -> None:
        self.picture = picture
        self.boxes = boxes
        self.layout = layout
        self.mirrored = mirrored
        self.keys = keys_of(picture, boxes)
        above = max(width_of(picture.title, TITLE) * BOLD, width_of(picture.subtitle, CHOICE))
        widest = max(layout.width, LEAST_WIDTH, above, sum(key.width for key in self.keys))
        self.width = round(widest + 2 * MARGIN)
        self.height = round(layout.height + 2 * MARGIN + TITLE_HEIGHT + LEGEND_HEIGHT)
        self.svg = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {self.width} {self.height}",
                "width": str(self.width),
                "height": str(self.height),
                "font-family": FONTS,
                "lang": picture.language,
            },
        )

    def document(self) -> str:
        """All of it."""
        SubElement(self.svg, "title").text = self.picture.title
        _rectangle(self.svg, 0, 0, self.width, self.height, fill=PAPER)
        self._markers()
        start = self.width - MARGIN if self.mirrored else MARGIN
        self._text(self.svg, self.picture.title, start, MARGIN + 18, TITLE, INK, weight="700")
        self._text(self.svg, self.picture.subtitle, start, MARGIN + 40, CHOICE, FAINT)
        left = (self.width - self.layout.width - MARGIN) if self.mirrored else MARGIN
        drawing = SubElement(self.svg, "g", {"transform": f"translate({_number(left)} {MARGIN + TITLE_HEIGHT})"})
        for box in self.boxes:
            self._box(drawing, box, self.layout.places[box.id])
        for curve in self.layout.curves:
            _curve(drawing, curve)
        self._legend()
        indent(self.svg, " ")
        return tostring(self.svg, encoding="unicode") + "\n"

    # Boxes

    def _box(self, within: Element, box: Box, place: Place) -> None:
        group = SubElement(within, "g", {"transform": f"translate({_number(place.x)} {_number(place.y)})"})
        _rectangle(group, 0, 0, WIDTH, box.height, fill=PAPER, rx=RADIUS)
        top = 0
        for number, section in enumerate(box.sections):
            self._section(group, section, top, box.mark, is_first=number == 0)
            top += section.height
        first = box.sections[0].card
        lost = any(section.card.lost for section in box.sections)
        edge = LOST if lost else COLOURS[first.sort].edge
        dashes = {"stroke-dasharray": "6 4"} if lost else {}
        _rectangle(group, 0, 0, WIDTH, box.height, fill="none", rx=RADIUS, stroke=edge, **dashes)
        if any(way.to is None for way in box.out):
            self._ending(group, box.height - ENDING_HEIGHT - 5)

    def _section(self, group: Element, section: Section, top: int, mark: str, *, is_first: bool) -> None:
        card = section.card
        colour = COLOURS[card.sort]
        if is_first:
            corners = f"V{RADIUS}Q0 0 {RADIUS} 0H{WIDTH - RADIUS}Q{WIDTH} 0 {WIDTH} {RADIUS}V{HEADING_HEIGHT}"
            SubElement(group, "path", {"d": f"M0 {HEADING_HEIGHT}{corners}Z", "fill": colour.ground})
        else:
            _rectangle(group, 0, top, WIDTH, HEADING_HEIGHT, fill=colour.ground)
        self._line(group, section.heading, top + 15, HEADING, colour.ink, weight="600")
        if is_first and mark:
            self._opposite(group, mark, top + 15, HEADING, colour.ink)
        at = top + HEADING_HEIGHT + 16
        direction = self._direction(card.text)
        for line in section.lines:
            self._line(group, line, at, TEXT, INK, direction=direction)
            at += LINE_HEIGHT
        for note in section.notes:
            self._line(group, note, at - 2, NOTE, FAINT)
            at += NOTE_HEIGHT
        for line in section.jumps:
            self._line(group, line, at - 2, CHOICE, INK, weight="700")
            at += NOTE_HEIGHT
        if card.figures is not None:
            self._figures(group, section, top + section.body - FIGURES_HEIGHT)
        at = top + section.body
        for row in section.rows:
            self._row(group, row, at)
            at += row.height

    def _figures(self, group: Element, section: Section, top: int) -> None:
        share = share_of(section.card)
        line = figures_line(section.card, self.picture.language)
        self._line(group, line, top + 8, NOTE, INK, weight="600")
        _rectangle(group, PADDING, top + 14, WIDTH - 2 * PADDING, 4, fill=HAIRLINE, rx=2)
        if share:
            width = round((WIDTH - 2 * PADDING) * share / 100)
            left = WIDTH - PADDING - width if self.mirrored else PADDING
            _rectangle(group, left, top + 14, width, 4, fill=LOST, rx=2)

    def _row(self, group: Element, row: Row, top: int) -> None:
        SubElement(group, "path", {"d": f"M0 {top}H{WIDTH}", "stroke": HAIRLINE})
        ink = LINES[row.way.how] if row.way.how in ("trouble", "condition") else INK
        direction = self._direction(row.way.label)
        first = top + (row.height - (len(row.lines) - 1) * NOTE_HEIGHT) // 2 + 4
        for number, line in enumerate(row.lines):
            self._line(group, line, first + number * NOTE_HEIGHT, CHOICE, ink, direction=direction)
        if row.way.to is None:
            self._ending(group, top + (row.height - ENDING_HEIGHT) // 2)
        if row.jump:
            self._opposite(group, row.jump, top + row.height // 2 + 4, CHOICE, INK)

    def _ending(self, group: Element, top: int) -> None:
        """The mark of a way that ends here."""
        width = round(width_of(self.picture.ending, NOTE)) + 24
        left = 8 if self.mirrored else WIDTH - 8 - width
        _rectangle(group, left, top, width, ENDING_HEIGHT, fill=END, rx=9)
        middle = left + width / 2
        self._text(group, f"■ {self.picture.ending}", middle, top + 13, NOTE, PAPER, anchor="middle")

    # Words

    def _opposite(self, group: Element, text: str, top: int, size: int, ink: str) -> None:
        """A word in a box, at the side where reading ends."""
        middle = PADDING + width_of(text, size) * BOLD / 2
        at = middle if self.mirrored else WIDTH - middle
        self._text(group, text, at, top, size, ink, anchor="middle", weight="700")

    def _line(self, group: Element, text: str, top: int, size: int, ink: str, **more: str) -> None:
        """A line in a box, at the side where reading begins."""
        self._text(group, text, WIDTH - PADDING if self.mirrored else PADDING, top, size, ink, **more)

    def _text(
        self,
        within: Element,
        text: str,
        x: float,
        y: float,
        size: int,
        ink: str,
        *,
        anchor: str = "",
        weight: str = "",
        direction: str = "",
    ) -> None:
        """A text in its own direction, at the side where the picture's language begins a line."""
        direction = direction or self._direction(text)
        start = "end" if self.mirrored != (direction == "rtl") else "start"
        attributes = {"x": _number(x), "y": _number(y), "font-size": str(size), "fill": ink}
        attributes |= {"direction": direction} if direction == "rtl" else {}
        side = anchor or start
        attributes |= {"text-anchor": side} if side != "start" else {}
        attributes |= {"font-weight": weight} if weight else {}
        SubElement(within, "text", attributes).text = _printable(text)

    def _direction(self, text: str) -> str:
        """That of the text's first letter, else of the picture. What is isolated in it has a direction of its own."""
        for letter in _ISOLATES.sub("", text):
            direction = _STRONG.get(unicodedata.bidirectional(letter))
            if direction is not None:
                return direction
        return "rtl" if self.mirrored else "ltr"

    # Around it

    def _legend(self) -> None:
        top = self.height - LEGEND_HEIGHT - MARGIN + 24
        at = float(MARGIN)
        for key in self.keys:
            left = self.width - at - key.width if self.mirrored else at
            self._key(key, left, top)
            at += key.width

    def _key(self, key: Key, left: float, top: int) -> None:
        sample = left + key.width - 30 if self.mirrored else left
        if key.sort is not None:
            colour = COLOURS[key.sort]
            _rectangle(self.svg, sample, top, 22, 14, fill=colour.ground, stroke=colour.edge, rx=3)
        elif key.how is not None:
            ends = ((sample, top + 7), (sample + 22, top + 7))
            if self.mirrored:
                ends = (ends[1], ends[0])
            _curve(self.svg, Curve(how=key.how, points=(ends[0], ends[0], ends[1], ends[1])))
        else:
            self._text(self.svg, key.jump, sample + 11, top + 11, CHOICE, INK, anchor="middle", weight="700")
        start = left + key.width - 38 if self.mirrored else left + 30
        self._text(self.svg, key.word, start, top + 11, CHOICE, INK)

    def _markers(self) -> None:
        """The tips of the lines, in each colour."""
        definitions = SubElement(self.svg, "defs")
        for ink in dict.fromkeys(LINES.values()):
            tip = {
                "id": f"tip{ink[1:]}",
                "viewBox": "0 0 10 10",
                "refX": "9",
                "refY": "5",
                "markerWidth": "8",
                "markerHeight": "8",
                "orient": "auto",
                "markerUnits": "userSpaceOnUse",
            }
            marker = SubElement(definitions, "marker", tip)
            SubElement(marker, "path", {"d": "M0 0L10 5L0 10Z", "fill": ink})


def _curve(within: Element, curve: Curve) -> None:
    ink = LINES[curve.how]
    first, *rest = curve.points
    steps = [" ".join(_pair(point) for point in rest[place : place + 3]) for place in range(0, len(rest), 3)]
    attributes = {
        "d": f"M{_pair(first)}" + "".join(f"C{step}" for step in steps),
        "fill": "none",
        "stroke": ink,
        "stroke-width": "1.5",
        "marker-end": f"url(#tip{ink[1:]})",
    }
    attributes |= {"stroke-dasharray": "5 4"} if curve.how in DASHED else {}
    SubElement(within, "path", attributes)


def _rectangle(
    within: Element, x: float, y: float, width: float, height: float, *, rx: int = 0, fill: str, **more: str
) -> None:
    sizes = {"x": x, "y": y, "width": width, "height": height, **({"rx": rx} if rx else {})}
    SubElement(within, "rect", {**{name: _number(size) for name, size in sizes.items()}, "fill": fill, **more})


def _pair(point: Point) -> str:
    return f"{_number(point[0])},{_number(point[1])}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _printable(text: str) -> str:
    """Without the signs that no XML may hold."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)
