"""What stands on a hand-off's card, its buttons and the pages of a history, whatever people wrote."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.direction import FIRST_STRONG_ISOLATE, POP_ISOLATE, RIGHT_TO_LEFT_MARK
from bot.channels.telegram.desk import card_buttons, cards, history
from bot.channels.telegram.rendering import TEXT_UNITS, utf16_length
from bot.channels.telegram.wording.words import LANGUAGES
from bot.desk_outgoing import DeskShown
from bot.ports import DeskCard, DeskOffer, DeskState
from bot.service.desk.histories import Said
from storage.identifiers import new_id

TEXTS = st.text(st.sampled_from("aZ سש😀\n#{}"), max_size=600)
STATES: tuple[DeskShown, ...] = ("queued", "offered", "taken", "released", "closed", "abandoned")
DATA_BYTES = 64  # more is refused
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def card(**changes: object) -> DeskCard:
    known: dict[str, object] = {
        "handoff": "h",
        "number": 12,
        "state": "queued",
        "queue": "support",
        "customer": "Sara",
        "channel": "telegram",
        "language": "fa",
        "reason": "step",
    }
    return DeskCard(**{**known, **changes})  # type: ignore[arg-type]


@given(
    state=st.sampled_from(STATES),
    customer=TEXTS,
    collected=st.lists(st.tuples(TEXTS, TEXTS), max_size=12),
    transcript=st.lists(st.tuples(TEXTS, TEXTS), max_size=30),
    language=st.sampled_from(LANGUAGES),
)
def test_a_card_is_one_message(
    state: DeskShown,
    customer: str,
    collected: list[tuple[str, str]],
    transcript: list[tuple[str, str]],
    language: str,
) -> None:
    shown = card(state=state, customer=customer, collected=tuple(collected), transcript=tuple(transcript))
    text = cards.card_text(shown, language)
    assert utf16_length(text.text) <= TEXT_UNITS
    assert all(0 <= span.start < span.end <= len(text.text) for span in text.spans)
    assert utf16_length(cards.topic_name(shown)) <= cards.TOPIC_NAME_UNITS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_is_one_message_whatever_is_known(language: str) -> None:
    long, number = "ש" * 5000, "call 021-1234567 now, שלום\n"
    shown = card(
        customer=long,
        note=long,
        agent_name=long,
        collected=((long, long), *(("תלפון", number) for _ in range(60))),
        transcript=tuple((long, number * 20) for _ in range(60)),
    )
    assert utf16_length(cards.card_text(shown, language).text) <= TEXT_UNITS


def test_a_card_shows_the_newest_of_what_was_said_and_says_where_the_rest_is() -> None:
    said = tuple(("Sara", f"line {number} {'x' * 90}") for number in range(80))
    text = cards.card_text(card(transcript=said), "en").text
    assert "line 79" in text
    assert "line 0 " not in text
    assert "… what was said before: /history" in text
    assert "/history" not in cards.card_text(card(transcript=said[:3]), "en").text


@pytest.mark.parametrize("language", ["fa", "ar", "he"])
def test_names_turn_no_line_around(language: str) -> None:
    text = cards.card_text(card(state="taken", agent_name="Ali (night)"), language).text
    first, state, *_ = text.splitlines()
    assert first.startswith(RIGHT_TO_LEFT_MARK)
    assert f"{FIRST_STRONG_ISOLATE}Ali (night){POP_ISOLATE}" in state


def test_who_is_offered_it_is_mentioned_and_nobody_else() -> None:
    offer = DeskOffer(
        handoff="h",
        number=1,
        agent="a",
        agent_name="O",
        telegram_id=7,
        queue="q",
        customer="Sara",
        language="en",
        reason="step",
        seconds=30,
    )
    text = cards.offer_text(offer, "en")
    [span] = text.spans
    assert (text.text[span.start : span.end], span.url) == ("O", "tg://user?id=7")
    assert text.text == "🔔 Offered to O, 30 s."


def test_every_button_has_room_for_what_it_means() -> None:
    handoff, agent = f"{new_id()}.h999", new_id()
    queues = ["پشتیبانی مشتریان ویژه" * 4, "support"]
    rows = card_buttons.target_buttons(handoff, queues, [(agent, "Ali")], "fa")["inline_keyboard"]
    rows += card_buttons.outcome_buttons(handoff, ["solved", "follow_up"], "en")["inline_keyboard"]
    rows += card_buttons.canned_buttons(handoff, queues, "en")["inline_keyboard"]
    for state in STATES:
        rows += card_buttons.card_buttons(card(handoff=handoff, state=state), "he")["inline_keyboard"]
    data = [button["callback_data"] for row in rows for button in row]
    assert data
    assert all(len(one.encode()) <= DATA_BYTES for one in data)
    assert card_buttons.meant(queues, card_buttons.short(queues[0])) == queues[0]
    assert card_buttons.meant(queues, card_buttons.short("gone")) is None


def test_a_closed_topic_is_named_by_how_it_ended() -> None:
    ended = DeskState(handoff="h", number=3, state="closed", queue="support", customer="Sara", outcome="follow_up")
    assert cards.topic_name(ended) == "✅ #3 Sara · follow up"
    left = DeskState(handoff="h", number=3, state="abandoned", queue="support", customer="Sara", outcome="silent")
    assert cards.topic_name(left) == "⚪ #3 Sara · silent"


@given(said=st.lists(TEXTS, max_size=40), language=st.sampled_from(LANGUAGES))
def test_pages_have_all_that_was_said_or_there_are_none(said: list[str], language: str) -> None:
    lines = [Said(at=AT, who="Sara", what=what) for what in said]
    pages = history.pages(lines, language)
    if pages is None:
        assert history.as_file(lines).decode("utf-8-sig").count("Sara: ") >= len(lines)
        return
    assert len(pages) <= history.PAGES
    assert all(utf16_length(page.text) <= TEXT_UNITS for page in pages)
    whole = "".join(page.text for page in pages)
    assert all(what in whole for what in said)
