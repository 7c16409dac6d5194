"""The language is changed amid a question for several files."""

import pytest

from bot.content import Attachment
from bot.events import SlotsSet
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
settings: {languages: [en, fa]}
slots: {photos: {type: list}}
flows:
  f:
    start: true
    description: photos
    steps:
      - {collect: photos, ask: {en: Photos?, fa: عکس‌ها؟}, files: {max: 3}}
      - {say: {en: Thanks, fa: سپاس}, next: END}
"""


def photo(number: int) -> Attachment:
    return Attachment(kind="photo", file=f"telegram:{number}")


@pytest.mark.parametrize("named", [True, False])
def test_files_that_came_already_count(named: bool) -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    customer.sends(photo(1))
    if named:
        asked = customer.commands("language", "fa")
    else:
        customer.commands("language")
        customer.commands("language")  # asked twice
        asked = customer.taps("فارسی")
    assert asked[-1] == "رسید. یکی دیگر بفرستید یا «تمام شد» را بزنید."
    customer.sends(photo(2))
    customer.taps("تمام شد")
    assert customer.seen()[0] == "سپاس"
    [kept] = customer.happened(SlotsSet)
    assert isinstance(kept, SlotsSet)
    assert kept.values == {"photos": [{"file": f"telegram:{number}", "kind": "photo"} for number in (1, 2)]}


def test_where_none_came_the_question_is_asked_anew() -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    assert customer.commands("language", "fa")[-1] == "عکس‌ها؟"
