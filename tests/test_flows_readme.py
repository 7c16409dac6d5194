"""flows/README.md is true: its examples load and do what stands beside them, its commands and tables exist."""

import asyncio
import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.arguments import parser
from bot.cli.chatting import NOTICE, converse
from bot.desk.desk_file import read_desk
from bot.engine.answers import Answer, read_answer
from bot.engine.reader import read_flows
from bot.engine.schema.document import flow_file_schema
from bot.engine.schema.forms import Schema
from bot.engine.schema.steps import EVERY_STEP, RETRY, STEPS
from bot.problems import as_text
from bot.settings import load_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "flows" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+(?: \w+)?)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
DESK = read_desk("desk.yaml", (ROOT / "config" / "desk.yaml").read_bytes()).names
ISOLATES = str.maketrans("", "", "\u2068\u2069")  # around words of the other direction; nobody sees them


def pairs(kind: str) -> Iterator[tuple[str, str]]:
    """Each block of this kind with the example above it."""
    example = ""
    for name, body in BLOCKS:
        if name.startswith("yaml") and not body.startswith("test_cases"):
            example = body
        if name == kind:
            yield example, body


EXAMPLES = [body for kind, body in BLOCKS if kind == "yaml" and not body.startswith("test_cases")]


def title(block: str) -> str:
    """What an example is for, in its own words; nothing of a conversation, whose example tells it."""
    found = re.search(r"description: (.+)", block)
    return found[1] if found else ""


@pytest.mark.parametrize("example", EXAMPLES, ids=title)
def test_an_example_is_good_as_it_stands(example: str) -> None:
    assert as_text(read_flows({"main.yaml": example}, DESK).problems) == ""


@pytest.mark.parametrize(("example", "conversation"), list(pairs("console")), ids=title)
async def test_an_example_does_what_stands_beside_it(
    example: str, conversation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "main.yaml").write_text(example, encoding="utf-8")
    monkeypatch.setenv("SWITCHBOARD_FLOWS__PATH", str(tmp_path))
    monkeypatch.chdir(ROOT)
    command, _, rest = conversation.partition("\n")
    words, shown = (shlex.split(command)[2:], rest) if command.startswith("$ ") else (["chat"], conversation)
    said: list[str] = []

    async def typed() -> AsyncIterator[str]:
        for line in re.findall(r"^> (.*)$", shown, re.MULTILINE):
            said.append(f"> {line}\n")
            yield line

    settings = load_settings(None, {"SWITCHBOARD_FLOWS__PATH": str(tmp_path)})
    async with asyncio.timeout(60):
        await converse(settings, parser().parse_args(words), typed(), said.append)
    lines = "".join(said).removeprefix(NOTICE).translate(ISOLATES).splitlines()
    assert [line for line in lines if not line.startswith("(It is ")] == shown.splitlines()


def test_every_example_has_a_conversation() -> None:
    assert [example for example, _ in pairs("console")] == EXAMPLES


def test_mistakes_are_told_as_shown() -> None:
    ((mistaken, told),) = pairs("text")
    assert as_text(read_flows({"my_flows/main.yaml": mistaken}, DESK).problems) == told


def test_the_commands_exist() -> None:
    lines = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines()]
    commands = [line for line in lines if line.startswith("switchboard ")]
    assert [line for line in lines if line not in commands] == [
        ". .venv/bin/activate",
        "export SWITCHBOARD_FLOWS__PATH=my_flows",
    ]
    for command in commands:
        parser().parse_args(shlex.split(command.partition(">")[0])[1:])


def test_editors_find_the_schema_where_it_is_written() -> None:
    (command,) = [line for kind, body in BLOCKS if kind == "sh" for line in body.splitlines() if "flows schema" in line]
    written = command.split()[-1]
    (settings,) = [json.loads(body) for kind, body in BLOCKS if kind == "json"]
    assert settings == {"yaml.schemas": {written: ["flows/**", "my_flows/**", "!**/tests/**"]}}
    (first_line,) = [body for kind, body in BLOCKS if kind == "yaml first"]
    assert first_line == f"# yaml-language-server: $schema=../{written}\n"  # on one line, from the file's folder


def test_the_answers_are_answers_of_their_kind() -> None:
    for kind in ("number", "date", "time", "phone", "email"):
        samples = re.findall(rf"^\| `{kind}` \| (`.+) \|$", README, re.MULTILINE)
        assert samples
        for sample in re.findall(r"`(.+?)`", samples[0]):
            answer = read_answer(kind, sample, language="en", region=None, today=date(2031, 3, 20))
            assert isinstance(answer, Answer), (kind, sample)


def rows_of(forms: dict[str, Schema], first: str = "") -> list[str]:
    """The keys with what they mean. Those for CALM's sake are told in its own pages; others mean nothing."""
    own = [(key, str(form["description"])) for key, form in forms.items()]
    return [f"|{first} `{key}` | {told} |" for key, told in own if "CALM's" not in told and "no effect" not in told]


def rows_of_steps() -> list[str]:
    """The keys of each kind of step that are its own."""
    rows = []
    for kind, forms in STEPS.items():
        first, *others = rows_of({key: form for key, form in forms.items() if RETRY.get(key) != form}, " |")
        rows += [first.replace("| |", f"| **`{kind}`** |", 1), *others]
    return rows


def tables() -> Iterator[tuple[str, list[str]]]:
    """The tables of the last chapter as the schema has them, by their headings."""
    definitions = flow_file_schema()["definitions"]
    yield "A flow", rows_of(definitions["flow"]["properties"])
    yield "Every step", rows_of(EVERY_STEP)
    yield "Each kind of step", rows_of_steps()
    yield "What `menu` and `collect` share", rows_of(RETRY)
    yield "An option of a menu", rows_of(definitions["option"]["properties"])
    yield "Options `from` a list", rows_of(definitions["listed"]["properties"])
    yield "A slot", rows_of(definitions["slots"]["additionalProperties"]["properties"])
    yield "A variation of a response", rows_of(definitions["responses"]["additionalProperties"]["items"]["properties"])
    yield "A survey", rows_of(definitions["surveys"]["additionalProperties"]["properties"])
    yield "`settings`", rows_of(definitions["settings"]["properties"])


def test_all_keys_stand_on_the_page() -> None:
    page = README.partition("## All keys on a page")[2]
    shown = {
        heading: [row for row in re.findall(r"^\|.*$", body, re.MULTILINE)[2:] if row]
        for heading, body in re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", page, re.DOTALL | re.MULTILINE)
    }
    assert shown == dict(tables())


def test_links_lead_somewhere() -> None:
    headings = [line.lstrip("# ") for line in README.splitlines() if line.startswith("#")]
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert [link for link in re.findall(r"\]\(#(.+?)\)", README) if link not in anchors] == []
    paths = re.findall(r"`((?:bot|config|flows)/[\w./]+|\w+\.yaml)`", README)
    here = [path for path in paths if not (ROOT / path).exists() and not (ROOT / "flows" / path).exists()]
    assert here == []


def test_the_test_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (case,) = [body for kind, body in BLOCKS if kind == "yaml" and body.startswith("test_cases")]
    booking = next(example for example in EXAMPLES if title(example) == "takes a booking")
    (tmp_path / "tests").mkdir()
    (tmp_path / "main.yaml").write_text(booking, encoding="utf-8")
    (tmp_path / "tests" / "booking.yaml").write_text(case, encoding="utf-8")
    monkeypatch.chdir(ROOT)
    status = main(["test", str(tmp_path / "tests")])
    assert (status, "1 passed" in capsys.readouterr().out) == (0, True)
