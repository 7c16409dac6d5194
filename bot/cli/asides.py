"""What an admin says to the program and not to the bot, behind a colon: `:wait 2h`, `:state`, `:save FILE`.

A customer's own words may begin with anything but this: commands such as /help and /menu are theirs.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.chat_clock import ChatClock
from bot.cli.chat_state import lines_of
from bot.cli.failures import CommandFailed
from bot.cli.terminal import Terminal
from bot.content import Json
from bot.engine.conversation import conversation_from_json
from bot.engine.inputs import PayloadHeard
from bot.engine.program import Program
from bot.events import AnyEvent, from_json
from bot.problems import Mark, did_you_mean
from bot.rehearsal.phrases import PhraseBook
from bot.rehearsal.recording import script_of
from bot.rehearsal.writing import write_case
from bot.service.house import House
from bot.yaml_fields import NodeProblems, seconds_of
from bot.yaml_nodes import Scalar
from storage import conversations, event_log
from storage.conversations import Stored
from storage.database import Connection

SIGN = ":"
HELP = """\
What begins with a colon is said to this program, all else to the bot:
  :state            show where the conversation stands and what it knows
  :state on|off     show after every turn where it stands and what has changed
  :slot NAME=VALUE  fill a slot
  :wait DURATION    let time pass, such as 90s, 10m, 2h or 3d
  :save FILE [NAME] write all that was done as a test for `switchboard test`
  :help             show this
  :quit             end (so do /quit and Ctrl-D)
A customer's own commands work too: /start, /menu, /agent, /language, /cancel, /help.
"""
WORDS = ("state", "slot", "wait", "save", "help")


class Asides:
    """Does what an admin asks for in the middle of a conversation. `unlike` says why it can't be saved, if so."""

    def __init__(
        self,
        terminal: Terminal,
        house: House,
        clock: ChatClock,
        write: Callable[[str], None],
        *,
        shows_state: bool = False,
        unlike: str | None = None,
    ) -> None:
        self._terminal = terminal
        self._house = house
        self._clock = clock
        self._write = write
        self._shows_state = shows_state
        self._unlike = unlike
        self._known: Mapping[str, Json] = {}  # what the slots held when they were shown last

    async def obey(self, typed: str) -> None:
        """Do it, or say why not."""
        word, _, rest = typed.removeprefix(SIGN).strip().partition(" ")
        try:
            match word:
                case "state":
                    await self._state(rest.strip())
                case "slot":
                    await self.fill(rest)
                case "wait":
                    await self._wait(rest.strip())
                case "save":
                    await self._save(*rest.strip().partition(" ")[::2])
                case "help" | "":
                    self._write(HELP)
                case _:
                    raise CommandFailed(did_you_mean(word, WORDS) or f"there are :{', :'.join(WORDS)}")
        except CommandFailed as failure:
            self._write(f"({typed}: {failure})\n")

    async def after_turn(self) -> None:
        """Show the state, if it is to be shown after every turn."""
        if self._shows_state:
            await self._show_state(self._known)

    # What there is

    async def _state(self, wish: str) -> None:
        if wish not in ("", "on", "off"):
            raise CommandFailed("write :state, :state on or :state off")
        if wish:
            self._shows_state = wish == "on"
        if wish != "off":
            await self._show_state({})

    async def _show_state(self, known: Mapping[str, Json]) -> None:
        stored, program = await self._stored()
        conversation = conversation_from_json(stored.state)
        for line in lines_of(conversation, program, self._clock.now(), known):
            self._write(f"  ┆ {line}\n")
        self._known = conversation.slots

    async def _stored(self) -> tuple[Stored, Program]:
        """The newest conversation, and what it runs."""
        programs = self._house.programs

        def read(connection: Connection) -> tuple[Stored, Program]:
            stored = conversations.latest(connection, *self._terminal.key)
            assert stored is not None
            return stored, programs.of(connection, stored.revision)

        return await self._house.database.read(read)

    # What one may change

    async def fill(self, *assignments: str) -> None:
        """Each `name=value`, all in one turn. Raises CommandFailed for a slot that is not there or can't hold it."""
        filled = ", ".join(map(self._filled, assignments))
        await self._terminal.hear(PayloadHeard(payload=f"/SetSlots({filled})"))
        await self.after_turn()

    def _filled(self, assignment: str) -> str:
        name, sign, value = (part.strip() for part in assignment.partition("="))
        program = self._house.programs.newest_program()
        assert program is not None
        if not sign or not name:
            raise CommandFailed(f"a slot is filled with NAME=VALUE; there are {', '.join(program.initial_slots)}", 2)
        if name not in program.initial_slots:
            known = ", ".join(program.initial_slots) or "none"
            raise CommandFailed(f"there is no slot {name!r}: {did_you_mean(name, program.initial_slots) or known}", 2)
        if not program.fits(name, value, program.languages[0])[0]:
            slot = program.flow_set.slots[name]
            allowed = f" of {', '.join(map(str, slot.values))}" if slot.values else ""
            raise CommandFailed(f"the slot {name!r} is {slot.type}{allowed}, and can't hold {value!r}", 2)
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{name}="{escaped}"'

    async def _wait(self, duration: str) -> None:
        """Let time pass, in the steps in which something happens by itself."""
        until = self._clock.now() + timedelta(seconds=_seconds(duration))
        while (due := (await self._stored())[0].due_at) is not None and due <= until:
            self._clock.move_to(due)
            await self._wake()
        self._clock.move_to(until)
        await self._wake()
        self._write(f"(It is {self._clock.now().astimezone(self._zone):%Y-%m-%d %H:%M:%S} now.)\n")
        await self.after_turn()

    async def _wake(self) -> None:
        await self._house.wakeups.wake_due()
        await self._house.follow_ups.begin_due()
        await self._terminal.show_news()

    # What stays of it

    async def _save(self, file: str, name: str) -> None:
        if not file:
            raise CommandFailed("where to? write :save flows/tests/my_test.yaml")
        if self._unlike is not None:
            raise CommandFailed(self._unlike)
        path = Path(file)
        stored, program = await self._stored()
        script = script_of(await self._log(stored.id), PhraseBook(program), self._zone)
        case = write_case(name.strip() or path.stem.replace("_", " "), script)
        try:
            await asyncio.to_thread(_write_new, path, case)
        except FileExistsError as error:
            raise CommandFailed(f"{path} is there already, and stays as it is") from error
        except OSError as error:
            raise CommandFailed(f"{path} cannot be written: {error.strerror}") from error
        before = "" if stored.number == 1 else " It begins with this conversation: the one before has ended."
        self._write(f"(Saved: `switchboard test {path}` does it again.{before})\n")

    async def _log(self, conversation: str) -> list[tuple[datetime, AnyEvent]]:
        entries = await self._house.database.read(
            lambda connection: event_log.read_conversation(connection, conversation)
        )
        return [(entry.at, from_json(entry.body)) for entry in entries]

    @property
    def _zone(self) -> ZoneInfo:
        zone = self._house.installation.time_zone
        assert isinstance(zone, ZoneInfo)
        return zone


def _write_new(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _seconds(duration: str) -> float:
    found = NodeProblems()
    seconds, _ = seconds_of(Scalar(Mark(""), duration, duration), found, "the time to wait")
    if seconds is None:
        raise CommandFailed(found.sorted()[0].message if len(found) else "say how long: 90s, 10m, 2h, 3d")
    return seconds
