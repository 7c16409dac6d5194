"""Who is in Telegram here: people, chats, membership, topics and messages, each with its wire form."""

from dataclasses import dataclass, field
from typing import Literal

from aiogram.types import ChatMemberAdministrator

from tests.botapi.bell import Bell
from tests.botapi.entities import Wire

ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

GENERAL_TOPIC = 1
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)  # of members; who is restricted has none here
RIGHTS = tuple(
    name for name in ChatMemberAdministrator.model_fields if name.startswith("can_") and name != "can_be_edited"
)
SERVICE_FIELDS = frozenset(
    {
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "pinned_message",
        "new_chat_members",
        "left_chat_member",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
    }
)


@dataclass(slots=True)
class User:
    user_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    deactivated: bool = False

    def wire(self) -> Wire:
        wire: Wire = {"id": self.user_id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                wire[name] = value
        return wire


@dataclass(slots=True)
class Membership:
    """A user's place in a chat. rights are names of RIGHTS and count for administrators only."""

    user: User
    status: Status = "member"
    rights: frozenset[str] = frozenset()

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def wire(self) -> Wire:
        wire: Wire = {"status": self.status, "user": self.user.wire()}
        if self.status == "administrator":
            wire |= {"can_be_edited": False, "is_anonymous": False}
            wire |= {right: right in self.rights for right in RIGHTS}
        elif self.status == "creator":
            wire["is_anonymous"] = False
        elif self.status == "restricted":
            wire |= {"is_member": True, "until_date": 0} | dict.fromkeys(PERMISSIONS, False)
        elif self.status == "kicked":
            wire["until_date"] = 0
        return wire


@dataclass(slots=True)
class Topic:
    thread_id: int
    name: str
    icon_color: int = 7322096
    icon_custom_emoji_id: str | None = None
    closed: bool = False
    created_by: int = 0
    deleted: bool = False
    words_when_gone: str = "message thread not found"

    def wire(self) -> Wire:
        wire: Wire = {"message_thread_id": self.thread_id, "name": self.name, "icon_color": self.icon_color}
        if self.icon_custom_emoji_id:
            wire["icon_custom_emoji_id"] = self.icon_custom_emoji_id
        return wire


@dataclass(slots=True)
class Post:
    """One message. content holds the wire fields that make it what it is: text and entities, photo and caption, ..."""

    message_id: int
    author: User
    date: int
    content: Wire
    thread_id: int | None = None
    reply_to: int | None = None
    inline_keyboard: Wire | None = None
    album: str | None = None
    forward_origin: Wire | None = None
    edit_date: int | None = None
    changed: int = 0

    @property
    def text(self) -> str:
        text = self.content.get("text", self.content.get("caption", ""))
        assert isinstance(text, str)
        return text

    @property
    def is_service(self) -> bool:
        return any(name in SERVICE_FIELDS for name in self.content)


@dataclass(slots=True)
class Chat:
    chat_id: int
    type: ChatType
    title: str
    is_forum: bool = False
    members: dict[int, Membership] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    reactions: dict[int, list[Wire]] = field(default_factory=dict)
    reply_keyboard: Wire | None = None
    started: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    last_message_id: int = 0
    bell: Bell = field(default_factory=Bell)
    _wire: Wire | None = None

    def wire(self) -> Wire:
        if self._wire is None:
            self._wire = {"id": self.chat_id, "type": self.type}
            if self.type == "private":
                shown = self.members[self.chat_id].user.wire()
                self._wire |= {name: shown[name] for name in ("first_name", "last_name", "username") if name in shown}
            else:
                self._wire["title"] = self.title
                if self.is_forum:
                    self._wire["is_forum"] = True
        return self._wire

    def forget_wire(self) -> None:
        """To be called when title, type or is_forum change."""
        self._wire = None

    def message(self, post: Post, *, nested: bool = False) -> Wire:
        """A Message. A nested one, shown inside another, carries no reply of its own."""
        wire: Wire = {"message_id": post.message_id, "date": post.date, "chat": self.wire()}
        if self.type == "channel":
            wire["sender_chat"] = self.wire()
        else:
            wire["from"] = post.author.wire()
        wire |= post.content
        if post.thread_id is not None:
            wire |= {"message_thread_id": post.thread_id, "is_topic_message": True}
        optional = {
            "reply_markup": post.inline_keyboard,
            "media_group_id": post.album,
            "forward_origin": post.forward_origin,
            "edit_date": post.edit_date,
        }
        wire |= {name: value for name, value in optional.items() if value is not None}
        if not nested:
            original = self.posts.get(post.reply_to or post.thread_id or 0)
            if original is not None and original is not post:
                wire["reply_to_message"] = self.message(original, nested=True)
        return wire
