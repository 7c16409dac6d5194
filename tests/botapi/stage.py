"""Setting the scene: people, chats, and what happens to them behind the bot's back."""

from collections.abc import Iterable

from tests.botapi.chats import RIGHTS, Chat, ChatType, Membership, Status, User
from tests.botapi.feed import UpdateFeed
from tests.botapi.people import Person
from tests.botapi.topics import drop_topic
from tests.botapi.world import World

ALL_RIGHTS = frozenset(RIGHTS)


class Stage:
    """The server's world as a test arranges it. lax keeps only what a benchmark needs."""

    def __init__(self, bot_id: int, *, lax: bool = False) -> None:
        bot = User(bot_id, "Switchboard", username="switchboard_test_bot", is_bot=True)
        self.feed = UpdateFeed(lax=lax)
        self.world = World(bot, self.feed.add, lax=lax)

    def customer(
        self,
        user_id: int,
        first_name: str = "Sara",
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "en",
        started: bool = False,
    ) -> Person:
        """Somebody in a private chat with the bot; started: they have written to it before."""
        user = self.world.add_user(User(user_id, first_name, last_name, username, language_code))
        chat = self.world.private_chat(user)
        chat.started = chat.started or started
        return Person(self.world, user, chat)

    def group(
        self,
        chat_id: int,
        title: str = "Group",
        *,
        kind: ChatType = "supergroup",
        forum: bool = False,
        bot: Status = "member",
        rights: Iterable[str] = ALL_RIGHTS,
    ) -> Chat:
        """A group or channel that has the bot already, with these rights if it is an administrator."""
        membership = Membership(self.world.bot, bot, frozenset(rights) if bot == "administrator" else frozenset())
        return self.world.add_chat(chat_id, kind, title, is_forum=forum, bot=membership)

    def forum(self, chat_id: int, title: str = "Desk", *, rights: Iterable[str] = ALL_RIGHTS) -> Chat:
        """A supergroup with topics where the bot is an administrator."""
        return self.group(chat_id, title, forum=True, bot="administrator", rights=rights)

    def member(
        self,
        chat: Chat,
        user_id: int,
        first_name: str = "Ali",
        *,
        status: Status = "member",
        username: str | None = None,
    ) -> Person:
        user = self.world.add_user(User(user_id, first_name, username=username, language_code="en"))
        chat.members.setdefault(user_id, Membership(user, status, ALL_RIGHTS))
        return Person(self.world, user, chat)

    def drag_in(self, chat: Chat, by: Person) -> None:
        """Somebody adds the bot to a group it did not ask for."""
        chat.members[by.user.user_id] = Membership(by.user, "creator")
        chat.members[self.world.bot.user_id] = Membership(self.world.bot, "left")
        self.world.set_bot_status(chat, "member", by=by.user)
        post = self.world.post(chat, by.user, {"new_chat_members": [self.world.bot.wire()]})
        self.world.emit("message", chat.message(post), chat.chat_id)

    def kick(self, chat: Chat) -> None:
        self.world.set_bot_status(chat, "kicked")

    def demote(self, chat: Chat, *, without: Iterable[str] = ALL_RIGHTS) -> None:
        """Takes these rights from the bot; without all of them it is an ordinary member."""
        left = chat.members[self.world.bot.user_id].rights - frozenset(without)
        self.world.set_bot_status(chat, "administrator" if left else "member", left)

    def promote(self, chat: Chat, *, rights: Iterable[str] = ALL_RIGHTS) -> None:
        self.world.set_bot_status(chat, "administrator", frozenset(rights))

    def block(self, user_id: int) -> None:
        """The customer has blocked the bot, and the bot was not told yet."""
        self.world.chats[user_id].blocked = True

    def deactivate(self, user_id: int) -> None:
        self.world.users[user_id].deactivated = True

    def delete_topic(self, chat: Chat, thread_id: int, *, words: str = "message thread not found") -> None:
        """words are what a message to it is refused with: Telegram also says TOPIC_DELETED."""
        drop_topic(self.world, chat, chat.topics[thread_id], words)

    def close_topic(self, chat: Chat, thread_id: int) -> None:
        """Closed without a word to the bot."""
        chat.topics[thread_id].closed = True
        chat.bell.ring()

    def turn_topics_off(self, chat: Chat) -> None:
        chat.is_forum = False
        chat.forget_wire()

    def upgrade(self, chat: Chat, new_chat_id: int) -> Chat:
        """A small group becomes a supergroup: another id, and the old one is refused with migrate_to_chat_id."""
        new = self.world.add_chat(
            new_chat_id, "supergroup", chat.title, is_forum=False, bot=chat.members[self.world.bot.user_id]
        )
        new.members |= chat.members
        author = next(member.user for member in chat.members.values())
        old_post = self.world.post(chat, author, {"migrate_to_chat_id": new_chat_id})
        new_post = self.world.post(new, author, {"migrate_from_chat_id": chat.chat_id})
        self.world.emit("message", chat.message(old_post), chat.chat_id)
        self.world.emit("message", new.message(new_post), new_chat_id)
        chat.migrated_to = new_chat_id
        return new

    def announce(self, chat: Chat, text: str) -> None:
        """A post in a channel."""
        post = self.world.post(chat, self.world.bot, {"text": text})
        self.world.emit("channel_post", chat.message(post), chat.chat_id)

    def expire_queries(self) -> None:
        """All open callback queries become too old to be answered."""
        for query in self.world.queries.unanswered():
            query.expired = True
