"""Methods that put a message into a chat."""

import itertools
from collections.abc import Callable

from tests.botapi.chats import Chat, Post
from tests.botapi.entities import USER_LINK, Wire
from tests.botapi.formatting import caption_content, inline_keyboard, reply_keyboard, text_content
from tests.botapi.params import Params
from tests.botapi.refusals import bad_request, mistake
from tests.botapi.world import World, now

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
ALBUM_KINDS = ("photo", "video", "document", "audio")
WITHOUT_CAPTION = ("sticker", "video_note")
MANY_LIMIT = 100

_albums = itertools.count(13_000_000_000_000_001)


def deliver(world: World, params: Params, content: Wire, *, origin: Wire | None = None) -> Post:
    """The way that every message of the bot takes into its chat."""
    chat = world.reachable_chat(params)
    if chat.type != "private" and chat.members[world.bot.user_id].status == "restricted":
        raise bad_request("not enough rights to send text messages to the chat")
    markup = params.json("reply_markup")
    keyboard = inline_keyboard(markup)
    content = with_people(world, content)
    post = world.post(
        chat,
        world.bot,
        content,
        thread_id=world.thread_for(chat, params),
        reply_to=_replied(chat, params),
        inline_keyboard=keyboard,
        forward_origin=origin,
    )
    if under := reply_keyboard(markup):
        chat.reply_keyboard = under if "keyboard" in under else None
    return post


def with_people(world: World, content: Wire) -> Wire:
    """Mentions of people by their id become what Telegram knows of them; of those whom it does not, nothing is left."""
    if "entities" not in content:
        return content
    entities = [found for entity in content["entities"] if (found := _of_person(world, entity)) is not None]
    kept = {name: value for name, value in content.items() if name != "entities"}
    return kept | ({"entities": entities} if entities else {})


def _of_person(world: World, entity: Wire) -> Wire | None:
    linked = USER_LINK.fullmatch(entity.get("url", "")) if entity["type"] == "text_link" else None
    if linked is None and entity["type"] != "text_mention":
        return entity
    person = world.users.get(int(linked[1]) if linked else entity["user"]["id"])
    if person is None:
        return None
    place = {"offset": entity["offset"], "length": entity["length"]}
    return {"type": "text_mention", **place, "user": person.wire()}


def _replied(chat: Chat, params: Params) -> int | None:
    wish = params.json("reply_parameters") or {}
    message_id = wish.get("message_id") or params.integer("reply_to_message_id")
    if message_id is None:
        return None
    if int(message_id) in chat.posts:
        return int(message_id)
    if wish.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _sent(world: World, params: Params, content: Wire) -> Wire:
    post = deliver(world, params, content)
    return world.chats[int(params.text("chat_id"))].message(post)


def send_message(world: World, params: Params) -> Wire:
    world.reachable_chat(params)
    return _sent(world, params, text_content(params, lax=world.lax))


def send_file(kind: str) -> Callable[[World, Params], Wire]:
    """The send method for one kind of file."""

    def send(world: World, params: Params) -> Wire:
        world.reachable_chat(params)
        file = world.files.for_sending(kind, params.file(kind))
        content = file.content_wire()
        if kind not in WITHOUT_CAPTION:
            content |= caption_content(
                params.text("caption"), params.text("parse_mode"), params.json("caption_entities")
            )
        return _sent(world, params, content)

    return send


def send_media_group(world: World, params: Params) -> list[Wire]:
    chat = world.reachable_chat(params)
    media = params.json("media") or []
    if not 2 <= len(media) <= 10:
        raise mistake("group send must contain 2-10 items" if media else "there are no media in the request")
    kinds = {item["type"] for item in media}
    if not kinds <= set(ALBUM_KINDS) or (len(kinds) > 1 and kinds & {"document", "audio"}):
        raise mistake("can't use the media of the specified type in the album")
    contents = [_media_content(world, params, item) for item in media]
    thread_id, reply_to, album = world.thread_for(chat, params), _replied(chat, params), str(next(_albums))
    posts = [
        world.post(chat, world.bot, content, thread_id=thread_id, reply_to=reply_to, album=album)
        for content in contents
    ]
    return [chat.message(post) for post in posts]


def _media_content(world: World, params: Params, item: Wire) -> Wire:
    """The content of a message for one InputMedia."""
    file = world.files.for_sending(item["type"], params.attached(item.get("media", "")))
    caption = caption_content(item.get("caption") or "", item.get("parse_mode") or "", item.get("caption_entities"))
    return file.content_wire() | caption


def media_content(world: World, params: Params) -> Wire:
    """The content that editMessageMedia puts into a message."""
    return _media_content(world, params, params.json("media"))


def send_location(world: World, params: Params) -> Wire:
    return _sent(world, params, {"location": _place(params)})


def send_venue(world: World, params: Params) -> Wire:
    place = _place(params)
    venue = {"location": place, "title": params.text("title"), "address": params.text("address")}
    return _sent(world, params, {"venue": venue, "location": place})


def _place(params: Params) -> Wire:
    latitude, longitude = params.number("latitude"), params.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise mistake("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def send_contact(world: World, params: Params) -> Wire:
    contact: Wire = {"phone_number": params.text("phone_number"), "first_name": params.text("first_name")}
    if not contact["phone_number"]:
        raise mistake("phone number must be non-empty")
    for name in ("last_name", "vcard"):
        if params.text(name):
            contact[name] = params.text(name)
    return _sent(world, params, {"contact": contact})


def send_chat_action(world: World, params: Params) -> bool:
    chat = world.reachable_chat(params)
    world.thread_for(chat, params)
    if params.text("action") not in CHAT_ACTIONS:
        raise mistake("wrong parameter action in request")
    return True


def _source(world: World, params: Params, message_id: int | None, what: str) -> Post:
    source = world.known_chat(params.values.get("from_chat_id"))
    post = world.known_post(source, message_id, what)
    if post.is_service:
        raise bad_request(f"message can't be {'copied' if what == 'copy' else 'forwarded'}")
    return post


def copy_message(world: World, params: Params) -> Wire:
    world.reachable_chat(params)
    source = _source(world, params, params.integer("message_id"), "copy")
    content = dict(source.content)
    if params.has("caption") and "text" not in content:
        content = {name: value for name, value in content.items() if name not in ("caption", "caption_entities")}
        content |= caption_content(params.text("caption"), params.text("parse_mode"), params.json("caption_entities"))
    return {"message_id": deliver(world, params, content).message_id}


def forward_message(world: World, params: Params) -> Wire:
    world.reachable_chat(params)
    return _forwarded(world, params, params.integer("message_id"))


def _forwarded(world: World, params: Params, message_id: int | None) -> Wire:
    source = _source(world, params, message_id, "forward")
    origin = source.forward_origin or {"type": "user", "date": source.date, "sender_user": source.author.wire()}
    post = deliver(world, params, source.content, origin=origin)
    return world.known_chat(params.values.get("chat_id")).message(post)


def copy_messages(world: World, params: Params) -> list[Wire]:
    found = _many(world, params)
    return [{"message_id": deliver(world, params, dict(source.content)).message_id} for source in found]


def forward_messages(world: World, params: Params) -> list[Wire]:
    found = _many(world, params)
    return [{"message_id": _forwarded(world, params, source.message_id)["message_id"]} for source in found]


def _many(world: World, params: Params) -> list[Post]:
    """Those of the named messages that exist, in the order given, which must rise."""
    world.reachable_chat(params)
    source, wanted = world.known_chat(params.values.get("from_chat_id")), params.json("message_ids") or []
    if not 1 <= len(wanted) <= MANY_LIMIT or wanted != sorted(set(wanted)):
        raise mistake("message identifiers must be in a strictly increasing order, 1-100 of them")
    found = [source.posts[message_id] for message_id in wanted if message_id in source.posts]
    if not found:
        raise bad_request("there are no messages to forward")
    return found


def edited_now(world: World, chat: Chat, post: Post) -> Wire:
    """Marks the message as edited and shows it as Telegram answers it."""
    post.edit_date = now()
    world.touch(chat, post)
    return chat.message(post)
