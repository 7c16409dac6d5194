"""Updates as Telegram sends them: the fields that are used here, and no others.

Source: https://core.telegram.org/bots/api#update. What a message carries beyond these fields is never decoded.
"""

from typing import Any

import msgspec

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

# Messages that tell of the chat itself: nobody said anything, so nothing is answered.
SERVICE_KINDS = frozenset(
    {
        "new_chat_members",
        "left_chat_member",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "pinned_message",
        "message_auto_delete_timer_changed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
        "write_access_allowed",
        "connected_website",
        "chat_background_set",
        "chat_shared",
        "users_shared",
        "user_shared",
        "boost_added",
        "proximity_alert_triggered",
        "web_app_data",
        "chat_owner_left",
        "chat_owner_changed",
        "gift_upgrade_sent",
        "giveaway_created",
        "giveaway_completed",
        "checklist_tasks_done",
        "checklist_tasks_added",
        "poll_option_added",
        "poll_option_deleted",
        "managed_bot_created",
        "paid_message_price_changed",
        "direct_message_price_changed",
        "suggested_post_approved",
        "suggested_post_approval_failed",
        "suggested_post_declined",
        "suggested_post_paid",
        "suggested_post_refunded",
        "community_chat_added",
        "community_chat_removed",
        "community_chat_joined",
    }
)
# Kinds of content that stay with Telegram; the name of the first that a message has is told to the flow.
UNSUPPORTED_KINDS = (
    "poll",
    "dice",
    "game",
    "story",
    "paid_media",
    "checklist",
    "invoice",
    "successful_payment",
    "refunded_payment",
    "giveaway",
    "giveaway_winners",
    "gift",
    "unique_gift",
    "passport_data",
    "rich_message",
)


class Wire(msgspec.Struct, frozen=True, kw_only=True):
    """An object of the Bot API, decoded from JSON."""


class User(Wire, frozen=True, kw_only=True):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    username: str | None = None
    language_code: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def language(self) -> str | None:
        """The language of the person's app without its region, `pt` for `pt-BR`."""
        return self.language_code.partition("-")[0].lower() if self.language_code else None


class Permissions(Wire, frozen=True, kw_only=True):
    """What every member of a group may do."""

    can_send_messages: bool = True


class Chat(Wire, frozen=True, kw_only=True):
    id: int
    type: str
    title: str = ""
    is_forum: bool = False
    permissions: Permissions = Permissions()


class File(Wire, frozen=True, kw_only=True):
    """A photo size, document, voice, video, audio, animation, video note or sticker."""

    file_id: str
    width: int = 0
    height: int = 0
    file_size: int | None = None
    file_name: str | None = None
    mime_type: str | None = None


class Location(Wire, frozen=True, kw_only=True):
    latitude: float
    longitude: float


class Venue(Wire, frozen=True, kw_only=True):
    title: str = ""
    address: str = ""


class Contact(Wire, frozen=True, kw_only=True):
    phone_number: str
    first_name: str = ""
    last_name: str = ""
    user_id: int | None = None


class Entity(Wire, frozen=True, kw_only=True):
    """A styled piece of a text; `offset` and `length` count UTF-16 code units."""

    type: str
    offset: int
    length: int
    url: str | None = None


class Replied(Wire, frozen=True, kw_only=True):
    """The message that another one answers: in a topic, without any other, the one that began it."""

    message_id: int
    sender: User | None = msgspec.field(default=None, name="from")
    text: str | None = None
    caption: str | None = None
    forum_topic_created: dict[str, Any] | None = None
    reply_markup: dict[str, Any] | None = None


class Message(Wire, frozen=True, kw_only=True):
    message_id: int
    chat: Chat
    date: int = 0
    sender: User | None = msgspec.field(default=None, name="from")
    sender_chat: Chat | None = None
    message_thread_id: int | None = None
    is_topic_message: bool = False
    is_automatic_forward: bool = False
    reply_to_message: Replied | None = None
    media_group_id: str | None = None
    text: str | None = None
    entities: tuple[Entity, ...] = ()
    caption: str | None = None
    caption_entities: tuple[Entity, ...] = ()
    photo: tuple[File, ...] = ()
    document: File | None = None
    voice: File | None = None
    video: File | None = None
    audio: File | None = None
    animation: File | None = None
    video_note: File | None = None
    sticker: File | None = None
    location: Location | None = None
    venue: Venue | None = None
    contact: Contact | None = None
    migrate_to_chat_id: int | None = None

    @property
    def topic(self) -> int | None:
        """The topic of a forum, none in General and where there are none."""
        return self.message_thread_id if self.is_topic_message else None

    @property
    def language(self) -> str | None:
        """What the sender's app speaks."""
        return self.sender.language if self.sender is not None else None


class Tapped(Wire, frozen=True, kw_only=True):
    """The message whose button was tapped; Telegram leaves out all but its place when it is old."""

    message_id: int
    chat: Chat
    message_thread_id: int | None = None


class CallbackQuery(Wire, frozen=True, kw_only=True):
    id: str
    sender: User = msgspec.field(name="from")
    message: Tapped | None = None
    data: str | None = None


class ChatMember(Wire, frozen=True, kw_only=True):
    status: str
    can_manage_topics: bool = False
    can_send_messages: bool = True


class MembershipChange(Wire, frozen=True, kw_only=True):
    """The bot's own membership in a chat changed."""

    chat: Chat
    sender: User = msgspec.field(name="from")
    date: int = 0
    new_chat_member: ChatMember


class Update(Wire, frozen=True, kw_only=True):
    """One thing that happened; exactly one of the optional fields is there if it is of a kind that we asked for."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MembershipChange | None = None

    @property
    def lane(self) -> tuple[int, int]:
        """Where its order counts: the chat, and the topic in it."""
        message = self.message or self.edited_message
        if message is not None:
            return message.chat.id, message.message_thread_id or 0
        query = self.callback_query
        if query is not None:
            tapped = query.message
            return (tapped.chat.id, tapped.message_thread_id or 0) if tapped is not None else (query.sender.id, 0)
        return (self.my_chat_member.chat.id if self.my_chat_member is not None else 0), 0


class InviteLink(Wire, frozen=True, kw_only=True):
    """A way into a group."""

    invite_link: str


class _Numbered(Wire, frozen=True, kw_only=True):
    update_id: int


class Webhook(Wire, frozen=True, kw_only=True):
    """How updates are brought; without an address they are not."""

    url: str = ""


decode_chat = msgspec.json.Decoder(Chat).decode
decode_invite_link = msgspec.json.Decoder(InviteLink).decode
decode_member = msgspec.json.Decoder(ChatMember).decode
decode_webhook = msgspec.json.Decoder(Webhook).decode
decode_update = msgspec.json.Decoder(Update).decode
decode_batch = msgspec.json.Decoder(tuple[msgspec.Raw, ...]).decode
_decode_number = msgspec.json.Decoder(_Numbered).decode
_decode_anything = msgspec.json.Decoder(dict[str, Any]).decode


def number_of(body: bytes | msgspec.Raw) -> int | None:
    """The id of an update, whatever else is in it; none if it has none."""
    try:
        return _decode_number(body).update_id
    except msgspec.MsgspecError:
        return None


def names_in(body: bytes | msgspec.Raw) -> tuple[str, frozenset[str]]:
    """The kind of an update, and the names of what it consists of. No contents, so they may be logged."""
    try:
        update = _decode_anything(body)
    except msgspec.MsgspecError:
        return "unreadable", frozenset()
    kind = next((name for name in update if name != "update_id"), "empty")
    happened = update.get(kind)
    return kind, frozenset(happened) if isinstance(happened, dict) else frozenset()
