"""Finding actions, and saying what is wrong with a package."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from bot.actions.in_process import InProcessActions
from bot.actions.package import ActionPackageError, load_actions
from tests.actions.calls import call_of, slots_in

ACTION = """
from rasa_sdk import Action

class Hello(Action):
    def name(self):
        return "action_hello_{0}"

    def run(self, dispatcher, tracker, domain):
        return []
"""


def test_every_action_of_a_package_is_found() -> None:
    assert set(load_actions("tests.actions.well_behaved")) == {
        "action_describe",
        "action_waits",
        "action_reminds",
        "action_blocks",
        "action_rejects",
        "validate_order_form",
        "action_validate_slot_mappings",
    }


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("exits_at_import", ["exits_at_import", "sys.exit()", "exits_at_import.py:4"]),
        ("misses_a_library", ["misses_a_library", "a_library_that_is_not_there", "misses_a_library.py:2"]),
        ("fails_at_import", ["fails_at_import", "KeyError: 'token'", "fails_at_import.py:3"]),
        ("asks_a_library", ["ValueError: badly formed hexadecimal UUID string (", "asks_a_library.py:4"]),
        ("needs_arguments", ["needs_arguments.NeedsArguments", "database"]),
        ("nameless", ["nameless.Nameless", "name"]),
        ("not_there", ["tests.actions.broken.not_there", "No module named"]),
    ],
)
def test_a_broken_package_is_named_with_its_reason(module: str, words: list[str]) -> None:
    with pytest.raises(ActionPackageError) as error:
        load_actions(f"tests.actions.broken.{module}")
    for word in words:
        assert word in str(error.value)


def test_a_broken_module_inside_a_package_is_named() -> None:
    with pytest.raises(ActionPackageError, match=r"module tests\.actions\.broken\.\w+ can't be imported"):
        load_actions("tests.actions.broken")


def test_a_syntax_error_is_shown_at_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "actions_with_a_slip"
    folder.mkdir()
    (folder / "slip.py").write_text("x = 1\ndef broken(:\n", encoding="utf-8")
    with pytest.raises(ActionPackageError, match=r"SyntaxError.*slip\.py:2"):
        load_actions(str(folder))


@pytest.mark.parametrize("with_init", [True, False])
def test_a_folder_is_a_package_and_finds_its_neighbours(tmp_path: Path, with_init: bool) -> None:
    name = f"shop_actions_{with_init}"
    folder = tmp_path / name
    folder.mkdir()
    if with_init:
        (folder / "__init__.py").touch()
    (tmp_path / f"neighbour_{name}.py").write_text("GREETING = 'hello'\n", encoding="utf-8")
    (folder / "hello.py").write_text(
        f"import neighbour_{name}\nfrom {name}.names import NAME\n" + ACTION.format(name), encoding="utf-8"
    )
    (folder / "names.py").write_text("NAME = 'x'\n", encoding="utf-8")
    assert set(load_actions(str(folder))) == {f"action_hello_{name}"}


def test_a_single_file_is_a_package(tmp_path: Path) -> None:
    file = tmp_path / "lonely_actions.py"
    file.write_text(ACTION.format("alone"), encoding="utf-8")
    assert set(load_actions(str(file))) == {"action_hello_alone"}


async def test_of_two_actions_of_one_name_the_last_counts_and_it_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """As rasa-sdk does it; public packages have copies of classes lying about."""
    actions = InProcessActions(load_actions("tests.actions.broken.same_name"))
    outcome = await actions.run(call_of("action_twin"))
    await actions.close()
    assert slots_in(outcome) == {"by": "second"}
    told = next(record for record in caplog.records if record.message == "action_named_twice")
    place = "tests.actions.broken.same_name"
    assert vars(told) | {"action": "action_twin", "used": f"{place}.Second", "not_used": f"{place}.First"} == vars(told)


def test_modules_may_import_each_other_by_their_bare_names(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One file is two modules then, and has each of its actions twice."""
    folder = tmp_path / "bare_actions"
    folder.mkdir()
    (folder / "bare_greeting.py").write_text(ACTION.format("bare"), encoding="utf-8")
    (folder / "__init__.py").write_text(
        "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\nfrom bare_greeting import Hello\n",
        encoding="utf-8",
    )
    assert set(load_actions(str(folder))) == {"action_hello_bare"}
    assert not caplog.records


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ActionPackageError, match="there is no folder"):
        load_actions(str(tmp_path / "nowhere"))


def test_a_folder_that_shares_the_name_of_another_module(tmp_path: Path) -> None:
    folder = tmp_path / "email"
    folder.mkdir()
    (folder / "__init__.py").touch()
    with pytest.raises(ActionPackageError, match="has the name of another module"):
        load_actions(str(folder))


def test_a_plain_name_is_looked_for_in_the_working_directory(tmp_path: Path) -> None:
    folder = tmp_path / "actions"
    folder.mkdir()
    (folder / "__init__.py").write_text(ACTION.format("here"), encoding="utf-8")
    script = "from bot.actions.package import load_actions; print(list(load_actions('actions')))"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = [{root!r}, *sys.path[1:]]\n{script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['action_hello_here']"
    assert done.stderr == ""


def test_actions_of_other_packages_stay_out() -> None:
    load_actions("tests.actions.bad_actions")
    assert "action_hangs" not in load_actions("bot.actions.demo")


def test_a_package_does_not_change_what_libraries_log(tmp_path: Path) -> None:
    file = tmp_path / "talkative_actions.py"
    file.write_text("import logging\nlogging.getLogger().setLevel(logging.DEBUG)\n", encoding="utf-8")
    before = logging.getLogger().level
    load_actions(str(file))
    assert logging.getLogger().level == before != logging.DEBUG


@pytest.mark.parametrize(
    "sets_up",
    [
        "logging.config.dictConfig({'version': 1, 'root': {'level': 'DEBUG', 'handlers': []}})",
        "logging.basicConfig(level=logging.DEBUG, force=True)",
        "logging.disable(logging.CRITICAL)",
    ],
)
def test_a_package_that_sets_logging_up_silences_nobody(tmp_path: Path, sets_up: str) -> None:
    file = tmp_path / f"lone_actions_{len(sets_up)}.py"
    file.write_text(f"import logging.config\n{sets_up}\n", encoding="utf-8")
    root, own = logging.getLogger(), logging.getLogger("bot.service.turns")
    before = root.level, root.handlers[:]
    load_actions(str(file))
    assert (root.level, root.handlers) == before
    assert own.isEnabledFor(logging.ERROR)
