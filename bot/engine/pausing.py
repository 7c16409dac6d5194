"""A conversation that an action has paused, with rasa's `pause`: the flows rest until `resume`, or until the customer
takes the word themselves.

In rasa a pause is for a person who takes over elsewhere, and only a restart or `resume` ends it. Here nobody else can
speak, so that whoever writes learns how to go on. Source: rasa/core/processor.py, `_should_handle_message`.
"""

from bot.engine.commands import command_of
from bot.engine.inputs import AnyHeard, TextHeard
from bot.engine.normal import normalise
from bot.engine.speech import say_wording
from bot.engine.talk import Talk


def rests(talk: Talk, heard: AnyHeard) -> bool:
    """Whether the pause goes on; then that is said. The words that work at every question end it."""
    if not talk.paused or talk.handoff is not None:  # words are for people
        return False
    if isinstance(heard, TextHeard) and command_of(talk, normalise(heard.text)) is not None:
        talk.paused = False
        return False
    say_wording(talk, "paused")
    return True
