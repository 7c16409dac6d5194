"""The command line: `switchboard COMMAND`, or `python -m bot COMMAND`."""

import errno
import io
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from bot.cli.arguments import parser
from bot.cli.failures import CommandFailed
from bot.settings import Settings, SettingsError, load_settings

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
INTERRUPTED = 130  # as shells have it: 128 and the signal's number


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words say. Gives the exit status: 0 done, 1 failed, 2 not understood or not readable."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Customers' names are in every script, wherever the output goes, and names of files may be no text at all.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    arguments = parser().parse_args(argv)
    try:
        status = _do(arguments, load_settings(None, os.environ))
        sys.stdout.flush()
    except SettingsError as error:
        return _fail(str(error), 2)
    except CommandFailed as failure:
        return _fail(str(failure), failure.status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has seen enough, such as `head`
        _write_no_more()
        return 1
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _write_no_more()
        return _fail(f"the output cannot be written: {error.strerror}", 2)
    return status


def _write_no_more() -> None:
    """What is still to be written would fail once more at the very end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _do(arguments: Namespace, settings: Settings) -> int:
    """Rooms are imported when a command needs them: `check` starts without a database, `report` without a channel."""
    match arguments.command:
        case "run":
            from bot.cli.running import run

            return run(arguments, settings)
        case "migrate":
            from bot.cli.migrating import migrate

            return migrate(arguments, settings)
        case "check":
            from bot.cli.checking import check

            return check(arguments, settings)
        case "test":
            from bot.cli.testing import test

            return test(arguments, settings)
        case "chat":
            from bot.cli.chatting import chat

            return chat(arguments, settings)
        case "report":
            from bot.cli.reporting import report

            return report(arguments, settings)
        case "agent" | "desk":
            return _do_at_desk(arguments, settings)
        case "flows":
            return _do_with_flows(arguments, settings)
        case "export" | "forget":
            from bot.cli.privacy import answer

            return answer(arguments, settings)
        case other:
            raise AssertionError(other)


def _do_at_desk(arguments: Namespace, settings: Settings) -> int:
    if arguments.command == "agent":
        from bot.cli.agents import agent

        return agent(arguments, settings)
    match arguments.action:
        case "callbacks":
            from bot.cli.callbacks import callbacks

            return callbacks(arguments, settings)
        case "tickets":
            from bot.cli.tickets import tickets

            return tickets(arguments, settings)
        case _:
            from bot.cli.desk_live import watch

            return watch(arguments, settings)


def _do_with_flows(arguments: Namespace, settings: Settings) -> int:
    match arguments.action:
        case "graph":
            from bot.cli.graphs import graph

            return graph(arguments, settings)
        case "export-calm":
            from bot.cli.calm_export import export

            return export(arguments, settings)
        case "schema":
            from bot.cli.schemas import schema

            return schema(arguments)
        case _:
            from bot.cli.publications import flows

            return flows(arguments, settings)


def _fail(message: str, status: int) -> int:
    print(f"switchboard: {message}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
