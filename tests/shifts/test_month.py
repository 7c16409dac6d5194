"""A month at the desk: nobody is forgotten, everybody is asked in their turn, and the reports say what happened.

That nobody absent is asked, nobody has more than they can, nobody is overtaken and nobody waits while somebody is free
is looked at whenever anything changes: see `truth`.
"""

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from storage import engines
from storage.reporting import read_facts
from tests.shifts.customers import Customers
from tests.shifts.judging import (
    check_everybody_came_to_an_end,
    check_fairness,
    check_figures,
    check_legs,
    check_nobody_waits_longer_than_allowed,
    check_ratings,
)
from tests.shifts.month import Month
from tests.shifts.people import Staff

DEEP = bool(os.environ.get("DEEP_TESTS"))
FIRST, DAYS = date(2026, 10, 1), 31  # clocks change in Berlin on the 25th and in Cairo on the 30th
BEGINS, ENDS = datetime(2026, 9, 30, 18, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
MORE = 0.7 if DEEP else 0.1
SEEDS = range(int(os.environ.get("SWITCHBOARD_MONTHS", "3" if DEEP else "1")))
EQUALS = ("Amal", "Basma", "Camal")


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_month_adds_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setitem(engines.SQLITE_SETTINGS, "synchronous", "OFF")  # what is lost with the power is not looked at
    month = Month(f"sqlite:///{tmp_path}/month.db", BEGINS, seed)
    await month.open()
    staff, customers = Staff(month), Customers(month)
    await staff.hire()
    staff.work(FIRST, DAYS + 2)
    customers.come(FIRST, DAYS, MORE)
    await month.pass_until(ENDS)
    truth, database = month.truth, month.shop.database
    check_everybody_came_to_an_end(truth)
    check_nobody_waits_longer_than_allowed(truth)
    await database.read(lambda connection: check_legs(connection, truth))
    facts = await database.read(lambda connection: read_facts(connection, BEGINS, ENDS, with_flows=False))
    check_figures(facts, truth)
    check_ratings(facts, truth)
    check_fairness(truth, EQUALS, bound=1.25 if DEEP else 1.6)
    states = {story.now.state for story in truth.stories.values()}
    assert states == {"closed", "abandoned", "called_back", "refused"}
    await month.shop.close(1)
