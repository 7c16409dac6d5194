"""From the flow folder to new conversations: read, check, keep as a revision, compile."""

import asyncio
import hashlib
import logging
from contextlib import suppress
from pathlib import Path

from watchfiles import awatch

from bot.content import Value
from bot.desk.desk_file import DeskNames
from bot.engine.flow import FlowSet, flow_set_from_json, flow_set_to_json
from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.ports import Clock
from bot.problems import Problem
from bot.service.flow_files import gather
from bot.service.programs import Programs
from storage import revisions
from storage.database import Database, DatabaseDown

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0  # how often another process's publication is looked for
ID_CHARACTERS = 16


class Publication(Value, frozen=True, kw_only=True):
    """What came of publishing: the revision, unless there were errors; `changed` when it is another than before."""

    revision: str | None = None
    changed: bool = False
    problems: tuple[Problem, ...] = ()


def revision_of(flow_set: FlowSet) -> tuple[str, str]:
    """The id of a set of flows, which is the hash of its content, and its JSON."""
    body = flow_set_to_json(flow_set)
    return hashlib.sha256(body).hexdigest()[:ID_CHARACTERS], body.decode()


class Publishing:
    """Publishes for this process and follows what others publish."""

    def __init__(
        self, *, database: Database, programs: Programs, folder: Path, desk: DeskNames | None, clock: Clock
    ) -> None:
        self._database = database
        self._programs = programs
        self._folder = folder
        self._desk = desk
        self._clock = clock

    async def publish(self, author: str, message: str) -> Publication:
        """Let new conversations begin with what the folder holds now. With errors in it nothing changes.

        Raises OSError when the folder cannot be read, DatabaseDown.
        """
        reading = await asyncio.to_thread(lambda: read_flows(gather(self._folder), self._desk))
        if reading.flow_set is None:
            return Publication(problems=reading.problems)
        revision, body = await asyncio.to_thread(revision_of, reading.flow_set)
        now = self._clock.now()
        changed = await self._database.run(
            lambda connection: revisions.publish(connection, revision, body, author, message, now)
        )
        await self.follow()
        return Publication(revision=revision, changed=changed, problems=reading.problems)

    async def roll_back(self, revision: str, author: str) -> Publication:
        """Let new conversations begin with an earlier revision again. Raises KeyError when there is no such."""
        body = await self._database.read(lambda connection: revisions.body(connection, revision))
        if body is None:
            raise KeyError(revision)
        now, message = self._clock.now(), f"back to {revision}"
        changed = await self._database.run(
            lambda connection: revisions.publish(connection, revision, body, author, message, now)
        )
        await self.follow()
        return Publication(revision=revision, changed=changed)

    async def follow(self) -> None:
        """Begin new conversations with what was published last, here or elsewhere. Raises DatabaseDown."""
        current = await self._database.read(revisions.current)
        if current is None or current.revision == self._programs.newest:
            return
        body = await self._database.read(lambda connection: revisions.body(connection, current.revision))
        assert body is not None
        program = await asyncio.to_thread(lambda: compile_program(flow_set_from_json(body.encode()), current.revision))
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
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(DatabaseDown):
                await self.follow()

    async def _watch(self) -> None:
        async for _ in awatch(self._folder):
            try:
                published = await self.publish("folder", "changed on disk")
            except (OSError, DatabaseDown) as failure:
                log.error("flows_unreadable", extra={"reason": str(failure)})
                continue
            log_problems(published)


def log_problems(published: Publication) -> None:
    """Say what is wrong with flows that were refused."""
    if published.revision is None:
        for problem in published.problems:
            if problem.severity == "error":
                log.error("flows_refused", extra={"problem": str(problem)})
