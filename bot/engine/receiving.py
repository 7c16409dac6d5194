"""Things that customers send: files, contacts, places, and what no question can take."""

from bot.content import Attachment, ContactCard
from bot.content import Place as Point
from bot.engine import calling_back, questions, ticket_news
from bot.engine.flow import Collect
from bot.engine.hearing import answer_at_last, hear_text
from bot.engine.moving import go_home
from bot.engine.retries import not_understood
from bot.engine.speech import response
from bot.engine.talk import UNHEARD, Place, Talk, Unheard


def hear_file(talk: Talk, file: Attachment, caption: str, album: str | None) -> Place:
    """A file answers a question for files; elsewhere its caption may be an answer."""
    if ticket_news.is_awaited(talk):
        says_something = file.kind != "sticker" or bool(caption.strip())
        return ticket_news.take_words(talk, caption, file) if says_something else hear_unsupported(talk)
    if talk.handoff is not None:
        return None
    wait, step = talk.wait, talk.step
    if wait is not None and wait.kind == "collect" and isinstance(step, Collect):
        place = questions.take_file(talk, step, file, album)
        if place is not UNHEARD:
            return place
    if album is not None and album == talk.last_album:
        return None  # the rest of an album of which there is enough
    if album is not None and album == talk.heard_album and not caption.strip():
        return None  # to who sent it, an album is one message
    talk.heard_album = album
    return hear_text(talk, caption) if caption.strip() else hear_unsupported(talk)


def hear_contact(talk: Talk, contact: ContactCard) -> Place:
    if talk.handoff is not None and (talk.wait is None or talk.wait.kind != "callback"):
        return None
    wait, step = talk.wait, talk.step
    place: Place | Unheard = UNHEARD
    if wait is not None and wait.kind == "callback":
        place = calling_back.take_contact(talk, contact)
    elif wait is not None and wait.kind == "collect" and isinstance(step, Collect):
        place = questions.take_contact(talk, step, contact)
    return hear_unsupported(talk) if isinstance(place, Unheard) else place


def hear_place(talk: Talk, point: Point) -> Place:
    if talk.handoff is not None:
        return None
    wait, step = talk.wait, talk.step
    place: Place | Unheard = UNHEARD
    if wait is not None and wait.kind == "collect" and isinstance(step, Collect):
        place = questions.take_place(talk, step, point)
    return hear_unsupported(talk) if isinstance(place, Unheard) else place


def hear_unsupported(talk: Talk) -> Place:
    """Something of a kind that the question can't take."""
    wait = talk.wait
    if talk.handoff is not None:
        return None
    if wait is None:
        return go_home(talk)
    if wait.kind in ("action", "survey", "callback"):
        return answer_at_last(talk, "")
    return not_understood(talk, "not_supported", response(talk, "utter_switchboard_media_not_supported"))
