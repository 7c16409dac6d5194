"""How a hand-off looks to agents: the topic's name, the card, an offer."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from bot.channels.direction import directed, isolated, line_of
from bot.channels.telegram.desk.customer_lines import channel_name, known_lines
from bot.channels.telegram.rendering import (
    TEXT_UNITS,
    bold,
    is_blank,
    joined,
    plain,
    shortened,
    utf16_length,
    utf16_positions,
)
from bot.channels.telegram.wording.words import WORDS, word
from bot.content import RichText, Span
from bot.engine.formats import language_name, native_digits
from bot.ports import Called, DeskCard, DeskLine, DeskOffer, DeskOfferOver, DeskState

TOPIC_NAME_UNITS = 128  # more is refused
FACT_UNITS = 500
FACTS_UNITS = 2600  # the rest of a card is for what was before, and what was said
HEAD_UNITS = 3600
NAME_UNITS = 128
LINE_UNITS = 1000
SIGNS = {"queued": "🟡", "offered": "🔵", "released": "🟠", "taken": "🟢", "closed": "✅", "abandoned": "⚪"}
CALL = "📞"
OFFER = "🔔"
NOTICE = "ℹ️ "
SAID = "➡️ "
OVER = frozenset({"closed", "abandoned"})
MENTION = "tg://user?id={}"
PLACE_OF_NAME = "\0"


def topic_name(card: DeskCard | DeskState) -> str:
    """State, number, customer and queue; of what is over, its outcome."""
    last = outcome_text(card, None) if card.state in OVER else ""
    sign = SIGNS["queued" if card.state == "offered" else card.state]  # each new name is a message to all
    return shortened(f"{sign} #{card.number} {card.customer} · {last or card.queue}", TOPIC_NAME_UNITS)


def outcome_text(card: DeskCard | DeskState, language: str | None) -> str:
    """How it ended, nothing while that is not known."""
    outcome = card.outcome or ""
    if card.state == "abandoned" and f"outcome_{outcome}" in WORDS:
        return word(f"outcome_{outcome}", language)
    return label_of_outcome(outcome)


def label_of_outcome(disposition: str) -> str:
    """How people read the name of a disposition."""
    return disposition.replace("_", " ")


def state_line(card: DeskCard | DeskState, language: str) -> str:
    """How it stands, in words."""
    outcome = outcome_text(card, language)
    name = "state_closed_plain" if card.state == "closed" and not outcome else f"state_{card.state}"
    values = {"agent": card.agent_name or "?", "queue": card.queue, "outcome": outcome}
    return word(name, language, **{key: isolated(value, language) for key, value in values.items()})


def card_text(card: DeskCard, language: str) -> RichText:
    """Who it is, how it stands, what it is about, what the flow has collected, and of what was said as much as fits."""
    facts = [
        (word("card_queue", language), card.queue),
        (word("card_language", language), language_name(card.language)),
        (word("card_channel", language), channel_name(card.channel, language)),
        (word("card_reason", language), word(f"reason_{card.reason}", language)),
        *card.collected,
        (word("card_note", language), card.note),
    ]
    customer = isolated(shortened(card.customer, NAME_UNITS), language)
    head = joined(
        bold(line_of(f"{SIGNS[card.state]} #{card.number} {customer}", language)),
        notice(f"\n{state_line(card, language)}"),
        *listed(facts, language),
        *known_lines(card.known, language),
    )
    head = beginning(directed(head, language), HEAD_UNITS)
    if card.state == "closed" and card.dispositions:
        head = joined(head, plain(f"\n\n{word('choose_outcome', language)}"))
    said = transcript_text(card, language, TEXT_UNITS - utf16_length(head.text) - 2)
    return head if said is None else joined(head, plain("\n\n"), said)


def transcript_text(card: DeskCard, language: str, room: int) -> RichText | None:
    """What was said until now, none if nothing was: the newest of it that fits into so many UTF-16 code units."""
    if not card.transcript:
        return None
    title = bold(word("card_transcript", language))
    earlier = plain(f"\n{word('card_earlier', language)}")
    room -= utf16_length(title.text) + utf16_length(earlier.text)
    lines: list[RichText] = []
    for who, what in reversed(card.transcript):
        line = directed(spoken_line(who, cut(what, LINE_UNITS), language), language)
        room -= utf16_length(line.text)
        if room < 0:
            break
        lines.append(line)
    left_out = [] if len(lines) == len(card.transcript) else [earlier]
    return joined(title, *left_out, *reversed(lines))


def spoken_line(who: str, what: str, language: str) -> RichText:
    """What somebody said, on a line of its own; it runs in the direction of what was said."""
    name = isolated(who, language) if who.isascii() and what.isascii() else isolated(who, "fa")
    return joined(plain("\n"), bold(name), plain(f": {what}"))


def said_text(agent: str, text: RichText, language: str) -> RichText:
    """What the customer was told in an agent's name."""
    return joined(plain(SAID), bold(isolated(agent, language)), plain(":\n"), text)


def cut(text: str, units: int) -> str:
    """The beginning of a long text, with its lines."""
    if utf16_length(text) <= units:
        return text
    return text[: bisect_right(utf16_positions(text), units - 1) - 1].rstrip() + "…"


def beginning(text: RichText, units: int) -> RichText:
    """The same for a text with styles."""
    kept = cut(text.text, units)
    spans = (msgspec.structs.replace(span, end=min(span.end, len(kept))) for span in text.spans)
    return RichText(text=kept, spans=tuple(span for span in spans if span.start < span.end))


def listed(facts: Iterable[tuple[str, str]], language: str) -> Iterator[RichText]:
    """A line for each that is known, label and value, as far as there is room."""
    room = FACTS_UNITS
    for label, value in facts:
        if is_blank(value):
            continue
        shown = isolated(shortened(value, FACT_UNITS), language)
        room -= utf16_length(label) + utf16_length(shown)
        if room < 0:
            yield plain("\n…")
            return
        yield plain(f"\n{label}: ")
        yield bold(shown)


def offer_text(offer: DeskOffer, language: str) -> RichText:
    """To whom it is offered, so that they are told by Telegram itself, and for how long."""
    seconds = native_digits(str(offer.seconds), language)
    return _calling("offered_to", offer.agent_name, offer.telegram_id, language, seconds=seconds)


def given_text(called: Called, language: str) -> RichText:
    """Whose it is now without their doing, so that they are told by Telegram itself."""
    return _calling("given_to", called.name, called.telegram_id, language)


def offer_over_text(over: DeskOfferOver, language: str) -> RichText:
    """What became of the offer."""
    return notice(f"{OFFER} {word(f'offer_{over.outcome}', language, agent=isolated(over.agent_name, language))}")


def _calling(name: str, agent: str, telegram_id: int | None, language: str, **values: str) -> RichText:
    before, _, after = word(name, language, agent=PLACE_OF_NAME, **values).partition(PLACE_OF_NAME)
    return joined(plain(f"{OFFER} {before}"), mention(agent, telegram_id, language), plain(after))


def house_line(line: DeskLine, language: str) -> RichText:
    """What the house itself says among the customer's lines, to the agent whom it calls."""
    said = notice(f"{NOTICE}{line.content.text.text}")
    if line.called is None:
        return said
    return joined(mention(line.called.name, line.called.telegram_id, language), plain(" "), said)


def mention(name: str, telegram_id: int | None, language: str) -> RichText:
    """The name of somebody whom Telegram tells that they are meant, if they are there."""
    shown = isolated(name, language)
    url = None if telegram_id is None else MENTION.format(telegram_id)
    return RichText(
        text=shown, spans=(Span(start=0, end=len(shown), style="bold" if url is None else "link", url=url),)
    )


def state_text(state: DeskState, language: str) -> RichText:
    """What has become of it, as a notice."""
    return notice(f"{SIGNS[state.state]} {state_line(state, language)}")


def notice(text: str) -> RichText:
    """Words of the house itself: unlike anything that a customer can write."""
    return RichText(text=text, spans=(Span(start=0, end=len(text), style="italic"),))
