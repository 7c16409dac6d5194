"""How the bot comes to its words: which variation of a response, in which language, with which values."""

import zlib
from collections.abc import Iterable, Mapping

import msgspec

from bot.content import Attachment, Choice, Content, Json, RichText, Value
from bot.engine.calm_payloads import NamesIntent, SetsSlots, read_payload, set_slots_payload
from bot.engine.conversation import Button
from bot.engine.flow import Button as ResponseButton
from bot.engine.flow import Text, Variation
from bot.engine.formats import shown
from bot.engine.going_round import says_again
from bot.engine.jinja import fill_in, read_template
from bot.engine.program import SECRET, spoken
from bot.engine.talk import Talk
from bot.engine.text import PLACEHOLDER, LookUp, encoded, parse_text, render
from bot.engine.wording import WORDING
from bot.events import BotSaid

MAX_BUTTONS = 40  # under messages that asked nothing; older ones are forgotten

NOTHING_FITS = "utter_internal_error_rasa"  # what CALM says when no variation of a response fits

Filling = Mapping[str, Json]
"""Values that a text may name beside the slots."""


class Message(Value, frozen=True, kw_only=True):
    """Something to say. `buttons` are label and payload."""

    text: RichText = RichText()
    image: str | None = None
    attachment: str | None = None
    buttons: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text.text.strip() or self.image or self.attachment or self.buttons)

    def contents(self) -> list[Content]:
        """The text with its picture, and the file on its own when there are both."""
        files = [Attachment(kind="photo", file=self.image)] if self.image else []
        files += [Attachment(kind="document", file=self.attachment)] if self.attachment else []
        if not files:
            return [Content(text=self.text)]
        return [Content(text=self.text, attachment=files[0]), *(Content(attachment=file) for file in files[1:])]


def message(talk: Talk, text: Text, filling: Filling | None = None) -> Message:
    """The text or response as it reads now."""
    if text.response is not None:
        return response(talk, text.response, filling)
    if text.jinja:
        return Message(text=_filled_in(talk, talk.program.source_in(text, talk.language), filling))
    return Message(text=_rendered(talk, talk.program.source_in(text, talk.language), filling))


def words(talk: Talk, text: Text, filling: Filling | None = None) -> RichText:
    """Only the words of a text or response."""
    return message(talk, text, filling).text


def wording(talk: Talk, name: str, **filling: Json) -> RichText:
    """What the engine says of its own, unless a response of the same name says it otherwise."""
    return response(talk, f"utter_switchboard_{name}", filling).text


def response(talk: Talk, name: str, filling: Filling | None = None) -> Message:
    """One variation of the response, else the engine's own words of that name; empty when nobody knows it."""
    variations = talk.program.responses.get(name)
    chosen = _chosen(talk, variations) if variations else None
    if chosen is None and variations and name != NOTHING_FITS:
        return response(talk, NOTHING_FITS, filling)
    if chosen is None:
        own = WORDING.get(name)
        return Message(
            text=_rendered(talk, spoken(own, talk.language, talk.program.languages), filling) if own else RichText()
        )
    return _said(talk, chosen, filling)


def _chosen(talk: Talk, variations: Iterable[Variation]) -> Variation | None:
    """By condition and channel, channel, condition, neither; of several one by conversation and turn.

    What is only written for other channels is better than nothing.
    """
    by_rank: dict[int, list[Variation]] = {}
    for variation in variations:
        if not talk.holds(variation.condition):
            continue
        rank = 2 * (variation.channel is not None) + (variation.condition is not None)
        if variation.channel not in (None, talk.channel):
            rank = -1
        by_rank.setdefault(rank, []).append(variation)
    if not by_rank:
        return None
    fitting = by_rank[max(by_rank)]
    if len(fitting) == 1:
        return fitting[0]
    return fitting[zlib.crc32(f"{talk.id}.{talk.turns}".encode()) % len(fitting)]


def _said(talk: Talk, variation: Variation, filling: Filling | None) -> Message:
    return Message(
        text=words(talk, variation.text, filling) if variation.text else RichText(),
        image=address(talk, variation.image, filling),
        attachment=address(talk, variation.attachment, filling),
        buttons=tuple(_button(talk, button, filling) for button in variation.buttons),
    )


def _button(talk: Talk, button: ResponseButton, filling: Filling | None) -> tuple[str, str]:
    """Its label, and what it does: without a payload it says what stands on it."""
    label = words(talk, button.title, filling).text
    payload = spoken({**button.payloads, "*": button.payload}, talk.language, talk.program.languages)
    if payload == talk.program.source_in(button.title, talk.language):
        return label, label
    return label, _with_values(talk, payload, label, filling) if PLACEHOLDER.search(payload) else payload


def _with_values(talk: Talk, payload: str, label: str, filling: Filling | None) -> str:
    """The payload with the values that it names, which are data: they never make it do something else."""

    def filled(values: Mapping[str, Json]) -> dict[str, Json]:
        return {
            name: resolved(talk, value, filling) if isinstance(value, str) else value for name, value in values.items()
        }

    match read_payload(payload):
        case SetsSlots(values=values):
            return set_slots_payload(filled(values))
        case NamesIntent(intent=intent, entities=entities):
            return f"/{intent}{msgspec.json.encode(filled(entities)).decode()}"
    said = shown(resolved(talk, payload, filling), None, talk.language)
    return said if read_payload(said) is None else label


def _rendered(talk: Talk, source: str, filling: Filling | None) -> RichText:
    template = talk.program.template(source)
    return template.fixed or render(template, looked_up(talk, filling), talk.language)


def _filled_in(talk: Talk, template: str, filling: Filling | None) -> RichText:
    """A Jinja text with its values, which are data: only what its author wrote can be markup."""
    said = fill_in(read_template(template), looked_up(talk, filling))
    values = {f"v{place}": part[0] for place, part in enumerate(said) if isinstance(part, tuple)}
    marked = (f"{{v{at}}}" if isinstance(part, tuple) else part.replace("{", "\\{") for at, part in enumerate(said))
    return render(parse_text("".join(marked)), values.get, talk.language)


def looked_up(talk: Talk, filling: Filling | None) -> LookUp:
    """Names of the filling first, then the slots and the conversation."""
    if not filling:
        return talk.look_up
    return lambda name: filling[name] if name in filling else talk.look_up(name)


def address(talk: Talk, source: str | None, filling: Filling | None = None) -> str | None:
    """The address of a picture or file with its values, percent-encoded so that they can't lead elsewhere."""
    if not source or "{" not in source:
        return source
    look_up = looked_up(talk, filling)
    whole = PLACEHOLDER.fullmatch(source)
    if whole is not None:
        value = look_up(whole.group(1))
        return (
            value if isinstance(value, str) and value.startswith(("https://", "http://")) and value != SECRET else None
        )
    return PLACEHOLDER.sub(lambda found: encoded(str(look_up(found.group(1)) or "")), source)


def say(talk: Talk, said: Message, *, barge_in: bool = True) -> None:
    """Say it without asking anything. Buttons keep what they do for as long as the conversation lives.

    Where a flow goes round through actions only, it was said already.
    """
    if said.is_empty or says_again(talk, said):
        return
    flow, step = talk.where
    choices = _loose_choices(talk, said.buttons)
    first, *more = said.contents()
    talk.record(BotSaid(content=first, choices=choices, flow=flow or None, step=step or None, barge_in=barge_in))
    talk.record(*(BotSaid(content=content, flow=flow or None, step=step or None) for content in more))


def say_wording(talk: Talk, name: str, **filling: Json) -> None:
    """Say one of the engine's own texts."""
    say(talk, response(talk, f"utter_switchboard_{name}", filling))


def _loose_choices(talk: Talk, buttons: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    """No more than are remembered: Telegram refuses a message with very many, and the others would do nothing."""
    if not buttons:
        return ()
    number = talk.next_wait()
    made = [
        Button(token=f"b.{number}.{place}", label=label, payload=payload, turn=talk.turns)
        for place, (label, payload) in enumerate(buttons[:MAX_BUTTONS])
    ]
    talk.buttons = (*talk.buttons, *made)[-MAX_BUTTONS:]
    return tuple(Choice(label=button.label, token=button.token) for button in made)


def resolved(talk: Talk, source: str, filling: Filling | None = None) -> Json:
    """A value that an author wrote: a lone `{name}` is the value itself, others become part of a text."""
    look_up = looked_up(talk, filling)
    whole = PLACEHOLDER.fullmatch(source)
    if whole is not None and whole.group(2) is None:
        return look_up(whole.group(1))
    return PLACEHOLDER.sub(lambda found: shown(look_up(found.group(1)), found.group(2), talk.language), source)
