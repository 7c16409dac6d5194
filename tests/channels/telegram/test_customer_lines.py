"""What agents read about a customer, in a language that runs from right to left and in one that does not."""

from datetime import UTC, datetime

from bot.channels.direction import FIRST_STRONG_ISOLATE as FSI
from bot.channels.direction import POP_ISOLATE as PDI
from bot.channels.direction import RIGHT_TO_LEFT_MARK as RLM
from bot.channels.telegram.desk.customer_lines import customer_text, known_lines, tags_text
from bot.desk_outgoing import KnownCustomer, PastContact
from bot.service.desk.customer_cards import CustomerCard, OpenCall, OpenCase, Reached

PHONE = "+989121234567"
KNOWN = KnownCustomer(
    tags=("VIP", "عمده"),
    past=(
        PastContact(
            number=1031,
            channel="telegram",
            opened_at="2026-03-21T10:00:00+04:00",
            outcome="handed_off",
            agent_name="Sara",
            disposition="follow_up",
            score=4,
            out_of=5,
        ),
        PastContact(number=1029, channel="webchat", opened_at="2026-03-11T10:00:00+04:00", outcome="contained"),
    ),
    past_count=12,
    callbacks=(PHONE,),
    tickets=(17, 21),
    same_phone=(44, 52),
    returns_to="Sara",
    returns_from=1031,
)


def lines(language: str) -> list[str]:
    return "".join(piece.text for piece in known_lines(KNOWN, language)).strip("\n").split("\n")


def test_a_card_says_what_was_before_in_a_few_lines() -> None:
    assert lines("en") == [
        "↩️ Back: Sara is asked first, as in conversation 1031",
        f"🏷 Tags: VIP · {FSI}عمده{PDI}",
        f"📞 To be called: {PHONE}",
        "📋 Open tickets: 17 · 21",
        "☎️ Same phone number as in conversation 44, 52. The same person? /join 52",
        "Earlier conversations (12):",
        "1031 · March 21, 2026 · Telegram: with Sara, follow up, ★ 4/5",
        "1029 · March 11, 2026 · web chat: with the bot",
    ]
    assert list(known_lines(KnownCustomer(), "en")) == []


def test_from_right_to_left_each_line_begins_so_and_what_is_not_ours_stays_in_its_own_direction() -> None:
    shown = lines("fa")
    assert all(line.startswith(RLM) for line in shown)
    assert shown[2] == f"{RLM}📞 منتظر تماس: {FSI}{PHONE}{PDI}"
    assert shown[6].endswith(f"با {FSI}Sara{PDI}، {FSI}follow up{PDI}، {FSI}★ ۴/۵{PDI}")
    assert f"{FSI}/join 52{PDI}" in shown[4]


def test_the_whole_card_names_channels_numbers_and_what_is_open() -> None:
    card = CustomerCard(
        name="مریم",
        reached=(
            Reached(channel="telegram", name="مریم", username="maryam", is_blocked=True),
            Reached(channel="webchat", name="مریم", username=None, is_blocked=False),
        ),
        language="fa",
        phone=PHONE,
        known_since=datetime(2026, 1, 3, tzinfo=UTC),
        wants_no_follow_ups=True,
        calls=(OpenCall(phone=PHONE, queue="support", due_at=None),),
        cases=(OpenCase(number=17, department="complaints", title="A broken\ncup", due_at=None),),
        known=KnownCustomer(),
    )
    assert customer_text(card, "en").text.split("\n") == [
        f"👤 {FSI}مریم{PDI}",
        "Writes from: Telegram @maryam (blocked the bot) · web chat",
        "Language: فارسی",
        f"Phone: {PHONE}",
        "Known since: January 3, 2026",
        "Does not want us to write first",
        "📞 To be called:",
        f"{PHONE} · support · As soon as possible",
        "📋 Open tickets:",
        "17 · A broken cup · complaints",
    ]


def test_tags_are_told_in_one_line() -> None:
    assert tags_text((), "en") == "No tags."
    assert tags_text(("VIP",), "fa") == f"برچسب‌ها: {FSI}VIP{PDI}"
