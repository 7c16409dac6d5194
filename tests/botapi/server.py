"""A Bot API server over HTTP, as strict as Telegram, for one bot.

async with BotApiServer() as server:            # server.url and server.token go into the bot's settings
    sara = server.customer(100, "Sara", language_code="fa")
    agent = server.member(server.forum(-1001), 200, "Ali")
    await sara.start()
    await sara.wait_for("Hello", button="Talk to a person")
    await sara.tap("Talk to a person")
    desk = await agent.wait_for_topic("Sara")
    await desk.tap("Take")
    await desk.say("How can I help?")
    await sara.wait_for("How can I help?")
    assert server.violations == []
    assert server.world.queries.unanswered() == []
"""

import asyncio
import json
import re
import socket
import struct
from types import TracebackType
from typing import Any, Self

from aiohttp import abc, http_parser, streams, web

from tests.botapi.bell import PATIENCE_SECONDS
from tests.botapi.calls import ABANDONED, Call, CallLog
from tests.botapi.catalogue import HANDLERS
from tests.botapi.contract import check_answer, check_request, method_name
from tests.botapi.control import Control
from tests.botapi.entities import Wire
from tests.botapi.faults import BadAnswerError, Fault, FaultKind, FaultPlan, Penalties, RateLimits
from tests.botapi.params import Params
from tests.botapi.reading import read_params
from tests.botapi.refusals import WEBHOOK_IS_ACTIVE, RefusalError, mistake
from tests.botapi.stage import Stage
from tests.botapi.webhook import WebhookSender, settings_of

TOKEN = "7000000001:AAF-this-token-is-good-in-tests-only_0"
TOKEN_FORM = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
API_PATH = re.compile(r"/bot([^/]+)/([A-Za-z]+)/?")
FILE_PATH = re.compile(r"/file/bot([^/]+)/(.+)")
LARGEST_BODY = 60 * 1024 * 1024
GARBAGE = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n"
NEW_MESSAGES = re.compile(r"(send(?!ChatAction)|copy|forward)\w+")


class BotApiServer(Stage):
    """Serves from entering to leaving the context.

    port 0 takes a free one. lax is for benchmarks: nothing is validated, no text parsed, calls are only counted.
    limits switches Telegram's flood limits on. retry_seconds is the first pause before a webhook delivery is tried
    again; in_order False lets updates of one chat overtake each other.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        lax: bool = False,
        limits: RateLimits | None = None,
        retry_seconds: float = 0.02,
        in_order: bool = True,
    ) -> None:
        super().__init__(int(token.partition(":")[0]), lax=lax)
        self.token = token
        self.url = ""
        self.faults = FaultPlan()
        self.limits = limits
        self.log = CallLog(lax=lax)
        self.violations: list[str] = []
        self._lax = lax
        self._port = port
        self._retry_seconds = retry_seconds
        self._in_order = in_order
        self._penalties = Penalties()
        self._webhook: WebhookSender | None = None
        self._closing = asyncio.Event()
        self._control = Control(self)
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        server = web.Server(self._handle, request_factory=_request, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        await self._set_webhook(None)
        assert self._runner
        await self._runner.cleanup()

    # For tests

    @property
    def calls(self) -> list[Call]:
        return self.log.calls

    def fail_next(
        self,
        kind: FaultKind,
        *,
        method: str | None = None,
        chat_id: int | None = None,
        times: int = 1,
        after_effect: bool = False,
        retry_after: int = 1,
        seconds: float = 0.0,
    ) -> None:
        """The next calls that fit suffer this; see Fault."""
        fault = Fault(kind=kind, after_effect=after_effect, retry_after=retry_after, seconds=seconds)
        self.faults.fail_next(fault, method=method, chat_id=chat_id, times=times)

    def fail_sometimes(
        self,
        kind: FaultKind,
        probability: float,
        *,
        method: str | None = None,
        after_effect: bool = False,
        retry_after: int = 1,
        seconds: float = 0.0,
        seed: int | None = None,
    ) -> None:
        """Each call that fits suffers this with the given probability, until recover()."""
        fault = Fault(kind=kind, after_effect=after_effect, retry_after=retry_after, seconds=seconds)
        self.faults.fail_sometimes(fault, probability, method=method, seed=seed)

    def recover(self) -> None:
        """No more faults."""
        self.faults.clear()

    def deliver_again(self, update_id: int, *, times: int = 1) -> None:
        """The bot gets this update so many times more, all at once, acknowledged or not."""
        if self._webhook:
            self._webhook.push_again(self.feed.everything[update_id], times)
        else:
            self.feed.repeat_once(update_id, times)

    async def all_delivered(self, *, within: float = PATIENCE_SECONDS) -> None:
        """Waits until the bot has acknowledged every update. Raises AssertionError after so many seconds."""
        done = await self.feed.bell.wait_until(lambda: None if self.feed.pending else True, within)
        assert done, f"not acknowledged within {within} s: {[update.wire for update in self.feed.pending.values()]}"

    # HTTP

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if match := API_PATH.fullmatch(request.path):
            if match[1] != self.token:
                return _json(RefusalError(*_unknown_token(match[1])).wire())
            return await self._call(request, match[2])
        if match := FILE_PATH.fullmatch(request.path):
            file = self.world.files.at_path(match[2]) if match[1] == self.token else None
            return web.Response(body=file.content) if file else _json(RefusalError(404, "Not Found").wire())
        if request.path.startswith("/control/"):
            return await self._control.handle(request)
        return _json(RefusalError(404, "Not Found").wire())

    async def _call(self, request: web.BaseRequest, name: str) -> web.StreamResponse:
        try:
            params = await read_params(request)
            return _json({"ok": True, "result": await self.execute(name, params)})
        except RefusalError as refusal:
            return _json(refusal.wire())
        except ConnectionResetError:
            return _break(request)
        except BadAnswerError:
            return web.Response(status=502, text=GARBAGE, content_type="text/html")

    # Calls

    async def execute(self, name: str, params: Params) -> object:
        """Carries out one call. Raises RefusalError, or BadAnswerError or ConnectionResetError as a fault wants it."""
        method = method_name(name)
        if method is None:
            raise RefusalError(404, "Not Found: method not found", bots_mistake=True)
        call = Call(method, params.values, {n: u.content for n, u in params.uploads.items()}, _chat_id(params))
        self.log.add(call)
        fault = self.faults.pick(method, call.chat_id)
        try:
            if fault and not fault.after_effect:
                await self._suffer(fault, call)
            call.result = await self._carry_out(method, params)
            call.took_effect = True
            if fault and fault.after_effect:
                await self._suffer(fault, call)
            return call.result
        except RefusalError as refusal:
            call.error = refusal.description
            if refusal.bots_mistake:
                self.violations.append(f"{method}: {refusal.description}{refusal.why}")
            raise
        except (BadAnswerError, ConnectionResetError):
            raise
        except asyncio.CancelledError:
            call.error = call.error or ABANDONED
            raise
        except Exception as error:
            self.violations.append(f"{method}: this server failed: {error!r}")
            raise
        finally:
            self.log.bell.ring()

    async def _carry_out(self, method: str, params: Params) -> object:
        if self._lax:
            handler = HANDLERS.get(method)
            return handler(self.world, params) if handler else await self._by_hand(method, params)
        self.violations += [f"{method}: unknown parameter {name}" for name in check_request(method, params)]
        if NEW_MESSAGES.match(method):
            self._spend(method, params)
        result = await self._by_hand(method, params)
        if result is None:
            if method not in HANDLERS:
                raise mistake(f"{method} is unknown to this server")
            result = HANDLERS[method](self.world, params)
        check_answer(method, result)
        return result

    def _spend(self, method: str, params: Params) -> None:
        chat = self.world.chats.get(_chat_id(params) or 0)
        if chat is None:
            return
        self._penalties.enforce(chat.chat_id)
        if self.limits:
            many = params.json("media" if method == "sendMediaGroup" else "message_ids") or [None]
            self.limits.spend(chat, len(many), self.feed.first_at.get(chat.chat_id))

    async def _suffer(self, fault: Fault, call: Call) -> None:
        call.error = fault.kind
        match fault.kind:
            case "too_many_requests":
                raise self._penalties.impose(call.chat_id, fault.retry_after)
            case "server_error":
                raise RefusalError(500, "Internal Server Error")
            case "bad_gateway":
                raise RefusalError(502, "Bad Gateway")
            case "garbage":
                raise BadAnswerError
            case "reset":
                raise ConnectionResetError
            case "silence":
                await self._closing.wait()
                raise ConnectionResetError
            case "slow":
                call.error = None
                await asyncio.sleep(fault.seconds)

    # The methods about updates

    async def _by_hand(self, method: str, params: Params) -> object:
        match method:
            case "getUpdates":
                return await self._get_updates(params)
            case "setWebhook" | "deleteWebhook":
                return await self._change_webhook(method, params)
            case "getWebhookInfo":
                return self._webhook_wire()
        return None

    async def _get_updates(self, params: Params) -> list[Wire]:
        if self._webhook:
            raise RefusalError(409, WEBHOOK_IS_ACTIVE)
        self.feed.allow(params.json("allowed_updates"))
        return await self.feed.poll(params.integer("offset"), params.integer("limit"), params.integer("timeout"))

    async def _change_webhook(self, method: str, params: Params) -> bool:
        wanted = method == "setWebhook" and params.text("url") != ""
        settings = settings_of(params) if wanted else None
        if params.flag("drop_pending_updates"):
            self.feed.drop_all()
        if settings is None:
            await self._set_webhook(None)
            return True
        self.feed.allow(params.json("allowed_updates"))
        if self._webhook and self._webhook.settings.is_like(settings):
            return True
        self.feed.end_polls()
        sender = WebhookSender(
            self.feed, settings, self.execute, retry_seconds=self._retry_seconds, in_order=self._in_order
        )
        await self._set_webhook(sender)
        return True

    async def _set_webhook(self, sender: WebhookSender | None) -> None:
        old, self._webhook = self._webhook, sender
        self.feed.on_new = sender.push if sender else None
        if old:
            await old.stop()
        if sender:
            await sender.start()

    def _webhook_wire(self) -> Wire:
        wire: Wire = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.feed.pending)}
        if self._webhook:
            settings = self._webhook.settings
            wire |= {"url": settings.url, "max_connections": settings.max_connections, "ip_address": "127.0.0.1"}
            if settings.last_error_date:
                wire |= {"last_error_date": settings.last_error_date, "last_error_message": settings.last_error_message}
            if self.feed.allowed:
                wire["allowed_updates"] = sorted(self.feed.allowed)
        return wire


def _json(answer: dict[str, Any]) -> web.Response:
    status = answer.get("error_code", 200)
    return web.Response(
        body=json.dumps(answer, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )


def _request(
    message: http_parser.RawRequestMessage,
    payload: streams.StreamReader,
    protocol: web.RequestHandler,
    writer: abc.AbstractStreamWriter,
    task: "asyncio.Task[None]",
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)


def _unknown_token(token: str) -> tuple[int, str]:
    return (401, "Unauthorized") if TOKEN_FORM.fullmatch(token) else (404, "Not Found")


def _chat_id(params: Params) -> int | None:
    chat_id = params.text("chat_id")
    return int(chat_id) if chat_id.lstrip("-").isdigit() else None


def _break(request: web.BaseRequest) -> web.StreamResponse:
    """Ends the connection with a TCP reset."""
    if request.transport:
        connection: socket.socket = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
