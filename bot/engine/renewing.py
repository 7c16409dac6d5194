"""A question that was asked by an earlier revision of the flows, in which it was worded otherwise or offered more."""

import msgspec

from bot.engine.asking import prefix
from bot.engine.flow import Collect, Menu, Text
from bot.engine.inputs import CommandHeard, PayloadHeard, TapHeard, TextHeard
from bot.engine.matching import match_exactly
from bot.engine.menus import run_menu
from bot.engine.normal import normalise
from bot.engine.questions import pose
from bot.engine.speech import message
from bot.engine.talk import Talk


def renew_question(talk: Talk, heard: TextHeard | TapHeard | CommandHeard | PayloadHeard) -> None:
    """Let the question be as it is now, unless what is heard answers it as it was shown. Nothing is said."""
    wait, step = talk.wait, talk.step
    if wait is None or not wait.outdated or _answers_what_was_shown(talk, heard):
        return
    said = len(talk.events)
    if isinstance(step, Menu) and wait.kind == "menu":
        run_menu(talk, step)
    elif isinstance(step, Collect) and wait.kind == "collect" and not wait.topic and step.ask_action is None:
        pose(talk, step, message(talk, step.ask or Text(response=f"utter_ask_{step.slot}")))
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
