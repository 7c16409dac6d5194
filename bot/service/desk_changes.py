"""The desk's file, taken over by the running service whenever it changes."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bot.authored_files import content_of
from bot.desk.desk_file import DeskNames, DeskReading, read_desk
from bot.engine.desk_uses import missing_at_desk
from bot.ports import Clock
from bot.service.admin_notices import AdminNotices
from bot.service.installation import Installation
from bot.service.publishing import Publishing
from bot.service.watching import changes_of
from bot.settings import Settings
from storage.database import Connection, Database, DatabaseDown

log = logging.getLogger(__name__)


class DeskChanges:
    """Queues, opening hours, departments and canned answers hold as soon as the file is saved without errors.

    Flows that were refused for a name that the desk did not have are looked at once more.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        database: Database,
        installation: Installation,
        publishing: Publishing,
        notices: AdminNotices,
        clock: Clock,
    ) -> None:
        self._path = Path(settings.desk.path)
        self._time_zone = settings.business.time_zone
        self._publishes = settings.flows.publish == "on_change"
        self._database = database
        self._installation = installation
        self._publishing = publishing
        self._notices = notices
        self._clock = clock

    async def run(self) -> None:
        """Follow the file until cancelled."""
        async for _ in changes_of(self._path):
            await self.take_over()

    async def take_over(self) -> None:
        """Let hold what the file says now, unless it has errors: they are told, and all is as before."""
        try:
            reading = await asyncio.to_thread(self._read)
        except OSError as failure:
            log.error("desk_unreadable", extra={"reason": str(failure)})
            return
        if reading.desk is None or reading.names is None:
            await self._refuse(reading)
            return
        if reading.desk != self._installation.desk:
            self._installation.desk = reading.desk
            self._publishing.use_desk(reading.names)
            log.info("desk_changed", extra={"path": str(self._path)})
            if self._publishes:
                await self._publishing.look_at_folder("the desk has changed")
        await self._tell_what_it_lacks(reading.names)

    def _read(self) -> DeskReading:
        return read_desk(str(self._path), content_of(self._path), self._time_zone)

    async def _refuse(self, reading: DeskReading) -> None:
        for problem in reading.problems:
            if problem.severity == "error":
                log.error("desk_refused", extra={"problem": str(problem)})

        now = self._clock.now()
        await self._tell(lambda connection: self._notices.tell_desk_refused(connection, reading.problems, now))

    async def _tell_what_it_lacks(self, names: DeskNames) -> None:
        program = self._installation.programs.newest_program()
        missing = missing_at_desk(program, names) if program is not None else ()
        for use in missing:
            log.warning("desk_lacks", extra={"missing": str(use)})
        lines, now = [str(use) for use in missing], self._clock.now()
        await self._tell(lambda connection: self._notices.tell_desk_holds(connection, lines, now))

    async def _tell(self, tell: Callable[[Connection], None]) -> None:
        with suppress(DatabaseDown):  # the log has it
            await self._database.run(tell)
