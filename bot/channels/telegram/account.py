"""The bot's account: everything that Telegram needs, built and joined."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Literal

import msgspec
from aiohttp import web

from bot.channels.telegram.api import Api
from bot.channels.telegram.command_lists import CommandLists
from bot.channels.telegram.customers import Customers
from bot.channels.telegram.departments.callback_desk import CallbackDesk
from bot.channels.telegram.departments.departments import Departments
from bot.channels.telegram.departments.ticket_buttons import TicketButtons
from bot.channels.telegram.departments.ticket_commands import TicketCommands
from bot.channels.telegram.desk.buttons import Buttons, ButtonSet
from bot.channels.telegram.desk.canned_answers import CannedAnswers
from bot.channels.telegram.desk.card_copies import CardCopies
from bot.channels.telegram.desk.card_places import CardPlaces
from bot.channels.telegram.desk.commands import Commands, CommandSet
from bot.channels.telegram.desk.customer_commands import CustomerCommands
from bot.channels.telegram.desk.forum import Forum
from bot.channels.telegram.desk.groups import PROBLEMS, Groups
from bot.channels.telegram.desk.handoff_buttons import HandoffButtons
from bot.channels.telegram.desk.handoff_commands import HandoffCommands
from bot.channels.telegram.desk.listing_commands import ListingCommands
from bot.channels.telegram.desk.notes import Notes
from bot.channels.telegram.desk.places import ALERTS, CARDS, FORUM, Place, TelegramDesk
from bot.channels.telegram.desk.presence_commands import PresenceCommands
from bot.channels.telegram.desk.room import Room
from bot.channels.telegram.desk.watched_chats import WatchedChats
from bot.channels.telegram.fetching import Fetching
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.leases import Leases
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.private.buttons import PrivateButtons
from bot.channels.telegram.private.commands import PrivateCommands
from bot.channels.telegram.private.desk import PRIVATE, PrivateChats
from bot.channels.telegram.private.lists import PrivateLists
from bot.channels.telegram.private.room import PrivateRoom
from bot.channels.telegram.strangers import Strangers
from bot.channels.telegram.supervisors.alerts import Alerts
from bot.channels.telegram.supervisors.buttons import SupervisorButtons
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.supervisors.invitations import InviteCommand, Newcomers
from bot.channels.telegram.supervisors.room import SupervisorsRoom
from bot.channels.telegram.supervisors.staff_commands import StaffCommands
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.updates import Drafts, Turns, Updates
from bot.channels.telegram.webhook import PATH, Webhook
from bot.engine.program import Program
from bot.service.crowds import Crowds
from bot.service.departments.callbacks import Callbacks
from bot.service.departments.tickets import Tickets
from bot.service.desk.agents import Agents
from bot.service.desk.canned import Canned
from bot.service.desk.customer_cards import CustomerCards
from bot.service.desk.handoffs import Handoffs
from bot.service.desk.invitations import Invitations
from bot.service.desk.supervision import Supervision
from bot.service.files import Files
from bot.service.joining_acts import Joining
from bot.service.lasting import keep_running
from bot.service.private.desk import PrivateDesk
from bot.settings import Telegram


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What Telegram is connected with.

    `outage` is what `turns` raises when nothing could be stored. `program` gives the published flows; `languages` are
    those of the flows at the start, the fallback first; `department_chats` is where the desk's departments see tickets.
    """

    turns: Turns
    handoffs: Handoffs
    agents: Agents
    canned: Canned
    crowds: Crowds
    cards: CustomerCards
    joining: Joining
    private_desk: PrivateDesk
    supervision: Supervision
    invitations: Invitations
    tickets: Tickets
    callbacks: Callbacks
    files: Files
    leases: Leases
    drafts: Drafts
    outage: type[Exception]
    program: Callable[[], Program | None]
    languages: Sequence[str] = ("en",)
    department_chats: Collection[int] = ()


class Account:
    """Serves Telegram from `start` to `close`.

    `customers` is the channel `telegram`, and `desk` the channel `desk`. Updates are fetched, or in webhook mode
    brought to `public_url` with `secret` in their header; both are needed for that alone.
    """

    def __init__(self, settings: Telegram, house: House, *, public_url: str | None = None, secret: str = "") -> None:
        assert settings.token is not None
        self._api = Api(settings.api_url, settings.token)
        self._taps = Taps(self._api)
        self._identity = Identity(self._api)
        messages = Messages(self._api, house.files.path)
        language, chats = house.languages[0], settings.desk_chat_id
        self._groups = Groups(self._api, self._identity, chats, house.leases, house.outage, language)
        self._supervisors = SupervisorsChat(self._api, self._identity, settings.supervisor_chat_id)
        of_departments = set(house.department_chats) - set(chats)
        self._department_chats = WatchedChats(self._api, self._identity, of_departments, "department's chat")
        self._messages = messages
        self._fetching = Fetching(self._api, house.files, settings.token)
        self._notices = Notices(self._api, messages, house.crowds)
        self._copies = CardCopies(messages, self._notices)
        self._notes = Notes(house.handoffs, self._notices)
        self._commands = Commands(self._command_sets(house), self._notices)
        self._buttons = Buttons(self._button_sets(house, messages, language))
        open_to = self._commands.open_to
        self._lists = CommandLists(self._api, self._groups, self._supervisors, house.program, open_to)
        self.customers = Customers(self._api, messages)
        self.desk = TelegramDesk(self._groups, self._places(messages, language, house.crowds))
        updates = self._updates(house, messages, language, Strangers(self._api, settings.admin_chat_id))
        self._mode: Literal["polling", "webhook"] = settings.mode
        self._polling = Polling(self._api, updates, house.leases, house.outage)
        self._webhook = Webhook(self._api, updates, url=f"{public_url}{PATH}", secret=secret)
        self._listening: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def _places(self, messages: Messages, language: str, crowds: Crowds) -> dict[str, Place]:
        """Where agents see something."""
        return {
            FORUM: Forum(self._api, messages, self._groups, language, crowds),
            PRIVATE: PrivateChats(messages, language),
            ALERTS: Alerts(messages, self._supervisors, language),
            CARDS: CardPlaces(messages, self._groups, self._department_chats, language),
        }

    def _updates(self, house: House, messages: Messages, language: str, strangers: Strangers) -> Updates:
        departments = self._departments(house, messages, language)
        return Updates(
            identity=self._identity,
            turns=house.turns,
            taps=self._taps,
            strangers=strangers,
            desk=self._room(house, departments),
            rooms=(
                departments,
                self._newcomers(house, language),
                self._private_room(house, messages, language),
                self._supervisors_room(house),
            ),
            drafts=house.drafts,
            outage=house.outage,
        )

    def _command_sets(self, house: House) -> Sequence[CommandSet]:
        """What agents can command, in the order in which it is listed."""
        return (
            HandoffCommands(house.handoffs, house.agents, self._notes, self._notices, house.supervision),
            CannedAnswers(house.handoffs, house.canned, self._notices),
            CustomerCommands(house.cards, house.joining, house.handoffs, self._notices),
            ListingCommands(house.supervision, self._notices),
            PresenceCommands(house.agents, house.supervision, self._notices),
            InviteCommand(house.invitations, house.supervision, self._identity, self._messages, self._notices),
            StaffCommands(house.supervision, house.agents, self._notices),
            TicketCommands(house.tickets, self._notices),
            CallbackDesk(house.callbacks, self._copies, self._notices, house.languages[0]),
        )

    def _button_sets(self, house: House, messages: Messages, language: str) -> Sequence[ButtonSet]:
        """What agents can press."""
        return (
            HandoffButtons(house.handoffs, house.agents, messages, house.supervision, language),
            CannedAnswers(house.handoffs, house.canned, self._notices),
            SupervisorButtons(house.handoffs, house.agents, house.supervision, messages, self._notices),
            TicketButtons(house.tickets, self._copies, messages, language),
            CallbackDesk(house.callbacks, self._copies, self._notices, house.languages[0]),
        )

    def _departments(self, house: House, messages: Messages, language: str) -> Departments:
        buttons = TicketButtons(house.tickets, self._copies, messages, language)
        return Departments(
            identity=self._identity,
            chats=self._department_chats,
            agents=house.agents,
            tickets=house.tickets,
            commands=Commands([TicketCommands(house.tickets, self._notices)], self._notices),
            buttons=Buttons([buttons]),
            deeds=buttons.deeds,
            fetching=self._fetching,
            notices=self._notices,
            taps=self._taps,
        )

    def _room(self, house: House, departments: Departments) -> Room:
        return Room(
            identity=self._identity,
            departments=departments,
            groups=self._groups,
            supervisors=self._supervisors,
            agents=house.agents,
            handoffs=house.handoffs,
            commands=self._commands,
            buttons=self._buttons,
            notes=self._notes,
            fetching=self._fetching,
            notices=self._notices,
            taps=self._taps,
        )

    def _private_room(self, house: House, messages: Messages, language: str) -> PrivateRoom:
        desk = house.private_desk
        everywhere = self._command_sets(house)
        own = PrivateCommands(desk, everywhere[0], house.agents, self._notices)
        commands = Commands((*everywhere, own), self._notices)
        pressed = PrivateButtons(desk, self._fetching, messages)
        return PrivateRoom(
            identity=self._identity,
            desk=desk,
            own=own,
            lists=PrivateLists(self._api),
            commands=commands,
            buttons=Buttons((*self._button_sets(house, messages, language), pressed)),
            notes=self._notes,
            fetching=self._fetching,
            notices=self._notices,
            taps=self._taps,
        )

    def _newcomers(self, house: House, language: str) -> Newcomers:
        return Newcomers(
            invitations=house.invitations,
            api=self._api,
            identity=self._identity,
            groups=self._groups,
            private_desk=house.private_desk,
            notices=self._notices,
            language=language,
        )

    def _supervisors_room(self, house: House) -> SupervisorsRoom:
        return SupervisorsRoom(
            chat=self._supervisors,
            identity=self._identity,
            agents=house.agents,
            commands=self._commands,
            buttons=self._buttons,
            taps=self._taps,
        )

    def name(self) -> str | None:
        """What the bot is called in Telegram, none while that is not known."""
        return self._identity.known_name

    def add_routes(self, app: web.Application) -> None:
        """Serve the webhook, if that is how updates come."""
        if self._mode == "webhook":
            app.router.add_post(PATH, self._webhook.handle)

    def missing(self) -> tuple[str, ...]:
        """What keeps customers from being served, for people; nothing when all is well."""
        refused = self._api.refused
        return (f"Telegram refuses the bot ({refused}): see telegram.token",) if refused else ()

    def problems(self) -> tuple[str, ...]:
        """What keeps agents from being reached, for people; nothing when all is well."""
        problems = self._groups.problems()
        groups = tuple(f"desk group {chat} {PROBLEMS[problem]}" for chat, problem in problems.items())
        return groups + self._supervisors.problems() + self._department_chats.problems()

    def start(self) -> None:
        """Begin to take updates in. Telegram need not answer yet: it is asked until it does."""
        listening = self._webhook.register() if self._mode == "webhook" else self._polling.run()
        self._listening = asyncio.create_task(listening)
        lasting = {
            "identity": self._identity.learn,
            "desk_groups": self._groups.watch,
            "supervisors_chat": self._supervisors.watch,
            "department_chats": self._department_chats.watch,
            "command_lists": self._lists.keep,
        }
        self._tasks = [asyncio.create_task(keep_running(name, work)) for name, work in lasting.items()]

    async def stop_listening(self) -> None:
        """Take no more updates in; those in hand are finished. After this the house is not needed any more."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        if self._listening is not None:
            if self._mode == "webhook":
                self._listening.cancel()
            else:
                self._polling.stop()
            await asyncio.wait([self._listening])

    async def close(self) -> None:
        """Let go of Telegram, when everything was sent that shall be."""
        await self._taps.close()
        await self._notices.close()
        await self._api.close()
