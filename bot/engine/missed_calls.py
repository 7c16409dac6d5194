"""Customers who were called and not reached: they are told, and may ask for a call again."""

from bot.content import Choice, Content
from bot.engine.acting import has_time
from bot.engine.asides import put_aside
from bot.engine.calling_back import ask_for_phone
from bot.engine.inputs import CallUnanswered
from bot.engine.speech import wording
from bot.engine.talk import Place, Talk
from bot.events import BotSaid

BUTTON = "c."  # what the tokens of its buttons begin with, before the queue's name
TOKEN_BYTES = 64


def tell(talk: Talk, missed: CallUnanswered) -> None:
    """A message of its own, with a button to be called again. Nothing else changes."""
    text = wording(talk, "call_wrong_number" if missed.wrong else "call_unanswered", phone=missed.phone)
    token = f"{BUTTON}{missed.queue}"
    if len(token.encode()) > TOKEN_BYTES:
        token = BUTTON  # the default queue's
    choice = Choice(label=_label(talk), token=token, role="aside")
    talk.record(BotSaid(content=Content(text=text), choices=(choice,)))


def _label(talk: Talk) -> str:
    return wording(talk, "call_me_back").text


def label_of(talk: Talk, token: str) -> str | None:
    """What stands on the button."""
    return _label(talk) if token.startswith(BUTTON) else None


def ask_again_for_phone(talk: Talk, token: str) -> Place:
    """Which number? Who has an agent asks them."""
    if (talk.handoff is not None and talk.handoff.agent is not None) or not has_time(talk):
        return None
    before = talk.wait
    ask_for_phone(talk, token.removeprefix(BUTTON) or talk.program.flow_set.settings.queue or "")
    put_aside(talk, before)
    return None
