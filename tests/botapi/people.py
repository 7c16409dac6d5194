"""People at the other end: what they do and what they see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.chats import GENERAL_TOPIC, Chat, Post, Topic, User
from tests.botapi.editing import remove
from tests.botapi.entities import Wire, trimmed, utf16_length, with_detected
from tests.botapi.formatting import START_PAYLOAD, TEXT_LIMIT
from tests.botapi.params import Upload
from tests.botapi.queries import CallbackQuery
from tests.botapi.topics import ICON_COLORS, drop_topic, mark_closed, open_topic
from tests.botapi.world import World, now


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as it stood on the screen at one moment. buttons are rows of inline buttons in wire form."""

    message_id: int
    author: User
    from_bot: bool
    text: str
    entities: Sequence[Wire]
    buttons: Sequence[Sequence[Wire]]
    content: Wire
    thread_id: int | None
    edited: bool
    reactions: Sequence[str]
    changed: int

    @property
    def labels(self) -> list[str]:
        return [button["text"] for row in self.buttons for button in row]

    def styled(self, kind: str) -> list[str]:
        """The pieces of the text that carry this kind of entity."""
        units = self.text.encode("utf-16-le")
        spans = [(e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in self.entities if e["type"] == kind]
        return [units[start:end].decode("utf-16-le") for start, end in spans]

    def __str__(self) -> str:
        name = "bot" if self.from_bot else self.author.first_name
        kinds = [kind for kind in self.content if kind not in ("text", "entities", "caption", "caption_entities")]
        rows = "".join(f"\n    [{'] ['.join(button['text'] for button in row)}]" for row in self.buttons)
        return f"{name}: {' '.join(f'<{kind}>' for kind in kinds)}{self.text}{rows}"


class Person:
    """One person in one chat, and if thread_id is given in one topic of it.

    Waiting looks at what others wrote or changed since this person's last own act here, so that an
    answer is not mistaken for an older one.
    """

    def __init__(self, world: World, user: User, chat: Chat, thread_id: int | None = None) -> None:
        self.world = world
        self.user = user
        self.chat = chat
        self.thread_id = thread_id
        self._mark = 0

    # Writing

    async def say(self, text: str, *, reply_to: Seen | None = None) -> Seen:
        """Writes a text; a very long one goes in several messages, as Telegram's apps send it. Gives the last."""
        assert text.strip(), "Telegram's apps send no empty messages"
        step = len(text) if utf16_length(text) <= TEXT_LIMIT else TEXT_LIMIT // 2
        for start in range(0, len(text), step):
            stored, _ = trimmed(text[start : start + step], [])
            sent = self._send({"text": stored} | _entities("entities", stored), reply_to)
        return sent

    async def command(self, text: str) -> Seen:
        """A command such as "/start orders-17"; a payload of /start must be one that a link can carry."""
        name, _, payload = text.partition(" ")
        assert name.startswith("/"), f"{name} is not a command"
        assert name != "/start" or not payload or START_PAYLOAD.fullmatch(payload), f"no link can carry {payload!r}"
        return await self.say(text)

    async def start(self, payload: str = "") -> Seen:
        return await self.command(f"/start {payload}".strip())

    async def send_photo(
        self, content: bytes = b"\xff\xd8photo", *, caption: str = "", reply_to: Seen | None = None
    ) -> Seen:
        return self._send_file("photo", Upload("photo.jpg", content, "image/jpeg"), caption, reply_to=reply_to)

    async def send_document(
        self,
        content: bytes = b"a file",
        *,
        name: str = "file.txt",
        caption: str = "",
        pretended_size: int | None = None,
    ) -> Seen:
        return self._send_file("document", Upload(name, content, "text/plain"), caption, pretended_size)

    async def send_voice(self, content: bytes = b"OggSvoice") -> Seen:
        return self._send_file("voice", Upload("voice.oga", content, "audio/ogg"))

    async def send_video(self, content: bytes = b"video", *, caption: str = "") -> Seen:
        return self._send_file("video", Upload("video.mp4", content, "video/mp4"), caption)

    async def send_audio(self, content: bytes = b"ID3", *, caption: str = "") -> Seen:
        return self._send_file("audio", Upload("song.mp3", content, "audio/mpeg"), caption)

    async def send_animation(self, content: bytes = b"gif") -> Seen:
        return self._send_file("animation", Upload("funny.mp4", content, "video/mp4"))

    async def send_video_note(self, content: bytes = b"round") -> Seen:
        return self._send_file("video_note", Upload("note.mp4", content, "video/mp4"))

    async def send_sticker(self, content: bytes = b"RIFFsticker") -> Seen:
        return self._send_file("sticker", Upload("sticker.webp", content, "image/webp"))

    async def send_location(self, latitude: float = 35.7, longitude: float = 51.4) -> Seen:
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    async def send_venue(self, title: str, address: str) -> Seen:
        place = {"latitude": 35.7, "longitude": 51.4}
        return self._send({"venue": {"location": place, "title": title, "address": address}, "location": place})

    async def send_contact(self, phone_number: str = "+989121234567", *, own: bool = True) -> Seen:
        """own: their own card, as the button that asks for it sends it; else somebody else's."""
        contact: Wire = {"phone_number": phone_number, "first_name": self.user.first_name if own else "Somebody"}
        return self._send({"contact": contact | ({"user_id": self.user.user_id} if own else {})})

    async def send_album(self, *contents: bytes, caption: str = "") -> list[Seen]:
        """Photos sent together: one message each, with the caption on the first."""
        album = str(13_500_000_000_000_000 + self.world.moment())
        sent = []
        for number, content in enumerate(contents):
            wire = self.world.files.add("photo", Upload("photo.jpg", content, "image/jpeg")).content_wire()
            sent.append(self._send(wire | (_caption(caption) if number == 0 else {}), album=album))
        return sent

    async def edit(self, message: Seen, text: str) -> None:
        post = self.chat.posts[message.message_id]
        assert post.author is self.user, "people edit their own messages"
        field = "text" if "text" in post.content else "caption"
        post.content = {**post.content, field: text} | _entities(
            "entities" if field == "text" else "caption_entities", text
        )
        post.edit_date = now()
        self._acted(post)
        self._tell("edited_message", post)

    async def delete(self, message: Seen) -> None:
        """Telegram tells bots nothing about it."""
        remove(self.world, self.chat, self.chat.posts[message.message_id])

    async def react(self, message: Seen, emoji: str) -> None:
        reaction = {"type": "emoji", "emoji": emoji}
        update = {
            "chat": self.chat.wire(),
            "message_id": message.message_id,
            "user": self.user.wire(),
            "date": now(),
            "old_reaction": [],
            "new_reaction": [reaction],
        }
        self.world.emit("message_reaction", update, self.chat.chat_id)

    # Tapping

    async def tap(self, label: str, *, on: Seen | None = None, times: int = 1) -> CallbackQuery | None:
        """Taps a button: of the newest message that has it, or of `on` as it was when seen, which may be long stale.

        Without such an inline button, taps the one under the input field, which only writes its label. Taps so many
        times without waiting. Gives the last query, whose answer can be waited for.
        """
        shown = [on] if on else [seen for seen in reversed(self.screen()) if label in seen.labels]
        if not shown:
            assert label in _labels_under_input(self.chat), f"no button {label!r} on the screen:\n{self.shown()}"
            await self.say(label)
            return None
        button = next((b for row in shown[0].buttons for b in row if b["text"] == label), None)
        assert button, f"no button {label!r} in:\n{shown[0]}"
        assert "callback_data" in button, f"{label!r} opens a link, it tells the bot nothing"
        query = None
        for _ in range(times):
            query = self.forge(button["callback_data"], on=shown[0])
        return query

    def forge(self, data: str, *, on: Seen | Post) -> CallbackQuery:
        """A tap with any data at all: nothing stops an altered app from sending it.

        A message that is gone by now comes with the query as an InaccessibleMessage.
        """
        post = self.chat.posts.get(on.message_id)
        gone = {"chat": self.chat.wire(), "message_id": on.message_id, "date": 0}
        self._acted()
        query = self.world.queries.ask(self.user.user_id, self.chat.chat_id, on.message_id, data)
        update = {
            "id": query.query_id,
            "from": self.user.wire(),
            "message": self.chat.message(post) if post else gone,
            "chat_instance": str(5_000_000_000_000 + abs(self.chat.chat_id)),
            "data": data,
        }
        self.world.emit("callback_query", update, self.chat.chat_id)
        return query

    # Seeing

    def screen(self) -> list[Seen]:
        """The messages that stand here now, oldest first."""
        return [self._seen(post) for post in list(self.chat.posts.values()) if self._is_here(post)]

    def shown(self) -> str:
        return "\n".join(map(str, self.screen()[-12:])) or "(nothing)"

    def latest(self) -> Seen:
        """The newest message that somebody else wrote."""
        return next(seen for seen in reversed(self.screen()) if seen.author is not self.user)

    async def wait_for(
        self,
        text: str = "",
        *,
        button: str | None = None,
        where: Callable[[Seen], bool] = lambda seen: True,
        within: float = PATIENCE_SECONDS,
        ever: bool = False,
    ) -> Seen:
        """The oldest message of somebody else that contains the text, has the button and fits.

        It must be new or changed since this person's last act, unless ever is set. Raises AssertionError with the
        screen after so many seconds.
        """

        def ready() -> Seen | None:
            for post in list(self.chat.posts.values()):
                if post.author is self.user or not self._is_here(post) or not (ever or post.changed > self._mark):
                    continue
                seen = self._seen(post)
                if text in seen.text and (button is None or button in seen.labels) and where(seen):
                    return seen
            return None

        found = await self.chat.bell.wait_until(ready, within)
        assert found, (
            f"{self.user.first_name} waited {within} s for {text!r} {button or ''}; on the screen:\n{self.shown()}"
        )
        return found

    async def wait_until(self, fits: Callable[[list[Seen]], bool], *, within: float = PATIENCE_SECONDS) -> list[Seen]:
        """The whole screen, once it fits. Raises AssertionError with the screen after so many seconds."""

        def ready() -> list[Seen] | None:
            screen = self.screen()
            return screen if fits(screen) else None

        found = await self.chat.bell.wait_until(ready, within)
        assert found is not None, f"{self.user.first_name} waited {within} s; on the screen:\n{self.shown()}"
        return found

    async def block(self) -> None:
        """A customer stops the bot; it learns so by my_chat_member and by 403."""
        self._set_blocked(True)

    async def unblock(self) -> None:
        self._set_blocked(False)

    # The forum

    def topics(self) -> list[Topic]:
        """Those that exist, without General."""
        return [t for t in self.chat.topics.values() if not t.deleted and t.thread_id != GENERAL_TOPIC]

    def in_topic(self, topic: Topic | int) -> "Person":
        return Person(self.world, self.user, self.chat, topic if isinstance(topic, int) else topic.thread_id)

    @property
    def topic(self) -> Topic:
        return self.chat.topics[self.thread_id or GENERAL_TOPIC]

    async def wait_for_topic(
        self, name: str = "", *, where: Callable[[Topic], bool] = lambda topic: True, within: float = PATIENCE_SECONDS
    ) -> "Person":
        """This person in the newest topic whose name contains `name` and that fits."""

        def ready() -> Topic | None:
            return next((topic for topic in reversed(self.topics()) if name in topic.name and where(topic)), None)

        topic = await self.chat.bell.wait_until(ready, within)
        assert topic, f"no topic {name!r} within {within} s among {[topic.name for topic in self.topics()]}"
        return self.in_topic(topic)

    async def open_topic(self, name: str) -> "Person":
        topic = open_topic(self.world, self.chat, self.user, name, ICON_COLORS[0])
        self._tell("message", self.chat.posts[topic.thread_id])
        return self.in_topic(topic)

    async def close_topic(self) -> None:
        self._set_closed(True)

    async def reopen_topic(self) -> None:
        self._set_closed(False)

    async def delete_topic(self) -> None:
        drop_topic(self.world, self.chat, self.topic)

    def _set_closed(self, closed: bool) -> None:
        self.topic.closed = closed
        message = mark_closed(self.world, self.chat, self.topic, self.user)
        self.world.emit("message", message, self.chat.chat_id)

    # How it works

    def _send_file(
        self,
        kind: str,
        upload: Upload,
        caption: str = "",
        pretended_size: int | None = None,
        reply_to: Seen | None = None,
    ) -> Seen:
        file = self.world.files.add(kind, upload, pretended_size=pretended_size)
        return self._send(file.content_wire() | _caption(caption), reply_to)

    def _send(self, content: Wire, reply_to: Seen | None = None, album: str | None = None) -> Seen:
        assert not self.chat.blocked, f"{self.user.first_name} has blocked the bot"
        if self.chat.is_forum:
            assert not self.topic.deleted, "the topic is deleted"
            assert not self.topic.closed or self._manages_topics(), "the topic is closed"
        self.chat.started = True
        self._acted()
        post = self.world.post(
            self.chat,
            self.user,
            content,
            thread_id=self.thread_id,
            reply_to=reply_to.message_id if reply_to else None,
            album=album,
        )
        self._tell("message", post)
        return self._seen(post)

    def _tell(self, kind: str, post: Post) -> None:
        status = self.chat.members[self.world.bot.user_id].status if self.chat.type != "private" else "member"
        if status not in ("left", "kicked") and self.world.bot_sees(self.chat, post):
            self.world.emit(kind, self.chat.message(post), self.chat.chat_id)

    def _acted(self, post: Post | None = None) -> None:
        self._mark = self.world.moment()
        self.world.touch(self.chat, post)

    def _manages_topics(self) -> bool:
        return self.chat.members[self.user.user_id].may("can_manage_topics")

    def _is_here(self, post: Post) -> bool:
        return not self.chat.is_forum or self.thread_id is None or post.thread_id == self.thread_id

    def _set_blocked(self, blocked: bool) -> None:
        assert self.chat.type == "private", "only customers can block the bot"
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self.chat.blocked = blocked
        update = {"chat": self.chat.wire(), "from": self.user.wire(), "date": now()}
        for name, status in (("old_chat_member", old), ("new_chat_member", new)):
            member: Wire = {"status": status, "user": self.world.bot.wire()}
            update[name] = member | ({"until_date": 0} if status == "kicked" else {})
        self.world.emit("my_chat_member", update, self.chat.chat_id)

    def _seen(self, post: Post) -> Seen:
        rows = post.inline_keyboard["inline_keyboard"] if post.inline_keyboard else []
        return Seen(
            message_id=post.message_id,
            author=post.author,
            from_bot=post.author is self.world.bot,
            text=post.text,
            entities=post.content.get("entities") or post.content.get("caption_entities") or [],
            buttons=rows,
            content=post.content,
            thread_id=post.thread_id,
            edited=post.edit_date is not None,
            reactions=[reaction.get("emoji", "") for reaction in self.chat.reactions.get(post.message_id, [])],
            changed=post.changed,
        )


def _entities(field: str, text: str) -> Wire:
    found = with_detected(text, [])
    return {field: found} if found else {}


def _caption(caption: str) -> Wire:
    return {"caption": caption} | _entities("caption_entities", caption) if caption else {}


def _labels_under_input(chat: Chat) -> list[str]:
    rows = chat.reply_keyboard["keyboard"] if chat.reply_keyboard else []
    return [button["text"] if isinstance(button, dict) else button for row in rows for button in row]
