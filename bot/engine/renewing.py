"""A question that reads otherwise now: the flows were changed since it was asked, or slots that it shows."""

import msgspec

from bot.engine.asking import ask_again, prefix
from bot.engine.flow import Collect, Menu, Text
from bot.engine.inputs import CommandHeard, PayloadHeard, TapHeard, TextHeard
from bot.engine.matching import match_exactly
from bot.engine.menus import run_menu
from bot.engine.normal import normalise
from bot.engine.questions import pose
from bot.engine.speech import Message, message
from bot.engine.talk import Talk


def ask_anew(talk: Talk) -> None:
    """Ask once more, in the words of now; tries count on."""
    wait, step = talk.wait, talk.step
    if wait is None or wait.kind != "collect" or wait.topic or not isinstance(step, Collect) or step.ask_action:
        ask_again(talk)
        return
    said = _question(talk, step)
    if said.text == wait.asked:
        ask_again(talk)
    else:
        pose(talk, step, said, tried=wait)


def _question(talk: Talk, step: Collect) -> Message:
    return message(talk, step.ask or Text(response=f"utter_ask_{step.slot}"))


def renew_question(talk: Talk, heard: TextHeard | TapHeard | CommandHeard | PayloadHeard) -> None:
    """Let the question be as it is now, unless what is heard answers it as it was shown. Nothing is said."""
    wait, step = talk.wait, talk.step
    if wait is None or not wait.outdated or _answers_what_was_shown(talk, heard):
        return
    said = len(talk.events)
    if isinstance(step, Menu) and wait.kind == "menu":
        run_menu(talk, step)
    elif isinstance(step, Collect) and wait.kind == "collect" and not wait.topic and step.ask_action is None:
        pose(talk, step, _question(talk, step))
    del talk.events[said:]
    assert talk.wait is not None
    talk.wait = msgspec.structs.replace(
        talk.wait, no_match=wait.no_match, no_input=wait.no_input, times_out_at=wait.times_out_at, outdated=False
    )


def _answers_what_was_shown(talk: Talk, heard: TextHeard | TapHeard | CommandHeard | PayloadHeard) -> bool:
    assert talk.wait is not None
    match heard:
        case TapHeard(token=token):
            return token.startswith(prefix(talk, talk.wait))
        case TextHeard(text=text):
            return bool(talk.wait.offered) and match_exactly(talk, talk.wait, normalise(text)) is not None
    return False
