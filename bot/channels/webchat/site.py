"""The web chat's addresses: the page and its parts, the widget, the line, and the files."""

import asyncio
import html
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, unquote
from weakref import WeakSet

import msgspec
from aiohttp import WSCloseCode, web

from bot.channels.webchat.line import CHANNEL, Line, first_message
from bot.channels.webchat.neighbours import Neighbours, too_much
from bot.channels.webchat.visitors import Patience, address_of, is_visitor, may_speak, new_visitor
from bot.channels.webchat.wire import MAX_MESSAGE_BYTES, MAX_TEXT, is_id
from bot.engine.inputs import MediaHeard
from bot.ports import Clock, Inbound
from bot.service.files import Files, FileTooLarge, Stored
from bot.service.installation import Installation
from bot.service.transcripts import Transcripts
from bot.service.turns import Turns
from bot.settings import Settings

log = logging.getLogger(__name__)

PARTS = Path(__file__).parent / "page"
PART = r"[a-z]+\.(?:js|css|svg)"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
HEARTBEAT_SECONDS = 25.0  # proxies close a line that is silent for a minute
GOODBYE_SECONDS = 2.0  # a page that is gone without a word does not hold up a stop
CHUNK_BYTES = 64 * 1024
SEEN_IN_PAGE = ("photo", "animation", "video", "video_note", "audio", "voice")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: http:; "
    "media-src 'self' https: http:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PLAIN = {"X-Content-Type-Options": "nosniff"}
FRESH = {"Cache-Control": "no-cache"}  # asked again each time, answered by 304: an upgrade shows at once


class WebChat:
    """The web chat, ready to be mounted into the house's HTTP server.

    `outage` is what the house raises when it may have stored nothing.
    """

    def __init__(
        self,
        *,
        turns: Turns,
        transcripts: Transcripts,
        files: Files,
        clock: Clock,
        settings: Settings,
        installation: Installation,
        outage: type[Exception],
    ) -> None:
        self._turns = turns
        self._transcripts = transcripts
        self._files = files
        self._clock = clock
        self._business = settings.business.name
        self._public_url = settings.http.public_url
        self._allowed = tuple(origin.lower() for origin in settings.webchat.allowed_origins)
        self._installation = installation
        self._outage = outage
        self._in_doubt: dict[str, Stored] = {}  # by the message that may have been stored with it
        self._patience = Patience()
        self._neighbours = Neighbours(settings.webchat, settings.http.trusted_proxies)
        self._open: WeakSet[web.WebSocketResponse] = WeakSet()

    def mount(self, app: web.Application) -> None:
        """Serve the chat below /chat. Its lines are closed when the server stops: their pages come back to the next."""
        app.router.add_get("/chat", self.page)
        app.router.add_get("/chat/widget.js", self.widget)
        app.router.add_get(f"/chat/page/{{name:{PART}}}", self.part)
        app.router.add_get("/chat/line", self.line)
        app.router.add_post("/chat/files", self.receive)
        app.router.add_get("/chat/files/{key}", self.file)
        app.on_shutdown.append(self._close)

    async def _close(self, _app: web.Application) -> None:
        await asyncio.gather(*(_leave(socket, WSCloseCode.GOING_AWAY) for socket in self._open))

    # The page

    async def page(self, _request: web.Request) -> web.Response:
        """The chat page. Sites of the allow-list may show it in a frame; what is not ours does not run in it."""
        source = (PARTS / "chat.html").read_text(encoding="utf-8")
        values = {
            "business": self._business,
            "max_text": MAX_TEXT,
            "max_bytes": self._files.limit_bytes,
            "telegram": self._installation.telegram_name() or "",
        }
        for name, value in values.items():
            source = source.replace(f"{{{{ {name} }}}}", html.escape(str(value)))
        headers = {
            "Content-Security-Policy": " ".join((PAGE_POLICY, *self._allowed)),
            "Referrer-Policy": "no-referrer",
        }
        return web.Response(text=source, content_type="text/html", headers=PLAIN | FRESH | headers)

    async def part(self, request: web.Request) -> web.StreamResponse:
        """A script or style sheet of the page."""
        path = PARTS / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=PLAIN | FRESH | {"Content-Type": TYPES[path.suffix]})

    async def widget(self, _request: web.Request) -> web.StreamResponse:
        """The script that puts the chat onto another site."""
        headers = PLAIN | FRESH | {"Content-Type": TYPES[".js"]}
        return web.FileResponse(PARTS / "widget.js", headers=headers | {"Cross-Origin-Resource-Policy": "cross-origin"})

    # The line

    async def line(self, request: web.Request) -> web.StreamResponse:
        """Speak with a page for as long as it is there."""
        self._admit(request)
        socket = web.WebSocketResponse(
            heartbeat=HEARTBEAT_SECONDS, timeout=GOODBYE_SECONDS, max_msg_size=MAX_MESSAGE_BYTES
        )
        await socket.prepare(request)
        self._open.add(socket)
        hello = await first_message(socket)
        if hello is None:
            await _leave(socket, WSCloseCode.POLICY_VIOLATION)
            return socket
        visitor = hello.visitor if hello.visitor and is_visitor(hello.visitor) else new_visitor()
        line = Line(
            socket,
            address_of(visitor),
            hello,
            turns=self._turns,
            transcripts=self._transcripts,
            patience=self._patience,
            neighbours=self._neighbours,
            place=self._neighbours.place_of(request),
            clock=self._clock,
        )
        try:
            await line.hold(visitor)
        except msgspec.DecodeError:
            await _leave(socket, WSCloseCode.POLICY_VIOLATION)
        except Exception as failure:  # the page calls again, and what was not taken comes again
            log.warning("webchat_line_failed", extra={"error": type(failure).__name__})
            await _leave(socket, WSCloseCode.TRY_AGAIN_LATER)
        return socket

    def _admit(self, request: web.Request) -> None:
        """Raises HTTPForbidden when the page that asks is not one of those that may."""
        origin = request.headers.get("Origin")
        if not may_speak(origin, request.host, self._public_url, self._allowed):
            raise web.HTTPForbidden(text="This site may not use the chat.")

    # Files

    async def receive(self, request: web.Request) -> web.Response:
        """A visitor sends a file: the body is the file, the headers say who sends it and what it is called."""
        self._admit(request)
        visitor, sent_as = request.headers.get("X-Visitor", ""), request.headers.get("X-Message-Id", "")
        if not (is_visitor(visitor) and is_id(sent_as)):
            raise web.HTTPForbidden(text="Open the chat first.")
        address = address_of(visitor)
        now, place = self._clock.now(), self._neighbours.place_of(request)
        if wait_seconds := self._patience.wait_seconds(address, now) or self._neighbours.file_waits(place, now):
            raise too_much(wait_seconds, request.headers.get("Accept-Language", ""))
        limit = self._files.limit_bytes
        if (request.content_length or 0) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
        try:
            stored = await self._files.save(unquote(request.headers.get("X-File-Name", "")), _chunks(request))
        except FileTooLarge:
            raise web.HTTPRequestEntityTooLarge(limit, limit + 1) from None
        except ConnectionError:  # the page is gone: nobody hears this
            raise web.HTTPBadRequest from None
        if stored.size_bytes == 0:
            await asyncio.to_thread(self._files.remove, (stored.key,))
            raise web.HTTPBadRequest(text="The file is empty.")  # no messenger takes one
        try:
            await self._take_file(address, sent_as, stored)
        except Exception as failure:  # the page sends it again
            log.warning("webchat_file_failed", extra={"error": type(failure).__name__})
            raise web.HTTPServiceUnavailable from None
        return web.json_response({"id": sent_as})

    async def _take_file(self, address: str, sent_as: str, stored: Stored) -> None:
        """Let the conversation have the file. It is not kept if it came before, or if nobody could take it.

        In an outage, or when the server stops meanwhile, the message may have been stored all the same: the file is
        kept for when it is sent again.
        """
        external_id = f"{address}.{sent_as}"
        before = self._in_doubt.pop(external_id, None)
        unused, stored = (None, stored) if before is None else (stored, before)
        inbound = Inbound(
            channel=CHANNEL,
            external_id=external_id,
            address=address,
            heard=MediaHeard(attachment=stored.attachment, message_id=sent_as),
        )
        try:
            taken = await self._turns.take(inbound)
            if taken.duplicate and before is None:
                unused = stored
        except (self._outage, asyncio.CancelledError):
            self._in_doubt[external_id] = stored
            raise
        except BaseException:
            unused = stored
            raise
        finally:
            if unused is not None:
                await asyncio.to_thread(self._files.remove, (unused.key,))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file, for whoever has its key. It never runs as a page of ours, whatever is in it."""
        key = request.match_info["key"]
        stored, path = await self._files.find(key), self._files.path(key)
        if stored is None or path is None:
            raise web.HTTPNotFound
        where = "inline" if stored.kind in SEEN_IN_PAGE else "attachment"
        headers = {
            "Content-Type": stored.mime,
            "Content-Disposition": f"{where}; filename*=UTF-8''{quote(stored.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, max-age=86400, immutable",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
        }
        return web.FileResponse(path, chunk_size=CHUNK_BYTES, headers=PLAIN | headers)


async def _leave(socket: web.WebSocketResponse, code: WSCloseCode) -> None:
    """End a line. Its page may have stopped reading, and what is on its way to it would never arrive."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await socket.close(code=code)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        yield chunk
