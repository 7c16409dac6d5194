"""The same person on two channels: found by a link that works once, by a number that both proved, or by an agent."""

import re
from datetime import timedelta
from typing import Literal

import msgspec

from bot.content import Content, RichText, Span
from bot.engine.conversation import Customer
from bot.engine.inputs import CommandHeard
from bot.engine.normal import normalise
from bot.engine.speech import wording
from bot.engine.talk import Talk
from bot.events import BotSaid, CustomerSaid, CustomersJoined
from bot.ports import Inbound, Say, Taken
from bot.service.case import Case
from bot.service.consequences import hear, record
from bot.service.desk.showing import tell_joined
from bot.service.work import Work
from storage import customers, joining, one_use_links, surveys

PREFIX = "same_"  # how the payload of such a deep link begins; no flow's name goes on like this
LINK = re.compile(rf"{PREFIX}([A-Za-z0-9_-]{{{one_use_links.SECRET_LENGTH}}})")
OFFER = "telegram"  # the command with which the web chat offers one
LINK_LASTS = timedelta(minutes=15)
START = CommandHeard(name="start")

By = Literal["phone", "link", "agent"]


def take(work: Work, inbound: Inbound) -> Taken | None:
    """What is about who the customer is; none when the input is about anything else."""
    match inbound.heard:
        case CommandHeard(name="start", argument=payload) if inbound.channel == "telegram":
            link = LINK.fullmatch(payload)
            return _arrive(work, inbound, link[1]) if link else None
        case CommandHeard(name=name, message_id=message_id) if inbound.channel == "webchat" and name == OFFER:
            return _offer(work, inbound, message_id) if _can_offer(work, inbound) else None
        case _:
            return None


# Two become one


def join(work: Work, one: str, two: str, by: By, agent: str | None = None) -> CustomersJoined | None:
    """Both are the same person: whom we have known longer is kept. None where one of them is gone, or they are one."""
    connection, both = work.connection, [one, two]
    joining.claim_addresses(connection, both)
    work.load((), joining.open_conversations(connection, both))
    found = joining.lock(connection, both)
    if len(found) < len(both):
        now = [joining.kept_id(connection, who) or who for who in both]
        if now == both or now[0] == now[1]:
            return None
        return join(work, now[0], now[1], by, agent)  # one of them was joined to another at this very moment
    kept, other = found
    joining.join(connection, kept, other)
    work.join(_customer(work, kept.id), other.id)
    joined = CustomersJoined(customer=kept.id, other=other.id, by=by, agent=agent)
    for case in work.open_cases_of(kept.id):
        record(work, case, [joined])
        tell_joined(work, case)
    return joined


def _customer(work: Work, customer_id: str) -> Customer:
    person = customers.person(work.connection, customer_id)
    assert person is not None
    return Customer(
        id=customer_id,
        name=person.name,
        phone=person.phone,
        language=person.language,
        surveyed=surveys.last_asked(work.connection, customer_id),
    )


def prove_phone(work: Work, case: Case, phone: str) -> None:
    """The channel vouches for the customer's number: who proved the same one before is the same person."""
    number = f"+{''.join(filter(str.isdecimal, phone))}"
    customers.keep_phone(work.connection, case.customer_id, number)
    for other in joining.with_phone(work.connection, number, case.customer_id):
        join(work, case.customer_id, other, "phone")


# By link


def say_link(work: Work, case: Case, by: str) -> None:
    """Show the customer a link to Telegram: whoever opens it there is they."""
    name = work.installation.telegram_name()
    body, expires_at = {"customer": case.customer_id}, work.now + LINK_LASTS
    secret = one_use_links.make(work.connection, "customer", body, by=by, now=work.now, expires_at=expires_at)
    text = _words(work, case, "telegram_link", minutes=int(LINK_LASTS.total_seconds() // 60)).text
    url = f"https://t.me/{name}?start={PREFIX}{secret}"
    link = Span(start=0, end=len(text.partition("\n")[0]), style="link", url=url)
    record(work, case, [BotSaid(content=Content(text=RichText(text=text, spans=(link,))))])


def _can_offer(work: Work, inbound: Inbound) -> bool:
    """Where Telegram is on, unless the flows have something of their own to say to that command."""
    case = work.open_case((inbound.channel, inbound.address))
    program = case.program if case is not None else work.newest_program()
    is_taken = any(normalise(f"/{OFFER}") in words for words in program.triggers.values())
    return work.installation.telegram_name() is not None and not is_taken


def _offer(work: Work, inbound: Inbound, message_id: str | None) -> Taken:
    case = work.open_case((inbound.channel, inbound.address))
    if case is None:
        case = _begin(work, inbound)
        hear(work, case, START)
    record(work, case, [CustomerSaid(content=Content(text=RichText(text=f"/{OFFER}")), message_id=message_id)])
    say_link(work, case, case.customer_id)
    return Taken(conversation=case.id)


def _arrive(work: Work, inbound: Inbound, secret: str) -> Taken:
    """Somebody opened a link in Telegram. Who begins there is greeted by the flows, too."""
    key = (inbound.channel, inbound.address)
    told, joined = _use(work, work.customer_at(key), secret)
    case = work.open_case(key)
    if case is not None:
        record(work, case, [BotSaid(content=Content(text=_words(work, case, told)))])
    else:
        case = _begin(work, inbound)
        said = Say(content=Content(text=_words(work, case, told)), language=case.conversation.language)
        work.book(case, said, paced=True)  # before the conversation's first words, and no part of it
        hear(work, case, START)
        record(work, case, [joined] if joined else [])
    for other in work.open_cases_of(case.customer_id) if joined else ():
        if other is not case:
            record(work, other, [BotSaid(content=Content(text=_words(work, other, "same_person_there")))])
    return Taken(conversation=case.id)


def _use(work: Work, customer: str, secret: str) -> tuple[str, CustomersJoined | None]:
    """What to tell whoever opened the link, and what it did."""
    link = one_use_links.find(work.connection, "customer", secret)
    named = joining.kept_id(work.connection, link.body["customer"]) if link is not None else None
    if named == customer:
        return "same_person_already", None
    if named is None or one_use_links.use(work.connection, "customer", secret, by=customer, now=work.now) is None:
        return "same_person_expired", None
    joined = join(work, customer, named, "link")
    if joined is None and joining.kept_id(work.connection, named) == joining.kept_id(work.connection, customer):
        return "same_person_already", None
    return ("same_person", joined) if joined else ("same_person_expired", None)


def _begin(work: Work, inbound: Inbound) -> Case:
    """A new conversation, of which nobody learns what link it began with."""
    return work.begin(msgspec.structs.replace(inbound, heard=START))


def _words(work: Work, case: Case, name: str, **filling: int) -> RichText:
    """What is said of our own, unless the flows say it otherwise."""
    return wording(Talk(case.program, case.conversation, work.local_now, work.is_open), name, **filling)
