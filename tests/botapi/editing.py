"""Methods that change or remove messages, pins and reactions."""

from tests.botapi.chats import Chat, Post
from tests.botapi.entities import Wire
from tests.botapi.formatting import caption_content, inline_keyboard, text_content
from tests.botapi.params import Params
from tests.botapi.refusals import NOT_MODIFIED, bad_request, mistake
from tests.botapi.sending import edited_now, media_content
from tests.botapi.world import World, now

CAPTION_FIELDS = ("caption", "caption_entities")
DELETABLE_SECONDS = 48 * 3600  # after that only admins who may delete can
MEDIA_FIELDS = ("photo", "document", "video", "audio", "animation", "voice")


def edit_message_text(world: World, params: Params) -> Wire:
    chat, post = world.own_post(params, "edit")
    content = text_content(params, lax=world.lax)
    if "text" not in post.content:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, chat, post, content, params)


def edit_message_caption(world: World, params: Params) -> Wire:
    chat, post = world.own_post(params, "edit")
    if not any(name in post.content for name in MEDIA_FIELDS):
        raise bad_request("there is no caption in the message to edit")
    content = {name: value for name, value in post.content.items() if name not in CAPTION_FIELDS}
    content |= caption_content(params.text("caption"), params.text("parse_mode"), params.json("caption_entities"))
    return _replace(world, chat, post, content, params)


def edit_message_media(world: World, params: Params) -> Wire:
    chat, post = world.own_post(params, "edit")
    return _replace(world, chat, post, media_content(world, params), params)


def edit_message_reply_markup(world: World, params: Params) -> Wire:
    chat, post = world.own_post(params, "edit")
    return _replace(world, chat, post, post.content, params)


def _replace(world: World, chat: Chat, post: Post, content: Wire, params: Params) -> Wire:
    """An edit without a keyboard removes the keyboard, as in Telegram."""
    keyboard = inline_keyboard(params.json("reply_markup"))
    if content == post.content and keyboard == post.inline_keyboard:
        raise bad_request(NOT_MODIFIED)
    post.content, post.inline_keyboard = content, keyboard
    return edited_now(world, chat, post)


def delete_message(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    post = world.known_post(chat, params.integer("message_id"), "delete")
    if not _may_delete(world, chat, post):
        raise bad_request("message can't be deleted")
    remove(world, chat, post)
    return True


def delete_messages(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    wanted = params.json("message_ids") or []
    if not 1 <= len(wanted) <= 100:
        raise mistake("message identifiers are not specified" if not wanted else "too many messages to delete")
    for post in [chat.posts[message_id] for message_id in wanted if message_id in chat.posts]:
        if _may_delete(world, chat, post):
            remove(world, chat, post)
    return True


def _may_delete(world: World, chat: Chat, post: Post) -> bool:
    is_old = now() - post.date > DELETABLE_SECONDS
    if chat.type == "private":
        return not post.is_service and not is_old
    first_of_topic = "forum_topic_created" in post.content
    if post.author is world.bot and not is_old:
        return not first_of_topic
    return not first_of_topic and chat.members[world.bot.user_id].may("can_delete_messages")


def remove(world: World, chat: Chat, post: Post) -> None:
    """Takes a message off everybody's screen; Telegram tells bots nothing about it."""
    del chat.posts[post.message_id]
    if post.message_id in chat.pinned:
        chat.pinned.remove(post.message_id)
    world.touch(chat)


def pin_chat_message(world: World, params: Params) -> bool:
    chat = _pinning(world, params)
    post = world.known_post(chat, params.integer("message_id"), "pin")
    if post.message_id not in chat.pinned:
        chat.pinned.append(post.message_id)
        world.touch(chat)
    return True


def unpin_chat_message(world: World, params: Params) -> bool:
    chat = _pinning(world, params)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else None)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    world.touch(chat)
    return True


def unpin_all_chat_messages(world: World, params: Params) -> bool:
    chat = _pinning(world, params)
    chat.pinned.clear()
    world.touch(chat)
    return True


def _pinning(world: World, params: Params) -> Chat:
    chat = world.reachable_chat(params)
    if chat.type != "private" and not chat.members[world.bot.user_id].may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def set_message_reaction(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    post = world.known_post(chat, params.integer("message_id"), "react")
    reaction = params.json("reaction") or []
    if len(reaction) > 1:
        raise mistake("REACTIONS_TOO_MANY")
    chat.reactions[post.message_id] = reaction
    world.touch(chat, post)
    return True
