"""What the admins are told in their chat: flows were published, or refused and why; and so the desk's file."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from bot.content import Value
from bot.engine.differences import Difference, differences
from bot.engine.flow import FlowSet, flow_set_from_json
from bot.problems import Problem
from bot.service.notices import book_notice
from storage import kept_settings, revisions
from storage.database import Connection

REFUSED = "flows.refused"  # the errors that the admins know of, so that several processes tell them once
DESK_REFUSED = "desk.refused"
PROBLEMS_TOLD = 10
CHANGES_TOLD = 15

WORDS: dict[str, dict[str, str]] = {
    "published": {
        "en": "Flows published: new conversations begin with revision {revision}. By: {author}",
        "fa": "جریان‌ها منتشر شد: گفت‌وگوهای تازه با نسخهٔ {revision} آغاز می‌شوند. از: {author}",
        "ar": "نُشرت المسارات: تبدأ المحادثات الجديدة بالمراجعة {revision}. بواسطة: {author}",
        "he": "הזרימות פורסמו: שיחות חדשות מתחילות בגרסה {revision}. על ידי: {author}",
    },
    "refused": {
        "en": "The changed flows have errors and were refused. Customers stay on revision {revision}.",
        "fa": "جریان‌های تغییریافته خطا دارند و پذیرفته نشدند. مشتریان روی نسخهٔ {revision} می‌مانند.",
        "ar": "المسارات المعدّلة فيها أخطاء ولم تُقبل. يبقى العملاء على المراجعة {revision}.",
        "he": "בזרימות ששונו יש שגיאות והן נדחו. הלקוחות נשארים בגרסה {revision}.",
    },
    "desk_refused": {
        "en": "The changed desk file has errors and was refused. Queues and opening hours are as before.",
        "fa": "فایل تغییریافتهٔ میز کار خطا دارد و پذیرفته نشد. صف‌ها و ساعت‌های کار مانند پیش‌اند.",
        "ar": "ملف المكتب المعدّل فيه أخطاء ولم يُقبل. تبقى الطوابير وأوقات العمل كما كانت.",
        "he": "בקובץ הדלפק ששונה יש שגיאות והוא נדחה. התורים ושעות הפעילות נשארו כפי שהיו.",
    },
    "desk_lacks": {
        "en": "The desk file holds now, but the published flows name what it does not have:",
        "fa": "فایل میز کار به کار افتاد، اما جریان‌های منتشرشده چیزی را نام می‌برند که در آن نیست:",
        "ar": "صار ملف المكتب ساريًا، لكن المسارات المنشورة تسمّي ما ليس فيه:",
        "he": "קובץ הדלפק נכנס לתוקף, אבל הזרימות שפורסמו מזכירות מה שאין בו:",
    },
    "more": {
        "en": "… and {count} more",
        "fa": "… و {count} مورد دیگر",
        "ar": "… و{count} أخرى",
        "he": "… ועוד {count}",
    },
}


class Notice(Value, frozen=True, kw_only=True):
    """What is said, and in which language."""

    text: str
    language: str


class AdminNotices:
    """Books notices for the admins' chat in Telegram; without a chat there is nobody to tell."""

    def __init__(self, chat: int | None) -> None:
        self._chat = chat

    def of_publication(self, before: str | None, after: str, revision: str, author: str) -> Notice | None:
        """Another revision holds now: what has changed from one body to the other. None where nobody is told."""
        if self._chat is None:
            return None
        flows = _flows(after)
        changes = [told(each) for each in differences(_flows(before), flows)] if before else []
        head = _word("published", flows).format(revision=revision, author=author)
        return _notice(head, _listed(changes, CHANGES_TOLD, flows), flows)

    def tell(self, connection: Connection, notice: Notice, now: datetime) -> None:
        """Have it brought to the admins."""
        book_notice(connection, str(self._chat), notice.text, notice.language, now)

    def tell_refused(self, connection: Connection, problems: Sequence[Problem], now: datetime) -> None:
        """The folder has these errors, unless that was told already, here or by another process."""
        self._tell_once(connection, REFUSED, "refused", _errors(problems), now)

    def tell_desk_refused(self, connection: Connection, problems: Sequence[Problem], now: datetime) -> None:
        """The desk's file has these errors, unless that was told already."""
        self._tell_once(connection, DESK_REFUSED, "desk_refused", _errors(problems), now)

    def tell_desk_holds(self, connection: Connection, missing: Sequence[str], now: datetime) -> None:
        """The desk's file was taken over; only what the flows miss there is told."""
        if missing:
            self._tell_once(connection, DESK_REFUSED, "desk_lacks", missing, now)
        elif self._chat is not None:
            kept_settings.change(connection, DESK_REFUSED, "")

    def _tell_once(self, connection: Connection, place: str, name: str, lines: Sequence[str], now: datetime) -> None:
        known = hashlib.sha256("\n".join((name, *lines)).encode()).hexdigest()
        newest = revisions.current(connection)
        if self._chat is None or newest is None or not kept_settings.change(connection, place, known):
            return
        flows = _flows(revisions.body(connection, newest.revision) or "")
        head = _word(name, flows).format(revision=newest.revision)
        self.tell(connection, _notice(head, _listed(lines, PROBLEMS_TOLD, flows), flows), now)

    def forget_refused(self, connection: Connection) -> None:
        """The folder is mended: the same errors would be news again."""
        if self._chat is not None:
            kept_settings.change(connection, REFUSED, "")


NOBODY = AdminNotices(None)


def told(difference: Difference) -> str:
    """The difference in one line."""
    sign = {"added": "+", "removed": "-", "changed": "~"}[difference.change]
    place = [difference.flow, difference.step, difference.name]
    return f"{sign} {difference.what} {' / '.join(part for part in place if part)}"


def _flows(body: str) -> FlowSet:
    """The flows of a revision; nothing at all where another version of this program wrote them."""
    try:
        return flow_set_from_json(body.encode())
    except msgspec.DecodeError:
        return FlowSet(start="", flows={})


def _notice(head: str, lines: Sequence[str], flows: FlowSet) -> Notice:
    return Notice(text="\n".join((head, *lines)), language=flows.settings.languages[0])


def _word(name: str, flows: FlowSet) -> str:
    texts = WORDS[name]
    return texts.get(flows.settings.languages[0], texts["en"])


def _errors(problems: Sequence[Problem]) -> list[str]:
    return [str(problem) for problem in problems if problem.severity == "error"]


def _listed(lines: Sequence[str], most: int, flows: FlowSet) -> list[str]:
    more = [_word("more", flows).format(count=len(lines) - most)] if len(lines) > most else []
    return [*lines[:most], *more]
