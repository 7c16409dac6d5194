"""The colours of the pictures: dark letters on light ground, so that all of it can be read, on paper too."""

from typing import NamedTuple

from bot.pictures.picture import How, Sort


class Colour(NamedTuple):
    """`ground` of a heading, its `ink` (both give a contrast of 7:1 or more), and the `edge` of the card."""

    ground: str
    ink: str
    edge: str


COLOURS: dict[Sort, Colour] = {
    "start": Colour("#1e293b", "#ffffff", "#1e293b"),
    "talk": Colour("#e2e8f0", "#1e293b", "#94a3b8"),
    "question": Colour("#dbeafe", "#1e3a8a", "#60a5fa"),
    "work": Colour("#ede9fe", "#4c1d95", "#a78bfa"),
    "people": Colour("#ffedd5", "#7c2d12", "#fb923c"),
    "rating": Colour("#fef9c3", "#713f12", "#eab308"),
    "flow": Colour("#ccfbf1", "#134e4a", "#2dd4bf"),
}
LINES: dict[How, str] = {
    "next": "#475569",
    "choice": "#2563eb",
    "condition": "#7c3aed",
    "trouble": "#dc2626",
    "call": "#475569",
    "link": "#0d9488",
}
DASHED: frozenset[How] = frozenset({"trouble", "link"})
INK, FAINT, PAPER, HAIRLINE, LOST, END = "#0f172a", "#475569", "#ffffff", "#e2e8f0", "#dc2626", "#334155"
