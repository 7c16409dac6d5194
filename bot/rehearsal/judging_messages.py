"""Whether the bot said what was expected, in whatever language it spoke."""

import re
from collections.abc import Iterable, Iterator

from bot.content import Choice
from bot.engine.conversation import Conversation
from bot.engine.normal import ascii_digits, normalise, visible
from bot.engine.text import parse_text
from bot.events import BotSaid
from bot.rehearsal.case import BotSays, OffersMenu, Words
from bot.rehearsal.performing import text_in
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.scene import Happened, Scene
from bot.rehearsal.verdicts import Met, Unmet, Verdict


class Listener:
    """Compares messages with what a test says, which is written in one language of the flows."""

    def __init__(self, book: PhraseBook, written_in: str) -> None:
        self._book = book
        self._written_in = written_in

    def message(self, expected: BotSays, scene: Scene) -> Verdict:
        """Some message is as expected, or with `never` none is."""
        said = list(_messages(scene))
        found = next((place for place, each, event in said if self._is_meant(expected, each, event, scene)), None)
        if (found is None) == expected.never:
            return Met(place=-1 if found is None else found)
        wanted = self._described(expected)
        if found is not None:
            return Unmet(wanted=f"the bot never to say{wanted}", came="it did")
        came = "\n".join(_quoted(event.content.text.text, event.choices) for _, _, event in said)
        return Unmet(wanted=f"the bot to say{wanted}", came=f"it said\n{came}" if said else "it said nothing")

    def menu(self, expected: OffersMenu, scene: Scene) -> Verdict:
        """All choices of the question now asked, on whatever pages."""
        conversation = scene.after.conversation
        offered = _offered(conversation) or _last_choices(scene)
        if len(offered) == len(expected.labels) and all(
            self._is_label(words, label, conversation.language)
            for words, label in zip(expected.labels, offered, strict=True)
        ):
            return Met()
        wanted = "\n".join(f"  {text_in(words, conversation.language)}" for words in expected.labels)
        strange = [label for label in offered if not self._is_one_of(expected.labels, label, conversation.language)]
        marked = (f"  {label}{'  ← not expected' if label in strange else ''}" for label in offered)
        came = "there were\n" + "\n".join(marked)
        return Unmet(wanted=f"these choices\n{wanted}", came=came if offered else "nothing was to be chosen")

    def _is_one_of(self, expected: Iterable[Words], label: str, language: str) -> bool:
        return any(self._is_label(words, label, language) for words in expected)

    def says(self, response: str, each: Happened) -> bool:
        """Whether the event is a message that reads as the response."""
        return isinstance(each.event, BotSaid) and self._book.is_response(
            response, each.event.content.text.text, each.language
        )

    def _is_meant(self, expected: BotSays, each: Happened, said: BotSaid, scene: Scene) -> bool:
        text, language = said.content.text.text, each.language
        return (
            (expected.text is None or self._reads(expected.text, text, language))
            and (expected.response is None or self._book.is_response(expected.response, text, language))
            and (expected.pattern is None or self._matches(expected.pattern, text, language))
            and (expected.buttons is None or self._has_buttons(expected.buttons, said, language, scene))
        )

    def _reads(self, words: Words, said: str, language: str) -> bool:
        written = text_in(words, language)
        if _same(written, said):
            return True
        is_translated = words.written(language) is None and language != self._written_in
        return is_translated and self._book.means(written, said, language)

    def _matches(self, words: Words, said: str, language: str) -> bool:
        pattern = text_in(words, language)
        if any(pattern in text or _found(pattern, text) for text in (said, ascii_digits(said))):
            return True
        is_translated = words.written(language) is None and language != self._written_in
        return is_translated and any(
            pattern in source or _found(pattern, source) for source in self._book.sources(said, language)
        )

    def _is_label(self, words: Words, label: str, language: str) -> bool:
        written = text_in(words, language)
        return normalise(written) == normalise(label) or self._book.is_label(written, label, language)

    def _has_buttons(
        self, buttons: tuple[tuple[Words, str | None], ...], said: BotSaid, language: str, scene: Scene
    ) -> bool:
        options = [choice for choice in said.choices if choice.role in ("option", "survey")]
        return len(options) == len(buttons) and all(
            self._is_label(title, choice.label, language)
            and (
                payload is None
                or _payload_of(choice, scene) in (None, payload.removeprefix("/"), f"/{payload}", payload)
            )
            for (title, payload), choice in zip(buttons, options, strict=True)
        )

    def _described(self, expected: BotSays) -> str:
        """What goes on after `the bot to say`."""
        parts = []
        if expected.text is not None:
            parts.append(f"\n{_quoted(text_in(expected.text, self._written_in))}")
        if expected.response is not None:
            parts.append(f" {expected.response}")
        if expected.pattern is not None:
            parts.append(f" something that matches\n{_quoted(text_in(expected.pattern, self._written_in))}")
        if expected.buttons is not None:
            parts.append(f" something with the buttons {', '.join(repr(str(title)) for title, _ in expected.buttons)}")
        return ",".join(parts)


def _messages(scene: Scene) -> Iterator[tuple[int, Happened, BotSaid]]:
    for place, each in enumerate(scene.happened):
        if isinstance(each.event, BotSaid):
            yield place, each, each.event


def _same(written: str, said: str) -> bool:
    """Letter for letter, but for marks that nobody sees; what is written may hold markup."""
    if visible(written) == visible(said):
        return True
    template = parse_text(written)
    return template.fixed is not None and visible(template.fixed.text) == visible(said)


def _found(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return False


def _offered(conversation: Conversation) -> list[str]:
    return [offered.label for offered in conversation.wait.offered] if conversation.wait else []


def _last_choices(scene: Scene) -> list[str]:
    said = [event for _, _, event in _messages(scene) if event.choices]
    return [choice.label for choice in said[-1].choices if choice.role in ("option", "survey")] if said else []


def _payload_of(choice: Choice, scene: Scene) -> str | None:
    """What the button does, where that is known: of the question now asked and of messages that ask nothing."""
    conversation = scene.after.conversation
    loose = {button.token: button.payload for button in conversation.buttons}
    asked = {offered.label: offered.payload for offered in conversation.wait.offered} if conversation.wait else {}
    return loose.get(choice.token) or asked.get(choice.label)


def _quoted(text: str, choices: tuple[Choice, ...] = ()) -> str:
    lines = [f"  {line}" for line in text.splitlines()] or ["  (no text)"]
    lines += [f"    [{choice.label}]" for choice in choices]
    return "\n".join(lines)
