"""docs/names.md names every command and address that there is, and no other."""

import re
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.channels.telegram.command_lists import CUSTOMERS
from bot.channels.telegram.updates import DRAFT
from bot.channels.telegram.webhook import PATH
from bot.channels.telegram.wording.words import WORDS
from bot.cli.arguments import parser
from bot.engine.commands import PLAIN
from bot.service.joining import OFFER
from tests.channels.webchat.flows import SHOP
from tests.channels.webchat.house import house_of

ROOT = Path(__file__).parents[1]
NAMES = (ROOT / "docs" / "names.md").read_text(encoding="utf-8")
BESIDE_THE_FLOWS = {"language", "ticket", DRAFT, OFFER}


def named_below(heading: str) -> set[str]:
    """What the table below this heading names."""
    section = NAMES.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE))


def commands_of(command: ArgumentParser) -> Iterator[str]:
    choices: list[_SubParsersAction[Any]] = [one for one in command._actions if isinstance(one, _SubParsersAction)]
    if not any(one.required for one in choices):
        yield command.prog
    for one in choices:
        for inner in one.choices.values():
            yield from commands_of(inner)


def test_the_command_line_is_named() -> None:
    assert named_below("Command line") == set(commands_of(parser()))


def test_the_commands_of_customers_are_named() -> None:
    there_are = {*PLAIN, *CUSTOMERS, *BESIDE_THE_FLOWS}
    assert named_below("Customers' commands") == {f"/{name}" for name in there_are}


def test_the_commands_of_agents_are_named() -> None:
    there_are = {name.removeprefix("command_") for name in WORDS if name.startswith("command_")}
    assert named_below("Agents' commands") == {f"/{name}" for name in there_are}


async def test_the_addresses_are_named(tmp_path: Path) -> None:
    async with house_of(tmp_path, SHOP) as house:
        assert house.runner is not None
        assert isinstance(house.runner.app, web.Application)
        served = {resource.canonical for resource in house.runner.app.router.resources()}
    beside = set(re.findall(r'add_\w+\("(/[^"]*)"', (ROOT / "bot" / "app.py").read_text(encoding="utf-8")))
    assert "/health/ready" in beside
    assert named_below("Addresses") == {re.sub(r":.*\}", "}", address) for address in served} | beside | {PATH}
