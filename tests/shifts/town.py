"""A company with teams in three cities and at night: its desk, its flows, and when each queue is really open.

The opening hours stand here twice: as the desk's file says them, and as somebody with a wall calendar would.
"""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.content import Value

DESK = """
queues:
  cairo:
    default: true
    calendar: cairo
    distribution: longest_idle
    offer_seconds: 20
    max_wait: 20m
    silent_after: 4m
    service_level: {target: 0.8, within: 90s}
    dispositions: [solved, spam]
  tehran:
    calendar: tehran
    distribution: round_robin
    max_wait: 8m
    overflow: anywhere
    release_unanswered: 5m
    dispositions: [solved]
  berlin:
    calendar: berlin
    skills: [german]
    distribution: least_busy
    offer_seconds: 15
    max_wait: 30m
    max_waiting: 6
    tell_place_every: none
  known:
    calendar: berlin
    distribution: last_agent
    max_wait: 25m
    return_to_agent: 48h
  anywhere:
    distribution: manual
    return_to_agent: 24h
    max_wait: 40m
    service_level: {target: 0.7, within: 3m}
    release_unanswered: 4m
    dispositions: [solved, spam]
calendars:
  cairo:
    time_zone: Africa/Cairo
    weekly: {sun: &day ["09:00-13:00", "14:00-17:30"], mon: *day, tue: *day, wed: *day, thu: *day}
    holidays: {country: EG, also: [2026-10-20]}
  tehran:
    time_zone: Asia/Tehran
    weekly: {sat: &day ["08:30-12:30", "13:30-17:00"], sun: *day, mon: *day, tue: *day, wed: *day}
  berlin:
    time_zone: Europe/Berlin
    weekly: {mon: &day ["08:00-12:00", "12:30-18:00"], tue: *day, wed: *day, thu: *day, fri: *day, sat: ["20:00-04:00"]}
    holidays: {country: DE}
    closed: [{from: "2026-10-14T10:00", to: "2026-10-14T15:00", say: {en: Moving house.}}]
"""

HANDOFF = "  {name}: {{description: people, steps: [{{handoff: {queue}, next: END{more}}}]}}\n"
FLOWS = """
settings: {languages: [en], expires: 30m, survey_after: {handoff: csat}}
flows:
  main: {start: true, description: the door, steps: [{collect: word, ask: What now?}, {say: "{word}?"}]}
slots: {word: {type: text}}
surveys:
  csat: {kind: csat, ask: How did we do?, scale: 1-5, thanks: Thank you!}
""".replace(
    "slots:",
    "".join(
        HANDOFF.format(name=name, queue=queue, more=more)
        for name, queue, more in (
            ("cairo", "cairo", ""),
            ("urgent", "cairo", ", priority: 5"),
            ("tehran", "tehran", ""),
            ("technician", "tehran", ", skills: [repairs]"),
            ("berlin", "berlin", ""),
            ("known", "known", ""),
            ("anywhere", "anywhere", ""),
        )
    )
    + "slots:",
)


class Queue(Value, frozen=True, kw_only=True):
    """What the test expects of a queue. `hours` tells by wall-clock time whether it is open."""

    zone: ZoneInfo
    hours: Callable[[datetime], bool]
    offer_seconds: float = 30.0
    within: float = 60.0
    max_wait: float
    skills: frozenset[str] = frozenset()
    is_manual: bool = False
    has_dispositions: bool = False
    max_waiting: int | None = None
    overflow: str | None = None

    def is_open(self, moment: datetime) -> bool:
        return self.hours(moment.astimezone(self.zone))


def _between(now: datetime, *spans: tuple[str, str]) -> bool:
    return any(time.fromisoformat(start) <= now.time() < time.fromisoformat(end) for start, end in spans)


def _cairo(now: datetime) -> bool:
    is_free = now.strftime("%a") in ("Fri", "Sat") or now.date() in (date(2026, 10, 8), date(2026, 10, 20))
    return not is_free and _between(now, ("09:00", "13:00"), ("14:00", "17:30"))


def _tehran(now: datetime) -> bool:
    return now.strftime("%a") not in ("Thu", "Fri") and _between(now, ("08:30", "12:30"), ("13:30", "17:00"))


def _berlin(now: datetime) -> bool:
    if now.date() == date(2026, 10, 14) and _between(now, ("10:00", "15:00")):
        return False
    if now.strftime("%a") == "Sat":  # the 3rd is a holiday
        return now.date() != date(2026, 10, 3) and now.hour >= 20
    if now.strftime("%a") == "Sun":
        return now.date() != date(2026, 10, 4) and now.hour < 4
    return _between(now, ("08:00", "12:00"), ("12:30", "18:00"))


CAIRO, TEHRAN, BERLIN = ZoneInfo("Africa/Cairo"), ZoneInfo("Asia/Tehran"), ZoneInfo("Europe/Berlin")
QUEUES = {
    "cairo": Queue(zone=CAIRO, hours=_cairo, offer_seconds=20, within=90, max_wait=1200, has_dispositions=True),
    "tehran": Queue(zone=TEHRAN, hours=_tehran, max_wait=480, has_dispositions=True, overflow="anywhere"),
    "berlin": Queue(
        zone=BERLIN, hours=_berlin, offer_seconds=15, max_wait=1800, skills=frozenset({"german"}), max_waiting=6
    ),
    "known": Queue(zone=BERLIN, hours=_berlin, max_wait=1500),
    "anywhere": Queue(
        zone=BERLIN, hours=lambda now: True, within=180, max_wait=2400, is_manual=True, has_dispositions=True
    ),
}
