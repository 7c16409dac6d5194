"""Collect: asking for a slot, and the way of an answer: understood, not rejected, confirmed, validated, kept."""

from bot.content import Attachment, ContactCard, Json
from bot.content import Place as Point
from bot.engine.acting import Back, request
from bot.engine.answers import LONGEST_NUMBER, Answer, Refusal, coerce, read_answer, read_phone
from bot.engine.asking import Expects, ask, ask_again, reach, yes_or_no
from bot.engine.button_answers import Shown, answer_of
from bot.engine.conversation import Offered, Wait
from bot.engine.flow import Collect, Files, Text
from bot.engine.formats import kind_of_file, one_of, shown
from bot.engine.going_on import asks_which, choices, read_choice
from bot.engine.going_round import leave_trace, passes_again
from bot.engine.languages import heed_slot
from bot.engine.matching import Match
from bot.engine.patterns import SLOT_REJECTIONS
from bot.engine.program import SECRET
from bot.engine.refusing import refusal
from bot.engine.retries import not_understood, times_out_at
from bot.engine.several_files import ask_for_more
from bot.engine.speech import Message, message, response, say, wording, words
from bot.engine.talk import UNHEARD, Place, Talk, Unheard
from bot.events import AnswerGiven, ChoiceMade

REGIONS = {"fa": "IR", "he": "IL"}  # where a telephone number without a country code is from: languages of one country
EXPECTED: dict[str, Expects] = {"contact": "contact", "phone": "contact", "location": "location", "file": "file"}
MEGABYTE = 1_000_000


def run_collect(talk: Talk, step: Collect) -> Place:
    """Ask, unless the slot is filled already and the flow does not go round."""
    if talk.slots.get(step.slot) is not None and not step.ask_before_filling and not passes_again(talk):
        return talk.next_of(step)
    reach(talk, "collect")
    return _pose_anew(talk, step, None)


def _pose_anew(talk: Talk, step: Collect, tried: Wait | None) -> Place:
    if step.ask_action is not None:
        request(talk, step.ask_action, topic="ask", tried=tried)
        talk.change_wait(draft=talk.slots.get(step.slot))
    else:
        pose(talk, step, message(talk, step.ask or Text(response=f"utter_ask_{step.slot}")), tried=tried)
    return None


def pose(talk: Talk, step: Collect, said: Message, *, tried: Wait | None = None) -> None:
    """Ask, with the answers that are known to fit where the question brings no buttons of its own."""
    offered = () if said.buttons else _natural_answers(talk, step)
    if said.is_empty:
        said = Message(text=wording(talk, "ask_slot", slot=step.slot.replace("_", " ")))
    expects = EXPECTED.get(step.kind)
    until = times_out_at(talk, step.retry)
    ask(talk, "collect", said, offered, expects=expects, times_out_at=until, tried=tried)


def _natural_answers(talk: Talk, step: Collect) -> tuple[Offered, ...]:
    if asks_which(talk, step):
        return choices(talk)
    slot = talk.program.flow_set.slots.get(step.slot)
    if slot is None or step.kind != "text" or step.digits is not None:
        return ()
    if slot.type == "bool":
        return yes_or_no(talk)
    if slot.type == "categorical":
        return tuple(
            Offered(label=_for_people(shown(value, None, talk.language)), value=value) for value in slot.values
        )
    return ()


def _for_people(value: str) -> str:
    """`standing_order` as people read it: `standing order`."""
    return value if " " in value else " ".join(value.split("_")).strip() or value


def goes_on(talk: Talk, step: Collect, back: Back) -> Place:
    """After an action that asked or validated. What was answered while it ran, maybe by itself, is asked no more."""
    value, asked = talk.slots.get(step.slot), back.question or Message()
    if back.wait.topic == "ask" and value not in (None, back.wait.draft):
        say(talk, asked)
        return talk.next_of(step)
    if back.wait.topic == "ask":
        pose(talk, step, asked, tried=back.wait)
        return None
    if value is not None:
        return _keep(talk, step, value)
    talk.wait = back.wait
    way_out = not_understood(talk, "rejected", Message())
    if way_out is not None:
        return way_out
    return _pose_anew(talk, step, talk.wait)


# What was typed


def read_typed(talk: Talk, step: Collect, typed: str) -> Answer | Refusal:
    """The text as an answer of the step's kind and the slot's type."""
    if asks_which(talk, step):
        return read_choice(talk, typed)
    read = read_answer(
        step.kind,
        typed,
        language=talk.language,
        region=REGIONS.get(talk.language),
        today=talk.local_now.date(),
        digits=step.digits,
    )
    slot = talk.program.flow_set.slots.get(step.slot)
    if isinstance(read, Refusal) or slot is None:
        return read
    if step.kind == "location" and slot.type == "text":
        return Answer(value=_point_text(read.value))
    fitting = coerce(slot.type, read.value, slot.values, talk.language)
    if isinstance(fitting, Answer) and not talk.program.fits(step.slot, fitting.value, talk.language)[0]:
        return Refusal(reason="not_allowed")
    return fitting


def is_free_text(talk: Talk, step: Collect) -> bool:
    """Whether any text whatever is an answer, so that words with a meaning of their own go first."""
    slot = talk.program.flow_set.slots.get(step.slot)
    narrow = slot is not None and slot.type in ("bool", "categorical", "float")
    return step.kind == "text" and step.digits is None and not narrow


def answer_surely(talk: Talk, step: Collect, typed: str) -> Place | Unheard:
    """Take the text when it can only be meant as the answer."""
    assert talk.wait is not None
    if talk.wait.topic == "confirm":
        sure = coerce("bool", typed)
        if isinstance(sure, Answer):
            return confirm(talk, step, sure=bool(sure.value))
    if is_free_text(talk, step):
        return UNHEARD
    read = read_typed(talk, step, typed)
    return take(talk, step, read.value) if isinstance(read, Answer) else UNHEARD


def answer_at_last(talk: Talk, step: Collect, typed: str) -> Place:
    """Take the text when nobody else wanted it, or say why it is no answer."""
    assert talk.wait is not None
    if talk.wait.topic == "confirm":
        return not_understood(talk)
    read = read_typed(talk, step, typed)
    if isinstance(read, Answer):
        return take(talk, step, read.value)
    return not_understood(talk, read.reason, _documented(talk, step, typed) or _why(talk, step, read))


def _documented(talk: Talk, step: Collect, typed: str) -> Message | None:
    """Why a value does not fit its slot, in the words that flows give by the name that CALM documents."""
    slot = talk.program.flow_set.slots.get(step.slot)
    name = SLOT_REJECTIONS.get(slot.type, "") if slot is not None else ""
    if name not in talk.program.responses:
        return None
    return response(talk, name, {"value": talk.shown_in_log(step.slot, typed)})


_SAID_AS = {
    "not_digits": "not_a_number",
    "no_year": "not_a_date",
    "not_a_place": "not_a_location",
}
_SAID = frozenset(
    {
        "not_a_number",
        "too_short",
        "too_long",
        "not_a_date",
        "not_a_time",
        "not_a_phone",
        "not_an_email",
        "not_a_location",
        "not_a_file",
        "not_allowed",
    }
)


def _why(talk: Talk, step: Collect, refusal: Refusal) -> Message | None:
    reason = "not_a_contact" if step.kind == "contact" else _SAID_AS.get(refusal.reason, refusal.reason)
    if reason not in _SAID and reason != "not_a_contact":
        return None
    if reason == "not_allowed" and (told := _range(talk, step)) is not None:
        return told
    bounds = step.digits
    filling: dict[str, Json] = {"min": bounds.min if bounds else 1, "max": bounds.max if bounds else LONGEST_NUMBER}
    return response(talk, f"utter_switchboard_{reason}", filling)


def _range(talk: Talk, step: Collect) -> Message | None:
    """Which numbers the slot can hold, if it can't hold all."""
    slot = talk.program.flow_set.slots.get(step.slot)
    if slot is None or slot.type != "float" or (slot.min is None and slot.max is None):
        return None
    name = "number_from" if slot.max is None else "number_up_to" if slot.min is None else "number_between"
    return response(talk, f"utter_switchboard_{name}", {"min": slot.min, "max": slot.max})


def choose(talk: Talk, step: Collect, match: Match) -> Place:
    """A button of the question that carries a value."""
    assert talk.wait is not None
    chosen = talk.wait.offered[match.place]
    if talk.wait.topic == "confirm":
        return confirm(talk, step, sure=bool(chosen.value))
    if step.kind == "file":
        return finish_files(talk, step)
    flow, here = talk.where
    value = talk.shown_in_log(step.slot, chosen.value)
    label = str(talk.shown_in_log(step.slot, chosen.label))
    talk.record(ChoiceMade(flow=flow, step=here, value=value, label=label, via=match.via))
    return take(talk, step, chosen.value)


def payload_of(talk: Talk, place: int) -> str:
    """What the button that was tapped says, so that a question about yes or no, or about choices, understands it."""
    assert talk.wait is not None
    step = talk.step
    slot = talk.program.flow_set.slots.get(step.slot) if isinstance(step, Collect) else None
    return answer_of(slot, place, [Shown(each.label, each.payload or "") for each in talk.wait.offered])


# The way of an answer


def take(talk: Talk, step: Collect, value: Json) -> Place:
    """The answer is understood: rejections of the slot and of the step, confirmation, the action that validates."""
    slot = talk.program.flow_set.slots.get(step.slot)
    rejected = refusal(talk, slot.rejections, step.slot, value) if slot is not None else None
    if rejected is not None and slot is not None and slot.refill is not None and talk.wait is not None:
        talk.change_wait(asked=words(talk, slot.refill))
    rejected = rejected or refusal(talk, step.rejections, step.slot, value)
    if rejected is not None:
        return not_understood(talk, "rejected", Message(text=rejected))
    if step.confirm:
        return _ask_to_confirm(talk, step, value)
    return _validate(talk, step, value)


def _ask_to_confirm(talk: Talk, step: Collect, value: Json) -> Place:
    tried = talk.wait
    spoken = SECRET if step.secret else shown(value, _form(step), talk.language)
    said = response(talk, "utter_switchboard_confirm_value", {"value": spoken})
    until = times_out_at(talk, step.retry)
    ask(talk, "collect", Message(text=said.text), yes_or_no(talk), topic="confirm", times_out_at=until, tried=tried)
    talk.change_wait(draft=value)
    return None


def _form(step: Collect) -> str | None:
    if step.digits is not None:
        return "code"
    return step.kind if step.kind in ("date", "time") else None


def confirm(talk: Talk, step: Collect, *, sure: bool) -> Place:
    """The customer says whether the answer was read as it was meant."""
    assert talk.wait is not None
    if sure:
        return _validate(talk, step, talk.wait.draft)
    return step.id  # asked anew


def _validate(talk: Talk, step: Collect, value: Json) -> Place:
    if step.validate_action is None:
        return _keep(talk, step, value)
    talk.put_slot(step.slot, value)  # the action looks for it there
    if step.reset_after_flow_ends:
        talk.reset_at_end(step.slot)  # also when the action never comes back
    request(talk, step.validate_action, topic="validate", tried=talk.wait)
    return None


def _keep(talk: Talk, step: Collect, value: Json) -> Place:
    talk.wait = None
    talk.fill(step.slot, value, keep=not step.reset_after_flow_ends)
    heed_slot(talk, step.slot, value)
    leave_trace(talk)
    flow, here = talk.where
    talk.record(AnswerGiven(flow=flow, step=here, slot=step.slot))
    return talk.next_of(step)


# What was sent


def take_contact(talk: Talk, step: Collect, contact: ContactCard) -> Place | Unheard:
    """A shared contact answers a question for a telephone number."""
    if step.kind not in ("contact", "phone"):
        return UNHEARD
    number = contact.phone if contact.phone.startswith("+") else f"+{contact.phone}"
    read = read_phone(number, None)
    if isinstance(read, Refusal):
        return not_understood(talk, read.reason, _why(talk, step, read))
    return take(talk, step, read.value)


def take_place(talk: Talk, step: Collect, place: Point) -> Place | Unheard:
    if step.kind != "location":
        return UNHEARD
    point = {"latitude": place.latitude, "longitude": place.longitude}
    fits, value = talk.program.fits(step.slot, point, talk.language)
    return take(talk, step, value if fits else _point_text(point))


def _point_text(point: Json) -> str:
    return f"{point['latitude']}, {point['longitude']}"


def take_file(talk: Talk, step: Collect, file: Attachment, album: str | None) -> Place | Unheard:
    """One file of as many as the step takes."""
    assert talk.wait is not None
    if step.kind != "file" or talk.wait.topic == "confirm" or _is_rest_of_album(talk, talk.wait, album):
        return UNHEARD
    wanted = step.files or Files()
    if wanted.kinds and file.kind not in wanted.kinds:
        kinds = [kind_of_file(kind, talk.language) for kind in wanted.kinds]
        filling: dict[str, Json] = {"kinds": one_of(kinds, talk.language)}
        return _refuse_file(talk, album, "file_kind", response(talk, "utter_switchboard_file_kind", filling))
    if file.size_bytes is not None and file.size_bytes > wanted.max_mb * MEGABYTE:
        filling = {"max_mb": wanted.max_mb}
        return _refuse_file(talk, album, "file_too_large", response(talk, "utter_switchboard_file_too_large", filling))
    files = [*(talk.wait.draft or []), _file_value(file)]
    talk.change_wait(draft=files)
    talk.last_album = album
    if len(files) >= wanted.max:
        return finish_files(talk, step)
    ask_for_more(talk, step)
    return None


def _refuse_file(talk: Talk, album: str | None, reason: str, why: Message) -> Place:
    """Say why it is of no use; once for all files of an album."""
    if album is not None and album == talk.heard_album:
        return None
    talk.heard_album = album
    return not_understood(talk, reason, why)


def _is_rest_of_album(talk: Talk, wait: Wait, album: str | None) -> bool:
    """Whether it comes with files that have answered the question before this one."""
    return album is not None and album == talk.last_album and not wait.draft


def _file_value(file: Attachment) -> dict[str, Json]:
    known = {"file": file.file, "kind": file.kind, "name": file.name, "mime": file.mime, "size_bytes": file.size_bytes}
    return {name: value for name, value in known.items() if value is not None}


def finish_files(talk: Talk, step: Collect) -> Place:
    """No more files come."""
    assert talk.wait is not None
    files = talk.wait.draft
    if not files:
        ask_again(talk)
        return None
    value = files if (step.files or Files()).max > 1 else files[0]
    fits, fitting = talk.program.fits(step.slot, value, talk.language)
    if not fits:  # a text slot keeps where the files are
        fitting = ", ".join(file["file"] for file in files)
    return take(talk, step, fitting)
