"""A customer on a telephone walks from the language to the rating, taps twice, taps old buttons, and is understood."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.botapi.server import BotApiServer
from tests.channels.telegram.served import Shop

FLOWS = """
settings: {languages: [en, fa], queue: support, survey_after: {self_service: nps}}
slots: {wish: {type: text}}
flows:
  main:
    start: true
    description: asks, notes, ends
    steps:
      - noop: true
        next:
          - if: customer.language is null
            then: [{language: ask, next: top}]
          - else: top
      - id: top
        menu: {en: "How can we help?", fa: "چه کمکی؟"}
        options:
          - {label: {en: Note a wish, fa: آرزو}, value: note, then: [{call: note, next: top}]}
          - {label: {en: Done, fa: تمام}, value: done, then: END}
  note:
    description: one wish
    if: False
    steps:
      - {collect: wish, ask: {en: "Which wish?", fa: "چه آرزویی؟"}}
      - say: {en: "Noted: {wish}", fa: "ثبت شد: {wish}"}
surveys:
  nps:
    kind: nps
    ask: {en: "Would you recommend us?", fa: "ما را پیشنهاد می‌کنید؟"}
    scale: 0-10
    comment: {if: score < 3, ask: {en: "Why not?", fa: "چرا نه؟"}}
    thanks: {en: "Thank you!", fa: "سپاس!"}
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[BotApiServer]:
    async with BotApiServer() as running, AsyncExitStack() as stack:
        await Shop(tmp_path, running, FLOWS).open(stack)
        yield running
        await stack.aclose()
        assert running.violations == []


async def test_from_the_language_to_the_rating(server: BotApiServer) -> None:
    sara = server.customer(100, "Sara *x*", language_code="fa")
    await sara.start()
    await sara.wait_for("لطفاً زبان خود را انتخاب کنید", button="English")
    await sara.tap("English")
    first = await sara.wait_for("How can we help?", button="Note a wish")
    await sara.tap("Note a wish", times=2)
    await sara.wait_for("Which wish?")
    await sara.say("<b>*peace*</b> {wish}")
    await sara.wait_for("Noted: <b>*peace*</b> {wish}")
    await sara.wait_for("How can we help?", button="Done")
    await sara.tap("Done")
    survey = await sara.wait_for("Would you recommend us?", button="10")
    assert [len(row) for row in survey.buttons] == [6, 5]
    await sara.tap("2")
    await sara.wait_for("Why not?")
    await sara.say("too many stairs")
    await sara.wait_for("Thank you!")
    await sara.say("hello")
    await sara.wait_until(lambda seen: "How can we help?" in seen[-1].text and bool(seen[-1].labels))
    assert first.text == "How can we help?"
    await server.all_delivered()
    assert [seen.text for seen in sara.screen()].count("Which wish?") == 1, "a double tap is one answer"
