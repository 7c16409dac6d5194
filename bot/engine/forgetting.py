"""A customer who wants to be forgotten is asked whether they mean it, and then the conversation is over."""

from bot.engine.asking import ask, yes_or_no
from bot.engine.ending import close
from bot.engine.handing_over import leave_people, return_to_people
from bot.engine.moving import forget_slots, stand_again
from bot.engine.speech import Message, say_wording, wording
from bot.engine.talk import Place, Talk


def ask_whether(talk: Talk) -> Place:
    """It can't be undone: ask first."""
    ask(talk, "offer", Message(text=wording(talk, "forget_ask")), yes_or_no(talk), topic="forget")
    return None


def choose(talk: Talk, *, meant: bool) -> Place:
    """Say goodbye and keep nothing, or go on where it was asked."""
    if not meant and talk.handoff is not None:
        return_to_people(talk)
        return None
    talk.wait = None
    if not meant:
        return stand_again(talk)
    leave_people(talk)
    talk.leave_all("cancelled")
    talk.surveys = ()
    forget_slots(talk)
    say_wording(talk, "forget_done")
    close(talk, "forgotten")
    return None
