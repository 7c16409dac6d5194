"""Methods for the topics of a forum group."""

from collections.abc import Callable

from tests.botapi.chats import GENERAL_TOPIC, Chat, Topic, User
from tests.botapi.entities import Wire
from tests.botapi.params import Params
from tests.botapi.refusals import bad_request, mistake
from tests.botapi.world import World

NAME_LIMIT = 128
ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def open_topic(world: World, chat: Chat, author: User, name: str, color: int, emoji: str | None = None) -> Topic:
    """Makes a topic; its identifier is that of the service message which begins it."""
    created: Wire = {"name": name, "icon_color": color}
    if emoji:
        created["icon_custom_emoji_id"] = emoji
    post = world.post(chat, author, {"forum_topic_created": created})
    post.thread_id = post.message_id
    topic = Topic(post.message_id, name, color, emoji, created_by=author.user_id)
    chat.topics[topic.thread_id] = topic
    world.touch(chat, post)
    return topic


def drop_topic(world: World, chat: Chat, topic: Topic, words_when_gone: str = "message thread not found") -> None:
    """Removes a topic with all its messages; Telegram tells bots nothing about it."""
    topic.deleted, topic.words_when_gone = True, words_when_gone
    for post in [post for post in chat.posts.values() if post.thread_id == topic.thread_id]:
        del chat.posts[post.message_id]
    world.touch(chat)


def create_forum_topic(world: World, params: Params) -> Wire:
    chat = _forum(world, params, "create a topic", "can_manage_topics")
    name = params.text("name").strip()
    _check_name(name)
    color = params.integer("icon_color") or ICON_COLORS[0]
    if color not in ICON_COLORS:
        raise mistake("TOPIC_ICON_COLOR_INVALID")
    return open_topic(world, chat, world.bot, name, color, params.text("icon_custom_emoji_id") or None).wire()


def edit_forum_topic(world: World, params: Params) -> bool:
    chat, topic = _own_or_managed(world, params, "edit the topic")
    name = params.text("name").strip() if params.has("name") else topic.name
    if params.has("name"):
        _check_name(name)
    emoji = params.text("icon_custom_emoji_id") if params.has("icon_custom_emoji_id") else topic.icon_custom_emoji_id
    if (name, emoji or None) == (topic.name, topic.icon_custom_emoji_id):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon_custom_emoji_id = name, emoji or None
    world.post(chat, world.bot, {"forum_topic_edited": {"name": name}}, thread_id=topic.thread_id)
    return True


def set_closed(closed: bool) -> Callable[[World, Params], bool]:
    """closeForumTopic or reopenForumTopic."""

    def call(world: World, params: Params) -> bool:
        chat, topic = _own_or_managed(world, params, "close or open the topic")
        _close(world, chat, topic, closed)
        return True

    return call


def set_general_closed(closed: bool) -> Callable[[World, Params], bool]:
    """closeGeneralForumTopic or reopenGeneralForumTopic."""

    def call(world: World, params: Params) -> bool:
        chat = _forum(world, params, "close or open the topic", "can_manage_topics")
        _close(world, chat, chat.topics[GENERAL_TOPIC], closed)
        return True

    return call


def _close(world: World, chat: Chat, topic: Topic, closed: bool) -> None:
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    mark_closed(world, chat, topic, world.bot)


def mark_closed(world: World, chat: Chat, topic: Topic, author: User) -> Wire:
    """The service message that says so."""
    kind = "forum_topic_closed" if topic.closed else "forum_topic_reopened"
    thread_id = None if topic.thread_id == GENERAL_TOPIC else topic.thread_id
    return chat.message(world.post(chat, author, {kind: {}}, thread_id=thread_id))


def delete_forum_topic(world: World, params: Params) -> bool:
    chat = _forum(world, params, "delete the topic", "can_delete_messages")
    drop_topic(world, chat, _topic(chat, params.integer("message_thread_id")))
    return True


def unpin_all_forum_topic_messages(world: World, params: Params) -> bool:
    chat = _forum(world, params, "manage pinned messages in the chat", "can_pin_messages")
    topic = _topic(chat, params.integer("message_thread_id"))
    chat.pinned = [pin for pin in chat.pinned if chat.posts[pin].thread_id != topic.thread_id]
    world.touch(chat)
    return True


def no_icon_stickers(world: World, params: Params) -> list[Wire]:
    return []


def _forum(world: World, params: Params, what: str, right: str | None) -> Chat:
    """The forum, where the bot must have the right if one is named."""
    chat = world.reachable_chat(params)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if right and not chat.members[world.bot.user_id].may(right):
        raise bad_request(f"not enough rights to {what}")
    return chat


def _own_or_managed(world: World, params: Params, what: str) -> tuple[Chat, Topic]:
    """A topic that the bot may change because it made it or because it manages topics."""
    chat = _forum(world, params, what, None)
    topic = _topic(chat, params.integer("message_thread_id"))
    if topic.created_by != world.bot.user_id:
        _forum(world, params, what, "can_manage_topics")
    return chat, topic


def _topic(chat: Chat, thread_id: int | None) -> Topic:
    topic = chat.topics.get(thread_id or 0)
    if topic is None or topic.deleted or topic.thread_id == GENERAL_TOPIC:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _check_name(name: str) -> None:
    if not name:
        raise mistake("TOPIC_TITLE_EMPTY")
    if len(name) > NAME_LIMIT:
        raise mistake("topic name is too long")
