"""From the flow folder to new conversations: read, check, keep as a revision, compile."""

import asyncio
import hashlib
import logging
from contextlib import suppress
from pathlib import Path

from bot.content import Value
from bot.desk.desk_file import DeskNames
from bot.engine.desk_uses import missing_at_desk
from bot.engine.flow import FlowSet, flow_set_to_json
from bot.engine.reader import read_flows
from bot.ports import Clock
from bot.problems import Problem
from bot.service.admin_notices import NOBODY, AdminNotices
from bot.service.flow_files import gather
from bot.service.programs import Programs, compiled
from bot.service.watching import State, changes_of, emptied, filled, state_of
from storage import revisions
from storage.database import Connection, Database, DatabaseDown

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # how often another process's publication is looked for, where no nudge comes
ID_CHARACTERS = 16


class Candidate(Value, frozen=True, kw_only=True):
    """What a folder holds: a revision that may be published, or problems only."""

    revision: str = ""
    body: str = ""
    flow_set: FlowSet | None = None
    problems: tuple[Problem, ...] = ()


class Publication(Value, frozen=True, kw_only=True):
    """What came of publishing: the revision, unless there were errors; `changed` when it is another than before."""

    revision: str | None = None
    changed: bool = False
    problems: tuple[Problem, ...] = ()


class NotOfThisDesk(Exception):
    """An earlier revision names what the desk has no more. The text says what, one line for each."""


def revision_of(flow_set: FlowSet) -> tuple[str, str]:
    """The id of a set of flows, which is the hash of its content, and its JSON."""
    body = flow_set_to_json(flow_set)
    return hashlib.sha256(body).hexdigest()[:ID_CHARACTERS], body.decode()


class Publishing:
    """Publishes for this process and follows what others publish."""

    def __init__(
        self,
        *,
        database: Database,
        programs: Programs,
        folder: Path,
        desk: DeskNames | None,
        clock: Clock,
        notices: AdminNotices = NOBODY,
    ) -> None:
        self._database = database
        self._programs = programs
        self._folder = folder
        self._desk = desk
        self._clock = clock
        self._notices = notices
        self._following = asyncio.Lock()
        self._read: State | None = None
        self._filled: frozenset[str] = frozenset()

    def use_desk(self, desk: DeskNames) -> None:
        """What flows may name from now on."""
        self._desk = desk

    async def candidate(self) -> Candidate:
        """What the folder holds now, checked. Raises OSError when the folder cannot be read."""
        return await asyncio.to_thread(self._read_folder)

    def _read_folder(self) -> Candidate:
        self._read = state_of(self._folder)
        reading = read_flows(gather(self._folder), self._desk)
        if reading.flow_set is None:
            return Candidate(problems=reading.problems)
        revision, body = revision_of(reading.flow_set)
        return Candidate(revision=revision, body=body, flow_set=reading.flow_set, problems=reading.problems)

    async def publish(self, author: str, message: str) -> Publication:
        """Let new conversations begin with what the folder holds now. With errors in it nothing changes.

        Raises OSError when the folder cannot be read, DatabaseDown.
        """
        return await self.publish_candidate(await self.candidate(), author, message)

    async def publish_candidate(self, candidate: Candidate, author: str, message: str) -> Publication:
        """Let new conversations begin with these flows, if they have no errors. Raises DatabaseDown."""
        if candidate.flow_set is None:
            return Publication(problems=candidate.problems)
        changed = await self._publish(candidate.revision, candidate.body, author, message)
        self._filled = filled(self._read or ())
        return Publication(revision=candidate.revision, changed=changed, problems=candidate.problems)

    async def publish_change(self, author: str, message: str) -> Publication:
        """The same for a folder that nobody said to publish: what was taken back stays so until it is edited, a file
        that lost all it held is an error, and errors are told to the admins. Raises OSError, DatabaseDown.
        """
        candidate = await self.candidate()
        if lost := emptied(self._read or (), self._filled):
            candidate = Candidate(problems=(*candidate.problems, *map(_emptied, lost)))
        newest, taken_back = await self._database.read(_current_and_taken_back)
        if candidate.flow_set is None:
            await self._database.run(
                lambda connection: self._notices.tell_refused(connection, candidate.problems, self._clock.now())
            )
            return Publication(problems=candidate.problems)
        if newest is not None and candidate.revision in taken_back - {newest.revision}:
            log.warning("flows_taken_back", extra={"revision": candidate.revision, "instead": newest.revision})
            await self.follow()
            return Publication(revision=newest.revision, problems=candidate.problems)
        return await self.publish_candidate(candidate, author, message)

    async def keep_draft(self, candidate: Candidate) -> str:
        """Keep flows without errors as a revision that is not published, for testers. Raises DatabaseDown."""
        now = self._clock.now()
        await self._database.run(lambda connection: revisions.keep(connection, candidate.revision, candidate.body, now))
        return candidate.revision

    async def roll_back(self, revision: str, author: str, message: str = "") -> Publication:
        """Let new conversations begin with an earlier revision again.

        Raises KeyError when there is no such, UnknownRevision when it can't be read, NotOfThisDesk, DatabaseDown.
        """
        body = await self._database.read(lambda connection: revisions.body(connection, revision))
        if body is None:
            raise KeyError(revision)
        await self.check_desk(revision, body)
        changed = await self._publish(revision, body, author, message or f"back to {revision}", takes_back=True)
        return Publication(revision=revision, changed=changed)

    async def check_desk(self, revision: str, body: str) -> None:
        """Raises NotOfThisDesk when they name what the desk has no more, UnknownRevision when they can't be read."""
        program = await asyncio.to_thread(compiled, revision, body)
        if self._desk is not None and (missing := missing_at_desk(program, self._desk)):
            raise NotOfThisDesk("\n".join(map(str, missing)))

    async def _publish(self, revision: str, body: str, author: str, message: str, *, takes_back: bool = False) -> bool:
        now = self._clock.now()
        before = await self._database.read(_current_body)
        by = f"{author} ({message})" if message else author
        notice = await asyncio.to_thread(self._notices.of_publication, before, body, revision, by)

        def publish(connection: Connection) -> bool:
            changed = revisions.publish(connection, revision, body, author, message, now, takes_back=takes_back)
            if changed and notice is not None:
                self._notices.tell(connection, notice, now)
            self._notices.forget_refused(connection)
            return changed

        changed = await self._database.run(publish)
        await self.follow()
        return changed

    async def follow(self) -> None:
        """Begin new conversations with what was published last, here or elsewhere. Raises DatabaseDown.

        One at a time: who looked first and takes longer must not bring back what was before.
        """
        async with self._following:
            current = await self._database.read(revisions.current)
            if current is None or current.revision == self._programs.newest:
                return
            body = await self._database.read(lambda connection: revisions.body(connection, current.revision))
            assert body is not None
            program = await asyncio.to_thread(compiled, current.revision, body)
            self._programs.keep(program)
            self._programs.newest = current.revision
            log.info("flows_published", extra={"revision": current.revision, "author": current.author})

    async def run(self, *, watch: bool) -> None:
        """Follow what others publish and, with `watch`, publish the folder when it changes; until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_others())
            if watch:
                group.create_task(self._watch())

    async def _follow_others(self) -> None:
        published = self._database.watch(revisions.PUBLISHED)
        while True:
            with suppress(DatabaseDown):
                await self.follow()
            await published.wait(LOOK_SECONDS)

    async def _watch(self) -> None:
        async for _ in changes_of(self._folder, self._read):
            await self.look_at_folder("changed on disk")

    async def look_at_folder(self, why: str) -> None:
        """Publish what the folder holds, as `publish_change` does, if need be when the database answers again."""
        while True:
            try:
                published = await self.publish_change("folder", why)
            except OSError as failure:  # whoever watches the folder sees when it can be read
                log.error("flows_unreadable", extra={"reason": str(failure)})
                return
            except DatabaseDown as down:
                log.error("flows_not_published", extra={"reason": str(down)})
                await asyncio.sleep(LOOK_SECONDS)
            else:
                log_problems(published)
                return


def _emptied(file: str) -> Problem:
    return Problem(
        file=file,
        line=1,
        column=1,
        code="emptied-file",
        severity="error",
        message="nothing is left in this file, so this folder is not published by itself",
        hint="save it anew, or delete it if that is meant",
    )


def _current_and_taken_back(connection: Connection) -> tuple[revisions.Publication | None, set[str]]:
    return revisions.current(connection), revisions.taken_back(connection)


def _current_body(connection: Connection) -> str | None:
    current = revisions.current(connection)
    return revisions.body(connection, current.revision) if current else None


def log_problems(published: Publication) -> None:
    """Say what is wrong with flows that were refused."""
    if published.revision is None:
        for problem in published.problems:
            if problem.severity == "error":
                log.error("flows_refused", extra={"problem": str(problem)})
