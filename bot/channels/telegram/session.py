"""The way to Telegram: aiogram's session, and beside it a lean one for what is called all the time.

The lean one sends JSON instead of forms, and of the answer builds nothing that nobody asked for. aiogram's own spends
ten times as much on a message, most of it on parsing back what was just sent.
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

from bot.channels.telegram.connections import CONNECT_SECONDS, Connections
from bot.channels.telegram.refusals import DEFAULT_RETRY_SECONDS, TelegramRefusal
from bot.ports import ChannelBusy

ANSWER_SECONDS = 30.0
UPLOAD_SECONDS = 180.0


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
        self._address = self.api.api_url(token, "")  # a method's name belongs at its end
        self._connections = Connections(self._address, self._connector_init["ssl"])
        self.refused = ""  # why Telegram does not know this bot, by its last answer

    async def close(self) -> None:
        self._connections.close()
        if self._session is not None:
            await self._session.close()

    async def post(self, method: str, params: Mapping[str, Any], *, seconds: float | None = None) -> msgspec.Raw:
        """Call a method with JSON parameters; wait so long for the answer. Gives the result, still as JSON."""
        try:
            reply = await self._connections.post_json(method, _encode(params), seconds or ANSWER_SECONDS)
        except (TimeoutError, OSError) as error:
            raise ChannelBusy(f"{method}: {type(error).__name__}") from None
        return self._result(method, reply.status, reply.body)

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram calls it so
    ) -> TelegramType:
        """What aiogram's own methods come to: for calls whose answer is read, or that carry a file."""
        name, session = method.__api_method__, await self.create_session()
        patience = aiohttp.ClientTimeout(total=timeout or UPLOAD_SECONDS, sock_connect=CONNECT_SECONDS)
        form = self.build_form_data(bot, method)
        try:
            async with session.post(self._address + name, data=form, timeout=patience, allow_redirects=False) as answer:
                status, content = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Without the cause: its text holds the address, and the address holds the token.
            raise ChannelBusy(f"{name}: {type(error).__name__}") from None
        decoded = {"ok": True, "result": _decode_result(self._result(name, status, content))}
        try:
            response = Response[method.__returning__].model_validate(decoded, context={"bot": bot})  # type: ignore[name-defined]
        except ValueError:
            raise ChannelBusy(f"{name}: an answer of another shape") from None
        return cast(TelegramType, response.result)

    def _result(self, method: str, status: int, content: bytes) -> msgspec.Raw:
        try:
            result = _result(method, status, content)
        except TelegramRefusal as refusal:
            self.refused = refusal.description if refusal.misconfigured else ""
            raise
        self.refused = ""
        return result


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
