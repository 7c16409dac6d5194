"""What can be written after `switchboard`."""

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

ABOUT = "A customer-support switchboard: menus written in YAML, people when they are needed, every step in the log."
MOST_DIGITS = 15  # of what people count
ROLES = ("agent", "supervisor", "admin")
SETTINGS = "Settings: config/settings.toml, or the file that SWITCHBOARD_CONFIG names; the environment wins over it."


def parser() -> ArgumentParser:
    """The whole command line. What it reads has the name of the command in `command`."""
    switchboard = ArgumentParser(prog="switchboard", description=ABOUT, epilog=SETTINGS)
    commands = switchboard.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _command(commands, "run", "serve customers and agents until stopped", "switchboard run")
    _command(commands, "migrate", "bring the database up to date", "switchboard migrate")
    _check(commands)
    _test(commands)
    _chat(commands)
    _report(commands)
    _agent(commands)
    _desk(commands)
    _flows(commands)
    _privacy(commands)
    return switchboard


def _command(commands: Any, name: str, does: str, *examples: str) -> ArgumentParser:
    shown = "\n".join(f"  {example}" for example in examples)
    command: ArgumentParser = commands.add_parser(
        name,
        help=does,
        description=f"{does[0].upper()}{does[1:]}.",
        epilog=f"{'example' if len(examples) == 1 else 'examples'}:\n{shown}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    return command


def _count(text: str) -> int:
    """A number that counts or names something. What is longer no database takes."""
    if not (text.isdecimal() and len(text) <= MOST_DIGITS and int(text)):
        raise ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _format(command: ArgumentParser, *formats: str) -> None:
    command.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")


def _check(commands: Any) -> None:
    check = _command(
        commands,
        "check",
        "say what is wrong with flow files and the desk's file, each problem with file, line and column",
        "switchboard check",
        "switchboard check my-flows --format json",
    )
    check.epilog = f"{check.epilog}\n\nexit status: 0 nothing to mend, 1 errors, 2 cannot read"
    check.add_argument("path", metavar="PATH", nargs="?", type=Path, help="default: flows.path of the settings")
    _format(check, "text", "json", "github")


def _agent(commands: Any) -> None:
    agent = _command(
        commands, "agent", "add, change, invite, list and remove those who work at the desk", "switchboard agent list"
    )
    actions = agent.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = _command(
        actions,
        "add",
        "add an agent, or change one who has this Telegram account",
        "switchboard agent add 'Sara Ahmadi' --telegram 123456789 --queue support --queue orders --language fa",
    )
    add.add_argument("name", metavar="NAME", help="as customers see it")
    add.add_argument("--telegram", metavar="ID", type=int, required=True, help="the number of their Telegram account")
    add.add_argument("--queue", action="append", default=[], help="several are allowed; default: the default queue")
    add.add_argument("--role", choices=ROLES, default="agent", help="default: agent")
    _work_of(add)
    _format(add, "text", "json")
    _change_agent(actions)
    _format(_command(actions, "list", "list the agents", "switchboard agent list --format json"), "text", "json")
    invite = _command(
        actions,
        "invite",
        "print a link that makes whoever opens it first in Telegram an agent; it works once, for a week",
        "switchboard agent invite --queue support",
        "switchboard agent invite --role supervisor",
    )
    invite.add_argument("--queue", action="append", default=[], help="several are allowed; default: the default queue")
    invite.add_argument("--role", choices=ROLES, default="agent", help="default: agent")
    _format(invite, "text", "json")
    stays = "remove an agent; what they did stays in the reports"
    remove = _command(actions, "remove", stays, "switchboard agent remove 'Sara Ahmadi'")
    remove.add_argument("agent", metavar="AGENT", help="name, id or Telegram number")


def _change_agent(actions: Any) -> None:
    change = _command(
        actions,
        "change",
        "change what is said of an agent; the rest stays as it is",
        "switchboard agent change 'Sara Ahmadi' --capacity 3 --language fa --language en",
        "switchboard agent change 'Sara Ahmadi' --language all --skill none",
    )
    change.add_argument("agent", metavar="AGENT", help="name, id or Telegram number")
    change.add_argument("--name", help="as customers see it")
    change.add_argument("--queue", action="append", help="several are allowed, in place of those until now")
    change.add_argument("--role", choices=ROLES)
    _work_of(change)
    _format(change, "text", "json")


def _work_of(command: ArgumentParser) -> None:
    command.add_argument("--capacity", metavar="N", type=int, help="customers at once; default: 5")
    command.add_argument("--language", action="append", metavar="CODE", help="several are allowed; default: all")
    command.add_argument("--skill", action="append", metavar="NAME", help="several are allowed; default: none")
    command.add_argument(
        "--private",
        action=BooleanOptionalAction,
        help="work in the private chat with the bot, to which they must have written once; needs no group",
    )


def _desk(commands: Any) -> None:
    desk = _command(
        commands,
        "desk",
        "watch queues, agents and waiting customers; q ends it",
        "switchboard desk",
        "switchboard desk --once",
        "switchboard desk --format json",
        "switchboard desk callbacks",
    )
    desk.add_argument("--once", action="store_true", help="show it once, as where no terminal is")
    _format(desk, "table", "json")
    subjects = desk.add_subparsers(dest="action", metavar="SUBJECT")
    tickets = _command(
        subjects,
        "tickets",
        "list the cases that departments have yet to answer, the oldest first",
        "switchboard desk tickets --department complaints",
        "switchboard desk tickets --format json",
        "switchboard desk tickets answer 12 'It is on its way.' --as Sara",
    )
    tickets.add_argument("--department", metavar="NAME", help="default: all of them")
    tickets.add_argument("--limit", metavar="N", type=_count, default=50, help="default: 50")
    _format(tickets, "table", "json")
    _ticket_deeds(tickets)
    callbacks = _command(
        subjects,
        "callbacks",
        "list who has left a number and was not called yet, who is to be called first before the others",
        "switchboard desk callbacks --queue support",
    )
    callbacks.add_argument("--queue", metavar="NAME", help="default: all of them")
    callbacks.add_argument("--limit", metavar="N", type=_count, default=50, help="default: 50")
    _format(callbacks, "table", "json")


def _ticket_deeds(tickets: ArgumentParser) -> None:
    deeds = tickets.add_subparsers(dest="deed", metavar="DEED")
    does = {
        "take": "look after a ticket",
        "answer": "bring an answer to the customer",
        "note": "keep a note that the customer never sees",
        "move": "give it to another department",
        "close": "be done with it",
        "reopen": "take it up again",
    }
    for deed, what in does.items():
        words = {"answer": " 'It is on its way.'", "note": " 'Called the supplier.'", "move": " returns"}.get(deed, "")
        one = _command(deeds, deed, what, f"switchboard desk tickets {deed} 12{words} --as Sara")
        one.add_argument("number", metavar="NUMBER", type=_count)
        if deed in ("answer", "note"):
            one.add_argument("text", metavar="TEXT")
        if deed == "move":
            one.add_argument("target", metavar="DEPARTMENT")
        one.add_argument("--as", dest="agent", metavar="AGENT", required=True, help="whose doing it is: name or id")


def _report(commands: Any) -> None:
    report = _command(
        commands,
        "report",
        "print the figures of a period: conversations, contained, handed off, abandoned, first response, CSAT",
        "switchboard report",
        "switchboard report --from 2026-11-01 --to 2026-11-30 --by week",
        "switchboard report --by queue --format csv",
        "switchboard report --rows abandoned",
    )
    report.add_argument("--from", dest="since", metavar="DATE", help="the first day; default: 30 days up to the last")
    report.add_argument("--to", dest="until", metavar="DATE", help="the last day; default: today")
    report.add_argument("--by", choices=("day", "week", "month", "queue", "agent", "flow", "channel"))
    report.add_argument("--rows", metavar="METRIC", help="the rows that a figure is computed of, in place of figures")
    _format(report, "table", "json", "csv", "xlsx")


def _test(commands: Any) -> None:
    test = _command(
        commands,
        "test",
        "play the conversation tests of the flows: what customers do, and what is to come of it",
        "switchboard test",
        "switchboard test --channel all --language all --coverage",
        "switchboard test flows/tests/orders.yaml --junit results.xml",
        "switchboard test --record 1042 > flows/tests/late_order.yaml",
    )
    test.epilog = f"{test.epilog}\n\nexit status: 0 all passed, 1 some failed or too few steps reached, 2 cannot read"
    test.add_argument(
        "path", metavar="PATH", nargs="?", type=Path, help="FOLDER, FILE or FILE::TEST; default: tests/ in flows.path"
    )
    test.add_argument("--flows", metavar="FOLDER", type=Path, help="the flows to test; default: those beside the tests")
    channels = ("telegram", "webchat", "plain", "voice", "all")
    test.add_argument("--channel", choices=channels, help="default: what each test says, else telegram")
    test.add_argument("--language", metavar="CODE", help="or all; default: what each test says, else the first")
    test.add_argument("--coverage", action="store_true", help="list the steps that no test came to")
    minimum = "fail when less than this share of the steps is reached, in every language that was tested"
    test.add_argument("--coverage-minimum", metavar="PERCENT", type=float, help=minimum)
    test.add_argument("--junit", metavar="FILE", type=Path, help="write the results there, as build servers read them")
    test.add_argument("--record", metavar="CONVERSATION", help="print a logged conversation (number or id) as a test")
    _format(test, "text", "json")


def _chat(commands: Any) -> None:
    chat = _command(
        commands,
        "chat",
        "be a customer in the terminal, on a throw-away database; :help inside tells what else can be done",
        "switchboard chat --language fa",
        "switchboard chat --flow track_order --slot order_number=10234 --state",
        "switchboard chat --at '2026-12-25 09:30'",
        "printf '1\\n2\\n:save flows/tests/mine.yaml\\n' | switchboard chat",
    )
    chat.add_argument(
        "--channel",
        choices=("plain", "voice", "telegram", "webchat"),
        default="plain",
        help="whose menus and rules are used; default: plain, which is text",
    )
    chat.add_argument(
        "--language", metavar="CODE", help="what the customer's app speaks, such as fa; default: the first"
    )
    chat.add_argument("--flow", metavar="FLOW", help="begin with this flow; default: the one for every conversation")
    chat.add_argument(
        "--slot", metavar="NAME=VALUE", action="append", default=[], help="fill it before; several are allowed"
    )
    chat.add_argument("--at", metavar="MOMENT", help="what time it is, in the business's zone; default: now")
    chat.add_argument("--state", action="store_true", help="show after every turn where the conversation stands")


def _flows(commands: Any) -> None:
    flows = _command(commands, "flows", "publish flows and see what was published", "switchboard flows history")
    actions = flows.add_subparsers(dest="action", metavar="ACTION", required=True)
    _publish(actions)
    diff = _command(
        actions,
        "diff",
        "tell what differs, by flow and step: the folder from what is published, or one revision from another",
        "switchboard flows diff",
        "switchboard flows diff 3f9a 77c1",
    )
    diff.add_argument("old", metavar="FROM", nargs="?", help="default: the revision for new conversations")
    diff.add_argument("new", metavar="TO", nargs="?", help="default: the folder")
    _format(diff, "text", "json")
    history = _command(actions, "history", "list what was published, the newest first", "switchboard flows history")
    history.add_argument("--limit", metavar="N", type=_count, default=20, help="default: 20")
    _format(history, "table", "json")
    show = _command(
        actions,
        "show",
        "show a revision of the flows",
        "switchboard flows show",
        "switchboard flows show --format json",
    )
    show.add_argument("revision", metavar="REVISION", nargs="?", help="default: the one for new conversations")
    _format(show, "table", "json")
    _graph(actions)
    _export_calm(actions)
    schema = _command(
        actions,
        "schema",
        "print the JSON Schema of flow files, with which editors complete them and mark mistakes",
        "switchboard flows schema --output var/flows.schema.json",
    )
    schema.add_argument("--output", metavar="FILE", type=Path, help="default: standard output")


def _publish(actions: Any) -> None:
    publish = _command(
        actions,
        "publish",
        "let new conversations begin with what the flow folder holds now",
        "switchboard flows publish --message 'Longer opening hours in December'",
        "switchboard flows publish --migrate --restart",
    )
    _who_and_why(publish)
    _running(publish)
    draft = "keep what the flow folder holds now as a draft, which testers open in Telegram with /draft REVISION"
    _command(actions, "draft", draft, "switchboard flows draft")
    rollback = _command(
        actions,
        "rollback",
        "let new conversations begin with an earlier revision again",
        "switchboard flows rollback 3f9a",
        "switchboard flows rollback 3f9a --migrate --message 'Wrong prices'",
    )
    rollback.add_argument("revision", metavar="REVISION", help="or its first letters")
    _who_and_why(rollback)
    _running(rollback)


def _who_and_why(command: ArgumentParser) -> None:
    command.add_argument("--message", metavar="TEXT", default="", help="what has changed, for the history")
    command.add_argument("--author", metavar="NAME", help="who has changed it; default: who is signed in")


def _running(command: ArgumentParser) -> None:
    migrate = "take running conversations over, where their step is still there and their answers fit"
    restart = "take them to the start, with a notice; with --migrate only those who can't be taken over"
    command.add_argument("--migrate", action="store_true", help=migrate)
    command.add_argument("--restart", action="store_true", help=restart)
    command.add_argument("--yes", action="store_true", help="do not ask")


def _export_calm(actions: Any) -> None:
    export = _command(
        actions,
        "export-calm",
        "write the flows as a plain CALM project, and list what CALM can't say, each with file, line and column",
        "switchboard flows export-calm",
        "switchboard flows export-calm --output ../calm-project",
    )
    export.add_argument("--output", metavar="FOLDER", type=Path, default=Path("calm"), help="a new one; default: calm")
    _format(export, "text", "json", "github")


def _graph(actions: Any) -> None:
    graph = _command(
        actions,
        "graph",
        "draw a flow, or the map of all flows, as the folder has them now",
        "switchboard flows graph --output flows.svg",
        "switchboard flows graph main_menu --language fa --output menu.svg",
        "switchboard flows graph main_menu --from 2026-11-01 --to 2026-11-30 --output november.svg",
        "switchboard flows graph main_menu --format mermaid",
    )
    graph.add_argument("flow", metavar="FLOW", nargs="?", help="default: all of them, and how they lead to each other")
    _format(graph, "svg", "mermaid", "dot")
    graph.add_argument("--language", metavar="CODE", help="of the labels; default: the first language of the flows")
    counted = "count the conversations opened from this day on; default: nothing is counted, or 30 days up to the last"
    graph.add_argument("--from", dest="since", metavar="DATE", help=counted)
    graph.add_argument("--to", dest="until", metavar="DATE", help="the last day that is counted; default: today")
    graph.add_argument("--output", metavar="FILE", type=Path, help="default: standard output")


def _privacy(commands: Any) -> None:
    who = "an id, or an address such as telegram:123456789"
    export = _command(
        commands,
        "export",
        "print all that is kept about a customer, as JSON",
        "switchboard export telegram:123456789 > customer.json",
    )
    export.add_argument("customer", metavar="CUSTOMER", help=who)
    forget = _command(
        commands,
        "forget",
        "erase a customer and what they said, for good; the counts of the reports stay",
        "switchboard forget telegram:123456789",
        "switchboard forget telegram:123456789 --yes",
    )
    forget.add_argument("customer", metavar="CUSTOMER", help=who)
    forget.add_argument("--yes", action="store_true", help="don't ask; where no terminal is, nothing is asked anyway")
