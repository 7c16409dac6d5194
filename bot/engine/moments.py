"""Moments as authors and programs write them, in ISO 8601."""

from datetime import date, datetime, time, timedelta

FIRST_HOUR = time(9)  # a day was named, but no hour


def moment_of(source: str, now: datetime) -> datetime | None:
    """A date, a time or both in ISO 8601, in the zone of `now`; a time alone is the next one, a date alone its 9:00."""
    text = source.strip()
    try:
        if len(text) > len("2026-03-21"):
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo is not None else moment.replace(tzinfo=now.tzinfo)
        if "-" in text or len(text) == len("20260321"):
            return datetime.combine(date.fromisoformat(text), FIRST_HOUR, now.tzinfo)
        today = datetime.combine(now.date(), time.fromisoformat(text), now.tzinfo)
    except ValueError:
        return None
    return today if today > now else today + timedelta(days=1)
