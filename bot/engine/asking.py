"""A question as customers see it: its words, its buttons, page by page, and what the buttons' tokens mean."""

from datetime import datetime
from typing import Literal

import msgspec

from bot.content import Choice
from bot.engine.conversation import Button, Offered, Wait
from bot.engine.flow import Menu
from bot.engine.speech import Message, wording
from bot.engine.talk import Talk, places
from bot.events import BotSaid, StepReached

PAGE_LIMITS = {"telegram": 8, "plain": 9, "voice": 8}
WITH_BACK_BUTTON = ("telegram", "webchat")  # the others have a digit for it
VOICE_MORE = "9"

Kind = Literal["menu", "collect", "survey", "callback", "language", "offer"]
Expects = Literal["contact", "location", "file"]


def ask(
    talk: Talk,
    kind: Kind,
    said: Message,
    offered: tuple[Offered, ...] = (),
    *,
    topic: str = "",
    columns: int = 1,
    expects: Expects | None = None,
    times_out_at: datetime | None = None,
    tried: Wait | None = None,
) -> None:
    """Say the question and rest at it. Buttons of its response are choices like the others.

    `tried` is the wait whose tries count on. A question that a deep link may have answered is not said yet.
    """
    buttons = tuple(Offered(label=label, payload=payload) for label, payload in said.buttons)
    wait = Wait(
        number=talk.next_wait(),
        kind=kind,
        since=talk.now,
        turn=tried.turn if tried else talk.turns,
        topic=topic,
        asked=said.text,
        offered=(*offered, *buttons),
        columns=columns,
        expects=expects,
        times_out_at=times_out_at,
        no_match=tried.no_match if tried else 0,
        no_input=tried.no_input if tried else 0,
    )
    talk.wait = wait
    if talk.surveys:  # from now on words are an answer to this
        talk.surveys = tuple(msgspec.structs.replace(sent, comment_until=None) for sent in talk.surveys)
    if kind in ("menu", "collect") and not topic:
        talk.remember()
        if talk.prefill is not None:
            return  # it may be answered already
    show(talk, said)


def rest_at_buttons(talk: Talk) -> bool:
    """At the end of everything, buttons under the last words are a question. Whether there are any.

    The flow rests, so that they are tapped, or named, in this conversation.
    """
    said, loose = buttons_just_shown(talk)
    if said is None or not loose:
        return False
    offered = tuple(Offered(label=button.label, payload=button.payload) for button in loose)
    talk.wait = Wait(
        number=talk.next_wait(), kind="offer", since=talk.now, topic="ended", asked=said.content.text, offered=offered
    )
    return True


def buttons_just_shown(talk: Talk) -> tuple[BotSaid | None, list[Button]]:
    """The last words of this turn, and those of their buttons that wait for nothing."""
    said = next((event for event in reversed(talk.events) if isinstance(event, BotSaid)), None)
    tokens = {choice.token for choice in said.choices} if said else set()
    return said, [button for button in talk.buttons if button.token in tokens]


def reach(talk: Talk, kind: Literal["menu", "collect", "action", "survey", "handoff", "callback", "language"]) -> None:
    """Note that the conversation came to rest at a step."""
    flow, step = talk.where
    talk.record(StepReached(flow=flow, step=step, step_kind=kind))


def ask_again(talk: Talk) -> None:
    """Say the question once more, as it was; its buttons stay the same."""
    wait = talk.wait
    if wait is not None and wait.kind not in ("action", "handoff"):
        show(talk, Message(text=wait.asked))


def show(talk: Talk, said: Message) -> None:
    wait = talk.wait
    assert wait is not None
    choices = choices_of(talk, wait)
    leads_back = any(choice.role == "back" for choice in choices)
    if leads_back != wait.leads_back:
        wait = talk.change_wait(leads_back=leads_back)
    *before, last = said.contents()
    if not (said.text.text or said.image or said.attachment or choices):
        return
    flow, step = talk.where
    talk.record(*(BotSaid(content=content, flow=flow or None, step=step or None) for content in before))
    talk.record(
        BotSaid(
            content=last,
            choices=choices,
            columns=wait.columns,
            menu=bool(wait.offered),
            expects=wait.expects,
            flow=flow or None,
            step=step or None,
        )
    )


# Choices


def prefix(talk: Talk, wait: Wait) -> str:
    """What the tokens of this question begin with."""
    frame = talk.stack[-1].number if talk.stack else 0
    return f"{frame}.{wait.number}."


def choices_of(talk: Talk, wait: Wait) -> tuple[Choice, ...]:
    """The buttons of the page now shown, and those that turn pages and go back; a survey has its own."""
    if wait.kind == "survey":
        return wait.scores
    beginning = prefix(talk, wait)
    choices = [
        Choice(label=offered.label, token=f"{beginning}{place}", key=key, say_as=offered.say_as)
        for key, place, offered in page(talk, wait)
    ]
    choices += page_buttons(talk, wait)
    if talk.channel in WITH_BACK_BUTTON and wait.expects is None and can_go_back(talk):
        choices.append(Choice(label=wording(talk, "back").text, token=f"{beginning}b", role="back"))
    return tuple(choices)


def label_of(talk: Talk, wait: Wait, token: str) -> str | None:
    """What the button of this question says; none when it is no button of it."""
    what = token.removeprefix(prefix(talk, wait))
    if what == token:
        return None
    if what.isascii() and what.isdecimal():
        return wait.offered[int(what)].label if int(what) < len(wait.offered) else None
    return next((choice.label for choice in choices_of(talk, wait) if choice.token == token), None)


def page(talk: Talk, wait: Wait) -> list[tuple[str, int, Offered]]:
    """The key, the place in the whole list and the choice, for each choice of the page now shown."""
    size = page_size(talk, wait)
    first = wait.page * size
    shown = wait.offered[first : first + size]
    turns = VOICE_MORE if talk.channel == "voice" and len(shown) < len(wait.offered) else None
    keys = [None if offered.key == turns else offered.key for offered in shown]
    for place, key in enumerate(keys):
        if key is None and str(place + 1) not in (*keys, turns):
            keys[place] = str(place + 1)
    free = (key for key in map(str, range(1, 2 * len(shown) + 10)) if key not in (*keys, turns))
    return [(key or next(free), first + place, shown[place]) for place, key in enumerate(keys)]


def page_size(talk: Talk, wait: Wait) -> int:
    """Choices on one page: as the step says, within what the channel can show."""
    step = talk.step
    wanted = step.page_size if isinstance(step, Menu) and step.page_size else len(wait.offered)
    return max(1, min(wanted, PAGE_LIMITS.get(talk.channel, wanted)))


def pages(talk: Talk, wait: Wait) -> int:
    return max(1, -(-len(wait.offered) // page_size(talk, wait)))


def page_buttons(talk: Talk, wait: Wait) -> list[Choice]:
    """‹ and ›; on the telephone one key that goes round."""
    beginning, count = prefix(talk, wait), pages(talk, wait)
    if count == 1:
        return []
    if talk.channel == "voice":
        turns = [("page_next", (wait.page + 1) % count)]
        keys = [VOICE_MORE]
    else:
        turns = [("page_previous", wait.page - 1)] if wait.page > 0 else []
        turns += [("page_next", wait.page + 1)] if wait.page + 1 < count else []
        highest = max(int(key) for key, _place, _offered in page(talk, wait))
        keys = [str(highest + place + 1) for place in range(len(turns))]
    return [
        Choice(label=wording(talk, name).text, token=f"{beginning}p{number}", key=key, role="page")
        for key, (name, number) in zip(keys, turns, strict=True)
    ]


def turn_page(talk: Talk, number: int) -> None:
    """Show another page of the same question."""
    wait = talk.change_wait(page=number)
    show(talk, Message(text=wait.asked))


def is_at_latest(talk: Talk) -> bool:
    """Whether what is asked now is the question remembered last, and not something asked on top of it."""
    wait = talk.wait
    if not talk.history or wait is None or wait.kind not in ("menu", "collect") or wait.topic:
        return False
    return places(talk.history[-1].stack) == places(talk.stack)


def can_go_back(talk: Talk) -> bool:
    """Whether there is an earlier question to return to; out of the queue leads only what asks whether to leave it."""
    return talk.handoff is None and len(talk.history) > (1 if is_at_latest(talk) else 0)


def yes_or_no(talk: Talk) -> tuple[Offered, Offered]:
    """The two answers, whose values are true and false."""
    yes, no = wording(talk, "yes").text, wording(talk, "no").text
    return Offered(label=yes, value=True), Offered(label=no, value=False)
