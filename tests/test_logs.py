"""The log: its two forms, and what must never be in it."""

import io
import json
import logging
import threading
import warnings
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError

from bot.logs import OWN_LOGGERS, configure_logging

Format = Literal["console", "json"]
FORMATS: tuple[Format, ...] = ("console", "json")
TOKEN = "123456789:AAExampleExampleExampleExampleExample"

log = logging.getLogger("bot.service.turns")


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Logging is the process's: give it back to the other tests as it was."""
    root = logging.getLogger()
    handlers, level, hook = root.handlers[:], root.level, threading.excepthook
    root.handlers.clear()
    yield
    threading.excepthook = hook
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(capture=False)


def test_the_console_shows_facts_beside_their_event() -> None:
    stream = io.StringIO()
    configure_logging("info", "console", stream=stream)
    log.warning("delivery_failed", extra={"conversation": 12, "channel": "telegram", "said": "two words"})
    assert stream.getvalue().endswith(
        ' WARNING bot.service.turns delivery_failed conversation=12 channel=telegram said="two words"\n'
    )


def test_json_gives_each_fact_its_key() -> None:
    stream = io.StringIO()
    configure_logging("info", "json", stream=stream)
    log.warning("delivery_failed", extra={"conversation": 12, "queue": "پشتیبانی"})
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "WARNING",
        "logger": "bot.service.turns",
        "event": "delivery_failed",
        "conversation": 12,
        "queue": "پشتیبانی",
    }


@pytest.mark.parametrize("format", FORMATS)
def test_a_fact_cannot_forge_a_line(format: Format) -> None:
    stream = io.StringIO()
    configure_logging("info", format, stream=stream)
    log.info("flow_loaded", extra={"flow": "main\n2026-01-01 ERROR \x1b[2Jeverything_is_lost"})
    assert stream.getvalue().count("\n") == 1
    assert "\x1b" not in stream.getvalue()


def test_own_rooms_speak_at_the_level_and_libraries_from_warning_on() -> None:
    stream = io.StringIO()
    configure_logging("debug", "console", stream=stream)
    log.debug("turn_taken")
    logging.getLogger("storage.outbox").debug("row_leased")
    logging.getLogger("aiogram.event").info("what the customer wrote")
    assert "turn_taken" in stream.getvalue()
    assert "row_leased" in stream.getvalue()
    assert "customer" not in stream.getvalue()


def test_whatever_level_others_give_libraries() -> None:
    """Actions do so while they run, too."""
    stream = io.StringIO()
    configure_logging("info", "console", stream=stream)
    root, library = logging.getLogger(), logging.getLogger("rasa_sdk.executor")
    root.setLevel(logging.DEBUG)
    library.setLevel(logging.DEBUG)
    library.info("what the customer wrote")
    library.warning("slow")
    library.setLevel(logging.NOTSET)
    assert "customer" not in stream.getvalue()
    assert "slow" in stream.getvalue()


def test_a_higher_level_holds_for_libraries_too() -> None:
    stream = io.StringIO()
    configure_logging("error", "console", stream=stream)
    log.warning("turn_taken")
    logging.getLogger("aiohttp").warning("slow")
    assert stream.getvalue() == ""


def test_python_warnings_reach_the_log() -> None:
    stream = io.StringIO()
    configure_logging("info", "json", stream=stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old name", DeprecationWarning, stacklevel=1)
    assert "old name" in json.loads(stream.getvalue())["event"]


def test_a_second_call_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    configure_logging("info", "console", stream=first)
    configure_logging("info", "console", stream=second)
    log.info("turn_taken")
    assert first.getvalue() == ""
    assert second.getvalue().count("turn_taken") == 1


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("shown", [TOKEN, f"bot{TOKEN}", quote(TOKEN, safe=""), f"https://api/bot{TOKEN}/getMe"])
def test_no_way_into_the_log_shows_the_token(format: Format, shown: str) -> None:
    stream = io.StringIO()
    configure_logging("info", format, stream=stream)
    log.error(shown)
    log.error("refused %s", shown)
    log.error("refused", extra={"url": shown, "facts": {"url": [shown]}})
    try:
        try:
            raise ConnectionError(shown)
        except ConnectionError as error:
            raise RuntimeError("no answer") from error
    except RuntimeError:
        log.exception("request_failed")
    assert stream.getvalue().count("***") == 5
    assert "AAExample" not in stream.getvalue()


@pytest.mark.parametrize("format", FORMATS)
async def test_what_aiogram_raises_does_not_show_the_token(format: Format) -> None:
    stream = io.StringIO()
    configure_logging("info", format, stream=stream)
    nobody = TelegramAPIServer.from_base("http://127.0.0.1:1")
    async with Bot(TOKEN, session=AiohttpSession(api=nobody)) as bot:
        with pytest.raises(TelegramNetworkError) as caught:
            await bot.get_me()
        log.error("request_failed", exc_info=caught.value, extra={"url": nobody.api_url(TOKEN, "getMe")})
    assert "TelegramNetworkError" in stream.getvalue()
    assert "AAExample" not in stream.getvalue()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("secret", ["hush", 'with "quotes" and \\', "p@ss/word?"])
def test_a_named_secret_is_hidden_however_it_is_written(format: Format, secret: str) -> None:
    stream = io.StringIO()
    configure_logging("info", format, secrets=[secret, ""], stream=stream)
    log.error("connection_refused", extra={"url": f"postgresql://desk:{quote(secret, safe='')}@db", "secret": secret})
    assert secret not in stream.getvalue()
    assert quote(secret, safe="") not in stream.getvalue()
    assert stream.getvalue().count("***") == 2


def test_times_and_counts_are_no_tokens() -> None:
    stream = io.StringIO()
    configure_logging("info", "console", stream=stream)
    log.info("listening", extra={"address": "127.0.0.1:8080", "at": "2026-01-02T10:11:12+00:00", "url": "/bot/12:30"})
    assert "***" not in stream.getvalue()


def test_a_thread_that_fails_quotes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure_logging("info", "console", stream=stream)

    def fail() -> None:
        raise ValueError("the customer's card is 4111 1111 1111 1111")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert "thread_failed failure=ValueError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert "4111" not in stream.getvalue() + capsys.readouterr().err
