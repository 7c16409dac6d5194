"""The chat of the supervisors: a group, or one supervisor's private chat."""

from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.watched_chats import WatchedChats
from bot.channels.telegram.identity import Identity


class SupervisorsChat(WatchedChats):
    """The chat of this id; without one there is none."""

    def __init__(self, api: Api, identity: Identity, chat: int | None) -> None:
        super().__init__(api, identity, () if chat is None else (chat,), "supervisors' chat")
        self._chat = chat

    def owns(self, chat: int) -> bool:
        """Whether this is that chat, and a group; a private chat is the person's own as well."""
        return chat < 0 and super().owns(chat)

    @property
    def group(self) -> int | None:
        """Its id today, if it is a group in which the bot was not refused."""
        today = None if self._chat is None else self.now(self._chat)
        return today if today is not None and today < 0 and self.is_usable(today) else None

    def is_of(self, person: int) -> bool:
        """Whether this is the private chat of that person."""
        return person > 0 and person == self._chat
