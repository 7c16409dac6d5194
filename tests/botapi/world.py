"""Everything that the server knows, and the rules for who may reach whom. No I/O."""

import itertools
import time
from collections.abc import Callable

from tests.botapi.chats import GENERAL_TOPIC, RIGHTS, Chat, ChatType, Membership, Post, Status, Topic, User
from tests.botapi.entities import DETECTED, Wire
from tests.botapi.files import FileStore
from tests.botapi.params import Params
from tests.botapi.queries import CallbackQueries
from tests.botapi.refusals import RefusalError, bad_request, forbidden, mistake

Emit = Callable[[str, Wire, int], None]

KEPT_WHEN_LAX = 50  # messages a chat; a benchmark runs for millions


class World:
    """emit takes the kind of an update, its content and the id of the chat that it happened in."""

    def __init__(self, bot: User, emit: Emit, *, lax: bool = False) -> None:
        self.bot = bot
        self.emit = emit
        self.lax = lax
        self.users: dict[int, User] = {bot.user_id: bot}
        self.chats: dict[int, Chat] = {}
        self.files = FileStore()
        self.queries = CallbackQueries()
        self.commands: dict[tuple[str, str], list[Wire]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int | None, Wire] = {}
        self.closed_topics_refuse_admins = True
        self._changes = itertools.count(1)
        self._private_message_ids = itertools.count(1)

    # People and chats

    def add_user(self, user: User) -> User:
        return self.users.setdefault(user.user_id, user)

    def private_chat(self, user: User) -> Chat:
        chat = self.chats.get(user.user_id)
        if chat is None:
            chat = Chat(user.user_id, "private", user.first_name, members={user.user_id: Membership(user)})
            self.chats[user.user_id] = chat
        return chat

    def add_chat(self, chat_id: int, kind: ChatType, title: str, *, is_forum: bool, bot: Membership) -> Chat:
        chat = Chat(chat_id, kind, title, is_forum=is_forum, members={self.bot.user_id: bot})
        if is_forum:
            chat.topics[GENERAL_TOPIC] = Topic(GENERAL_TOPIC, "General")
            chat.last_message_id = GENERAL_TOPIC
        self.chats[chat_id] = chat
        return chat

    def set_bot_status(
        self, chat: Chat, status: Status, rights: frozenset[str] = frozenset(RIGHTS), by: User | None = None
    ) -> None:
        """Tells the bot by my_chat_member, as Telegram does."""
        old = chat.members.get(self.bot.user_id, Membership(self.bot, "left"))
        new = Membership(self.bot, status, rights if status == "administrator" else frozenset())
        chat.members[self.bot.user_id] = new
        update = {
            "chat": chat.wire(),
            "from": (by or next(iter(chat.members.values())).user).wire(),
            "date": now(),
            "old_chat_member": old.wire(),
            "new_chat_member": new.wire(),
        }
        self.emit("my_chat_member", update, chat.chat_id)

    # Messages

    def post(self, chat: Chat, author: User, content: Wire, **details: object) -> Post:
        """Puts a message into the chat. details are further fields of Post."""
        post = Post(self.next_message_id(chat), author, now(), content, **details)  # type: ignore[arg-type]
        chat.posts[post.message_id] = post
        if self.lax and len(chat.posts) > KEPT_WHEN_LAX:
            del chat.posts[next(iter(chat.posts))]
        self.touch(chat, post)
        return post

    def next_message_id(self, chat: Chat) -> int:
        """Private chats and small groups count together, each supergroup for itself, as in Telegram."""
        if chat.type in ("private", "group"):
            chat.last_message_id = next(self._private_message_ids)
        else:
            chat.last_message_id += 1
        return chat.last_message_id

    def touch(self, chat: Chat, post: Post | None = None) -> None:
        """Something that people can see has changed."""
        if post is not None:
            post.changed = next(self._changes)
        chat.bell.ring()

    def moment(self) -> int:
        """Later than every change so far, earlier than every change to come."""
        return next(self._changes)

    def bot_sees(self, chat: Chat, post: Post) -> bool:
        """Privacy mode: a bot that is not an administrator hears only what is meant for it."""
        if chat.type == "private" or chat.members[self.bot.user_id].status == "administrator":
            return True
        replied = chat.posts.get(post.reply_to or 0)
        called = f"@{self.bot.username}" in post.text
        command = DETECTED["bot_command"].match(post.text)
        return called or bool(command) or post.is_service or (replied is not None and replied.author is self.bot)

    # What a request may reach

    def known_chat(self, reference: object) -> Chat:
        try:
            chat = self.chats.get(int(str(reference)))
        except ValueError:
            chat = None
        if reference in (None, ""):
            raise mistake("chat_id is empty")
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise RefusalError(400, words, migrate_to_chat_id=chat.migrated_to)
        return chat

    def reachable_chat(self, params: Params, name: str = "chat_id") -> Chat:
        """The chat, if the bot may act in it. Raises RefusalError 400 or 403."""
        chat = self.known_chat(params.values.get(name))
        if chat.type == "private":
            if self.users[chat.chat_id].deactivated:
                raise forbidden("user is deactivated")
            if chat.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.started:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        bot = chat.members[self.bot.user_id]
        if bot.status == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if bot.status == "left":
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        if chat.type == "channel" and not bot.may("can_post_messages"):
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def thread_for(self, chat: Chat, params: Params) -> int | None:
        """The topic that a message of the bot goes to. Raises RefusalError 400."""
        thread_id = params.integer("message_thread_id")
        if thread_id is None:
            return None
        topic = chat.topics.get(thread_id)
        if topic is None or thread_id == GENERAL_TOPIC:
            raise bad_request("message thread not found")
        if topic.deleted:
            raise bad_request(topic.words_when_gone)
        may_enter = chat.members[self.bot.user_id].may("can_manage_topics") and not self.closed_topics_refuse_admins
        if topic.closed and not may_enter:
            raise bad_request("TOPIC_CLOSED")
        return thread_id

    def own_post(self, params: Params, what: str) -> tuple[Chat, Post]:
        """The bot's own message that is to be edited. what completes "message to … not found"."""
        chat = self.reachable_chat(params)
        post = self.known_post(chat, params.integer("message_id"), what)
        if post.author is not self.bot or post.forward_origin is not None:
            raise bad_request("message can't be edited")
        return chat, post

    def known_post(self, chat: Chat, message_id: int | None, what: str) -> Post:
        if message_id is None:
            raise mistake("message identifier is not specified")
        if message_id not in chat.posts:
            raise bad_request(f"message to {what} not found")
        return chat.posts[message_id]


def now() -> int:
    return int(time.time())
