"""What customers and agents really do, through the whole service, is what the report counts."""

from bot.content import Content, RichText
from bot.reports.figures import Count, Figure, Share, Spread
from bot.reports.periods import BusinessCalendar, Period
from bot.reports.report import make_report, read_of
from bot.settings import Business
from tests.service.shop import START, Shop, TestClock

CALENDAR = BusinessCalendar(Business())
FLOWS = """
settings: {queue: support, survey_after: {handoff: csat}}
flows:
  main:
    start: true
    description: What the shop does
    steps:
      - menu: How can we help?
        options: [{label: Talk to a person, then: [{handoff: support}]}]
surveys:
  csat: {kind: csat, ask: How did we do?}
"""
HELLO = Content(text=RichText(text="Hello, this is Sara."))


async def asks_for_a_person(shop: Shop, address: str) -> str:
    """The hand-off of a customer who asks at once."""
    taken = await shop.hears(address, START)
    await shop.hears(address, "Talk to a person")
    return f"{taken.conversation}.h1"


async def test_a_day_at_the_desk(database_url: str) -> None:
    clock = TestClock()
    shop = Shop(database_url, clock=clock)
    await shop.publish(FLOWS)
    sara = await shop.add_agent("Sara")
    began = CALENDAR.day_of(clock.now())

    served = await asks_for_a_person(shop, "served")
    clock.pass_by(40)
    await shop.handoffs.take(served, sara, "1")
    await shop.handoffs.reply(served, sara, "2", HELLO, "d1")
    clock.pass_by(200)
    await shop.handoffs.close(served, sara, "3", disposition="solved")
    await shop.hears("served", "5")

    await asks_for_a_person(shop, "impatient")
    clock.pass_by(90)
    await shop.hears("impatient", "cancel")
    await shop.hears("impatient", "Back to the menu")
    await shop.hears("talker", START)

    period = Period(first=began, last=CALENDAR.day_of(clock.now()))
    facts = await read_of(shop.database, CALENDAR, period, "agent")
    await shop.close()
    report = make_report(facts, CALENDAR, period, "agent")
    of_sara = next(group.figures for group in report.groups if group.title == "Sara")
    assert report.total["conversations"] == Count(count=3)
    assert parts(report.total["handed_off"]) == (2, 3)
    assert parts(report.total["abandoned"]) == (1, 2)
    assert parts(of_sara["csat"]) == (1, 1)
    first, handled = report.total["first_response"], of_sara["handling_time"]
    assert isinstance(first, Spread)
    assert isinstance(handled, Spread)
    assert (first.n, handled.n) == (1, 1)
    assert first.mean is not None
    assert handled.mean is not None
    assert 40 <= first.mean < 200 <= handled.mean


def parts(figure: Figure) -> tuple[int, int]:
    assert isinstance(figure, Share)
    return figure.part, figure.of
