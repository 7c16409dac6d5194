"""The words and commands that work at every question."""

from collections.abc import Callable

from bot.engine.acting import is_final, say_slow
from bot.engine.asides import go_on, is_aside
from bot.engine.asking import ask_again
from bot.engine.following_up import opt_in, opt_out
from bot.engine.forgetting import ask_whether
from bot.engine.languages import ask_for_language, asked_again, switch
from bot.engine.moving import cancel, go_back, go_home, restart
from bot.engine.patterns import REPEAT, RESTART, SKIP_QUESTION
from bot.engine.resuming import come_back
from bot.engine.retries import play_pattern, to_a_person
from bot.engine.speech import say_wording
from bot.engine.talk import UNHEARD, Place, Talk, Unheard
from bot.engine.ticketing import ask_by_command

WITH_DIGITS = ("plain", "voice")  # channels without buttons, on which digits stand for commands


def command_of(talk: Talk, typed: str) -> str | None:
    """The command that a normalised text is a word for, or on the telephone a key for."""
    name = talk.program.globals[talk.language].get(typed)
    if name is None and talk.channel in WITH_DIGITS:
        digits = talk.program.flow_set.settings.digits
        return next((command for command, key in digits.items() if key == typed), None)
    return name


def obey(talk: Talk, name: str, argument: str = "") -> Place | Unheard:
    """Do what the command says; other names are for others."""
    if is_final(talk) and name in ("back", "menu", "cancel", "start", "restart"):
        say_slow(talk)  # what is being done can't be undone by leaving
        return None
    match name:
        case "cancel" if talk.wait is not None and is_aside(talk.wait):
            return go_on(talk)
        case "language":
            return change_language(talk, argument)
        case "ticket":
            return _ticket(talk, argument)
    plain = PLAIN.get(name)
    return UNHEARD if plain is None else plain(talk)


def change_language(talk: Talk, argument: str) -> Place:
    """`/language fa` switches at once, `/language` asks. An action that runs is not disturbed."""
    acting = talk.wait is not None and talk.wait.kind == "action"
    if talk.program.speaks(argument.strip()) is None:
        if acting:
            say_slow(talk)
            return None
        return ask_for_language(talk)
    if switch(talk, argument.strip()):
        say_wording(talk, "language_changed")
    return None if acting else asked_again(talk)


def _to_a_person(talk: Talk) -> Place:
    return to_a_person(talk, "agent_word", "cancelled")


def _help(talk: Talk) -> Place:
    say_wording(talk, "help")
    ask_again(talk)
    return None


def _skip(talk: Talk) -> Place | Unheard:
    """Only a question can be skipped, and what is said to that is the pattern's affair."""
    if talk.wait is None or talk.wait.kind not in ("menu", "collect"):
        return UNHEARD
    return play_pattern(talk, SKIP_QUESTION)


def _ticket(talk: Talk, argument: str) -> Place:
    if talk.wait is not None and talk.wait.kind == "action":
        say_slow(talk)
        return None
    return ask_by_command(talk, argument)


def _forget(talk: Talk) -> Place:
    if talk.wait is not None and talk.wait.kind == "action":
        say_slow(talk)
        return None
    return ask_whether(talk)


def _repeat(talk: Talk) -> Place:
    if REPEAT in talk.program.flow_set.flows:
        return play_pattern(talk, REPEAT)
    ask_again(talk)
    return None


def _restart(talk: Talk) -> Place:
    if RESTART not in talk.program.flow_set.flows:
        say_wording(talk, "restarted")
        return restart(talk)
    talk.leave_all("cancelled")
    talk.history.clear()
    talk.wait = None
    return talk.begin(RESTART, "pattern")


PLAIN: dict[str, Callable[[Talk], Place | Unheard]] = {
    "start": come_back,
    "menu": go_home,
    "agent": _to_a_person,
    "cancel": cancel,
    "back": go_back,
    "repeat": _repeat,
    "help": _help,
    "restart": _restart,
    "forget": _forget,
    "skip": _skip,
    "stop": opt_out,
    "subscribe": opt_in,
}
