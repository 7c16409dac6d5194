"""Custom actions on a rasa-sdk action server, over HTTP."""

import aiohttp
import msgspec
from yarl import URL

from bot.actions.wire import MAX_ANSWER_BYTES, read_answer, request_body
from bot.ports import ActionCall, ActionError, ActionOutcome

KEEP_ALIVE_SECONDS = 4.0  # less than the 5 s after which older rasa-sdk servers hang up: a reused line must be open


class ServerActions:
    """The Actions port over `url`: the server's address, with or without `/webhook`."""

    def __init__(self, url: str) -> None:
        address = URL(url)
        self._webhook = address / "webhook" if address.path in {"", "/"} else address
        self._place = self._webhook.with_user(None).with_query(None)  # as it may be told: without its secrets
        self._session: aiohttp.ClientSession | None = None

    async def run(self, call: ActionCall) -> ActionOutcome:
        """Run one action over there. Raises ActionError."""
        body = request_body(call)
        try:
            status, answer = await self._post(body, call.timeout_seconds)
        except TimeoutError:
            raise ActionError("timeout", f"{call.name} took longer than {call.timeout_seconds:g} s") from None
        except (aiohttp.ClientError, OSError) as failure:
            reason = f"the action server at {self._place} can't be reached ({type(failure).__name__})"
            raise ActionError("unreachable", reason) from None
        if not 200 <= status < 300:
            raise self._refusal(status, answer, call.name)
        return read_answer(answer)

    async def close(self) -> None:
        """Close the lines to the server."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, body: bytes, timeout_seconds: float) -> tuple[int, bytes]:
        request = self._open_session().post(
            self._webhook,
            data=body,
            headers={"Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=timeout_seconds),
            allow_redirects=False,
        )
        async with request as response:
            answer = bytearray()
            async for piece in response.content.iter_any():
                answer += piece
                if len(answer) > MAX_ANSWER_BYTES:  # read_answer refuses it: no need for the rest
                    break
            return response.status, bytes(answer)

    def _refusal(self, status: int, answer: bytes, action: str) -> ActionError:
        """What a status other than 200 means. A 500 of rasa-sdk repeats the whole request: no answer is quoted."""
        if status == 404 and not _names_an_action(answer):
            return ActionError("unreachable", f"there is no rasa-sdk action server at {self._place}")
        if status == 404:
            return ActionError("not_found", f"the action server knows no action named {action!r}")
        if status == 400 and _names_an_action(answer):
            return ActionError("rejected", f"{action} rejected its execution")
        return ActionError("error", f"the action server answered {status} to {action}")

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector)
        return self._session


def _names_an_action(answer: bytes) -> bool:
    """Whether these are rasa-sdk's own words, and not those of a proxy or another server."""
    try:
        refusal = msgspec.json.decode(answer)
    except (msgspec.DecodeError, RecursionError):
        return False
    return isinstance(refusal, dict) and "action_name" in refusal
