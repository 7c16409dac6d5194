"""What only a server over HTTP can do to us: real sockets that answer badly."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.actions.server import ServerActions
from bot.ports import ActionError, ActionOutcome
from tests.actions.calls import call_of
from tests.ports import free_port

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[ServerActions]:
    """The port, with a server that handles the webhook so."""
    server = web.Application()
    server.router.add_post("/webhook", handler)
    runner = web.AppRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    actions = ServerActions(f"http://{host}:{port}")
    try:
        yield actions
    finally:
        await actions.close()
        await runner.cleanup()


async def refusal(handler: Handler, timeout_seconds: float = 20.0) -> ActionError:
    """How the port fails when the server handles the webhook so."""
    async with served(handler) as actions:
        with pytest.raises(ActionError) as error:
            await actions.run(call_of("action_any", latest_text="secret words", timeout_seconds=timeout_seconds))
    assert "secret" not in error.value.reason
    return error.value


def answering(body: str | bytes, status: int = 200) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        sent = body.encode() if isinstance(body, str) else body
        return web.Response(body=sent, status=status, content_type="application/json")

    return handler


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"error": "rejected", "action_name": "action_any"}', 400, "rejected"),
        ('{"error": "Invalid body request"}', 400, "error"),
        ('{"error": "no such action", "action_name": "action_any"}', 404, "not_found"),
        ("<html>Not Found</html>", 404, "unreachable"),
        ('{"error": "secret words"}', 500, "error"),
        ("", 503, "error"),
        ("", 302, "error"),
        ("not json", 200, "error"),
        (b'{"responses": [{"text": "caf\xe9 secret"}]}', 200, "error"),
        ('{"responses": [' + ", ".join(['{"text": "secret"}'] * 51) + "]}", 200, "error"),
        ('{"events": [' + ", ".join(['{"event": "bot", "text": "secret"}'] * 51) + "]}", 200, "error"),
        ('{"responses": [{"text": "' + "secret" * 6_000 + '"}]}', 200, "error"),
        ('{"events": "none"}', 200, "error"),
        ('{"events": [7]}', 200, "error"),
        ("[" * 100_000, 200, "error"),
        ('{"events": [], "responses": [{"text": "' + "x" * 10_000_000 + '"}]}', 200, "error"),
    ],
)
async def test_bad_answers_have_their_code(body: str | bytes, status: int, code: str) -> None:
    assert (await refusal(answering(body, status))).code == code


@pytest.mark.parametrize(("body", "status"), [("", 200), ("", 204), ("null", 200), ("{}", 202)])
async def test_an_answer_without_anything_in_it_is_one(body: str, status: int) -> None:
    """Rasa takes it for done, and servers that are not rasa-sdk send it."""
    async with served(answering(body, status)) as actions:
        assert await actions.run(call_of("action_any")) == ActionOutcome()


async def test_a_line_that_breaks_in_the_middle() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"events":')
        assert request.transport is not None
        request.transport.close()
        return response

    assert (await refusal(handler)).code == "unreachable"


async def test_a_reset_before_any_answer() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    assert (await refusal(handler)).code == "unreachable"


async def test_silence_times_out() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    assert (await refusal(handler, timeout_seconds=0.2)).code == "timeout"


async def test_an_answer_that_never_ends_times_out() -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.01)

    assert (await refusal(handler, timeout_seconds=0.3)).code == "timeout"


async def test_nobody_listens() -> None:
    actions = ServerActions(f"http://127.0.0.1:{free_port()}/webhook")
    with pytest.raises(ActionError) as error:
        await actions.run(call_of("action_any"))
    assert error.value.code == "unreachable"
    await actions.close()


async def test_what_the_address_keeps_secret_is_not_told() -> None:
    actions = ServerActions(f"http://me:secret@127.0.0.1:{free_port()}/webhook?token=secret")
    with pytest.raises(ActionError) as error:
        await actions.run(call_of("action_any"))
    assert "http://127.0.0.1:" in error.value.reason
    assert "secret" not in error.value.reason
    await actions.close()


@pytest.mark.parametrize("path", ["", "/", "/webhook"])
async def test_the_address_may_name_the_webhook(good_server: str, path: str) -> None:
    actions = ServerActions(good_server + path)
    assert (await actions.run(call_of("action_waits"))).events
    await actions.close()
