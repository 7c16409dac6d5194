"""The calendars of the desk's file: weekly hours, holidays and closures."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.desk.hours import WEEKDAYS, Calendar, Closure, Holidays, Span, Weekday, public_holidays
from bot.problems import did_you_mean
from bot.yaml_fields import LANGUAGE_CODE, Fields, NodeProblems, mappings_in, word_of
from bot.yaml_nodes import Mapping, Node, Scalar

CALENDAR_KEYS = frozenset({"time_zone", "weekly", "holidays", "closed"})
DAY = 1440  # minutes
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})\Z")
_ANY_YEAR = 2026  # to learn whether a country is known


def read_calendar(name: str, node: Node, found: NodeProblems, time_zone: str) -> Calendar:
    """One calendar; `{}` is always open."""
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the calendar '{name}'", "a mapping; {} is always open")
        return Calendar(name=name, time_zone=time_zone)
    fields = Fields(node, found, "a calendar")
    fields.only(CALENDAR_KEYS)
    return Calendar(
        name=name,
        time_zone=_read_time_zone(fields) or time_zone,
        weekly=_read_weekly(fields),
        holidays=_read_holidays(fields),
        closed=_read_closures(fields),
    )


def _read_time_zone(fields: Fields[NodeProblems]) -> str | None:
    zone = fields.word("time_zone")
    if zone is None:
        return None
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hint = did_you_mean(zone, available_timezones()) or "write a name such as Asia/Tehran"
        where = fields.node.entries["time_zone"].value
        fields.found.error(where, "unknown-time-zone", f"'{zone}' is not a time zone", hint)
        return None
    return zone


def _read_weekly(fields: Fields[NodeProblems]) -> dict[Weekday, tuple[Span, ...]] | None:
    node = fields.mapping("weekly")
    if node is None:
        return None
    inner = Fields(node, fields.found, "'weekly'")
    inner.only(WEEKDAYS)
    return {day: _read_day(inner, day) for day in WEEKDAYS if inner.given(day)}


def _read_day(fields: Fields[NodeProblems], day: Weekday) -> tuple[Span, ...]:
    spans: list[Span] = []
    for word, scalar in fields.words(day):
        span = _span_of(word)
        if span is None:
            hint = "write hours such as 08:30-17:00, or 00:00-24:00 for the whole day"
            fields.found.error(scalar, "wrong-type", f"'{word}' is not a span of hours", hint)
        elif any(span.start < other.end and other.start < span.end for other in spans):
            fields.found.error(scalar, "conflict", f"'{word}' overlaps the span before it")
        else:
            spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.start))


def _span_of(text: str) -> Span | None:
    match = _SPAN.match(text)
    if match is None:
        return None
    hours, minutes, to_hours, to_minutes = (int(part) for part in match.groups())
    start, end = hours * 60 + minutes, to_hours * 60 + to_minutes
    if minutes > 59 or to_minutes > 59 or start >= DAY or end > DAY or start == end:
        return None
    return Span(start=start, end=end if end > start else end + DAY)


def _read_holidays(fields: Fields[NodeProblems]) -> Holidays:
    node = fields.mapping("holidays")
    if node is None:
        return Holidays()
    inner = Fields(node, fields.found, "'holidays'")
    inner.only({"country", "region", "also", "except"})
    country, region = inner.word("country"), inner.word("region")
    if region is not None and country is None:
        fields.found.error(node.entries["region"].key, "missing-key", "'region' needs its 'country'")
        region = None
    if country is not None and not _is_known(country, region):
        key = "region" if region is not None and _is_known(country, None) else "country"
        where = node.entries[key].value
        hint = "write the code of ISO 3166, such as IR, AE, DE" if key == "country" else None
        fields.found.error(where, "unknown-country", f"nobody knows the holidays of '{region or country}'", hint)
        country = region = None
    return Holidays(country=country, region=region, also=_read_dates(inner, "also"), but=_read_dates(inner, "except"))


def _is_known(country: str, region: str | None) -> bool:
    try:
        public_holidays(country, region, _ANY_YEAR)
    except (NotImplementedError, AttributeError, KeyError):
        return False
    return True


def _read_dates(fields: Fields[NodeProblems], key: str) -> frozenset[date]:
    days = set()
    for word, scalar in fields.words(key):
        try:
            days.add(date.fromisoformat(word))
        except ValueError:
            fields.found.error(scalar, "wrong-type", f"'{word}' is not a day", "write it as 2026-03-20")
    return frozenset(days)


def _read_closures(fields: Fields[NodeProblems]) -> tuple[Closure, ...]:
    closures = []
    for item in mappings_in(fields.listing("closed"), fields.found, "a closure"):
        inner = Fields(item, fields.found, "a closure")
        inner.only({"from", "to", "say"})
        start, end = _read_moment(inner, "from"), _read_moment(inner, "to")
        say = inner.get("say")
        texts = by_language(say, fields.found, "'say'") if say is not None else {}
        if start is None or end is None:
            continue
        if start >= end:
            fields.found.error(item.entries["to"].value, "out-of-range", "'to' should come after 'from'")
            continue
        closures.append(Closure(start=start, end=end, say=texts))
    return tuple(closures)


def _read_moment(fields: Fields[NodeProblems], key: str) -> datetime | None:
    node = fields.required(key)
    word = word_of(node, fields.found, f"'{key}'") if node is not None else None
    if word is None or not isinstance(node, Scalar):
        return None
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        hint = "write it as 2026-12-01T12:00, in the calendar's own time"
        fields.found.error(node, "wrong-type", f"'{key}' is '{word}', which is not a moment", hint)
        return None
    return moment


def by_language(node: Node, found: NodeProblems, what: str) -> dict[str, str]:
    """A text for every language (`*`), or texts by language."""
    if not isinstance(node, Mapping):
        text = word_of(node, found, what)
        return {"*": text} if text is not None else {}
    texts = {}
    for language, entry in node.entries.items():
        if not LANGUAGE_CODE.match(language):
            found.error(entry.key, "unknown-language", f"'{language}' is not a language code, such as 'en' or 'fa'")
        text = word_of(entry.value, found, f"{what} in '{language}'")
        if text is not None:
            texts[language] = text
    return texts
