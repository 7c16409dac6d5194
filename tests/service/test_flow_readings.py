"""Readings that are kept: the same as read anew, and never a reason to fail."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.desk.desk_file import DeskNames
from bot.engine.flow import flow_set_to_json
from bot.engine.reader import Reading, read_flows
from bot.service import flow_readings
from bot.service.flow_files import gather
from bot.service.flow_readings import KEPT, read_or_recall, usual_shelf

SHOP = Path(__file__).parents[2] / "flows"
FILES = {"f.yaml": b"flows: {a: {description: d, steps: [{say: Hi}, {handoff: support}]}}"}
DESK = DeskNames(queues=frozenset({"support"}))


class Readings:
    """Reads as the reader does, and counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, shelf: Path) -> None:
        self.shelf = shelf
        self.made = 0
        self.read_flows = read_flows
        monkeypatch.setattr(flow_readings, "read_flows", self.counted)

    def counted(self, files: Mapping[str, str | bytes], desk: DeskNames | None) -> Reading:
        self.made += 1
        return self.read_flows(files, desk)

    def of(self, files: Mapping[str, bytes] = FILES, desk: DeskNames | None = DESK) -> Reading:
        return read_or_recall(files, desk, self.shelf)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Readings:
    return Readings(monkeypatch, tmp_path / "deep" / "shelf")


def test_what_is_recalled_is_what_was_read(readings: Readings) -> None:
    files = gather(SHOP)
    all_three = readings.of(files, None), readings.of(files, None), read_or_recall(files, None, None)
    assert readings.made == 2
    assert all(reading == all_three[0] for reading in all_three)
    assert len({flow_set_to_json(reading.flow_set) for reading in all_three if reading.flow_set is not None}) == 1


def test_whatever_the_reading_hangs_on_makes_it_another(readings: Readings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert readings.of().problems == readings.of().problems == ()
    assert readings.made == 1
    assert readings.of(desk=DeskNames()).problems
    assert readings.of(desk=None).problems == ()
    readings.of({"g.yaml": FILES["f.yaml"]})
    readings.of({"f.yaml": FILES["f.yaml"] + b"\n"})
    assert readings.made == 5
    monkeypatch.setattr(flow_readings, "version", lambda name: "another")
    readings.of()
    assert readings.made == 6


def test_a_damaged_reading_is_made_anew(readings: Readings) -> None:
    first = readings.of()
    (kept,) = readings.shelf.iterdir()
    whole = kept.read_bytes()
    for damaged in (b"", whole[:40], whole[:-1], whole[:50] + b"x" + whole[51:], b"\xff" * 100):
        kept.write_bytes(damaged)
        assert readings.of() == first
        assert kept.read_bytes() == whole
    kept.unlink()
    kept.mkdir()
    assert readings.of() == first


def test_a_shelf_that_cannot_be_used_only_costs_time(readings: Readings) -> None:
    readings.shelf.parent.write_bytes(b"no folder")
    assert readings.of() == readings.of()
    assert readings.made == 2


def test_the_shelf_holds_what_was_used_last(readings: Readings) -> None:
    for number in range(KEPT + 4):
        readings.of()
        readings.of({**FILES, "more.yaml": f"# {number}".encode()})
    assert len(list(readings.shelf.iterdir())) == KEPT
    readings.of()
    assert readings.made == 1 + KEPT + 4


def test_the_usual_shelf_is_among_the_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert usual_shelf() == tmp_path / "switchboard" / "flows"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert usual_shelf() == tmp_path / ".cache" / "switchboard" / "flows"
