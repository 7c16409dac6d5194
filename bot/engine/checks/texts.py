"""Whether the texts can be shown: long enough for nobody, too long for a channel, not there in a language."""

import re

from bot.engine.flow import Collect, FlowSet, Menu, Text
from bot.engine.program import SECRET
from bot.engine.reading.findings import Findings
from bot.engine.reading.values import EVERY_LANGUAGE
from bot.engine.text import PLACEHOLDER, parse_text, render
from bot.engine.wording import WORDING
from bot.problems import Mark, listed

_LINK = re.compile(r"\[[^\[\]]+\]\(\s*<?([^\s()<>]*)")
_ADDRESS = re.compile(r"https?://[^\s/]|mailto:.|tel:.|tg://.|\{", re.IGNORECASE)
MAX_MESSAGE = 4096  # Telegram's, in UTF-16 units, counted after the markup is rendered
MAX_CAPTION = 1024
MAX_SOURCE = 8 * MAX_MESSAGE  # no text that fits needs so much markup, and parsing it takes its time
MAX_HEARD_OPTIONS = 5
DECLARED = "'languages' has"  # what names a language of the flows
SHOWS = " shows"  # what a text does with a slot
MAX_TOLD = 5  # texts of CALM's that lack a language, each by itself


def check_texts(flow_set: FlowSet, found: Findings) -> None:
    """Report texts that are too long, texts that a declared language lacks, and menus that nobody can remember."""
    languages = flow_set.settings.languages
    for said in found.said:
        if said.role in ("message", "caption"):
            limit = MAX_CAPTION if said.role == "caption" else MAX_MESSAGE
            for language, source in said.text.by_language.items():
                length = shown_length(source, limit)
                if length > limit:
                    where = "" if language == EVERY_LANGUAGE else f" in '{language}'"
                    what = "under a picture or file " if said.role == "caption" else ""
                    message = f"the text{where} is {length} characters, and Telegram shows {limit} {what}at most"
                    found.warn_calm(said.mark, "text-too-long", message)
        for source in said.text.by_language.values():
            _check_links(source, said.mark, found)
    _check_translations(languages, found)
    _check_own_words(flow_set, found)
    _check_responses(flow_set, found)
    _check_menus(flow_set, found)
    _check_secrets(flow_set, found)


def _check_translations(languages: tuple[str, ...], found: Findings) -> None:
    """One warning a text; but one for all where nobody declares the language, or CALM's files leave it to a model."""
    lacking: dict[str, list[Mark]] = {language: [] for language in languages}
    for said in found.said:
        for language in _missing(said.text, languages):
            lacking[language].append(said.mark)
    told_once = {
        language: marks
        for language, marks in lacking.items()
        if language in found.undeclared or (len(marks) > MAX_TOLD and all(map(found.is_calms, marks)))
    }
    for language, marks in told_once.items():
        if marks:
            where, hint = "", "they are said in another language"
            if language in found.undeclared:
                where, hint = ", in which others are written", "declare the language to see which"
            message = f"texts that are not there in '{language}'{where}: {len(marks)}"
            found.warn(min(marks), "missing-translation", message, hint)
    for said in found.said:
        missing = [language for language in _missing(said.text, languages) if language not in told_once]
        if missing:
            found.warn(said.mark, "missing-translation", f"this text is not there in: {listed(missing)}")


def _check_own_words(flow_set: FlowSet, found: Findings) -> None:
    """The bot speaks a few languages of its own; in another one it would speak English between the author's texts."""
    for use in found.uses:
        if use.kind != "language" or use.what != DECLARED or use.name not in flow_set.settings.languages:
            continue
        own = re.split("[-_]", use.name)[0]
        lacking = [name for name, texts in WORDING.items() if own not in texts and name not in flow_set.responses]
        if lacking and not found.is_calms(use.mark):
            message = f"{len(lacking)} texts that the bot says on its own are not there in '{use.name}' but in English"
            hint = "flows/README.md, 'Texts with a name', tells how to say them your way"
            found.warn(use.mark, "missing-translation", message, hint)


def shown_length(source: str, limit: int = 0) -> int:
    """How long a text is at least when shown: without markup and with nothing for its slots, in UTF-16 units.

    Where that is far from the limit, it is the length as written: parsing is not free.
    """
    written = len(source.encode("utf-16-le", "surrogatepass")) // 2
    if written <= limit // 2 or written > MAX_SOURCE:
        return written
    shown = render(parse_text(source), lambda _name: None, "en")
    return len(shown.text.encode("utf-16-le", "surrogatepass")) // 2


def _check_links(source: str, mark: Mark, found: Findings) -> None:
    for address in _LINK.findall(source):
        if not (_ADDRESS.match(address) or found.is_calms(mark)):
            message = f"the link leads nowhere: '{address}' is no address"
            found.warn(mark, "bad-address", message, "it begins with https://, mailto:, tel: or a slot in { }")


def _check_responses(flow_set: FlowSet, found: Findings) -> None:
    """Where no variation fits, customers would be told that something went wrong."""
    for name, variations in flow_set.responses.items():
        mark = found.marks.get(("response", name))
        conditional = variations and all(variation.condition not in (None, "true") for variation in variations)
        if conditional and mark is not None and not found.is_calms(mark):
            message = f"where no condition holds, '{name}' has nothing to say"
            found.warn(mark, "no-default", message, "add a variation without a condition")


def _missing(text: Text, languages: tuple[str, ...]) -> list[str]:
    """Declared languages that the text is not written in. A text without letters serves all of them."""
    written = text.by_language
    if not written or len(languages) < 2:
        return []
    if EVERY_LANGUAGE in written:
        words = PLACEHOLDER.sub("", written[EVERY_LANGUAGE])
        return list(languages[1:]) if any(sign.isalpha() for sign in words) else []
    return [language for language in languages if language not in written]


def _check_menus(flow_set: FlowSet, found: Findings) -> None:
    for name, flow in flow_set.flows.items():
        for step in flow.steps.values():
            if isinstance(step, Menu) and len(step.options) > MAX_HEARD_OPTIONS:
                message = f"{len(step.options)} options are hard to remember for callers"
                hint = f"up to {MAX_HEARD_OPTIONS} can be told apart by ear"
                found.warn(found.step_marks[name, step.id], "many-options", message, hint)


def _check_secrets(flow_set: FlowSet, found: Findings) -> None:
    """What is asked as a secret is shown to nobody: a text that would show it reads otherwise than was meant."""
    steps = (step for flow in flow_set.flows.values() for step in flow.steps.values())
    secrets = {step.slot for step in steps if isinstance(step, Collect) and step.secret}
    for use in found.uses:
        if use.kind == "slot" and use.name in secrets and use.what.endswith(SHOWS):
            message = f"{use.what} '{use.name}', which is asked as a secret: it reads {SECRET}"
            found.warn(use.mark, "secret-shown", message, "say it without the answer, or ask without 'secret'")
