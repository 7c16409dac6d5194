"""What becomes of what was heard: the question takes it, or a command does, or a trigger, or it was not understood."""

from collections.abc import Callable, Iterable

from bot.content import Json
from bot.engine import (
    calling_back,
    forgetting,
    handing_over,
    languages,
    menus,
    questions,
    resuming,
    surveying,
    ticket_news,
    waiting,
)
from bot.engine.acting import say_slow
from bot.engine.answers import Answer
from bot.engine.aside_buttons import hear_aside_button
from bot.engine.asides import take_up
from bot.engine.asking import ask_again, page_buttons, pages, prefix, turn_page
from bot.engine.calm_intents import hear_built_in
from bot.engine.calm_payloads import NamesIntent, SetsSlots, read_payload
from bot.engine.commands import WITH_DIGITS, command_of, obey
from bot.engine.conversation import Offered, Wait
from bot.engine.correcting import begin_to_correct, correction_of
from bot.engine.entities import slots_of_intent
from bot.engine.flow import END, Collect, Menu
from bot.engine.following_up import opt_in, opt_out
from bot.engine.loose_buttons import button_named, button_of
from bot.engine.matching import Match, match_exactly, match_nearly
from bot.engine.moving import go_back, go_home
from bot.engine.normal import normalise
from bot.engine.renewing import ask_anew
from bot.engine.retries import not_understood
from bot.engine.speech import say_wording
from bot.engine.starting import fitting_slots, hear_deep_link, start_by_intent, start_by_typed_intent, start_flow
from bot.engine.talk import UNHEARD, Place, Talk, Unheard
from bot.events import InputIgnored

Listener = Callable[[Talk, str, str], Place | Unheard]  # told the words, and the same in their normal form


# Words


def hear_text(talk: Talk, text: str) -> Place:
    """The question first where the text can only be its answer, then commands, triggers, then the question again."""
    if talk.handoff is not None:
        return _hear_in_queue(talk, text, normalise(text))
    if talk.wait is None:
        return go_home(talk)
    return _heard_by(_listeners(talk), talk, text)


def _heard_by(listeners: Iterable[Listener], talk: Talk, text: str) -> Place:
    """The first of them who takes the words, or whoever takes what nobody else wants."""
    typed = normalise(text)
    for listen in listeners:
        place = listen(talk, text, typed)
        if place is not UNHEARD:
            return place
    return answer_at_last(talk, text)


def _listeners(talk: Talk) -> tuple[Listener, ...]:
    """Who hears the words, one after the other, until one takes them."""
    if ticket_news.is_awaited(talk):
        return (_answer_surely, _hear_command, _hear_about_ticket)
    if isinstance(talk.step, Collect) and talk.step.forced:
        return (_answer_surely, _answer_nearly)
    return (_answer_surely, _hear_command, _hear_trigger, _hear_title, _hear_comment, _answer_nearly)


def _answer_surely(talk: Talk, text: str, typed: str) -> Place | Unheard:
    """By number or word of a choice, or as an answer of the question's kind."""
    wait, step = talk.wait, talk.step
    assert wait is not None
    match = match_exactly(talk, wait, typed) if wait.offered else None
    if match is not None:
        return take_choice(talk, match)
    if wait.offered and _turned_page(talk, typed):
        return None
    if wait.kind == "offer" and wait.topic == "resume" and (wished := resuming.wished(typed)) is not None:
        return resuming.agree(talk, goes_on=wished)
    if wait.kind == "collect" and isinstance(step, Collect):
        return questions.answer_surely(talk, step, text)
    if wait.kind == "callback":
        return calling_back.answer(talk, text)
    if wait.kind == "survey" and wait.topic != "comment" and surveying.names_score(talk, text):
        return surveying.hear_typed(talk, text)
    return UNHEARD


def _turned_page(talk: Talk, typed: str) -> bool:
    assert talk.wait is not None
    from_keys = {choice.key: choice.token for choice in page_buttons(talk, talk.wait)}
    token = from_keys.get(typed)
    if token is None:
        return False
    turn_page(talk, int(token.rpartition("p")[2]))
    return True


def _hear_command(talk: Talk, _text: str, typed: str) -> Place | Unheard:
    name = command_of(talk, typed)
    return UNHEARD if name is None else obey(talk, name)


def _hear_trigger(talk: Talk, text: str, typed: str) -> Place | Unheard:
    flow = talk.program.triggers[talk.language].get(typed)
    return start_by_typed_intent(talk, text) if flow is None else start_flow(talk, flow, "trigger")


def _hear_title(talk: Talk, _text: str, typed: str) -> Place | Unheard:
    """A button of a message that asked nothing. What it says is typed in its place, and never again its title."""
    button = button_named(talk, typed)
    if button is None:
        return UNHEARD
    if read_payload(button.payload) is not None:
        return hear_payload(talk, button.payload)
    return _heard_by((_answer_surely, _hear_command, _hear_trigger), talk, button.payload)


def _hear_comment(talk: Talk, text: str, _typed: str) -> Place | Unheard:
    """Words about a rating that was given by the button of an earlier survey."""
    asked = surveying.open_comment(talk)
    if asked is None or talk.wait is None or talk.wait.kind in ("survey", "action"):
        return UNHEARD
    surveying.comment(talk, asked, text)
    return None


def _hear_about_ticket(talk: Talk, text: str, _typed: str) -> Place:
    return ticket_news.take_words(talk, text)


def _answer_nearly(talk: Talk, _text: str, typed: str) -> Place | Unheard:
    assert talk.wait is not None
    match = match_nearly(talk, talk.wait, typed) if talk.wait.offered else None
    return UNHEARD if match is None else take_choice(talk, match)


def answer_at_last(talk: Talk, text: str) -> Place:
    """Words that nobody else wanted."""
    wait, step = talk.wait, talk.step
    assert wait is not None
    if wait.kind == "action":
        say_slow(talk)
        return None
    if wait.topic == "listen":
        return _listened(talk)
    if wait.kind == "survey":
        return surveying.hear_typed(talk, text)
    if wait.kind == "callback":
        return calling_back.not_an_answer(talk)
    if wait.kind == "collect" and isinstance(step, Collect):
        return questions.answer_at_last(talk, step, text)
    return not_understood(talk)


def _listened(talk: Talk) -> Place:
    """Something was said, whatever it was: go on."""
    step = talk.step
    talk.wait = None
    return END if step is None else talk.next_of(step)


def _hear_in_queue(talk: Talk, text: str, typed: str) -> Place:
    """What a customer writes there is for the people; only leaving the queue is for us."""
    wait = talk.wait
    assert wait is not None
    assert talk.handoff is not None
    match = _chosen_among_people(talk, wait, typed)
    if match is not None:
        return take_choice(talk, match)
    if ticket_news.is_awaited(talk):
        return ticket_news.take_words(talk, text)
    if wait.kind == "callback":
        place = calling_back.answer(talk, text)
        if place is not UNHEARD:
            return place
        if any(letter.isdecimal() for letter in typed):
            say_wording(talk, "not_a_phone")
            ask_again(talk)
            return None
    if talk.handoff.agent is None and command_of(talk, typed) in handing_over.WAYS_OUT:
        return waiting.offer_ways_out(talk)
    return None


def _chosen_among_people(talk: Talk, wait: Wait, typed: str) -> Match | None:
    """The choice that is named. Where there are buttons, a bare number is something to tell the people."""
    if not wait.offered or wait.kind not in ("handoff", "offer", "callback", "language"):
        return None
    match = match_exactly(talk, wait, typed)
    for_people = wait.kind == "handoff" or wait.topic == "leave"
    if match is not None and match.via == "number" and for_people and talk.channel not in WITH_DIGITS:
        return None
    return match


# Taps


def hear_tap(talk: Talk, token: str) -> Place:
    """A button: of a survey, of a message that asked nothing, of the question now asked, or of an old one."""
    opened = surveying.tapped_survey(talk, token)
    if opened is not None:
        return surveying.score_tapped(talk, opened, token)
    place = hear_aside_button(talk, token)
    if not isinstance(place, Unheard):
        return place
    take_up(talk, token)
    if talk.wait is not None and token.startswith(prefix(talk, talk.wait)):
        return _tapped(talk, token)
    if token == talk.last_tap:
        talk.record(InputIgnored(reason="double"))
        return None
    button = button_of(talk, token)
    if button is None:
        return _stale(talk)
    talk.last_tap = token
    return hear_payload(talk, button.payload)


def _tapped(talk: Talk, token: str) -> Place:
    """A button of the question now asked."""
    wait = talk.wait
    assert wait is not None
    what = token.removeprefix(prefix(talk, wait))
    if what == "b":
        talk.last_tap = token
        return go_back(talk)
    if what.startswith("p") and what[1:].isdecimal() and int(what[1:]) < pages(talk, wait):
        return _tapped_page(talk, int(what[1:]))
    if what.isdecimal() and what.isascii() and int(what) < len(wait.offered):
        talk.last_tap = token
        return take_choice(talk, Match(int(what), "tap"))
    return _stale(talk)


def _tapped_page(talk: Talk, number: int) -> Place:
    assert talk.wait is not None
    if talk.wait.page == number:
        talk.record(InputIgnored(reason="double"))
    else:
        turn_page(talk, number)
    return None


def _stale(talk: Talk) -> Place:
    """An old button: say where we are."""
    talk.record(InputIgnored(reason="stale"))
    if talk.wait is None or talk.handoff is not None:
        return None
    if talk.wait.kind == "survey":
        return surveying.pass_over(talk)
    if talk.wait.kind == "action":
        say_slow(talk)
        return None
    say_wording(talk, "stale_tap")
    ask_again(talk)
    return None


def take_choice(talk: Talk, match: Match) -> Place:
    """One of the choices offered, however it was named."""
    wait, step = talk.wait, talk.step
    assert wait is not None
    chosen: Offered = wait.offered[match.place]
    if chosen.payload is not None:
        return _hear_button(talk, questions.payload_of(talk, match.place))
    match wait.kind:
        case "menu" if isinstance(step, Menu):
            return menus.choose(talk, step, match)
        case "collect" if isinstance(step, Collect):
            return questions.choose(talk, step, match)
        case "callback" if chosen.value != waiting.KEEP_WAITING:
            return calling_back.choose(talk, str(chosen.value))
        case "language" if talk.handoff is not None:
            return handing_over.change_language(talk, str(chosen.value))
        case "language":
            return languages.choose(talk, str(chosen.value))
        case "offer" if ticket_news.is_awaited(talk):
            return ticket_news.take_nothing(talk)
        case "offer" if wait.topic == "resume":
            return resuming.choose(talk, str(chosen.value))
        case "offer" if wait.topic == "forget":
            return forgetting.choose(talk, meant=chosen.value is True)
        case "offer" if wait.topic == "leave":
            return handing_over.choose_to_leave(talk, str(chosen.value))
        case "offer" | "handoff" | "callback":
            return waiting.choose(talk, str(chosen.value))
    return None


# Payloads


def hear_payload(talk: Talk, payload: str) -> Place:
    """What a CALM button does: set slots, name an intent, or say its text."""
    read = read_payload(payload)
    match read:
        case SetsSlots(values=values):
            return _set_slots(talk, values)
        case NamesIntent(intent=intent, entities=entities):
            return hear_intent(talk, intent, entities)
    return hear_text(talk, payload)


def _hear_button(talk: Talk, payload: str) -> Place:
    """The payload of a question's own button. Plain text is an answer, and never again the button of that label."""
    read, step = read_payload(payload), talk.step
    if isinstance(read, SetsSlots) and isinstance(step, Menu):
        talk.wait = None
        talk.fill_ahead(fitting_slots(talk, read.values))
        return talk.next_of(step)
    if read is not None:
        return hear_payload(talk, payload)
    return _heard_by(() if isinstance(step, Collect) else (_hear_command, _hear_trigger), talk, payload)


def _set_slots(talk: Talk, values: dict[str, Json]) -> Place:
    """Fill the slots: the one that is asked for as an answer does, and what changes an earlier one by the pattern."""
    wait, step = talk.wait, talk.step
    asked = step.slot if wait is not None and wait.kind == "collect" and isinstance(step, Collect) else None
    fitting = fitting_slots(talk, values, asked=asked)
    correction = correction_of(talk, fitting)
    if correction is not None:
        talk.fill_ahead({slot: value for slot, value in fitting.items() if slot not in correction.values})
        return begin_to_correct(talk, correction)
    talk.fill_ahead({slot: value for slot, value in fitting.items() if slot != asked})
    if isinstance(step, Collect) and asked is not None and fitting.get(asked) is not None:
        return questions.take(talk, step, fitting[asked])
    if isinstance(step, Collect) and not fitting and asked is not None and values.get(asked) is not None:
        return questions.answer_at_last(talk, step, str(values[asked]))  # which says why it is none
    if wait is not None and wait.topic == "listen":
        return _listened(talk)
    ask_anew(talk)
    return None


def hear_intent(talk: Talk, intent: str, entities: dict[str, Json]) -> Place:
    """The flow that the intent triggers, or the slots that it fills; an intent of nobody's is not understood."""
    talk.understood = NamesIntent(intent=intent, entities=entities)
    started = start_by_intent(talk, intent, entities)
    if not isinstance(started, Unheard):
        return started
    filled = slots_of_intent(talk, intent, entities)
    if filled:
        return _set_slots(talk, filled)
    done = hear_built_in(talk, intent)
    if not isinstance(done, Unheard):
        return done
    if talk.wait is None:
        return go_home(talk)
    if talk.wait.topic == "listen":
        return _listened(talk)
    return answer_at_last(talk, "") if talk.wait.kind in ("action", "survey", "callback") else not_understood(talk)


# Commands


def hear_command(talk: Talk, name: str, argument: str) -> Place:
    """`/name argument`: a command, a deep link, a trigger, an intent."""
    talk.paused = False
    if talk.handoff is not None and name in ("stop", "subscribe"):
        return opt_out(talk) if name == "stop" else opt_in(talk)
    if talk.handoff is not None:
        return forgetting.ask_whether(talk) if name == "forget" else handing_over.hear_command(talk, name, argument)
    if name == "start" and argument.strip():
        linked = hear_deep_link(talk, argument.strip())
        if not isinstance(linked, Unheard):
            return linked
    flow = talk.program.triggers[talk.language].get(normalise(f"/{name}"))
    if flow is not None:
        started = start_flow(talk, flow, "trigger")
        if not isinstance(started, Unheard):
            return started
    obeyed = obey(talk, name.lower(), argument) if talk.wait is not None else UNHEARD
    return hear_intent(talk, name, {}) if isinstance(obeyed, Unheard) else obeyed


def answer_or_ask(talk: Talk, value: str) -> Place:
    """The value answers the question when it fits; otherwise the question is asked."""
    wait, step = talk.wait, talk.step
    assert wait is not None
    match = match_exactly(talk, wait, normalise(value)) if wait.offered else None
    if match is not None:
        return take_choice(talk, match)
    if wait.kind == "collect" and isinstance(step, Collect):
        read = questions.read_typed(talk, step, value)
        if isinstance(read, Answer):
            return questions.take(talk, step, read.value)
    ask_again(talk)
    return None
