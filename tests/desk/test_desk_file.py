"""The desk's file: what it gives, and every mistake at its place."""

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.desk.desk_file import Department, Queue, read_desk
from bot.desk.hours import Closure, Holidays, Span
from bot.problems import as_text

SHIPPED = Path(__file__).parents[2] / "config" / "desk.yaml"
SIGN = "§"
QUEUE = "queues: {a: {default: true}}\n"
FULL = """
queues:
  a:
    default: true
    calendar: office
    skills: [fa]
    priority: 5
    distribution: longest_idle
    offer_seconds: 20
    return_to_agent: 24h
    service_level: {target: 0.9, within: 2m, next: 5m, warn_at: 0.75}
    release_unanswered: 15m
    max_wait: 10m
    tell_place_every: 90s
    silent_after: 5m
    max_waiting: 7
    overflow: b
    dispositions: [solved]
    callbacks: {tries: 2, again_after: 1h}
  b:
    {overflow: null, max_wait: none, release_unanswered: null, service_level: {next: null}, tell_place_every: none,
     silent_after: null}
calendars:
  office:
    time_zone: Asia/Tehran
    weekly: {sat: ["08:30-12:30", "13:30-17:00"], sun: "8:00–24:00", thu: ["22:00-02:00"], fri: []}
    holidays: {country: IR, also: [2026-03-20], except: [2026-03-21]}
    closed: [{from: 2026-12-01T12:00, to: 2026-12-01 18:00, say: {en: Moving., fa: جابجایی}}]
departments: {complaints: {name: {en: Complaints}, due: 3d, chat: -1001}, ideas: {name: Ideas}}
canned: {hello: {en: Hello}, bye: Bye}
"""


def test_the_shipped_file_is_good_and_has_a_default_queue_that_is_always_open() -> None:
    reading = read_desk("desk.yaml", SHIPPED.read_bytes())
    assert as_text(reading.problems) == ""
    assert reading.desk is not None
    assert reading.desk.default_queue == "support"
    assert reading.desk.calendar_of("support").weekly is None


def test_everything_that_a_queue_can_say() -> None:
    desk = read_desk("desk.yaml", FULL).desk
    assert desk is not None
    assert desk.queues["a"] == Queue(
        name="a",
        default=True,
        calendar="office",
        skills=("fa",),
        priority=5,
        distribution="longest_idle",
        offer_seconds=20,
        return_to_agent_seconds=86400.0,
        target=0.9,
        within_seconds=120.0,
        next_seconds=300.0,
        warn_at=0.75,
        release_unanswered_seconds=900.0,
        max_wait_seconds=600.0,
        tell_place_every_seconds=90.0,
        silent_after_seconds=300.0,
        max_waiting=7,
        overflow="b",
        dispositions=("solved",),
        call_tries=2,
        call_again_seconds=3600.0,
    )
    assert desk.queues["b"] == Queue(name="b", release_unanswered_seconds=None, tell_place_every_seconds=None)


def test_everything_else_that_a_desk_can_say() -> None:
    desk = read_desk("desk.yaml", FULL).desk
    assert desk is not None
    office = desk.calendar_of("a")
    assert office.weekly == {
        "sat": (Span(start=510, end=750), Span(start=810, end=1020)),
        "sun": (Span(start=480, end=1440),),
        "thu": (Span(start=1320, end=1560),),
        "fri": (),
    }
    assert office.holidays == Holidays(
        country="IR", also=frozenset({date(2026, 3, 20)}), but=frozenset({date(2026, 3, 21)})
    )
    assert office.closed == (
        Closure(
            start=datetime.fromisoformat("2026-12-01T12:00"),
            end=datetime.fromisoformat("2026-12-01T18:00"),
            say={"en": "Moving.", "fa": "جابجایی"},
        ),
    )
    assert desk.departments["complaints"] == Department(
        name="complaints", title={"en": "Complaints"}, due_seconds=259_200.0, chat=-1001
    )
    assert desk.canned == {"hello": {"en": "Hello"}, "bye": {"*": "Bye"}}


def test_calendars_without_a_zone_take_the_shops() -> None:
    desk = read_desk("desk.yaml", QUEUE + "calendars: {c: {}}", "Asia/Dubai").desk
    assert desk is not None
    assert {calendar.time_zone for calendar in desk.calendars.values()} == {"Asia/Dubai"}


MISTAKES = [
    ("unknown-key", QUEUE + "§calender: {}", "'calendars'?"),
    ("unknown-key", "queues: {a: {default: true, §calender: always}}", "'calendar'?"),
    ("wrong-type", "queues: {a: {default: §yes}}", "true and false only"),
    ("unknown-calendar", "queues: {a: {default: true, calendar: §offise}}\ncalendars: {office: {}}", "'office'?"),
    ("unknown-value", "queues: {a: {default: true, distribution: §round_robbin}}", "'round_robin'?"),
    ("out-of-range", "queues: {a: {default: true, service_level: {target: §80}}}", "0.8 for 80 %"),
    ("out-of-range", "queues: {a: {default: true, service_level: {warn_at: §0}}}", "is a share"),
    ("wrong-type", "queues: {a: {default: true, service_level: {next: §5}}}", "such as 5s"),
    ("unknown-key", "queues: {a: {default: true, service_level: {§first: 60s}}}", "there are: next"),
    ("wrong-type", "queues: {a: {default: true, release_unanswered: §never}}", "such as 5s"),
    ("wrong-type", "queues: {a: {default: true, max_wait: §30}}", "such as 5s"),
    ("out-of-range", "queues: {a: {default: true, tell_place_every: §29s}}", "30 seconds or more"),
    ("out-of-range", "queues: {a: {default: true, silent_after: §30s}}", "60 seconds or more"),
    ("wrong-type", "queues: {a: {default: true, silent_after: §5}}", "such as 5s"),
    ("unknown-queue", "queues: {a: {default: true, overflow: §c}}", None),
    ("endless-loop", "queues: {a: {default: true, overflow: §a}}", "in a circle"),
    ("two-defaults", "queues: {a: {default: true}, §b: {default: true}}", "'a' is"),
    ("no-default", "queues: {§a: {}, b: {}}", "add 'default: true'"),
    ("no-default", "§calendars: {}", "there is no queue"),
    ("wrong-type", "§[]", "a mapping"),
    ("wrong-type", QUEUE + "calendars: {c: §}".replace("§", "§[]"), "{} is always open"),
    ("unknown-time-zone", QUEUE + "calendars: {c: {time_zone: §Asia/Teheran}}", "'Asia/Tehran'?"),
    ("unknown-time-zone", QUEUE + "calendars: {c: {time_zone: §../etc/passwd}}", None),
    ("unknown-key", QUEUE + "calendars: {c: {weekly: {§sunday: []}}}", "there are: fri"),
    ("wrong-type", QUEUE + "calendars: {c: {weekly: {sun: [§'8-17']}}}", "08:30-17:00"),
    ("wrong-type", QUEUE + "calendars: {c: {weekly: {sun: [§'08:00-25:00']}}}", None),
    ("wrong-type", QUEUE + "calendars: {c: {weekly: {sun: [§'00:00-00:00']}}}", "00:00-24:00"),
    ("conflict", QUEUE + "calendars: {c: {weekly: {sun: ['08:00-12:00', §'11:00-13:00']}}}", "overlaps"),
    ("unknown-country", QUEUE + "calendars: {c: {holidays: {country: §XX}}}", "ISO 3166"),
    ("unknown-country", QUEUE + "calendars: {c: {holidays: {country: DE, region: §XX}}}", "holidays of 'XX'"),
    ("missing-key", QUEUE + "calendars: {c: {holidays: {§region: BY}}}", "needs its 'country'"),
    ("wrong-type", QUEUE + "calendars: {c: {holidays: {also: [§2026-02-30]}}}", "2026-03-20"),
    ("wrong-type", QUEUE + "calendars: {c: {closed: [{from: §today, to: 2026-01-01}]}}", "2026-12-01T12:00"),
    ("wrong-type", QUEUE + "calendars: {c: {closed: [{from: §2026-01-01T00:00Z, to: 2026-01-02}]}}", "own time"),
    ("out-of-range", QUEUE + "calendars: {c: {closed: [{from: 2026-01-02, to: §2026-01-01}]}}", "after 'from'"),
    ("missing-key", QUEUE + "calendars: {c: {closed: [§{from: 2026-01-02}]}}", "lacks 'to'"),
    ("unknown-language", QUEUE + "canned: {hello: {§english: Hello}}", "language code"),
    ("unknown-variable", QUEUE + "canned: {hello: {en: 'Hi §{custmer.name}'}}", "did you mean 'customer.name'?"),
    ("unknown-variable", QUEUE + "canned: {hello: '{slots.order} §{ number }'}", "not a variable"),
    ("wrong-type", QUEUE + "departments: {d: {due: §3}}", None),
    ("wrong-type", QUEUE + "departments: {d: {chat: §complaints}}", "a whole number"),
    ("out-of-range", QUEUE + "departments: {d: {chat: §0}}", "no chat's number"),
    ("unknown-key", "queues: {a: {default: true, callbacks: {§retries: 3}}}", "'tries'?"),
    ("out-of-range", "queues: {a: {default: true, callbacks: {tries: §0}}}", "from 1 to 20"),
    ("out-of-range", "queues: {a: {default: true, callbacks: {again_after: §none}}}", "let 'tries' be 1"),
    ("yaml", "queues: {a: {§", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "source", "words"), MISTAKES)
def test_a_mistake_is_told_at_its_place(code: str, source: str, words: str | None) -> None:
    lines = source.split("\n")
    line = next(number for number, text in enumerate(lines) if SIGN in text)
    reading = read_desk("desk.yaml", source.replace(SIGN, ""))
    assert reading.desk is None
    told = [(each.line, each.column, each.code) for each in reading.problems]
    assert told == [(line + 1, lines[line].index(SIGN) + 1, code)], as_text(reading.problems)
    assert words is None or words in str(reading.problems[0])


def test_names_are_known_although_something_is_broken() -> None:
    names = read_desk("desk.yaml", QUEUE + "calendars: {c: {time_zone: Nowhere}}").names
    assert names is not None
    assert (names.queues, names.calendars) == (frozenset({"a"}), frozenset({"c", "always"}))
    assert read_desk("desk.yaml", "queues: [").names is None


def test_a_file_that_is_no_desk_at_all_names_nothing_that_flows_could_miss() -> None:
    assert read_desk("desk.yaml", "- a\n").names is None
    assert read_desk("desk.yaml", "").names is None


def test_more_queues_than_any_house_has_are_refused_at_once() -> None:
    queues = {f"q{place}": {"overflow": f"q{(place + 1) % 10_000}", "calendar": f"c{place}"} for place in range(10_000)}
    problems = read_desk("desk.yaml", json.dumps({"queues": queues})).problems
    assert [problem.code for problem in problems if problem.severity == "error"][:1] == ["too-many"]
