"""What stays inside: notes, and the messages of the desk that they stood in."""

from typing import TypeVar

from bot.events import AgentEdited, AgentSaid, AnyEvent, NoteWritten, from_json
from bot.service.case import Case
from bot.service.work import Work
from storage import event_log

E = TypeVar("E", bound=AnyEvent)


def is_noted(work: Work, case: Case, message_id: str, text: str) -> bool:
    """Whether this is the note that the message holds already."""
    notes = [note.text for note in _found(work, case, NoteWritten, "note_written") if note.message_id == message_id]
    return notes[-1:] == [text]


def is_album_noted(work: Work, case: Case, album: str) -> bool:
    """Whether the caption of the album is a note: then its other parts are for nobody else either."""
    return any(note.album == album for note in _found(work, case, NoteWritten, "note_written"))


def was_said(work: Work, case: Case, message_id: str) -> bool:
    """Whether the customer was sent what stood in this message."""
    sent = [said.message_id for said in _found(work, case, AgentSaid, "agent_said")]
    sent += [changed.message_id for changed in _found(work, case, AgentEdited, "agent_edited")]
    return message_id in sent


def _found(work: Work, case: Case, kind: type[E], name: str) -> list[E]:
    entries = event_log.read_conversation(work.connection, case.id, kinds=(name,)) + case.entries(work.now)
    events = (from_json(entry.body) for entry in entries if entry.kind == name)
    return [event for event in events if isinstance(event, kind)]
