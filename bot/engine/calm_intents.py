"""Intents that no flow needs to name: those of CALM's channels and patterns, and commands."""

from bot.engine.carrying import carries
from bot.engine.commands import obey
from bot.engine.ending import close
from bot.engine.moving import begin_session, forget_slots
from bot.engine.retries import silent
from bot.engine.talk import UNHEARD, Place, Talk, Unheard


def hear_built_in(talk: Talk, intent: str) -> Place | Unheard:
    """Do what CALM documents for the intent, or what the command of that name does; others are for others."""
    match intent:
        case "session_start":
            return _new_session(talk)
        case "session_end":
            talk.leave_all("cancelled")
            close(talk, "customer")
            return None
        case "silence_timeout" if talk.wait is not None and talk.wait.kind in ("menu", "collect"):
            return silent(talk)
    return UNHEARD if talk.wait is None else obey(talk, intent)


def _new_session(talk: Talk) -> Place:
    """As after a long silence: what was going on is over, and slots stay if they are carried over."""
    talk.leave_all("cancelled")
    talk.history.clear()
    talk.wait = None
    if not carries(talk.program.flow_set):
        forget_slots(talk)
    return begin_session(talk)
