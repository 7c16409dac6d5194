"""Testers try flows that are not published, in a conversation of their own; customers know nothing of it."""

from collections.abc import Callable
from functools import partial

from bot.content import Content, RichText
from bot.engine.inputs import CommandHeard
from bot.events import AnyEvent, ConversationClosed, FlowEnded
from bot.ports import Inbound, Say, Taken
from bot.problems import Problem
from bot.service.case import Case
from bot.service.consequences import hear, put_aside, record
from bot.service.desk.agents import SUPERVISORS, Agents
from bot.service.jobs import Job
from bot.service.notices import book_notice
from bot.service.publishing import Publishing
from bot.service.turns import Turns
from bot.service.work import Work
from storage import customers, handoffs, revisions
from storage.database import Database
from storage.later_tables import DRAFT

PROBLEMS_TOLD = 5

WORDS: dict[str, dict[str, str]] = {
    "draft": {
        "en": "This conversation runs on revision {revision}, which only you see. /draft off ends it.",
        "fa": "این گفت‌وگو روی نسخهٔ {revision} است که فقط شما می‌بینید. ‎/draft off آن را پایان می‌دهد.",
        "ar": "تجري هذه المحادثة على المراجعة {revision} التي تراها أنت وحدك. ينهيها ‎/draft off.",
        "he": "השיחה הזאת מתנהלת בגרסה {revision}, שרק אתם רואים. ‎/draft off מסיים אותה.",
    },
    "published": {
        "en": "This is what customers see.",
        "fa": "این همان چیزی است که مشتریان می‌بینند.",
        "ar": "هذا ما يراه العملاء.",
        "he": "זה מה שהלקוחות רואים.",
    },
    "broken": {
        "en": "The flows have errors, so there is nothing to try:",
        "fa": "جریان‌ها خطا دارند و چیزی برای آزمودن نیست:",
        "ar": "في المسارات أخطاء، فلا شيء للتجربة:",
        "he": "יש שגיאות בזרימות, ולכן אין מה לנסות:",
    },
    "unreadable": {
        "en": "The flow folder can't be read.",
        "fa": "پوشهٔ جریان‌ها خوانده نمی‌شود.",
        "ar": "تعذّرت قراءة مجلد المسارات.",
        "he": "אי אפשר לקרוא את תיקיית הזרימות.",
    },
    "unknown": {
        "en": "There is no revision {revision}.",
        "fa": "نسخهٔ {revision} وجود ندارد.",
        "ar": "لا توجد مراجعة {revision}.",
        "he": "אין גרסה {revision}.",
    },
    "with_a_person": {
        "en": "You are talking with a person. Write this again when that is over.",
        "fa": "شما در حال گفت‌وگو با یک کارشناس هستید. پس از پایان آن دوباره بفرستید.",
        "ar": "أنت تتحدث مع موظف. أعد الإرسال بعد انتهاء ذلك.",
        "he": "אתם משוחחים עם נציג. שלחו שוב כשהשיחה תסתיים.",
    },
}


class Drafts:
    """Hears `/draft`, `/draft REVISION` and `/draft off` of supervisors and admins of the desk."""

    def __init__(self, *, database: Database, turns: Turns, publishing: Publishing, agents: Agents) -> None:
        self._database = database
        self._turns = turns
        self._publishing = publishing
        self._agents = agents

    async def take(self, inbound: Inbound, argument: str) -> bool:
        """Begin a conversation on what the folder holds now, on this revision, or on the published one with `off`.

        False for who is no tester: to them it is a command like any other. Raises DatabaseDown.
        """
        agent = await self._agents.with_telegram(int(inbound.address))
        if agent is None or agent.role not in SUPERVISORS:
            return False
        wanted = argument.strip().casefold()
        if wanted == "off":
            await self._begin(inbound, None)
        elif wanted:
            found = await self._database.read(lambda connection: revisions.beginning_with(connection, wanted))
            revision = wanted if wanted in found else found[0] if len(found) == 1 else None
            await (self._begin(inbound, revision) if revision else self._tell(inbound, "unknown", revision=wanted))
        else:
            await self._try_folder(inbound)
        return True

    async def _try_folder(self, inbound: Inbound) -> None:
        try:
            candidate = await self._publishing.candidate()
        except OSError:
            await self._tell(inbound, "unreadable")
            return
        if candidate.flow_set is None:
            await self._tell(inbound, "broken", candidate.problems)
        else:
            await self._begin(inbound, await self._publishing.keep_draft(candidate))

    async def _begin(self, inbound: Inbound, revision: str | None) -> None:
        await self._turns.do(_job(inbound, partial(_begin, inbound, revision)))

    async def _tell(self, inbound: Inbound, name: str, problems: tuple[Problem, ...] = (), **values: str) -> None:
        errors = [str(problem) for problem in problems if problem.severity == "error"]
        text = "\n".join((_word(name, inbound, **values), *errors[:PROBLEMS_TOLD]))

        def tell(work: Work) -> Taken:
            book_notice(work.connection, inbound.address, text, inbound.language or "en", work.now)
            return Taken()

        await self._turns.do(_job(inbound, tell))


def _job(inbound: Inbound, act: Callable[[Work], Taken]) -> Job[Taken]:
    """The command as an input that counts once, however often it comes. One that has a bug is let go."""
    return Job(
        act=act,
        again=Taken(duplicate=True),
        key=(inbound.channel, inbound.external_id),
        caller=customers.Caller(
            channel=inbound.channel,
            address=inbound.address,
            name=inbound.name,
            username=inbound.username,
            language=inbound.language,
        ),
        broken=(lambda _work, _error: Taken(failed=True),),
    )


def _begin(inbound: Inbound, revision: str | None, work: Work) -> Taken:
    """End what is open there, unless a person has it, and begin anew."""
    before = work.open_case((inbound.channel, inbound.address))
    if before is not None and _has_a_person(work, before):
        _say(work, before, inbound, _word("with_a_person", inbound))
        return Taken(conversation=before.id)
    asked = before.conversation.wait if before is not None else None
    if before is not None:
        _end(work, before)
    case = work.begin(inbound, revision)
    is_published = revision in (None, work.newest_program().revision)
    if not is_published:
        case.replace(entry=DRAFT)
    told = _word("published" if is_published else "draft", inbound, revision=revision or "")
    _say(work, case, inbound, told, clears_keyboard=asked is not None and asked.expects in ("contact", "location"))
    hear(work, case, CommandHeard(name="start"))
    return Taken(conversation=case.id)


def _has_a_person(work: Work, case: Case) -> bool:
    """Whoever only waits for one leaves the queue."""
    handoff = handoffs.get(work.connection, case.handoff) if case.handoff is not None else None
    return handoff is not None and handoff.agent_id is not None


def _end(work: Work, case: Case) -> None:
    if case.conversation.wait is not None:
        put_aside(work, case, case.conversation.wait)
    ended = [FlowEnded(flow=frame.flow, outcome="cancelled") for frame in reversed(case.conversation.stack)]
    case.replace(closed=True, stack=(), wait=None, due_at=None, history=(), reminders=(), buttons=())
    events: list[AnyEvent] = [*ended, ConversationClosed(reason="restarted")]
    record(work, case, events)


def _say(work: Work, case: Case, inbound: Inbound, text: str, *, clears_keyboard: bool = False) -> None:
    """Tell the tester, outside of the log: it is no part of the conversation that is tried."""
    content = Content(text=RichText(text=text))
    said = Say(content=content, language=inbound.language or "en", clears_keyboard=clears_keyboard)
    work.book(case, said, paced=True)


def _word(name: str, inbound: Inbound, **values: str) -> str:
    texts = WORDS[name]
    return texts.get((inbound.language or "en").partition("-")[0], texts["en"]).format(**values)
