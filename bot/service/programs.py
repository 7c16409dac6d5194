"""Compiled sets of flows, by revision."""

import threading

import msgspec

from bot.engine.flow import flow_set_from_json
from bot.engine.program import Program, compile_program
from storage import revisions
from storage.database import Connection

PROGRAMS_KEPT = 32  # conversations run for days, and each ends with the revision it began with


class UnknownRevision(Exception):
    """A conversation names a revision that is not stored, or not in a form that this version can read."""


class NothingPublished(Exception):
    """There are no flows yet, so that no conversation can begin."""


def compiled(revision: str, body: str) -> Program:
    """The program of a stored revision. Raises UnknownRevision when another version of this program wrote it."""
    try:
        flow_set = flow_set_from_json(body.encode())
    except msgspec.DecodeError as damage:
        raise UnknownRevision(revision) from damage
    return compile_program(flow_set, revision)


class Programs:
    """The revisions in use, each compiled once. New conversations begin with the `newest`, none before a publish."""

    def __init__(self) -> None:
        self._compiled: dict[str, Program] = {}
        self._lock = threading.Lock()  # transactions run on threads
        self.newest: str | None = None

    def current(self) -> str:
        """What new conversations begin with. Raises NothingPublished."""
        if self.newest is None:
            raise NothingPublished
        return self.newest

    def newest_program(self) -> Program | None:
        """What new conversations begin with, if it is at hand."""
        return self._compiled.get(self.newest) if self.newest else None

    def of(self, connection: Connection, revision: str) -> Program:
        """The program of a revision, from the database if it is not at hand. Raises UnknownRevision."""
        program = self._compiled.get(revision)
        if program is None:
            body = revisions.body(connection, revision)
            if body is None:
                raise UnknownRevision(revision)
            program = self.keep(compiled(revision, body))
        return program

    def keep(self, program: Program) -> Program:
        """Have this one at hand."""
        with self._lock:
            self._compiled[program.revision] = program
            if len(self._compiled) > PROGRAMS_KEPT:
                oldest = next(name for name in self._compiled if name != self.newest)
                del self._compiled[oldest]
        return program
