"""Which language is spoken: by a step, by a word, by a command."""

import msgspec

from bot.content import Json
from bot.engine.asking import ask, ask_again, reach
from bot.engine.conversation import Offered
from bot.engine.flow import Collect, SwitchLanguage
from bot.engine.formats import language_name
from bot.engine.moving import stand_again
from bot.engine.several_files import ask_on, so_far
from bot.engine.speech import Message, say_wording, wording
from bot.engine.talk import Place, Talk
from bot.events import LanguageChanged

ASK = "ask"
SLOT = "language"  # CALM's own


def run_language(talk: Talk, step: SwitchLanguage) -> Place:
    """Switch, or ask which; one language is no question."""
    if step.language != ASK:
        switch(talk, step.language)
        return talk.next_of(step)
    if len(talk.program.languages) < 2:
        return talk.next_of(step)
    reach(talk, "language")
    _ask(talk, topic="step")
    return None


def ask_for_language(talk: Talk) -> Place:
    """In the middle of something else, which is asked again afterwards."""
    if len(talk.program.languages) < 2:
        ask_again(talk)
        return None
    _ask(talk, topic="change")
    return None


def _ask(talk: Talk, topic: str) -> None:
    offered = tuple(Offered(label=language_name(code), value=code) for code in talk.program.languages)
    files = so_far(talk)
    ask(talk, "language", Message(text=wording(talk, "choose_language")), offered, topic=topic, columns=2)
    talk.change_wait(draft=files or None)


def choose(talk: Talk, language: str) -> Place:
    """Speak it from now on, and go on where the question was."""
    assert talk.wait is not None
    from_step = talk.wait.topic == "step"
    if switch(talk, language) and not from_step:
        say_wording(talk, "language_changed")
    if not from_step or talk.step is None:
        return asked_again(talk)
    talk.wait = None
    return talk.next_of(talk.step)


def asked_again(talk: Talk) -> Place:
    """What was asked, in the language of now; files that have come already need not be sent again."""
    files, step = so_far(talk), talk.step
    talk.wait = None
    if files and isinstance(step, Collect):
        ask_on(talk, step, files)
        return None
    return stand_again(talk)


def heed_slot(talk: Talk, slot: str, value: Json) -> None:
    """Speak the language that CALM's own slot for it was filled with."""
    if slot == SLOT and isinstance(value, str):
        switch(talk, value)


def switch(talk: Talk, language: str) -> bool:
    """Whether it is another one than before. The customer's choice is kept for later conversations."""
    spoken = talk.program.speaks(language)
    if spoken is None or talk.language == spoken == talk.customer.language:
        return False
    is_another = talk.language != spoken
    talk.language = spoken
    # What a pattern interrupted is asked anew, not as it was.
    talk.stack[:] = [msgspec.structs.replace(frame, interrupted=None) for frame in talk.stack]
    talk.know(language=spoken)
    talk.record(LanguageChanged(language=spoken))
    return is_another
