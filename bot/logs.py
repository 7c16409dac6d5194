"""The log: named facts, for eyes or for machines, and never a secret.

A line is an event and its facts: `log.warning("delivery_failed", extra={"conversation": 12, "attempt": 3})`.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from typing import Literal, TextIO
from urllib.parse import quote

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

log = logging.getLogger(__name__)

OWN_LOGGERS = ("bot", "storage", "__main__")
HIDDEN = "***"

# Telegram's addresses hold the bot's token, and the errors of HTTP clients hold addresses.
TELEGRAM_TOKEN = re.compile(r"(?<=/bot)\d+(?::|%3A)[\w-]+|(?<!\d)\d{5,}(?::|%3A)[\w-]{30,}", re.IGNORECASE)
PLAIN_FACT = re.compile(r"[\w.:/@+-]+")
NOT_FACTS = frozenset(RESERVED_ATTRS) | {"asctime", "message", "taskName"}


class ConsoleFormatter(logging.Formatter):
    """One line: time, level, logger, event, facts as key=value; then the traceback, if there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%d %H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        facts = [f"{name}={_fact(value)}" for name, value in vars(record).items() if name not in NOT_FACTS]
        return " ".join([super().formatMessage(record), *facts])


class HidingFormatter(logging.Formatter):
    """Writes with another formatter and then hides Telegram tokens and the secrets it was told.

    The finished line is searched, so that nothing gets around it: message, facts, exception or traceback.
    """

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self.inner = inner
        written = {form for secret in secrets for form in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1])}
        self.secrets = sorted(filter(None, written), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = TELEGRAM_TOKEN.sub(HIDDEN, self.inner.format(record))
        for secret in self.secrets:
            line = line.replace(secret, HIDDEN)
        return line


def configure_logging(
    level: Literal["debug", "info", "warning", "error"],
    format: Literal["console", "json"],
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send the log of the whole process to `stream`, or else standard error. A second call replaces the first.

    `level` is that of our own rooms. Libraries speak from warning on, whatever level a package of actions gives them:
    below it they log what customers write.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(HidingFormatter(_formatter(format), secrets))
    handler.addFilter(_may_speak)
    own_level = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(handlers=[handler], level=max(own_level, logging.WARNING), force=True)
    for name in OWN_LOGGERS:
        logging.getLogger(name).setLevel(own_level)
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_failed_thread


def _may_speak(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] in OWN_LOGGERS


def _log_failed_thread(failed: threading.ExceptHookArgs) -> None:
    """A thread that an action began has failed. Python's own hook would write the failure's text, which may quote what
    the customer wrote.
    """
    if failed.exc_type is SystemExit:
        return
    frame = traceback.extract_tb(failed.exc_traceback)[-1]
    log.error("thread_failed", extra={"failure": failed.exc_type.__name__, "place": f"{frame.filename}:{frame.lineno}"})


def _formatter(format: Literal["console", "json"]) -> logging.Formatter:
    if format == "console":
        return ConsoleFormatter()
    return JsonFormatter(
        ["levelname", "name", "message"],
        rename_fields={"levelname": "level", "name": "logger", "message": "event", "exc_info": "error"},
        timestamp="time",
        json_ensure_ascii=False,
    )


def _fact(value: object) -> str:
    text = str(value)
    # Quoted as JSON, a line break or an escape sequence in a value cannot forge a line of its own.
    return text if PLAIN_FACT.fullmatch(text) else json.dumps(text, ensure_ascii=False)
