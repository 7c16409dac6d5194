"""Surveys: what is asked, on which scale, and when a word more is welcome."""

import re
from typing import Literal, cast

from bot.engine.flow import Survey, SurveyComment, Text
from bot.engine.reading.findings import Findings
from bot.engine.reading.values import read_condition, read_seconds, read_text, read_texts
from bot.yaml_fields import Fields, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar

SURVEY_KEYS = frozenset({"kind", "ask", "scale", "labels", "comment", "thanks", "once_per", "expires", "on_low"})
SCALES = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
LABELS = ("stars", "emoji", "numbers")
MAX_SCORES = 11  # as NPS has
_SCALE = re.compile(r"(\d{1,2})\s*[-–]\s*(\d{1,2})\Z")


def read_surveys(entries: dict[str, Entry], found: Findings) -> dict[str, Survey]:
    """All surveys, as far as they can be read."""
    surveys = {}
    for name, entry in entries.items():
        found.marks["survey", name] = entry.key.mark
        surveys[name] = _read_survey(name, entry.value, found) or Survey(name=name, ask=Text())
    return surveys


def _read_survey(name: str, node: Node, found: Findings) -> Survey | None:
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the survey '{name}'", "a mapping")
        return None
    fields = Fields(node, found, "a survey")
    fields.only(SURVEY_KEYS)
    kind = fields.choice("kind", (*SCALES, "custom"), "csat")
    ask_node = fields.required("ask")
    ask = read_text(ask_node, found, "'ask'") if ask_node is not None else None
    lowest, highest = _read_scale(fields, kind)
    thanks, once_per, expires = fields.get("thanks"), fields.get("once_per"), fields.get("expires")
    low_at_most, low_department = _read_on_low(fields, lowest, highest)
    return Survey(
        name=name,
        ask=ask or Text(),
        kind=cast(Literal["csat", "nps", "ces", "custom"], kind),
        lowest=lowest,
        highest=highest,
        labels=_read_labels(fields, kind, highest - lowest + 1),
        comment=_read_comment(fields),
        thanks=read_text(thanks, found, "'thanks'") if thanks is not None else None,
        once_per_seconds=read_seconds(once_per, found, "'once_per'") if once_per is not None else None,
        expires_seconds=(read_seconds(expires, found, "'expires'") if expires is not None else None) or 86_400.0,
        low_at_most=low_at_most,
        low_department=low_department,
    )


def _read_scale(fields: Fields[Findings], kind: str) -> tuple[int, int]:
    node = fields.get("scale")
    usual = SCALES.get(kind, (1, 5))
    if node is None:
        if kind == "custom":
            fields.required("scale")
        return usual
    match = _SCALE.match(node.text) if isinstance(node, Scalar) else None
    if match is None:
        fields.found.wrong_type(node, "'scale'", "the lowest and the highest score, such as 1-5")
        return usual
    lowest, highest = int(match.group(1)), int(match.group(2))
    if not lowest < highest < lowest + MAX_SCORES:
        message = (
            f"'scale' is {node.text if isinstance(node, Scalar) else ''}, but should have 2 to {MAX_SCORES} scores"
        )
        fields.found.error(node, "out-of-range", message)
        return usual
    if kind in SCALES and (lowest, highest) != usual:
        message = (
            f"{kind} is asked on a scale of {usual[0]}-{usual[1]}, or its numbers can't be compared with anybody's"
        )
        fields.found.error(node, "out-of-range", message, "use 'kind: custom' for a scale of your own")
    return lowest, highest


def _read_labels(
    fields: Fields[Findings], kind: str, scores: int
) -> Literal["stars", "emoji", "numbers"] | tuple[Text, ...]:
    node = fields.get("labels")
    if not isinstance(node, Listing):
        return cast(Literal["stars", "emoji", "numbers"], fields.choice("labels", LABELS, "numbers"))
    if len(node.items) != scores:
        message = f"there are {len(node.items)} labels for {scores} scores"
        hint = "give one for each score, the lowest first"
        other = ", or choose 'kind: custom', which has a 'scale' of your own" if kind in SCALES else ""
        fields.found.error(node, "out-of-range", message, hint + other)
    return read_texts(node, fields.found, "a label", "label")


def _read_comment(fields: Fields[Findings]) -> SurveyComment | None:
    node = fields.mapping("comment")
    if node is None:
        return None
    inner = Fields(node, fields.found, "'comment'")
    inner.only({"if", "ask"})
    ask_node, condition = inner.required("ask"), inner.get("if")
    ask = read_text(ask_node, fields.found, "'ask'") if ask_node is not None else None
    source = read_condition(condition, fields.found, "'if'", frozenset({"score"})) if condition is not None else None
    return SurveyComment(ask=ask, condition=source) if ask is not None else None


def _read_on_low(fields: Fields[Findings], lowest: int, highest: int) -> tuple[int | None, str | None]:
    node = fields.mapping("on_low")
    if node is None:
        return None, None
    inner = Fields(node, fields.found, "'on_low'")
    inner.only({"at_most", "ticket"})
    at_most = inner.whole("at_most", lowest, highest) if inner.required("at_most") is not None else None
    ticket = inner.required("ticket")
    department = word_of(ticket, fields.found, "'ticket'") if ticket is not None else None
    if department is not None and ticket is not None:
        fields.found.use("department", department, ticket.mark, "'ticket' names")
    return at_most, department
