"""What an agent writes in their private chat, inside a transaction: to which of their customers it goes, if to any.

It goes to whom the screen said when they wrote it: to the customer whose message they answer, else to the one they
face. Whenever that is not certain it goes to nobody, and they are asked. Whom they face changes by what they press or
command alone; only who faces nobody faces the one customer they have, from when that customer's card stands there.
"""

from functools import partial
from typing import Literal

import msgspec

from bot.content import Content, Value
from bot.ports import DeskPrompt, Served
from bot.service.desk import agent_acts
from bot.service.desk.agent_acts import Acting, Answer
from bot.service.private.settling import desk_id
from bot.service.private.showing import served_as, served_by, tell
from bot.service.work import Work
from storage import agents, handoffs, private_desk
from storage.handoffs import WAITING, Handoff
from storage.private_desk import Held, Told, place_at

LATE_UPDATES = 10_000  # a number that is lower by more than that is of another count
Unsent = Literal["over", "theirs", "untaken"]
UNSENT: dict[str, Unsent] = {"theirs": "theirs", "offered": "theirs", "waiting": "untaken"}


class PrivateWords(Value, frozen=True, kw_only=True):
    """A message as the agent wrote it; `number` is the one of its input, by which inputs follow each other."""

    agent: str
    telegram_id: int
    number: int
    message_id: int
    content: Content
    reply_to: int | None
    language: str


def is_earlier(number: int, than: int | None) -> bool:
    """Whether the input of this number was made before that other, though it came after it."""
    return than is not None and 0 < than - number < LATE_UPDATES


def aim(work: Work, words: PrivateWords) -> str | None:
    """The hand-off that the words are for, none if that has to be asked. Nobody else moves the agent meanwhile."""
    connection, album = work.connection, words.content.album
    now = private_desk.facing(connection, words.agent)
    if words.reply_to is not None:
        return private_desk.handoff_of(connection, words.telegram_id, words.reply_to)
    if album is not None:
        if private_desk.held_album(connection, words.telegram_id, album) is not None:
            return None
        begun = private_desk.handoff_of_album(connection, words.telegram_id, album)
        if begun is not None:
            return begun
    if now.facing is None or is_earlier(words.number, now.faced_by):
        return None
    card = private_desk.place(connection, now.facing, place_at(words.telegram_id))
    if card is None or card.role != "holder":
        return now.facing  # which they don't have any more, and are told so
    was_seen = card.seen_from is not None and card.seen_from < words.message_id
    return now.facing if was_seen else None


def say(work: Work, words: PrivateWords) -> bool:
    """Bring the words to their customer, or ask or tell the agent why not. False when they are kept nowhere."""
    handoff = aim(work, words)
    if handoff is None:
        return _ask(work, words)
    answer = _bring(work, words, handoff)
    if not answer.done and answer.why != "noted":
        _refuse(work, words, handoff, answer)
    return answer.why == "done"


def _bring(work: Work, words: PrivateWords, handoff: str) -> Answer:
    work.load([], [handoff.partition(".")[0]])
    reply_to = desk_id(words.telegram_id, str(words.reply_to)) if words.reply_to is not None else None
    content = msgspec.structs.replace(words.content, reply_to=reply_to)
    message = desk_id(words.telegram_id, str(words.message_id))
    act = partial(_reply, content=content, message_id=message)
    answer = agent_acts.look_up_and(act, work, handoff, words.agent)
    if answer.done:
        private_desk.tell(work.connection, [told_of(words, handoff)])
    return answer


def told_of(words: PrivateWords, handoff: str) -> Told:
    """The words as a message about this hand-off."""
    return Told(
        telegram_id=words.telegram_id, message_id=words.message_id, handoff_id=handoff, album=words.content.album
    )


def _reply(acting: Acting, *, content: Content, message_id: str) -> Answer:
    """Here nobody is taken by being written to."""
    if not acting.is_held:
        return acting.refusal()
    return agent_acts.reply(acting, content=content, message_id=message_id)


def _refuse(work: Work, words: PrivateWords, handoff_id: str, answer: Answer) -> None:
    language = work.installation.desk_language
    handoff = handoffs.get(work.connection, handoff_id)
    others = tuple(one for one in served_by(work.connection, words.agent, language) if one.handoff != handoff_id)
    prompt = DeskPrompt(
        says=UNSENT.get(answer.why, "over"),
        language=words.language,
        served=served_as(work.connection, handoff, language) if handoff else None,
        agent_name=answer.agent_name,
        choices=others,
        answers=str(words.message_id),
    )
    tell(work, words.telegram_id, prompt)


def _ask(work: Work, words: PrivateWords) -> bool:
    """Keep the words, and ask for whom they are; of an album once. False when they can be for nobody."""
    open_now = served_by(work.connection, words.agent, work.installation.desk_language)
    answers = str(words.message_id)
    if not open_now:
        tell(work, words.telegram_id, DeskPrompt(says="nobody", language=words.language, answers=answers))
        return False
    album = words.content.album
    asked = private_desk.held_album(work.connection, words.telegram_id, album) if album is not None else None
    held = Held(
        telegram_id=words.telegram_id,
        message_id=words.message_id,
        question=asked or words.message_id,
        album=album,
        body=msgspec.json.encode(words.content).decode(),
        held_at=work.now,
    )
    private_desk.hold(work.connection, held)
    if asked is None:
        prompt = DeskPrompt(says="to_whom", language=words.language, choices=open_now, answers=answers)
        tell(work, words.telegram_id, prompt)
    return True


def send_held(
    work: Work, *, agent: str, telegram_id: int, number: int, question: int, handoff: str
) -> tuple[Answer, Served | None]:
    """The agent has said to whom the words go that wait for this; from now on they face that customer."""
    now = private_desk.facing(work.connection, agent)
    waiting = private_desk.held(work.connection, telegram_id, question)
    kept = handoffs.get(work.connection, handoff)
    if not waiting or kept is None:
        return Answer(why="unknown"), None
    served = served_as(work.connection, kept, work.installation.desk_language)
    for held in waiting:
        words = PrivateWords(
            agent=agent,
            telegram_id=telegram_id,
            number=number,
            message_id=held.message_id,
            content=msgspec.json.decode(held.body, type=Content),
            reply_to=None,
            language="",
        )
        answer = _bring(work, words, handoff)
        if not answer.done:
            return answer, served
    private_desk.drop_held(work.connection, telegram_id, question)
    if not is_earlier(number, now.faced_by):
        private_desk.face(work.connection, agent, handoff, number)
    return Answer(), served


def edit(work: Work, words: PrivateWords) -> bool:
    """What the agent wrote reads like this now: where it went, or while it waits. False when it does nowhere."""
    connection, body = work.connection, msgspec.json.encode(words.content).decode()
    if private_desk.change_held(connection, words.telegram_id, words.message_id, body):
        return True
    handoff = private_desk.handoff_of(connection, words.telegram_id, words.message_id)
    if handoff is None:
        unsent = DeskPrompt(says="unsent", language=words.language, answers=str(words.message_id))
        tell(work, words.telegram_id, unsent)
        return False
    work.load([], [handoff.partition(".")[0]])
    message = desk_id(words.telegram_id, str(words.message_id))
    content = msgspec.structs.replace(words.content, reply_to=None)
    answer = agent_acts.look_up_and(
        partial(agent_acts.edit, content=content, message_id=message), work, handoff, words.agent
    )
    if not answer.done:
        _refuse(work, words, handoff, answer)
    return answer.why == "done"


def face(
    work: Work, *, agent: str, telegram_id: int, number: int, handoff: str, language: str
) -> tuple[Answer, Served | None]:
    """The agent's words go to this customer from now on, if they have them; they are told so where they write.

    If they don't, words go to nobody until they choose again: they may be writing to whom they could not choose.
    """
    now = private_desk.facing(work.connection, agent)
    kept = handoffs.get(work.connection, handoff)
    if kept is None:
        return Answer(why="unknown"), None
    served = served_as(work.connection, kept, work.installation.desk_language)
    if is_earlier(number, now.faced_by):
        return Answer(why="again"), served
    if kept.state != "taken" or kept.agent_id != agent:
        private_desk.face(work.connection, agent, None, number)
        return _not_theirs(work, kept), served
    private_desk.face(work.connection, agent, handoff, number)
    tell(work, telegram_id, DeskPrompt(says="facing", language=language, served=served))
    return Answer(), served


def _not_theirs(work: Work, handoff: Handoff) -> Answer:
    holder = agents.get(work.connection, handoff.agent_id or "") if handoff.state == "taken" else None
    if holder is not None:
        return Answer(why="theirs", agent_name=holder.name)
    return Answer(why="waiting" if handoff.state in WAITING else "over")
