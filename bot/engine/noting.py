"""What customers say, written into the log before anything is done about it; secrets are bullets there."""

import msgspec

from bot.content import Content, RichText
from bot.engine import aside_buttons
from bot.engine.asking import label_of, prefix
from bot.engine.calm_payloads import SetsSlots, read_payload
from bot.engine.flow import Collect, Menu
from bot.engine.going_round import begin_anew
from bot.engine.inputs import (
    AnyHeard,
    CommandHeard,
    ContactHeard,
    EditHeard,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    TapHeard,
    TextHeard,
    UnsupportedHeard,
)
from bot.engine.program import SECRET
from bot.engine.surveying import labels, tapped_survey
from bot.engine.talk import Talk
from bot.events import CustomerEdited, CustomerSaid

MAX_SECRET_MESSAGES = 20


def note(talk: Talk, heard: AnyHeard) -> None:
    """Write down what a customer said. Inputs of the clock, of actions and of the desk are no speech."""
    if isinstance(heard, EditHeard):
        _note_edit(talk, heard)
        return
    said = _said(talk, heard)
    if said is not None or isinstance(heard, TapHeard):
        talk.heard_at, talk.refused, talk.acted, talk.unanswered = talk.now, (), 0, False
        talk.understood = None
        begin_anew(talk)
        if talk.handoff is not None and talk.handoff.asked:
            talk.handoff = msgspec.structs.replace(talk.handoff, asked=False)
    if said is None:
        return
    talk.reminders = tuple(reminder for reminder in talk.reminders if not reminder.fragile)
    if not isinstance(heard, TapHeard):
        talk.last_tap = None  # after other words the same tap is meant
    if _is_secret(talk) and not isinstance(heard, TapHeard | CommandHeard):
        said = msgspec.structs.replace(said, content=_masked(said.content))
        if heard.message_id is not None:
            talk.secret_messages = (*talk.secret_messages, heard.message_id)[-MAX_SECRET_MESSAGES:]
    talk.record(said)


def _said(talk: Talk, heard: AnyHeard) -> CustomerSaid | None:
    match heard:
        case TextHeard(text=text) | PayloadHeard(payload=text):
            return _spoken(heard, Content(text=RichText(text=text)))
        case TapHeard():
            return _tapped(talk, heard)
        case CommandHeard(name=name, argument=argument):
            return _spoken(heard, Content(text=RichText(text=f"/{name} {argument}".rstrip())))
        case MediaHeard(attachment=attachment, caption=caption, album=album):
            return _spoken(heard, Content(text=RichText(text=caption), attachment=attachment, album=album))
        case PlaceHeard(place=place, name=name):
            return _spoken(heard, Content(text=RichText(text=name), place=place))
        case ContactHeard(contact=contact):
            return _spoken(heard, Content(contact=contact))
        case UnsupportedHeard(what=what):
            return _spoken(heard, Content(text=RichText(text=f"[{what}]")))
    return None


def _spoken(heard: AnyHeard, content: Content) -> CustomerSaid:
    if heard.reply_to is not None:
        content = msgspec.structs.replace(content, reply_to=heard.reply_to)
    return CustomerSaid(content=content, message_id=heard.message_id)


def _tapped(talk: Talk, heard: TapHeard) -> CustomerSaid | None:
    """What the button says, where it is one that still counts."""
    label = _label(talk, heard.token)
    if label is None:
        return None
    if _is_secret_choice(talk, heard.token):
        label = SECRET
    return CustomerSaid(
        content=Content(text=RichText(text=label)),
        message_id=heard.message_id,
        tapped=label,
        payload=_payload(talk, heard.token),
    )


def _label(talk: Talk, token: str) -> str | None:
    opened = tapped_survey(talk, token)
    if opened is not None:
        survey = talk.program.surveys.get(opened.name)
        return labels(talk, survey).get(int(token.rpartition(".")[2])) if survey else None
    if aside_buttons.is_aside_button(token):
        return aside_buttons.label_of(talk, token)
    label = label_of(talk, talk.wait, token) if talk.wait is not None else None
    if label is not None or token == talk.last_tap:
        return label
    return next((button.label for button in talk.buttons if button.token == token), None)


def _payload(talk: Talk, token: str) -> str | None:
    """What a button of CALM's says to custom actions, unless that is a secret."""
    buttons = {button.token: button.payload for button in talk.buttons}
    if talk.wait is not None:
        own = prefix(talk, talk.wait)
        buttons |= {f"{own}{place}": one.payload for place, one in enumerate(talk.wait.offered) if one.payload}
    payload = buttons.get(token)
    return None if payload is None or _is_secret(talk) or _sets_secret(talk, payload) else payload


def _is_secret_choice(talk: Talk, token: str) -> bool:
    """Whether the button answers a question for a secret, or fills a slot that holds one."""
    if talk.wait is not None and (own := prefix(talk, talk.wait)) and token.startswith(own):
        return _is_secret(talk) and talk.wait.topic != "confirm" and token.removeprefix(own).isdecimal()
    return any(button.token == token and _sets_secret(talk, button.payload) for button in talk.buttons)


def _sets_secret(talk: Talk, payload: str) -> bool:
    read = read_payload(payload)
    given = read.values if isinstance(read, SetsSlots) else read.entities if read is not None else {}
    return bool(talk.program.secret_slots & given.keys())


def _note_edit(talk: Talk, heard: EditHeard) -> None:
    if heard.message_id is None:
        return
    secret = heard.message_id in talk.secret_messages
    content = _masked(heard.content) if secret else heard.content
    talk.record(CustomerEdited(content=content, message_id=heard.message_id))


def _is_secret(talk: Talk) -> bool:
    """Whether the question now asked is for a secret."""
    step = talk.step
    slot = step.slot if isinstance(step, Collect) else step.into if isinstance(step, Menu) else None
    return talk.handoff is None and talk.wait is not None and slot in talk.program.secret_slots


def _masked(_content: Content) -> Content:
    return Content(text=RichText(text=SECRET))
