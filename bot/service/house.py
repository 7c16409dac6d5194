"""The service's parts, joined: what channels, commands and tests stand on."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from bot.desk.desk_file import Desk, DeskNames
from bot.ports import Actions, Channel, Clock
from bot.ports import Desk as DeskPort
from bot.service.action_runs import ActionRuns
from bot.service.admin_notices import AdminNotices
from bot.service.consequences import ACTIONS
from bot.service.crowds import Crowds
from bot.service.delivery import Delivery
from bot.service.departments.callbacks import Callbacks
from bot.service.departments.tickets import Tickets
from bot.service.desk.agents import Agents
from bot.service.desk.customer_cards import CustomerCards
from bot.service.desk.handoffs import Handoffs
from bot.service.desk.invitations import Invitations
from bot.service.desk.routing import Router
from bot.service.desk.showing import DESK
from bot.service.desk.supervision import Supervision
from bot.service.desk_changes import DeskChanges
from bot.service.drafts import Drafts
from bot.service.duties import Duties
from bot.service.files import Files
from bot.service.follow_ups import FollowUps
from bot.service.holder import Holder
from bot.service.installation import Installation
from bot.service.joining_acts import Joining
from bot.service.lasting import keep_running
from bot.service.limits import telegram_limits
from bot.service.measurements import Measurements
from bot.service.migration import Migration
from bot.service.privacy import Privacy
from bot.service.private.desk import PrivateDesk
from bot.service.programs import Programs
from bot.service.publishing import Publishing
from bot.service.sending import Sender
from bot.service.settling import Settling
from bot.service.slots import Slots
from bot.service.transcripts import Transcripts
from bot.service.turns import Turns
from bot.service.wakeups import Wakeups
from bot.settings import Settings
from storage import duties, outbox
from storage.database import Database
from storage.identifiers import new_id

PULLED = frozenset({"webchat", "plain"})  # channels whose pages read the log themselves
FILES = Path("var/files")
MEGABYTE = 1024 * 1024
FLUSH_SECONDS = 5.0  # what is booked when the house stops is sent for so long


class House:
    """One process of the service. Channels join between its making and `start`."""

    def __init__(
        self, settings: Settings, *, desk: Desk, names: DeskNames, clock: Clock, registry: CollectorRegistry
    ) -> None:
        self.clock = clock
        self.database = Database(settings.database.url)
        self.programs = Programs()
        self.installation = _installation(settings, desk, self.programs)
        database, installation, measurements = self.database, self.installation, Measurements(registry)
        self.turns = Turns(database=database, installation=installation, clock=clock, measurements=measurements)
        self.transcripts = Transcripts(database)
        self.files = Files(FILES, int(settings.webchat.max_file_mb * MEGABYTE))
        self.duties = Duties(database=database, process=installation.holder.process, clock=clock)
        self.follow_ups = FollowUps(database=database, turns=self.turns, clock=clock)
        self.privacy = Privacy(database=database, files=self.files, clock=clock)
        self._follow_files(settings, names)
        self.wakeups = Wakeups(
            database=database, turns=self.turns, installation=installation, clock=clock, measurements=measurements
        )
        self._open_desk()
        self.channels: dict[str, Channel] = {}
        self.delivery = self._delivery(measurements)
        self.turns.on_commit(self.delivery.accept)
        self.turns.on_commit(self.transcripts.accept)
        self.turns.on_commit(self.routing.accept)
        self._watches_flows = settings.flows.publish == "on_change"
        self._tasks: list[asyncio.Task[None]] = []

    def _follow_files(self, settings: Settings, names: DeskNames) -> None:
        notices = AdminNotices(settings.telegram.admin_chat_id)
        self.publishing = Publishing(
            database=self.database,
            programs=self.programs,
            folder=Path(settings.flows.path),
            desk=names,
            clock=self.clock,
            notices=notices,
        )
        self.desk_changes = DeskChanges(
            settings,
            database=self.database,
            installation=self.installation,
            publishing=self.publishing,
            notices=notices,
            clock=self.clock,
        )

    def _open_desk(self) -> None:
        database, turns, installation, clock = self.database, self.turns, self.installation, self.clock
        self.handoffs = Handoffs(database=database, turns=turns, installation=installation)
        self.joining = Joining(turns)
        self.cards = CustomerCards(database=database, turns=turns, installation=installation)
        self.tickets = Tickets(database=database, turns=turns, installation=installation)
        self.callbacks = Callbacks(database=database, turns=turns, installation=installation, clock=clock)
        self.agents = Agents(database=database, clock=clock)
        self.supervision = Supervision(database=database, installation=installation, clock=clock)
        self.invitations = Invitations(database=database, installation=installation, clock=clock)
        self.private_desk = PrivateDesk(
            database=database,
            turns=turns,
            agents=self.agents,
            handoffs=self.handoffs,
            installation=installation,
        )
        self.routing = Router(database=database, turns=turns, installation=installation, clock=clock)

    def _delivery(self, measurements: Measurements) -> Delivery:
        slots = Slots(self.turns, self.clock)
        self.crowds = Crowds(slots=slots, installation=self.installation, clock=self.clock)
        sender = Sender(
            channels=self.channels,
            installation=self.installation,
            settling=Settling(database=self.database, turns=self.turns, clock=self.clock),
            slots=slots,
            crowds=self.crowds,
            clock=self.clock,
            measurements=measurements,
        )
        return Delivery(
            database=self.database,
            installation=self.installation,
            sender=sender,
            clock=self.clock,
            measurements=measurements,
        )

    def drafts(self) -> Drafts:
        """Where testers ask for flows that are not published."""
        return Drafts(database=self.database, turns=self.turns, publishing=self.publishing, agents=self.agents)

    def migration(self) -> Migration:
        """What takes running conversations over to another revision."""
        return Migration(database=self.database, turns=self.turns, programs=self.programs)

    def join(self, name: str, channel: Channel) -> None:
        """Have what is booked for this channel sent by it."""
        self.channels[name] = channel

    def join_desk(self, desk: DeskPort) -> None:
        """Have hand-offs shown to agents there."""
        self.join(DESK, desk)
        self.installation.desk_groups = desk.groups

    def run_actions(self, actions: Actions) -> None:
        """Have custom actions run there."""
        runs = ActionRuns(
            database=self.database,
            installation=self.installation,
            turns=self.turns,
            actions=actions,
            channels=self.channels,
            clock=self.clock,
        )
        self.join(ACTIONS, runs)

    def languages(self) -> tuple[str, ...]:
        """What new conversations may be held in, the fallback first; call it when flows are published."""
        program = self.programs.newest_program()
        return program.languages if program else ("en",)

    async def succeed(self) -> None:
        """Go on where the process before this one stopped. Raises DatabaseDown.

        An SQLite file is served by one process: what the one before had in hand, if it died, need not wait until its
        leases run out.
        """
        if self.database.is_sqlite:
            await self.database.run(outbox.free)
            await self.database.run(duties.free)

    def start(self) -> None:
        """Begin to wake, to take over and to follow what other processes do."""
        running: dict[str, Callable[[], Awaitable[None]]] = {
            "delivery": self.delivery.run,
            "wakeups": self.wakeups.run,
            "routing": self.routing.run,
            "follow_ups": self.follow_ups.run,
            "transcripts": self.transcripts.run,
            "privacy": self.privacy.run,
            "publishing": lambda: self.publishing.run(watch=self._watches_flows),
            "desk_changes": self.desk_changes.run,
        }
        self._tasks = [asyncio.create_task(keep_running(name, run)) for name, run in running.items()]

    async def close(self, flush_seconds: float = FLUSH_SECONDS) -> None:
        """Finish the turn in hand, send for a moment what is booked, and let go. Nothing may come in any more."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.turns.close()
        await self.delivery.close(flush_seconds)
        await self.turns.close()
        await self.database.close()


def _installation(settings: Settings, desk: Desk, programs: Programs) -> Installation:
    return Installation(
        holder=Holder(new_id()),
        programs=programs,
        desk=desk,
        pulled=PULLED,
        time_zone=ZoneInfo(settings.business.time_zone),
        weekend=settings.business.weekend,
        limits=telegram_limits(settings.telegram),
        supervisors=settings.telegram.supervisor_chat_id,
    )
