"""What customers are told of their tickets, wherever they are, and what they add to them."""

import msgspec

from bot.content import Attachment, Choice, RichText
from bot.engine.acting import has_time
from bot.engine.asides import go_on, put_aside
from bot.engine.asking import ask
from bot.engine.conversation import Offered
from bot.engine.inputs import TicketNews
from bot.engine.speech import Message, say_wording, wording
from bot.engine.talk import Place, Talk
from bot.engine.text import joined
from bot.engine.ticketing import due_by
from bot.events import BotSaid, TicketCommented

BUTTON = "t"  # what the tokens of its buttons begin with
REPLY = "reply"  # the topic of the wait for words
MAX_WORDS = 4000


def tell(talk: Talk, news: TicketNews) -> None:
    """A message of its own, with a button to answer it. Nothing else changes."""
    about = _about(talk, news)
    if news.what == "opened":
        promised = (due_by(talk, news.due_at),) if news.due_at else ()
        text = joined(about, *promised, wording(talk, "ticket_how_to_ask", number=news.number))
    elif news.content.text.text:
        text = joined(RichText(text=f"{about.text}\n", spans=about.spans), news.content.text)
    else:
        text = about
    content = msgspec.structs.replace(news.content, text=text, reply_to=None, album=None)
    choice = Choice(label=_label(talk, news.number), token=f"{BUTTON}.{news.ticket}.{news.number}", role="aside")
    talk.record(BotSaid(content=content, choices=(choice,)))


def _about(talk: Talk, news: TicketNews) -> RichText:
    """Which ticket it is, and what has become of it."""
    name = "ticket_news_rating" if not news.title and news.what == "answered" else f"ticket_news_{news.what}"
    return wording(talk, name, number=news.number, title=news.title, department=news.department)


def _label(talk: Talk, number: int) -> str:
    return wording(talk, "ticket_reply", number=number).text


# What the customer adds


def ticket_of(token: str) -> tuple[str, int] | None:
    """Id and number of the ticket whose button it is."""
    kind, _, rest = token.partition(".")
    ticket, _, number = rest.rpartition(".")
    return (ticket, int(number)) if kind == BUTTON and ticket and number.isascii() and number.isdecimal() else None


def label_of(talk: Talk, token: str) -> str | None:
    """What stands on the button."""
    found = ticket_of(token)
    return None if found is None else _label(talk, found[1])


def ask_for_words(talk: Talk, ticket: str, number: int) -> Place:
    """Whatever is said next goes to the department."""
    if not has_time(talk):
        return None
    before = talk.wait
    nothing = Offered(label=wording(talk, "ticket_reply_nothing").text)
    ask(talk, "offer", Message(text=wording(talk, "ticket_reply_ask", number=number)), (nothing,), topic=REPLY)
    talk.change_wait(draft={"ticket": ticket, "number": number})
    put_aside(talk, before)
    return None


def is_awaited(talk: Talk) -> bool:
    """Whether what is said next is about a ticket."""
    return talk.wait is not None and talk.wait.topic == REPLY


def take_words(talk: Talk, words: str, attachment: Attachment | None = None) -> Place:
    """They go to the department."""
    assert talk.wait is not None
    about = talk.wait.draft
    files = () if attachment is None else (attachment,)
    talk.record(TicketCommented(ticket=about["ticket"], comment=words[:MAX_WORDS], attachments=files))
    say_wording(talk, "ticket_reply_taken", number=about["number"])
    return go_on(talk)


def take_nothing(talk: Talk) -> Place:
    """The customer has nothing to add after all."""
    return go_on(talk)
