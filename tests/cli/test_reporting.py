"""`switchboard report`."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.__main__ import main
from storage import agents
from storage.engines import make_engine
from tests.reports.stories import Story

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = ["--from", "2026-11-22", "--to", "2026-11-22"]
EVIL = '=HYPERLINK("http://x","y")'
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def world(database: str) -> str:
    """Three conversations of one day: two with agents of remarkable names, one that the bot finished."""
    engine = make_engine(database, 1, writes=True)
    with engine.begin() as connection:
        sara, evil = (
            agents.add(connection, name=name, role="agent", telegram_id=None, queues=["support"], now=NOON)
            for name in ("سارا احمدی", EVIL)
        )
        Story(connection, NOON, "1").queue("support").after(30).take(sara).reply().finish().rate(5).close()
        Story(connection, NOON, "2").queue("support").after(90).take(evil).reply().finish().rate(None).close()
        Story(connection, NOON, "3", channel="webchat").close(goal=True)
    engine.dispose()
    return database


def as_json(words: list[str], capsys: pytest.CaptureFixture[str]) -> Any:
    capsys.readouterr()
    assert main(["report", *words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def as_csv(words: list[str], capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    capsys.readouterr()
    assert main(["report", *words, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.usefixtures("world")
def test_figures_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *DAY]) == 0
    shown = {line.split("  ")[0].strip(): line for line in capsys.readouterr().out.splitlines()}
    assert shown["2026-11-22 to 2026-11-22 (UTC)"]
    assert "33% (1 of 3)" in shown["Contained"]
    assert "67% (2 of 3)" in shown["Handed off"]
    assert "mean 1:00 min, p50 1:00 min, p90 1:24 min (n 2)" in shown["First response"]
    assert "100% (21–100, n 1)" in shown["CSAT"]
    assert "50% (1 of 2)" in shown["CSAT answered"]
    assert "0% (0 of 2)" in shown["Abandoned"]
    assert "no data" in shown["… at once"]


@pytest.mark.usefixtures("world")
def test_groups_for_people_keep_names_in_their_direction(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *DAY, "--by", "agent"]) == 0
    shown = capsys.readouterr().out
    assert "\u2068سارا احمدی\u2069" in shown
    assert [line.split("  ")[0].strip() for line in shown.splitlines() if "no data" in line][-1:] == ["no agent"]


@pytest.mark.usefixtures("world")
def test_programs_get_every_figure_with_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    report = as_json([*DAY, "--by", "channel"], capsys)
    assert [(group["key"], group["figures"]["conversations"]["count"]) for group in report["groups"]] == [
        ("telegram", 2),
        ("webchat", 1),
    ]
    webchat = report["groups"][1]["figures"]
    assert webchat["first_response"] == {"n": 0, "p50": None, "p90": None, "mean": None}
    assert webchat["csat"] == {"part": 0, "of": 0, "percent": None, "low": None, "high": None}
    assert webchat["contained"]["percent"] == 100.0
    assert {metric["name"] for metric in report["metrics"]} == report["total"].keys()
    assert all(metric["formula"] and metric["version"] for metric in report["metrics"])


@pytest.mark.usefixtures("world")
def test_a_cell_with_nothing_to_say_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    _, webchat = as_csv([*DAY, "--by", "channel"], capsys)
    assert (webchat["csat_of"], webchat["csat_percent"], webchat["first_response_p50_seconds"]) == ("0", "", "")
    [whole] = as_csv(DAY, capsys)
    assert (whole["first_response_p50_seconds"], whole["contained_of"]) == ("60.0", "3")


@pytest.mark.usefixtures("world")
def test_a_name_cannot_become_a_formula(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", *DAY, "--by", "agent", "--format", "csv"]) == 0
    cells = [row[0] for row in csv.reader(io.StringIO(capsysbinary.readouterr().out.decode()))]
    assert f"'{EVIL}" in cells
    assert main(["report", *DAY, "--by", "agent", "--format", "xlsx"]) == 0
    with zipfile.ZipFile(io.BytesIO(capsysbinary.readouterr().out)) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert EVIL in [text.text for text in strings.iter(f"{CELL}t")]
    assert list(sheet.iter(f"{CELL}f")) == []
    assert len(list(sheet.iter(f"{CELL}row"))) == 4


@pytest.mark.usefixtures("world")
def test_days_may_be_named_in_the_business_s_own_calendar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SWITCHBOARD_BUSINESS__TIME_ZONE", "Asia/Tehran")
    monkeypatch.setenv("SWITCHBOARD_BUSINESS__CALENDAR", "jalali")
    for words in (["--from", "1405-09-01", "--to", "۱۴۰۵/۰۹/۰۲"], ["--from", "2026-11-22", "--to", "2026-11-23"]):
        report = as_json([*words, "--by", "day"], capsys)
        assert [(group["key"], group["first_day"]) for group in report["groups"]] == [
            ("1405-09-01", "2026-11-22"),
            ("1405-09-02", "2026-11-23"),
        ]
        assert report["groups"][0]["figures"]["conversations"]["count"] == 3
    assert [group["key"] for group in as_json([*words, "--by", "month"], capsys)["groups"]] == ["1405-09"]


@pytest.mark.usefixtures("database")
def test_without_dates_it_is_of_the_last_thirty_days(capsys: pytest.CaptureFixture[str]) -> None:
    report = as_json(["--by", "day"], capsys)
    assert len(report["groups"]) == 30
    assert report["groups"][-1]["key"] == report["to"]
    assert datetime.fromisoformat(report["to"]) - datetime.fromisoformat(report["from"]) == timedelta(days=29)


@pytest.mark.usefixtures("world")
def test_a_figure_opens_into_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = as_csv([*DAY, "--rows", "first_response"], capsys)
    assert (first["first_response"], second["first_response"]) == ("30.0", "90.0")
    assert (first["queues"], first["channel"], first["at"]) == ("support", "telegram", "2026-11-22T12:00:00+00:00")
    assert [row["contained"] for row in as_json([*DAY, "--rows", "contained"], capsys)] == [0, 0, 1]
    assert main(["report", *DAY, "--rows", "contained"]) == 0
    assert "webchat" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--from", "yesterday"], "--from 'yesterday' is no date: write it like 2026-11-22"),
        (["--to", "9999-12-31"], "--to '9999-12-31' is no date"),
        (["--from", "0001-01-01"], "--from '0001-01-01' is no date"),
        (["--to", "2026-02-30"], "--to '2026-02-30' is no date"),
        (["--from", "2026-11-23", "--to", "2026-11-22"], "--from 2026-11-23 is after --to 2026-11-22"),
        (["--rows", "abandond"], "'abandond' is no metric: did you mean 'abandoned'?"),
    ],
)
@pytest.mark.usefixtures("database")
def test_what_cannot_be_reported_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
