"""What agents read about a customer: a few lines on the card of a hand-off, and all of it when they ask."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.channels.direction import isolated, line_of
from bot.channels.telegram.rendering import bold, joined, plain, shortened
from bot.channels.telegram.wording.words import WORDS, word
from bot.content import RichText
from bot.desk_outgoing import KnownCustomer, PastContact
from bot.engine.formats import language_name, long_date, long_moment, native_digits
from bot.engine.wording import WORDING
from bot.service.desk.customer_cards import CustomerCard, Reached

BETWEEN = " · "
TITLE_UNITS = 80
NAME_UNITS = 40
MOST_LISTED = 8  # on the card of a hand-off


def known_lines(known: KnownCustomer, language: str) -> Iterator[RichText]:
    """What a card says of the customer besides this hand-off, each on a line of its own; nothing of who is new."""
    if known.returns_to is not None:
        agent = isolated(shortened(known.returns_to, NAME_UNITS), language)
        number = isolated(str(known.returns_from), language)
        yield _line(f"↩️ {word('customer_returns', language, agent=agent, number=number)}", language)
    yield from _listed("🏷", "customer_tags", known.tags, language)
    yield from _listed("📞", "customer_calls", known.callbacks, language)
    yield from _listed("📋", "customer_cases", [str(number) for number in known.tickets], language)
    yield from _same_phone(known, language)
    yield from _past(known, language)


def customer_text(card: CustomerCard, language: str) -> RichText:
    """The whole card."""
    since = long_date(card.known_since.date(), language)
    facts = [
        ("customer_channels", BETWEEN.join(_reached(one, card.name, language) for one in card.reached)),
        ("card_language", language_name(card.language)),
        ("customer_phone", isolated(card.phone or "", language)),
        ("customer_since", isolated(since, language)),
        ("customer_tags", BETWEEN.join(isolated(tag, language) for tag in card.known.tags)),
    ]
    lines = [_fact(word(name, language), value, language) for name, value in facts if value]
    if card.wants_no_follow_ups:
        lines.append(_line(word("customer_no_follow_ups", language), language))
    return joined(
        bold(line_of(f"👤 {isolated(card.name, language)}", language)),
        *lines,
        *_calls(card, language),
        *_cases(card, language),
        *_same_phone(card.known, language),
        *_past(card.known, language),
    )


def tags_text(tags: Sequence[str], language: str | None) -> str:
    """The tags of a customer in one line."""
    if not tags:
        return word("tags_none", language)
    return word("tags_now", language, tags=BETWEEN.join(isolated(tag, language) for tag in tags))


def channel_name(channel: str, language: str | None) -> str:
    """A channel as people call it."""
    name = f"channel_{channel}"
    return word(name, language) if name in WORDS else channel


def _line(text: str, language: str) -> RichText:
    return plain(f"\n{line_of(text, language)}")


def _fact(label: str, value: str, language: str) -> RichText:
    return joined(_line(f"{label}: ", language), bold(value))


def _listed(sign: str, name: str, values: Sequence[str], language: str) -> Iterator[RichText]:
    if values:
        more = ["…"] if len(values) > MOST_LISTED else []
        shown = BETWEEN.join([*(isolated(value, language) for value in values[:MOST_LISTED]), *more])
        yield _fact(f"{sign} {word(name, language)}", shown, language)


def _same_phone(known: KnownCustomer, language: str) -> Iterator[RichText]:
    if known.same_phone:
        numbers = ", ".join(map(str, known.same_phone[-MOST_LISTED:]))
        join = isolated(f"/join {known.same_phone[-1]}", language)
        text = word("customer_same_phone", language, numbers=isolated(numbers, language), join=join)
        yield _line(f"☎️ {text}", language)


def _past(known: KnownCustomer, language: str) -> Iterator[RichText]:
    if not known.past:
        return
    yield plain("\n")
    yield bold(
        line_of(f"{word('customer_past', language, count=native_digits(str(known.past_count), language))}:", language)
    )
    for past in known.past:
        yield _line(_contact(past, language), language)


def _contact(past: PastContact, language: str) -> str:
    day = long_date(datetime.fromisoformat(past.opened_at).date(), language)
    agent = isolated(shortened(past.agent_name or "?", NAME_UNITS), language)
    ended = [word(f"ended_{past.outcome}", language, agent=agent)]
    if past.disposition:
        ended.append(isolated(past.disposition.replace("_", " "), language))
    if past.score is not None:
        rated = f"{past.score}/{past.out_of}" if past.out_of else str(past.score)
        ended.append(isolated(f"★ {native_digits(rated, language)}", language))
    named = (str(past.number), day, channel_name(past.channel, language))
    return f"{BETWEEN.join(isolated(one, language) for one in named)}: {_comma(language).join(ended)}"


def _comma(language: str) -> str:
    return "، " if language.partition("-")[0] in ("fa", "ar") else ", "


def _reached(reached: Reached, called: str, language: str) -> str:
    """A channel, and what they are called there if that is something else."""
    name = channel_name(reached.channel, language)
    who = f"@{reached.username}" if reached.username else reached.name
    shown = f"{name} {isolated(who, language)}" if who not in ("", called) else name
    return f"{shown} ({word('customer_blocked', language)})" if reached.is_blocked else shown


def _calls(card: CustomerCard, language: str) -> Iterator[RichText]:
    if card.calls:
        yield _heading("📞", "customer_calls", language)
    soon = WORDING["utter_switchboard_callback_asap"]
    for call in card.calls:
        when = soon.get(language, soon["en"]) if call.due_at is None else long_moment(call.due_at, language)
        yield _line(BETWEEN.join(isolated(one, language) for one in (call.phone, call.queue, when)), language)


def _cases(card: CustomerCard, language: str) -> Iterator[RichText]:
    if card.cases:
        yield _heading("📋", "customer_cases", language)
    for case in card.cases:
        due = (long_date(case.due_at.date(), language),) if case.due_at else ()
        told = (str(case.number), shortened(case.title, TITLE_UNITS), case.department, *due)
        yield _line(BETWEEN.join(isolated(one, language) for one in told), language)


def _heading(sign: str, name: str, language: str) -> RichText:
    return joined(plain("\n"), bold(line_of(f"{sign} {word(name, language)}:", language)))
