"""The way to Telegram: aiogram's session, made lean.

JSON instead of forms where there is no file, and of the answer nothing is built that nobody asked for. aiogram's own
session spends four times as much on a message, most of it on parsing back what was just sent.
"""

from collections.abc import Mapping
from typing import Any, cast

import aiohttp
import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.channels.telegram.refusals import DEFAULT_RETRY_SECONDS, TelegramRefusal
from bot.ports import ChannelBusy

CONNECTIONS = 100
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
UPLOAD_SECONDS = 180.0
JSON = {"Content-Type": "application/json"}
KEEP_ALIVE_SECONDS = 50.0  # shorter than Telegram's own, or calls run into connections that are closing


class Parameters(msgspec.Struct, frozen=True):
    retry_after: float | None = None
    migrate_to_chat_id: int | None = None


class Answer(msgspec.Struct, frozen=True):
    """What every call is answered with. `result` stays JSON until somebody wants it."""

    ok: bool
    result: msgspec.Raw = msgspec.Raw(b"null")
    error_code: int = 0
    description: str = ""
    parameters: Parameters = Parameters()


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Answer).decode
_decode_result = msgspec.json.Decoder(Any).decode


class LeanSession(AiohttpSession):
    """Every failure becomes ChannelBusy (later, perhaps) or TelegramRefusal (no). Neither holds the token."""

    def __init__(self, api_url: str, token: str) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api_url), timeout=ANSWER_SECONDS)
        self._token = token

    async def create_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                limit=CONNECTIONS,
                ttl_dns_cache=300,
                keepalive_timeout=KEEP_ALIVE_SECONDS,
                ssl=self._connector_init["ssl"],
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=("User-Agent", "Accept-Encoding"),
            )
            self._should_reset_connector = False
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, method: str, params: Mapping[str, Any], *, seconds: float | None = None) -> msgspec.Raw:
        """Call a method with JSON parameters; wait so long for the answer. Gives the result, still as JSON."""
        return await self._post(method, _encode(params), JSON, seconds or ANSWER_SECONDS)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram calls it so
    ) -> TelegramType:
        """What aiogram's own methods come to: for calls whose answer is read, or that carry a file."""
        form = self.build_form_data(bot, method)
        raw = await self._post(method.__api_method__, form, {}, timeout or UPLOAD_SECONDS)
        answer = {"ok": True, "result": _decode_result(raw)}
        response = Response[method.__returning__].model_validate(answer, context={"bot": bot})  # type: ignore[name-defined]
        return cast(TelegramType, response.result)

    async def _post(self, method: str, body: Any, headers: Mapping[str, str], seconds: float) -> msgspec.Raw:
        session = self._session or await self.create_session()
        patience = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        address = self.api.api_url(self._token, method)
        try:
            async with session.post(
                address, data=body, headers=headers, timeout=patience, allow_redirects=False
            ) as response:
                status, content = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Without the cause: its text holds the address, and the address holds the token.
            raise ChannelBusy(f"{method}: {type(error).__name__}") from None
        return _result(method, status, content)


def _result(method: str, status: int, content: bytes) -> msgspec.Raw:
    try:
        answer = _decode(content)
    except msgspec.MsgspecError:
        raise ChannelBusy(f"{method}: status {status} without an answer of Telegram's") from None
    if answer.ok:
        return answer.result
    code = answer.error_code or status
    if code == 429 or answer.parameters.retry_after is not None:
        wait = answer.parameters.retry_after
        raise ChannelBusy(f"{method}: too many requests", DEFAULT_RETRY_SECONDS if wait is None else wait)
    if code >= 500:
        raise ChannelBusy(f"{method}: {code} {answer.description}")
    raise TelegramRefusal(method, code, answer.description, answer.parameters.migrate_to_chat_id)
